"""k-means on the whole catalogue against scikit-learn's, from the same start.

Both go on until no label changes (tol = 0) and use their default threads; a start is no
part of the work.
"""

import numpy as np
from sklearn.cluster import KMeans as Peer

from benchmarks.harness import Pair
from helpers import catalogue
from helpers.kmeans import KMeans

K, N = 28, 330_000


def _setup(representation):
    """The standardised stars, and 28 of them as the start."""
    table = catalogue.load().representation(representation)
    X = np.ascontiguousarray(catalogue.scale(table, "standard"), dtype=float)
    chosen = np.random.default_rng(0).choice(len(X), K, replace=False)
    return X, X[chosen]


def _fit(estimator):
    """A function that runs this class of estimator to its end."""
    return lambda X, start: estimator(
        K, init=start, n_init=1, tol=0, max_iter=1000
    ).fit(X)


def _same(ours, peer):
    """Iterations, every label, and the SSE."""
    assert ours.n_iter_ == peer.n_iter_
    np.testing.assert_array_equal(ours.labels_, peer.labels_)
    np.testing.assert_allclose(ours.inertia_, peer.inertia_, rtol=1e-9)


def _pair(representation, d):
    return Pair(
        room="kmeans",
        work=f"k-means to its end, k = {K}, given start",
        peer_name="sklearn.cluster.KMeans",
        n=N,
        d=d,
        setup=lambda: _setup(representation),
        ours=_fit(KMeans),
        peer=_fit(Peer),
        same=_same,
        repeats=3,
    )


PAIRS = [_pair("3d", 3), _pair("6d", 6)]
