"""The functions that exercises ask for, and the cases that a learner's is tried on.

An exercise of the kind "function" names its reference; NAME_cases(rng) beside it gives
the arguments of each case: small ones first, then degenerate, then random ones. Typical
wrong functions, which the exercise names with a hint for each, stand below both. All
are plain and check nothing.
"""

from collections.abc import Iterator

import numpy as np


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
