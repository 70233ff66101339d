"""The Hopkins statistic against a plain loop over its probes.

The loop draws the same places and points, and asks SciPy's cdist for the distances
from one probe to all points. It is written as well as such a loop can be: the probe's
own distance is set aside in place, so that no copy of the points is made.
"""

import numpy as np
from scipy.spatial.distance import cdist

from benchmarks.harness import Pair
from helpers.hopkins import hopkins

N, SEED = 16_500, 3


def plain_loop(X, n_probes):
    """H by one row of distances for each probe."""
    rng = np.random.default_rng(SEED)
    low, high = X.min(axis=0), X.max(axis=0)
    chosen = rng.choice(len(X), n_probes, replace=False)
    places = low + rng.random((n_probes, X.shape[1])) * (high - low)
    u = [cdist(place[None], X).min() for place in places]
    w = []
    for row in chosen:
        distances = cdist(X[row : row + 1], X)[0]
        distances[row] = np.inf
        w.append(distances.min())
    u, w = np.power(u, X.shape[1]), np.power(w, X.shape[1])
    return u.sum() / (u.sum() + w.sum())


def _pair(d, n_probes):
    """One statistic of uniform points in d dimensions."""
    return Pair(
        room="hopkins",
        work=f"one statistic, {n_probes:,} probes, uniform points",
        peer_name="plain loop over probes with SciPy's cdist",
        n=N,
        d=d,
        setup=lambda: (np.random.default_rng(1).random((N, d)), n_probes),
        ours=lambda X, m: hopkins(X, m, np.random.default_rng(SEED)),
        peer=plain_loop,
        same=lambda ours, peer: np.testing.assert_allclose(ours, peer, rtol=1e-9),
        repeats=5,
    )


# A tenth of the points is the usual number of probes; with half of them the time to
# build the tree hardly counts.
PAIRS = [_pair(d, n_probes) for d in (3, 6) for n_probes in (N // 10, N // 2)]
