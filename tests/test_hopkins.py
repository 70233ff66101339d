"""The Hopkins statistic against brute force, its invariants, and every refusal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from helpers import hopkins as room
from helpers.hopkins import hopkins

UNIT = (0, 1)


@pytest.fixture
def rng():
    return np.random.default_rng(20181)


def by_brute_force(X, n_probes, seed, exponent, window=None, periodic=False):
    """H from all distances, with the places and points that this seed draws."""
    rng = np.random.default_rng(seed)
    low, high = (X.min(axis=0), X.max(axis=0)) if window is None else window
    sides = np.broadcast_to(np.subtract(high, low), X.shape[1])
    chosen = rng.choice(len(X), n_probes, replace=False)
    places = low + rng.random((n_probes, X.shape[1])) * sides

    def distances(A, B):
        if not periodic:
            return cdist(A, B)
        gap = np.abs(A[:, None] - B) % sides
        return np.sqrt((np.minimum(gap, sides - gap) ** 2).sum(axis=2))

    u = distances(places, X).min(axis=1)
    to_others = distances(X[chosen], X)
    to_others[np.arange(n_probes), chosen] = np.inf
    w = to_others.min(axis=1)
    return (u**exponent).sum() / ((u**exponent).sum() + (w**exponent).sum())


# Against brute force


@pytest.mark.parametrize("n_features", [1, 2, 3, 6])
@pytest.mark.parametrize("exponent", [None, 1, 2.5])
def test_equals_brute_force_in_its_bounding_box(rng, n_features, exponent):
    X = rng.normal(size=(80, n_features)) * np.arange(1, n_features + 1)
    expected = by_brute_force(X, 79, 1, exponent or n_features)
    H = hopkins(X, 79, np.random.default_rng(1), exponent)
    assert pytest.approx(expected) == H


@pytest.mark.parametrize("n_features", [1, 2, 3, 6])
@pytest.mark.parametrize("periodic", [False, True])
def test_equals_brute_force_in_a_window_and_on_a_torus(rng, n_features, periodic):
    low, sides = np.arange(n_features) - 2.0, np.arange(1.0, n_features + 1)
    X = low + rng.random((80, n_features)) * sides
    X[0], X[1] = low, low + sides  # one and the same place on the torus
    window = (low, low + sides)
    expected = by_brute_force(X, 79, 1, n_features, window, periodic)
    H = hopkins(X, 79, np.random.default_rng(1), None, window, periodic)
    assert pytest.approx(expected) == H


def test_two_points_across_an_edge_are_near_on_the_torus_only():
    X = np.array([[0.02], [0.97]])
    for periodic, w in ((False, 0.95), (True, 0.05)):
        u, found = room._ways(X, 1, np.random.default_rng(1), UNIT, periodic)
        assert found == pytest.approx([w])
        assert hopkins(X, 1, np.random.default_rng(1), 1, UNIT, periodic) == (
            pytest.approx(u[0] / (u[0] + w))
        )


def test_a_twin_is_the_nearest_other_point(rng):
    assert hopkins(np.repeat(rng.random((20, 2)), 3, axis=0), 30, rng) == 1


def test_threads_change_nothing(rng, monkeypatch):
    X = rng.random((5000, 3))
    threaded = hopkins(X, 2500, np.random.default_rng(1))
    monkeypatch.setattr(room, "PROBES_WORTH_THREADS", 10**9)
    assert hopkins(X, 2500, np.random.default_rng(1)) == threaded


# The formula


@pytest.mark.parametrize("unit", [1e-95, 1, 1e95])
def test_points_of_extreme_units(rng, unit):
    X = rng.random((50, 6))
    expected = by_brute_force(X, 20, 1, 6)
    H = hopkins(X * unit, 20, np.random.default_rng(1))
    assert pytest.approx(expected) == H


def test_a_high_power_neither_overflows_nor_underflows(rng):
    X = rng.random((50, 2))
    expected = by_brute_force(X, 20, 1, 50)
    H = hopkins(X * 1e60, 20, np.random.default_rng(1), 50)
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
        (((0, 0), (1, np.inf)), "column 1 runs from 0 to inf"),
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


def test_refuses_distances_that_are_all_0(monkeypatch, rng):
    nothing = np.zeros(3)
    monkeypatch.setattr(room, "_ways", lambda *_: (nothing, nothing))
    with pytest.raises(ValueError, match="largest distance is 0"):
        hopkins(GOOD, 3, rng)


def test_refuses_the_wrong_kind(rng):
    with pytest.raises(TypeError, match=r"numpy\.random\.Generator"):
        hopkins(GOOD, 3, 42)
    with pytest.raises(TypeError, match="n_probes must be a whole number"):
        hopkins(GOOD, 3.0, rng)
