"""k-means on the whole catalogue against its peers', from the same start.

All use their default threads; a start is no part of the work. scikit-learn's, and where
it is installed that of scikit-learn-intelex, goes on until no label changes (tol = 0).
faiss, where it is installed, is told the number of iterations and computes in single
precision.
"""

import warnings
from importlib.util import find_spec

import numpy as np
from sklearn.cluster import KMeans as Peer
from sklearn.exceptions import ConvergenceWarning

from benchmarks.harness import Pair
from helpers.kmeans import KMeans
from helpers.stars import catalogue

K, N, N_ITER = 28, 330_000, 20


def _setup(representation):
    """The standardised stars, and 28 of them as the start."""
    table = catalogue.load().representation(representation)
    X = np.ascontiguousarray(catalogue.standardize(table, "standard"), dtype=float)
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


def _pair(representation, d, name="sklearn.cluster.KMeans", peer=Peer):
    return Pair(
        room="kmeans",
        work=f"k-means to its end, k = {K}, given start",
        peer_name=name,
        n=N,
        d=d,
        setup=lambda: _setup(representation),
        ours=_fit(KMeans),
        peer=_fit(peer),
        same=_same,
        repeats=3,
    )


def _iterations(X, start):
    """Our centres after N_ITER iterations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = KMeans(K, init=start, tol=0, max_iter=N_ITER).fit(X)
    return model.cluster_centers_


def _faiss(X, start):
    """The centres of faiss after as many."""
    import faiss

    model = faiss.Kmeans(X.shape[1], K, niter=N_ITER, max_points_per_centroid=N)
    model.train(X.astype(np.float32), init_centroids=start.astype(np.float32))
    return model.centroids


PAIRS = [_pair("3d", 3), _pair("6d", 6)]
if find_spec("sklearnex"):
    from sklearnex.cluster import KMeans as Intel

    PAIRS.append(_pair("3d", 3, "sklearnex.cluster.KMeans", Intel))
if find_spec("faiss"):
    PAIRS.append(
        Pair(
            room="kmeans",
            work=f"{N_ITER} k-means iterations, k = {K}, given start",
            peer_name="faiss.Kmeans",
            n=N,
            d=3,
            setup=lambda: _setup("3d"),
            ours=_iterations,
            peer=_faiss,
            same=lambda a, b: np.testing.assert_allclose(a, b, atol=0.01),
            repeats=3,
            note="the peer computes in single precision",
        )
    )
