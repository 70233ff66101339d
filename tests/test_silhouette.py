"""Silhouettes against brute force and scikit-learn, and their laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples as peer_samples
from sklearn.metrics import silhouette_score

from helpers.fast import threads
from helpers.kmeans import silhouette


def clumps(n=300, d=3, k=5, seed=0):
    """Points around k places, and the place that each belongs to."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(k, size=n)
    return (rng.normal(size=(k, d)) * 3)[labels] + rng.normal(size=(n, d)), labels


def by_hand(X, labels):
    """The definition, point by point."""
    values = []
    for i, x in enumerate(X):
        away = np.sqrt(((X - x) ** 2).sum(axis=1))
        mates = (labels == labels[i]) & (np.arange(len(X)) != i)
        if not mates.any():
            values.append(0.0)
            continue
        a = away[mates].mean()
        b = min(away[labels == c].mean() for c in set(labels) - {labels[i]})
        values.append((b - a) / max(a, b) if max(a, b) > 0 else 0.0)
    return np.array(values)


@pytest.fixture(params=[7, 512])
def block(request, monkeypatch):
    """Small blocks too, so that a short test crosses many of their borders."""
    monkeypatch.setattr(silhouette, "BLOCK", request.param)


def test_it_is_what_the_definition_says(block):
    X, labels = clumps(60)
    labels[0] = 99  # alone in its cluster
    ours = silhouette.silhouette_samples(X, labels)
    np.testing.assert_allclose(ours, by_hand(X, labels), atol=1e-13)
    assert ours[0] == 0


def test_it_is_what_scikit_learn_says(block):
    X, labels = clumps(500)
    ours = silhouette.silhouette_samples(X, labels)
    peer = peer_samples(X, labels)
    np.testing.assert_allclose(ours, peer, atol=1e-12)


def test_six_points_as_in_scikit_learns_own_tests():
    X = np.array([0.0, 1.0, 1.0, 2.0, 3.0, 3.0])[:, None]
    ours = silhouette.silhouette_samples(X, [0, 1, 1, 1, 2, 2])
    assert ours.tolist() == [0, 0.5, 0.5, 0, 1, 1]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_tied_points_and_any_labels(data):
    n = data.draw(st.integers(2, 15))
    coordinate, label = st.integers(-2, 2), st.integers(-1, 3)
    X = np.array(data.draw(st.lists(coordinate, min_size=n, max_size=n)), float)[
        :, None
    ]
    labels = np.array(data.draw(st.lists(label, min_size=n, max_size=n)))
    labels[:2] = 0, 1
    ours = silhouette.silhouette_samples(X, labels)
    np.testing.assert_allclose(ours, by_hand(X, labels), atol=1e-13)


def test_a_sweep_is_the_mean_of_each_labeling(block):
    X, labels = clumps()
    labelings = [labels % k for k in (2, 3, 5)] + [labels == 0]
    labelings[-1] = labelings[-1].astype(int)
    ours = silhouette.mean_silhouettes(X, labelings)
    np.testing.assert_allclose(
        ours, [silhouette_score(X, one) for one in labelings], atol=1e-12
    )


def test_labelings_that_do_not_fit_into_memory_together_go_in_turns(monkeypatch):
    X, labels = clumps()
    labelings = [labels, labels % 2, labels % 3]
    together = silhouette.mean_silhouettes(X, labelings)
    monkeypatch.setattr(silhouette, "MAX_SUMS", 6 * len(X))
    np.testing.assert_allclose(
        silhouette.mean_silhouettes(X, labelings), together, atol=1e-14
    )


def test_far_from_the_origin_no_digit_is_lost():
    X, labels = clumps()
    X = np.round(X * 1024) / 1024  # exact after the shift
    near = silhouette.silhouette_samples(X, labels)
    far = silhouette.silhouette_samples(X + 2**20, labels)
    assert np.array_equal(near, far)


def test_points_that_all_coincide_have_zero():
    values = silhouette.silhouette_samples(np.full((6, 2), 0.1), [0, 0, 0, 1, 1, 1])
    assert np.array_equal(values, np.zeros(6))


def test_scale_order_and_names_of_the_clusters_do_not_matter():
    X, labels = clumps()
    base = silhouette.silhouette_samples(X, labels)
    order = np.random.default_rng(0).permutation(len(X))
    mixed = silhouette.silhouette_samples(8 * X[order], 10 - 3 * labels[order])
    np.testing.assert_allclose(mixed, base[order], atol=1e-13)


def test_the_number_of_threads_does_not_change_a_byte(monkeypatch):
    monkeypatch.setattr(silhouette, "BLOCK", 16)
    X, labels = clumps()
    found = []
    for number in (1, 2, 5):
        monkeypatch.setattr(threads, "n_threads", lambda n=number: n)
        found.append(silhouette.silhouette_samples(X, labels).tobytes())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([1, 1, 1], "All points have the label 1"),
        ([0, 1], "labels has 2 entries for 3 points"),
        ([0.5, 1, 1], "labels must be whole numbers"),
    ],
)
def test_what_cannot_work_is_refused(labels, message):
    with pytest.raises((ValueError, TypeError), match=message):
        silhouette.silhouette_samples([[0.0], [1.0], [2.0]], labels)


def test_an_empty_sweep_is_empty():
    assert silhouette.mean_silhouettes([[0.0], [1.0]], []).shape == (0,)
