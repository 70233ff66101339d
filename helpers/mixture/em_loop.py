"""EM for a Gaussian mixture: the two steps in turn, each iteration one pass.

An iteration is `e_step` and `m_step` of `mixture_steps`, taken together block by block
(`mixture_blocks`). The data are counted from their mean, or their squares would lose
digits; their scale needs no such care, for it drops out of each product. So
covariances and `reg_covar` stay in the user's units throughout.

Reference: Dempster, Laird & Rubin 1977, J. Roy. Statist. Soc. B 39, 1.

Not handled: weighted points, missing values, sparse data, priors on the parameters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from helpers import _checks
from helpers.fast import em_pass
from helpers.fast.threads import workers
from helpers.mixture import checks as checks
from helpers.mixture.steps import Parameters, cholesky_factors, full_covariances, shaped


@dataclass(frozen=True)
class EM:
    """A run of EM: the start and the parameters after each iteration.

    `log_likelihoods[t]`, the mean per point in nats, belongs to `history[t]`.
    """

    history: tuple[Parameters, ...]
    log_likelihoods: np.ndarray
    converged: bool

    @property
    def parameters(self) -> Parameters:
        """The last ones."""
        return self.history[-1]


def em(
    X,
    weights,
    means,
    covariances,
    covariance_type="full",
    *,
    tol=1e-3,
    reg_covar=1e-6,
    max_iter=100,
    known=None,
) -> EM:
    """Take E- and M-steps in turn from a given start, and return the whole history.

    The same as `e_step` and `m_step` in a loop, but both in one pass over the data.

    Parameters
    ----------
    X, weights, means, covariances, covariance_type, known
        As for `e_step`.
    tol : float
        Stop when the log-likelihood per point changes by less, in nats; 0: never.
    reg_covar : float
        Added to each variance, in the squared unit of X.
    max_iter : int

    Returns
    -------
    EM

    Raises
    ------
    ValueError
        If the input does not fit, a feature is constant, or a component collapses.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` iterations do not reach `tol`.

    References
    ----------
    Dempster, Laird & Rubin 1977, J. Roy. Statist. Soc. B 39, 1.

    Examples
    --------
    >>> X = [[0.0], [1.0], [8.0], [9.0]]
    >>> run = em(X, [0.5, 0.5], [[0.0], [9.0]], [1.0, 1.0], "spherical")
    >>> run.parameters.means.round(3)
    array([[0.5],
           [8.5]])
    """
    X, means = (
        checks.varied(_checks.points(X, min_samples=2)),
        _checks.points(means, "means"),
    )
    cholesky_factors(X, means, covariances, covariance_type)
    start = Parameters(
        checks.weights(weights, len(means)), means, np.asarray(covariances, dtype=float)
    )
    checks.stopping(tol, reg_covar, max_iter)
    path = run(
        X,
        start,
        covariance_type,
        tol,
        reg_covar,
        max_iter,
        checks.known(known, len(X), len(means)),
    )
    warn_unless(path)
    return path


def iterate(
    total: Callable, start: Parameters, where, covariance_type, tol, reg_covar, max_iter
) -> EM:
    """EM on data that are seen only as sums over blocks, wherever the blocks may lie.

    Parameters
    ----------
    total : callable
        From a `em_pass.Pass` to the `em_pass.Sums` of all blocks.
    start : Parameters
    where : em_pass.Frame
        Where the data lie.
    covariance_type, tol, reg_covar, max_iter
        As for `em`.

    Returns
    -------
    EM
    """
    full = full_covariances(*start[1:], covariance_type)
    factors, singular = em_pass.factorise(full)
    checks.positive_definite(singular, "The starting covariance")
    step = as_pass(start, factors, where, covariance_type)
    history, log_likelihoods, change = [start], [], np.inf
    while len(log_likelihoods) < max_iter and not change < tol:
        parameters, step, value = _update(total, step, covariance_type, reg_covar)
        if log_likelihoods:
            change = abs(value - log_likelihoods[-1])
        history.append(parameters)
        log_likelihoods.append(value)
    return EM(tuple(history), np.array(log_likelihoods), bool(change < tol))


def _update(total, step, covariance_type, reg_covar) -> tuple:
    """One iteration: new parameters, the pass they make, log-likelihood of the old."""
    for centers_are_new in (False, True):
        sums = total(step)
        counts, shift, scatter = em_pass.scatter(sums, step)
        weights, means = counts / counts.sum(), step.about + shift
        covariances = shaped(scatter, weights, covariance_type, reg_covar)
        full = full_covariances(means, covariances, covariance_type)
        factors, singular = em_pass.factorise(full, step.frame.resolution)
        # subtle: moments about a point many widths away from the new mean lose digits
        # (and look singular), so such a component takes them about that mean once more.
        widths = (np.einsum("kij,kj->ki", factors, shift) ** 2).sum(axis=1)
        lossy = em_pass.EPS * widths > em_pass.CANCELLATION
        again = (singular | lossy)[:, None]
        if centers_are_new or not again.any():
            break
        step = replace(step, centers=np.where(again, means, step.about))
    checks.not_collapsed(singular, counts, reg_covar)
    parameters = Parameters(weights, means, covariances)
    value = sums.log_likelihood / sums.n_samples
    return parameters, as_pass(parameters, factors, step.frame, covariance_type), value


def run(X, start, covariance_type, tol, reg_covar, max_iter, known) -> EM:
    """`iterate` on points in memory."""
    with workers() as each:
        total = partial(em_pass.sums, X, known=known, each=each)
        where = em_pass.frame(X)
        return iterate(total, start, where, covariance_type, tol, reg_covar, max_iter)


def as_pass(parameters, factors, where, covariance_type) -> em_pass.Pass:
    """The parameters as a pass over the data needs them."""
    log_weights, means = np.log(parameters.weights), parameters.means
    diagonal = covariance_type in ("diag", "spherical")
    return em_pass.Pass(log_weights, means, factors, where, diagonal)


def warn_unless(run: EM) -> None:
    """Warn if the run stopped before it converged."""
    if not run.converged:
        warnings.warn(
            f"EM did not converge in {len(run.log_likelihoods)} iterations; raise "
            "max_iter or tol, or look at the data for too many components.",
            ConvergenceWarning,
            stacklevel=3,
        )


def ordered(run: EM, covariance_type) -> EM:
    """The run with its components by weight, then by the mean's first coordinate."""
    weights, means, _ = run.parameters
    # subtle: weights that differ by rounding only must not decide the order.
    order = np.lexsort((means[:, 0], -weights.round(6)))
    widths = ... if covariance_type == "tied" else order
    history = (
        Parameters(p.weights[order], p.means[order], p.covariances[widths])
        for p in run.history
    )
    return replace(run, history=tuple(history))
