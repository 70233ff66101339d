"""The parts of the experiment that can be tried without a halo."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from experiments import galaxies as experiment
from experiments import infall
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


def test_another_shape_pulls_alike_at_the_sun_and_not_elsewhere():
    places = np.array([[8.2, 8.2, 25], [0, 0, 0], [0, 1, 0]])
    before = milky_way.acceleration(places)
    with experiment.other_shape(1.1):
        after = milky_way.acceleration(places)
    assert after[0, 0] == pytest.approx(before[0, 0], rel=1e-12)
    assert after[2, 1] / before[2, 1] > 1.05  # more disc
    assert after[0, 2] / before[0, 2] < 0.95  # less halo
    np.testing.assert_array_equal(milky_way.acceleration(places), before)


def test_the_smooth_halo_is_the_recipes_and_without_its_cut_more(monkeypatch):
    monkeypatch.setattr(experiment, "N_SMOOTH", 300)
    alone, no_gap = experiment.smooth(7)
    rng = np.random.default_rng(7)
    np.testing.assert_array_equal(alone, infall._orbits(rng, 300, 5_000)[0])
    Lz = np.abs(milky_way.integrals(no_gap)[:, 2])
    assert 0.03 < (Lz <= infall.LEAST_LZ).mean() < 0.12
    assert infall.LEAST_LZ == 80


def test_the_ceiling_finds_what_does_not_overlap(monkeypatch):
    monkeypatch.setattr(experiment.galaxies, "N_STARS", 3_300)
    truth = np.repeat(range(infall.N_SATELLITES), 300)
    place = np.where(truth == 1, 0, truth)  # 0 and 1 lie on each other
    rng = np.random.default_rng(3)
    X = rng.normal(np.column_stack((100 * place, 1e4 + 0 * place, 0 * place)), 1)
    table = experiment.ceiling(X, truth, rng)
    assert (table["overlap"][2:] == 0).all()
    assert table["findable"][2:].all()
    assert table["overlap"][:2].between(0.3, 0.7).all()


def test_nothing_grows_in_the_plane_where_L_is_Lz(monkeypatch):
    monkeypatch.setattr(experiment, "N_FOLLOWED", 10)
    monkeypatch.setattr(experiment, "TIMES", (0.1, 0.3))
    w = stars_near_the_sun(10 * infall.N_SATELLITES)
    tilted = experiment.growth(w)
    later = milky_way.evolve(w, 0.3)
    before, after = (milky_way.integrals(v)[:, 1] for v in (w, later))
    change, spread = (after - before)[:10], before[:10].std(ddof=1)
    expected = np.sqrt((change**2).mean()) / spread
    assert tilted["L_moves"][0] == pytest.approx(expected, rel=1e-3)
    w[:, [2, 5]] = 0
    flat = experiment.growth(w)
    np.testing.assert_allclose(flat[["growth_0.1", "growth_0.3"]], 1, atol=0.01)
    assert (flat["L_moves"] < 0.01).all()
    assert (tilted["L_moves"] > 0.01).all()
    assert tilted["mean_L_moves"].median() < tilted["L_moves"].median() / 2
