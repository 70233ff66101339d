"""Single and Ward linkage of a whole catalogue: exact, in memory of the order of n.

A matrix of all distances of 330,000 stars would fill 436 GB. But both linkages need
only nearest neighbours, and a k-d tree finds these without a matrix: `fast/boruvka.py`
(a minimum spanning tree, by Borůvka; Gower & Ross 1969, Applied Statistics 18, 54) and
`fast/ward.py` (rounds of mutual nearest neighbours; Ward 1963, J. Am. Stat. Assoc. 58,
236) say how. This module joins equal points at height 0 first, puts neighbours beside
each other in memory, and writes the merges as SciPy does.

Not handled: other metrics than Euclidean; complete, average, centroid linkage (for
thousands of points: `agglomerate.py`); many dimensions, where a tree saves little.
"""

import numpy as np
from scipy.spatial import cKDTree

from helpers import _checks
from helpers.fast import boruvka, union_find, ward


def single_linkage(X) -> np.ndarray:
    """Return the exact tree of single linkage, as SciPy's linkage matrix.

    X (n_samples, n_features) holds at least 2 points; features in one common unit, or
    scaled. A square matrix of distances is refused. The result (n_samples − 1, 4) has a
    row a merge, by rising height: the two clusters, the height in the unit of X, the
    number of points. Points are 0 … n − 1, the cluster of row i is n + i. Under ties
    the heights are the same as any exact method's, the pairs may differ.

    >>> single_linkage([[0.0], [1.0], [5.0]])
    array([[0., 1., 1., 2.],
           [2., 3., 4., 3.]])
    """
    return _linkage(X, lambda points, sizes: boruvka.minimum_spanning_tree(points))


def ward_linkage(X) -> np.ndarray:
    """Return the exact tree of Ward linkage, as SciPy's linkage matrix.

    The height of a merge is sqrt(2 s t / (s + t)) |c − c'| for clusters of s and t
    points with centres c and c'; half its square is the rise of the sum of squared
    errors. Input and result as for `single_linkage`, but under ties each merge is one
    of smallest distance, not always the one that another exact method takes.

    >>> ward_linkage([[0.0], [1.0], [5.0]]).round(3)
    array([[0.   , 1.   , 1.   , 2.   ],
           [2.   , 3.   , 5.196, 3.   ]])
    """
    return _linkage(X, ward.merges)


def _linkage(X, merges_of_distinct) -> np.ndarray:
    """Merge all points, by a method that merges distinct points."""
    X = _checks.points_not_distances(X, min_samples=2)
    # Squares of huge or tiny numbers leave the range of a float; a power of 2 is exact.
    power = np.frexp(np.abs(X).max())[1]
    # Equal points first, at height 0: each repeated row with the first of its kind.
    first, kind = _distinct(X)
    repeated = np.setdiff1d(np.arange(len(X)), first, assume_unique=True)
    a, b, heights = first[kind[repeated]], repeated, np.zeros(len(repeated))
    # Then the distinct points, in the order of a tree: neighbours beside each other.
    if len(first) > 1:
        order = cKDTree(X[first]).indices
        points, sizes = first[order], np.bincount(kind)[order]
        u, v, h = merges_of_distinct(np.ldexp(X[points], -power), sizes)
        a, b = np.append(a, points[u]), np.append(b, points[v])
        heights = np.append(heights, np.ldexp(h, power))
    return union_find.linkage_matrix(a, b, heights)


def _distinct(X) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each distinct point, and which of these each row equals."""
    order = np.lexsort(X.T)
    new = np.append(True, (X[order[1:]] != X[order[:-1]]).any(axis=1))
    kind = np.empty(len(X), dtype=np.intp)
    kind[order] = np.cumsum(new) - 1
    return order[new], kind
