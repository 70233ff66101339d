"""Single and Ward linkage of a whole catalogue: exact, in memory of the order of n.

A matrix of all distances of 330,000 stars would fill 436 GB. But both linkages need
only nearest neighbours, and a k-d tree finds these without a matrix: `boruvka.py`
(a minimum spanning tree, by Borůvka) and `ward.py` (rounds of mutual nearest
neighbours) say how. This module joins equal points at height 0 first, puts neighbours
beside each other in memory, and writes the merges as SciPy does.

Not handled: other metrics than Euclidean; complete, average, centroid linkage (for
thousands of points: `linkage.py`); many dimensions, where a tree saves little.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from helpers import _checks
from helpers.fast import boruvka, ward


def single_linkage(X) -> np.ndarray:
    """Return the exact tree of single linkage, as SciPy's linkage matrix.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        At least 2 points; features in one common unit, or scaled.

    Returns
    -------
    ndarray of shape (n_samples − 1, 4)
        A row a merge, by rising height: the two clusters, the height in the unit of X,
        the number of points. Points are 0 … n − 1, the cluster of row i is n + i. Under
        ties the heights are the same as any exact method's, the pairs may differ.

    Raises
    ------
    TypeError, ValueError
        If X is no table of finite numbers with at least 2 rows.

    References
    ----------
    Gower & Ross 1969, Applied Statistics 18, 54.

    Examples
    --------
    >>> single_linkage([[0.0], [1.0], [5.0]])
    array([[0., 1., 1., 2.],
           [2., 3., 4., 3.]])
    """
    return _tree(X, boruvka.edges)


def ward_linkage(X) -> np.ndarray:
    """Return the exact tree of Ward linkage, as SciPy's linkage matrix.

    The height of a merge is sqrt(2 s t / (s + t)) |c − c'| for clusters of s and t
    points with centres c and c'; half its square is the rise of the sum of squared
    errors.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        At least 2 points; features in one common unit, or scaled.

    Returns
    -------
    ndarray of shape (n_samples − 1, 4)
        As `single_linkage`. Under ties each merge is one of smallest distance, not
        always the one that another exact method takes.

    Raises
    ------
    TypeError, ValueError
        If X is no table of finite numbers with at least 2 rows.

    References
    ----------
    Ward 1963, J. Am. Stat. Assoc. 58, 236.

    Examples
    --------
    >>> ward_linkage([[0.0], [1.0], [5.0]]).round(3)
    array([[0.   , 1.   , 1.   , 2.   ],
           [2.   , 3.   , 5.196, 3.   ]])
    """
    return _tree(X, ward.edges)


def _tree(X, edges) -> np.ndarray:
    """Merges of all points, by a method that merges distinct points."""
    X = _checks.points(X, min_samples=2, any_size=True)
    # Squares of huge or tiny numbers leave the range of a float; a power of 2 is exact.
    power = np.frexp(np.abs(X).max())[1]
    first, of_point = _distinct(X)
    place = cKDTree(X[first]).indices  # neighbours beside each other
    sizes = np.bincount(of_point)
    twins = np.setdiff1d(np.arange(len(X)), first, assume_unique=True)
    a, b, heights = first[of_point[twins]], twins, np.zeros(len(twins))
    if len(first) > 1:
        chosen = first[place]
        u, v, h = edges(np.ldexp(X[chosen], -power), sizes[place])
        a, b = np.append(a, chosen[u]), np.append(b, chosen[v])
        heights = np.append(heights, np.ldexp(h, power))
    order = np.argsort(heights, kind="stable")
    return _numbered(a[order], b[order], heights[order])


def _distinct(X) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each distinct point, and which of these each row equals."""
    order = np.lexsort(X.T)
    new = np.append(True, (X[order[1:]] != X[order[:-1]]).any(axis=1))
    of_point = np.empty(len(X), dtype=np.intp)
    of_point[order] = np.cumsum(new) - 1
    return order[new], of_point


def _numbered(a, b, heights) -> np.ndarray:
    """Edges by rising height as SciPy's Z: the cluster of row i is n + i."""
    n = len(a) + 1
    parent, size = list(range(2 * n - 1)), [1] * n
    pairs = []
    for new, (u, v) in enumerate(zip(a.tolist(), b.tolist(), strict=True), n):
        u, v = _root(parent, u), _root(parent, v)
        parent[u] = parent[v] = new
        size.append(size[u] + size[v])
        pairs.append((u, v) if u < v else (v, u))
    return np.column_stack([np.array(pairs, dtype=float), heights, size[n:]])


def _root(parent, u) -> int:
    """The cluster that holds u now; the way there is halved for later calls."""
    while parent[u] != u:
        parent[u] = u = parent[parent[u]]
    return u
