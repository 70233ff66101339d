"""The functions that exercises ask for, and the cases that a learner's is tried on.

An exercise of the kind "function" names its reference; NAME_cases(rng) beside it gives
the arguments of each case: small ones first, then degenerate, then random ones. Typical
wrong functions stand below both; what is wrong with each says its hint in
`exercises.toml`. All are plain and check nothing.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment


def upgma_update(row_i, row_j, n_i, n_j) -> np.ndarray:
    """The distances of a union to the others: both rows, counted by their points.

    >>> upgma_update(np.array([1.0]), np.array([4.0]), 2, 1)
    array([2.])
    """
    return (n_i * row_i + n_j * row_j) / (n_i + n_j)


def upgma_update_cases(rng) -> Iterator[tuple]:
    """Equal sizes; unequal ones, both ways; no other cluster; random ones."""
    yield np.array([0.9, 0.4, 0.6]), np.array([0.7, 0.2, 0.3]), 1, 1
    yield np.array([0.8, 0.45]), np.array([0.6, 0.6]), 2, 1
    yield np.array([3.0, 7.0]), np.array([5.0, 2.0]), 1, 4
    yield np.array([]), np.array([]), 3, 2
    for n in (3, 6):
        rows = rng.integers(1, 20, size=(2, n)) / 4
        yield rows[0], rows[1], int(rng.integers(1, 9)), int(rng.integers(9, 20))


def upgma_update_plain(row_i, row_j, n_i, n_j) -> np.ndarray:
    return (row_i + row_j) / 2


def upgma_update_swapped(row_i, row_j, n_i, n_j) -> np.ndarray:
    return (n_j * row_i + n_i * row_j) / (n_i + n_j)


def upgma_update_sum(row_i, row_j, n_i, n_j) -> np.ndarray:
    return n_i * row_i + n_j * row_j


def tied_pairs(D) -> list[tuple[int, int]]:
    """All pairs i < j at the smallest distance.

    >>> tied_pairs(np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]]))
    [(0, 1), (1, 2)]
    """
    pairs = list(combinations(range(len(D)), 2))
    smallest = min(D[pair] for pair in pairs)
    return [pair for pair in pairs if D[pair] == smallest]


def tied_pairs_cases(rng) -> Iterator[tuple]:
    """One pair; a tie; all alike; two points; points in one place; random ones."""
    yield (np.array([[0.0, 3, 2], [3, 0, 1], [2, 1, 0]]),)
    yield (np.array([[0.0, 9, 5], [9, 0, 5], [5, 5, 0]]),)
    yield (np.ones((4, 4)) - np.eye(4),)
    yield (np.array([[0.0, 2.5], [2.5, 0.0]]),)
    yield (np.array([[0.0, 0, 4], [0, 0, 4], [4, 4, 0]]),)
    for n in (5, 7):
        D = np.triu(rng.integers(1, 5, size=(n, n)), 1).astype(float)
        yield (D + D.T,)


def tied_pairs_first(D) -> list[tuple[int, int]]:
    return tied_pairs(D)[:1]


def tied_pairs_twice(D) -> list[tuple[int, int]]:
    return [pair for i, j in tied_pairs(D) for pair in ((i, j), (j, i))]


def tied_pairs_diagonal(D) -> list[tuple[int, int]]:
    return [tuple(pair) for pair in np.argwhere(np.triu(D.min() == D)).tolist()]


def tied_pairs_above_zero(D) -> list[tuple[int, int]]:
    pairs = np.argwhere(np.triu(D[D > 0].min() == D, 1)).tolist()
    return [tuple(pair) for pair in pairs]


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
    with np.errstate(invalid="ignore"):
        return (new - new.mean(axis=0)) / new.std(axis=0)


def scale_new_together(old, new) -> np.ndarray:
    both = np.vstack([old, new])
    return (new - both.mean(axis=0)) / both.std(axis=0)


def scale_new_one_sd(old, new) -> np.ndarray:
    return (new - old.mean()) / old.std()


def scale_new_n_minus_one(old, new) -> np.ndarray:
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
    return (1 - size / N) ** n


def chance_to_miss_linear(N, size, n) -> float:
    return 1 - n * size / N


def chance_to_hit(N, size, n) -> float:
    return 1 - chance_to_miss(N, size, n)


def chance_to_miss_first(N, size, n) -> float:
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
    return float(np.mean(np.asarray(null) >= value))


def p_value_strict(value, null) -> float:
    return (1 + sum(each > value for each in null)) / (1 + len(null))


def two_sided(value, null_values) -> float:
    """Twice the smaller of the shares above and below, the value itself in both.

    >>> two_sided(3, np.array([1, 2, 3])), two_sided(9, np.array([1, 2, 3]))
    (1.0, 0.5)
    """
    return min(1.0, float(two_sided_above_one(value, null_values)))


def two_sided_cases(rng) -> Iterator[tuple]:
    """Values beyond both ends, inside, and tied; a null of one value."""
    yield 9.0, np.array([1.0, 2.0, 3.0, 4.0])
    yield 0.1, np.array([0.2, 0.3, 0.4, 0.5, 0.6])
    yield 2.5, np.array([1.0, 2.0, 3.0, 4.0])
    yield 3.0, np.array([1.0, 3.0, 3.0, 4.0])
    yield 0.5, np.array([1.0])
    for n in (19, 99):
        yield float(rng.integers(10)), rng.integers(10, size=n).astype(float)


def two_sided_without_itself(value, null_values) -> float:
    shares = np.mean(null_values >= value), np.mean(null_values <= value)
    return float(min(1, 2 * min(shares)))


def two_sided_above_one(value, null_values) -> float:
    return 2 * min(p_value(value, null_values), p_value(-value, -null_values))


def two_sided_from_one_side(value, null_values) -> float:
    return min(1.0, 2 * p_value(value, null_values))


def same_covariance(X, Z) -> np.ndarray:
    """Standard Gaussians Z turned into points with the mean and covariance of X.

    >>> X = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [2.0, 4.0]])
    >>> same_covariance(X, np.zeros((1, 2)))
    array([[1., 2.]])
    """
    return np.mean(X, axis=0) + same_covariance_without_mean(X, Z)


def same_covariance_cases(rng) -> Iterator[tuple]:
    """Four points and the two unit vectors; then two and three correlated features."""
    yield (
        np.array([[0.0, 0.0], [2.0, 2.0], [4.0, 3.0], [2.0, 1.0]]),
        np.array([[1.0, 0.0], [0.0, 1.0]]),
    )
    for n, d in ((3, 2), (8, 2), (6, 4), (20, 3)):
        X = rng.normal(size=(n, d)) @ np.triu(rng.integers(1, 4, size=(d, d))) + 5
        yield X.round(1), rng.normal(size=(n + 1, d)).round(1)


def same_covariance_without_mean(X, Z) -> np.ndarray:
    return np.asarray(Z) @ np.linalg.cholesky(np.cov(np.transpose(X))).T


def same_covariance_untransposed(X, Z) -> np.ndarray:
    return np.mean(X, axis=0) + Z @ np.linalg.cholesky(np.cov(np.transpose(X)))


def same_covariance_biased(X, Z) -> np.ndarray:
    return np.mean(X, axis=0) + Z @ np.linalg.cholesky(np.cov(X.T, bias=True)).T


def same_spread_alone(X, Z) -> np.ndarray:
    return np.mean(X, axis=0) + Z * np.std(X, axis=0, ddof=1)


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
    centers = np.array([X[labels == c].mean(axis=0) for c in range(max(labels) + 1)])
    return ((centers[:, None] - centers) ** 2).sum(axis=2)


def ward_cost_doubled(X, labels) -> np.ndarray:
    return 2 * ward_cost(X, labels)


def ward_cost_root(X, labels) -> np.ndarray:
    return np.sqrt(2 * ward_cost(X, labels))


def ward_cost_whole(X, labels) -> np.ndarray:
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
    """A clear jump; one that is not allowed; ties; no jump; a high start; random."""
    yield np.array([1.0, 2.0, 3.0, 7.0, 8.0]), 4
    yield np.array([1.0, 9.0, 13.0, 15.0, 20.0]), 4
    yield np.array([1.0, 4.0, 8.0, 9.0]), 3
    yield np.array([1.0, 2.0, 5.0, 6.0, 9.0]), 5
    yield np.array([2.0, 2.0, 2.0]), 3
    yield np.array([0.0, 0.1, 4.0, 9.0]), 2
    yield np.array([1.0, 2.0, 3.0, 5.0]), 100
    yield np.array([5.0, 6.0, 6.5]), 10
    for n, most in ((12, 6), (40, 10)):
        yield np.sort(rng.integers(30, size=n)).astype(float), most


def largest_jump_of_all(heights, most) -> int:
    return largest_jump(heights, len(heights))


def largest_jump_one_less(heights, most) -> int:
    return largest_jump(heights, most) - 1


def largest_jump_late_tie(heights, most) -> int:
    jumps = np.diff(heights)[1 - most :]
    return 1 + len(jumps) - int(np.argmax(jumps))


def largest_jump_one_short(heights, most) -> int:
    return largest_jump(heights, max(most - 1, 2))


def largest_jump_ratio(heights, most) -> int:
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
    groups = [X[labels == k] for k in range(len(centers))]
    pairs = zip(groups, centers, strict=True)
    return np.array([X.mean(axis=0) if len(X) else c for X, c in pairs])


def k_medians(X, centers) -> np.ndarray:
    """The centres at which Lloyd's algorithm for the Manhattan distance stops.

    >>> k_medians(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [1.0]]))
    array([[0.5],
           [9. ]])
    """
    return _until_still(X, centers, np.abs, medians)


def k_medians_cases(rng) -> Iterator[tuple]:
    """Ties, an outlier, an empty cluster, one point, random points."""
    yield np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [1.0]])
    yield np.array([[0.0], [0.0], [0.0], [10.0]]), np.array([[1.0]])
    yield (
        np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 3.0], [9.0, 9.0]]),
        np.array([[0.0, 0.0], [50.0, 50.0], [9.0, 8.0]]),
    )
    yield np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]])
    yield np.array([[0.0], [2.0], [4.0], [20.0]]), np.array([[0.0], [4.0]])
    for n, k, d in ((9, 2, 1), (25, 3, 2), (40, 4, 3)):
        X = rng.integers(12, size=(n, d)) ** 2 / 4
        yield X, X[rng.choice(n, k, replace=False)]


def k_medians_with_means(X, centers) -> np.ndarray:
    return _until_still(X, centers, np.abs, medians_that_are_means)


def k_medians_with_squares(X, centers) -> np.ndarray:
    return _until_still(X, centers, np.square, medians)


def k_medians_one_step(X, centers) -> np.ndarray:
    return _until_still(X, centers, np.abs, medians, most=1)


def _until_still(X, centers, cost, update, most=100) -> np.ndarray:
    """Assign and update by turns until no centre moves."""
    centers = np.array(centers, dtype=float)
    for _ in range(most):
        labels = cost(X[:, None] - centers).sum(axis=2).argmin(axis=1)
        new = update(X, labels, centers)
        if np.array_equal(new, centers):
            break
        centers = new
    return centers


def silhouettes(X, labels) -> np.ndarray:
    """The silhouette of each point; alone in its cluster it has 0.

    >>> silhouettes(np.array([[0.0], [1.0], [5.0]]), np.array([0, 0, 1]))
    array([0.8 , 0.75, 0.  ])
    """
    return _silhouettes(X, labels)


def silhouettes_cases(rng) -> Iterator[tuple]:
    """A point alone, three groups, labels with gaps, one place, random points."""
    yield np.array([[0.0], [1.0], [5.0]]), np.array([0, 0, 1])
    X = np.array([[0.0, 0.0], [0.0, 2.0], [5.0, 0.0], [5.0, 1.0], [9.0, 9.0]])
    yield X, np.array([0, 0, 1, 1, 2])
    yield X, np.array([7, 3, 3, 7, 7])
    yield np.zeros((4, 1)), np.array([0, 0, 1, 1])
    for n, k, d in ((8, 2, 1), (20, 3, 2), (30, 5, 4)):
        yield rng.normal(size=(n, d)), np.arange(n) % k


def silhouettes_with_itself(X, labels) -> np.ndarray:
    return _silhouettes(X, labels, itself=1)


def silhouettes_of_the_rest(X, labels) -> np.ndarray:
    return _silhouettes(X, labels, pooled=True)


def silhouettes_alone_one(X, labels) -> np.ndarray:
    return _silhouettes(X, labels, alone=1.0)


def _silhouettes(X, labels, itself=0, alone=0.0, pooled=False) -> np.ndarray:
    """Silhouettes, right or with one of the mistakes."""
    apart = np.linalg.norm(X[:, None] - X, axis=2)
    values = np.full(len(X), alone)
    for i, own in enumerate(labels):
        mates = labels == own
        if mates.sum() > 1:
            a = apart[i, mates].sum() / (mates.sum() - 1 + itself)
            others = [labels == other for other in set(labels.tolist()) - {own}]
            others = [~mates] if pooled else others
            b = min(apart[i, other].mean() for other in others)
            values[i] = (b - a) / (max(a, b) or 1)
    return values


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
    counts = shares.sum(axis=0)
    means = shares.T @ X / counts[:, None]
    each = [
        (r[:, None] * (X - m)).T @ (X - m) / n
        for r, m, n in zip(shares.T, means, counts, strict=True)
    ]
    return counts / len(X), means, np.mean(each, axis=0)


def m_step_around_the_mean(X, shares) -> tuple:
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
    z = (np.asarray(X)[:, None, :] - means) / sds
    joint = weights * np.exp(-(z**2).sum(axis=2) / 2) / np.prod(sds, axis=1)
    with np.errstate(invalid="ignore"):
        return joint / joint.sum(axis=1, keepdims=True)


def e_step_axes_without_widths(X, weights, means, sds) -> np.ndarray:
    equal = np.asarray(weights) * np.prod(sds, axis=1)
    return e_step_axes(X, equal / equal.sum(), means, sds)


def e_step_axes_without_weights(X, weights, means, sds) -> np.ndarray:
    return e_step_axes(X, np.ones(len(weights)), means, sds)


def most_agreeing(table) -> int:
    """The largest number of points on which two clusterings can agree.

    >>> most_agreeing(np.array([[5, 4], [4, 1]]))
    8
    """
    rows, columns = linear_sum_assignment(table, maximize=True)
    return int(table[rows, columns].sum())


def most_agreeing_cases(rng) -> Iterator[tuple]:
    """Greedy is enough; it is not; more rows, more columns; one cluster; zeros."""
    yield (np.array([[0, 3, 1], [0, 0, 3], [3, 0, 0]]),)
    yield (np.array([[5, 4], [4, 1]]),)
    yield (np.array([[6, 5, 0], [5, 0, 2], [0, 2, 1], [3, 3, 3]]),)
    yield (np.array([[4, 0, 3, 1], [3, 1, 0, 1]]),)
    yield (np.array([[2], [7], [1]]),)
    yield (np.zeros((2, 3), dtype=int),)
    for shape in ((3, 3), (5, 3), (4, 6), (6, 6)):
        yield (rng.integers(0, 10, size=shape),)


def most_agreeing_greedy(table) -> int:
    rest, total = np.array(table), 0
    while rest.size:
        row, column = np.unravel_index(rest.argmax(), rest.shape)
        total += int(rest[row, column])
        rest = np.delete(np.delete(rest, row, axis=0), column, axis=1)
    return total


def most_agreeing_shared(table) -> int:
    return int(table.max(axis=1).sum())


def most_agreeing_as_named(table) -> int:
    return int(np.trace(table))


def found_and_surplus(table, limit) -> tuple[int, int]:
    """Groups found at a limit, each by a cluster of its own; the clusters left over.

    >>> found_and_surplus(np.array([[3, 1], [0, 4]]), 0.5)
    (2, 0)
    """
    hits = _hits(table, limit)
    found = int(hits[linear_sum_assignment(hits, maximize=True)].sum())
    return found, table.shape[1] - found


def found_and_surplus_cases(rng) -> Iterator[tuple]:
    """All found; two groups in a cluster, two clusters for a group, both; halves."""
    yield np.array([[4, 1], [1, 4]]), 0.5
    yield np.array([[4, 0, 1, 0], [1, 3, 0, 0], [0, 1, 1, 1]]), 0.5
    yield np.array([[5, 0], [5, 1], [0, 7]]), 0.25
    yield np.array([[3, 3, 0], [0, 0, 6]]), 0.25
    yield np.array([[4, 4, 0], [4, 0, 0], [0, 0, 9]]), 0.25
    yield np.array([[1, 1, 1]]), 0.5
    yield np.array([[2], [2]]), 0.5
    yield np.array([[2, 2]]), 0.5
    yield np.array([[0, 1], [1, 2]]), 0.4
    yield np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]]), 0.25
    for shape, limit in (((3, 5), 0.25), ((6, 4), 0.125), ((5, 5), 0.375)):
        yield rng.integers(0, 9, size=shape) + np.eye(*shape, dtype=int), limit


def found_and_surplus_twice(table, limit) -> tuple[int, int]:
    hits = _hits(table, limit)
    found = int(hits.any(axis=1).sum())
    return found, table.shape[1] - found


def found_and_surplus_used(table, limit) -> tuple[int, int]:
    hits = _hits(table, limit)
    return found_and_surplus(table, limit)[0], int((~hits.any(axis=0)).sum())


def found_and_surplus_pure(table, limit) -> tuple[int, int]:
    hits = table / table.sum(axis=0) >= limit
    found = int(hits[linear_sum_assignment(hits, maximize=True)].sum())
    return found, table.shape[1] - found


def found_and_surplus_by_points(table, limit) -> tuple[int, int]:
    found = int(_hits(table, limit)[linear_sum_assignment(table, maximize=True)].sum())
    return found, table.shape[1] - found


def found_and_surplus_lost(table, limit) -> tuple[int, int]:
    found, _ = found_and_surplus(table, limit)
    return found, len(table) - found


def _hits(table, limit) -> np.ndarray:
    """Whether each pair reaches the limit in purity and in completeness."""
    purity = table / table.sum(axis=0)
    completeness = table / table.sum(axis=1)[:, None]
    return np.minimum(purity, completeness) >= limit
