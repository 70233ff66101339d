"""The checks that every public function shares: points, counts, distances, labels.

Each function takes what the caller gave, and returns it as the one type that the
numeric core works with, or raises an error of one sentence: what was wrong, what
was given, what to do. All checks run before any work is done.

Not handled: sparse matrices, missing values (drop or fill them first), categories.
"""

from __future__ import annotations

import numbers

import numpy as np
from scipy import sparse
from scipy.spatial.distance import num_obs_y

SQUARES = 1e-250, 1e300
"""Where the sum of all squares must lie, so that none is lost or leaves float64."""

# A component with fewer points than this has lost them all to rounding.
NO_POINTS = 10 * np.finfo(float).eps


def points(
    X, name: str = "X", min_samples: int = 1, any_size: bool = False
) -> np.ndarray:
    """Return a table of points as a float64 array, or say what is wrong with it.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        One row a point, one column a feature, in any unit. A DataFrame will do.
    name : str
        What the caller calls it; used in the error texts.
    min_samples : int
        The smallest number of rows that makes sense to the caller.
    any_size : bool
        Whether numbers will do whose squares overflow or vanish.

    Returns
    -------
    ndarray of shape (n_samples, n_features)
        float64 and C-contiguous. The input itself where it is that already, so do
        not write into it.

    Raises
    ------
    TypeError
        If the entries are not numbers, or the table is sparse.
    ValueError
        If the shape is wrong, rows or columns are missing, a value is NaN, infinite or
        masked, or their squares leave the range of float64.

    Examples
    --------
    >>> points([[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    """
    X = real(X, name)
    if X.ndim != 2:
        raise ValueError(
            f"{name} must be a table of shape (n_samples, n_features), but has "
            f"{X.ndim} dimension(s) (Expected 2D array). Reshape your data: "
            "X.reshape(-1, 1) for a single feature, X.reshape(1, -1) for one point."
        )
    if X.shape[1] == 0:
        raise ValueError(
            f"{name} has 0 feature(s) (shape={X.shape}) while a minimum of 1 is "
            "required; give at least one column of numbers."
        )
    if len(X) < min_samples:
        raise ValueError(
            f"{name} has {len(X)} sample(s) (shape={X.shape}) while a minimum of "
            f"{min_samples} is required; give more rows."
        )
    _finite(X, name, any_size)
    return X


def count(value, name: str, low: int = 1, high: int | None = None, of: str = "") -> int:
    """Return a whole number between `low` and `high`, or say what is wrong with it.

    Parameters
    ----------
    value : int
        The number given; a NumPy integer will do, a bool or 2.0 will not.
    name : str
        The argument's name; used in the error texts.
    low, high : int
        The smallest and the largest allowed value; `high` None: no limit.
    of : str
        What sets the upper limit, such as "the number of points".

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If it is not a whole number.
    ValueError
        If it lies outside the limits.

    Examples
    --------
    >>> count(3, "n_clusters", high=5)
    3
    """
    if not isinstance(value, numbers.Integral) or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be a whole number, but {value!r} was given.")
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"between {low} and {high}"
        reason = f" ({of})" if of else ""
        raise ValueError(f"{name} must be {limits}{reason}, but {value} was given.")
    return int(value)


def condensed(
    distances, name: str = "distances", any_size: bool = False
) -> tuple[np.ndarray, int]:
    """Return condensed distances as float64 and the number of points behind them.

    Parameters
    ----------
    distances : array-like of shape (n_samples * (n_samples - 1) / 2,)
        The upper triangle of a distance matrix, row by row, in any one unit, as
        `scipy.spatial.distance.pdist` returns it.
    name, any_size
        As for `points`.

    Returns
    -------
    distances : ndarray of the same shape
    n_samples : int

    Raises
    ------
    TypeError, ValueError
        If it is a square matrix, its length fits no number of points, or a distance
        is NaN, infinite or negative.

    Examples
    --------
    >>> condensed([3, 4, 5])
    (array([3., 4., 5.]), 3)
    """
    D = real(distances, name)
    if D.ndim != 1:
        raise ValueError(
            f"{name} must be condensed (one dimension), but has shape {D.shape}; "
            "turn a square matrix into condensed form with "
            "scipy.spatial.distance.squareform."
        )
    _finite(D, name, any_size)
    if (D < 0).any():
        raise ValueError(
            f"{name} must not be negative, but entry {int(np.argmax(D < 0))} is "
            f"{D[D < 0][0]:g}; check how the distances were made."
        )
    try:
        return D, int(num_obs_y(D))
    except ValueError:
        raise ValueError(
            f"{name} has {len(D)} entries, and no number of points has that many "
            "pairs; condensed distances of n points have n (n - 1) / 2 entries."
        ) from None


def labels(labels, n_samples: int | None = None, name: str = "labels") -> np.ndarray:
    """Return cluster labels as integers, or say what is wrong with them.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Whole numbers; which number stands for which cluster does not matter.
    n_samples : int
        How many there must be; None: any number but 0.

    Returns
    -------
    ndarray of shape (n_samples,), intp

    Raises
    ------
    TypeError, ValueError
        If they are not whole numbers in one dimension, or too many or too few.

    Examples
    --------
    >>> labels([2, 2, 7])
    array([2, 2, 7])
    """
    values = array(labels, name)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(
            f"{name} must be one label for each point, in one dimension, but has "
            f"shape {values.shape}."
        )
    if not np.issubdtype(values.dtype, np.integer):
        raise TypeError(
            f"{name} must be whole numbers, but has type {values.dtype}; turn names "
            "into numbers with numpy.unique(names, return_inverse=True)[1]."
        )
    if n_samples is not None and len(values) != n_samples:
        raise ValueError(
            f"{name} has {len(values)} entries for {n_samples} points; give one label "
            "for each point."
        )
    return values.astype(np.intp)


def generator(rng, name: str = "rng") -> np.random.Generator:
    """Return the random generator that was given, or say what to give.

    Raises
    ------
    TypeError
        If it is anything but a `numpy.random.Generator`.

    Examples
    --------
    >>> generator(np.random.default_rng(1)).integers(10)
    np.int64(4)
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, but {rng!r} was given; make one "
            "with numpy.random.default_rng(seed)."
        )
    return rng


def choice(value, name: str, allowed) -> str:
    """Return an option if it is one of those allowed, else name them all.

    Raises
    ------
    ValueError
        If it is not one of them.

    Examples
    --------
    >>> choice("ward", "method", ["single", "ward"])
    'ward'
    """
    if not isinstance(value, str) or value not in allowed:
        names = ", ".join(repr(option) for option in allowed)
        raise ValueError(f"{name} must be one of {names}, but {value!r} was given.")
    return value


def seeded(random_state) -> np.random.Generator:
    """Return a random generator made from an estimator's `random_state`.

    Raises
    ------
    TypeError
        If it is none of those that scikit-learn takes.

    Examples
    --------
    >>> seeded(1).integers(10)
    np.int64(4)
    """
    try:
        return np.random.default_rng(random_state)
    except (TypeError, ValueError):
        raise TypeError(
            "random_state must be None, a whole number from 0 up or a generator, but "
            f"{random_state!r} was given."
        ) from None


def sequence(values, name: str) -> list:
    """Return the members of a sequence, or say that it is none.

    Raises
    ------
    TypeError
        If it has no members.

    Examples
    --------
    >>> sequence(range(2), "ks")
    [0, 1]
    """
    try:
        return list(values)
    except TypeError:
        raise TypeError(
            f"{name} must be a sequence, but {values!r} was given; put it in brackets."
        ) from None


def array(values, name: str, dtype=None) -> np.ndarray:
    """Return an array; refuse rows of different length, and masks, which it would lose.

    Raises
    ------
    ValueError
        If rows differ in length, or an entry is masked.

    Examples
    --------
    >>> array(["a", "b"], "names")
    array(['a', 'b'], dtype='<U1')
    """
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries; drop or fill those rows first.")
    try:
        return np.asarray(values, dtype)
    except ValueError:
        raise ValueError(f"{name} must be an array, with rows of one length.") from None


def real(values, name: str) -> np.ndarray:
    """Return numbers as a C-contiguous float64 array of any shape; NaN may be there.

    Raises
    ------
    TypeError, ValueError
        If it is sparse, complex, a date, or otherwise no array of numbers.

    Examples
    --------
    >>> real([1, 2], "weights")
    array([1., 2.])
    """
    if sparse.issparse(values):
        raise TypeError(
            f"{name} is a sparse matrix, and sparse data is not handled here; "
            "make it dense with .toarray()."
        )
    given = array(values, name)
    if np.iscomplexobj(given):
        raise ValueError(
            f"Complex data not supported: {name} has type {given.dtype}; give its real "
            "and imaginary parts as columns."
        )
    try:
        if given.dtype.kind in "mM":  # dates would become counts of some unit
            raise TypeError
        return np.ascontiguousarray(given, dtype=np.float64).reshape(given.shape)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must hold numbers only, but has type {given.dtype}; each entry of "
            "this argument must be a string such as '1.5' or a number, so choose the "
            "numeric columns first."
        ) from None


def _finite(values: np.ndarray, name: str, any_size: bool) -> None:
    """Refuse NaN and infinity, and squares that overflow or vanish."""
    # subtle: one sum is quicker than a look at each value, and is NaN or infinite if
    # any value is.
    flat = values.ravel()
    with np.errstate(all="ignore"):
        if SQUARES[0] < flat @ flat < SQUARES[1]:
            return
    bad = ~np.isfinite(values)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        where = f"row {first[0]}" + (f", column {first[1]}" if len(first) > 1 else "")
        raise ValueError(
            f"{name} contains NaN or infinity in {int(bad.sum())} place(s), first in "
            f"{where} (counted from 0); drop or fill those rows first."
        )
    if not any_size and values.any():
        raise ValueError(
            f"{name} holds values up to {np.abs(values).max():g}, and their squares "
            "leave the range of float64; choose another unit."
        )


def all_have_points(counts) -> None:
    """Refuse a component that no point belongs to."""
    if (counts < NO_POINTS).any():
        raise ValueError(
            f"Component {counts.argmin()} holds none of the {counts.sum():.0f} points: "
            "all are closer to other components. Start it nearer to the data, or ask "
            "for fewer components."
        )
