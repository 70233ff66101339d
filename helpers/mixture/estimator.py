"""The estimator, with scikit-learn's names: starts, fitting, criteria, sampling.

Read `steps` first: the E-step and the M-step as formulas. `em_loop` repeats them. EM
climbs to the nearest hilltop of the likelihood, so the start decides where it ends.
From the data it is a first guess of the responsibilities, of which the M-step makes
parameters; a caller may give some of these, or all. Reference: McLachlan & Peel (2000),
*Finite Mixture Models*, chapters 2 and 6.

Not handled: weighted points, missing values, sparse data, priors on the parameters;
starts from hierarchical clustering, or from several short runs.
"""

import numpy as np
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from helpers import _checks
from helpers.fast import em_pass
from helpers.fast.threads import workers
from helpers.kmeans.estimator import KMeans
from helpers.kmeans.lloyd import assign, starting_points
from helpers.mixture import doors, em_loop, steps
from helpers.mixture.steps import COVARIANCE_TYPES, Parameters, full_covariances

STARTS = ("kmeans", "k-means++", "random", "random_from_data")


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

    >>> X = [[0.0], [1.0], [2.0], [8.0], [9.0]]
    >>> GaussianMixture(2, random_state=0).fit(X).means_.round(2)
    array([[1. ],
           [8.5]])
    """

    def __init__(
        self, n_components=1, *, covariance_type="full", tol=1e-3, reg_covar=1e-6,
        max_iter=100, n_init=1, init_params="kmeans", weights_init=None,
        means_init=None, precisions_init=None, random_state=None,
    ):  # fmt: skip
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
        table, X = X, _checks.points(X, min_samples=2)
        validate_data(self, table, skip_check_array=True)
        self._check(X)
        em_loop.refuse_constant_feature(X)
        known = doors.check_known(known, X, self.n_components)
        rng = _checks.seeded(self.random_state)
        settings = self.covariance_type, self.tol, self.reg_covar, self.max_iter
        # From each start to its end; the most likely end is kept.
        runs = (
            em_loop.em_in_memory(X, self._start(X, known, rng), *settings, known)
            for _ in range(self.n_init)
        )
        best = max(runs, key=lambda run: run.log_likelihoods[-1])
        em_loop.warn_unless_converged(best)
        given = (self.weights_init, self.means_init, self.precisions_init, known)
        if all(part is None for part in given):  # nothing names the components
            best = em_loop.ordered(best, self.covariance_type)
        self.history_ = best
        self.weights_, self.means_, self.covariances_ = best.parameters
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
        X = _checks.seen(self, X)
        with workers() as each:
            sums = em_pass.sums(X, self._state(X), each=each)
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
        numbers = rng.multinomial(n_samples, self.weights_)
        labels = np.repeat(np.arange(len(self.weights_)), numbers)
        # Standard normal points, widened and turned by a root of the covariance.
        roots = np.linalg.cholesky(self._full())
        z = rng.standard_normal((n_samples, self.means_.shape[1]))
        return self.means_[labels] + np.einsum("nij,nj->ni", roots[labels], z), labels

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
        U = np.swapaxes(em_pass.factorise(self._full())[0], 1, 2)
        return U if self.covariance_type == "full" else U[0]

    def _full(self) -> np.ndarray:
        """The covariances as (n_components, n_features, n_features)."""
        return full_covariances(self.means_, self.covariances_, self.covariance_type)

    def _n_parameters(self) -> int:
        check_is_fitted(self)
        return steps.n_parameters(*self.means_.shape, self.covariance_type)

    def _posterior(self, X) -> tuple:
        X = _checks.seen(self, X)
        with workers() as each:
            return em_pass.posterior(X, self._state(X), each)

    def _state(self, X) -> em_pass.MixtureState:
        """The fitted mixture, as a pass over X needs it."""
        parameters = Parameters(self.weights_, self.means_, self.covariances_)
        data = em_pass.data_range(X)
        return em_loop.state_of(parameters, data, self.covariance_type)[0]

    def _check(self, X) -> None:
        _checks.choice(self.covariance_type, "covariance_type", COVARIANCE_TYPES)
        _checks.choice(self.init_params, "init_params", STARTS)
        _checks.not_negative(self.tol, "tol")
        _checks.not_negative(self.reg_covar, "reg_covar")
        _checks.count(self.max_iter, "max_iter")
        _checks.count(self.n_init, "n_init")
        most = {"high": len(X), "of": "the number of points"}
        _checks.count(self.n_components, "n_components", **most)

    # --- the start ------------------------------------------------------------------

    def _start(self, X, known, rng) -> Parameters:
        """The given weights, means and precisions; what is missing, from the data."""
        given = (self.weights_init, self.means_init, self.precisions_init)
        k, kind = self.n_components, self.covariance_type
        if any(part is None for part in given):
            made = self._from_data(X, known, rng)
        weights, means, precisions = given
        weights = made.weights if weights is None else doors.check_weights(weights, k)
        means = made.means if means is None else _checks.points(means, "means_init")
        shape = k, X.shape[1]
        if means.shape != shape:
            raise ValueError(
                f"means_init must have shape {shape}, one row for each component, but "
                f"has shape {means.shape}."
            )
        if precisions is None:
            return Parameters(weights, means, made.covariances)
        P = doors.check_covariances(precisions, means, kind, "precisions_init")
        return Parameters(weights, means, _inverse(P, means, kind))

    def _from_data(self, X, known, rng) -> Parameters:
        """The M-step of a first guess; a component that starts collapsed is named."""
        R = self._first_guess(X, known, rng)
        counts = R.sum(axis=0)
        em_loop.refuse_without_points(counts)
        made = steps.m_step(X, R, self.covariance_type, self.reg_covar)
        full = full_covariances(*made[1:], self.covariance_type)
        singular = em_pass.factorise(full)[1]
        em_loop.refuse_collapsed(singular, counts, self.reg_covar)
        return made

    def _first_guess(self, X, known, rng) -> np.ndarray:
        """Responsibilities (n_samples, n_components), known components fixed."""
        k = self.n_components
        if self.init_params == "random":
            R = rng.random((len(X), k))
            R /= R.sum(axis=1, keepdims=True)
        else:
            R = np.eye(k)[self._first_labels(X, known, rng)]
        if known is not None:
            R[known >= 0] = np.eye(k)[known[known >= 0]]
        return R

    def _first_labels(self, X, known, rng) -> np.ndarray:
        """The component that each point starts in."""
        k, init = self.n_components, self.init_params
        spread = "random" if init == "random_from_data" else "k-means++"
        centers = starting_points(X, k, spread, rng)
        for c in [] if known is None else np.unique(known[known >= 0]):
            centers[c] = X[known == c].mean(axis=0)
        if init == "kmeans":
            return KMeans(k, init=centers).fit(X).labels_
        return assign(X, centers)[0]


def _inverse(precisions, means, covariance_type) -> np.ndarray:
    """The covariances of given precisions, of the shape that their type has."""
    full = full_covariances(means, precisions, covariance_type)
    # B'B is the inverse of what was factorised, here of the precisions.
    B, _ = em_pass.factorise(full)
    inverse = np.swapaxes(B, 1, 2) @ B
    variances = np.diagonal(inverse, axis1=1, axis2=2)
    shapes = {"full": inverse, "tied": inverse[0], "diag": variances}
    return shapes.get(covariance_type, variances[:, 0])
