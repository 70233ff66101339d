"""The Hopkins statistic against a plain loop over its probes.

The loop is the one that a reader would write from the definition: for each place the
least of SciPy's distances to all points, for each chosen point the least to all others
(`np.delete` leaves the point itself out). It draws the same places and points.
"""

import numpy as np
from scipy.spatial.distance import cdist

from benchmarks.harness import Pair
from helpers.hopkins import hopkins
from helpers.stars import catalogue

N, SEED = 16_500, 3


def plain_loop(X, n_probes):
    """H by one row of distances for each probe."""
    rng = np.random.default_rng(SEED)
    low, high = X.min(axis=0), X.max(axis=0)
    chosen = rng.choice(len(X), n_probes, replace=False)
    places = low + rng.random((n_probes, X.shape[1])) * (high - low)
    u, w = [], []
    for place, i in zip(places, chosen, strict=True):
        u.append(cdist(place[None], X).min())
        w.append(cdist(X[i : i + 1], np.delete(X, i, axis=0)).min())
    u, w = np.power(u, X.shape[1]), np.power(w, X.shape[1])
    return u.sum() / (u.sum() + w.sum())


def _uniform(d):
    """Uniform points in d dimensions."""
    return np.random.default_rng(1).random((N, d))


def _stars(d):
    """A sample of the catalogue, 3-D or 6-D, scaled to the unit cube."""
    X = catalogue.load().representation(f"{d}d")
    return catalogue.standardize(X.sample(N, random_state=1), "minmax").to_numpy()


def _pair(points, what, d, n_probes):
    """One statistic of some points in d dimensions."""
    return Pair(
        room="hopkins",
        work=f"Hopkins statistic, {n_probes:,} probes, {what}",
        peer_name="plain loop over probes with SciPy's cdist",
        n=N,
        d=d,
        setup=lambda: (points(d), n_probes),
        ours=lambda X, m: hopkins(X, m, np.random.default_rng(SEED)),
        peer=plain_loop,
        same=lambda ours, peer: np.testing.assert_allclose(ours, peer, rtol=1e-9),
    )


# A tenth of the points is the usual number of probes. In 6-D most places lie far from
# all stars, and a tree can leave out less.
PAIRS = [
    _pair(points, what, d, N // 10)
    for points, what in ((_uniform, "uniform points"), (_stars, "stars"))
    for d in (3, 6)
]
