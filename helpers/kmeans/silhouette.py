"""Exact silhouettes, for one labeling or for all labelings of a sweep at once.

The silhouette of a point (Rousseeuw 1987, J. Comput. Appl. Math. 20, 53) is

    s = (b − a) / max(a, b),

a the mean distance to the other points of its own cluster, b the smallest mean distance
to the points of another cluster. What costs time are the distances of all pairs, and
these do not depend on the labels. A block of distances times the one-hot labels of all
labelings side by side gives all cluster sums in one product, and the transposed block
serves the other side. The points are first sorted by the labelings, the finest first,
so that a block holds neighbours, which belong to few clusters: only for these clusters
is anything multiplied.

Not handled: other metrics than Euclidean, precomputed distances.
"""

import numpy as np
from scipy.spatial.distance import cdist

from helpers import _checks
from helpers.fast.threads import workers

BLOCK = 256
"""Points in a block: 0.5 MB of distances, which stay in the cache."""

MAX_SUMS = 2**26
"""Most sums (point, cluster) held at once, 512 MB; labelings beyond go in turns."""


def silhouette_samples(X, labels) -> np.ndarray:
    """Return the exact silhouette of every point; alone in its cluster it has 0.

    X (n_samples, n_features) in one common unit, or scaled; at least 2 different labels
    (n_samples,). Values lie between −1 and 1.

    >>> silhouette_samples([[0.0], [1.0], [5.0]], [0, 0, 1])
    array([0.8 , 0.75, 0.  ])
    """
    return next(_samples(X, [labels]))


def mean_silhouettes(X, labelings) -> np.ndarray:
    """Return the mean silhouette of each of many labelings of the same points.

    `labelings` are sequences of labels (n_samples,), such as those of k-means for k =
    2, 3, …; the result is (n_labelings,). X is as for `silhouette_samples`.

    >>> X = [[0.0], [1.0], [5.0], [6.0]]
    >>> mean_silhouettes(X, [[0, 0, 1, 1], [0, 1, 1, 1]]).round(3)
    array([0.798, 0.056])
    """
    return np.array([values.mean() for values in _samples(X, labelings)])


def _samples(X, labelings):
    """Yield the silhouettes of each labeling, in groups that fit into memory."""
    X = _checks.points(X)
    labelings = _checks.sequence(labelings, "labelings")
    codes = [_codes(labels, len(X)) for labels in labelings]
    if not codes:
        return
    # Sorted by the finest labeling, then the next, a block meets few clusters.
    order = np.lexsort(sorted(codes, key=np.max))
    back = np.argsort(order)
    codes = [code[order] for code in codes]
    for group in _groups(codes):
        sums = _cluster_sums(X[order], group)
        ends = np.cumsum([code.max() + 1 for code in group])[:-1]
        for code, part in zip(group, np.split(sums, ends), strict=True):
            yield _silhouettes(part, code)[back]


def _codes(labels, n_samples) -> np.ndarray:
    """Labels as 0, 1, … without gaps; one cluster only is refused."""
    names, code = np.unique(_checks.labels(labels, n_samples), return_inverse=True)
    if len(names) < 2:
        raise ValueError(
            f"All points have the label {names[0]}, but a silhouette compares "
            "clusters; give labels of at least 2."
        )
    return code


def _groups(codes):
    """Yield runs of labelings whose sums fit into memory together."""
    group, width = [], 0
    for code in codes:
        k = int(code.max()) + 1
        if group and (width + k) * len(code) > MAX_SUMS:
            yield group
            group, width = [], 0
        group.append(code)
        width += k
    if group:
        yield group


def _cluster_sums(X, codes) -> np.ndarray:
    """Sum of the distances of each cluster of each labeling to each point."""
    starts = np.cumsum([0, *(code.max() + 1 for code in codes)])
    columns = np.column_stack(codes) + starts[:-1]
    sums = np.zeros((starts[-1], len(X)))
    blocks = [slice(i, i + BLOCK) for i in range(0, len(X), BLOCK)]
    one_hot = [_one_hot(columns[rows]) for rows in blocks]

    def meet(pair):
        i, j = pair
        distances = cdist(X[blocks[i]], X[blocks[j]])
        used, hot = one_hot[i]
        sums[used, blocks[j]] += hot @ distances
        if i != j:
            used, hot = one_hot[j]
            sums[used, blocks[i]] += hot @ distances.T

    # A tournament: in a round each block meets one other, so no two threads write sums
    # of the same points, and each adds up in the same order for any number of threads.
    m = len(blocks)
    with workers() as each:
        for r in range(m):
            pairs = [(i, (r - i) % m) for i in range(m)]
            each(meet, [(i, j) for i, j in pairs if i <= j])
    return sums


def _one_hot(columns) -> tuple[np.ndarray, np.ndarray]:
    """The clusters that a block of points uses, and its one-hot labels in these."""
    used, at = np.unique(columns, return_inverse=True)
    hot = np.zeros((len(used), len(columns)))
    hot[at.reshape(columns.shape), np.arange(len(columns))[:, None]] = 1.0
    return used, hot


def _silhouettes(sums, code) -> np.ndarray:
    """Silhouettes from the sums of distances to each cluster; overwrites the sums."""
    counts, rows = np.bincount(code), np.arange(len(code))
    a = sums[code, rows] / np.maximum(counts[code] - 1, 1)
    sums /= counts[:, None]
    sums[code, rows] = np.inf
    b = sums.min(axis=0)
    larger = np.maximum(a, b)
    # Alone, or on top of all others: 0.
    some = (larger > 0) & (counts[code] > 1)
    return np.divide(b - a, larger, out=np.zeros(len(a)), where=some)
