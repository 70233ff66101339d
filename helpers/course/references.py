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


def ward_cost(X, labels) -> np.ndarray:
    """By how much the SSE grows if two clusters merge: a table of all pairs.

    >>> ward_cost(np.array([[0.0], [2.0], [5.0]]), np.array([0, 0, 1]))
    array([[ 0.        , 10.66666667],
           [10.66666667,  0.        ]])
    """

    def sse(points):
        return ((points - points.mean(axis=0)) ** 2).sum()

    groups = [X[labels == c] for c in range(max(labels) + 1)]
    cost = np.zeros((len(groups), len(groups)))
    for i, a in enumerate(groups):
        for j in range(i):
            grown = sse(np.vstack([a, groups[j]])) - sse(a) - sse(groups[j])
            cost[i, j] = cost[j, i] = grown
    return cost


def ward_cost_cases(rng) -> Iterator[tuple]:
    """A large group near, a small one far; points alone; equal centres; random ones."""
    line = np.array([[-1.0], [0.0], [1.0], [0.0], [2.0], [4.5]])
    yield line, np.array([0, 0, 0, 0, 1, 2])
    yield np.array([[0.0], [3.0]]), np.array([0, 1])
    yield np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 0.0]]), np.array([0, 0, 1])
    yield np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([0, 0])
    for n, k, d in ((9, 3, 2), (30, 5, 4)):
        labels = np.append(np.arange(k), rng.integers(k, size=n - k))
        yield rng.integers(10, size=(n, d)).astype(float), labels


def ward_cost_of_centers(X, labels) -> np.ndarray:
    """The mistake that the nearest centres merge."""
    centers = np.array([X[labels == c].mean(axis=0) for c in range(max(labels) + 1)])
    return ((centers[:, None] - centers) ** 2).sum(axis=2)


def ward_cost_doubled(X, labels) -> np.ndarray:
    """The mistake to give the squared height."""
    return 2 * ward_cost(X, labels)


def ward_cost_root(X, labels) -> np.ndarray:
    """The mistake to give the height."""
    return np.sqrt(2 * ward_cost(X, labels))


def ward_cost_whole(X, labels) -> np.ndarray:
    """The mistake to forget what was there before."""
    groups = [X[labels == c] for c in range(max(labels) + 1)]
    pairs = [[np.vstack([a, b]) for b in groups] for a in groups]
    whole = np.array([[len(p) * p.var(axis=0).sum() for p in row] for row in pairs])
    return whole * (1 - np.eye(len(groups)))


def largest_jump(heights, most) -> int:
    """The number of clusters, at most `most`, below the largest jump of the heights.

    >>> largest_jump([1, 2, 3, 7, 8], most=4)
    3
    """
    jumps = np.diff(heights)[::-1][: most - 1]
    return 2 + int(np.argmax(jumps))


def largest_jump_cases(rng) -> Iterator[tuple]:
    """A clear jump; one that is not allowed; ties; no jump at all; random heights."""
    yield np.array([1.0, 2.0, 3.0, 7.0, 8.0]), 4
    yield np.array([1.0, 9.0, 13.0, 15.0, 20.0]), 4
    yield np.array([1.0, 4.0, 8.0, 9.0]), 3
    yield np.array([1.0, 2.0, 5.0, 6.0, 9.0]), 5
    yield np.array([2.0, 2.0, 2.0]), 3
    yield np.array([0.0, 0.1, 4.0, 9.0]), 2
    yield np.array([1.0, 2.0, 3.0, 5.0]), 100
    for n, most in ((12, 6), (40, 10)):
        yield np.sort(rng.integers(30, size=n)).astype(float), most


def largest_jump_of_all(heights, most) -> int:
    """The mistake to look beyond `most`."""
    return largest_jump(heights, len(heights))


def largest_jump_one_less(heights, most) -> int:
    """The mistake to count one cluster below the root."""
    return largest_jump(heights, most) - 1


def largest_jump_late_tie(heights, most) -> int:
    """The mistake to take the larger number where jumps are equal."""
    jumps = np.diff(heights)[1 - most :]
    return 1 + len(jumps) - int(np.argmax(jumps))


def largest_jump_one_short(heights, most) -> int:
    """The mistake to leave `most` itself out."""
    return largest_jump(heights, max(most - 1, 2))


def largest_jump_ratio(heights, most) -> int:
    """The mistake to compare ratios."""
    with np.errstate(all="ignore"):
        ratios = np.asarray(heights)[1:] / np.asarray(heights)[:-1]
    return 2 + int(np.argmax(ratios[::-1][: most - 1]))


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
