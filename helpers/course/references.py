"""The functions that exercises ask for, and the cases that a learner's is tried on.

An exercise of the kind "function" names its reference; NAME_cases(rng) beside it gives
the arguments of each case: small ones first, then degenerate, then random ones. Typical
wrong functions, which the exercise names with a hint for each, stand below both. All
are plain and check nothing.
"""

from collections.abc import Iterator

import numpy as np


def scale_new(old, new) -> np.ndarray:
    """New rows counted from the mean of the old ones, in units of their sd.

    >>> scale_new(np.array([[0.0], [2.0]]), np.array([[2.0], [5.0]]))
    array([[1.],
           [4.]])
    """
    return (new - old.mean(axis=0)) / old.std(axis=0)


def scale_new_cases(rng) -> Iterator[tuple]:
    """Small tables; one new row; the old rows again; random ones."""
    old = np.array([[0.0, 10.0], [2.0, 30.0], [4.0, 80.0]])
    yield old, np.array([[2.0, 40.0], [4.0, 10.0]])
    yield old, np.array([[3.0, 20.0]])
    yield old, old.copy()
    for n_old, n_new, d in ((5, 2, 1), (20, 7, 3)):
        yield rng.normal(5, 3, (n_old, d)), rng.normal(0, 9, (n_new, d))


def scale_new_refitted(old, new) -> np.ndarray:
    """The mistake to scale each table by itself."""
    with np.errstate(invalid="ignore"):
        return (new - new.mean(axis=0)) / new.std(axis=0)


def scale_new_together(old, new) -> np.ndarray:
    """The mistake to let the new rows change the units."""
    both = np.vstack([old, new])
    return (new - both.mean(axis=0)) / both.std(axis=0)


def scale_new_one_sd(old, new) -> np.ndarray:
    """The mistake to take one mean and one sd of the whole table."""
    return (new - old.mean()) / old.std()


def scale_new_n_minus_one(old, new) -> np.ndarray:
    """The other sd, as pandas has it."""
    return (new - old.mean(axis=0)) / old.std(axis=0, ddof=1)


def chance_to_miss(N, size, n) -> float:
    """The chance that n of N points, none twice, hold none of a group of `size`.

    >>> round(chance_to_miss(4, 1, 2), 6)
    0.5
    """
    left = N - np.arange(n)  # points still there before each draw
    return float(np.prod(np.maximum(left - size, 0) / left))


def chance_to_miss_cases(rng) -> Iterator[tuple]:
    """By hand; a group that cannot be missed; an empty one; large and random ones."""
    yield 4, 1, 2
    yield 10, 3, 2
    yield 5, 3, 3
    yield 6, 0, 4
    yield 330_000, 3_300, 100
    for N in (30, 2_000):
        yield N, int(rng.integers(1, N // 10)), int(rng.integers(2, N // 5))


def chance_to_miss_with_replacement(N, size, n) -> float:
    """The mistake to put each point back."""
    return (1 - size / N) ** n


def chance_to_miss_linear(N, size, n) -> float:
    """The mistake to add up chances."""
    return 1 - n * size / N


def chance_to_hit(N, size, n) -> float:
    """The other chance."""
    return 1 - chance_to_miss(N, size, n)


def chance_to_miss_first(N, size, n) -> float:
    """The mistake to draw once."""
    return 1 - size / N


def p_value(value, null) -> float:
    """The share of null values that reach `value`, itself counted among them.

    >>> p_value(3, [1, 2, 3])
    0.5
    """
    return (1 + sum(each >= value for each in null)) / (1 + len(null))


def p_value_cases(rng) -> Iterator[tuple]:
    """Values inside, at, and beyond those of the null; a null of one value."""
    yield 2.5, np.array([1.0, 2.0, 3.0])
    yield 3.0, np.array([1.0, 3.0, 3.0, 4.0])
    yield 9.0, np.array([1.0, 2.0, 3.0])
    yield 0.0, np.array([1.0])
    for n in (19, 99):
        yield float(rng.integers(10)), rng.integers(10, size=n).astype(float)


def p_value_without_itself(value, null) -> float:
    """The mistake that makes p = 0 possible."""
    return float(np.mean(np.asarray(null) >= value))


def p_value_strict(value, null) -> float:
    """The mistake that leaves out ties."""
    return (1 + sum(each > value for each in null)) / (1 + len(null))


def medians(X, labels, centers) -> np.ndarray:
    """The median of each feature of each cluster's points; an empty cluster stays.

    >>> medians(np.array([[0.0], [1.0], [5.0]]), np.array([0, 0, 0]), np.zeros((2, 1)))
    array([[1.],
           [0.]])
    """
    new = np.array(centers, dtype=float)
    for k in range(len(new)):
        if (labels == k).any():
            new[k] = np.median(X[labels == k], axis=0)
    return new


def medians_cases(rng) -> Iterator[tuple]:
    """Two clusters of three; one point; an empty cluster; random ones."""
    X = np.array(
        [[0.0, 0.0], [1.0, 2.0], [8.0, 1.0], [5.0, 5.0], [6.0, 9.0], [7.0, 5.0]]
    )
    yield X, np.array([0, 0, 0, 1, 1, 1]), np.array([[0.0, 0.0], [5.0, 5.0]])
    yield X[:1], np.array([0]), np.array([[3.0, 3.0]])
    yield (
        X,
        np.array([0, 2, 2, 0, 0, 2]),
        np.array([[0.0, 0.0], [4.0, 4.0], [9.0, 9.0]]),
    )
    for n, k, d in ((7, 2, 1), (30, 4, 3)):
        X = rng.integers(10, size=(n, d)).astype(float)
        yield X, rng.integers(k, size=n), rng.integers(10, size=(k, d)).astype(float)


def medians_that_are_means(X, labels, centers) -> np.ndarray:
    """The mistake to keep the old step with the new distance."""
    groups = [X[labels == k] for k in range(len(centers))]
    pairs = zip(groups, centers, strict=True)
    return np.array([X.mean(axis=0) if len(X) else c for X, c in pairs])
