"""Random samples, and whether a sample represents its population.

The two-sample Kolmogorov-Smirnov test is SciPy's. Standardised mean differences and
variance ratios follow Austin (2009), Statistics in Medicine 28, 3083; strata get their
shares as in Cochran (1977), Sampling Techniques, chapter 5.

Not handled: sampling with replacement, weights, unequal chances.
"""

import numpy as np
import pandas as pd
from scipy import stats

from helpers import _checks


def sample(table: pd.DataFrame, size, rng, by=None) -> pd.DataFrame:
    """Draw rows at random, each at most once; the rows keep their index.

    `size` is a whole number, or a fraction between 0 and 1; the same rng draws the same
    rows; they come in the order of the population. `by` (n_samples,) are whole numbers
    that divide the rows into strata: each then sends its share of `size`, rounded so
    that the sum is exact (largest remainders).

    >>> stars = pd.DataFrame({"E": range(100)})
    >>> len(sample(stars, 0.05, np.random.default_rng(1)))
    5
    """
    _checks.generator(rng)
    if not isinstance(table, pd.DataFrame):
        raise TypeError("table must be a DataFrame; make one with pandas.DataFrame(X).")
    n = _size(size, len(table))
    if by is None:
        rows = rng.choice(len(table), n, replace=False)
    else:
        strata = _checks.labels(by, len(table), "by")
        rows = _stratified(strata, n, rng)
    return table.iloc[np.sort(rows)]


def compare(drawn: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Compare a sample with its population, column by column.

    The Kolmogorov-Smirnov test needs two samples that share no row. So rows of the
    population that are in the sample (by their index) are left out of that test.

    The result has a row for each column, without units. mean_difference: sample minus
    population, in standard deviations of the population; variance_ratio: sample over
    population; ks: the largest distance of the two distribution functions; ks_p: its
    p-value.

    >>> stars = pd.DataFrame({"E": np.arange(100.0)})
    >>> compare(stars[::2], stars).round(3)
       mean_difference  variance_ratio    ks  ks_p
    E           -0.017            1.01  0.02   1.0
    """
    drawn = _numbers(drawn, "drawn", min_samples=2)
    population = _numbers(population, "population", min_samples=2)
    _comparable(drawn, population)
    rest = population.drop(drawn.index, errors="ignore")
    if rest.empty:
        raise ValueError(
            "The sample holds every row of the population; nothing is left to compare "
            "it with. Draw a smaller one."
        )
    tests = [stats.ks_2samp(drawn[name], rest[name]) for name in population]
    return pd.DataFrame(
        {
            "mean_difference": (drawn.mean() - population.mean()) / population.std(),
            "variance_ratio": drawn.var() / population.var(),
            "ks": [test.statistic for test in tests],
            "ks_p": [test.pvalue for test in tests],
        },
        index=population.columns,
    )


def _size(size, n_samples: int) -> int:
    if isinstance(size, float):
        if not 0 < size <= 1:
            raise ValueError(
                f"size must be a fraction between 0 and 1, or a whole number of rows, "
                f"but {size} was given."
            )
        size = round(size * n_samples)
    return _checks.count(size, "size", high=n_samples, of="the number of rows")


def _stratified(strata: np.ndarray, n: int, rng) -> np.ndarray:
    """Row numbers of a sample in which each stratum has its share."""
    names, counts = np.unique(strata, return_counts=True)
    exact = n * counts / len(strata)
    shares = np.floor(exact).astype(int)
    # Largest remainders first; equal ones in the order of the strata.
    order = np.argsort(shares - exact, kind="stable")
    shares[order[: n - shares.sum()]] += 1
    rows = [
        rng.choice(np.flatnonzero(strata == name), share, replace=False)
        for name, share in zip(names, shares, strict=True)
    ]
    return np.concatenate(rows)


def _numbers(table, name: str, min_samples: int = 1) -> pd.DataFrame:
    """The table as float64, with its columns and index if it has them."""
    X = _checks.points(table, name, min_samples)
    if isinstance(table, pd.DataFrame):
        return pd.DataFrame(X, table.index, table.columns)
    return pd.DataFrame(X)


def _comparable(drawn: pd.DataFrame, population: pd.DataFrame) -> None:
    """Refuse tables with other columns, a constant one, or a doubled index."""
    if list(drawn.columns) != list(population.columns):
        raise ValueError(
            f"The sample has the columns {list(drawn.columns)} and the population "
            f"{list(population.columns)}; give the same columns of both."
        )
    constant = population.columns[population.min() == population.max()]
    if len(constant):
        raise ValueError(
            f"Column(s) {', '.join(map(str, constant))} of the population have one "
            "value only, and no spread to measure a difference in; leave them out."
        )
    if not population.index.is_unique:
        raise ValueError(
            "Two rows of the population have the same index, so that it cannot be told "
            "which are in the sample; call population.reset_index(drop=True) first."
        )
