"""Places and points that probe a cloud of points, and the ways they measure.

m places are drawn in a window, m points from the cloud. Each is asked for its nearest
(other) point, all at once, by a k-d tree. What is made of that: see `hopkins`.

Follows Hopkins & Skellam (1954), Annals of Botany 18, 213; the torus as in Wright
(2022), R Journal 14(3), doi:10.32614/RJ-2022-055.

Not handled: windows that are no boxes, distances other than Euclidean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from helpers import arrays

# Between these widths the square of a length stays well inside float64.
NARROWEST, WIDEST = 1e-100, 1e100
# From this many probes on, the search is worth starting threads for.
PROBES_WORTH_THREADS = 1_000


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
    X, low, high = points_in_window(X, window)
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


def corners(window, n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """Low and high corner (n_features,) of a window, or ValueError if it is no box.

    Examples
    --------
    >>> corners((0, [1, 2]), 2)
    (array([0., 0.]), array([1., 2.]))
    """
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


def points_in_window(X, window) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points that differ, and the two corners of a window that holds them all.

    None is the bounding box of X. Raises ValueError if all points are the same, or
    some lie outside.

    Examples
    --------
    >>> points_in_window([[0.0], [3.0]], None)[1:]
    (array([0.]), array([3.]))
    """
    X = arrays.points(X, min_samples=2)
    low, high = X.min(axis=0), X.max(axis=0)
    if np.array_equal(low, high):
        raise ValueError(
            f"X must have at least 2 distinct points, but all {len(X)} are the same; "
            "there is no distance to compare."
        )
    if window is None:
        return X, *corners((low, high), X.shape[1])
    low, high = corners(window, X.shape[1])
    outside = ((low > X) | (high < X)).any(axis=1)
    if outside.any():
        raise ValueError(
            f"The window must hold all points, but {int(outside.sum())} lie outside, "
            f"first in row {int(outside.argmax())}; widen it or leave them out."
        )
    return X, low, high
