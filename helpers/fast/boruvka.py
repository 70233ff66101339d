"""The minimum spanning tree of many distinct points, by Borůvka's rounds.

The merges of single linkage are the edges of a minimum spanning tree (Gower & Ross
1969, Applied Statistics 18, 54). In a round every component but the largest finds the
shortest edge that leaves it; these edges belong to the tree and join the components
(Borůvka 1926). The nearest *outsider* of a point comes first from a short list of
neighbours, kept once; then from longer lists, and only where a bound leaves it open: a
point whose known neighbours are all insiders and reach farther than an edge that its
component already has, cannot offer a shorter one. Where long lists do not suffice, from
trees of outsiders: two components differ in some bit of their numbers, so for each bit
one tree for the points that have it and one for those that do not.

Not handled: equal points (join them first), other metrics.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import cKDTree

from helpers.fast.threads import n_threads

KEPT = 8
"""Neighbours of each point that are kept, the point itself included."""

MOST = 32
"""Neighbours asked for at most, before trees of outsiders take over."""

CHUNK = 4096
"""Points asked for at once; they share the largest search radius among them."""

SLACK = 1e-12
"""Relative rounding that a search radius must forgive."""


def edges(X, sizes=None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the edges of a minimum spanning tree.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Distinct points in one unit, neighbours near each other in the table (that is
        for speed only).
    sizes : ignored
        For the same call as `ward_tree.edges`.

    Returns
    -------
    a, b : ndarrays of shape (n − 1,)
        The two points of each edge.
    heights : ndarray of shape (n − 1,)
        Its length, in the unit of X.

    References
    ----------
    March, Ram & Gray 2010, Fast Euclidean minimum spanning tree, KDD '10, 603.

    Examples
    --------
    >>> a, b, heights = edges(np.array([[0.0], [1.0], [5.0]]))
    >>> heights
    array([1., 4.])
    """
    n_components = len(X)
    component = np.arange(n_components)
    points = _Points(X)
    found = []
    while n_components > 1:
        limit = _search(points, component, n_components)
        chosen, n_components, component = _join(points, component, limit)
        found.append((chosen, points.outsider[chosen], points.length[chosen]))
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))


class _Points:
    """What each point knows of its nearest outsider; lives through all rounds."""

    def __init__(self, X):
        self.X = X
        self.tree = cKDTree(X, balanced_tree=False, compact_nodes=False)
        self.kept = _query(self.tree, X, KEPT, np.inf)
        self.outsider = np.full(len(X), -1)  # -1: not known
        self.length = np.zeros(len(X))  # distance to it; not known: a lower bound
        self.next = np.full(len(X), KEPT)  # how many neighbours to look at next

    def neighbours(self, who, k, radius):
        """Distances and numbers of the k nearest within a radius, -1 where none is."""
        if k == KEPT:
            return self.kept[0][who], self.kept[1][who]
        return _query(self.tree, self.X[who], k, radius)

    def distance(self, u, v):
        """The same number for (u, v) and (v, u), which a tree does not promise."""
        gap = self.X[u] - self.X[v]
        return np.sqrt(np.einsum("...j,...j->...", gap, gap))


def _query(tree, X, k, radius):
    """k neighbours within a radius: distances (inf: none) and numbers (-1: none)."""
    distances, at = tree.query(
        X, k=np.arange(1, k + 1), distance_upper_bound=radius, workers=n_threads()
    )
    return distances, np.where(at == tree.n, -1, at)


def _search(points, component, n_components) -> np.ndarray:
    """Make known the shortest edge out of each component but the largest."""
    active = np.flatnonzero(component != np.bincount(component).argmax())
    inside = component[points.outsider[active]] == component[active]
    points.outsider[active[inside]] = -1
    limit = np.full(n_components, np.inf)
    _lower(limit, points, component, active)
    while True:
        open_ = active[points.outsider[active] < 0]
        within = points.length[open_] < limit[component[open_]] * (1 - SLACK)
        open_ = open_[within]
        if not len(open_):
            return limit
        k = points.next[open_].min()
        who = open_[points.next[open_] == k]
        search = _in_lists if k <= MOST else _among_outsiders
        search(points, component, limit, who, k)


def _lower(limit, points, component, who) -> None:
    """Lower the limits of components by the edges that these points know."""
    known = who[points.outsider[who] >= 0]
    np.minimum.at(limit, component[known], points.length[known])


def _in_lists(points, component, limit, who, k) -> None:
    """Look for outsiders among the k nearest neighbours."""
    for part, radius in _alike(limit[component[who]]):
        u = who[part]
        distances, v = points.neighbours(u, k, radius)
        outside = (v >= 0) & (component[v] != component[u, None])
        has = outside.any(axis=1)
        first = v[np.arange(len(u)), outside.argmax(axis=1)]
        full = np.isfinite(distances[:, -1])
        bound = np.minimum(distances[:, -1], radius)
        points.outsider[u] = np.where(has, first, -1)
        points.length[u] = np.where(has, points.distance(u, first), bound)
        points.next[u[~has & full]] = 2 * k
        _lower(limit, points, component, u)


def _among_outsiders(points, component, limit, who, _) -> None:
    """Look for outsiders in two trees for each bit of the component's number."""
    nearest = np.full(len(points.X), -1)
    length = np.full(len(points.X), np.inf)
    bound = np.full(len(points.X), np.inf)
    for bit in range((len(limit) - 1).bit_length()):
        side = component >> bit & 1
        for value in (0, 1):
            others = np.flatnonzero(side != value)
            tree = cKDTree(points.X[others], balanced_tree=False, compact_nodes=False)
            asking = who[side[who] == value]
            for part, radius in _alike(limit[component[asking]]):
                u = asking[part]
                v = _query(tree, points.X[u], 1, radius)[1][:, 0]
                bound[u[v < 0]] = np.minimum(bound[u[v < 0]], radius)
                u, v = u[v >= 0], others[v[v >= 0]]
                d = points.distance(u, v)
                better = d < length[u]
                nearest[u[better]], length[u[better]] = v[better], d[better]
                np.minimum.at(limit, component[u], d)
    points.outsider[who] = np.where(length <= bound, nearest, -1)[who]
    points.length[who] = np.minimum(length, bound)[who]


def _alike(limit):
    """Yield chunks of queries with like limits, and a radius that covers each."""
    order = np.argsort(limit, kind="stable")
    for part in np.array_split(order, -(-len(order) // CHUNK)) if len(order) else []:
        yield np.sort(part), limit[part].max() * (1 + SLACK)


def _join(points, component, limit):
    """Take the shortest edge out of each component; join what they connect."""
    at_limit = points.length == limit[component]
    chosen = np.flatnonzero(at_limit & (points.outsider >= 0))
    chosen = chosen[np.unique(component[chosen], return_index=True)[1]]
    chosen = chosen[np.argsort(points.length[chosen], kind="stable")]
    # subtle: under ties the edges may close a circle; a spanning forest by their ranks
    # leaves one out. Ranks, because a weight of 0 would mean "no edge" to SciPy.
    ends = component[chosen], component[points.outsider[chosen]]
    ranks = np.arange(1.0, len(chosen) + 1)
    graph = coo_array((ranks, ends), shape=(len(limit), len(limit)))
    forest = minimum_spanning_tree(graph.tocsr())
    n_components, of_component = connected_components(forest, directed=False)
    kept = np.sort(forest.data).astype(int) - 1
    return chosen[kept], n_components, of_component[component]
