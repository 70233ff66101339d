"""The E-step and the M-step of a Gaussian mixture, one formula a function.

A mixture's density is a weighted sum, p(x) = sum_k w_k N(x | mean_k, covariance_k). The
E-step asks how much of each point belongs to each component, the M-step re-estimates
the components from these shares, and the likelihood never falls:

    E:  r_ik = w_k N(x_i | k) / sum_l w_l N(x_i | l)
    M:  w_k = sum_i r_ik / n,    mean_k = sum_i r_ik x_i / sum_i r_ik,
        covariance_k = sum_i r_ik (x_i - mean_k)(x_i - mean_k)' / sum_i r_ik + reg I

Densities are kept as logarithms, and covariances as Cholesky factors. This is the plain
way, for reading and checking; `mixture_em` takes both steps in one pass.

Reference: Bishop (2006), *Pattern Recognition and Machine Learning*, section 9.2.

Not handled: weighted points, missing values, sparse data, priors on the parameters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, softmax

from helpers import _checks
from helpers.fast import em_pass
from helpers.mixture import checks as checks


class Parameters(NamedTuple):
    """A mixture: weights, means, covariances (of the shape that their type has)."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


def log_density(X, means, covariances, covariance_type="full") -> np.ndarray:
    """Return log N(x_i | mean_k, covariance_k) for each point and component.

    With L L' = covariance and y = L^-1 (x - mean), the logarithm of the density is
    -(d log 2 pi + |y|^2) / 2 - sum_j log L_jj: no determinant, and no underflow.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    means : array-like of shape (n_components, n_features), in the unit of X
    covariances : array-like, in the squared unit of X
        Its shape is (n_components, n_features, n_features) for "full", (n_features,
        n_features) for "tied", (n_components, n_features) for "diag", (n_components,)
        for "spherical".
    covariance_type : {"full", "tied", "diag", "spherical"}

    Returns
    -------
    ndarray of shape (n_samples, n_components)
        In nats; densities are per unit volume of X, and no probabilities.

    Raises
    ------
    ValueError
        If shapes do not fit, or a covariance is not positive definite.

    References
    ----------
    Bishop 2006, equation 2.43.

    Examples
    --------
    >>> log_density([[0.0], [2.0]], [[0.0]], [[[4.0]]]).round(3)
    array([[-1.612],
           [-2.112]])
    """
    X, means = _checks.points(X), _checks.points(means, "means")
    factors = cholesky_factors(X, means, covariances, covariance_type)
    log_scale = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
    squares = [
        (((X - mean) @ B.T) ** 2).sum(axis=1)
        for mean, B in zip(means, factors, strict=True)
    ]
    return log_scale - (X.shape[1] * np.log(2 * np.pi) + np.transpose(squares)) / 2


def e_step(X, weights, means, covariances, covariance_type="full", known=None):
    """Return the responsibilities, and log p(x_i) of each point.

    Parameters
    ----------
    X, means, covariances, covariance_type
        As for `log_density`.
    weights : array-like of shape (n_components,), positive, with sum 1
    known : array-like of shape (n_samples,), optional
        The component of each point where it is known, else -1. A known point belongs
        to its component alone, and its log p is log(weight * density) of it.

    Returns
    -------
    responsibilities : ndarray of shape (n_samples, n_components)
    log_likelihoods : ndarray of shape (n_samples,), in nats

    Raises
    ------
    ValueError
        If shapes do not fit, or the parameters are none of a mixture.

    References
    ----------
    Bishop 2006, equation 9.23.

    Examples
    --------
    >>> R, _ = e_step([[0.0], [1.0]], [0.5, 0.5], [[0.0], [2.0]], [1, 1], "spherical")
    >>> R.round(3)
    array([[0.881, 0.119],
           [0.5  , 0.5  ]])
    """
    joint = log_density(X, means, covariances, covariance_type)
    joint += np.log(checks.weights(weights, joint.shape[1]))
    known = checks.known(known, *joint.shape)
    if known is not None:
        other = known[:, None] != np.arange(joint.shape[1])
        joint[(known[:, None] >= 0) & other] = -np.inf
    return softmax(joint, axis=1), logsumexp(joint, axis=1)


def m_step(X, responsibilities, covariance_type="full", reg_covar=0.0) -> Parameters:
    """Return the weights, means and covariances that the responsibilities ask for.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    responsibilities : array-like of shape (n_samples, n_components), rows with sum 1
    covariance_type : {"full", "tied", "diag", "spherical"}
    reg_covar : float
        Added to each variance, in the squared unit of X.

    Returns
    -------
    Parameters
        Named tuple (weights, means, covariances).

    Raises
    ------
    ValueError
        If shapes do not fit or a component has no points.

    References
    ----------
    Bishop 2006, equations 9.24 to 9.26.

    Examples
    --------
    >>> m_step([[0.0], [2.0], [9.0]], [[1, 0], [1, 0], [0, 1]], "spherical").means
    array([[1.],
           [9.]])
    """
    X, R = _checks.points(X), _checks.points(responsibilities, "responsibilities")
    _checks.choice(covariance_type, "covariance_type", checks.COVARIANCE_TYPES)
    checks.not_negative(reg_covar, "reg_covar")
    if len(R) != len(X):
        raise ValueError(
            f"responsibilities has {len(R)} rows for {len(X)} points; give one row for "
            "each point."
        )
    counts = R.sum(axis=0)
    _checks.all_have_points(counts)
    means = R.T @ X / counts[:, None]
    scatter = [(R[:, k] * (X - m).T) @ (X - m) / counts[k] for k, m in enumerate(means)]
    weights = counts / counts.sum()
    covariances = shaped(np.stack(scatter), weights, covariance_type, reg_covar)
    return Parameters(weights, means, covariances)


def n_parameters(n_components, n_features, covariance_type="full") -> int:
    """Return how many numbers a mixture is free to choose.

    The last weight follows from the others, and a covariance is symmetric: for "full"
    p = k - 1 + k d + k d (d + 1) / 2, with k components in d dimensions.

    Parameters
    ----------
    n_components, n_features : int
    covariance_type : {"full", "tied", "diag", "spherical"}

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the type is unknown.

    References
    ----------
    McLachlan & Peel 2000, section 6.8.

    Examples
    --------
    >>> n_parameters(3, 2)
    17
    """
    _checks.choice(covariance_type, "covariance_type", checks.COVARIANCE_TYPES)
    k = _checks.count(n_components, "n_components")
    d = _checks.count(n_features, "n_features")
    widths = {"full": k * d * (d + 1) // 2, "tied": d * (d + 1) // 2}
    widths |= {"diag": k * d, "spherical": k}
    return k - 1 + k * d + widths[covariance_type]


def cholesky_factors(X, means, covariances, covariance_type) -> np.ndarray:
    """Checked Cholesky factors of a start or of a mixture that the caller gives."""
    _checks.choice(covariance_type, "covariance_type", checks.COVARIANCE_TYPES)
    if means.shape[1] != X.shape[1]:
        raise ValueError(
            f"means has {means.shape[1]} features, but X has {X.shape[1]}; give both "
            "in the same features."
        )
    full = full_covariances(
        means, checks.covariances(covariances, means, covariance_type), covariance_type
    )
    factors, singular = em_pass.factorise(full)
    checks.positive_definite(singular, "The covariance")
    return factors


def shaped(scatter, weights, covariance_type, reg_covar) -> np.ndarray:
    """The covariances of this type, from each component's full scatter."""
    if covariance_type == "tied":
        scatter = np.einsum("k,kij->ij", weights, scatter)
    if covariance_type in ("full", "tied"):
        return scatter + reg_covar * np.eye(scatter.shape[-1])
    variances = np.diagonal(scatter, axis1=1, axis2=2) + reg_covar
    return variances if covariance_type == "diag" else variances.mean(axis=1)


def full_covariances(means, covariances, covariance_type) -> np.ndarray:
    """Covariances of any type as (n_components, n_features, n_features)."""
    k, d = means.shape
    if covariance_type in ("full", "tied"):
        return np.broadcast_to(covariances, (k, d, d))
    widths = covariances if covariance_type == "diag" else covariances[:, None]
    return widths[:, :, None] * np.eye(d)
