"""What chance alone would give the Hopkins statistic, and how rare a value then is.

Uniform points without edges, with the dimension as exponent, have a law: Beta(m, m).
In a box, with another exponent, or against another null hypothesis (one Gaussian), the
law is another, and drawing many data sets of that kind shows it.

Follows Cross & Jain (1982) and Wright (2022), R Journal 14(3),
doi:10.32614/RJ-2022-055; p-values from draws as in Phipson & Smyth (2010), Stat. Appl.
Genet. Mol. Biol. 9(1), 39.

Not handled: null hypotheses that must be fitted anew to each draw.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable

import numpy as np
from scipy.stats import beta

from helpers import arrays
from helpers.hopkins import corners, hopkins


def null_law(n_probes: int):
    """The law of H for uniform points without edges and exponent d: Beta(m, m).

    It asks for n_probes well below the number of points.

    Returns
    -------
    scipy.stats frozen distribution
        With mean 1/2 and variance 1 / (8 m + 4).

    Raises
    ------
    TypeError, ValueError
        If n_probes is not a positive whole number.

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
    *,
    sample: Callable | None = None,
    window=None,
    **setting,
) -> np.ndarray:
    """H of data drawn from a null hypothesis, measured as the data were.

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
        window, exponent, periodic of `hopkins.hopkins`; give the same.

    Returns
    -------
    ndarray of shape (n_draws,)

    Raises
    ------
    TypeError, ValueError
        As `hopkins.hopkins`; also if the sample has another shape.

    Examples
    --------
    >>> null = monte_carlo_null(100, 2, 10, 50, np.random.default_rng(0))
    >>> round(float(null.mean()), 1)
    0.5
    """
    arrays.count(n_points, "n_points", low=2)
    arrays.count(n_features, "n_features")
    arrays.count(n_draws, "n_draws")
    arrays.generator(rng)
    shape = (n_points, n_features)
    low, high = corners((0, 1) if window is None else window, n_features)
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
    """A null hypothesis for `monte_carlo_null`: one Gaussian, fitted to X.

    It asks the better question. One Gaussian in a box is far from uniform, so H calls
    it clustered; compare with such Gaussians to see whether there is more than that.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        At least 2 points, else ValueError.

    Returns
    -------
    callable
        `sample(rng, n)` returns (n, n_features) in the unit of X.

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

    Examples
    --------
    >>> p_value(0.6, [0.4, 0.5, 0.7])
    0.5
    """
    if not isinstance(value, numbers.Real) or not 0 <= value <= 1:
        raise ValueError(f"value must be an H, between 0 and 1, but is {value!r}.")
    if hasattr(null, "sf"):
        return float(null.sf(value))
    draws = arrays.points(arrays.real(null, "null").reshape(-1, 1), "null")
    return float((1 + (draws >= value).sum()) / (1 + len(draws)))
