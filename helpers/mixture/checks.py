"""The checks of a Gaussian mixture, and its error texts.

What only a mixture needs, on top of `arrays`: its parameters, labels that are known in
part, and the two ways in which EM can lose a component.

Not handled: repairing input; each check accepts it or says what to do.
"""

from __future__ import annotations

from numbers import Real

import numpy as np

from helpers import _checks

COVARIANCE_TYPES = ("full", "tied", "diag", "spherical")


def covariances(values, means, covariance_type, name="covariances") -> np.ndarray:
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


def weights(values, n_components) -> np.ndarray:
    """Positive weights with sum 1, one for each component."""
    w = _checks.real(values, "weights")
    fits = w.shape == (n_components,)
    if not fits or not (w > 0).all() or abs(w.sum() - 1) > 1e-8:
        raise ValueError(
            f"weights must be {n_components} positive numbers with sum 1, one for each "
            f"component, but {np.array2string(w, threshold=5)} was given."
        )
    return w


def known(labels, n_samples, n_components) -> np.ndarray | None:
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


def not_negative(value, name) -> None:
    """Refuse what is no finite number from 0 up."""
    if not isinstance(value, Real) or not 0 <= value < np.inf:
        raise ValueError(f"{name} must be a number from 0 up, but {value!r} was given.")


def stopping(tol, reg_covar, max_iter) -> None:
    """Check the settings that steer the iterations."""
    not_negative(tol, "tol")
    not_negative(reg_covar, "reg_covar")
    _checks.count(max_iter, "max_iter")


def varied(X) -> np.ndarray:
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


def positive_definite(singular, name) -> None:
    """Refuse given matrices of which some are singular."""
    if singular.any():
        raise ValueError(
            f"{name} of component {singular.argmax()} is not positive definite; give "
            "one with positive variances and no exact correlation."
        )


def not_collapsed(singular, counts, reg_covar) -> None:
    """Name the component whose covariance became singular."""
    if singular.any():
        k = int(singular.argmax())
        raise ValueError(
            f"Component {k} has collapsed: the {counts[k]:.3g} of {counts.sum():.0f} "
            "points that it holds leave its covariance singular, and the likelihood "
            f"grows without bound. Raise reg_covar (now {reg_covar:g}), ask for fewer "
            "components, or start elsewhere."
        )
