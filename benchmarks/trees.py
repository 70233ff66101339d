"""Single and Ward linkage of a whole catalogue against fastcluster, in little memory.

The peer is its memory-saving routine, `linkage_vector`. At 20,000 and 50,000 stars all
heights are compared. With all 330,000 the peer would need too long: it runs on 50,000,
and its time is multiplied by the square of 6.6, the growth that its n² algorithms have
(the rows of 20,000 and 50,000 tell whether they do).
"""

import fastcluster
import numpy as np

from benchmarks.harness import Pair
from helpers import catalogue, trees

N, PART = 330_000, 50_000


def _stars(representation, n):
    """The standardised stars, or some of them at random."""
    table = catalogue.load().representation(representation)
    X = np.ascontiguousarray(catalogue.scale(table, "standard"), dtype=float)
    return X[np.random.default_rng(0).permutation(N)[:n]]


def _peer(method):
    """Fastcluster's routine of O(n) memory, on no more stars than it can finish."""
    return lambda X: fastcluster.linkage_vector(X[:PART], method)


def _same(ours, peer):
    """All heights; of the whole, only that it is a whole tree and rises."""
    if len(ours) == len(peer):
        np.testing.assert_allclose(ours[:, 2], peer[:, 2], rtol=1e-9)
    assert ours[-1, 3] == len(ours) + 1
    assert (np.diff(ours[:, 2]) >= 0).all()


def _pair(method, representation, d, n):
    part = min(n, PART)
    return Pair(
        room="trees",
        work=f"{method} linkage",
        peer_name="fastcluster.linkage_vector",
        n=n,
        d=d,
        setup=lambda: (_stars(representation, n),),
        ours=getattr(trees, method),
        peer=_peer(method),
        same=_same,
        repeats=3 if n < PART else 1,
        cost_of=(n / part) ** 2,
        note="" if n == part else f"peer extrapolated by n² from {part:,} stars",
    )


PAIRS = [
    _pair(method, representation, d, n)
    for method in ("single", "ward")
    for representation, d in (("3d", 3), ("6d", 6))
    for n in (20_000, PART, N)
]
