"""Lloyd's two half-steps, the loop over them, and where they start.

Lloyd's algorithm (Lloyd 1982, IEEE Trans. Inf. Theory 28, 129) in turn does

    assign:  l_i = argmin_k d(x_i, c_k)
    update:  c_k = argmin_c Σ_{i: l_i = k} d(x_i, c)

Neither can raise the sum Σ_i d(x_i, c_{l_i}). For d = |x − c|² that sum is the SSE and
the update is the mean; for the Manhattan distance d = Σ_j |x_j − c_j| the update is the
median of each feature. Starts are those of Arthur & Vassilvitskii 2007, SODA, 1027.

Nothing is checked here: `doors` and `KMeans` check their input, and then call this.

Not handled: weights of points, sparse data, other distances.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

COST = {"euclidean": "sqeuclidean", "manhattan": "cityblock"}
"""What is summed, in SciPy's words: squared Euclidean or Manhattan distance."""

BLOCK = 16_384
"""Points whose distances to all centres are held at once."""


class Step(NamedTuple):
    """One iteration, with the labels and centres that it ends with.

    `before` and `after` are the sum of costs before and after the update, `reseeded`
    the clusters that were empty, `n_distances` the distances computed to assign.
    """

    labels: np.ndarray
    n_changed: int
    before: float
    centers: np.ndarray
    after: float
    reseeded: tuple
    n_distances: int


def assign(X, centers, metric="euclidean") -> tuple[np.ndarray, np.ndarray]:
    """Return each point's nearest centre and its cost; at a tie the lowest index.

    X (n_samples, n_features) and centers (n_clusters, n_features) are in one unit. The
    cost is the squared Euclidean, or the Manhattan, distance; both are (n_samples,).

    >>> assign(np.array([[0.0], [1.0], [5.0]]), np.array([[0.0], [4.0]]))
    (array([0, 0, 1]), array([0., 1., 1.]))
    """
    labels, costs = np.empty(len(X), dtype=np.intp), np.empty(len(X))
    # A block of points at a time, so that their distances fit into memory.
    for first in range(0, len(X), BLOCK):
        rows = slice(first, first + BLOCK)
        distances = cdist(X[rows], centers, COST[metric])
        labels[rows] = nearest = distances.argmin(axis=1)
        costs[rows] = distances[np.arange(len(nearest)), nearest]
    return labels, costs


def update(X, labels, centers, center="mean") -> np.ndarray:
    """Return the mean or the median of each cluster's points; an empty one stays.

    X (n_samples, n_features), labels (n_samples,); the centres so far, and those
    returned, are (n_clusters, n_features).

    >>> X, centers = np.array([[0.0], [1.0], [5.0]]), np.array([[0.0], [4.0]])
    >>> update(X, np.array([0, 0, 1]), centers).ravel()
    array([0.5, 5. ])
    """
    centers, counts = centers.copy(), np.bincount(labels, minlength=len(centers))
    if center == "mean":
        # Of each feature the sum over the members of every cluster, by their number.
        sums = np.array([np.bincount(labels, x, len(centers)) for x in X.T])
        centers[counts > 0] = (sums / np.maximum(counts, 1)).T[counts > 0]
        return centers
    # Sorted by label, the members of a cluster stand beside each other.
    order = np.argsort(labels, kind="stable")
    for k, members in enumerate(np.split(order, np.cumsum(counts)[:-1])):
        if len(members):
            centers[k] = np.median(X[members], axis=0)
    return centers


def inertia(X, labels, centers, metric="euclidean") -> float:
    """Return the sum of the costs of points under any labels.

    For the Euclidean metric that is the SSE, in the unit of `X` squared.

    >>> inertia(np.array([[0.0], [2.0]]), np.array([0, 0]), np.array([[1.0]]))
    2.0
    """
    away = X - centers[labels]
    costs = away**2 if metric == "euclidean" else np.abs(away)
    return float(costs.sum())


def steps(X, centers, metric="euclidean", center="mean") -> Iterator[Step]:
    """Yield Lloyd's iterations from these centres, without end.

    X, centers, metric and center are as `assign` and `update` take them.

    >>> walk = steps(np.array([[0.0], [1.0], [5.0]]), np.array([[0.0], [1.0]]))
    >>> [round(next(walk).after, 2) for _ in range(3)]
    [8.0, 0.5, 0.5]
    """
    labels, n_distances = np.full(len(X), -1), len(X) * len(centers)
    while True:
        old = labels
        # The first half-step: every point to its nearest centre.
        labels, costs = assign(X, centers, metric)
        before, n_changed = costs.sum(), int(np.count_nonzero(labels != old))
        labels, reseeded = fill_empty(labels, costs, len(centers))
        # The second: every centre to the middle of its points.
        centers = update(X, labels, centers, center)
        after = inertia(X, labels, centers, metric)
        yield Step(labels, n_changed, before, centers, after, reseeded, n_distances)


def fill_empty(labels, costs, n_clusters) -> tuple[np.ndarray, tuple]:
    """Give each empty cluster the costliest point that is not alone in its own.

    Returns the labels, and the clusters that got a point; where all points lie on
    centres, a cluster stays empty.

    >>> fill_empty(np.array([0, 0, 0]), np.array([1.0, 0.0, 4.0]), 2)
    (array([0, 0, 1]), (1,))
    """
    counts = np.bincount(labels, minlength=n_clusters)
    if counts.all():
        return labels, ()
    labels, reseeded = labels.copy(), []
    for k in np.flatnonzero(counts == 0):
        # subtle: a point of cost 0 lies on a centre already; two would share it
        free = np.where(counts[labels] > 1, costs, 0.0)
        farthest = free.argmax()
        if free[farthest] > 0:
            counts[labels[farthest]] -= 1
            labels[farthest], counts[k] = k, 1
            reseeded.append(int(k))
    return labels, tuple(reseeded)


def starting_points(X, n_clusters, init, rng, metric="euclidean") -> np.ndarray:
    """Return different points as a start: "random", or spread out by "k-means++".

    k-means++ draws each next centre with probability proportional to its cost so far,
    2 + log k candidates at a time, and keeps the one that lowers the sum most (the
    greedy variant). No two centres of a start are the same, or there would be fewer
    clusters than were asked for.

    Returns rows of X, (n_clusters, n_features); ValueError if X has fewer different
    points.

    >>> X = np.array([[0.0], [0.0], [1.0]])
    >>> np.sort(starting_points(X, 2, "random", np.random.default_rng(0)).ravel())
    array([0., 1.])
    """
    if init == "random":
        return X[_different_points(X, n_clusters, rng)]
    # The first centre is any point; then each point costs its distance to it.
    chosen = [int(rng.integers(len(X)))]
    costs = cdist(X[chosen], X, COST[metric])[0]
    while len(chosen) < n_clusters:
        total = np.cumsum(costs)
        if total[-1] == 0:
            raise _too_few(len(chosen), n_clusters)
        # Draw a few candidates, each with probability cost / total.
        draws = rng.random(2 + int(np.log(n_clusters))) * total[-1]
        # subtle: "right" steps over points of cost 0, which are centres already
        candidates = np.searchsorted(total, draws, side="right")
        # Keep the candidate that leaves the smallest sum of costs.
        trials = np.minimum(cdist(X[candidates], X, COST[metric]), costs)
        best = trials.sum(axis=1).argmin()
        costs = trials[best]
        chosen.append(int(candidates[best]))
    return X[chosen]


def _different_points(X, n_clusters, rng) -> np.ndarray:
    """The first rows of a random order that hold different points."""
    order = rng.permutation(len(X))
    # Most often the first few rows suffice; else all must be looked through.
    for size in (2 * n_clusters, len(X)):
        first = np.unique(X[order[:size]], axis=0, return_index=True)[1]
        if len(first) >= n_clusters:
            return order[np.sort(first)[:n_clusters]]
    raise _too_few(len(first), n_clusters)


def _too_few(found, n_clusters) -> ValueError:
    """The error for data with fewer different points than clusters."""
    return ValueError(
        f"n_clusters is {n_clusters}, but X has only {found} different points; ask for "
        f"at most {found} clusters."
    )
