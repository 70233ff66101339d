"""From merges of points to the linkage matrix Z, by union-find.

A search says which two clusters merge by naming one point of each. SciPy's linkage
matrix names the clusters: points are 0 to n - 1, and the merge in row t makes cluster
n + t. Reference: Müllner 2011, arXiv:1109.2378, Figure 5.
"""

import numpy as np


def linkage_matrix(a, b, heights, sort: bool = True) -> np.ndarray:
    """Return Z of shape (n - 1, 4) of the merges of n points.

    `a`, `b` (n - 1,) hold a point of either cluster; `heights` (n - 1,) their distance.
    With `sort` the merges are put in order of height; equal heights keep their order.

    >>> linkage_matrix(np.array([2, 0]), np.array([1, 1]), np.array([2.0, 1.0]))
    array([[0., 1., 1., 2.],
           [2., 3., 2., 3.]])
    """
    order = np.argsort(heights, kind="stable") if sort else np.arange(len(heights))
    n = len(heights) + 1
    parent, sizes, pairs = list(range(2 * n - 1)), [1] * n, []
    ends = zip(a[order].tolist(), b[order].tolist(), strict=True)
    for new, (i, j) in enumerate(ends, n):
        # The clusters that hold the two points now become parts of the new one.
        i, j = _cluster_of(i, parent), _cluster_of(j, parent)
        parent[i] = parent[j] = new
        sizes.append(sizes[i] + sizes[j])
        pairs.append((i, j) if i < j else (j, i))
    return np.column_stack([np.array(pairs, dtype=float), heights[order], sizes[n:]])


def _cluster_of(i: int, parent: list[int]) -> int:
    """The cluster that holds i now; the way to it is halved for later calls."""
    while parent[i] != i:
        parent[i] = i = parent[parent[i]]
    return i
