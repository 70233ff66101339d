"""Lloyd's algorithm for many points: the same half-steps, most distances left out.

A point's label can only change once the gap between its own centre and the next one
(second-smallest minus smallest distance) has been used up by the drift of the centres:
its own may have moved away, another may have come nearer. So each point stores the
total drift at which it is *due*, to be looked at again (Hamerly 2010, SIAM SDM, with
the bookkeeping deferred): one look-up of the drift of its centre and one comparison for
all points, then distances for those few that are due. Of these, the distance to the
own centre is set aside; one `min` over the others tells whether the label stays and is
the new gap at once, and the slower `argmin` is left for those that move. Cluster sums
are not made anew: those that moved are taken from one and added to the other.

Blocks of points have a fixed size and are added up in order, so the result does not
depend on the number of threads.

Not handled: other metrics than Euclidean, weights. Centre the data first: squared
distances are differences of large numbers here.
"""

from collections.abc import Callable, Iterator

import numpy as np

from helpers.fast.threads import workers

BLOCK = 32_768
"""Points in a block: its distances stay in the cache, yet the calls are few."""

ROUNDING = 1e-13
"""Error of a squared distance, as a share of the largest squared length; a gap that is
smaller than this is no gap."""


def steps(X: np.ndarray, centers: np.ndarray, fill_empty: Callable) -> Iterator[tuple]:
    """Yield Lloyd's iterations, for centred points X (n_samples, n_features).

    `centers` (n_clusters, n_features) is the start; `fill_empty` that of `lloyd`. The
    fields are those of its `Step`; the labels are overwritten by the next iteration.
    """
    points = _Points(X, len(centers))
    with workers() as each:
        while True:
            # |c|² − 2 x·c is one product of (x, 1) with these weights.
            weights = np.column_stack([-2 * centers, (centers**2).sum(axis=1)])
            # Assign: only the points that are due are looked at, block by block.
            found = each(
                lambda rows, w=weights: points.reassign_due(rows, w), points.blocks
            )
            n_changed = sum(points.carry_sums(*moved) for *moved, _ in found)
            n_distances = sum(n_due for *_, n_due in found) * len(centers)
            before = points.inertia(centers)
            reseeded = points.fill_empty(centers, fill_empty)
            # Update: the means follow from the sums that were carried along.
            new = points.means(centers)
            points.add_drift(np.linalg.norm(new - centers, axis=1))
            after = points.inertia(new)
            yield points.labels, n_changed, before, new, after, reseeded, n_distances
            centers = new


class _Points:
    """The points with their labels, when they are due, and the sums of the clusters."""

    def __init__(self, X: np.ndarray, n_clusters: int):
        self.X = np.column_stack([X, np.ones(len(X))])
        self.lengths = np.einsum("ij,ij->i", X, X)
        self.rounding = ROUNDING * self.lengths.max()
        self.labels = np.zeros(len(X), dtype=np.intp)
        self.due = np.full(len(X), -np.inf)  # the drift at which to look again
        self.drift = np.zeros(n_clusters)  # what the gaps of a cluster have lost
        self.sums = np.zeros((n_clusters, X.shape[1] + 1))  # the last column counts
        self.sums[0] = self.X.sum(axis=0)
        self.blocks = [slice(i, i + BLOCK) for i in range(0, len(X), BLOCK)]

    def reassign_due(self, rows: slice, weights: np.ndarray) -> tuple:
        """Give the points of a block that are due their nearest centre.

        Returns the points that moved, their old and new labels, how many were due.
        """
        labels, due = self.labels[rows], self.due[rows]
        # Due are the points whose centre has drifted as far as their gap was wide.
        late = np.flatnonzero(self.drift.take(labels) >= due)
        own, columns = labels.take(late), np.arange(len(late))
        # |c|² − 2 x·c, the squared distance less |x|², which all centres share.
        D = weights @ self.X[rows].take(late, axis=0).T
        # Set the own centre aside: the smallest of the others is its rival.
        own_distance = D[own, columns]
        D[own, columns] = np.inf
        rival_distance = D.min(axis=0)
        # subtle: at a tie the lowest index wins, so equality must be looked at too
        moved = np.flatnonzero(rival_distance <= own_distance)
        # Only for those that lose to their rival: which centre is the nearest?
        D, at = D[:, moved], columns[: len(moved)]
        D[own[moved], at] = own_distance[moved]
        labels[late[moved]] = new = D.argmin(axis=0)
        own_distance[moved] = D[new, at]
        # ... and how far is the second-nearest now?
        D[new, at] = np.inf
        rival_distance[moved] = D.min(axis=0)
        # Each is due again when its centre's drift has grown by its gap.
        gap = self.gap(own_distance, rival_distance, self.lengths[rows].take(late))
        due[late] = self.drift.take(labels.take(late)) + gap
        return late[moved] + rows.start, own[moved], new, len(late)

    def gap(self, own, rival, lengths) -> np.ndarray:
        """Second-smallest less smallest distance, rounded down for safety."""
        total = np.sqrt(np.abs(own + lengths)) + np.sqrt(np.abs(rival + lengths))
        # subtle: from the difference of squares, which keeps its digits near a tie
        return (rival - own - self.rounding) / np.maximum(total, np.sqrt(self.rounding))

    def carry_sums(self, moved, old, new) -> int:
        """Carry points from one cluster's sums to another's; how many changed."""
        for j in range(self.X.shape[1]):
            x = self.X[moved, j]
            self.sums[:, j] += np.bincount(new, x, len(self.sums))
            self.sums[:, j] -= np.bincount(old, x, len(self.sums))
        return int(np.count_nonzero(old != new))

    def fill_empty(self, centers: np.ndarray, fill: Callable) -> tuple:
        """Give each empty cluster a point, due at once as its gap is not known."""
        if (self.sums[:, -1] > 0).all():
            return ()
        costs = ((self.X[:, :-1] - centers[self.labels]) ** 2).sum(axis=1)
        labels, reseeded = fill(self.labels, costs, len(centers))
        moved = np.flatnonzero(labels != self.labels)
        self.carry_sums(moved, self.labels[moved], labels[moved])
        self.labels[moved], self.due[moved] = labels[moved], -np.inf
        return reseeded

    def means(self, centers: np.ndarray) -> np.ndarray:
        """The mean of each cluster; an empty one keeps its centre."""
        counts = self.sums[:, -1:]
        return np.where(counts > 0, self.sums[:, :-1] / np.maximum(counts, 1), centers)

    def add_drift(self, shifts: np.ndarray) -> None:
        """Add to each cluster what its gaps may lose: own shift, the largest other."""
        second, first = np.sort(shifts)[-2:]
        self.drift += shifts + np.where(shifts == first, second, first)

    def inertia(self, centers: np.ndarray) -> float:
        """SSE of the present labels about any centres, from the sums alone."""
        counts, sums = self.sums[:, -1], self.sums[:, :-1]
        cross = 2 * (centers * sums).sum()
        squares = (counts * (centers**2).sum(axis=1)).sum()
        return max(self.lengths.sum() - cross + squares, 0.0)
