"""The parts of the experiment that can be tried without a halo."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from experiments import galaxies as experiment
from helpers.stars import milky_way


def stars_near_the_sun(n=500):
    rng = np.random.default_rng(0)
    return np.hstack((rng.normal(0, 8, (n, 3)), rng.normal(0, 150, (n, 3))))


def test_no_errors_change_nothing():
    w = stars_near_the_sun()
    seen = experiment.observed(w, (0, 0, 0), np.random.default_rng(1))
    np.testing.assert_allclose(seen, w, atol=1e-9)


def test_errors_have_the_size_that_they_are_given():
    w = stars_near_the_sun(20_000)
    rng = np.random.default_rng(1)
    near = np.linalg.norm(experiment.observed(w, (0.1, 0, 0), rng)[:, :3] - w[:, :3])
    distance = np.linalg.norm(w[:, :3] - experiment.SUN)
    assert near / distance == pytest.approx(0.1, rel=0.05)
    moved = experiment.observed(w, (0, 10, 0), rng)[:, 3:] - w[:, 3:]
    speed = np.sqrt((moved**2).sum(axis=1).mean()) * 0.9778
    assert speed == pytest.approx(10, rel=0.05)
    moved = experiment.observed(w, (0, 0, 0.1), rng)[:, 3:] - w[:, 3:]
    across = np.linalg.norm(moved, axis=1) / np.linalg.norm(
        w[:, :3] - experiment.SUN, axis=1
    )
    # Two directions across the sky; 4.74 km/s for each mas/yr and kpc.
    expected = 0.1 * 4.74 / 0.9778 * np.sqrt(2)
    assert np.sqrt((across**2).mean()) == pytest.approx(expected, rel=0.05)


def test_a_copula_keeps_the_marginals_and_their_ties():
    rng = np.random.default_rng(2)
    L = rng.uniform(500, 3000, 4000)
    X = np.column_stack((-1e5 + 10 * L, L, L * rng.uniform(-0.9, 0.9, 4000)))
    drawn = experiment.copula(X, rng)
    for one, other in zip(X.T[:2], drawn.T[:2], strict=True):
        np.testing.assert_array_equal(np.sort(one), np.sort(other))
    assert (np.abs(drawn[:, 2]) <= drawn[:, 1]).all()
    assert spearmanr(drawn[:, 0], drawn[:, 1]).statistic > 0.99
    assert abs(spearmanr(drawn[:, 1], drawn[:, 2] / drawn[:, 1]).statistic) < 0.05


def test_other_masses_are_put_back():
    before = milky_way.potential(8, 0, 0), milky_way.DISC_GM
    with experiment.other_masses(1.1):
        inside = milky_way.potential(8, 0, 0)
    assert inside == pytest.approx(1.1 * before[0])
    assert (milky_way.potential(8, 0, 0), milky_way.DISC_GM) == before


def test_a_cluster_of_the_background_is_surplus():
    truth, labels = [0, 0, 1, 1, 2, 2], np.array([4, 4, 5, 5, 6, 6])
    counted = experiment.counts(truth, labels, n_satellites=2)
    assert counted == {"clusters": 3, "found": 2, "surplus": 1, "lost": 0}
