"""Gaussian mixtures: the E-step and the M-step, EM, and the estimator."""

from helpers.mixture.doors import e_step, em, log_density, m_step, n_parameters
from helpers.mixture.em_loop import EM
from helpers.mixture.estimator import GaussianMixture
from helpers.mixture.steps import COVARIANCE_TYPES, Parameters

__all__ = [
    # one formula a function
    "COVARIANCE_TYPES",
    "Parameters",
    "e_step",
    "log_density",
    "m_step",
    "n_parameters",
    # the two steps in turn, with their history
    "EM",
    "em",
    # the estimator
    "GaussianMixture",
]
