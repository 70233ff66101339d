"""Samples are random, exact in size and repeatable; comparisons keep their law."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers import sampling


def rng(seed=1):
    return np.random.default_rng(seed)


def population(n=1000, seed=0):
    return pd.DataFrame(rng(seed).normal(size=(n, 2)), columns=["E", "L"])


@pytest.mark.parametrize(
    ("size", "n"), [(50, 50), (0.05, 50), (1000, 1000), (1.0, 1000)]
)
def test_the_size_is_exact_and_no_row_comes_twice(size, n):
    drawn = sampling.sample(population(), size, rng())
    assert len(drawn) == n
    assert drawn.index.is_unique


def test_the_same_seed_draws_the_same_rows_and_another_seed_others():
    one, same, other = (sampling.sample(population(), 50, rng(s)) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one.index.equals(other.index)


def test_the_rows_are_those_of_the_population_in_its_order():
    drawn = sampling.sample(population(), 50, rng())
    pd.testing.assert_frame_equal(drawn, population().loc[drawn.index])
    assert drawn.index.is_monotonic_increasing


def test_every_row_has_the_same_chance():
    table = pd.DataFrame({"E": np.arange(20.0)})
    counts = np.zeros(20)
    generator = rng()
    for _ in range(2000):
        counts[sampling.sample(table, 5, generator).index] += 1
    # Five of 20 drawn without replacement: each count has variance 2000 * 1/4 * 3/4,
    # and their squared deviations sum to a chi-squared of 19 degrees of freedom.
    statistic = np.sum((counts - 500) ** 2) / (2000 * 0.25 * 0.75) * 19 / 20
    assert stats.chi2(19).sf(statistic) > 0.001


@settings(max_examples=50, deadline=None)
@given(
    counts=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    fraction=st.floats(0.01, 1),
    seed=st.integers(0, 99),
)
def test_each_stratum_has_its_share_to_within_one(counts, fraction, seed):
    by = np.repeat(np.arange(len(counts)), counts)
    n = max(1, round(fraction * len(by)))
    table = pd.DataFrame({"E": np.arange(len(by))})
    drawn = sampling.sample(table, n, rng(seed), by=by)
    assert drawn.index.is_unique
    got = np.bincount(by[drawn.index], minlength=len(counts))
    assert got.sum() == n
    assert (np.abs(got - n * np.array(counts) / len(by)) < 1).all()


@pytest.mark.parametrize(
    ("size", "error", "text"),
    [
        (0, ValueError, "size must be between 1 and 1000"),
        (1001, ValueError, r"between 1 and 1000 \(the number of rows\)"),
        (0.0, ValueError, "a fraction between 0 and 1"),
        (1.5, ValueError, "a fraction between 0 and 1"),
        (float("nan"), ValueError, "a fraction between 0 and 1"),
        ("5%", TypeError, "size must be a whole number"),
    ],
)
def test_a_size_that_makes_no_sense_is_refused(size, error, text):
    with pytest.raises(error, match=text):
        sampling.sample(population(), size, rng())


def test_a_seed_instead_of_a_generator_is_refused():
    with pytest.raises(TypeError, match="default_rng"):
        sampling.sample(population(), 5, 1)


def test_strata_of_another_length_are_refused():
    with pytest.raises(ValueError, match="by has 3 entries for 1000 points"):
        sampling.sample(population(), 5, rng(), by=[1, 2, 3])


def test_strata_with_masked_entries_are_refused():
    by = np.ma.array(np.zeros(1000, int), mask=np.arange(1000) == 3)
    with pytest.raises(ValueError, match="by has masked entries"):
        sampling.sample(population(), 5, rng(), by=by)


def test_compare_gives_the_textbook_numbers():
    table = pd.DataFrame({"E": [0.0, 1, 2, 3, 4, 5]})
    drawn = table.iloc[[3, 4, 5]]
    found = sampling.compare(drawn, table).loc["E"]
    assert found.mean_difference == pytest.approx(1.5 / np.sqrt(3.5))
    assert found.variance_ratio == pytest.approx(1 / 3.5)
    assert found.ks == 1
    assert found.ks_p == pytest.approx(2 / 20)


def test_p_values_of_random_samples_are_uniform():
    # 2,003 is prime: were the two sizes multiples of each other, the statistic would
    # take few values, and p-values in steps are not uniform.
    table = population(2003)
    generator = rng(3)
    p = [
        sampling.compare(sampling.sample(table, 200, generator), table).ks_p["E"]
        for _ in range(300)
    ]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_a_biased_sample_is_found():
    table = population()
    drawn = table[table["E"] > 0]
    found = sampling.compare(drawn, table)
    assert found.ks_p["E"] < 1e-6
    assert found.mean_difference["E"] > 0.5


def test_a_sample_from_elsewhere_is_compared_with_the_whole_population():
    elsewhere = population(100, seed=5).set_axis(range(5000, 5100))
    found = sampling.compare(elsewhere, population())
    right = stats.ks_2samp(elsewhere["L"], population()["L"])
    assert found.ks["L"] == right.statistic


def test_two_rows_are_a_population():
    two = population(2)
    found = sampling.compare(population(100, seed=5).set_axis(range(50, 150)), two)
    assert np.isfinite(found.to_numpy()).all()


@pytest.mark.parametrize(
    ("drawn", "table", "text"),
    [
        (population()[["E"]], population(), "give the same columns"),
        (population(), population(), "holds every row"),
        (population()[:9], pd.concat([population()] * 2), "the same index"),
        (population()[:1], population(), "a minimum of 2"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(drawn, table, text):
    with pytest.raises(ValueError, match=text):
        sampling.compare(drawn, table)
