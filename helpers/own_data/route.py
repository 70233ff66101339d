"""The route through a table of your own: how much of the table each step takes.

The more rows, the more of the route runs on a random sample, and says so. Which
mixtures are of no use is told here too: where a component has collapsed, the likelihood
has no bound (Day 1969, Biometrika 56, 463).

Not handled: tables that do not fit into memory.
"""

import time
from dataclasses import dataclass

import numpy as np

MOST_SEARCHED, MOST_IN_TREE, MOST_FOR_HOPKINS = 5_000, 2_000, 1_000
"""Rows that the search for k, the dendrogram and the Hopkins statistic take at most."""

MOST_CLUSTERS, MOST_FOR_FULL = 40, 30
"""Clusters that are tried, and features with full covariances, at most."""

PATIENCE = 5
"""Components more without a lower BIC, after which no more are tried."""

REFERENCE = 0.17
"""Seconds that the work of `slowness` takes on a quiet core."""

FLAT = 1e-4
"""Variance of a component, relative to the data's, below which it has collapsed: its sd
is then less than 1 % of the data's."""


@dataclass(frozen=True)
class Plan:
    """Sizes of the route: rows, features, and what each step takes of them."""

    n_rows: int
    n_features: int
    n_searched: int
    n_tree: int
    n_hopkins: int
    ks: tuple[int, ...]
    kinds: tuple[str, ...]

    @property
    def n_starts(self) -> int:
        """Starts of k-means for each k: more where they cost little."""
        return 10 if self.n_searched <= 1_000 else 3

    @property
    def n_pairs(self) -> int:
        """Pairs of halves that are compared: more where they cost little."""
        return 10 if self.n_searched <= 1_000 else 5

    @property
    def seconds(self) -> float:
        """How long the route takes where `slowness` is 1, from runs of many sizes."""
        work = self.n_searched * self.ks[-1] ** 2 * (3 + self.n_features)
        return 14 + 3.6e-7 * work + 3e-6 * self.n_rows * (20 + self.n_features)

    def sentences(self) -> list[str]:
        """What the reader should know before the route runs."""
        told = [
            f"{self.n_rows:,} rows, {self.n_features} features; numbers of clusters "
            f"from 1 to {self.ks[-1]} are tried."
        ]
        if self.n_searched < self.n_rows:
            told.append(
                f"The table is large: the number of clusters is looked for on a random "
                f"sample of {self.n_searched:,} rows. The final labels are of all rows."
            )
        if self.n_tree < self.n_rows:
            told.append(
                f"The dendrogram shows a random sample of {self.n_tree:,} rows."
            )
        if self.n_features > self.n_rows / 10:
            told.append(
                "There are fewer than ten rows for each feature; with so few, take "
                "every result with care, or name fewer columns."
            )
        return told


def plan(features, most: int = 0) -> Plan:
    """Return the sizes of the route.

    Parameters
    ----------
    features : DataFrame of shape (n_rows, n_features)
    most : int
        The largest number of clusters to try; 0: √(n/2) of the rows searched, but
        between 4 and 40.

    Returns
    -------
    Plan

    Examples
    --------
    >>> import pandas as pd
    >>> plan(pd.DataFrame({"x": np.arange(7000)})).n_searched
    5000
    """
    n_rows, n_features = features.shape
    searched = min(n_rows, MOST_SEARCHED)
    top = most or min(MOST_CLUSTERS, max(4, round(np.sqrt(searched / 2))))
    top = max(2, min(top, len(features.drop_duplicates()) // 2))
    # A full covariance has d (d + 1) / 2 parameters a component; few rows cannot bear
    # that of many features.
    kinds = ("full", "diag") if n_features <= MOST_FOR_FULL else ("diag", "spherical")
    return Plan(
        n_rows,
        n_features,
        searched,
        min(n_rows, MOST_IN_TREE),
        min(n_rows, MOST_FOR_HOPKINS),
        tuple(range(1, top + 1)),
        kinds,
    )


def tighter(X, turned):
    """Return the points in those of two axes in which they fill their box more.

    The gap statistic compares with uniform data in that box. Tibshirani, Walther &
    Hastie (2001) know both: the features as they are, and the principal components.

    Parameters
    ----------
    X, turned : ndarray of shape (n, d) and (n, at most d)
        The same points in both axes.

    Returns
    -------
    ndarray
        X or turned; turned where it has fewer columns.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> tighter(X, X @ [[1, 1], [1, -1]] / np.sqrt(2)).round(1)[2]
    array([2.8, 0. ])
    """
    if turned.shape[1] < X.shape[1]:
        return turned
    # The smallest width keeps the logarithm of a box that is flat finite.
    volumes = [np.log(np.ptp(p, axis=0) + 1e-9).sum() for p in (X, turned)]
    return X if volumes[0] <= volumes[1] else turned


def slowness() -> float:
    """Return how many times slower than that of the estimates this computer is now.

    Examples
    --------
    >>> slowness() > 0
    True
    """
    X = np.random.default_rng(0).normal(size=(1_000, 5))
    start = time.perf_counter()
    for _ in range(2_000):
        np.exp(-X[:, :, None] * X[:, None, :]).sum()
    return (time.perf_counter() - start) / REFERENCE


def duration(seconds: float) -> str:
    """Return a time as one says it.

    Examples
    --------
    >>> duration(34), duration(200)
    ('about 30 seconds', 'about 3 minutes')
    """
    if seconds < 90:
        return f"about {10 * max(1, round(seconds / 10))} seconds"
    return f"about {round(seconds / 60)} minutes"


def collapsed(covariances, kind: str, total) -> bool:
    """Return whether a component has shrunk to a plane, a line or a point.

    Its likelihood grows without bound then, and its BIC means nothing.

    Parameters
    ----------
    covariances : ndarray
        Of a fitted mixture of this kind.
    kind : {"full", "diag", "spherical"}
    total : ndarray of shape (d, d)
        The covariance of all data, in the same unit.

    Returns
    -------
    bool

    Examples
    --------
    >>> collapsed(np.array([[1.0, 1e-6]]), "diag", np.eye(2))
    True
    """
    if kind != "full":
        ratios = covariances / (np.diag(total) if kind == "diag" else total.trace())
        return bool(ratios.min() < FLAT)
    # In coordinates in which the data have unit covariance, so that correlated
    # features do not look collapsed.
    values, axes = np.linalg.eigh(total)
    kept = values > FLAT**2 * values[-1]
    unit = axes[:, kept] / np.sqrt(values[kept])
    return bool(np.linalg.eigvalsh(unit.T @ covariances @ unit).min() < FLAT)
