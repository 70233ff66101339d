"""The Hopkins hopkins_of_distances against brute force, its laws, and every refusal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import cdist

from helpers import hopkins as room
from helpers.hopkins import bootstrap, hopkins, hopkins_of_distances, probe

UNIT = (0, 1)


@pytest.fixture
def rng():
    return np.random.default_rng(20181)


def by_brute_force(found, X, exponent, sides=None):
    """H, u and w from all distances; on a torus of these sides, if they are given."""

    def distances(A, B):
        if sides is None:
            return cdist(A, B)
        gap = np.abs(A[:, None] - B) % sides
        return np.sqrt((np.minimum(gap, sides - gap) ** 2).sum(axis=2))

    u = distances(found.places, X).min(axis=1)
    to_others = distances(X[found.chosen], X)
    to_others[np.arange(len(found.chosen)), found.chosen] = np.inf
    w = to_others.min(axis=1)
    return (u**exponent).sum() / ((u**exponent).sum() + (w**exponent).sum()), u, w


# Against brute force


@pytest.mark.parametrize("n_features", [1, 2, 3, 6])
@pytest.mark.parametrize("exponent", [None, 1, 2.5])
def test_equals_brute_force_in_its_bounding_box(rng, n_features, exponent):
    X = rng.normal(size=(80, n_features)) * np.arange(1, n_features + 1)
    found = probe(X, 79, np.random.default_rng(1))
    H, u, w = by_brute_force(found, X, exponent or n_features)
    assert_allclose(found.u, u)
    assert_allclose(found.w, w)
    assert hopkins(X, 79, np.random.default_rng(1), exponent) == pytest.approx(H)


@pytest.mark.parametrize("n_features", [1, 2, 3, 6])
def test_equals_brute_force_on_a_torus(rng, n_features):
    low, sides = np.arange(n_features) - 2.0, np.arange(1.0, n_features + 1)
    X = low + rng.random((80, n_features)) * sides
    X[0], X[1] = low, low + sides  # one and the same place on the torus
    window = (low, low + sides)
    found = probe(X, 79, np.random.default_rng(1), window, periodic=True)
    H, u, w = by_brute_force(found, X, n_features, sides)
    assert_allclose(found.u, u)
    assert_allclose(found.w, w, atol=1e-12)
    draw = np.random.default_rng(1)
    assert hopkins(X, 79, draw, None, window, True) == pytest.approx(H)


def test_two_points_across_an_edge_are_near_on_the_torus_only(rng):
    X = [[0.02], [0.97]]
    assert probe(X, 1, rng, UNIT).w == pytest.approx([0.95])
    assert probe(X, 1, rng, UNIT, periodic=True).w == pytest.approx([0.05])


def test_a_twin_is_the_nearest_other_point(rng):
    X = np.repeat(rng.random((20, 2)), 3, axis=0)
    found = probe(X, 59, rng)
    assert_array_equal(found.w, 0)
    assert hopkins(X, 30, rng) == 1


def test_probes_stay_in_the_window_and_points_are_chosen_once(rng):
    X = rng.random((50, 2))
    found = probe(X, 49, rng, ((-1, 0), (3, 1)))
    assert len(np.unique(found.chosen)) == 49
    assert (found.places >= (-1, 0)).all()
    assert (found.places <= (3, 1)).all()
    assert found.places[:, 0].min() < 0
    assert found.places[:, 0].max() > 2


def test_threads_change_nothing(rng, monkeypatch):
    X = rng.random((5000, 3))
    threaded = hopkins(X, 2500, np.random.default_rng(1))
    monkeypatch.setattr(room, "PROBES_WORTH_THREADS", 10**9)
    assert hopkins(X, 2500, np.random.default_rng(1)) == threaded


# The formula


def test_statistic_by_hand():
    assert hopkins_of_distances([1, 2], [1, 1], exponent=2) == pytest.approx(5 / 7)
    assert hopkins_of_distances([0, 0], [1, 1], exponent=2) == 0


@pytest.mark.parametrize("unit", [1e-160, 1e160])
@pytest.mark.parametrize("exponent", [3, 50])
def test_powers_neither_overflow_nor_underflow(unit, exponent):
    u, w = np.array([1.0, 2.0]), np.array([1.0, 1.5])
    expected = hopkins_of_distances(u, w, exponent)
    assert hopkins_of_distances(u * unit, w * unit, exponent) == pytest.approx(expected)


@pytest.mark.parametrize("unit", [1e-95, 1e95])
def test_points_of_extreme_units(rng, unit):
    X = rng.random((50, 6))
    expected = hopkins(X, 20, np.random.default_rng(1))
    H = hopkins(X * unit, 20, np.random.default_rng(1))
    assert pytest.approx(expected) == H


def test_clustered_even_and_uniform(rng):
    heaps = rng.integers(5, size=(300, 1)) + 0.01 * rng.random((300, 2))
    grid = np.stack(np.meshgrid(*[np.arange(17.0)] * 2), axis=-1).reshape(-1, 2)
    assert hopkins(heaps, 30, rng) > 0.98
    assert hopkins(rng.random((300, 2)), 30, rng) == pytest.approx(0.5, abs=0.2)
    assert hopkins(grid, 30, rng) < 0.3


# Invariants


@settings(deadline=None, max_examples=50)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_features=st.integers(1, 6),
    factor=st.floats(1e-3, 1e3),
    shift=st.floats(-1e3, 1e3),
    periodic=st.booleans(),
)
def test_translation_and_one_scale_change_nothing(
    seed, n_features, factor, shift, periodic
):
    X = np.random.default_rng(seed).random((40, n_features))
    moved = X * factor + shift * factor
    H = [
        hopkins(Y, 10, np.random.default_rng(seed), None, window, periodic)
        for Y, window in [
            (X, (-0.5, 1.5)),
            (moved, ((shift - 0.5) * factor, (shift + 1.5) * factor)),
        ]
    ]
    assert H[0] == pytest.approx(H[1], abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(3, 40), d=st.integers(1, 4))
def test_lies_between_0_and_1_whatever_the_points(seed, n, d):
    draw = np.random.default_rng(seed)
    X = draw.integers(4, size=(n, d)).astype(float)
    X[0], X[1] = -1, 5
    m = int(draw.integers(1, n))
    assert 0 <= hopkins(X, m, draw) <= 1
    assert 0 <= hopkins(X, m, draw, 1, periodic=True) <= 1


# The bootstrap


# Whatever the exponent (1 or 3), the probes (20 or 30) and the box: twins decide.
@pytest.mark.parametrize(
    ("pool", "golden"), [(300, 0.74), (3000, 0.525), (30_000, 0.5)]
)
@pytest.mark.parametrize("exponent", [1, 3])
def test_drawing_with_replacement_pushes_h_up(pool, golden, exponent):
    draw = np.random.default_rng(5)
    setting = {"exponent": exponent, "window": UNIT}

    def mean(replace):
        pools = (draw.random((pool, 3)) for _ in range(12))
        return np.mean(
            [
                bootstrap(X, 300, 30, 10, draw, replace=replace, **setting).mean
                for X in pools
            ]
        )

    assert mean(replace=True) == pytest.approx(golden, abs=0.02)
    assert mean(replace=False) == pytest.approx(0.5, abs=0.03)


def test_bootstrap_returns_values_mean_and_interval(rng):
    X = rng.random((400, 3))
    found = bootstrap(X, 300, 30, 150, np.random.default_rng(1))
    again = bootstrap(X, 300, 30, 150, np.random.default_rng(1))
    assert_array_equal(found.values, again.values)
    assert found.values.shape == (150,)
    assert found.mean == pytest.approx(found.values.mean())
    low, high = found.interval
    assert np.mean((found.values >= low) & (found.values <= high)) == pytest.approx(
        0.95, abs=0.01
    )
    with pytest.raises(AttributeError):
        found.mean = 0


@pytest.mark.parametrize(
    "setting", [{}, {"exponent": 1, "periodic": True}, {"window": (-1, 2)}]
)
def test_each_value_of_the_bootstrap_is_the_statistic_of_a_sample(rng, setting):
    X = rng.random((60, 3))
    found = bootstrap(X, 40, 10, 2, np.random.default_rng(1), **setting)
    draw = np.random.default_rng(1)
    expected = [
        hopkins(X[draw.choice(60, 40, replace=False)], 10, draw, **setting)
        for _ in range(2)
    ]
    assert_array_equal(found.values, expected)


def test_bootstrap_of_all_points_draws_none_twice(rng):
    X = rng.random((30, 2))
    window = (X.min(axis=0), X.max(axis=0))
    found = bootstrap(X, 30, 29, 20, rng, window=window)
    assert (found.values < 0.9).all()


# Refusals

GOOD = np.random.default_rng(0).random((10, 2))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[0, 0], [1, np.nan], [2, 2]], "NaN or infinity in 1 place"),
        (np.empty((10, 0)), "0 feature"),
        ([[1.0, 2.0]], "1 sample"),
        (np.ones((10, 2)), "at least 2 distinct points, but all"),
        ([[0, 1], [1, 1], [2, 1]], "width .* column 1 runs from 1 to 1"),
        ([[-1e308], [1e308]], "squares leave the range of float64"),
        ([[-1e200], [1e200]], "values up to 1e\\+200"),
        ([[0], [1e-200]], "values up to 1e-200"),
    ],
)
def test_refuses_points(rng, X, message):
    with pytest.raises(ValueError, match=message):
        hopkins(X, 1, rng)
    with pytest.raises(ValueError, match=message):
        bootstrap(X, 2, 1, 3, rng)


@pytest.mark.parametrize("n_probes", [0, -1, 10, 11])
def test_refuses_a_number_of_probes(rng, n_probes):
    with pytest.raises(ValueError, match="n_probes must be between 1 and 9"):
        hopkins(GOOD, n_probes, rng)


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ((0.5, 2), "must hold all points, but .* lie outside, first in row"),
        ((0, 0.5), "must hold all points"),
        (((0, 1), (1, 1)), "column 1 runs from 1 to 1"),
        ((1, 0), "column 0 runs from 1 to 0"),
        ((0, np.inf), "column 0 runs from 0 to inf"),
        ((np.nan, 1), "column 0 runs from nan"),
        (((0, 0, 0), (1, 1, 1)), "window must be .low, high."),
        (3, "window must be .low, high."),
        ((0, 1, 2), "window must be .low, high."),
        (("a", "b"), "window must be .low, high."),
    ],
)
@pytest.mark.parametrize("periodic", [False, True])
def test_refuses_a_window(rng, window, message, periodic):
    with pytest.raises(ValueError, match=message):
        hopkins(GOOD, 3, rng, None, window, periodic)


@pytest.mark.parametrize("exponent", [0, -1, np.nan, np.inf, "3", True])
def test_refuses_an_exponent(rng, exponent):
    with pytest.raises(ValueError, match="exponent must be a positive number"):
        hopkins(GOOD, 3, rng, exponent)


def test_refuses_distances_that_are_all_0():
    with pytest.raises(ValueError, match="largest distance is 0"):
        hopkins_of_distances([0], [0], 1)


def test_refuses_the_wrong_kind(rng):
    with pytest.raises(TypeError, match=r"numpy\.random\.Generator"):
        hopkins(GOOD, 3, 42)
    with pytest.raises(TypeError, match="n_probes must be a whole number"):
        hopkins(GOOD, 3.0, rng)


def test_refuses_a_sample_larger_than_the_pool_without_replacement(rng):
    with pytest.raises(ValueError, match="n_points must be between 2 and 10"):
        bootstrap(GOOD, 11, 3, 5, rng)
    assert bootstrap(GOOD, 11, 3, 5, rng, replace=True).values.shape == (5,)
    with pytest.raises(ValueError, match="n_repeats must be at least 1"):
        bootstrap(GOOD, 10, 3, 0, rng)
    with pytest.raises(ValueError, match="n_probes must be between 1 and 4"):
        bootstrap(GOOD, 5, 5, 3, rng)
