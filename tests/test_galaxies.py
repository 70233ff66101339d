"""Galaxies: which clusters are repeated, which coordinates, row order, error texts."""

import hashlib

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from helpers import evaluation, galaxies
from helpers.stars import catalogue, milky_way

MIXTURES = {"n_components": (3, 5)}


def three_groups(third, seed=0):
    """Integrals of three groups, 400 stars each, and their truth.

    Each has its own E and its own third coordinate, a wide L, and a little scatter in
    Lz ("Lz") or in Lz/L ("Lz/L").
    """
    rng = np.random.default_rng(seed)
    truth = np.repeat([0, 1, 2], 400)
    L = rng.uniform(1000, 3000, 1200)
    x = np.array([-0.8, 0.0, 0.8])[truth] + rng.normal(0, 0.02, 1200)
    Lz = 1000 * x if third == "Lz" else L * x
    E = np.array([-9e4, -8e4, -7e4])[truth] + rng.normal(0, 2000, 1200)
    return np.column_stack((E, L, Lz)), truth


# What is repeated


def test_stability_is_the_mean_best_share():
    """By sets, on labels that differ and in part have no cluster."""
    rng = np.random.default_rng(1)
    runs = [rng.integers(-1, k, 40) for k in (2, 3, 5)]
    members, origin = galaxies._members(runs)
    sets = [
        (i, set(np.flatnonzero(run == c)))
        for i, run in enumerate(runs)
        for c in range(run.max() + 1)
    ]
    expected = []
    for i, c in sets:
        best = [
            max(len(c & d) / len(c | d) for j, d in sets if j == other)
            for other in range(3)
            if other != i
        ]
        expected.append(np.mean(best))
    assert origin.tolist() == [i for i, _ in sets]
    np.testing.assert_allclose(galaxies._stability(members, origin), expected)


def test_equal_partitions_come_back_whole():
    labels, clusters = galaxies.stable_clusters([[0, 0, 1, 1, 2], [5, 5, 3, 3, 9]])
    assert labels.tolist() == [0, 0, 1, 1, 2]
    assert clusters["stability"].tolist() == [1, 1, 1]


def test_cluster_of_one_labeling_only_is_left_out():
    half = np.repeat([0, 1], 50)
    shuffled = np.tile(np.arange(50), 2)
    labels, clusters = galaxies.stable_clusters(
        [np.where(half == 0, 0, 1 + shuffled), np.where(half == 0, 0, -1)]
    )
    assert labels.tolist() == [0] * 50 + [-1] * 50
    assert clusters["stability"].tolist() == [1]


def test_overlapping_cluster_gets_only_free_stars():
    a = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    b = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    labels, clusters = galaxies.stable_clusters([a, a, b])
    assert labels.tolist() == [1] * 4 + [0] * 6
    assert clusters["labeling"].tolist() == [0, 0]


def test_labels_may_be_permuted():
    rng = np.random.default_rng(3)
    runs = [rng.integers(0, 4, 60) for _ in range(4)]
    renamed = [rng.permutation(4)[run] for run in runs]
    one, other = galaxies.stable_clusters(runs)[0], galaxies.stable_clusters(renamed)[0]
    assert evaluation.scores(one, other)["ARI"] == 1


# The whole rule


@pytest.mark.parametrize("third", ["Lz", "Lz/L"])
def test_the_data_choose_coordinates_and_groups(third):
    X, truth = three_groups(third)
    result = galaxies.find(X, **MIXTURES)
    assert result.representation == f"E, L, {third}"
    assert evaluation.found_groups(truth, result.labels)["found"].all()
    assert 0.5 < result.stability <= 1


def test_what_was_tried_is_told():
    result = galaxies.find(three_groups("Lz")[0], **MIXTURES)
    assert len(result.runs) == 2 * 2 * 2
    assert result.n_clusters == len(result.clusters) == result.labels.max() + 1
    sizes = np.bincount(result.labels[result.labels >= 0])
    assert result.clusters["size"].tolist() == sizes.tolist()
    assert set(result.clusters["n_components"]) <= {3, 5}
    stability = np.append(result.clusters["stability"], 0)[result.labels]
    assert result.stability == pytest.approx(stability.mean())


def test_row_order_does_not_matter():
    X, _ = three_groups("Lz/L")
    order = np.random.default_rng(5).permutation(len(X))
    one = galaxies.find(X, n_stars=800, **MIXTURES)
    other = galaxies.find(X[order], n_stars=800, **MIXTURES)
    np.testing.assert_array_equal(one.labels[order], other.labels)


def test_held_out_density_is_one_in_energy_and_momenta():
    """Both coordinates describe one density: of many stars they give the same mean."""
    rng = np.random.default_rng(0)
    E, L = rng.normal(-8e4, 1e3, 4000), rng.normal(2000, 1, 4000)
    X = np.column_stack((E, L, L * rng.normal(0.3, 0.01, 4000)))
    held_out = galaxies.find(X, [1]).runs.groupby("representation")["held_out"].mean()
    assert np.ptp(held_out) < 0.01
    entropy = np.log([1e3, 1, 20]).sum() + 1.5 * np.log(2 * np.pi * np.e)
    np.testing.assert_allclose(held_out, -entropy, atol=0.05)


def test_a_mixture_is_judged_by_the_other_half():
    """One component is a normal law, and the halves are drawn from the sorted rows."""
    X, _ = three_groups("Lz/L")
    drawn = np.random.default_rng(0).permutation(np.lexsort(X.T))
    own, other = drawn[:600], drawn[600:]
    Y = np.column_stack((X[:, :2], X[:, 2] / X[:, 1]))
    law = multivariate_normal(Y[own].mean(axis=0), np.cov(Y[own].T, bias=True))
    expected = (law.logpdf(Y[other]) - np.log(X[other, 1])).mean()
    runs = galaxies.find(X, [1]).runs.set_index(["representation", "half"])
    assert runs["held_out"]["E, L, Lz/L", 0] == pytest.approx(expected, abs=1e-5)


# Error texts


@pytest.mark.parametrize(
    ("X", "options", "text"),
    [
        ([[1, 2], [3, 4]], {}, "3 columns E, L, Lz, but has 2"),
        ([[-1, 2, 1], [-1, 0, 0]], {}, r"L > 0 .* 1 row\(s\) .* first row 1"),
        ([[-1, 2, 1], [-1, 2, -3]], {}, r"\|Lz\| <= L, but 1 row"),
        ([[-1, 2, 1]] * 8, {"n_components": [5]}, "between 1 and 4 .*half of the"),
        ([[-1, 2, 1]] * 8, {"n_components": []}, "length of n_components"),
        ([[-1, 2, 1]] * 8, {"n_stars": 1}, "n_stars must be at least 2"),
    ],
)
def test_find_refuses(X, options, text):
    with pytest.raises(ValueError, match=text):
        galaxies.find(X, **options)


def test_repeated_refuses():
    with pytest.raises(ValueError, match="number of labelings must be at least 2"):
        galaxies.stable_clusters([[0, 1]])
    with pytest.raises(ValueError, match=r"labelings\[1\] has 1 entries for 2"):
        galaxies.stable_clusters([[0, 1], [0]])
    with pytest.raises(TypeError, match="whole numbers"):
        galaxies.stable_clusters([[0, 1], [0.5, 1.0]])


# The shipped stars


def test_the_labels_of_the_shipped_stars_stay():
    """The rule is frozen: what was tried with it on other halos holds for it alone.

    Every tenth star, as many as are fitted, as in chapter 07.
    """
    stars = catalogue.load()
    phase_space = stars.representation("6d").iloc[::10]
    labels = galaxies.find(milky_way.averaged(phase_space)).labels
    found = evaluation.found_groups(stars.truth[::10], labels)["found"].sum()
    assert (labels.max() + 1, found) == (37, 30)
    written = labels.astype("<i8").tobytes()
    assert hashlib.sha256(written).hexdigest().startswith("1c9ae3f90a690a3b")
