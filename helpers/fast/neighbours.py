"""Nearest neighbours from k-d trees, for `boruvka`, `ward` and `rows`."""

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from helpers.fast.threads import n_threads

CHUNK = 4096
"""Points asked for at once; they share the largest search radius among them."""

WORTH_THREADS = 1000
"""Points from which to start threads takes less time than they save."""

SLACK = 1e-12
"""Relative rounding that a search radius must forgive."""


def tree_of(X) -> cKDTree:
    """Return a k-d tree of X (n, d) that is quick to make."""
    return cKDTree(X, balanced_tree=False, compact_nodes=False)


def query(tree, X, k: int, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Return k neighbours within a radius: distances and numbers, both (len(X), k).

    Where there are fewer than k, the distance is infinite and the number -1.
    """
    ks, threads = np.arange(1, k + 1), n_threads() if len(X) >= WORTH_THREADS else 1
    distances, at = tree.query(X, ks, distance_upper_bound=radius, workers=threads)
    return distances, np.where(at == tree.n, -1, at)


def nearest_others(X) -> np.ndarray:
    """Return the number of the nearest other point of each, shape (len(X),)."""
    first, second = query(cKDTree(X), X, 2, np.inf)[1].T
    # Of equal points the other one may come first.
    return np.where(first == np.arange(len(X)), second, first)


def chunks_of_like_radius(radius) -> Iterator[tuple[np.ndarray, float]]:
    """Yield chunks of queries with like radii, and the largest radius of each.

    In a chunk, queries keep their order, so that neighbours stay together.

    >>> [part for part, largest in chunks_of_like_radius(np.array([3.0, 1.0]))]
    [array([0, 1])]
    """
    order = np.argsort(radius, kind="stable")
    for part in np.array_split(order, -(-len(order) // CHUNK)) if len(order) else []:
        yield np.sort(part), radius[part].max()
