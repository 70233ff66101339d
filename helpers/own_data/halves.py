"""Do two halves of a table agree, and better than halves of data without clusters?

Whoever clusters two halves of a table apart from each other can ask whether they part
its rows in the same way (Ben-Hur, Elisseeff & Guyon 2002, Pac. Symp. Biocomput. 7, 6).
But few clusters are found again on almost any data: a long cloud without clusters is
cut in two at the same place every time. So the same method clusters, with the same
number, halves of single Gaussians too, and what counts is by how much the table does
better. Clest chooses a number in this way (Dudoit & Fridlyand 2002, Genome Biol. 3,
research0036), but its data without clusters are uniform; ours have the covariance of
the table.

Not handled: a test. A few clouds show what to expect of them, not its rare values.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from helpers import _checks
from helpers.hopkins import gaussian_sampler


@dataclass(frozen=True)
class Halves:
    """Mean adjusted Rand index of two halves: of the table, and of single Gaussians."""

    table: float
    clouds: float

    @property
    def excess(self) -> float:
        """By how much halves of the table agree better."""
        return self.table - self.clouds


def compare(X, k: int, cluster: Callable, rng, n_pairs: int = 10) -> Halves:
    """Return how well halves agree on k clusters: of X, and of clouds like X.

    Each cloud is a single Gaussian with the mean and covariance of X, and as large.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    k : int
        Clusters, at most half as many as points.
    cluster : callable
        `cluster(rows, k)` returns a fitted estimator with `predict`.
    rng : numpy.random.Generator
    n_pairs : int
        Pairs of halves of X, and clouds.

    Returns
    -------
    Halves

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.

    References
    ----------
    Dudoit & Fridlyand 2002, Genome Biol. 3, research0036.

    Examples
    --------
    >>> from helpers.kmeans import KMeans
    >>> X = np.repeat([[0.0], [9.0]], 20, axis=0) + np.arange(40)[:, None] % 5 / 9
    >>> two = lambda rows, k: KMeans(k, random_state=0).fit(rows)
    >>> halves = compare(X, 2, two, np.random.default_rng(0))
    >>> halves.table, halves.clouds < 1
    (1.0, True)
    """
    X = _checks.points(X, min_samples=2)
    _checks.count(k, "k", high=len(X) // 2, of="half the points")
    _checks.count(n_pairs, "n_pairs")
    _checks.generator(rng)
    cloud = gaussian_sampler(X)
    pairs = []
    for _ in range(n_pairs):
        like_it = cloud(rng, len(X))
        pairs.append([_agreement(part, k, cluster, rng) for part in (X, like_it)])
    return Halves(*np.mean(pairs, axis=0).tolist())


def _agreement(X, k: int, cluster: Callable, rng) -> float:
    """The adjusted Rand index of all rows, as two random halves would part them.

    0 where a half has fewer than k different rows: it does not find the clusters again.
    """
    rows = rng.permutation(len(X))
    halves = rows[: len(X) // 2], rows[len(X) // 2 :]
    # What hardly ever varies may not do so in a half.
    X = X[:, np.all([np.ptp(X[half], axis=0) > 0 for half in halves], axis=0)]
    if min(len(set(map(bytes, X[half]))) for half in halves) < k:
        return 0.0
    return adjusted_rand_score(*(cluster(X[half], k).predict(X) for half in halves))
