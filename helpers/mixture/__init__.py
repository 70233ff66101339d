"""Gaussian mixtures: the E-step and the M-step, EM, and the estimator."""

from helpers.mixture.checks import COVARIANCE_TYPES
from helpers.mixture.em_loop import EM, em
from helpers.mixture.estimator import GaussianMixture
from helpers.mixture.steps import (
    Parameters,
    e_step,
    log_density,
    m_step,
    n_parameters,
)

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
