"""What can be read from a tree of merges: clusters, inversions.

A tree is a linkage matrix Z (n_samples - 1, 4) in SciPy's form: row t is merge t,
namely the two clusters, the height, and the number of points in the union; points are
clusters 0 to n - 1, and merge t makes cluster n + t. Reference: Everitt et al. 2011,
*Cluster Analysis*, section 4.2.

Not handled: cuts at a height (give the number of clusters), drawing (see `plots`),
cophenetic distances (SciPy's `cophenet` takes these trees).
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers import _checks

ROUNDING = 1e-12
"""Share of the largest height below which a difference of heights is rounding."""


def cut(Z, n_clusters: int) -> np.ndarray:
    """Return the clusters that are there when all but the last merges are done.

    Exactly `n_clusters` of them, always: the first n_samples - n_clusters merges are
    counted, whatever their heights, so ties and inversions do no harm.

    Returns labels (n_samples,) from 0 to n_clusters - 1, the largest cluster first; at
    equal sizes, the one with the lowest point first.

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
