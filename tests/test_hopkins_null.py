"""What chance gives: the law, the draws, the Gaussian null and the p-value."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import beta, kstest

from helpers.hopkins import gaussian_sampler, hopkins, p_value, simulate_null

UNIT = (0, 1)


@pytest.fixture
def rng():
    return np.random.default_rng(20181)


# Laws


@pytest.mark.parametrize("n_features", [2, 3, 6])
def test_follows_beta_on_a_torus(n_features):
    draw = np.random.default_rng(n_features)
    null = simulate_null(1000, n_features, 20, 500, draw, window=UNIT, periodic=True)
    assert kstest(null, beta(20, 20).cdf).pvalue > 0.05


@pytest.mark.parametrize(
    ("n_features", "exponent", "periodic", "spread"),
    [
        (2, 1, True, 0.035),
        (3, 1, True, 0.024),
        (6, 1, True, 0.013),
        (2, 2, False, 0.070),
        (3, 3, False, 0.077),
        (6, 6, False, 0.096),
    ],
)
def test_exponent_1_and_edges_spoil_the_spread(n_features, exponent, periodic, spread):
    draw = np.random.default_rng(1)
    window = UNIT if periodic else None
    setting = {"exponent": exponent, "window": window, "periodic": periodic}
    null = simulate_null(300, n_features, 30, 600, draw, **setting)
    assert null.mean() == pytest.approx(0.5, abs=0.015)
    assert null.std() == pytest.approx(spread, rel=0.1)
    assert kstest(null, beta(30, 30).cdf).pvalue < 0.05


@pytest.mark.parametrize(
    ("n_features", "exponent", "spread"),
    [(2, 1, 0.044), (5, 1, 0.021), (2, 2, 0.084), (5, 5, 0.108), (6, 6, 0.115)],
)
def test_spread_of_the_review_with_20_probes(rng, n_features, exponent, spread):
    null = simulate_null(300, n_features, 20, 600, rng, exponent=exponent, window=UNIT)
    assert null.std() == pytest.approx(spread, rel=0.08)
    assert beta(20, 20).std() == pytest.approx(0.078, abs=5e-4)


def test_p_values_are_uniform_in_a_box():
    # Each p-value has a null of its own: values that share one null are dependent,
    # and Kolmogorov-Smirnov would then reject too often (12 % of 40 seeds at 5 %).
    draw = np.random.default_rng(3)

    def p_of_uniform_points():
        null = simulate_null(100, 3, 10, 19, draw, exponent=1)
        return p_value(hopkins(draw.random((100, 3)), 10, draw, exponent=1), null)

    p = np.array([p_of_uniform_points() for _ in range(400)])
    # p is uniform on 1/20, 2/20, ..., 1; within its step a draw makes it continuous.
    assert kstest(p - draw.random(400) / 20, "uniform").pvalue > 0.05


def test_one_gaussian_is_clustered_for_a_box_but_not_for_a_gaussian():
    draw = np.random.default_rng(4)
    root = np.array([[3, 1, 0], [0, 1, 1], [0, 0, 0.3]])
    X = 7 + draw.normal(size=(300, 3)) @ root
    H = np.mean([hopkins(X, 30, draw) for _ in range(20)])
    box = simulate_null(300, 3, 30, 199, draw)
    one = simulate_null(300, 3, 30, 199, draw, sample=gaussian_sampler(X))
    assert p_value(H, box) == 1 / 200
    assert p_value(H, one) > 0.05


def test_gaussian_sampler_keeps_mean_and_covariance(rng):
    X = rng.normal(size=(500, 3)) @ rng.normal(size=(3, 3)) + (5, 0, -5)
    X = np.column_stack([X, X[:, 0] + X[:, 1]])  # a singular covariance
    Y = gaussian_sampler(X)(rng, 200_000)
    assert_allclose(Y.mean(axis=0), X.mean(axis=0), atol=0.05)
    assert_allclose(np.cov(Y.T), np.cov(X.T), atol=0.1)
    assert_allclose(Y[:, 3], Y[:, 0] + Y[:, 1], atol=1e-9)


def test_gaussian_sampler_of_a_few_points_has_their_unbiased_covariance(rng):
    X = np.array([[0.0], [1.0], [5.0]])
    Y = gaussian_sampler(X)(rng, 200_000)
    assert_allclose(Y.var(), X.var(ddof=1), rtol=0.02)


def test_p_value_counts_the_data_as_one_draw():
    null = [0.2, 0.4, 0.4, 0.6]
    assert p_value(0.4, null) == 4 / 5
    assert p_value(0.7, null) == 1 / 5


def test_refuses_a_null_or_a_value(rng):
    with pytest.raises(ValueError, match="value must be an H"):
        p_value(1.1, [0.5])
    with pytest.raises(ValueError, match="value must be an H"):
        p_value(np.nan, [0.5])
    with pytest.raises(ValueError, match="null must be .* with 0 sample"):
        p_value(0.5, [])
    with pytest.raises(ValueError, match="null contains NaN"):
        p_value(0.5, [np.nan])
    with pytest.raises(ValueError, match=r"must return points of shape \(20, 2\)"):
        simulate_null(20, 2, 3, 1, rng, sample=lambda rng, n: rng.random((n, 3)))
    with pytest.raises(ValueError, match="n_draws must be at least 1"):
        simulate_null(20, 2, 3, 0, rng)
