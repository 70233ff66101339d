"""Five linkages of a 5 % sample, 16,500 stars, against SciPy's, from the points.

SciPy's time includes the condensed distances that it makes. The runs are long, so each
pair runs once.
"""

import numpy as np
from scipy.cluster.hierarchy import linkage as peer

from benchmarks.harness import Pair
from helpers.linkage import linkage
from helpers.stars import catalogue

N = 16_500


def _setup(representation):
    """The standardised stars of the sample."""
    table = catalogue.load().representation(representation)
    chosen = np.random.default_rng(0).choice(len(table), N, replace=False)
    return (np.asarray(catalogue.standardize(table), dtype=float)[chosen],)


def _same(ours, theirs):
    """All heights; where two are equal, or nearly, the pairs may differ."""
    np.testing.assert_allclose(ours[:, 2], theirs[:, 2], rtol=1e-9)


def _pair(method, representation, d):
    return Pair(
        room="linkage",
        work=f"{method} linkage of points",
        peer_name="scipy.cluster.hierarchy.linkage",
        n=N,
        d=d,
        setup=lambda: _setup(representation),
        ours=lambda X: linkage(X, method),
        peer=lambda X: peer(X, method),
        same=_same,
        repeats=1,
    )


METHODS = ("single", "complete", "average", "centroid", "ward")
PAIRS = [_pair(method, "3d", 3) for method in METHODS]
PAIRS += [_pair(method, "6d", 6) for method in ("single", "ward")]
