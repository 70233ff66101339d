"""How far a merged cluster is from the others: one formula for each linkage.

When clusters i and j merge, Lance & Williams (1967, The Computer Journal 9, 373) give
the distance of their union to any third cluster k from the three distances and three
sizes alone. The formulas use arithmetic only, so they work on arrays of floats and on
exact fractions alike.

Not handled: flexible linkage; Ward, centroid and median on anything but squared
distances (the caller squares, and takes the root of the heights).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Method:
    """One linkage.

    `distance(d_ik, d_jk, d_ij, n_i, n_j, n_k)` is the distance of the union of i and j
    to k. `squared`: the formula is about squared distances. `reducible`: a union is
    never nearer to k than the nearer of its parts, so heights never fall.
    """

    distance: Callable
    squared: bool
    reducible: bool


def single(d_ik, d_jk, d_ij, n_i, n_j, n_k):
    """The distance of the two nearest members."""
    return np.minimum(d_ik, d_jk)


def complete(d_ik, d_jk, d_ij, n_i, n_j, n_k):
    """The distance of the two farthest members."""
    return np.maximum(d_ik, d_jk)


def average(d_ik, d_jk, d_ij, n_i, n_j, n_k):
    """UPGMA: the mean distance of all pairs of members."""
    return (n_i * d_ik + n_j * d_jk) / (n_i + n_j)


def weighted(d_ik, d_jk, d_ij, n_i, n_j, n_k):
    """WPGMA: the two parts count alike, whatever their sizes."""
    return (d_ik + d_jk) / 2


def centroid(d_ik, d_jk, d_ij, n_i, n_j, n_k):
    """UPGMC: the squared distance of the centres of mass."""
    n = n_i + n_j
    return (n_i * d_ik + n_j * d_jk) / n - n_i * n_j * d_ij / n**2


def median(d_ik, d_jk, d_ij, n_i, n_j, n_k):
    """WPGMC: as centroid, but a union's centre lies midway between its parts'."""
    return (d_ik + d_jk) / 2 - d_ij / 4


def ward(d_ik, d_jk, d_ij, n_i, n_j, n_k):
    """Ward: twice the growth of the SSE if the union merged with k."""
    total = (n_i + n_k) * d_ik + (n_j + n_k) * d_jk - n_k * d_ij
    return total / (n_i + n_j + n_k)


METHODS = {
    "single": Method(single, squared=False, reducible=True),
    "complete": Method(complete, squared=False, reducible=True),
    "average": Method(average, squared=False, reducible=True),
    "weighted": Method(weighted, squared=False, reducible=True),
    "centroid": Method(centroid, squared=True, reducible=False),
    "median": Method(median, squared=True, reducible=False),
    "ward": Method(ward, squared=True, reducible=True),
}
"""The seven linkages by name."""
