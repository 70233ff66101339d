"""Single linkage of all stars against the minimum spanning trees of two libraries.

Such a tree is single linkage before its merges are put in order, so ours does more.
mlpack and quitefastmst are compiled for this one task, and are measured where they are
installed; quitefastmst is under the AGPL, so no list of ours names it.
"""

from importlib.util import find_spec

import numpy as np

from benchmarks.harness import Pair
from benchmarks.trees import N, _stars
from helpers import linkage


def _mlpack(X):
    """The lengths of the edges."""
    import mlpack

    return mlpack.emst(X)["output"][:, 2]


def _quitefastmst(X):
    """The lengths of the edges."""
    import quitefastmst

    return quitefastmst.mst_euclid(X)[0]


def _equal_lengths(ours, theirs):
    np.testing.assert_allclose(ours[:, 2], np.sort(theirs), rtol=1e-9)


def _pair(peer, peer_name, d, repeats):
    return Pair(
        room="spanning",
        work="single linkage",
        peer_name=peer_name,
        n=N,
        d=d,
        setup=lambda: (_stars(f"{d}d", N),),
        ours=linkage.single_linkage,
        peer=peer,
        same=_equal_lengths,
        repeats=repeats,
        note="the spanning tree only",
    )


PAIRS = []
if find_spec("mlpack"):  # slow in 6-D, so once
    PAIRS += [_pair(_mlpack, "mlpack.emst", d, n) for d, n in ((3, 3), (6, 1))]
if find_spec("quitefastmst"):
    peer = _quitefastmst, "quitefastmst.mst_euclid"
    PAIRS += [_pair(*peer, d, 3) for d in (3, 6)]
