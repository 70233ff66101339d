"""Hierarchical clustering of thousands of points by seven linkages, and its reading.

`linkage` starts with every point as a cluster and merges two clusters at a time, as in
`by_hand`, but by faster ways to the same tree (`agglomeration`). The result has SciPy's
form: row t of the linkage matrix Z tells merge t, namely the two clusters, the height
(their distance), and the number of points in the union; points are clusters 0 to
n - 1, and merge t makes cluster n + t. Reference: Müllner 2011, arXiv:1109.2378.

Not handled: more points than a square matrix has room for, except for single, Ward,
centroid and median linkage of points (for whole catalogues see `trees`); weights.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers import arrays
from helpers.agglomeration import chain, from_merges, generic, prim
from helpers.cluster_rows import Centers, Condensed, Matrix
from helpers.lance_williams import METHODS

ROUNDING = 1e-12
"""Share of the largest height below which a difference of heights is rounding."""

BY_CENTERS = ("single", "centroid", "median", "ward")
"""Linkages of points whose distances come from centres alone."""

BLOCK = 2**20
"""Pairs of points that are handled at a time."""


def linkage(X_or_condensed, method: str) -> np.ndarray:
    """Return the tree of all merges, the nearest two clusters first.

    Single linkage is a minimum spanning tree; complete, average, weighted and Ward
    follow nearest-neighbour chains, O(n²) time; centroid and median always merge the
    lowest of all nearest distances. Single, Ward, centroid and median linkage of points
    need no matrix, O(n d) memory; the others, and all but single from condensed
    distances, hold a square matrix of 8 n² bytes and at times a quarter more (2.2 GB,
    2.7 GB at 16,500 points).

    Parameters
    ----------
    X_or_condensed : array-like, (n_samples, n_features) or (n_samples (n_samples-1)/2,)
        Points in any unit, taken with Euclidean distances; or condensed distances, as
        `scipy.spatial.distance.pdist` returns them. For centroid, median and Ward these
        must be Euclidean, or the heights mean nothing.
    method : str
        "single", "complete", "average", "weighted", "centroid", "median" or "ward".

    Returns
    -------
    ndarray of shape (n_samples - 1, 4)
        The linkage matrix Z; heights in the unit of the distances. Without ties it is
        SciPy's. With ties each merge is one of the smallest distances at its step.

    Raises
    ------
    TypeError, ValueError
        If the input is no table of finite numbers and no condensed distances, is a
        square matrix of distances, has fewer than two points, or has distances that
        no points can have, so that a squared height is negative.

    References
    ----------
    Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms",
    arXiv:1109.2378.

    Examples
    --------
    >>> linkage([[0.0], [1.0], [3.0]], "single")
    array([[0., 1., 1., 2.],
           [2., 3., 2., 3.]])
    """
    name, data = arrays.choice(method, "method", METHODS), np.asarray(X_or_condensed)
    if data.ndim == 1:
        clusters = _of_condensed(*arrays.condensed(data), name)
        squared = METHODS[name].squared
    else:
        X = arrays.points(X_or_condensed, "X_or_condensed", min_samples=2)
        _refuse_square(X)
        clusters = Centers(X, name) if name in BY_CENTERS else Matrix.of_points(X, name)
        squared = name in BY_CENTERS
    reducible = METHODS[name].reducible
    search = prim if name == "single" else chain if reducible else generic
    a, b, heights = np.array(search(clusters)).T
    heights = _roots(heights) if squared else heights
    return from_merges(a.astype(int), b.astype(int), heights, sort=reducible)


def cut(Z, n_clusters: int) -> np.ndarray:
    """Return the clusters that are there when all but the last merges are done.

    Exactly `n_clusters` of them, always: the first n_samples - n_clusters merges are
    counted, whatever their heights, so ties and inversions do no harm.

    Parameters
    ----------
    Z : array-like of shape (n_samples - 1, 4)
        A linkage matrix.
    n_clusters : int
        Between 1 and n_samples.

    Returns
    -------
    ndarray of shape (n_samples,), intp
        Labels 0 to n_clusters - 1, the largest cluster first; at equal sizes, the one
        with the lowest point first.

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix or n_clusters no possible number.

    References
    ----------
    Everitt et al. 2011, *Cluster Analysis*, section 4.2.

    Examples
    --------
    >>> cut(linkage([[0.0], [5.0], [6.0]], "single"), 2)
    array([1, 0, 0])
    """
    Z = _linkage_matrix(Z)
    n = len(Z) + 1
    n_merges = n - arrays.count(n_clusters, "n_clusters", 1, n, "the number of points")
    unions = np.repeat(np.arange(n, n + n_merges), 2)
    parts = Z[:n_merges, :2].astype(np.intp).ravel()
    graph = coo_array((np.ones(len(parts)), (parts, unions)), shape=(2 * n, 2 * n))
    labels = connected_components(graph, directed=False)[1][:n]
    _, first, labels, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    return np.argsort(np.lexsort((first, -sizes)))[labels]


def cophenetic_distances(Z) -> np.ndarray:
    """Return for each pair of points the height of the merge that joined them.

    Takes O(n²) time, and little memory beyond the result.

    Parameters
    ----------
    Z : array-like of shape (n_samples - 1, 4)
        A linkage matrix.

    Returns
    -------
    ndarray of shape (n_samples (n_samples - 1) / 2,)
        Condensed, in the unit of the heights.

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix.

    References
    ----------
    Sokal & Rohlf 1962, Taxon 11, 33.

    Examples
    --------
    >>> cophenetic_distances(linkage([[0.0], [1.0], [3.0]], "single"))
    array([1., 2., 2.])
    """
    Z = _linkage_matrix(Z)
    n = len(Z) + 1
    i = np.arange(n)
    before = n * i - i * (i + 3) // 2 - 1  # pair i < j is at before[i] + j
    leaves, start = _leaves(Z)
    distances = np.empty(n * (n - 1) // 2)
    for t, (p, q) in enumerate(Z[:, :2].astype(int)):
        end, middle = start[n + t] + int(Z[t, 3]), start[q]
        left, right = leaves[start[p] : middle], leaves[middle:end]
        if len(left) > len(right):
            left, right = right, left
        for rows in np.array_split(left, -(-len(left) * len(right) // BLOCK)):
            one, other = rows[:, None], right[None, :]
            low, high = np.minimum(one, other), np.maximum(one, other)
            distances[before[low] + high] = Z[t, 2]
    return distances


def cophenetic_correlation(Z, distances) -> float:
    """Return how well a tree keeps the distances: their correlation with its own.

    Parameters
    ----------
    Z : array-like of shape (n_samples - 1, 4)
        A linkage matrix.
    distances : array-like of shape (n_samples (n_samples - 1) / 2,)
        Condensed distances of the same points, in any unit.

    Returns
    -------
    float
        Pearson's correlation of all pairs, between -1 and 1.

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix, the distances do not fit it, or either has the same
        value for all pairs, which leaves the correlation undefined.

    References
    ----------
    Sokal & Rohlf 1962, Taxon 11, 33.

    Examples
    --------
    >>> X = [[0.0], [1.0], [3.0]]
    >>> round(cophenetic_correlation(linkage(X, "single"), [1, 3, 2]), 4)
    0.866
    """
    distances, n = arrays.condensed(distances)
    Z = _linkage_matrix(Z)
    if len(Z) != n - 1:
        raise ValueError(
            f"Z joins {len(Z) + 1} points, but the distances are those of {n}; give "
            "the distances of the points that Z was made of."
        )
    heights = cophenetic_distances(Z)
    if np.ptp(heights) == 0 or np.ptp(distances) == 0:
        raise ValueError(
            "The cophenetic correlation is undefined where all distances, or all "
            "heights, are equal; use points with at least two different distances."
        )
    heights -= heights.mean()
    mean = distances.mean()
    sums = np.zeros(3)
    for i in range(0, len(heights), BLOCK):
        c, d = heights[i : i + BLOCK], distances[i : i + BLOCK] - mean
        sums += (c * d).sum(), (c * c).sum(), (d * d).sum()
    return float(sums[0] / np.sqrt(sums[1] * sums[2]))


def inversions(Z) -> np.ndarray:
    """Return the merges that are lower than one of the merges they build on.

    Parameters
    ----------
    Z : array-like of shape (n_samples - 1, 4)
        A linkage matrix.

    Returns
    -------
    ndarray of shape (n_inversions,), intp
        Rows of Z, in order. A difference within rounding is none.

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix.

    References
    ----------
    Everitt et al. 2011, *Cluster Analysis*, section 4.2.

    Examples
    --------
    >>> inversions(linkage([[0.0, 0.0], [2.0, 0.0], [1.0, 1.8]], "centroid"))
    array([1])
    """
    Z = _linkage_matrix(Z)
    heights = np.concatenate([np.zeros(len(Z) + 1), Z[:, 2]])
    below = heights[Z[:, :2].astype(np.intp)].max(axis=1)
    return np.flatnonzero(Z[:, 2] < below - ROUNDING * heights.max())


def _of_condensed(distances: np.ndarray, n: int, name: str):
    """Single linkage reads the distances where they lie, the others need a matrix."""
    if name == "single":
        return Condensed(distances, n)
    return Matrix.of_condensed(distances, name)


def _refuse_square(X: np.ndarray) -> None:
    """A square matrix of distances taken as points would give another tree."""
    if len(X) == X.shape[1] and not X.diagonal().any() and (X == X.T).all():
        raise ValueError(
            f"X_or_condensed looks like a square matrix of distances (shape {X.shape}, "
            "symmetric, zero diagonal), and its rows would be taken as points; give "
            "scipy.spatial.distance.squareform(X), or pdist(X) if these are points."
        )


def _roots(squared: np.ndarray) -> np.ndarray:
    """Heights from squared heights; below zero only by rounding, or there is none."""
    if squared.min() < -ROUNDING * np.abs(squared).max():
        raise ValueError(
            f"A squared height is negative ({squared.min():.4g}): no points have these "
            "distances, so this linkage means nothing on them; give points, or use "
            "single, complete, average or weighted linkage."
        )
    return np.sqrt(squared.clip(min=0))


def _leaves(Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points in the order of the tree, and where the stretch of each cluster begins."""
    n = len(Z) + 1
    sizes = np.concatenate([np.ones(n), Z[:, 3]]).astype(int)
    start = np.zeros(2 * n - 1, dtype=np.intp)
    for new, (p, q) in reversed(list(enumerate(Z[:, :2].astype(int).tolist(), n))):
        start[p], start[q] = start[new], start[new] + sizes[p]
    return np.argsort(start[:n]), start


def _linkage_matrix(Z) -> np.ndarray:
    """Z as it is, if every merge joins two clusters that exist and were not used."""
    Z = arrays.points(Z, "Z")
    n, used = len(Z) + 1, np.sort(Z[:, :2], axis=None)
    if (
        Z.shape[1] != 4
        or (used != np.arange(2 * n - 2)).any()
        or (Z[:, :2].max(axis=1) >= np.arange(n, 2 * n - 1)).any()
        or Z[-1, 3] != n
    ):
        raise ValueError(
            f"Z (shape {Z.shape}) is no linkage matrix: each row must hold two "
            "clusters that exist and were not merged before, a height and a size; give "
            "what linkage returns."
        )
    return Z
