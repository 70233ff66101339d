"""Five linkages of a 2.5 % sample, 8,250 stars, from the points.

The peer is fastcluster, which is faster than SciPy on these; SciPy, which most readers
have, is measured on two. Both times include the condensed distances that they make.
"""

import fastcluster
import numpy as np
from scipy.cluster import hierarchy

from benchmarks.harness import Pair
from helpers.linkage import linkage
from helpers.stars import catalogue

N = 8_250


def _setup(representation):
    """The standardised stars of the sample."""
    table = catalogue.load().representation(representation)
    chosen = np.random.default_rng(0).choice(len(table), N, replace=False)
    return (np.asarray(catalogue.standardize(table), dtype=float)[chosen],)


def _same(ours, theirs):
    """All heights; where two are equal, or nearly, the pairs may differ."""
    np.testing.assert_allclose(ours[:, 2], theirs[:, 2], rtol=1e-9)


def _pair(peer_name, peer, method, d, repeats):
    return Pair(
        room="linkage",
        work=f"{method} linkage",
        peer_name=peer_name,
        n=N,
        d=d,
        setup=lambda: _setup(f"{d}d"),
        ours=lambda X: linkage(X, method),
        peer=lambda X: peer(X, method),
        same=_same,
        repeats=repeats,
    )


METHODS = [
    *((method, 3) for method in ("single", "complete", "average", "centroid", "ward")),
    *((method, 6) for method in ("single", "average", "ward")),
]
PAIRS = [_pair("fastcluster.linkage", fastcluster.linkage, *m, 3) for m in METHODS]
PAIRS += [
    _pair("scipy.cluster.hierarchy.linkage", hierarchy.linkage, method, 3, 1)
    for method in ("average", "ward")
]
