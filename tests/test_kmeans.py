"""k-means against scikit-learn and brute force, and the laws of its two half-steps."""

import itertools
import warnings
from collections import namedtuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as tables
from sklearn.cluster import KMeans as Peer
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from helpers import kmeans
from helpers.fast import hamerly, threads
from helpers.kmeans import KMeans, estimator, how_many, lloyd
from helpers.kmeans.lloyd import starting_points
from helpers.stars import catalogue


def clumps(n=600, d=3, k=7, seed=0):
    """Points around k places, in mixed order."""
    rng = np.random.default_rng(seed)
    places = rng.normal(size=(k, d)) * 3
    return places[rng.integers(k, size=n)] + rng.normal(size=(n, d))


def start_of(X, k):
    """Different points as a start."""
    return starting_points(X, k, "random", np.random.default_rng(1))


def stars(representation, n=8_000):
    table = catalogue.load().representation(representation).to_numpy(float)
    chosen = np.random.default_rng(3).choice(len(table), n, replace=False)
    return catalogue.standardize(table[chosen])


@pytest.fixture(params=["plain", "fast"])
def path(request, monkeypatch):
    """Each comparison runs on the plain and on the fast path, whatever the size."""
    many = np.inf if request.param == "plain" else 0
    monkeypatch.setattr(estimator, "FAST_FROM_DISTANCES", many)


CASES = {
    "clumps": lambda: (clumps(), 7),
    "3-D stars": lambda: (stars("3d"), 28),
    "6-D stars": lambda: (stars("6d"), 28),
    "k = n": lambda: (clumps(30), 30),
    "k = 1": lambda: (clumps(50), 1),
    "one feature": lambda: (clumps(200, 1), 5),
    "integers": lambda: (np.random.default_rng(0).integers(0, 9999, (300, 2)), 6),
    "not contiguous": lambda: (clumps(400, 6)[::2, ::2], 5),
    "large offset": lambda: (clumps() + 1e6, 7),
    "float32": lambda: (clumps().astype(np.float32), 7),
}


@pytest.mark.parametrize("case", CASES)
def test_from_the_same_start_it_ends_where_scikit_learn_ends(case, path):
    X, k = CASES[case]()
    X64 = np.asarray(X, dtype=np.float64)
    start = start_of(X64, k)
    ours = KMeans(k, init=start, tol=0, max_iter=1000).fit(X)
    peer = Peer(k, init=start, tol=0, max_iter=1000, n_init=1).fit(X64)
    assert np.array_equal(ours.labels_, peer.labels_)
    np.testing.assert_allclose(ours.inertia_, peer.inertia_, rtol=1e-9, atol=1e-18)
    np.testing.assert_allclose(ours.cluster_centers_, peer.cluster_centers_, rtol=1e-9)
    # carried sums have rounding, which can cost one more look where shifts are all 0
    assert ours.n_iter_ - peer.n_iter_ in (0, case == "k = n")


def test_it_stops_at_the_same_tolerance_as_scikit_learn(path):
    X = clumps(2000)
    start = start_of(X, 9)
    ours = KMeans(9, init=start, tol=1e-2).fit(X)
    peer = Peer(9, init=start, tol=1e-2).fit(X)
    assert ours.n_iter_ == peer.n_iter_
    assert np.array_equal(ours.labels_, peer.labels_)


def test_duplicates_give_the_same_inertia_as_scikit_learn(path):
    X = np.repeat(clumps(100), 5, axis=0)
    start = start_of(X, 5)
    ours = KMeans(5, init=start, tol=0).fit(X)
    peer = Peer(5, init=start, tol=0).fit(X)
    np.testing.assert_allclose(ours.inertia_, peer.inertia_, rtol=1e-9)


@pytest.mark.parametrize(("n", "d", "k"), [(128, 2, 6), (128, 3, 8), (64, 1, 3)])
def test_tied_points_of_a_lattice_end_where_scikit_learn_ends(n, d, k, path):
    # n is a power of two, so that scikit-learn's shift by the mean rounds nothing
    X = np.random.default_rng(0).integers(0, 6, (n, d)).astype(float)
    start = start_of(X, k)
    ours = KMeans(k, init=start, tol=0).fit(X)
    peer = Peer(k, init=start, tol=0, n_init=1).fit(X)
    assert _has_ties(X, start)
    assert np.array_equal(ours.labels_, peer.labels_)
    np.testing.assert_allclose(ours.inertia_, peer.inertia_, rtol=1e-9)


@pytest.mark.parametrize(("n", "d", "k"), [(100, 2, 6), (97, 3, 5), (150, 4, 7)])
def test_ties_on_a_lattice_go_to_the_lowest_index(n, d, k, path):
    for s in range(5):
        X = np.random.default_rng(s).integers(0, 4, (n, d)).astype(float)
        start = start_of(X, k)
        ours = KMeans(k, init=start, tol=0).fit(X)
        assert _has_ties(X, start)
        assert np.array_equal(ours.labels_, in_fractions(X, start))


def _has_ties(X, centers):
    """Whether some point has two nearest centres."""
    squares = np.sort(((X[:, None] - centers) ** 2).sum(axis=2), axis=1)
    return (squares[:, 0] == squares[:, 1]).any()


def in_fractions(X, centers):
    """Lloyd's labels without any rounding, ties to the lowest index."""
    X = [[Fraction(v) for v in x] for x in X]
    centers = [[Fraction(v) for v in c] for c in centers]
    labels, before = [], None
    while labels != before:
        before = labels
        squares = [
            [sum((a - b) ** 2 for a, b in zip(x, c, strict=True)) for c in centers]
            for x in X
        ]
        labels = [row.index(min(row)) for row in squares]
        for k in range(len(centers)):
            own = [x for x, label in zip(X, labels, strict=True) if label == k]
            centers[k] = [sum(column) / len(own) for column in zip(*own, strict=True)]
    return labels


# What scikit-learn's own tests expect of its k-means.


def test_the_defaults_are_those_of_scikit_learn():
    ours, peers = KMeans().get_params(), Peer().get_params()
    for name in ("n_clusters", "init", "n_init", "max_iter", "tol", "random_state"):
        assert ours[name] == peers[name]


@pytest.mark.parametrize("second", [[1.0, 1.0], [3.0, 3.0]])
def test_four_points_by_hand_also_from_a_centre_that_attracts_none(path, second):
    X = [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [1.0, 1.0]]
    first = [0.0, 0.0] if second == [1.0, 1.0] else [0.5, 0.5]
    ours = KMeans(2, init=[first, second], tol=0).fit(X)
    order = np.argsort(ours.cluster_centers_[:, 0])
    assert ours.cluster_centers_[order].tolist() == [[0.25, 0.0], [0.75, 1.0]]
    assert np.argsort(order)[ours.labels_].tolist() == [0, 0, 1, 1]
    assert ours.inertia_ == 0.25


def test_centres_are_their_own_nearest_and_a_start_there_stays_there(path):
    X = clumps()
    ours = KMeans(7, random_state=0, tol=0).fit(X)
    centers = ours.cluster_centers_
    assert ours.predict(centers).tolist() == list(range(7))
    apart = np.linalg.norm(centers[:, None] - centers, axis=2)
    np.testing.assert_allclose(ours.transform(centers), apart, atol=1e-12)
    np.testing.assert_array_equal(ours.fit_transform(X), ours.transform(X))
    again = KMeans(7, init=centers, tol=0).fit(X)
    np.testing.assert_allclose(again.cluster_centers_, centers, rtol=1e-12)
    assert again.n_iter_ <= 2


def test_more_starts_and_more_iterations_are_no_worse():
    X = np.random.default_rng(0).normal(size=(200, 5))
    options = {"init": "random", "random_state": 0}
    sums = [KMeans(8, n_init=n, **options).fit(X).inertia_ for n in (1, 5, 20)]
    assert sums[0] >= sums[1] >= sums[2]
    assert sums[0] > sums[2]
    with pytest.warns(ConvergenceWarning):
        early = KMeans(8, max_iter=1, n_init=1, **options).fit(X)
    assert early.score(X) < KMeans(8, n_init=1, **options).fit(X).score(X)


def test_neither_points_nor_start_are_written_to(path):
    X, start = clumps(), start_of(clumps(), 5)
    X.flags.writeable = start.flags.writeable = False
    ours = KMeans(5, init=start).fit(X)
    assert not np.may_share_memory(ours.cluster_centers_, start)


def test_kmeans_plus_plus_is_no_worse_than_scikit_learn():
    X = clumps(500, 2, 15)
    ours = [KMeans(15, random_state=s).fit(X).inertia_ for s in range(50)]
    peer = [Peer(15, random_state=s).fit(X).inertia_ for s in range(50)]
    error = np.hypot(np.std(ours), np.std(peer)) / np.sqrt(50)
    assert np.mean(ours) < np.mean(peer) + 2 * error


def test_the_best_partition_of_a_few_points_is_found():
    X = clumps(8, 2, 3, seed=4)
    partitions = map(np.array, itertools.product(range(3), repeat=8))
    best = min(
        lloyd.inertia(X, labels, lloyd.update(X, labels, X[:3]))
        for labels in partitions
    )
    found = KMeans(3, n_init=30, random_state=0).fit(X).inertia_
    np.testing.assert_allclose(found, best, rtol=1e-12)


@parametrize_with_checks([KMeans()])
def test_scikit_learn_accepts_it_as_an_estimator(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the checks provoke warnings on purpose
        check(estimator)


points_and_k = st.integers(1, 4).flatmap(
    lambda k: st.tuples(
        tables(
            np.float64,
            st.tuples(st.integers(4, 25), st.integers(1, 3)),
            elements=st.integers(-50, 50).map(float),
        ),
        st.just(k),
    )
)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
@settings(max_examples=60, deadline=None)
@given(points_and_k)
def test_no_half_step_raises_the_sum(metric, given_points):
    X, k = given_points
    ours = KMeans(k, init=X[:k], metric=metric, tol=0, max_iter=500).fit(X)
    sums = ours.history_.inertia.ravel()
    assert (np.diff(sums) <= 1e-9 * (1 + sums[0])).all()


def test_no_half_step_of_the_fast_path_raises_the_sum(monkeypatch):
    monkeypatch.setattr(estimator, "FAST_FROM_DISTANCES", 0)
    X = clumps(3000, 4, 12)
    sums = KMeans(12, init=start_of(X, 12), tol=0).fit(X).history_.inertia.ravel()
    assert (np.diff(sums) <= 1e-12 * sums[0]).all()
    np.testing.assert_allclose(sums[-1], sums[-2], rtol=1e-12)


def test_both_paths_take_the_same_half_steps_and_the_fast_one_fewer_distances(
    monkeypatch,
):
    X = clumps(5000, 3, 20)
    start = start_of(X, 20)
    histories = []
    for many in (np.inf, 0):
        monkeypatch.setattr(estimator, "FAST_FROM_DISTANCES", many)
        histories.append(KMeans(20, init=start, tol=0).fit(X).history_)
    plain, fast = histories
    np.testing.assert_allclose(fast.inertia, plain.inertia, rtol=1e-10)
    np.testing.assert_allclose(fast.centers, plain.centers, rtol=1e-9, atol=1e-12)
    assert np.array_equal(fast.n_changed[1:], plain.n_changed[1:])
    assert (plain.n_distances == 5000 * 20).all()
    assert fast.n_distances[0] == 5000 * 20  # at first every point is due
    assert fast.n_distances.sum() < 0.5 * plain.n_distances.sum()


def test_both_paths_end_with_the_same_bytes_once_no_label_changes(monkeypatch):
    X = clumps(5000, 3, 20)
    ends = []
    for many in (np.inf, 0):
        monkeypatch.setattr(estimator, "FAST_FROM_DISTANCES", many)
        ends.append(KMeans(20, init=start_of(X, 20), tol=0).fit(X))
    assert ends[0].history_.n_changed[-1] == ends[1].history_.n_changed[-1] == 0
    assert ends[0].cluster_centers_.tobytes() == ends[1].cluster_centers_.tobytes()


def test_the_labels_of_each_iteration_follow_from_its_centres():
    X = clumps()
    ours = KMeans(7, random_state=0, tol=0).fit(X)
    labels, costs = kmeans.assign(X, ours.history_.centers[-2])
    assert np.array_equal(labels, ours.labels_)
    np.testing.assert_allclose(costs.sum(), ours.history_.inertia[-1, 0], rtol=1e-12)


def test_manhattan_with_means_can_raise_the_sum_and_with_medians_cannot():
    X = np.random.default_rng(0).exponential(size=(400, 3)) ** 2
    rises = {}
    for center in ("mean", "median"):
        ours = KMeans(8, init=X[:8], metric="manhattan", center=center, tol=0).fit(X)
        rises[center] = np.diff(ours.history_.inertia.ravel()).max()
    assert rises["mean"] > 0.1
    assert rises["median"] < 1e-9


def test_medians_are_the_centres_of_manhattan():
    X = clumps(300)
    ours = KMeans(4, metric="manhattan", random_state=0).fit(X)
    medians = [np.median(X[ours.labels_ == k], axis=0) for k in range(4)]
    np.testing.assert_allclose(ours.cluster_centers_, medians)
    away = np.abs(X - ours.cluster_centers_[ours.labels_])
    np.testing.assert_allclose(ours.inertia_, away.sum())
    np.testing.assert_allclose(ours.score(X), -ours.inertia_)


def test_an_empty_cluster_gets_the_farthest_point_and_that_is_said(path):
    X = clumps(200, 2, 4)
    start = np.vstack([X[:3], [[1e3, 1e3]]])  # the fourth centre attracts no point
    ours = KMeans(4, init=start, tol=0).fit(X)
    _, costs = kmeans.assign(X, start)
    assert ours.history_.reseeded == ((0, 3),)
    np.testing.assert_allclose(ours.history_.centers[1, 3], X[costs.argmax()])
    assert len(np.unique(ours.labels_)) == 4
    assert np.array_equal(ours.labels_, Peer(4, init=start, tol=0).fit(X).labels_)


@pytest.mark.parametrize("side", [-1, 1])
def test_the_farthest_point_may_lie_on_either_side_of_its_centre(side, path):
    X = side * np.array([[-7.0], [0.0], [1.0], [2.0], [6.0]])
    ours = KMeans(2, init=[[0.0], [side * 1e3]], tol=0).fit(X)
    assert ours.history_.reseeded == ((0, 1),)
    assert ours.history_.centers[1, 1, 0] == side * -7


def test_a_point_that_filled_an_empty_cluster_can_move_on(monkeypatch):
    X = np.vstack([clumps(400, 2, 4), clumps(100, 2, 2, seed=5) + 40])
    start = np.vstack([X[:3], np.full((6, 2), 1e3)])
    fits = []
    for many in (np.inf, 0):
        monkeypatch.setattr(estimator, "FAST_FROM_DISTANCES", many)
        fits.append(KMeans(9, init=start, tol=0).fit(X))
    filled = kmeans.assign(X, start)[1].argsort()[-6:]
    first = kmeans.assign(X, fits[0].history_.centers[1])[0]
    assert (fits[0].labels_[filled] != first[filled]).any()
    assert np.array_equal(fits[0].labels_, fits[1].labels_)


def test_two_empty_clusters_get_a_point_each():
    labels, reseeded = lloyd.fill_empty(np.zeros(4, int), np.array([1.0, 0, 4, 2]), 3)
    assert labels.tolist() == [0, 0, 1, 2]
    assert reseeded == (1, 2)


def test_where_all_points_lie_on_centres_an_empty_cluster_keeps_its_own(path):
    X = np.repeat([[0.0, 0.0], [5.0, 5.0]], 50, axis=0)
    start = np.array([[0.0, 0.0], [5.0, 5.0], [9.0, 1.0]])
    ours = KMeans(3, init=start, tol=0).fit(X)
    assert np.array_equal(ours.cluster_centers_, start)
    assert ours.inertia_ == 0


@pytest.mark.parametrize("power", [-40, 40])
def test_the_scale_changes_no_step_and_no_saving(power, path):
    X = clumps(2000)
    start = start_of(X, 7)
    scaled = KMeans(7, init=np.ldexp(start, power), tol=0).fit(np.ldexp(X, power))
    ours = KMeans(7, init=start, tol=0).fit(X)
    assert np.array_equal(scaled.labels_, ours.labels_)
    assert np.array_equal(scaled.history_.n_changed, ours.history_.n_changed)
    assert np.array_equal(scaled.history_.n_distances, ours.history_.n_distances)


def test_two_equal_centres_do_not_share_a_cluster_for_good(path):
    X = clumps(200, 2, 4)
    ours = KMeans(3, init=X[[0, 0, 1]], tol=0).fit(X)
    assert len(np.unique(ours.labels_)) == 3
    assert (0, 1) in ours.history_.reseeded


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_a_start_has_no_point_twice(init):
    X = np.repeat(np.arange(12.0), 40)[:, None]
    for s in range(20):
        start = starting_points(X, 12, init, np.random.default_rng(s))
        assert len(np.unique(start)) == 12


def test_one_point_that_differs_from_all_others_is_enough_for_a_second_centre():
    X = np.repeat([[0.0], [1.0]], [9, 1], axis=0)  # the one is the last of the table
    for s in range(5):
        start = starting_points(X, 2, "k-means++", np.random.default_rng(s))
        assert np.sort(start, axis=0).tolist() == [[0], [1]]


def test_a_draw_of_0_steps_over_the_centre_that_is_there():
    draws = namedtuple("Draws", "integers random")
    lowest = draws(integers=lambda n: 0, random=np.zeros)
    assert starting_points(
        np.arange(3.0)[:, None], 2, "k-means++", lowest
    ).tolist() == [[0], [1]]


def test_two_and_log_k_candidates_are_drawn_for_each_centre():
    asked = []

    def random(size):
        asked.append(size)
        return np.linspace(0.1, 0.9, size)

    draws = namedtuple("Draws", "integers random")(lambda n: 0, random)
    starting_points(clumps(60), 8, "k-means++", draws)
    assert asked == [2 + int(np.log(8))] * 7 == [4] * 7


def test_shift_scale_and_order_of_the_points_do_not_matter(path):
    X = clumps()
    start = start_of(X, 5)
    base = KMeans(5, init=start, tol=0).fit(X)
    moved = KMeans(5, init=4 * start + 7, tol=0).fit(4 * X + 7)
    assert np.array_equal(moved.labels_, base.labels_)
    np.testing.assert_allclose(moved.inertia_, 16 * base.inertia_)
    order = np.random.default_rng(0).permutation(len(X))
    mixed = KMeans(5, init=start, tol=0).fit(X[order])
    assert np.array_equal(mixed.labels_, base.labels_[order])


def test_labels_are_ordered_by_size_and_a_given_start_keeps_its_order():
    X = clumps()
    counts = np.bincount(KMeans(6, random_state=2).fit(X).labels_)
    assert (np.diff(counts) <= 0).all()
    start = start_of(X, 6)
    ends = KMeans(6, init=start, max_iter=300).fit(X).cluster_centers_
    swapped = KMeans(6, init=start[::-1], max_iter=300).fit(X).cluster_centers_
    np.testing.assert_allclose(swapped[::-1], ends)


def test_the_number_of_threads_does_not_change_a_byte(monkeypatch):
    monkeypatch.setattr(estimator, "FAST_FROM_DISTANCES", 0)
    monkeypatch.setattr(hamerly, "BLOCK", 500)
    X = clumps(4000)
    fits = []
    for number in (1, 2, 5):
        monkeypatch.setattr(threads, "n_threads", lambda n=number: n)
        fits.append(KMeans(9, init=X[:9], tol=0).fit(X))
    for fit in fits[1:]:
        assert fit.cluster_centers_.tobytes() == fits[0].cluster_centers_.tobytes()
        assert fit.history_.inertia.tobytes() == fits[0].history_.inertia.tobytes()


def test_the_same_seed_gives_the_same_bytes_and_new_points_find_their_centre():
    X = clumps()
    first, second = (KMeans(5, random_state=8).fit(X) for _ in range(2))
    assert first.cluster_centers_.tobytes() == second.cluster_centers_.tobytes()
    assert np.array_equal(first.predict(X), first.labels_)
    assert np.array_equal(first.transform(X).argmin(axis=1), first.labels_)


@pytest.mark.parametrize("offset", [1e12, -1e12])
def test_an_offset_costs_no_digits(offset, path):
    X = np.round(1000 * clumps())  # whole numbers, so they stay exact far away
    start = start_of(X, 7)
    here = KMeans(7, init=start, tol=0).fit(X)
    there = KMeans(7, init=start + offset, tol=0).fit(X + offset)
    assert np.array_equal(here.labels_, there.labels_)
    np.testing.assert_allclose(there.inertia_, here.inertia_, rtol=1e-12)


def test_it_warns_when_it_has_not_converged(path):
    with pytest.warns(ConvergenceWarning, match="did not converge in max_iter=2"):
        ours = KMeans(
            9, init="random", n_init=1, random_state=0, max_iter=2, tol=0
        ).fit(clumps(2000))
    assert np.array_equal(ours.labels_, ours.predict(clumps(2000)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_clusters": 0}, "n_clusters must be between 1 and 50"),
        ({"n_clusters": 51}, "the number of points"),
        ({"n_clusters": 2.0}, "n_clusters must be a whole number"),
        ({"init": "best"}, "init must be one of"),
        ({"init": [[0.0, 0.0, 0.0]]}, r"init has shape \(1, 3\)"),
        (
            {"init": np.array([[0, 0, np.nan]] * 3)},
            r"init contains NaN or infinity in 3 place\(s\), first in row 0, column 2",
        ),
        ({"n_init": 0}, "n_init must be at least 1"),
        ({"n_init": "ten"}, "n_init must be a whole number"),
        ({"max_iter": 0}, "max_iter must be at least 1"),
        ({"tol": -1}, "tol must be a number from 0 up"),
        ({"tol": np.inf}, "tol must be a number from 0 up"),
        ({"metric": "cosine"}, "metric must be one of"),
        ({"center": "mode"}, "center must be one of"),
    ],
)
def test_what_cannot_work_is_refused(options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        KMeans(**{"n_clusters": 3, **options}).fit(clumps(50))


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_fewer_different_points_than_clusters_are_refused(init):
    with pytest.raises(ValueError, match="X has only 2 different points"):
        KMeans(3, init=init).fit([[0.0], [1.0], [0.0], [1.0]])


def test_the_sse_falls_with_every_cluster_added():
    X, rng = clumps(), np.random.default_rng(0)
    found = how_many.gap_statistic(X, [1, 2, 4, 8], rng, n_references=2, n_init=3)
    assert (np.diff(found.log_inertia) < 0).all()
    one = np.log(X.var(axis=0).sum() * len(X))
    np.testing.assert_allclose(found.log_inertia[0], one)


@pytest.mark.parametrize("n", [20, 23])
def test_the_halves_of_a_pair_share_no_point(monkeypatch, n):
    parts = []

    class Watched(KMeans):
        def fit(self, X):
            parts.append(set(X[:, 0]))
            return super().fit(X)

    monkeypatch.setattr(how_many, "KMeans", Watched)
    how_many.stability(clumps(n), [2], np.random.default_rng(0), n_pairs=3)
    assert [len(part) for part in parts] == [n // 2] * 6
    assert not any(a & b for a, b in zip(parts[::2], parts[1::2], strict=True))


def test_the_gap_of_uniform_data_chooses_one_cluster_in_most_draws():
    chosen = []
    for s in range(12):
        rng = np.random.default_rng(s)
        X = rng.random((100, 2))
        gap = how_many.gap_statistic(X, range(1, 5), rng, n_references=10)
        chosen.append(gap.chosen)
    assert chosen.count(1) >= 9


def test_the_gap_finds_clumps_that_are_well_apart_and_is_what_its_formula_says():
    rng = np.random.default_rng(0)
    places = np.array([[0, 0], [20, 0], [0, 20], [20, 20]])
    X = np.repeat(places, 40, axis=0) + rng.normal(size=(160, 2))
    found = how_many.gap_statistic(X, range(1, 8), rng, n_references=10, n_init=3)
    assert found.chosen == 4
    np.testing.assert_allclose(found.gap, found.reference - found.log_inertia)
    sse = ((X - X.mean(axis=0)) ** 2).sum()
    np.testing.assert_allclose(found.log_inertia[0], np.log(sse))
    uniform = 160 * (np.ptp(X, axis=0) ** 2 / 12).sum()
    np.testing.assert_allclose(found.reference[0], np.log(uniform), atol=0.05)


def test_the_gap_and_its_error_by_hand(monkeypatch):
    # the SSE for k = 1 and 2, of the data and of two sets of uniform data
    sums = iter([[8.0, 4.0], [4.0, 1.0], [16.0, 2.0]])
    monkeypatch.setattr(how_many, "_log_inertia", lambda *_: np.log(next(sums)))
    rng = np.random.default_rng(0)
    found = how_many.gap_statistic(clumps(9), [1, 2], rng, n_references=2)
    np.testing.assert_allclose(found.reference / np.log(2), [3, 0.5])
    np.testing.assert_allclose(found.gap / np.log(2), [0, -1.5], atol=1e-15)
    np.testing.assert_allclose(
        found.error / np.log(2), np.sqrt(1.5) * np.array([1, 0.5])
    )
    assert found.chosen == 1


def test_a_gap_that_the_next_equals_is_enough(monkeypatch):
    logs = iter([[3.0, 2.0], [4.0, 3.0], [4.0, 3.0]])  # of the data, and of two sets
    monkeypatch.setattr(how_many, "_log_inertia", lambda *_: np.array(next(logs)))
    rng = np.random.default_rng(0)
    found = how_many.gap_statistic(clumps(9), [1, 2], rng, n_references=2)
    assert (found.gap.tolist(), found.error.tolist()) == ([1, 1], [0, 0])
    assert found.chosen == 1


def test_a_table_with_masked_entries_is_refused():
    X = clumps(60)
    with pytest.raises(ValueError, match="X .*mask"):
        KMeans(2).fit(np.ma.array(X, mask=X > 0))


def test_numbers_that_are_written_as_text_are_numbers_as_in_scikit_learn():
    text = [["0.0"], ["1.0"], ["9.0"]]
    ours, peer = (make(2, random_state=0).fit(text) for make in (KMeans, Peer))
    np.testing.assert_allclose(np.sort(ours.cluster_centers_, axis=0), [[0.5], [9]])
    np.testing.assert_allclose(ours.inertia_, peer.inertia_)
    assert ours.predict(text).tolist() == ours.labels_.tolist()


def test_what_is_asked_of_k_means_reaches_it_and_twenty_references_are_drawn():
    X = clumps(60)
    with pytest.raises(ValueError, match="init must be one of"):
        how_many.stability(X, [2], np.random.default_rng(0), init="best")
    usual, twenty = (
        how_many.gap_statistic(X, [1, 2, 3], np.random.default_rng(0), **options)
        for options in ({}, {"n_references": 20})
    )
    assert np.array_equal(usual.reference, twenty.reference)


def test_stability_is_one_for_clumps_apart_and_low_for_none():
    rng = np.random.default_rng(0)
    apart = np.repeat([[0.0], [50.0], [99.0]], 40, axis=0) + rng.normal(size=(120, 1))
    agreement = how_many.stability(apart, [3], rng).agreement
    assert agreement.shape == (1, 10)
    assert agreement.min() == 1
    ball = how_many.stability(rng.normal(size=(300, 3)), [6], rng, n_pairs=5)
    assert ball.agreement.mean() < 0.7


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, rng: how_many.gap_statistic(X, [], rng), "ks is empty"),
        (
            lambda X, rng: how_many.stability(X, [21], rng),
            "k must be between 1 and 20",
        ),
        (
            lambda X, rng: how_many.stability(X, [2], 0),
            "numpy.random.Generator",
        ),
        (lambda X, rng: how_many.gap_statistic(X, [3, 2], rng), "ks must increase"),
        (
            lambda X, rng: how_many.gap_statistic(X, [20], rng),
            "The SSE is 0 at k = 20",
        ),
        (
            lambda X, rng: how_many.gap_statistic(X, [2], rng, n_references=1),
            "n_references must be at least 2",
        ),
        (lambda X, rng: how_many.stability(X, [11], rng), "half of the points must"),
        (
            lambda X, rng: how_many.stability(X, [2], rng, n_pairs=0),
            "n_pairs must be",
        ),
    ],
)
def test_questions_that_make_no_sense_are_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call(clumps(20), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X: kmeans.assign(X, X, "cosine"), "metric must be one of"),
        (
            lambda X: kmeans.assign(X, X[:, :2]),
            "centers has 2 features, but X has 3",
        ),
    ],
)
def test_half_steps_refuse_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call(clumps(20))
