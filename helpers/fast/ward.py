"""Ward's merges of many distinct points, by rounds of mutual nearest neighbours.

Ward's distance of clusters a and b, with sizes s and centres c, is

    d(a, b) = sqrt(2 s_a s_b / (s_a + s_b)) |c_a − c_b|        (squared: `_squared`).

No merge of others brings two clusters nearer to each other (Bruynooghe 1978, Cahiers de
l'analyse des données 3, 7, calls this *reducible*). So all pairs that are each other's
nearest may merge in one round, and a nearest neighbour stays it until it merges itself
(Müllner 2011, arXiv:1109.2378).

Nearest under d is found in k-d trees of the centres, one tree for each power of two of
cluster size. In a tree the size factor lies within a factor of 2, so the distance of
the farthest centre seen bounds d for all centres beyond.

Not handled: equal points (join them first and give their number as size), other
metrics. Points whose gaps grow all along a line merge one pair a round: n rounds.
"""

from dataclasses import dataclass

import numpy as np

from helpers.fast.neighbours import SLACK, chunks_of_like_radius, query, tree_of


@dataclass
class _Clusters:
    """The clusters of a round, each in the place of one of its points (n places)."""

    centers: np.ndarray
    sizes: np.ndarray
    alive: np.ndarray
    heights: np.ndarray  # of the merge that made the cluster, 0 for a point
    nearest: np.ndarray  # place of the nearest cluster
    best: np.ndarray  # squared Ward distance to it


def merges(X, sizes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the merges: a point of either cluster and the height, each (n - 1,).

    X (n, d) holds distinct points in one unit; if neighbours are near each other in the
    table, that is faster. `sizes` (n,) says how many original points each stands for.
    A merge comes after those it rests on, and is never lower; heights as X.

    >>> a, b, heights = merges(np.array([[0.0], [1.0], [5.0]]), np.ones(3))
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
    searching, rounds, n_left = np.arange(n), [], n - 1
    while n_left:
        _find_nearest(clusters, searching)
        a, b = _mutual_pairs(clusters)
        searching = _merge(clusters, a, b)
        rounds.append((a, b, clusters.heights[a]))
        n_left -= len(a)
    return tuple(np.concatenate(column) for column in zip(*rounds, strict=True))


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


def _find_nearest(clusters, searching) -> None:
    """Find the nearest of each of these clusters."""
    living = np.flatnonzero(clusters.alive)
    # Guess first: the nearest so far, and the neighbours in the table. A good guess
    # makes the radius of the search small.
    at = np.searchsorted(living, searching)
    clusters.best[searching] = np.inf
    before, after = living[at - 1], living[(at + 1) % len(living)]
    guesses = np.column_stack([clusters.nearest[searching], before, after])
    _offer(clusters, searching, guesses)
    # One tree for each power of two of cluster size.
    power = np.frexp(clusters.sizes)[1]
    powers = np.unique(power[living])
    members = [living[power[living] == p] for p in powers]
    trees = [(own, tree_of(clusters.centers[own])) for own in members]
    # The own tree first: it most often holds the nearest, and shortens the next steps.
    for p, tree in zip(powers, trees, strict=True):
        _search_tree(clusters, *tree, searching[power[searching] == p], 2)
    for p, tree in zip(powers, trees, strict=True):
        _search_tree(clusters, *tree, searching[power[searching] != p], 1)


def _search_tree(clusters, members, tree, undecided, k) -> None:
    """Look into the tree of some clusters, for more where those seen leave it open."""
    smallest, members = clusters.sizes[members].min(), np.append(members, -1)
    while len(undecided):
        # A centre beyond this radius is farther, in Ward's distance, than the best.
        factor = _factor(clusters.sizes[undecided], smallest)
        radius = np.sqrt(clusters.best[undecided] / factor) * (1 + SLACK)
        still_undecided = []
        for part, largest in chunks_of_like_radius(radius):
            u = undecided[part]
            distances, at = query(tree, clusters.centers[u], k, largest)
            v = members[at]  # -1 where there is none
            _offer(clusters, u, np.where(v < 0, u[:, None], v))
            # Open where a centre beyond the last one seen could still be nearer.
            bound = factor[part] * distances[:, -1] ** 2
            still_undecided.append(u[bound < clusters.best[u] * (1 - SLACK)])
        undecided = np.sort(np.concatenate(still_undecided))
        k *= 2


def _offer(clusters, u, v) -> None:
    """Take the best of the candidates v (a row for each u), if better; u is none."""
    d = _squared(clusters, u[:, None], v)
    d[v == u[:, None]] = np.inf
    row = np.arange(len(u))
    at = d.argmin(axis=1)
    better = d[row, at] < clusters.best[u]
    clusters.best[u[better]] = d[row, at][better]
    clusters.nearest[u[better]] = v[row, at][better]


def _mutual_pairs(clusters) -> tuple[np.ndarray, np.ndarray]:
    """Disjoint pairs that are each other's nearest, at least one."""
    u = np.flatnonzero(clusters.alive)
    v = clusters.nearest[u]
    # subtle: under ties, or by rounding, v may name another nearest than u, though none
    # is nearer. So compare distances, not names; the least distance of all then wins.
    lowest = clusters.best.copy()
    np.minimum.at(lowest, v, clusters.best[u])
    mutual = (clusters.best[u] == lowest[u]) & (clusters.best[u] == lowest[v])
    # Each pair once, the lower place first.
    a, b = np.unique(np.sort(np.column_stack([u, v])[mutual], axis=1), axis=0).T
    # Ties make pairs that share a cluster: the lower rank wins. A random order of ranks
    # lets many pairs of a long chain of ties win at once; the seed is part of the rule.
    rank = np.random.default_rng(0).permutation(len(a))
    first = np.full(len(lowest), len(a))
    np.minimum.at(first, a, rank)
    np.minimum.at(first, b, rank)
    wins = (first[a] == rank) & (first[b] == rank)
    return a[wins], b[wins]


def _merge(clusters, a, b) -> np.ndarray:
    """Put b into a; return the clusters that have to look for their nearest anew."""
    # Rounding must not put a merge below those it rests on.
    s, t = clusters.sizes[a, None], clusters.sizes[b, None]
    below = np.maximum(clusters.heights[a], clusters.heights[b])
    clusters.heights[a] = np.maximum(np.sqrt(clusters.best[a]), below)
    # The union stands in the place of a; its centre is the mean of all its points.
    clusters.centers[a] = (s * clusters.centers[a] + t * clusters.centers[b]) / (s + t)
    clusters.sizes[a] += clusters.sizes[b]
    clusters.alive[b] = False
    # Unions, and those whose nearest has merged, search again; the union that it went
    # into is their first guess.
    union_of = np.arange(len(clusters.sizes))
    union_of[b] = a
    changed = np.zeros(len(union_of), dtype=bool)
    changed[a] = changed[b] = True
    living = np.flatnonzero(clusters.alive)
    searching = living[changed[living] | changed[clusters.nearest[living]]]
    clusters.nearest[searching] = union_of[clusters.nearest[searching]]
    return searching
