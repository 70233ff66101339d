"""EM for a Gaussian mixture: E-step and M-step in turn, each iteration one pass.

An iteration is `e_step` and `m_step` of `steps`, taken together block by block
(`fast.em_pass`). The data are counted from their mean, or their squares would lose
digits; their scale needs no such care, for it drops out of each product. So
covariances and `reg_covar` stay in the user's units throughout. Reference: Dempster,
Laird & Rubin 1977, J. Roy. Statist. Soc. B 39, 1.

Not handled: weighted points, missing values, sparse data, priors on the parameters.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from helpers.fast import em_pass
from helpers.fast.threads import workers
from helpers.mixture.steps import Parameters, constrain_covariances, full_covariances

NO_POINTS = 10 * np.finfo(float).eps
"""A component with fewer points than this has lost them all to rounding."""


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
        return self.history[-1]


def em(
    X, weights, means, covariances, covariance_type="full", *,
    tol=1e-3, reg_covar=1e-6, max_iter=100, known=None,
) -> EM:  # fmt: skip
    """Take E- and M-steps in turn from a given start, and return the whole history.

    The same as `e_step` and `m_step` in a loop, but both in one pass over the data. The
    start and `known` are as for `e_step`. It ends when the log-likelihood per point
    changes by less than `tol` nats (0: never); ConvergenceWarning if `max_iter`
    iterations do not reach that. `reg_covar`, in the squared unit of X, is added to
    each variance. ValueError if a component collapses on the way.

    >>> X, start = np.array([[0.0], [1.0], [8.0], [9.0]]), np.array([[0.0], [9.0]])
    >>> run = em(X, np.array([0.5, 0.5]), start, np.ones(2), "spherical")
    >>> run.parameters.means.round(3)
    array([[0.5],
           [8.5]])
    """
    refuse_constant_feature(X)
    start = Parameters(weights, means, covariances)
    run = em_in_memory(X, start, covariance_type, tol, reg_covar, max_iter, known)
    warn_unless_converged(run, stacklevel=4)
    return run


def em_in_memory(X, start, covariance_type, tol, reg_covar, max_iter, known=None) -> EM:
    """EM on points in memory, from the start to the end."""
    with workers() as each:
        sum_over_blocks = partial(em_pass.sums, X, known=known, each=each)
        settings = covariance_type, tol, reg_covar, max_iter
        return em_over_sums(sum_over_blocks, start, em_pass.data_range(X), *settings)


def em_over_sums(
    sum_over_blocks: Callable,
    start: Parameters,
    data: em_pass.DataRange,
    covariance_type,
    tol,
    reg_covar,
    max_iter,
) -> EM:
    """EM on data that are seen only as sums over blocks, wherever the blocks may lie.

    `sum_over_blocks` goes from an `em_pass.MixtureState` to the `em_pass.Sums` of all
    blocks; `data` says where they lie.
    """
    state, singular = state_of(start, data, covariance_type)
    refuse_singular(singular, "The starting covariance")
    history, log_likelihoods, change = [start], [], np.inf
    # Until the log-likelihood per point changes by less than tol.
    while len(log_likelihoods) < max_iter and not change < tol:
        state, parameters, value = _iteration(
            sum_over_blocks, state, covariance_type, reg_covar
        )
        if log_likelihoods:
            change = abs(value - log_likelihoods[-1])
        history.append(parameters)
        log_likelihoods.append(value)
    return EM(tuple(history), np.array(log_likelihoods), bool(change < tol))


def _iteration(sum_over_blocks, state, covariance_type, reg_covar) -> tuple:
    """The next state, its parameters, and the log-likelihood of the old ones."""
    for centers_are_new in (False, True):
        # The E-step, and the sums that the M-step needs of it.
        sums = sum_over_blocks(state)
        refuse_without_points(sums.counts)
        # The M-step: weights, means and covariances from these sums.
        shift, scatter = em_pass.scatter(sums, state)
        weights, means = sums.counts / sums.counts.sum(), state.about + shift
        covariances = constrain_covariances(
            scatter, weights, covariance_type, reg_covar
        )
        parameters = Parameters(weights, means, covariances)
        new, singular = state_of(
            parameters, state.data, covariance_type, state.data.resolution
        )
        # subtle: moments about a point many widths away from the new mean lose digits
        # (and look singular), so such a component takes them about that mean once more.
        widths = (np.einsum("kij,kj->ki", new.factors, shift) ** 2).sum(axis=1)
        again = singular | (em_pass.EPS * widths > em_pass.CANCELLATION)
        if centers_are_new or not again.any():
            break
        state = replace(state, centers=np.where(again[:, None], means, state.about))
    refuse_collapsed(singular, sums.counts, reg_covar)
    return new, parameters, sums.log_likelihood / sums.n_samples


def state_of(parameters, data, covariance_type, resolution=0.0) -> tuple:
    """The parameters as a pass over the data needs them; which are singular."""
    full = full_covariances(*parameters[1:], covariance_type)
    factors, singular = em_pass.factorise(full, resolution)
    diagonal = covariance_type in ("diag", "spherical")
    log_weights, means = np.log(parameters.weights), parameters.means
    return em_pass.MixtureState(log_weights, means, factors, data, diagonal), singular


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


def warn_unless_converged(run: EM, stacklevel=3) -> None:
    """Warn, at the line of the user's call, if the run has not converged."""
    if not run.converged:
        warnings.warn(
            f"EM did not converge in {len(run.log_likelihoods)} iterations; raise "
            "max_iter or tol, or look at the data for too many components.",
            ConvergenceWarning,
            stacklevel=stacklevel,
        )


# --- what EM cannot do --------------------------------------------------------------


def refuse_constant_feature(X) -> None:
    constant = X.min(axis=0) == X.max(axis=0)
    if constant.all():
        raise ValueError(
            f"All {len(X)} points are equal, and one point has no spread to model; "
            "give points that differ."
        )
    if constant.any():
        j = int(constant.argmax())
        raise ValueError(
            f"Feature {j} is constant ({X[0, j]:g} at every point), so each covariance "
            "is singular; drop that column."
        )


def refuse_singular(singular, name) -> None:
    """Refuse given matrices of which some are not positive definite."""
    if singular.any():
        raise ValueError(
            f"{name} of component {singular.argmax()} is not positive definite; give "
            "one with positive variances and no exact correlation."
        )


def refuse_without_points(counts) -> None:
    if (counts < NO_POINTS).any():
        raise ValueError(
            f"Component {counts.argmin()} holds none of the {counts.sum():.0f} points: "
            "all are closer to other components. Start it nearer to the data, or ask "
            "for fewer components."
        )


def refuse_collapsed(singular, counts, reg_covar) -> None:
    """Name the component whose covariance became singular."""
    if singular.any():
        k = int(singular.argmax())
        raise ValueError(
            f"Component {k} has collapsed: the {counts[k]:.3g} of {counts.sum():.0f} "
            "points that it holds leave its covariance singular, and the likelihood "
            f"grows without bound. Raise reg_covar (now {reg_covar:g}), ask for fewer "
            "components, or start elsewhere."
        )
