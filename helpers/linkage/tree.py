"""What can be read from a tree of merges: clusters, distances, inversions.

A tree is a linkage matrix Z (n_samples - 1, 4) in SciPy's form: row t is merge t,
namely the two clusters, the height, and the number of points in the union; points are
clusters 0 to n - 1, and merge t makes cluster n + t. References: Sokal & Rohlf 1962,
Taxon 11, 33; Everitt et al. 2011, *Cluster Analysis*, section 4.2.

Not handled: cuts at a height (give the number of clusters), drawing (see `plots`).
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers import _checks

ROUNDING = 1e-12
"""Share of the largest height below which a difference of heights is rounding."""

BLOCK = 2**20
"""Pairs of points that are handled at a time."""


def cut(Z, n_clusters: int) -> np.ndarray:
    """Return the clusters that are there when all but the last merges are done.

    Exactly `n_clusters` of them, always: the first n_samples - n_clusters merges are
    counted, whatever their heights, so ties and inversions do no harm.

    Parameters
    ----------
    Z : array-like of shape (n_samples - 1, 4)
    n_clusters : int
        Between 1 and n_samples.

    Returns
    -------
    ndarray of shape (n_samples,), intp
        Labels 0 to n_clusters - 1, the largest cluster first; at equal sizes, the one
        with the lowest point first.

    Examples
    --------
    >>> cut([[1, 2, 1.0, 2], [0, 3, 5.0, 3]], 2)
    array([1, 0, 0])
    """
    Z = _linkage_matrix(Z)
    n = len(Z) + 1
    n_merges = n - _checks.count(n_clusters, "n_clusters", 1, n, "the number of points")
    # Connect each union with its two parts; what hangs together is a cluster.
    unions = np.repeat(np.arange(n, n + n_merges), 2)
    parts = Z[:n_merges, :2].astype(np.intp).ravel()
    graph = coo_array((np.ones(len(parts)), (parts, unions)), shape=(2 * n, 2 * n))
    labels = connected_components(graph, directed=False)[1][:n]
    # Number the clusters by size, then by their lowest point.
    _, first, labels, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    return np.argsort(np.lexsort((first, -sizes)))[labels]


def cophenetic_distances(Z) -> np.ndarray:
    """Return for each pair of points the height of the merge that joined them.

    Takes O(n²) time, and little memory beyond the result: condensed distances of shape
    (n_samples (n_samples - 1) / 2,) in the unit of the heights.

    >>> cophenetic_distances([[0, 1, 1.0, 2], [2, 3, 2.0, 3]])
    array([1., 2., 2.])
    """
    return _cophenetic(_linkage_matrix(Z))


def cophenetic_correlation(Z, distances) -> float:
    """Return how well a tree keeps the distances: their correlation with its own.

    Parameters
    ----------
    Z : array-like of shape (n_samples - 1, 4)
    distances : array-like of shape (n_samples (n_samples - 1) / 2,)
        Condensed distances of the same points, in any unit.

    Returns
    -------
    float
        Pearson's correlation of all pairs, between -1 and 1. ValueError where it is
        undefined: all distances, or all heights, are equal.

    Examples
    --------
    >>> Z = [[0, 1, 1.0, 2], [2, 3, 2.0, 3]]
    >>> round(cophenetic_correlation(Z, [1, 3, 2]), 4)
    0.866
    """
    distances, n = _checks.condensed(distances)
    Z = _linkage_matrix(Z)
    if len(Z) != n - 1:
        raise ValueError(
            f"Z joins {len(Z) + 1} points, but the distances are those of {n}; give "
            "the distances of the points that Z was made of."
        )
    heights, _ = _checks.condensed(_cophenetic(Z), "the heights of Z")
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

    Rows of Z, in order, shape (n_inversions,). A difference within rounding is none.

    >>> inversions([[0, 1, 16.0, 2], [2, 3, 15.0, 3]])
    array([1])
    """
    Z = _linkage_matrix(Z)
    heights = np.concatenate([np.zeros(len(Z) + 1), Z[:, 2]])
    below = heights[Z[:, :2].astype(np.intp)].max(axis=1)
    return np.flatnonzero(Z[:, 2] < below - ROUNDING * heights.max())


def _cophenetic(Z: np.ndarray) -> np.ndarray:
    """The height at which each pair of points meets, condensed."""
    n = len(Z) + 1
    i = np.arange(n)
    before = n * i - i * (i + 3) // 2 - 1  # pair i < j is at before[i] + j
    leaves, start = _leaves(Z)
    distances = np.empty(n * (n - 1) // 2)
    for t, (p, q) in enumerate(Z[:, :2].astype(int)):
        # Each point of one part meets each point of the other at this height.
        end, middle = start[n + t] + int(Z[t, 3]), start[q]
        left, right = leaves[start[p] : middle], leaves[middle:end]
        if len(left) > len(right):
            left, right = right, left
        for rows in np.array_split(left, -(-len(left) * len(right) // BLOCK)):
            one, other = rows[:, None], right[None, :]
            low, high = np.minimum(one, other), np.maximum(one, other)
            distances[before[low] + high] = Z[t, 2]
    return distances


def _leaves(Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points in the order of the tree, and where the stretch of each cluster begins."""
    n = len(Z) + 1
    sizes = _sizes(Z).astype(int)
    start = np.zeros(2 * n - 1, dtype=np.intp)
    for new, (p, q) in reversed(list(enumerate(Z[:, :2].astype(int).tolist(), n))):
        start[p], start[q] = start[new], start[new] + sizes[p]
    return np.argsort(start[:n]), start


def _linkage_matrix(Z) -> np.ndarray:
    """Z as it is, if every merge joins two clusters that exist and were not used."""
    Z = _checks.points(Z, "Z", any_size=True)
    n, used = len(Z) + 1, np.sort(Z[:, :2], axis=None)
    if (
        Z.shape[1] != 4
        or (used != np.arange(2 * n - 2)).any()
        or (Z[:, :2].max(axis=1) >= np.arange(n, 2 * n - 1)).any()
        or (_sizes(Z)[Z[:, :2].astype(np.intp)].sum(axis=1) != Z[:, 3]).any()
        or (Z[:, 2] < 0).any()
    ):
        raise ValueError(
            f"Z (shape {Z.shape}) is no linkage matrix: each row must hold two "
            "clusters that exist and were not merged before, a height from 0 up, and "
            "the number of points in their union; give what linkage returns."
        )
    return Z


def _sizes(Z: np.ndarray) -> np.ndarray:
    """The number of points in each cluster, those of one point first."""
    return np.append(np.ones(len(Z) + 1), Z[:, 3])
