"""Lloyd's two half-steps: assign every point to a centre, update the centres.

Lloyd's algorithm (Lloyd 1982, IEEE Trans. Inf. Theory 28, 129) in turn does

    assign:  l_i = argmin_k d(x_i, c_k)
    update:  c_k = argmin_c Σ_{i: l_i = k} d(x_i, c)

Neither can raise the sum Σ_i d(x_i, c_{l_i}). For d = |x − c|² that sum is the SSE and
the update is the mean; for the Manhattan distance d = Σ_j |x_j − c_j| the update is the
median of each feature. Where the centres start is told in `starting_points`.

Not handled: weights of points, sparse data, other distances.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from helpers import _checks

COST = {"euclidean": "sqeuclidean", "manhattan": "cityblock"}
"""What is summed, in SciPy's words: squared Euclidean or Manhattan distance."""

BLOCK = 16_384
"""Points whose distances to all centres are held at once."""


class Step(NamedTuple):
    """One iteration: its labels, and the inertia after each of its two half-steps.

    `labels` (n_samples,) and `centers` (n_clusters, n_features) are those it ends with,
    `assigned` and `updated` the inertia after each half-step, `reseeded` the clusters
    that were empty, `n_distances` the distances computed to assign.
    """

    labels: np.ndarray
    n_changed: int
    assigned: float
    centers: np.ndarray
    updated: float
    reseeded: tuple
    n_distances: int


def inertia(X, labels, centers, metric="euclidean") -> float:
    """Return the sum of the costs of points under any labels.

    Parameters
    ----------
    X, labels, centers, metric
        As `assign` takes and returns them.

    Returns
    -------
    float
        The SSE (unit of `X` squared), or the sum of Manhattan distances.

    Examples
    --------
    >>> inertia(np.array([[0.0], [2.0]]), np.array([0, 0]), np.array([[1.0]]))
    2.0
    """
    away = X - centers[labels]
    costs = away**2 if metric == "euclidean" else np.abs(away)
    return float(costs.sum())


def check_centers(centers, X, labels=None) -> np.ndarray:
    """Return centres as float64 if they fit the points, and labels (if given) them.

    Raises
    ------
    ValueError
        If the features differ, or a label is not the row of a centre.

    Examples
    --------
    >>> check_centers([[1, 2]], np.zeros((3, 2)))
    array([[1., 2.]])
    """
    centers = _checks.points(centers, "centers")
    if centers.shape[1] != X.shape[1]:
        raise ValueError(
            f"centers has {centers.shape[1]} features, but X has {X.shape[1]}; give "
            "both the same columns."
        )
    if labels is not None:
        labels = _checks.labels(labels, len(X))
        if labels.min() < 0 or labels.max() >= len(centers):
            raise ValueError(
                f"labels run from {labels.min()} to {labels.max()}, but there are "
                f"{len(centers)} centres; give each point the row of its centre."
            )
    return centers


def assign(X, centers, metric="euclidean") -> tuple[np.ndarray, np.ndarray]:
    """Return each point's nearest centre and its cost; at a tie the lowest index.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    centers : array-like of shape (n_clusters, n_features)
        In the unit of `X`.
    metric : {"euclidean", "manhattan"}

    Returns
    -------
    labels, costs : ndarray of shape (n_samples,)
        The cost is the squared Euclidean, or Manhattan, distance to that centre.

    Raises
    ------
    ValueError
        If the shapes do not fit or the metric is unknown.

    References
    ----------
    Lloyd 1982, IEEE Trans. Inf. Theory 28, 129.

    Examples
    --------
    >>> assign([[0.0], [1.0], [5.0]], [[0.0], [4.0]])[0]
    array([0, 0, 1])
    """
    X = _checks.points(X)
    centers = check_centers(centers, X)
    cost = COST[_checks.choice(metric, "metric", COST)]
    labels, costs = np.empty(len(X), dtype=np.intp), np.empty(len(X))
    for start in range(0, len(X), BLOCK):
        rows = slice(start, start + BLOCK)
        distances = cdist(X[rows], centers, cost)
        labels[rows] = distances.argmin(axis=1)
        costs[rows] = distances.min(axis=1)
    return labels, costs


def update(X, labels, centers, center="mean") -> np.ndarray:
    """Return the mean or the median of each cluster's points; an empty one stays.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    labels : array-like of shape (n_samples,)
    centers : array-like of shape (n_clusters, n_features)
        The centres so far.
    center : {"mean", "median"}

    Returns
    -------
    ndarray of shape (n_clusters, n_features)

    Raises
    ------
    ValueError
        If the shapes do not fit or `center` is unknown.

    References
    ----------
    Lloyd 1982, IEEE Trans. Inf. Theory 28, 129.

    Examples
    --------
    >>> update([[0.0], [1.0], [5.0]], [0, 0, 1], [[0.0], [4.0]])
    array([[0.5],
           [5. ]])
    """
    X = _checks.points(X)
    centers = check_centers(centers, X, labels).copy()
    labels = _checks.labels(labels, len(X))
    middle = {"mean": np.mean, "median": np.median}
    middle = middle[_checks.choice(center, "center", middle)]
    order = np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=len(centers)))
    for k, members in enumerate(np.split(order, ends[:-1])):
        if len(members):
            centers[k] = middle(X[members], axis=0)
    return centers


def fill_empty(labels, costs, n_clusters) -> tuple[np.ndarray, tuple]:
    """Give each empty cluster the costliest point that is not alone.

    Parameters
    ----------
    labels, costs : ndarray of shape (n_samples,)
        As `assign` returns them.
    n_clusters : int

    Returns
    -------
    labels : ndarray of shape (n_samples,)
    reseeded : tuple of int
        Clusters that got a point; where all points lie on centres, one stays empty.

    Examples
    --------
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


def steps(X, centers, metric="euclidean", center="mean") -> Iterator[Step]:
    """Yield plain Lloyd iterations from these centres, without end.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    centers : ndarray of shape (n_clusters, n_features)
        The start.
    metric : {"euclidean", "manhattan"}
    center : {"mean", "median"}

    Yields
    ------
    Step

    Examples
    --------
    >>> X, start = np.array([[0.0], [1.0], [5.0]]), np.array([[0.0], [1.0]])
    >>> walk = steps(X, start)
    >>> [round(next(walk).updated, 2) for _ in range(3)]
    [8.0, 0.5, 0.5]
    """
    labels, size = np.full(len(X), -1), len(X) * len(centers)
    while True:
        before = labels
        labels, costs = assign(X, centers, metric)
        n_changed = int(np.count_nonzero(labels != before))
        labels, reseeded = fill_empty(labels, costs, len(centers))
        centers = update(X, labels, centers, center)
        after = inertia(X, labels, centers, metric)
        yield Step(labels, n_changed, costs.sum(), centers, after, reseeded, size)


def starting_points(X, n_clusters, init, rng, metric="euclidean") -> np.ndarray:
    """Return different points as a start: "random", or spread out by "k-means++".

    k-means++ draws each next centre with probability proportional to its cost so far,
    2 + log k candidates at a time, and keeps the one that lowers the sum most.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    n_clusters : int
    init : {"random", "k-means++"}
    rng : numpy.random.Generator
    metric : {"euclidean", "manhattan"}

    Returns
    -------
    ndarray of shape (n_clusters, n_features)
        Rows of `X`, no two the same.

    Raises
    ------
    ValueError
        If X has fewer different points than `n_clusters`.

    References
    ----------
    Arthur & Vassilvitskii 2007, SODA, 1027.

    Examples
    --------
    >>> X = np.array([[0.0], [0.0], [1.0]])
    >>> np.sort(starting_points(X, 2, "random", np.random.default_rng(0)).ravel())
    array([0., 1.])
    """
    if init == "random":
        order = rng.permutation(len(X))
        for size in (2 * n_clusters, len(X)):
            first = np.unique(X[order[:size]], axis=0, return_index=True)[1]
            if len(first) >= n_clusters:
                return X[order[np.sort(first)[:n_clusters]]]
        raise _too_few(len(first), n_clusters)
    chosen = [int(rng.integers(len(X)))]
    costs = cdist(X[chosen], X, COST[metric])[0]
    while len(chosen) < n_clusters:
        total = np.cumsum(costs)
        if total[-1] == 0:
            raise _too_few(len(chosen), n_clusters)
        draws = rng.random(2 + int(np.log(n_clusters))) * total[-1]
        # subtle: "right" steps over points of cost 0, which are centres already
        candidates = np.searchsorted(total, draws, side="right")
        trials = np.minimum(cdist(X[candidates], X, COST[metric]), costs)
        best = trials.sum(axis=1).argmin()
        costs = trials[best]
        chosen.append(int(candidates[best]))
    return X[chosen]


def _too_few(found, n_clusters) -> ValueError:
    """The error for data with fewer different points than clusters."""
    return ValueError(
        f"n_clusters is {n_clusters}, but X has only {found} different points; ask for "
        f"at most {found} clusters."
    )
