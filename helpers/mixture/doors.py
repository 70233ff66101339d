"""The steps and EM as a reader may call them, with their input checked first.

Also the checks that only a mixture needs, on top of `_checks`: its parameters, labels
that are known in part, and the settings of EM. Each accepts its input or says what to
do; none repairs it.
"""

from __future__ import annotations

from functools import wraps
from numbers import Real

import numpy as np

from helpers import _checks
from helpers.fast import em_pass
from helpers.mixture import steps
from helpers.mixture.em_loop import (
    EM,
    em_in_memory,
    refuse_singular,
    refuse_without_points,
    warn_unless_converged,
)
from helpers.mixture.steps import COVARIANCE_TYPES, Parameters, full_covariances


@wraps(steps.log_density)
def log_density(X, means, covariances, covariance_type="full") -> np.ndarray:
    X = _checks.points(X)
    means, covariances = check_components(X, means, covariances, covariance_type)
    return steps.log_density(X, means, covariances, covariance_type)


@wraps(steps.e_step)
def e_step(X, weights, means, covariances, covariance_type="full", known=None):
    X = _checks.points(X)
    means, covariances = check_components(X, means, covariances, covariance_type)
    weights = check_weights(weights, len(means))
    known = check_known(known, len(X), len(means))
    return steps.e_step(X, weights, means, covariances, covariance_type, known)


@wraps(steps.m_step)
def m_step(X, responsibilities, covariance_type="full", reg_covar=0.0) -> Parameters:
    X, R = _checks.points(X), _checks.points(responsibilities, "responsibilities")
    _checks.choice(covariance_type, "covariance_type", COVARIANCE_TYPES)
    check_not_negative(reg_covar, "reg_covar")
    if len(R) != len(X):
        raise ValueError(
            f"responsibilities has {len(R)} rows for {len(X)} points; give one row for "
            "each point."
        )
    refuse_without_points(R.sum(axis=0))
    return steps.m_step(X, R, covariance_type, reg_covar)


@wraps(steps.n_parameters)
def n_parameters(n_components, n_features, covariance_type="full") -> int:
    _checks.choice(covariance_type, "covariance_type", COVARIANCE_TYPES)
    k = _checks.count(n_components, "n_components")
    d = _checks.count(n_features, "n_features")
    return steps.n_parameters(k, d, covariance_type)


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
        ConvergenceWarning if that many iterations do not reach `tol`.

    Returns
    -------
    EM
        ValueError if a component collapses on the way.

    Examples
    --------
    >>> X = [[0.0], [1.0], [8.0], [9.0]]
    >>> run = em(X, [0.5, 0.5], [[0.0], [9.0]], [1.0, 1.0], "spherical")
    >>> run.parameters.means.round(3)
    array([[0.5],
           [8.5]])
    """
    X = refuse_constant_feature(_checks.points(X, min_samples=2))
    means, covariances = check_components(X, means, covariances, covariance_type)
    start = Parameters(check_weights(weights, len(means)), means, covariances)
    check_stopping(tol, reg_covar, max_iter)
    known = check_known(known, len(X), len(means))
    run = em_in_memory(X, start, covariance_type, tol, reg_covar, max_iter, known)
    warn_unless_converged(run)
    return run


# --- the checks ---------------------------------------------------------------------


def check_components(X, means, covariances, covariance_type) -> tuple:
    """Means and covariances, if these fit the points and are positive definite."""
    means = _checks.points(means, "means")
    _checks.choice(covariance_type, "covariance_type", COVARIANCE_TYPES)
    if means.shape[1] != X.shape[1]:
        raise ValueError(
            f"means has {means.shape[1]} features, but X has {X.shape[1]}; give both "
            "in the same features."
        )
    covariances = check_covariances(covariances, means, covariance_type)
    full = full_covariances(means, covariances, covariance_type)
    refuse_singular(em_pass.factorise(full)[1], "The covariance")
    return means, covariances


def check_covariances(values, means, covariance_type, name="covariances") -> np.ndarray:
    """Covariances (or precisions) of the shape that their type has."""
    (k, d), array = means.shape, _checks.real(values, name)
    shape = {"full": (k, d, d), "tied": (d, d), "diag": (k, d), "spherical": (k,)}
    shape = shape[covariance_type]
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(
            f"{name} of type {covariance_type!r} must be finite and of shape {shape} "
            f"for {k} components of {d} features, but shape {array.shape} was given."
        )
    if covariance_type in ("full", "tied"):
        size = np.abs(array).max(axis=(-2, -1), keepdims=True)
        if (np.abs(array - np.swapaxes(array, -1, -2)) > 1e-8 * size).any():
            raise ValueError(f"{name} must be symmetric; give (C + C.T) / 2.")
    return array


def check_weights(values, n_components) -> np.ndarray:
    """Positive weights with sum 1, one for each component."""
    w = _checks.real(values, "weights")
    fits = w.shape == (n_components,)
    if not fits or not (w > 0).all() or abs(w.sum() - 1) > 1e-8:
        raise ValueError(
            f"weights must be {n_components} positive numbers with sum 1, one for each "
            f"component, but {np.array2string(w, threshold=5)} was given."
        )
    return w


def check_known(labels, n_samples, n_components) -> np.ndarray | None:
    """Components known in advance, -1 where unknown."""
    if labels is None:
        return None
    known = _checks.labels(labels, n_samples, "known")
    if known.min() < -1 or known.max() >= n_components:
        raise ValueError(
            f"known must hold components from 0 to {n_components - 1}, or -1 for "
            f"unknown, but holds values from {known.min()} to {known.max()}."
        )
    return known


def check_stopping(tol, reg_covar, max_iter) -> None:
    """The settings that steer the iterations."""
    check_not_negative(tol, "tol")
    check_not_negative(reg_covar, "reg_covar")
    _checks.count(max_iter, "max_iter")


def check_not_negative(value, name) -> None:
    """A finite number from 0 up."""
    if not isinstance(value, Real) or not 0 <= value < np.inf:
        raise ValueError(f"{name} must be a number from 0 up, but {value!r} was given.")


def refuse_constant_feature(X) -> np.ndarray:
    """Refuse a feature that has one value at all points."""
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
    return X
