"""The E-step and the M-step of a Gaussian mixture, one formula a function.

A mixture's density is a weighted sum, p(x) = sum_k w_k N(x | mean_k, covariance_k). The
E-step asks how much of each point belongs to each component, the M-step re-estimates
the components from these shares, and the likelihood never falls:

    E:  r_ik = w_k N(x_i | k) / sum_l w_l N(x_i | l)
    M:  w_k = sum_i r_ik / n,    mean_k = sum_i r_ik x_i / sum_i r_ik,
        covariance_k = sum_i r_ik (x_i - mean_k)(x_i - mean_k)' / sum_i r_ik + reg I

Densities are kept as logarithms, and covariances are used through their Cholesky
factors. Bishop (2006), *Pattern Recognition and Machine Learning*, equations 2.43 and
9.23 to 9.26. This is the plain way, for reading and checking; `em_loop` takes both
steps in one pass.

Nothing is checked here: `doors` and `GaussianMixture` check their input first.

Not handled: weighted points, missing values, sparse data, priors on the parameters.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack
from scipy.special import logsumexp, softmax

COVARIANCE_TYPES = ("full", "tied", "diag", "spherical")


class Parameters(NamedTuple):
    """A mixture: weights, means, covariances (of the shape that their type has)."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


def log_density(X, means, covariances, covariance_type="full") -> np.ndarray:
    """Return log N(x_i | mean_k, covariance_k) for each point and component.

    With L L' = covariance and y = L^-1 (x - mean), the logarithm of the density is
    -(d log 2 pi + |y|^2) / 2 - sum_j log L_jj: no determinant, and no underflow.

    X is (n_samples, n_features), means (n_components, n_features). Covariances, in the
    squared unit of X, are (n_components, n_features, n_features) for "full",
    (n_features, n_features) for "tied", (n_components, n_features) for "diag" and
    (n_components,) for "spherical". The result, (n_samples, n_components), is in nats;
    densities are per unit volume of X, and no probabilities.

    >>> X, mean = np.array([[0.0], [2.0]]), np.array([[0.0]])
    >>> log_density(X, mean, np.array([4.0]), "spherical").round(3).ravel()
    array([-1.612, -2.112])
    """
    columns = []
    full = full_covariances(means, covariances, covariance_type)
    for mean, covariance in zip(means, full, strict=True):
        # B = L^-1 turns the distance to the mean into widths of the component.
        B = inverse_cholesky(covariance)
        y = (X - mean) @ B.T
        log_scale = np.log(np.diag(B)).sum()
        squares = (y**2).sum(axis=1)
        columns.append(log_scale - (X.shape[1] * np.log(2 * np.pi) + squares) / 2)
    return np.column_stack(columns)


def e_step(X, weights, means, covariances, covariance_type="full", known=None):
    """Return the responsibilities, and log p(x_i) of each point.

    Responsibilities are (n_samples, n_components), log p (n_samples,) in nats. Weights
    (n_components,) are positive with sum 1; X, means and covariances as for
    `log_density`. `known` (n_samples,) is the component of each point where it is
    known, else -1: a known point belongs to its component alone, and its log p is
    log(weight * density) of it.

    >>> X, means = np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]])
    >>> R, _ = e_step(X, np.array([0.5, 0.5]), means, np.ones(2), "spherical")
    >>> R.round(3)
    array([[0.881, 0.119],
           [0.5  , 0.5  ]])
    """
    # log(w_k N(x_i | k)): weight and density together.
    joint = log_density(X, means, covariances, covariance_type) + np.log(weights)
    # A known point belongs to no other component.
    if known is not None:
        other = known[:, None] != np.arange(joint.shape[1])
        joint[(known[:, None] >= 0) & other] = -np.inf
    # Divided by their sum, these are the shares; the sum is p(x_i).
    return softmax(joint, axis=1), logsumexp(joint, axis=1)


def m_step(X, responsibilities, covariance_type="full", reg_covar=0.0) -> Parameters:
    """Return the weights, means and covariances that the responsibilities ask for.

    X is (n_samples, n_features); responsibilities (n_samples, n_components) have rows
    with sum 1; `reg_covar`, in the squared unit of X, is added to each variance.

    >>> X, R = np.array([[0.0], [2.0], [9.0]]), np.array([[1, 0], [1, 0], [0, 1]])
    >>> m_step(X, R, "spherical").means
    array([[1.],
           [9.]])
    """
    R = responsibilities
    # Each component's number of points: its share of every point, added up.
    counts = R.sum(axis=0)
    weights = counts / counts.sum()
    # The mean of the points, each with its share as its weight.
    means = R.T @ X / counts[:, None]
    # The mean square about that mean, with the same shares.
    scatter = [(R[:, k] * (X - m).T) @ (X - m) / counts[k] for k, m in enumerate(means)]
    scatter = np.stack(scatter)
    covariances = constrain_covariances(scatter, weights, covariance_type, reg_covar)
    return Parameters(weights, means, covariances)


def n_parameters(n_components, n_features, covariance_type="full") -> int:
    """Return how many numbers a mixture is free to choose.

    The last weight follows from the others, and a covariance is symmetric: for "full"
    p = k - 1 + k d + k d (d + 1) / 2, with k components in d dimensions (McLachlan &
    Peel 2000, *Finite Mixture Models*, section 6.8).

    >>> n_parameters(3, 2)
    17
    """
    k, d = n_components, n_features
    widths = {"full": k * d * (d + 1) // 2, "tied": d * (d + 1) // 2}
    widths |= {"diag": k * d, "spherical": k}
    return k - 1 + k * d + widths[covariance_type]


def constrain_covariances(scatter, weights, covariance_type, reg_covar) -> np.ndarray:
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


def inverse_cholesky(covariance) -> np.ndarray:
    """B = L^-1, where L L' = covariance: then B'B is the inverse of the covariance.

    >>> inverse_cholesky(np.array([[4.0]]))
    array([[0.5]])
    """
    L, _ = lapack.dpotrf(covariance, lower=True, clean=True)
    return lapack.dtrtri(L, lower=True)[0]
