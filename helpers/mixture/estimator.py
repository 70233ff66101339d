"""Gaussian mixtures: the estimator, with scikit-learn's names.

Read `mixture_steps` first: the E-step and the M-step as formulas. `mixture_em` repeats
them, `mixture_blocks` makes them fast, `mixture_starts` says where they begin,
`mixture_checks` has the error texts; what a caller needs of them are names of this
module too. Here: fitting, criteria, sampling.

Reference: McLachlan & Peel (2000), *Finite Mixture Models*, chapters 2 and 6.

Not handled: weighted points, missing values, sparse data, priors on the parameters.
"""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from helpers import _checks
from helpers.fast import em_pass
from helpers.fast.threads import workers
from helpers.mixture import checks as checks
from helpers.mixture import em_loop, starts, steps
from helpers.mixture.checks import COVARIANCE_TYPES
from helpers.mixture.em_loop import EM, em, iterate
from helpers.mixture.steps import Parameters, e_step, log_density, m_step, n_parameters

__all__ = [
    "COVARIANCE_TYPES",
    "EM",
    "GaussianMixture",
    "Parameters",
    "e_step",
    "em",
    "iterate",
    "log_density",
    "m_step",
    "n_parameters",
]


class GaussianMixture(DensityMixin, BaseEstimator):
    """A Gaussian mixture fitted by EM, with scikit-learn's names.

    Parameters
    ----------
    n_components : int
    covariance_type : {"full", "tied", "diag", "spherical"}
    tol, reg_covar, max_iter
        As for `em`.
    n_init : int
        Starts, of which the most likely end is kept.
    init_params : {"kmeans", "k-means++", "random", "random_from_data"}
        Clusters of k-means; points nearest to spread-out, or to random, points; or
        random responsibilities.
    weights_init, means_init, precisions_init : array-like, optional
        A start, or a part of it. Precisions are inverse covariances.
    random_state : int, Generator, RandomState or None

    Attributes
    ----------
    weights_, means_, covariances_ : ndarray
        Shapes as for `log_density`. Components are ordered by weight, then by the first
        coordinate of the mean; given a start or known labels, as these are.
    precisions_, precisions_cholesky_ : ndarray
        P = inverse covariance, and U with U U' = P.
    lower_bound_, lower_bounds_ : float, list of float
        Log-likelihood per point: the last, and that of each iteration.
    n_iter_, converged_, n_features_in_ : int, bool, int
    history_ : EM

    References
    ----------
    Dempster, Laird & Rubin 1977, J. Roy. Statist. Soc. B 39, 1.

    Examples
    --------
    >>> X = [[0.0], [1.0], [2.0], [8.0], [9.0]]
    >>> GaussianMixture(2, random_state=0).fit(X).means_.round(2)
    array([[1. ],
           [8.5]])
    """

    def __init__(
        self,
        n_components=1,
        *,
        covariance_type="full",
        tol=1e-3,
        reg_covar=1e-6,
        max_iter=100,
        n_init=1,
        init_params="kmeans",
        weights_init=None,
        means_init=None,
        precisions_init=None,
        random_state=None,
    ):
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state

    def fit(self, X, y=None, *, known=None):
        """Fit to X (n_samples, n_features); `known` as for `e_step`; y is ignored."""
        table, X = X, checks.varied(_checks.points(X, min_samples=2))
        validate_data(self, table, skip_check_array=True)
        n, k = len(X), self._check(X)
        known = checks.known(known, n, k)
        rng = _checks.seeded(self.random_state)
        settings = (self.covariance_type, self.tol, self.reg_covar, self.max_iter)
        runs = (
            em_loop.run(X, self._start(X, known, rng), *settings, known)
            for _ in range(self.n_init)
        )
        best = max(runs, key=lambda run: run.log_likelihoods[-1])
        em_loop.warn_unless(best)
        given = (self.weights_init, self.means_init, self.precisions_init, known)
        named = any(part is not None for part in given)
        self.history_ = best if named else em_loop.ordered(best, self.covariance_type)
        self.weights_, self.means_, self.covariances_ = self.history_.parameters
        self.lower_bounds_ = best.log_likelihoods.tolist()
        self.lower_bound_ = self.lower_bounds_[-1]
        self.n_iter_, self.converged_ = len(self.lower_bounds_), best.converged
        return self

    def fit_predict(self, X, y=None, *, known=None):
        """Fit, and return the component of each point."""
        return self.fit(X, known=known).predict(X)

    def predict(self, X):
        """Return the component with the largest responsibility, (n_samples,)."""
        return self._posterior(X)[0].argmax(axis=1)

    def predict_proba(self, X):
        """Return the responsibilities, (n_samples, n_components)."""
        return self._posterior(X)[0]

    def score_samples(self, X):
        """Return log p(x) of each point, (n_samples,), in nats."""
        return self._posterior(X)[1]

    def score(self, X, y=None):
        """Return the mean of log p(x) over the points."""
        X = self._seen(X)
        with workers() as each:
            sums = em_pass.sums(X, self._step(X), each=each)
        return sums.log_likelihood / len(X)

    def aic(self, X):
        """Return Akaike's criterion, 2 p - 2 log L, with p free parameters."""
        return -2 * self.score(X) * len(X) + 2 * self._n_parameters()

    def bic(self, X):
        """Return the Bayesian criterion, p log n - 2 log L, with p free parameters."""
        return -2 * self.score(X) * len(X) + self._n_parameters() * np.log(len(X))

    def sample(self, n_samples=1):
        """Return random points and their components, ordered by component."""
        check_is_fitted(self)
        _checks.count(n_samples, "n_samples")
        rng = _checks.seeded(self.random_state)
        labels = np.repeat(
            np.arange(len(self.weights_)), rng.multinomial(n_samples, self.weights_)
        )
        full = steps.full_covariances(
            self.means_, self.covariances_, self.covariance_type
        )
        z = rng.standard_normal((n_samples, full.shape[1]))
        turned = np.einsum("nij,nj->ni", np.linalg.cholesky(full)[labels], z)
        return self.means_[labels] + turned, labels

    @property
    def precisions_(self):
        """Inverse covariances, of the covariances' shape."""
        U = self.precisions_cholesky_
        if self.covariance_type in ("full", "tied"):
            return U @ np.swapaxes(U, -1, -2)
        return U**2

    @property
    def precisions_cholesky_(self):
        """Factors U, upper triangular, with U U' = inverse covariance."""
        if self.covariance_type in ("diag", "spherical"):
            return self.covariances_**-0.5
        full = steps.full_covariances(
            self.means_, self.covariances_, self.covariance_type
        )
        U = np.swapaxes(em_pass.factorise(full)[0], 1, 2)
        return U if self.covariance_type == "full" else U[0]

    def _n_parameters(self) -> int:
        """Free parameters: weights, means, covariances."""
        check_is_fitted(self)
        return n_parameters(*self.means_.shape, self.covariance_type)

    def _posterior(self, X) -> tuple:
        """The E-step of the fitted mixture."""
        X = self._seen(X)
        with workers() as each:
            return em_pass.posterior(X, self._step(X), each)

    def _seen(self, X) -> np.ndarray:
        """Points with the features that were fitted."""
        check_is_fitted(self)
        points = _checks.points(X)
        validate_data(self, X, skip_check_array=True, reset=False)
        return points

    def _step(self, X) -> em_pass.Pass:
        """A pass over X with the fitted mixture."""
        parameters = Parameters(self.weights_, self.means_, self.covariances_)
        full = steps.full_covariances(*parameters[1:], self.covariance_type)
        factors, _ = em_pass.factorise(full)
        return em_loop.as_pass(
            parameters, factors, em_pass.frame(X), self.covariance_type
        )

    def _check(self, X) -> int:
        """Refuse settings that cannot work; the number of components."""
        _checks.choice(self.covariance_type, "covariance_type", COVARIANCE_TYPES)
        _checks.choice(self.init_params, "init_params", starts.STARTS)
        checks.stopping(self.tol, self.reg_covar, self.max_iter)
        _checks.count(self.n_init, "n_init")
        return _checks.count(
            self.n_components, "n_components", high=len(X), of="the number of points"
        )

    def _start(self, X, known, rng) -> Parameters:
        """The given start, and what is missing of it from the data."""
        given = (self.weights_init, self.means_init, self.precisions_init)
        k, kind, made = self.n_components, self.covariance_type, None
        if any(part is None for part in given):
            R = starts.responsibilities(X, k, self.init_params, rng, known)
            made = starts.from_data(X, R, kind, self.reg_covar)
        return starts.complete(given, made, (k, X.shape[1]), kind)
