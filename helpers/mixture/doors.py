"""The steps and EM as a reader may call them, their input checked.

Here is what only a mixture asks of its input, on top of `_checks`: its parameters,
labels that are known in part, and the settings of EM. Nothing is repaired.
"""

import numpy as np

from helpers import _checks
from helpers.fast import em_pass
from helpers.mixture import em_loop, steps
from helpers.mixture.steps import COVARIANCE_TYPES, full_covariances


def check_covariances(covariances, means, covariance_type, name="covariances"):
    """Covariances (or precisions) of the shape that their type has."""
    (k, d), array = means.shape, _checks.real(covariances, name)
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
    full = full_covariances(means, array, covariance_type)
    singular = em_pass.factorise(full)[1]
    em_loop.refuse_singular(singular, f"The {name.removesuffix('s')}")
    return array


def check_weights(weights, n_components) -> np.ndarray:
    """Positive weights with sum 1, one for each component."""
    w = _checks.real(weights, "weights")
    fits = w.shape == (n_components,)
    if not fits or not (w > 0).all() or abs(w.sum() - 1) > 1e-8:
        raise ValueError(
            f"weights must be {n_components} positive numbers with sum 1, one for each "
            f"component, but {np.array2string(w, threshold=5)} was given."
        )
    return w


def check_known(known, X, n_components) -> np.ndarray | None:
    """Components known in advance, -1 where unknown."""
    if known is None:
        return None
    known = _checks.labels(known, len(X), "known")
    if known.min() < -1 or known.max() >= n_components:
        raise ValueError(
            f"known must hold components from 0 to {n_components - 1}, or -1 for "
            f"unknown, but holds values from {known.min()} to {known.max()}."
        )
    return known


def _responsibilities(responsibilities, X):
    R = _checks.points(responsibilities, "responsibilities")
    if len(R) != len(X):
        raise ValueError(
            f"responsibilities has {len(R)} rows for {len(X)} points; give one row for "
            "each point."
        )
    em_loop.refuse_without_points(R.sum(axis=0))
    return R


door = _checks.door(
    {
        "X": lambda X: _checks.points(X),
        "covariance_type": lambda covariance_type: _checks.choice(
            covariance_type, "covariance_type", COVARIANCE_TYPES
        ),
        "means": lambda means, X: _checks.features_of(X, means, "means"),
        "covariances": check_covariances,
        "weights": lambda weights, means: check_weights(weights, len(means)),
        "known": lambda known, X, means: check_known(known, X, len(means)),
        "responsibilities": _responsibilities,
        "reg_covar": lambda reg_covar: _checks.not_negative(reg_covar, "reg_covar"),
        "tol": lambda tol: _checks.not_negative(tol, "tol"),
        "max_iter": lambda max_iter: _checks.count(max_iter, "max_iter"),
    }
)
log_density = door(steps.log_density)
e_step = door(steps.e_step)
m_step = door(steps.m_step)
em = door(em_loop.em)
