"""EM iterations on the whole catalogue against scikit-learn's, from the same start.

Both take the same number of iterations from 28 given components; a start is no part of
the work. The start is a rough one, made from every hundredth star.
"""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as Reference

from benchmarks.harness import Pair
from helpers.mixture import GaussianMixture
from helpers.stars import catalogue

K, N_ITER, N = 28, 5, 330_000


def _setup(representation):
    """The standardised stars and a start for both."""
    table = catalogue.load().representation(representation)
    X = np.ascontiguousarray(catalogue.standardize(table, "standard"), dtype=float)
    rough = GaussianMixture(K, tol=0.01, reg_covar=1e-3, random_state=0).fit(X[::100])
    return X, rough.weights_, rough.means_, rough.precisions_


def _fit(estimator):
    """A function that takes N_ITER iterations with this class of estimator."""

    def fit(X, weights, means, precisions):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return estimator(
                K,
                tol=0,
                max_iter=N_ITER,
                weights_init=weights,
                means_init=means,
                precisions_init=precisions,
            ).fit(X)

    return fit


def _same(ours, peer):
    """Log-likelihood per point and parameters."""
    np.testing.assert_allclose(
        ours.lower_bounds_, peer.lower_bounds_, rtol=0, atol=1e-8
    )
    np.testing.assert_allclose(ours.means_, peer.means_, rtol=1e-5, atol=1e-5)


def _pair(representation, d):
    return Pair(
        room="mixture",
        work=f"{N_ITER} EM iterations, {K} full components, given start",
        peer_name="sklearn.mixture.GaussianMixture",
        n=N,
        d=d,
        setup=lambda: _setup(representation),
        ours=_fit(GaussianMixture),
        peer=_fit(Reference),
        same=_same,
        repeats=3,
    )


PAIRS = [_pair("3d", 3), _pair("6d", 6)]
