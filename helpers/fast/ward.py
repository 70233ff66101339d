"""Ward's merges of many distinct points, by rounds of mutual nearest neighbours.

Ward's distance of clusters a and b, with sizes s and centres c, is

    d(a, b) = sqrt(2 s_a s_b / (s_a + s_b)) |c_a − c_b|        (squared: `_squared`).

No merge of others brings two clusters nearer to each other (Bruynooghe 1978, Cahiers de
l'analyse des données 3, 7, calls this *reducible*). So all pairs that are each other's
nearest may merge in one round, and a nearest neighbour stays it until it merges itself.

Nearest under d is found in k-d trees of the centres, one tree for each power of two of
cluster size. In a tree the size factor lies within a factor of 2, so the distance of
the farthest centre seen bounds d for all centres beyond.

Not handled: equal points (join them first and give their number as size), other
metrics. Points whose gaps grow all along a line merge one pair a round: n rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from helpers.fast.threads import n_threads

CHUNK = 4096
"""Clusters asked for at once; they share the largest search radius among them."""

SLACK = 1e-12
"""Relative rounding that a search radius must forgive."""


@dataclass
class _Clusters:
    """The clusters of a round, each in the place of one of its points (n places)."""

    centers: np.ndarray
    sizes: np.ndarray
    alive: np.ndarray
    heights: np.ndarray  # of the merge that made the cluster, 0 for a point
    nearest: np.ndarray  # place of the nearest cluster
    best: np.ndarray  # squared Ward distance to it


def edges(X, sizes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the merges of Ward linkage, each as two points and a height.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Distinct points in one unit, neighbours near each other in the table (that is
        for speed only).
    sizes : ndarray of shape (n,)
        How many original points each stands for.

    Returns
    -------
    a, b : ndarrays of shape (n − 1,)
        A point of each of the two clusters; a merge comes after those it rests on.
    heights : ndarray of shape (n − 1,)
        In the unit of X, never below those of the merges it rests on.

    References
    ----------
    Müllner 2011, Modern hierarchical, agglomerative clustering algorithms,
    arXiv:1109.2378.

    Examples
    --------
    >>> a, b, heights = edges(np.array([[0.0], [1.0], [5.0]]), np.ones(3))
    >>> a, b, heights.round(3)
    (array([0, 0]), array([1, 2]), array([1.   , 5.196]))
    """
    n = len(X)
    clusters = _Clusters(
        centers=_near_zero(X),
        sizes=np.asarray(sizes, dtype=float),
        alive=np.ones(n, dtype=bool),
        heights=np.zeros(n),
        nearest=np.arange(n),
        best=np.full(n, np.inf),
    )
    lost = np.arange(n)
    found = []
    remaining = n - 1
    while remaining:
        _search(clusters, lost)
        a, b = _mutual(clusters)
        lost = _merge(clusters, a, b)
        found.append((a, b, clusters.heights[a]))
        remaining -= len(a)
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))


def _near_zero(X) -> np.ndarray:
    """A copy without a large offset, which would cost the centres their last digits."""
    # A step beyond the spread: data around 0 stay as they are, to the last bit.
    step = np.ldexp(1.0, np.frexp(np.ptp(X, axis=0))[1] + 3)
    return X - np.rint(X.mean(axis=0) / step) * step


def _squared(clusters, u, v) -> np.ndarray:
    """Squared Ward distances; the same number for (u, v) and (v, u)."""
    gap = clusters.centers[u] - clusters.centers[v]
    factor = _factor(clusters.sizes[u], clusters.sizes[v])
    return factor * np.einsum("...j,...j->...", gap, gap)


def _factor(s, t):
    """What multiplies |c_a − c_b|² in Ward's distance; it grows with s and t."""
    return 2 * s * t / (s + t)


def _search(clusters, who) -> None:
    """Find the nearest of each of these clusters."""
    live = np.flatnonzero(clusters.alive)
    at = np.searchsorted(live, who)
    clusters.best[who] = np.inf
    guesses = [clusters.nearest[who], live[at - 1], live[(at + 1) % len(live)]]
    _offer(clusters, who, np.column_stack(guesses))
    power = np.frexp(clusters.sizes)[1]
    trees = [_Tree(clusters, live[power[live] == p]) for p in np.unique(power[live])]
    # The own tree first: it most often holds the nearest, and shortens the next steps.
    for tree in trees:
        own = power[who] == power[tree.members[0]]
        _ask(clusters, tree, who[own], 2)
    for tree in trees:
        own = power[who] == power[tree.members[0]]
        _ask(clusters, tree, who[~own], 1)


class _Tree:
    """The centres of clusters of like size."""

    def __init__(self, clusters, members):
        self.members = members
        self.smallest = clusters.sizes[members].min()
        self.tree = cKDTree(
            clusters.centers[members], balanced_tree=False, compact_nodes=False
        )

    def query(self, X, k, radius):
        """Distances and places of k neighbours within a radius; −1 where none is."""
        distances, at = self.tree.query(
            X,
            k=np.arange(1, k + 1),
            distance_upper_bound=radius,
            workers=n_threads(),
        )
        return distances, np.append(self.members, -1)[at]


def _ask(clusters, tree, who, k) -> None:
    """Look into one tree, for more neighbours where those seen leave it open."""
    while len(who):
        factor = _factor(clusters.sizes[who], tree.smallest)
        radius = np.sqrt(clusters.best[who] / factor) * (1 + SLACK)
        open_ = []
        for part in _alike(radius):
            u = who[part]
            distances, v = tree.query(clusters.centers[u], k, radius[part].max())
            _offer(clusters, u, np.where(v < 0, u[:, None], v))
            bound = factor[part] * distances[:, -1] ** 2
            open_.append(u[bound < clusters.best[u] * (1 - SLACK)])
        who = np.sort(np.concatenate(open_))
        k *= 2


def _alike(radius) -> list[np.ndarray]:
    """Chunks of queries with like radius; in a chunk, neighbours stay together."""
    order = np.argsort(radius, kind="stable")
    return [np.sort(part) for part in np.array_split(order, -(-len(order) // CHUNK))]


def _offer(clusters, u, v) -> None:
    """Take the best of the candidates v (a row for each u), if better; u is none."""
    d = _squared(clusters, u[:, None], v)
    d[v == u[:, None]] = np.inf
    row = np.arange(len(u))
    at = d.argmin(axis=1)
    better = d[row, at] < clusters.best[u]
    clusters.best[u[better]] = d[row, at][better]
    clusters.nearest[u[better]] = v[row, at][better]


def _mutual(clusters) -> tuple[np.ndarray, np.ndarray]:
    """Disjoint pairs that are each other's nearest, at least one."""
    u = np.flatnonzero(clusters.alive)
    v = clusters.nearest[u]
    # subtle: under ties, or by rounding, v may name another nearest than u, though none
    # is nearer. So compare distances, not names; the least distance of all then wins.
    low = clusters.best.copy()
    np.minimum.at(low, v, clusters.best[u])
    pair = (clusters.best[u] == low[u]) & (clusters.best[u] == low[v])
    a, b = np.unique(np.sort(np.column_stack([u, v])[pair], axis=1), axis=0).T
    # Ties make pairs that share a cluster: the lower rank wins. A random order of ranks
    # lets many pairs of a long chain of ties win at once; the seed is part of the rule.
    rank = np.random.default_rng(0).permutation(len(a))
    first = np.full(len(low), len(a))
    np.minimum.at(first, a, rank)
    np.minimum.at(first, b, rank)
    wins = (first[a] == rank) & (first[b] == rank)
    return a[wins], b[wins]


def _merge(clusters, a, b) -> np.ndarray:
    """Put b into a; return the clusters that have to look for their nearest anew."""
    s, t = clusters.sizes[a, None], clusters.sizes[b, None]
    children = np.maximum(clusters.heights[a], clusters.heights[b])
    clusters.heights[a] = np.maximum(np.sqrt(clusters.best[a]), children)
    clusters.centers[a] = (s * clusters.centers[a] + t * clusters.centers[b]) / (s + t)
    clusters.sizes[a] += clusters.sizes[b]
    clusters.alive[b] = False
    into = np.arange(len(clusters.sizes))
    into[b] = a
    changed = np.zeros(len(into), dtype=bool)
    changed[a] = changed[b] = True
    live = np.flatnonzero(clusters.alive)
    lost = live[changed[live] | changed[clusters.nearest[live]]]
    clusters.nearest[lost] = into[clusters.nearest[lost]]
    return lost
