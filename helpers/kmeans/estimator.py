"""k-means and k-medians with scikit-learn's names, and every half-step on record.

The half-steps are in `lloyd`; many points take the same half-steps on a shorter way
(`fast.hamerly`). How many clusters there are is asked in `how_many`. Reference: Lloyd
1982, IEEE Trans. Inf. Theory 28, 129.

Not handled: weights of points, sparse data, other distances.
"""

import warnings
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import validate_data

from helpers import _checks
from helpers.fast import hamerly
from helpers.kmeans import lloyd
from helpers.kmeans.doors import check_n_clusters
from helpers.kmeans.lloyd import COST, Step

FAST_FROM_DISTANCES = 20_000
"""From this many distances an iteration on, the fast path pays."""


@dataclass(frozen=True)
class History:
    """What happened in each iteration of the best start.

    `inertia` (n_iter, 2): the sum of costs after assigning and after updating.
    `centers` (n_iter + 1, n_clusters, n_features): the start, then the centres after
    each update; the labels of iteration t are `assign(X, centers[t])`. `n_changed`
    labels and `n_distances` computed, both (n_iter,). `reseeded`: pairs (iteration,
    cluster), where a cluster was empty and got the point farthest from its centre.
    """

    inertia: np.ndarray
    centers: np.ndarray
    n_changed: np.ndarray
    reseeded: tuple
    n_distances: np.ndarray


class KMeans(TransformerMixin, ClusterMixin, BaseEstimator):
    """k-means, or k-medians, with scikit-learn's names.

    Parameters
    ----------
    n_clusters : int
    init : {"k-means++", "random"} or array-like of shape (n_clusters, n_features)
        With an array, cluster i is the one that started in row i; else clusters are
        ordered by size, then by the first coordinate of their centre.
    n_init : int or "auto"
        Starts, of which the best is kept. "auto": 10 for "random", else 1.
    max_iter : int
    tol : float
        Stop when the squared shift of all centres is at most `tol` times the mean
        variance of a feature; 0: when no label changes.
    random_state : int, Generator, RandomState or None
    metric : {"euclidean", "manhattan"}
    center : {"mean", "median"} or None
        None: the one that fits the metric. Manhattan with means can raise the sum.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
    inertia_ : float
        SSE, or the sum of Manhattan distances.
    n_iter_, n_features_in_ : int
    history_ : History

    >>> KMeans(2, random_state=0).fit([[0.0], [1.0], [9.0]]).labels_
    array([0, 0, 1])
    """

    def __init__(
        self, n_clusters=8, *, init="k-means++", n_init="auto", max_iter=300, tol=1e-4,
        random_state=None, metric="euclidean", center=None,
    ):  # fmt: skip
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.metric = metric
        self.center = center

    def fit(self, X, y=None):
        """Cluster the points; ConvergenceWarning if `max_iter` does not suffice."""
        points = _checks.points(X)
        validate_data(self, X, skip_check_array=True)
        n_init, start, center = self._check(points)
        rng = _checks.seeded(self.random_state)
        # Squares lose digits far from the origin; medians need no such care.
        euclidean = self.metric == "euclidean"
        origin = near_mean(points) if euclidean else np.zeros(points.shape[1])
        X = points - origin
        settings = self.n_clusters, self.init, rng, self.metric
        starts = (
            lloyd.starting_points(X, *settings) if start is None else start - origin
            for _ in range(n_init)
        )
        tol = self.tol * X.var(axis=0).mean()
        runs = (self._run(X, first, center, tol, start is not None) for first in starts)
        self.inertia_, self.labels_, path, order = min(runs, key=lambda run: run[0])
        self.history_ = _history(path, order, origin)
        self.cluster_centers_ = self.history_.centers[-1].copy()
        self.n_iter_ = len(self.history_.inertia)
        return self

    def predict(self, X):
        """Return the nearest centre of each point."""
        X = _checks.seen(self, X)
        return lloyd.assign(X, self.cluster_centers_, self.metric)[0]

    def transform(self, X):
        """Return the distances of each point to all centres."""
        metric = "euclidean" if self.metric == "euclidean" else "cityblock"
        return cdist(_checks.seen(self, X), self.cluster_centers_, metric)

    def score(self, X, y=None):
        """Return minus the inertia of these points."""
        X = _checks.seen(self, X)
        return -lloyd.assign(X, self.cluster_centers_, self.metric)[1].sum()

    def _check(self, X) -> tuple:
        """Refuse what cannot work; the number of starts, the start if given, center."""
        _checks.choice(self.metric, "metric", COST)
        k = check_n_clusters(self.n_clusters, X)
        _checks.count(self.max_iter, "max_iter")
        _checks.not_negative(self.tol, "tol")
        fitting = "mean" if self.metric == "euclidean" else "median"
        center = _checks.choice(self.center or fitting, "center", ["mean", "median"])
        if not isinstance(self.init, str):
            start = _checks.points(self.init, "init")
            if start.shape != (k, X.shape[1]):
                raise ValueError(
                    f"init has shape {start.shape}, but {k} clusters of points with "
                    f"{X.shape[1]} features need {(k, X.shape[1])}; give one row for "
                    "each cluster."
                )
            return 1, start, center
        _checks.choice(self.init, "init", ["k-means++", "random"])
        if isinstance(self.n_init, str) and self.n_init == "auto":
            return 10 if self.init == "random" else 1, None, center
        return _checks.count(self.n_init, "n_init"), None, center

    def _run(self, X, start, center, tol, keep_order) -> tuple:
        """One start to its end: inertia, labels, all steps, the order of clusters."""
        k, metric = self.n_clusters, self.metric
        euclidean = (metric, center) == ("euclidean", "mean")
        fast = euclidean and k > 1 and len(X) * k >= FAST_FROM_DISTANCES
        if fast:
            walk = hamerly.steps(X, start, lloyd.fill_empty)
        else:
            walk = lloyd.steps(X, start, metric, center)
        path, still = _until_still(walk, start, self.max_iter, tol)
        labels, centers = path[-1].labels, path[-1].centers
        if not still:
            labels, _ = lloyd.assign(X, centers, metric)
        elif fast:
            centers = lloyd.update(X, labels, centers)  # sums carried have rounding
        path[-1] = path[-1]._replace(centers=centers)
        # Named by size, then by the first coordinate, unless the start has named them.
        sizes = np.bincount(labels, minlength=k)
        order = np.arange(k) if keep_order else np.lexsort((centers[:, 0], -sizes))
        total = lloyd.inertia(X, labels, centers, metric)
        return total, np.argsort(order)[labels], [start, *path], order


def near_mean(X) -> np.ndarray:
    """Near the mean, but round in binary: shifting rounds nothing, ties stay ties."""
    mean, width = X.mean(axis=0), np.ptp(X, axis=0)
    step = np.ldexp(1.0, np.frexp(width)[1] - 3)
    return np.where(width > 0, np.round(mean / step) * step, mean)


def _until_still(walk, centers, max_iter, tol) -> tuple[list[Step], bool]:
    """Go on until no label changes (then True) or the centres keep still, or warn."""
    path = []
    with closing(walk):
        for step in map(Step._make, islice(walk, max_iter)):
            if path:
                path[-1] = path[-1]._replace(labels=None)  # only the last are needed
            path.append(step)
            if step.n_changed == 0 and len(path) > 1:
                return path, True
            if ((step.centers - centers) ** 2).sum() <= tol:
                return path, False
            centers = step.centers
    warnings.warn(
        f"k-means did not converge in max_iter={max_iter} iterations; raise max_iter "
        "or tol.",
        ConvergenceWarning,
        stacklevel=5,
    )
    return path, False


def _history(path, order, origin) -> History:
    """The start and all steps as arrays, clusters in their final order."""
    start, *path = path
    rank = np.argsort(order)
    return History(
        inertia=np.array([(step.before, step.after) for step in path]),
        centers=np.array([start, *(step.centers for step in path)])[:, order] + origin,
        n_changed=np.array([step.n_changed for step in path]),
        reseeded=tuple(
            (t, int(rank[k])) for t, step in enumerate(path) for k in step.reseeded
        ),
        n_distances=np.array([step.n_distances for step in path]),
    )
