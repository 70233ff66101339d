"""What every door asks of its input: points, counts, distances, labels, generators.

Each function returns what was given as the one type that the numeric core works with,
or raises an error of one sentence: what was wrong, what was given, what to do. Shapes
and types are scikit-learn's `check_array`; by hand is what it lets through and users
meet: masked entries, dates, squares that leave the range of float64.

Not handled: sparse matrices, missing values (drop or fill them first), categories.
"""

import numbers
import re
from collections.abc import Callable
from functools import wraps
from inspect import signature

import numpy as np
from scipy import sparse
from scipy.spatial.distance import num_obs_y
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

SQUARES = 1e-250, 1e300
"""Where the sum of all squares must lie, so that none is lost or leaves float64."""

ROUGHLY = 1e-3
"""Share of the largest entry by which computed distances of a pair may differ."""


def door(checks) -> Callable:
    """Make doors: the same functions, with their arguments checked before.

    `checks` has a function for each name of an argument. It takes the argument and, by
    their names, others that come before it in the table, and returns what is passed on.

    >>> enter = door({"k": lambda k: count(k, "k")})
    >>> enter(lambda k, n: k * n)(2, 5)
    10
    """
    needs = {name: signature(check).parameters for name, check in checks.items()}

    def enter(step):
        takes = signature(step)

        @wraps(step)
        def checked(*args, **options):
            given = takes.bind(*args, **options)
            given.apply_defaults()
            values = given.arguments
            for name in [name for name in checks if name in values]:
                asked = {need: values[need] for need in needs[name] if need in values}
                values[name] = checks[name](**asked)
            return step(*given.args, **given.kwargs)

        return checked

    return enter


def points(X, name="X", min_samples=1, any_size=False) -> np.ndarray:
    """A table of points, (n_samples, n_features), as C-contiguous float64.

    It is the input itself where that is such an array, so do not write into it.
    `any_size`: numbers will do whose squares overflow or vanish.
    """
    X = _numbers(X, name, "a table of numbers", ensure_min_samples=min_samples)
    _refuse_not_finite(X, name, any_size)
    return X


def seen(estimator, X) -> np.ndarray:
    """Points with the features that an estimator was fitted to."""
    check_is_fitted(estimator)
    values = points(X)
    validate_data(estimator, X, skip_check_array=True, reset=False)
    return values


def features_of(X, values, name) -> np.ndarray:
    """Points with as many features as X has."""
    values = points(values, name)
    if values.shape[1] != X.shape[1]:
        raise ValueError(
            f"{name} has {values.shape[1]} features, but X has {X.shape[1]}; give both "
            "the same columns."
        )
    return values


def points_not_distances(X, name="X", min_samples=1) -> np.ndarray:
    """Points of any size, as `points`; a square matrix of distances is refused.

    Rounding does not hide it: the root of a difference that should be 0, as in
    `euclidean_distances`, or the 1e-16 on the diagonal of `1 - np.corrcoef(X)`.
    """
    X = points(X, name, min_samples, any_size=True)
    near = ROUGHLY * max(X.max(), -X.min())
    if (
        len(X) == X.shape[1]
        and near > 0  # zeros alone: the same tree either way
        and X.min() >= -near
        and (np.abs(X.diagonal()) <= near).all()
        and (np.abs(X - X.T) <= near).all()
    ):
        raise ValueError(
            f"{name} looks like a square matrix of distances (shape {X.shape}, "
            "symmetric, zero diagonal), and its rows would be taken as points; give "
            f"linkage scipy.spatial.distance.squareform({name}, checks=False), or "
            f"pdist({name}) if these are points."
        )
    return X


def real(values, name) -> np.ndarray:
    """Numbers of any shape as C-contiguous float64; NaN may be there."""
    free = {"ensure_2d": False, "allow_nd": True, "ensure_min_samples": 0}
    return _numbers(values, name, "numbers", **free)


def condensed(distances, name) -> np.ndarray:
    """Condensed distances of any size as float64."""
    D = real(distances, name)
    if D.ndim != 1:
        raise ValueError(
            f"{name} must be condensed (one dimension), but has shape {D.shape}; "
            "turn a square matrix into condensed form with "
            "scipy.spatial.distance.squareform."
        )
    _refuse_not_finite(D, name, any_size=True)
    if (D < 0).any():
        raise ValueError(
            f"{name} must not be negative, but entry {int(np.argmax(D < 0))} is "
            f"{D[D < 0][0]:g}; check how the distances were made."
        )
    try:
        num_obs_y(D)
    except ValueError:
        raise ValueError(
            f"{name} has {len(D)} entries, and no number of points has that many "
            "pairs; condensed distances of n points have n (n - 1) / 2 entries."
        ) from None
    return D


def labels(labels, n_samples=None, name="labels") -> np.ndarray:
    """Cluster labels (n_samples,) as integers; they need not begin at 0."""
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


def array(values, name) -> np.ndarray:
    """An array of anything; rows of different length and masks are refused."""
    _refuse_masks(values, name)
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be an array, with rows of one length.") from None


def count(value, name, low=1, high=None, of="") -> int:
    """A whole number between `low` and `high`; `of` says what sets the upper limit."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be a whole number, but {value!r} was given.")
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"between {low} and {high}"
        reason = f" ({of})" if of else ""
        raise ValueError(f"{name} must be {limits}{reason}, but {value} was given.")
    return int(value)


def not_negative(value, name) -> float:
    """A finite number from 0 up."""
    if not isinstance(value, numbers.Real) or not 0 <= value < np.inf:
        raise ValueError(f"{name} must be a number from 0 up, but {value!r} was given.")
    return value


def choice(value, name, allowed) -> str:
    if not isinstance(value, str) or value not in allowed:
        names = ", ".join(repr(option) for option in allowed)
        raise ValueError(f"{name} must be one of {names}, but {value!r} was given.")
    return value


def sequence(values, name) -> list:
    try:
        return list(values)
    except TypeError:
        raise TypeError(
            f"{name} must be a sequence, but {values!r} was given; put it in brackets."
        ) from None


def generator(rng) -> np.random.Generator:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, but {rng!r} was given; make one "
            "with numpy.random.default_rng(seed)."
        )
    return rng


def seeded(random_state) -> np.random.Generator:
    try:
        if np.ndim(random_state):
            raise TypeError("NumPy would make a seed of any sequence, an empty one too")
        return np.random.default_rng(random_state)
    except (TypeError, ValueError):
        raise TypeError(
            "random_state must be None, a whole number from 0 up or a generator, but "
            f"{random_state!r} was given."
        ) from None


def _numbers(values, name, what, **options) -> np.ndarray:
    """What `check_array` makes of it, and its complaint as one sentence."""
    _refuse_masks(values, name)
    try:
        # subtle: NumPy would turn dates into counts of some unit of time
        if not sparse.issparse(values) and np.asarray(values).dtype.kind in "mM":
            raise TypeError("dates are none; give the days since one of them")
        options |= {"dtype": np.float64, "order": "C", "input_name": name}
        return check_array(values, ensure_all_finite=False, **options)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        words = " ".join(str(error).split()).rstrip(".")
        words = re.sub(r" instead: array=.*?\. (?=Reshape)", " instead. ", words)
        raise kind(f"{name} must be {what}: {words}.") from None


def _refuse_masks(values, name) -> None:
    """A mask would be lost without a word."""
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries; drop or fill those rows first.")


def _refuse_not_finite(values, name, any_size) -> None:
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
