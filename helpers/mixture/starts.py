"""Where EM for a Gaussian mixture begins: a given start, or one made from the data.

EM climbs to the nearest hilltop of the likelihood, so the start decides where it ends.
From the data it is a first guess of the responsibilities, of which the M-step makes
parameters; a caller may give some of these, or all.

Reference: McLachlan & Peel (2000), *Finite Mixture Models*, section 2.12.

Not handled: starts from hierarchical clustering, or from several short runs.
"""

from __future__ import annotations

import numpy as np

from helpers import _checks
from helpers.fast import em_pass
from helpers.kmeans import estimator, lloyd
from helpers.mixture import checks as checks
from helpers.mixture import steps
from helpers.mixture.steps import Parameters

STARTS = ("kmeans", "k-means++", "random", "random_from_data")


def responsibilities(X, n_components, init_params, rng, known=None) -> np.ndarray:
    """Return a first guess of the responsibilities, known components fixed.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    n_components : int
    init_params : {"kmeans", "k-means++", "random", "random_from_data"}
        As for `GaussianMixture`.
    rng : numpy.random.Generator
    known : ndarray of shape (n_samples,), optional
        The component of each point where it is known, else -1.

    Returns
    -------
    ndarray of shape (n_samples, n_components), rows with sum 1

    References
    ----------
    McLachlan & Peel 2000, section 2.12.2.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [8.0], [9.0]])
    >>> responsibilities(X, 2, "kmeans", np.random.default_rng(0)).sum(axis=0)
    array([2., 2.])
    """
    if init_params == "random":
        R = rng.random((len(X), n_components))
        R /= R.sum(axis=1, keepdims=True)
    else:
        R = np.eye(n_components)[_labels(X, n_components, init_params, rng, known)]
    if known is not None:
        R[known >= 0] = np.eye(n_components)[known[known >= 0]]
    return R


def from_data(X, R, covariance_type, reg_covar) -> Parameters:
    """The M-step of the first guess; a component that starts collapsed is named."""
    made = steps.m_step(X, R, covariance_type, reg_covar)
    full = steps.full_covariances(*made[1:], covariance_type)
    singular = em_pass.factorise(full)[1]
    checks.not_collapsed(singular, R.sum(axis=0), reg_covar)
    return made


def complete(given, made, shape, covariance_type) -> Parameters:
    """The given weights, means, precisions (or None); what is missing from `made`."""
    weights, means, precisions = given
    weights = made.weights if weights is None else checks.weights(weights, shape[0])
    means = made.means if means is None else _checks.points(means, "means_init")
    if means.shape != shape:
        raise ValueError(
            f"means_init must have shape {shape}, one row for each component, but has "
            f"shape {means.shape}."
        )
    if precisions is None:
        return Parameters(weights, means, made.covariances)
    precisions = checks.covariances(
        precisions, means, covariance_type, "precisions_init"
    )
    return Parameters(weights, means, _inverse(precisions, means, covariance_type))


def _labels(X, n_components, init_params, rng, known) -> np.ndarray:
    """The component that each point starts in."""
    spread = "random" if init_params == "random_from_data" else "k-means++"
    centers = lloyd.starting_points(X, n_components, spread, rng)
    for c in [] if known is None else np.unique(known[known >= 0]):
        centers[c] = X[known == c].mean(axis=0)
    if init_params == "kmeans":
        return estimator.KMeans(n_components, init=centers).fit(X).labels_
    return lloyd.assign(X, centers)[0]


def _inverse(precisions, means, covariance_type) -> np.ndarray:
    """The covariances of given precisions, of the shape that their type has."""
    full = steps.full_covariances(means, precisions, covariance_type)
    # B'B is the inverse of what was factorised, here of the precisions.
    B, singular = em_pass.factorise(full)
    checks.positive_definite(singular, "The precisions_init")
    inverse = np.swapaxes(B, 1, 2) @ B
    variances = np.diagonal(inverse, axis1=1, axis2=2)
    shapes = {"full": inverse, "tied": inverse[0], "diag": variances}
    return shapes.get(covariance_type, variances[:, 0])
