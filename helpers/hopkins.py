"""The Hopkins statistic: are points more clustered than chance would have them?

From m places drawn in a window, and from m of the points themselves, measure the way
to the nearest (other) point: u and w. Clusters leave gaps, so that u is long and w
short, and H = sum(u^d) / (sum(u^d) + sum(w^d)) comes near 1. Uniform points give 1/2.

Follows Hopkins & Skellam (1954), Annals of Botany 18, 213, and Cross & Jain (1982);
exponent and edges as in Wright (2022), R Journal 14(3), doi:10.32614/RJ-2022-055.

Not handled: windows that are no boxes, distances other than Euclidean, columns in
different units (scale them first: H changes with the scale of one column).
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import beta

from helpers import arrays

# Between these widths the square of a length stays well inside float64.
NARROWEST, WIDEST = 1e-100, 1e100
# From this many probes on, the search is worth starting threads for.
PROBES_WORTH_THREADS = 2_000


@dataclass(frozen=True, eq=False)
class Probes:
    """What one draw of places and points measured; lengths in the unit of X.

    `places` (n_probes, n_features) were drawn in the window, the rows `chosen`
    (n_probes,) from X. `u` and `w` (n_probes,) are their distances to the nearest
    (other) point, `nearest_to_place` and `nearest_to_chosen` (n_probes,) its rows.
    """

    places: np.ndarray
    chosen: np.ndarray
    u: np.ndarray
    w: np.ndarray
    nearest_to_place: np.ndarray
    nearest_to_chosen: np.ndarray


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """H of many samples: `values` (n_repeats,), their mean, and an interval.

    The interval holds the middle 95 % of the values. It tells how much H changes from
    sample to sample, not how well the mean is known.
    """

    values: np.ndarray
    mean: float
    interval: tuple[float, float]


def probe(X, n_probes: int, rng, window=None, periodic: bool = False) -> Probes:
    """Draw points without replacement, then places, and measure all ways at once.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The points, all columns in one unit (or scaled).
    n_probes : int
        m, less than n_samples; a tenth of it is the usual choice.
    rng : numpy.random.Generator
    window : (low, high), optional
        Where the points could have been: two numbers, or two arrays of shape
        (n_features,), in the unit of X. None: the bounding box of X.
    periodic : bool
        Whether to measure on the torus of the window (opposite faces are one).

    Returns
    -------
    Probes

    Raises
    ------
    TypeError, ValueError
        If X has NaN, no column or fewer than 2 distinct points, n_probes is not below
        n_samples, or the window has no width or does not hold all points.

    References
    ----------
    Hopkins & Skellam (1954), Annals of Botany 18, 213.

    Examples
    --------
    >>> probe([[0.0], [1.0], [3.0]], 2, np.random.default_rng(0)).w
    array([1., 2.])
    """
    X, low, high = _points_in_window(X, window)
    arrays.count(n_probes, "n_probes", high=len(X) - 1, of="below the number of points")
    arrays.generator(rng)
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
    u, to_place = tree.query(places, workers=workers)
    w, rows = tree.query(inside[chosen], k=2, workers=workers)
    # subtle: of two equal points the tree may name the chosen one second, not first.
    other = np.where(rows[:, 0] == chosen, rows[:, 1], rows[:, 0])
    return Probes(low + places, chosen, u, w[:, 1], to_place, other)


def statistic(u, w, exponent: float) -> float:
    """H = sum(u^d) / (sum(u^d) + sum(w^d)) of distances already measured.

    Parameters
    ----------
    u, w : array-like of shape (n_probes,)
        Distances from the places and from the points, in one unit; see `Probes`.
    exponent : float
        d: the dimension (or 1, as much code on the web has it).

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If the exponent is not positive, or no distance is above 0.

    References
    ----------
    Wright (2022), doi:10.32614/RJ-2022-055.

    Examples
    --------
    >>> statistic([3.0, 1.0], [1.0, 1.0], exponent=1)
    0.6666666666666666
    """
    _exponent(exponent)
    u, w = np.asarray(u, dtype=float), np.asarray(w, dtype=float)
    largest = max(u.max(), w.max())
    if not largest > 0:
        raise ValueError("u and w are all 0, so H is 0 / 0; give points that differ.")
    # subtle: in units of the largest distance no power overflows, and a power that
    # underflows is too small to count.
    from_places = ((u / largest) ** exponent).sum()
    from_points = ((w / largest) ** exponent).sum()
    return float(from_places / (from_places + from_points))


def hopkins(
    X, n_probes: int, rng, exponent=None, window=None, periodic: bool = False
) -> float:
    """The Hopkins statistic: near 1 if the points are clustered, 1/2 if uniform.

    Never compare two values of different n_samples, n_probes, exponent or window: H
    of one and the same distribution changes with each of them.

    Parameters
    ----------
    X, n_probes, rng, window, periodic
        As in `probe`.
    exponent : float, optional
        None: n_features, which compares volumes with volumes.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        As `probe`; also if the exponent is not a positive number.

    References
    ----------
    Cross & Jain (1982); Wright (2022), doi:10.32614/RJ-2022-055.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> two_heaps = np.repeat([0.0, 1.0], 50)[:, None] + 0.01 * rng.random((100, 1))
    >>> hopkins(two_heaps, 10, rng) > 0.95
    True
    """
    if exponent is not None:
        _exponent(exponent)
    found = probe(X, n_probes, rng, window, periodic)
    d = found.places.shape[1] if exponent is None else exponent
    return statistic(found.u, found.w, d)


def bootstrap(
    X,
    n_points: int,
    n_probes: int,
    n_repeats: int,
    rng,
    exponent=None,
    window=None,
    periodic: bool = False,
    replace: bool = False,
) -> Bootstrap:
    """H of many random samples of X, each with probes of its own.

    Parameters
    ----------
    X, rng, exponent, window, periodic
        As in `hopkins`; with window None each sample has its own bounding box.
    n_points, n_probes, n_repeats : int
        Points in a sample, probes in a sample, and samples.
    replace : bool
        True shows a mistake: twins are at distance 0, and H rises without clusters.

    Returns
    -------
    Bootstrap

    Raises
    ------
    TypeError, ValueError
        As `hopkins`; also if a sample would have more points than X.

    References
    ----------
    Wright (2022), doi:10.32614/RJ-2022-055.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> round(bootstrap(rng.random((1000, 2)), 300, 30, 150, rng).mean, 1)
    0.5
    """
    X, _, _ = _points_in_window(X, window)
    most = None if replace else len(X)
    arrays.count(n_points, "n_points", low=2, high=most, of="the points in X")
    arrays.count(n_repeats, "n_repeats")
    arrays.generator(rng)
    values = np.empty(n_repeats)
    for repeat in range(n_repeats):
        sample = X[rng.choice(len(X), n_points, replace=replace)]
        values[repeat] = hopkins(sample, n_probes, rng, exponent, window, periodic)
    low, high = np.quantile(values, [0.025, 0.975])
    return Bootstrap(values, float(values.mean()), (float(low), float(high)))


def null_law(n_probes: int):
    """The law of H for uniform points without edges and exponent d: Beta(m, m).

    It asks for n_probes well below the number of points. In a box, or with another
    exponent, the law is another: see `monte_carlo_null`.

    Returns
    -------
    scipy.stats frozen distribution
        With mean 1/2 and variance 1 / (8 m + 4).

    Raises
    ------
    TypeError, ValueError
        If n_probes is not a positive whole number.

    References
    ----------
    Cross & Jain (1982); Wright (2022), doi:10.32614/RJ-2022-055.

    Examples
    --------
    >>> round(float(null_law(30).std()), 3)
    0.064
    """
    arrays.count(n_probes, "n_probes")
    return beta(n_probes, n_probes)


def monte_carlo_null(
    n_points: int,
    n_features: int,
    n_probes: int,
    n_draws: int,
    rng,
    exponent=None,
    window=None,
    periodic: bool = False,
    sample: Callable | None = None,
) -> np.ndarray:
    """H of data drawn from a null hypothesis, for the window and exponent in use.

    Parameters
    ----------
    n_points, n_features, n_probes : int
        Those of the data.
    n_draws : int
        How many data sets to draw.
    rng, exponent, window, periodic
        As in `hopkins`; give the same.
    sample : callable, optional
        `sample(rng, n)` returns n points (n, n_features) of the null hypothesis, such
        as `gaussian_sampler(X)`. None: uniform in the window, in the unit cube where
        there is none. If the box of the data is no cube, give its window or a sample.

    Returns
    -------
    ndarray of shape (n_draws,)

    Raises
    ------
    TypeError, ValueError
        As `hopkins`; also if the sample has another shape.

    References
    ----------
    Wright (2022), doi:10.32614/RJ-2022-055.

    Examples
    --------
    >>> null = monte_carlo_null(100, 2, 10, 50, np.random.default_rng(0))
    >>> round(float(null.mean()), 1)
    0.5
    """
    shape = (
        arrays.count(n_points, "n_points", low=2),
        arrays.count(n_features, "n_features"),
    )
    arrays.count(n_draws, "n_draws")
    arrays.generator(rng)
    low, high = _window((0, 1) if window is None else window, n_features)
    null = np.empty(n_draws)
    for draw in range(n_draws):
        X = rng.uniform(low, high, shape) if sample is None else sample(rng, n_points)
        if np.shape(X) != shape:
            raise ValueError(
                f"sample(rng, {n_points}) must return points of shape {shape}, but "
                f"returned shape {np.shape(X)}."
            )
        null[draw] = hopkins(X, n_probes, rng, exponent, window, periodic)
    return null


def gaussian_sampler(X) -> Callable:
    """A null hypothesis for `monte_carlo_null`: one Gaussian, fitted to X.

    It asks the better question. One Gaussian in a box is far from uniform, so H calls
    it clustered; compare with such Gaussians to see whether there is more than that.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)

    Returns
    -------
    callable
        `sample(rng, n)` returns (n, n_features) in the unit of X.

    Raises
    ------
    TypeError, ValueError
        As `helpers.arrays.points`, with at least 2 points.

    References
    ----------
    Cross & Jain (1982).

    Examples
    --------
    >>> gaussian_sampler([[0, 0], [1, 5], [2, 1]])(np.random.default_rng(0), 4).shape
    (4, 2)
    """
    X = arrays.points(X, min_samples=2)
    mean = X.mean(axis=0)
    # Singular values give a root of the covariance even where it is singular.
    _, spread, axes = np.linalg.svd(X - mean, full_matrices=False)
    root = spread[:, None] * axes / np.sqrt(len(X) - 1)
    return lambda rng, n: mean + rng.standard_normal((n, len(root))) @ root


def p_value(value: float, null) -> float:
    """How often the null has an H as large: small means clustered (one-sided).

    Parameters
    ----------
    value : float
        H of the data.
    null : array-like of shape (n_draws,), or the law of `null_law`
        From B draws p = (1 + number of draws >= value) / (1 + B), never 0: under the
        null the data are one draw more.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If value is not between 0 and 1, or the null is empty or has NaN.

    References
    ----------
    Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9(1), 39.

    Examples
    --------
    >>> p_value(0.6, [0.4, 0.5, 0.7])
    0.5
    """
    if not 0 <= value <= 1:
        raise ValueError(f"value must be an H, between 0 and 1, but is {value!r}.")
    if hasattr(null, "sf"):
        return float(null.sf(value))
    draws = arrays.points(np.reshape(null, (-1, 1)), "null", min_samples=1)
    return float((1 + (draws >= value).sum()) / (1 + len(draws)))


def _points_in_window(X, window) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points that differ, and the two corners of a window that holds them."""
    X = arrays.points(X, min_samples=2)
    low, high = X.min(axis=0), X.max(axis=0)
    if np.array_equal(low, high):
        raise ValueError(
            f"X must have at least 2 distinct points, but all {len(X)} are the same; "
            "there is no distance to compare."
        )
    if window is None:
        return X, *_window((low, high), X.shape[1])
    low, high = _window(window, X.shape[1])
    outside = ((low > X) | (high < X)).any(axis=1)
    if outside.any():
        raise ValueError(
            f"The window must hold all points, but {int(outside.sum())} lie outside, "
            f"first in row {int(outside.argmax())}; widen it or leave them out."
        )
    return X, low, high


def _window(window, n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """The two corners of a box that has some width along each column."""
    try:
        low, high = (
            np.broadcast_to(np.asarray(corner, dtype=float), (n_features,))
            for corner in window
        )
    except (TypeError, ValueError):
        raise ValueError(
            "window must be (low, high), each a number or one number for each of the "
            f"{n_features} column(s), but {window!r} was given."
        ) from None
    with np.errstate(over="ignore", invalid="ignore"):
        width = high - low
    bad = ~((width >= NARROWEST) & (width <= WIDEST))
    if bad.any():
        column = int(bad.argmax())
        raise ValueError(
            f"The window must have a width between {NARROWEST:g} and {WIDEST:g} along "
            f"each column, but column {column} runs from {low[column]:g} to "
            f"{high[column]:g}; leave out a constant column, or change window or unit."
        )
    return low, high


def _exponent(exponent) -> None:
    """Refuse an exponent that is not a positive number."""
    real = isinstance(exponent, numbers.Real) and not isinstance(exponent, bool)
    if not real or not 0 < exponent < np.inf:
        raise ValueError(
            f"exponent must be a positive number, but {exponent!r} was given; leave it "
            "out for the dimension."
        )
