"""Hierarchical clustering of thousands of points by seven linkages.

`linkage` starts with every point as a cluster and merges two clusters at a time, as in
chapter 01, but by faster ways to the same tree (`fast/rows.py`). The result has SciPy's
form: row t of the linkage matrix Z is merge t, namely the two clusters, the height
(their distance), and the number of points in the union; points are clusters 0 to
n - 1, and merge t makes cluster n + t. Reference: Müllner 2011, "Modern hierarchical,
agglomerative clustering algorithms", arXiv:1109.2378.

Not handled: more points than a square matrix has room for, except for single, Ward,
centroid and median linkage of points (for whole catalogues see `whole`); weights.
"""

import numpy as np

from helpers import _checks
from helpers.fast import rows, union_find
from helpers.linkage.formulas import METHODS

BY_CENTERS = ("single", "centroid", "median", "ward")
"""Linkages of points whose distances come from centres alone."""


def linkage(X_or_condensed, method: str) -> np.ndarray:
    """Return the tree of all merges, the nearest two clusters first.

    Single linkage is a minimum spanning tree; complete, average, weighted and Ward
    follow nearest-neighbour chains, O(n²) time; centroid and median always merge the
    lowest of all nearest distances. Single, Ward, centroid and median linkage of points
    need no matrix, O(n d) memory, and single linkage reads condensed distances where
    they lie. All else holds a square matrix: 8 n² bytes, for points about half (1.1 GB
    at 16,500), as those that are each other's nearest merge before it is made.

    Parameters
    ----------
    X_or_condensed : array-like, (n_samples, n_features) or (n_samples (n_samples-1)/2,)
        Points in any unit, taken with Euclidean distances; or condensed distances, as
        `scipy.spatial.distance.pdist` returns them. For centroid, median and Ward these
        must be Euclidean, or the heights mean nothing. A square matrix is refused,
        with rounding too.
    method : str
        "single", "complete", "average", "weighted", "centroid", "median" or "ward".

    Returns
    -------
    ndarray of shape (n_samples - 1, 4)
        The linkage matrix Z; heights in the unit of the distances. Without ties it is
        SciPy's. With ties each merge is one of the smallest distances at its step.

    >>> linkage([[0.0], [1.0], [3.0]], "single")
    array([[0., 1., 1., 2.],
           [2., 3., 2., 3.]])
    """
    name = _checks.choice(method, "method", METHODS)
    formula = METHODS[name]
    data, power = _in_range(_checked(X_or_condensed))
    squared = formula.squared
    # Where the distances are: in centres, as they were given, or in a square matrix.
    if data.ndim == 2 and name in BY_CENTERS:
        clusters, squared = rows.Centers(data, name), True
    elif data.ndim == 2:
        clusters = rows.Matrix.of_points(data, formula)
    elif name == "single":
        clusters = rows.Condensed(data)
    else:
        clusters = rows.Matrix.of_condensed(data, formula)
    # The quickest search that this linkage allows.
    if name == "single":
        merges = rows.prim(clusters)
    elif formula.reducible:
        merges = rows.nearest_neighbour_chain(clusters)
    else:
        merges = rows.always_nearest_pair(clusters)
    a, b, heights = np.array(merges).T
    # never below 0: a merged pair was nearest, so a union keeps 3/4 of its square
    heights = np.ldexp(np.sqrt(heights) if squared else heights, power)
    a, b = a.astype(int), b.astype(int)
    return union_find.linkage_matrix(a, b, heights, sort=formula.reducible)


def _checked(X_or_condensed) -> np.ndarray:
    """Points, or condensed distances; a square matrix of distances is neither."""
    if _checks.array(X_or_condensed, "X_or_condensed").ndim == 1:
        return _checks.condensed(X_or_condensed, "X_or_condensed")
    return _checks.points_not_distances(X_or_condensed, "X_or_condensed", 2)


def _in_range(data: np.ndarray) -> tuple[np.ndarray, int]:
    """Divide by a power of 2, which is exact, if squares would be no floats."""
    power = int(np.frexp(max(data.max(), -data.min()))[1])
    return (np.ldexp(data, -power), power) if abs(power) > 300 else (data, 0)
