"""Nearest neighbours from k-d trees, for `boruvka` and `ward`."""

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from helpers.fast.threads import n_threads

CHUNK = 4096
"""Points asked for at once; they share the largest search radius among them."""

SLACK = 1e-12
"""Relative rounding that a search radius must forgive."""


def tree_of(X) -> cKDTree:
    """Return a k-d tree of X (n, d) that is quick to make."""
    return cKDTree(X, balanced_tree=False, compact_nodes=False)


def query(tree, X, k: int, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Return k neighbours within a radius: distances and numbers, both (len(X), k).

    Where there are fewer than k, the distance is infinite and the number -1.
    """
    distances, at = tree.query(
        X, k=np.arange(1, k + 1), distance_upper_bound=radius, workers=n_threads()
    )
    return distances, np.where(at == tree.n, -1, at)


def chunks_of_like_radius(radius) -> Iterator[tuple[np.ndarray, float]]:
    """Yield chunks of queries with like radii, and the largest radius of each.

    In a chunk, queries keep their order, so that neighbours stay together.

    >>> [part for part, largest in chunks_of_like_radius(np.array([3.0, 1.0]))]
    [array([0, 1])]
    """
    order = np.argsort(radius, kind="stable")
    for part in np.array_split(order, -(-len(order) // CHUNK)) if len(order) else []:
        yield np.sort(part), radius[part].max()
