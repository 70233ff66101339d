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
    parent, sizes, left, right = list(range(2 * n - 1)), [1] * n, [], []
    ends = zip(a[order].tolist(), b[order].tolist(), strict=True)
    for new, (i, j) in enumerate(ends, n):
        # Climb to the clusters that hold the points; halve the way for later calls.
        while (up := parent[i]) != i:
            parent[i] = i = parent[up]
        while (up := parent[j]) != j:
            parent[j] = j = parent[up]
        # They become parts of the new one.
        parent[i] = parent[j] = new
        sizes.append(sizes[i] + sizes[j])
        left.append(i)
        right.append(j)
    pairs = np.sort([left, right], axis=0)
    return np.column_stack([*pairs, heights[order], sizes[n:]])
