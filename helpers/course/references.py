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


def m_step_shared(X, shares) -> tuple:
    """Weights, means, and the one covariance that all components share.

    >>> m_step_shared(np.array([[0.0], [2.0], [8.0]]), np.eye(2)[[0, 0, 1]])[2].round(3)
    array([[0.667]])
    """
    counts = shares.sum(axis=0)
    means = shares.T @ X / counts[:, None]
    covariance = np.zeros((X.shape[1], X.shape[1]))
    for k, mean in enumerate(means):
        covariance += (shares[:, k, None] * (X - mean)).T @ (X - mean)
    return counts / len(X), means, covariance / len(X)


def m_step_shared_cases(rng) -> Iterator[tuple]:
    """Hard shares of unequal groups; one component; one feature; random shares."""
    X = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [9.0, 9.0], [9.0, 7.0]])
    yield X, np.eye(2)[[0, 0, 0, 1, 1]]
    yield X, np.eye(2)[[0, 0, 0, 0, 1]]
    yield X, np.ones((5, 1))
    yield X[:, :1], np.array([[0.5, 0.5], [0.9, 0.1], [0.5, 0.5], [0.0, 1.0], [0, 1]])
    for n, k, d in ((12, 3, 2), (30, 2, 4)):
        shares = rng.uniform(0.1, 1, size=(n, k))
        X = rng.integers(-9, 10, size=(n, d)).astype(float)
        yield X, shares / shares.sum(axis=1, keepdims=True)


def m_step_plain_mean(X, shares) -> tuple:
    """The mistake to average the covariances of the components without weights."""
    counts = shares.sum(axis=0)
    means = shares.T @ X / counts[:, None]
    each = [
        (r[:, None] * (X - m)).T @ (X - m) / n
        for r, m, n in zip(shares.T, means, counts, strict=True)
    ]
    return counts / len(X), means, np.mean(each, axis=0)


def m_step_around_the_mean(X, shares) -> tuple:
    """The mistake to measure the spread around the mean of all points."""
    weights, means, _ = m_step_shared(X, shares)
    centred = X - X.mean(axis=0)
    return weights, means, centred.T @ centred / len(X)


def e_step_axes(X, weights, means, sds) -> np.ndarray:
    """Shares for components that do not tilt, by logarithms; none is lost far away.

    >>> e_step_axes(np.array([[900.0]]), [0.5, 0.5], [[0.0], [1.0]], [[1.0], [1.0]])
    array([[0., 1.]])
    """
    means, sds = np.asarray(means), np.asarray(sds)
    z = (np.asarray(X)[:, None, :] - means) / sds
    log_joint = np.log(weights) - np.log(sds).sum(axis=1) - (z**2).sum(axis=2) / 2
    shares = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def e_step_axes_cases(rng) -> Iterator[tuple]:
    """Near points; unequal widths and weights; 300 widths away; a tie; random ones."""
    near = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0]])
    means, sds = np.array([[0.0, 0.0], [3.0, 0.0]]), np.ones((2, 2))
    yield near, np.array([0.5, 0.5]), means, sds
    yield near, np.array([0.9, 0.1]), means, np.array([[2.0, 0.5], [1.0, 3.0]])
    yield np.array([[300.0, 1.0], [-300.0, 0.0]]), np.array([0.5, 0.5]), means, sds
    yield np.array([[1.5, 300.0]]), np.array([0.2, 0.8]), means, sds
    yield np.array([[7.0]]), np.array([1.0]), np.array([[0.0]]), np.array([[2.0]])
    for n, k, d in ((6, 2, 1), (9, 3, 4)):
        weights = rng.uniform(0.1, 1, size=k)
        sds = rng.uniform(0.5, 3, size=(k, d))
        X, means = rng.normal(0, 5, size=(n, d)), rng.normal(0, 5, size=(k, d))
        yield X, weights / weights.sum(), means, sds


def e_step_axes_underflow(X, weights, means, sds) -> np.ndarray:
    """The mistake to take exponentials first: 0 / 0 far away."""
    z = (np.asarray(X)[:, None, :] - means) / sds
    joint = weights * np.exp(-(z**2).sum(axis=2) / 2) / np.prod(sds, axis=1)
    with np.errstate(invalid="ignore"):
        return joint / joint.sum(axis=1, keepdims=True)


def e_step_axes_without_widths(X, weights, means, sds) -> np.ndarray:
    """The mistake to leave out that a wide curve is low."""
    equal = np.asarray(weights) * np.prod(sds, axis=1)
    return e_step_axes(X, equal / equal.sum(), means, sds)


def e_step_axes_without_weights(X, weights, means, sds) -> np.ndarray:
    """The mistake to leave out the weights."""
    return e_step_axes(X, np.ones(len(weights)), means, sds)
