"""The Hopkins statistic: are points more clustered than chance would have them?

From m places drawn in a window, and from m of the points themselves, measure the way
to the nearest (other) point: u and w. Clusters leave gaps, so that u is long and w
short, and H = sum(u^d) / (sum(u^d) + sum(w^d)) comes near 1. Uniform points give 1/2.
How u and w are measured is in `hopkins_probes`, what chance would give in
`hopkins_null`.

Follows Hopkins & Skellam (1954), Annals of Botany 18, 213, and Cross & Jain (1982);
exponent and edges as in Wright (2022), R Journal 14(3), doi:10.32614/RJ-2022-055.

Not handled: columns in different units (scale them first: H changes with the scale of
one column).
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass

import numpy as np

from helpers import arrays
from helpers.hopkins_probes import points_in_window, probe


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """H of many samples: `values` (n_repeats,), their mean, and an interval.

    The interval holds the middle 95 % of the values. It tells how much H changes from
    sample to sample, not how well the mean is known.
    """

    values: np.ndarray
    mean: float
    interval: tuple[float, float]


def statistic(u, w, exponent: float) -> float:
    """H = sum(u^d) / (sum(u^d) + sum(w^d)) of distances already measured.

    Parameters
    ----------
    u, w : array-like of shape (n_probes,)
        Distances from the places and from the points, in one unit; see `probe`.
    exponent : float
        d: the dimension (or 1, as much code on the web has it).

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the exponent is not positive, or no distance is above 0.

    Examples
    --------
    >>> statistic([3.0, 1.0], [1.0, 1.0], exponent=1)
    0.6666666666666666
    """
    _check_exponent(exponent)
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
    of one and the same distribution changes with each of them. Parameters, errors and
    reference are those of `probe`; exponent None is n_features, which compares volumes.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> two_heaps = np.repeat([0.0, 1.0], 50)[:, None] + 0.01 * rng.random((100, 1))
    >>> hopkins(two_heaps, 10, rng) > 0.95
    True
    """
    if exponent is not None:
        _check_exponent(exponent)
    found = probe(X, n_probes, rng, window, periodic)
    d = found.places.shape[1] if exponent is None else exponent
    return statistic(found.u, found.w, d)


def bootstrap(
    X, n_points, n_probes, n_repeats, rng, *, replace: bool = False, **setting
) -> Bootstrap:
    """H of many random samples of X, each with probes of its own.

    Parameters
    ----------
    X, n_probes, rng
        As in `probe`.
    n_points, n_repeats : int
        Points in a sample, and samples.
    replace : bool
        True shows a mistake: twins are at distance 0, and H rises without clusters.
    **setting
        exponent, window, periodic of `hopkins`. Without a window each sample has its
        own bounding box.

    Returns
    -------
    Bootstrap

    Raises
    ------
    TypeError, ValueError
        As `probe`; also if a sample would have more points than X.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> round(bootstrap(rng.random((1000, 2)), 300, 30, 150, rng).mean, 1)
    0.5
    """
    X, _, _ = points_in_window(X, setting.get("window"))
    most = None if replace else len(X)
    arrays.count(n_points, "n_points", low=2, high=most, of="the points in X")
    arrays.count(n_repeats, "n_repeats")
    arrays.generator(rng)
    samples = (rng.choice(len(X), n_points, replace=replace) for _ in range(n_repeats))
    values = np.array([hopkins(X[rows], n_probes, rng, **setting) for rows in samples])
    low, high = np.quantile(values, [0.025, 0.975])
    return Bootstrap(values, float(values.mean()), (float(low), float(high)))


def _check_exponent(exponent) -> None:
    """Refuse an exponent that is not a positive number."""
    real = isinstance(exponent, numbers.Real) and not isinstance(exponent, bool)
    if not real or not 0 < exponent < np.inf:
        raise ValueError(
            f"exponent must be a positive number, but {exponent!r} was given; leave it "
            "out for the dimension."
        )
