"""The minimum spanning tree of many distinct points, by Borůvka's rounds.

The merges of single linkage are the edges of a minimum spanning tree (Gower & Ross
1969, Applied Statistics 18, 54). In a round every component but the largest finds the
shortest edge that leaves it; these edges belong to the tree and join the components
(Borůvka 1926; March, Ram & Gray 2010, KDD '10, 603). The nearest *outsider* of a point
comes first from a short list of neighbours, kept once; then from longer lists, and only
where a bound leaves it open: a point whose known neighbours are all insiders and reach
farther than an edge that its component already has, cannot offer a shorter one. Where
that would be more work, from trees of outsiders: two components differ in some bit of
their numbers, so for each bit one tree for the points that have it and one for those
that do not.

Not handled: equal points (join them first), other metrics.
"""

import numpy as np
from scipy.sparse import coo_array, csgraph

from helpers.fast.neighbours import SLACK, chunks_of_like_radius, query, tree_of

KEPT = 8
"""Neighbours of each point that are kept, the point itself included."""

WORTH = 1
"""Neighbours in lists that are as much work as a point put into a tree of outsiders."""


def minimum_spanning_tree(X) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the edges of the tree: their two ends and their lengths, each (n - 1,).

    X (n, d) holds distinct points in one unit; if neighbours are near each other in the
    table, that is faster.

    >>> minimum_spanning_tree(np.array([[0.0], [1.0], [5.0]]))[2]
    array([1., 4.])
    """
    points, component, n_components = _Points(X), np.arange(len(X)), len(X)
    rounds = []
    while n_components > 1:
        shortest = _find_outsiders(points, component, n_components)
        chosen, component, n_components = _join(points, component, shortest)
        rounds.append((chosen, points.outsider[chosen], points.length[chosen]))
    return tuple(np.concatenate(column) for column in zip(*rounds, strict=True))


class _Points:
    """What each point knows of its nearest outsider; lives through all rounds."""

    def __init__(self, X):
        self.X = X
        self.tree = tree_of(X)
        self.kept = query(self.tree, X, KEPT, np.inf)
        self.outsider = np.full(len(X), -1)  # -1: not known
        self.length = np.zeros(len(X))  # distance to it; not known: a lower bound
        self.n_next = np.full(len(X), KEPT)  # how many neighbours to look at next

    def neighbours(self, u, k, radius):
        """Distances and numbers of the k nearest within a radius, -1 where none is."""
        if k == KEPT:
            return self.kept[0][u], self.kept[1][u]
        return query(self.tree, self.X[u], k, radius)

    def distance(self, u, v):
        """The same number for (u, v) and (v, u), which a tree does not promise."""
        gap = self.X[u] - self.X[v]
        return np.sqrt(np.einsum("...j,...j->...", gap, gap))


def _find_outsiders(points, component, n_components) -> np.ndarray:
    """Find the shortest edge out of each component but the largest; its length."""
    searching = np.flatnonzero(component != np.bincount(component).argmax())
    # Forget an outsider that the last round has brought into the own component.
    inside = component[points.outsider[searching]] == component[searching]
    points.outsider[searching[inside]] = -1
    # The outsiders still known bound the shortest edge of each component from above.
    shortest = np.full(n_components, np.inf)
    _lower(shortest, points, component, searching)
    while True:
        # Undecided: no outsider is known, and one may be nearer than that bound.
        undecided = searching[points.outsider[searching] < 0]
        bound = shortest[component[undecided]] * (1 - SLACK)
        undecided = undecided[points.length[undecided] < bound]
        if not len(undecided):
            return shortest
        # Those that have asked for the fewest neighbours come first.
        k = points.n_next[undecided].min()
        asking = undecided[points.n_next[undecided] == k]
        # Longer lists, as long as they are less work than to make and ask the trees.
        in_trees = (len(component) + len(asking)) * (n_components - 1).bit_length()
        lists = k == KEPT or k * len(asking) <= WORTH * in_trees
        search = _search_lists if lists else _search_trees_of_outsiders
        search(points, component, shortest, asking, k)


def _lower(shortest, points, component, u) -> None:
    """Lower the bounds of components by the edges that these points know."""
    known = u[points.outsider[u] >= 0]
    np.minimum.at(shortest, component[known], points.length[known])


def _search_lists(points, component, shortest, asking, k) -> None:
    """Look for outsiders among the k nearest neighbours."""
    for part, radius in chunks_of_like_radius(shortest[component[asking]]):
        u, radius = asking[part], radius * (1 + SLACK)
        distances, v = points.neighbours(u, k, radius)
        # The first neighbour of another component is the nearest outsider.
        outside = (v >= 0) & (component[v] != component[u, None])
        found = outside.any(axis=1)
        first = v[np.arange(len(u)), outside.argmax(axis=1)]
        # Where there is none, an outsider is no nearer than the last one seen.
        seen = np.minimum(distances[:, -1], radius)
        points.outsider[u] = np.where(found, first, -1)
        points.length[u] = np.where(found, points.distance(u, first), seen)
        # A list that was full may go on.
        full = np.isfinite(distances[:, -1])
        points.n_next[u[~found & full]] = 2 * k
        _lower(shortest, points, component, u)


def _search_trees_of_outsiders(points, component, shortest, asking, _) -> None:
    """Look for outsiders in two trees for each bit of the component's number."""
    nearest = np.full(len(points.X), -1)
    length, searched = np.full((2, len(points.X)), np.inf)
    for bit in range((len(shortest) - 1).bit_length()):
        has_bit = component >> bit & 1
        for value in (0, 1):
            # Points whose bit is `value` ask the tree of those whose bit is not.
            these = asking[has_bit[asking] == value]
            others = np.flatnonzero(has_bit != value) if len(these) else these
            tree = tree_of(points.X[others])
            for part, radius in chunks_of_like_radius(shortest[component[these]]):
                u, radius = these[part], radius * (1 + SLACK)
                at = query(tree, points.X[u], 1, radius)[1][:, 0]
                # None within the radius: so far the tree was searched.
                none = u[at < 0]
                searched[none] = np.minimum(searched[none], radius)
                # Keep the nearest of all trees, and lower the bound for the next.
                u, v = u[at >= 0], others[at[at >= 0]]
                d = points.distance(u, v)
                better = d < length[u]
                nearest[u[better]], length[u[better]] = v[better], d[better]
                np.minimum.at(shortest, component[u], d)
    points.outsider[asking] = np.where(length <= searched, nearest, -1)[asking]
    points.length[asking] = np.minimum(length, searched)[asking]


def _join(points, component, shortest):
    """Take the shortest edge out of each component; join what they connect."""
    # One point for each component whose own edge is the shortest.
    at_bound = points.length == shortest[component]
    chosen = np.flatnonzero(at_bound & (points.outsider >= 0))
    chosen = chosen[np.unique(component[chosen], return_index=True)[1]]
    chosen = chosen[np.argsort(points.length[chosen], kind="stable")]
    # subtle: under ties the edges may close a circle; a spanning forest by their ranks
    # leaves one out. Ranks, because a weight of 0 would mean "no edge" to SciPy.
    ends = component[chosen], component[points.outsider[chosen]]
    ranks = np.arange(1.0, len(chosen) + 1)
    graph = coo_array((ranks, ends), shape=(len(shortest), len(shortest)))
    forest = csgraph.minimum_spanning_tree(graph.tocsr())
    n_components, joined = csgraph.connected_components(forest, directed=False)
    kept = np.sort(forest.data).astype(int) - 1
    return chosen[kept], joined[component], n_components
