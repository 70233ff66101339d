"""Gaussian mixtures: the E-step and the M-step, EM, and the estimator."""

# one formula a function
from helpers.mixture.steps import COVARIANCE_TYPES, Parameters
from helpers.mixture.doors import e_step, log_density, m_step

# the two steps in turn, with their history
from helpers.mixture.doors import em
from helpers.mixture.em_loop import EM

# the estimator
from helpers.mixture.estimator import GaussianMixture
