"""The Hopkins statistic: are points more clustered than chance would have them?

From m places drawn in a window, and from m of the points themselves, measure the way
to the nearest (other) point: u and w. Clusters leave gaps, so that u is long and w
short, and H = sum(u^d) / (sum(u^d) + sum(w^d)) comes near 1. Uniform points give 1/2.

What chance would give is simulated (`simulate_null`) under a null hypothesis that must
be named: uniform in a window, or one Gaussian (`gaussian_sampler`). Uniform points on a
torus, with exponent d and few probes, follow Beta(m, m). Never compare two values of
different n_samples, n_probes, exponent or window: H of one and the same distribution
changes with each.

Follows Hopkins & Skellam (1954), Annals of Botany 18, 213, and Cross & Jain (1982);
exponent and torus as in Wright (2022), R Journal 14(3), doi:10.32614/RJ-2022-055;
p-values from draws as in Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9(1),
39.

Not handled: columns in different units (scale them first), windows that are no boxes,
distances other than Euclidean.
"""

import numbers
from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree

from helpers import _checks

PROBES_WORTH_THREADS = 1_000
"""From this many probes on, the search is worth starting threads for."""


def hopkins(X, n_probes, rng, exponent=None, window=None, periodic=False) -> float:
    """The Hopkins statistic: near 1 if the points are clustered, 1/2 if uniform.

    Points are chosen without replacement, then places are drawn.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        At least 2 distinct points, all columns in one unit (or scaled).
    n_probes : int
        m, less than n_samples; a tenth of it is the usual choice.
    rng : numpy.random.Generator
    exponent : float
        d, a positive number. None: n_features, which compares volumes.
    window : (low, high), optional
        Where the points could have been: two numbers, or two arrays of shape
        (n_features,), in the unit of X. None: the bounding box of X.
    periodic : bool
        Whether to measure on the torus of the window (opposite faces are one).

    >>> rng = np.random.default_rng(0)
    >>> two_heaps = np.repeat([0.0, 1.0], 50)[:, None] + 0.01 * rng.random((100, 1))
    >>> hopkins(two_heaps, 10, rng) > 0.95
    True
    """
    X = _checks.points(X, min_samples=2)
    d = X.shape[1] if exponent is None else _positive(exponent)
    return _share(*_ways(X, n_probes, rng, window, periodic), d)


def _ways(X, n_probes, rng, window, periodic) -> tuple[np.ndarray, np.ndarray]:
    """u and w (n_probes,): from the places, and from the points, to the nearest."""
    low, high = _window_of(X, window)
    most = {"high": len(X) - 1, "of": "below the number of points"}
    _checks.count(n_probes, "n_probes", **most)
    _checks.generator(rng)
    sides, inside = high - low, X - low
    if periodic:
        # subtle: the upper face is the lower face, and the tree knows only the lower.
        inside[inside >= sides] = 0
    chosen = rng.choice(len(X), n_probes, replace=False)
    places = rng.random((n_probes, X.shape[1])) * sides
    # Cells cut at their middle are quicker to build than balanced ones, and quicker
    # to search from places far from all points.
    box = sides if periodic else None
    tree = cKDTree(inside, balanced_tree=False, compact_nodes=False, boxsize=box)
    workers = -1 if n_probes >= PROBES_WORTH_THREADS else 1
    u, _ = tree.query(places, workers=workers)
    # The first neighbour of a point is itself, or a twin as near; the second counts.
    w, _ = tree.query(inside[chosen], k=[2], workers=workers)
    return u, w[:, 0]


def _share(u, w, d) -> float:
    """H of the distances u and w."""
    largest = np.maximum(u, w).max(initial=0.0)
    if not 0 < largest < np.inf:
        raise ValueError(
            f"The largest distance is {largest:g}, and must be positive and finite; "
            "give points that differ, in a unit less extreme."
        )
    # subtle: in units of the largest distance no power overflows, and a power that
    # underflows is too small to count.
    from_places, from_points = (((x / largest) ** d).sum() for x in (u, w))
    return float(from_places / (from_places + from_points))


def _corners(window, n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """Low and high corner (n_features,) of a window, or ValueError if it is no box."""
    try:
        low, high = (
            np.broadcast_to(_checks.real(corner, "corner"), (n_features,))
            for corner in window
        )
    except (TypeError, ValueError):
        raise ValueError(
            "window must be (low, high), each a number or one number for each of the "
            f"{n_features} column(s), but {window!r} was given."
        ) from None
    with np.errstate(over="ignore", invalid="ignore"):
        width = high - low
    column = int(np.argmin((width > 0) & (width < np.inf)))
    if not 0 < width[column] < np.inf:
        raise ValueError(
            f"The window must have a finite width along each column, but column "
            f"{column} runs from {low[column]:g} to {high[column]:g}; leave out a "
            "constant column, or change the window."
        )
    return low, high


def _window_of(X: np.ndarray, window) -> tuple[np.ndarray, np.ndarray]:
    """Both corners of the window, or of the bounding box; it must hold all points."""
    box = X.min(axis=0), X.max(axis=0)
    if np.array_equal(*box):
        raise ValueError(
            f"X must have at least 2 distinct points, but all {len(X)} are the same; "
            "there is no distance to compare."
        )
    low, high = _corners(box if window is None else window, X.shape[1])
    outside = ((low > X) | (high < X)).any(axis=1)
    if outside.any():
        raise ValueError(
            f"The window must hold all points, but {int(outside.sum())} lie outside, "
            f"first in row {int(outside.argmax())}; widen it or leave them out."
        )
    return low, high


def _positive(exponent) -> float:
    """The exponent, if it is a positive number."""
    real = isinstance(exponent, numbers.Real) and not isinstance(exponent, bool)
    if real and 0 < exponent < np.inf:
        return float(exponent)
    raise ValueError(
        f"exponent must be a positive number or None, but {exponent!r} was given."
    )


def simulate_null(
    n_points, n_features, n_probes, n_draws, rng, *, sample=None, window=None, **setting
) -> np.ndarray:
    """H of data drawn from a null hypothesis, measured as the data were, (n_draws,).

    Parameters
    ----------
    n_points, n_features, n_probes : int
        Those of the data.
    n_draws : int
        How many data sets to draw.
    rng : numpy.random.Generator
    sample : callable, optional
        `sample(rng, n)` returns n points (n, n_features) of the null hypothesis, such
        as `gaussian_sampler(X)`. None: uniform in the window, in the unit cube where
        there is none. If the box of the data is no cube, give its window or a sample.
    window, **setting
        window, exponent, periodic of `hopkins`; give the same.

    >>> null = simulate_null(100, 2, 10, 50, np.random.default_rng(0))
    >>> round(float(null.mean()), 1)
    0.5
    """
    _checks.count(n_points, "n_points", low=2)
    _checks.count(n_features, "n_features")
    _checks.count(n_draws, "n_draws")
    _checks.generator(rng)
    shape = (n_points, n_features)
    low, high = _corners((0, 1) if window is None else window, n_features)
    null = np.empty(n_draws)
    for draw in range(n_draws):
        X = rng.uniform(low, high, shape) if sample is None else sample(rng, n_points)
        if np.shape(X) != shape:
            raise ValueError(
                f"sample(rng, {n_points}) must return points of shape {shape}, but "
                f"returned shape {np.shape(X)}."
            )
        null[draw] = hopkins(X, n_probes, rng, window=window, **setting)
    return null


def gaussian_sampler(X) -> Callable:
    """A null hypothesis for `simulate_null`: one Gaussian, fitted to X.

    It asks the better question. One Gaussian in a box is far from uniform, so H calls
    it clustered; compare with such Gaussians to see whether there is more than that.

    Returns a function `sample(rng, n)` that draws points (n, n_features) in the unit of
    X (n_samples, n_features), of which there are at least 2.

    >>> gaussian_sampler([[0, 0], [1, 5], [2, 1]])(np.random.default_rng(0), 4).shape
    (4, 2)
    """
    X = _checks.points(X, min_samples=2)
    mean = X.mean(axis=0)
    # Singular values give a root of the covariance even where it is singular.
    _, spread, axes = np.linalg.svd(X - mean, full_matrices=False)
    root = spread[:, None] * axes / np.sqrt(len(X) - 1)
    return lambda rng, n: mean + rng.standard_normal((n, len(root))) @ root


def p_value(value: float, null) -> float:
    """How often the null has an H as large: small means clustered (one-sided).

    `value` is the H of the data, the null is draws of H. From B draws
    p = (1 + number of draws >= value) / (1 + B), never 0: under the null the data are
    one draw more.

    >>> p_value(0.6, [0.4, 0.5, 0.7])
    0.5
    """
    if not isinstance(value, numbers.Real) or not 0 <= value <= 1:
        raise ValueError(f"value must be an H, between 0 and 1, but is {value!r}.")
    draws = _checks.points(_checks.real(null, "null").reshape(-1, 1), "null")
    return float((1 + (draws >= value).sum()) / (1 + len(draws)))
