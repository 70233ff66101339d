"""Rows of distances between clusters that merge, from centres or from a matrix.

All that merging wants is the row of one cluster, its distances to all others, and the
row of a union. Where the linkage has centres (Ward, centroid, median, and single
linkage of the points themselves) a row is computed when it is wanted, and memory is
that of the points. Else it lies in a square matrix, kept by Lance and Williams'
formulas. Both drop the clusters that are gone whenever these are half of all, so rows
get shorter. Reference: Müllner 2011, arXiv:1109.2378, section 2.

Not handled: input checks (see `linkage.py`); weights.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist, num_obs_y, squareform

from helpers.fast.threads import workers

ROWS = 256
"""Rows of the distance matrix that one thread fills at a time."""


class Clusters:
    """Living clusters in slots; slot s holds `sizes[s]` points, one of them `ids[s]`.

    Subclasses give `row(i)`, the distances from i to all slots, infinite to itself and
    to dead ones, and `merge(i, j)`, which puts the union into slot j, removes i, and
    returns the union's row.
    """

    def __init__(self, n: int):
        self.ids = np.arange(n)
        self.sizes = np.ones(n)
        self.living = np.ones(n, dtype=bool)
        self.n_living = n

    def remove(self, i: int) -> None:
        """Take cluster i out."""
        self.living[i] = False
        self.n_living -= 1

    def shrink(self) -> np.ndarray | None:
        """Drop the dead slots if they are half of all; tell which slots were kept."""
        if 2 * self.n_living > len(self.living):
            return None
        kept = np.flatnonzero(self.living)
        self.ids, self.sizes = self.ids[kept], self.sizes[kept]
        self.living = np.ones(len(kept), dtype=bool)
        return kept


class Centers(Clusters):
    """Clusters that are told by their centres: memory of the order of the points."""

    def __init__(self, X: np.ndarray, name: str):
        super().__init__(len(X))
        # subtle: centred, as a difference of large numbers loses digits
        self.centers = X - X.mean(axis=0)
        self.name = name

    def row(self, i: int) -> np.ndarray:
        """Squared distances of the centres; for Ward, twice the growth of the SSE."""
        row = cdist(self.centers[i, None], self.centers, "sqeuclidean")[0]
        if self.name == "ward":
            row *= 2 * self.sizes[i] * self.sizes / (self.sizes[i] + self.sizes)
        row[i] = np.inf
        return row

    def merge(self, i: int, j: int) -> np.ndarray:
        """The union's centre: the mean of all members; for median, midway."""
        n = self.sizes[i] + self.sizes[j]
        share = 0.5 if self.name == "median" else self.sizes[i] / n
        # subtle: this form leaves equal centres exactly equal
        self.centers[j] += share * (self.centers[i] - self.centers[j])
        self.sizes[j] = n
        self.remove(i)
        return self.row(j)

    def remove(self, i: int) -> None:
        """A dead cluster is infinitely far from all."""
        super().remove(i)
        self.centers[i] = np.inf

    def shrink(self) -> np.ndarray | None:
        kept = super().shrink()
        if kept is not None:
            self.centers = self.centers[kept]
        return kept


class Condensed(Clusters):
    """Rows of condensed distances, read where they lie; for `prim`, which never merges.

    The pair of points i < j is at `before[i] + j`.
    """

    def __init__(self, distances: np.ndarray):
        n = num_obs_y(distances)
        super().__init__(n)
        self.distances = distances
        self.before = n * self.ids - self.ids * (self.ids + 3) // 2 - 1
        self.dead = np.zeros(n)

    def row(self, i: int) -> np.ndarray:
        """The column above the diagonal, then the row right of it."""
        row = self.dead.copy()
        row[:i] += self.distances[self.before[:i] + self.ids[i]]
        row[i + 1 :] += self.distances[self.before[i] + self.ids[i + 1 :]]
        row[i] = np.inf
        return row

    def remove(self, i: int) -> None:
        super().remove(i)
        self.dead[i] = np.inf

    def shrink(self) -> np.ndarray | None:
        kept = super().shrink()
        if kept is not None:
            self.before, self.dead = self.before[kept], np.zeros(len(kept))
        return kept


class Matrix(Clusters):
    """Clusters told by a square matrix of distances, squared if the method wants so.

    A union's distances go into its own row only. To write them into a column as well
    would touch the whole matrix; another row takes them over when it is next read.
    """

    def __init__(self, D: np.ndarray, method):
        super().__init__(len(D))
        self.D = np.square(D, out=D) if method.squared else D
        np.fill_diagonal(self.D, np.inf)
        self.dead = np.zeros(len(D))
        self.n_merges = 0
        # the merge that made each slot (0: none), and up to which its row is true
        self.changed, self.renewed = np.zeros((2, len(D)), dtype=np.intp)
        self.distance = method.distance

    @classmethod
    def of_points(cls, X: np.ndarray, method) -> Matrix:
        """Euclidean distances of all pairs, filled by blocks of rows."""
        D = np.empty((len(X), len(X)))
        blocks = [slice(i, i + ROWS) for i in range(0, len(X), ROWS)]
        with workers() as each:
            each(lambda rows: cdist(X[rows], X, out=D[rows]), blocks)
        return cls(D, method)

    @classmethod
    def of_condensed(cls, distances: np.ndarray, method) -> Matrix:
        """A square matrix of its own; the caller's distances are left alone."""
        return cls(squareform(distances, checks=False), method)

    def row(self, i: int) -> np.ndarray:
        self._renew(i)
        return self.D[i] + self.dead

    def merge(self, i: int, j: int) -> np.ndarray:
        """Lance and Williams for all third clusters at once."""
        self._renew(i)
        self._renew(j)
        n_i, n_j = self.sizes[[i, j]]
        new = self.distance(self.D[i], self.D[j], self.D[i, j], n_i, n_j, self.sizes)
        new[j] = np.inf
        self.D[j] = new
        self.sizes[j] += n_i
        self.n_merges += 1
        self.changed[j] = self.renewed[j] = self.n_merges
        self.remove(i)
        return new + self.dead

    def _renew(self, i: int) -> None:
        """Bring into row i the unions made since it was last read, from their rows."""
        later = np.flatnonzero(self.changed > self.renewed[i])
        self.D[i, later] = self.D[later, i]
        self.renewed[i] = self.n_merges

    def remove(self, i: int) -> None:
        super().remove(i)
        self.dead[i], self.changed[i] = np.inf, 0

    def shrink(self) -> np.ndarray | None:
        kept = super().shrink()
        if kept is not None:
            for new, old in enumerate(kept):  # in place: new is never after old
                self.D[new, : len(kept)] = self.D[old, kept]
            self.D = self.D[: len(kept), : len(kept)]
            self.dead = np.zeros(len(kept))
            self.changed, self.renewed = self.changed[kept], self.renewed[kept]
        return kept


def prim(clusters: Clusters) -> list[tuple]:
    """Edges of a minimum spanning tree: always the shortest that leaves the tree.

    Parameters
    ----------
    clusters : Clusters
        All points, one a slot; used up.

    Returns
    -------
    list of (int, int, float)
        A point inside the tree, the point outside that joined it, their distance.
    """
    near = np.full(clusters.n_living, np.inf)
    inside = np.zeros(len(near), dtype=np.intp)  # the tree's point nearest to each
    edges, i = [], 0
    while clusters.n_living > 1:
        row = clusters.row(i)
        clusters.remove(i)
        near[i] = np.inf
        closer = row < near
        np.copyto(near, row, where=closer)
        inside[closer] = clusters.ids[i]
        if (kept := clusters.shrink()) is not None:
            near, inside = near[kept], inside[kept]
        i = int(near.argmin())
        edges.append((inside[i], clusters.ids[i], near[i]))
    return edges


def chain(clusters: Clusters) -> list[tuple]:
    """Merge by nearest-neighbour chains; at most 3 n rows are looked at.

    Parameters
    ----------
    clusters : Clusters
        All points, one a slot, under a reducible linkage; used up.

    Returns
    -------
    list of (int, int, float)
        For each merge a point of either cluster, and the distance. Not in the order of
        the heights.
    """
    merges, path = [], []
    while clusters.n_living > 1:
        if clusters.shrink() is not None:
            path = []  # a path only saves work, so it may begin anew
        if not path:
            path = [int(clusters.living.argmax())]
        i = path[-1]
        row = clusters.row(i)
        j = int(row.argmin())
        # subtle: at a tie go back; the merges of others may have made ties behind us,
        # so the path could come to one of its own clusters and merge it
        if len(path) > 1 and row[path[-2]] == row[j]:
            j = path[-2]
            merges.append((clusters.ids[i], clusters.ids[j], row[j]))
            clusters.merge(i, j)
            del path[-2:]
        else:
            path.append(j)
    return merges


def generic(clusters: Clusters) -> list[tuple]:
    """Always merge the two nearest clusters, whatever the linkage.

    Parameters
    ----------
    clusters : Clusters
        All points, one a slot; used up.

    Returns
    -------
    list of (int, int, float)
        For each merge, in order, a point of either cluster, and the distance.
    """
    near, at = _nearest(clusters)
    fresh = np.ones(len(near), dtype=bool)  # False: near is only a lower bound
    merges = []
    while clusters.n_living > 1:
        i = int(near.argmin())
        if not fresh[i]:
            row = clusters.row(i)
            at[i], near[i], fresh[i] = row.argmin(), row.min(), True
            continue
        j = int(at[i])
        merges.append((clusters.ids[i], clusters.ids[j], near[i]))
        fresh[np.flatnonzero((at == i) | (at == j))] = False
        row = clusters.merge(i, j)
        closer = np.flatnonzero(row <= near)
        near[closer], at[closer], fresh[closer] = row[closer], j, True
        near[i], near[j], at[j], fresh[j] = np.inf, row.min(), row.argmin(), True
        if (kept := clusters.shrink()) is not None:
            # subtle: a neighbour that is gone gets any slot; such a one is not fresh
            at = np.searchsorted(kept, at[kept]).clip(max=len(kept) - 1)
            near, fresh = near[kept], fresh[kept]
    return merges


def from_merges(a, b, heights, sort: bool = True) -> np.ndarray:
    """Return the linkage matrix of merges that are told by any member of each side.

    Parameters
    ----------
    a, b : ndarray of shape (n_samples - 1,), int
        A point of either cluster, such as the two ends of a spanning tree's edge.
    heights : ndarray of shape (n_samples - 1,)
        The distances of the clusters that merge, in any unit.
    sort : bool
        Put the merges in order of height; equal heights keep their order.

    Returns
    -------
    ndarray of shape (n_samples - 1, 4)
        The linkage matrix Z.

    References
    ----------
    Müllner 2011, arXiv:1109.2378, Figure 5.

    Examples
    --------
    >>> from_merges(np.array([2, 0]), np.array([1, 1]), np.array([2.0, 1.0]))
    array([[0., 1., 1., 2.],
           [2., 3., 2., 3.]])
    """
    order = np.argsort(heights, kind="stable") if sort else np.arange(len(heights))
    n = len(heights) + 1
    parent, sizes, sides = list(range(2 * n - 1)), [1] * n, []
    for new, (p, q) in enumerate(np.column_stack([a, b])[order].tolist(), n):
        p, q = sorted((_root(parent, p), _root(parent, q)))
        parent[p] = parent[q] = new
        sizes.append(sizes[p] + sizes[q])
        sides.append((p, q))
    return np.column_stack([np.array(sides, dtype=float), heights[order], sizes[n:]])


def _nearest(clusters: Clusters) -> tuple[np.ndarray, np.ndarray]:
    """The distance of each cluster to its nearest, and which that is."""
    near, at = np.empty(clusters.n_living), np.empty(clusters.n_living, dtype=np.intp)
    for i in range(clusters.n_living):
        row = clusters.row(i)
        at[i] = row.argmin()
        near[i] = row[at[i]]
    return near, at


def _root(parent: list[int], i: int) -> int:
    """The cluster that i is in now; halves the way for those who ask later."""
    while parent[i] != i:
        parent[i] = i = parent[parent[i]]
    return i
