"""One pass over the data for a Gaussian mixture: E-step and M-step, block by block.

The logarithm of a Gaussian is linear in the features phi(x) = (x_i x_j, x_i, 1). So
the E-step of a block of rows is one matrix product, W phi, and its share of the M-step
is another, R phi'. Blocks of 4,096 rows stay in the processor's cache, and an iteration
is the sum of its blocks. The blocks and their order are fixed, and BLAS keeps to one
thread (`threads`): the sum has the same bytes for any number of threads.

W phi is a difference of large numbers where a component is very narrow, or far from the
centre of the data. `MixtureState` bounds what that costs; a component over the bound
takes the plain path: x - mean first, then the Cholesky factor, then the square.

Reference: Bishop (2006), *Pattern Recognition and Machine Learning*, section 9.2.2, for
the steps; section 2.4 for the Gaussian as a function linear in its features.

Not handled: hundreds of features (phi has d (d + 3) / 2 + 1 rows), values whose squares
leave the range of float64.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack

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
_triangle = cache(np.triu_indices)  # the same for each iteration


class DataRange(NamedTuple):
    """Where the data lie, each of shape (n_features,) and in the data's units."""

    origin: np.ndarray  # the mean, from which the features are counted
    reach: np.ndarray  # the largest distance from it
    resolution: np.ndarray  # widths below this are rounding


class Sums(NamedTuple):
    """What one block, or all of them, adds to an iteration."""

    n_samples: int
    log_likelihood: float  # summed over the points, in nats
    moments: np.ndarray  # (n_components, n_phi): responsibilities times phi

    def __add__(self, other):
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def counts(self) -> np.ndarray:
        """How many points each component holds, (n_components,)."""
        return self.moments[:, -1]


@dataclass(frozen=True)
class MixtureState:
    """The present mixture, as a block needs it.

    `factors` B_k, lower triangular with B_k' B_k = inverse of covariance k, has shape
    (n_components, n_features, n_features). The moments of component k are taken about
    `centers[k]`; None: the mean on the plain path, else the origin. `diagonal`: no
    covariance has entries off its diagonal, and phi leaves their products out.
    """

    log_weights: np.ndarray
    means: np.ndarray
    factors: np.ndarray
    data: DataRange
    diagonal: bool = False
    centers: np.ndarray | None = None

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The i and j of the products x_i x_j in phi."""
        d = self.means.shape[1]
        return (np.arange(d),) * 2 if self.diagonal else _triangle(d)

    @cached_property
    def precisions(self) -> np.ndarray:
        """The inverse covariances, (n_components, n_features, n_features)."""
        return self.factors.transpose(0, 2, 1) @ self.factors

    @cached_property
    def constants(self) -> np.ndarray:
        """log(weight * density) at each mean, (n_components,)."""
        d = self.means.shape[1]
        log_scale = np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(axis=1)
        return self.log_weights + log_scale - np.log(2 * np.pi) * d / 2

    @cached_property
    def coefficients(self) -> np.ndarray:
        """W of shape (n_components, n_phi): W phi(x) = log(weight * density)."""
        # -(x - m)'P(x - m)/2, multiplied out: squares, then linear, then constant.
        i, j = self.pairs
        squares = -self.precisions[:, i, j] * np.where(i == j, 0.5, 1.0)
        shift = self.means - self.data.origin
        linear = np.einsum("kij,kj->ki", self.precisions, shift)
        constant = self.constants - np.einsum("ki,ki->k", linear, shift) / 2
        return np.concatenate([squares, linear, constant[:, None]], axis=1)

    @cached_property
    def plain(self) -> np.ndarray:
        """Which components have terms in W phi that could cancel beyond the bound."""
        # No |x_i| and no |mean_i| exceeds a_i, so the terms add up to at most 2 a'|P|a.
        a = np.maximum(self.data.reach, np.abs(self.means - self.data.origin))
        size = 2 * np.einsum("ki,kij,kj->k", a, np.abs(self.precisions), a)
        return ~(EPS * size <= CANCELLATION)

    @cached_property
    def about(self) -> np.ndarray:
        """The point about which each component's moments are taken."""
        if self.centers is not None:
            return self.centers
        return np.where(self.plain[:, None], self.means, self.data.origin)


def data_range(X: np.ndarray) -> DataRange:
    """Where the points X of shape (n_samples, n_features) lie."""
    return range_from(X.min(axis=0), X.max(axis=0), X.mean(axis=0))


def range_from(low, high, mean) -> DataRange:
    """The same from the smallest, the largest and the mean of each feature."""
    reach = np.maximum(high - mean, mean - low)
    return DataRange(mean, reach, 4 * EPS * np.maximum(np.abs(low), np.abs(high)))


def factorise(covariances: np.ndarray, resolution=0.0) -> tuple[np.ndarray, np.ndarray]:
    """Factors B with B'B = inverse covariance, and which covariances are singular."""
    parts = [lapack.dpotrf(each, lower=True, clean=True) for each in covariances]
    L, failed = (np.array(part) for part in zip(*parts, strict=True))
    # A pivot that is all rounding says that the width across is none.
    widths = np.sqrt(np.abs(np.diagonal(covariances, axis1=1, axis2=2)))
    pivots = np.diagonal(L, axis1=1, axis2=2)
    lost = (pivots <= SINGULAR * widths) | (widths <= resolution)
    singular = (failed != 0) | lost.any(axis=1)
    factors = np.array([lapack.dtrtri(each, lower=True)[0] for each in L])
    factors[singular] = 0
    return factors, singular


def block_posterior(rows, state: MixtureState, known=None) -> tuple:
    """The E-step of a block, R (n_components, n_rows) and log p(x); and phi."""
    phi = _features(rows, state.data.origin, state)
    # log(weight * density) of every component at every row, in one product.
    R = state.coefficients @ phi
    # Where that would cancel: x - mean first, then its square.
    for k in np.flatnonzero(state.plain):
        y = state.factors[k] @ (rows - state.means[k]).T
        R[k] = state.constants[k] - np.einsum("ij,ij->j", y, y) / 2
    # A known point belongs to no other component.
    if known is not None:
        R[(known >= 0) & (known != np.arange(len(R))[:, None])] = -np.inf
    # Shares: exp of the differences to the highest, divided by their sum.
    highest = R.max(axis=0)
    R -= highest
    np.maximum(R, NOTHING, out=R)
    np.exp(R, out=R)
    total = R.sum(axis=0)
    R /= total
    return R, highest + np.log(total), phi


def block_sums(rows, state: MixtureState, known=None) -> Sums:
    """What these rows (n_rows, n_features) add to an iteration."""
    R, log_likelihoods, phi = block_posterior(rows, state, known)
    # Counts, sums and products of the rows for every component, in one product.
    moments = R @ phi.T
    # Components far from the origin take their moments about a point of their own.
    for k in np.flatnonzero((state.about != state.data.origin).any(axis=1)):
        moments[k] = _features(rows, state.about[k], state) @ R[k]
    return Sums(len(rows), float(log_likelihoods.sum()), moments)


def sums(X: np.ndarray, state: MixtureState, known=None, each: Callable = map) -> Sums:
    """The sums of all blocks of X, in order; `each` from `threads.workers`."""
    blocks = _blocks(X, known)
    parts = (each if len(blocks) > 1 else map)(
        lambda block: block_sums(block[0], state, block[1]), blocks
    )
    first, *rest = parts
    return sum(rest, start=first)


def posterior(X: np.ndarray, state: MixtureState, each: Callable = map) -> tuple:
    """Responsibilities (n_samples, n_components) and log densities of all points."""
    parts = list(each(lambda b: block_posterior(b[0], state)[:2], _blocks(X)))
    R, log_likelihoods = zip(*parts, strict=True)
    return np.concatenate([r.T for r in R]), np.concatenate(log_likelihoods)


def scatter(total: Sums, state: MixtureState) -> tuple[np.ndarray, np.ndarray]:
    """Means counted from `state.about`, and scatter about the means; no count is 0."""
    i, j = state.pairs
    d = state.means.shape[1]
    mean = total.moments[:, :-1] / total.counts[:, None]
    shift = mean[:, -d:]
    # The mean of the products, less the product of the means.
    S = np.zeros((len(mean), d, d))
    S[:, i, j] = S[:, j, i] = mean[:, :-d] - shift[:, i] * shift[:, j]
    return shift, S


def _features(rows, origin, state: MixtureState) -> np.ndarray:
    """phi of shape (n_phi, n_rows), of the rows counted from an origin."""
    i, j = state.pairs
    Z = np.ascontiguousarray((rows - origin).T)
    phi = np.empty((len(i) + len(Z) + 1, Z.shape[1]))
    np.multiply(Z[i], Z[j], out=phi[: len(i)])
    phi[len(i) : -1] = Z
    phi[-1] = 1
    return phi


def _blocks(X: np.ndarray, known=None) -> list:
    cuts = [slice(at, at + BLOCK) for at in range(0, len(X), BLOCK)]
    return [(X[cut], None if known is None else known[cut]) for cut in cuts]
