"""One pass over the data for a Gaussian mixture: the fast half of `mixture`.

The logarithm of a Gaussian is linear in the features phi(x) = (x_i x_j, x_i, 1). So
the E-step of a block of rows is one matrix product, W phi, and its share of the M-step
is another, R phi'. Blocks of 4,096 rows stay in the processor's cache, and an iteration
is the sum of its blocks. The blocks and their order are fixed, and BLAS keeps to one
thread (`parallel`): the sum has the same bytes for any number of threads.

W phi is a difference of large numbers where a component is very narrow, or far from the
centre of the data. `Pass` bounds what that costs; a component over the bound
takes the plain path: x - mean first, then the Cholesky factor, then the square.

Reference: Bishop (2006), *Pattern Recognition and Machine Learning*, section 9.2.2, for
the steps; section 2.4 for the Gaussian as a function linear in its features.

Not handled: hundreds of features (phi has d (d + 3) / 2 + 1 rows), values whose squares
leave the range of float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack

from helpers import _checks

BLOCK = 4096  # rows; with 28 components and as many features, a block fills 2 MB
# The largest error that rounding may bring, through W phi into a log density (in nats),
# and through the moments into a covariance (relative to it).
CANCELLATION = 1e-10
# A Cholesky pivot below this part of its feature's width is rounding: the square root
# of machine precision, times 7 for the rounding of the covariance itself.
SINGULAR = 1e-7
# Below exp(-708) a float loses digits, and exp several times its speed; a share of
# exp(-700) is as good as none.
NOTHING = -700.0
EPS = np.finfo(float).eps


class Frame(NamedTuple):
    """Where the data lie, each of shape (n_features,) and in the data's units."""

    origin: np.ndarray  # the mean, from which the features are counted
    reach: np.ndarray  # the largest distance from it
    resolution: np.ndarray  # widths below this are rounding


class Sums(NamedTuple):
    """What one block, or all of them, adds to an iteration."""

    n_samples: int
    log_likelihood: float  # summed over the points, in nats
    moments: np.ndarray  # (n_components, n_phi): responsibilities times phi

    def __add__(self, other: Sums) -> Sums:
        """The sums of two sets of points together."""
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Pass:
    """The present mixture, as a block needs it.

    `factors` B_k, lower triangular with B_k' B_k = inverse of covariance k, has shape
    (n_components, n_features, n_features). The moments of component k are taken about
    `centers[k]`; None: the mean on the plain path, else the origin. `diagonal`: no
    covariance has entries off its diagonal, and phi leaves their products out.
    """

    log_weights: np.ndarray
    means: np.ndarray
    factors: np.ndarray
    frame: Frame
    diagonal: bool = False
    centers: np.ndarray | None = None

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The i and j of the products x_i x_j in phi."""
        return _pairs(self.means.shape[1], self.diagonal)

    @cached_property
    def precisions(self) -> np.ndarray:
        """The inverse covariances, (n_components, n_features, n_features)."""
        return self.factors.transpose(0, 2, 1) @ self.factors

    @cached_property
    def constants(self) -> np.ndarray:
        """log(weight * density) at each mean, (n_components,)."""
        log_scale = np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(axis=1)
        return (
            self.log_weights + log_scale - np.log(2 * np.pi) * self.means.shape[1] / 2
        )

    @cached_property
    def coefficients(self) -> np.ndarray:
        """W of shape (n_components, n_phi): W phi(x) = log(weight * density)."""
        i, j = self.pairs
        squares = -self.precisions[:, i, j] * np.where(i == j, 0.5, 1.0)
        shift = self.means - self.frame.origin
        linear = np.einsum("kij,kj->ki", self.precisions, shift)
        constant = self.constants - np.einsum("ki,ki->k", linear, shift) / 2
        return np.column_stack([squares, linear, constant])

    @cached_property
    def plain(self) -> np.ndarray:
        """Which components have terms in W phi that could cancel beyond the bound."""
        # No |x_i| and no |mean_i| exceeds a_i, so the terms add up to at most 2 a'|P|a.
        a = np.maximum(self.frame.reach, np.abs(self.means - self.frame.origin))
        size = 2 * np.einsum("ki,kij,kj->k", a, np.abs(self.precisions), a)
        return ~(EPS * size <= CANCELLATION)

    @cached_property
    def about(self) -> np.ndarray:
        """The point about which each component's moments are taken."""
        if self.centers is not None:
            return self.centers
        return np.where(self.plain[:, None], self.means, self.frame.origin)


def frame(X: np.ndarray) -> Frame:
    """Where the points X of shape (n_samples, n_features) lie."""
    origin, low, high = X.mean(axis=0), X.min(axis=0), X.max(axis=0)
    reach = np.maximum(high - origin, origin - low)
    return Frame(origin, reach, 4 * EPS * np.maximum(np.abs(low), np.abs(high)))


def factorise(covariances: np.ndarray, resolution=0.0) -> tuple[np.ndarray, np.ndarray]:
    """Factors B with B'B = inverse covariance, and which covariances are singular."""
    factors = np.zeros(covariances.shape)
    singular = np.zeros(len(covariances), dtype=bool)
    for k, covariance in enumerate(covariances):
        L, failed = lapack.dpotrf(covariance, lower=True, clean=True)
        width = np.sqrt(np.abs(np.diagonal(covariance)))
        lost = (np.diagonal(L) <= SINGULAR * width) | (width <= resolution)
        singular[k] = failed != 0 or lost.any()
        if not singular[k]:
            factors[k] = lapack.dtrtri(L, lower=True)[0]
    return factors, singular


def block_posterior(rows, step: Pass, known=None) -> tuple:
    """The E-step of a block, R (n_components, n_rows) and log p(x); and phi."""
    Z = np.ascontiguousarray((rows - step.frame.origin).T)
    phi = _features(Z, step)
    R = step.coefficients @ phi
    for k in np.flatnonzero(step.plain):
        y = step.factors[k] @ (rows - step.means[k]).T
        R[k] = step.constants[k] - np.einsum("ij,ij->j", y, y) / 2
    if known is not None:
        R[(known >= 0) & (known != np.arange(len(R))[:, None])] = -np.inf
    highest = R.max(axis=0)
    R -= highest
    np.maximum(R, NOTHING, out=R)
    np.exp(R, out=R)
    total = R.sum(axis=0)
    R /= total
    return R, highest + np.log(total), phi


def block_sums(rows, step: Pass, known=None) -> Sums:
    """What these rows add to an iteration.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
    step : Pass
    known : ndarray of shape (n_rows,) or None
        The component where it is known, else -1.

    Returns
    -------
    Sums
    """
    R, log_likelihoods, phi = block_posterior(rows, step, known)
    moments = R @ phi.T
    for k in np.flatnonzero((step.about != step.frame.origin).any(axis=1)):
        Z = np.ascontiguousarray((rows - step.about[k]).T)
        moments[k] = _features(Z, step) @ R[k]
    return Sums(len(rows), float(log_likelihoods.sum()), moments)


def sums(X: np.ndarray, step: Pass, known=None, each: Callable = map) -> Sums:
    """The sums of all blocks of X, in order; `each` from `parallel.workers`."""
    blocks = _blocks(X, known)
    total = (each if len(blocks) > 1 else map)(
        lambda block: block_sums(block[0], step, block[1]), blocks
    )
    first, *rest = total
    return sum(rest, start=first)


def posterior(X: np.ndarray, step: Pass, each: Callable = map) -> tuple:
    """Responsibilities (n_samples, n_components) and log densities of all points."""
    parts = list(each(lambda b: block_posterior(b[0], step)[:2], _blocks(X)))
    R, log_likelihoods = zip(*parts, strict=True)
    return np.concatenate([r.T for r in R]), np.concatenate(log_likelihoods)


def scatter(total: Sums, step: Pass) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, means counted from `step.about`, and scatter about the means."""
    i, j = step.pairs
    d = step.means.shape[1]
    counts = total.moments[:, -1]
    _checks.all_have_points(counts)
    mean = total.moments[:, :-1] / counts[:, None]
    shift = mean[:, -d:]
    S = np.zeros((len(counts), d, d))
    S[:, i, j] = S[:, j, i] = mean[:, :-d] - shift[:, i] * shift[:, j]
    return counts, shift, S


@cache
def _pairs(d: int, diagonal: bool) -> tuple[np.ndarray, np.ndarray]:
    """Made once for each dimension."""
    return (np.arange(d),) * 2 if diagonal else np.triu_indices(d)


def _features(Z: np.ndarray, step: Pass) -> np.ndarray:
    """phi of shape (n_phi, n_rows) of the points Z of shape (n_features, n_rows)."""
    i, j = step.pairs
    phi = np.empty((len(i) + len(Z) + 1, Z.shape[1]))
    np.multiply(Z[i], Z[j], out=phi[: len(i)])
    phi[len(i) : -1] = Z
    phi[-1] = 1
    return phi


def _blocks(X: np.ndarray, known=None) -> list:
    """Rows and known labels of each block."""
    cuts = [slice(at, at + BLOCK) for at in range(0, len(X), BLOCK)]
    return [(X[cut], None if known is None else known[cut]) for cut in cuts]
