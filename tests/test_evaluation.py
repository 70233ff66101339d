"""Tables, matching, consensus and scores: brute force, laws, degenerate cases."""

import itertools
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from helpers import evaluation
from helpers.kmeans import estimator


def random_labels(n=400, k=5, seed=0):
    return np.random.default_rng(seed).integers(k, size=n)


def shared_points(reference, labels):
    """Points whose two labels are the same cluster."""
    return int(((reference == labels) & (labels >= 0)).sum())


AMI_LABELS = [1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2]
small_labels = st.lists(st.integers(-1, 4), min_size=1, max_size=25).map(np.array)
two_labelings = st.lists(
    st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=1, max_size=25
).map(lambda pairs: np.array(pairs).T)


# --- clusters by themselves ---------------------------------------------------------


def test_the_table_agrees_with_a_loop_over_clusters():
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)), columns=["E", "L"])
    labels = random_labels(300, 4) * 10
    table = evaluation.cluster_table(X, labels)
    assert table.index.tolist() == [0, 10, 20, 30]
    assert table.index.name == "label"
    for label, row in table.iterrows():
        members = X[labels == label].to_numpy()
        away = members - members.mean(axis=0)
        assert row["size"] == len(members)
        np.testing.assert_allclose(row["SSE"], (away**2).sum())
        np.testing.assert_allclose(row["mean_squared"], (away**2).sum() / len(members))
        np.testing.assert_allclose(
            row[["center E", "center L"]].astype(float), members.mean(axis=0)
        )


def test_the_sse_of_all_clusters_is_the_inertia_of_k_means():
    X = np.random.default_rng(1).normal(size=(500, 3))
    fit = estimator.KMeans(6, random_state=0).fit(X)
    table = evaluation.cluster_table(X, fit.labels_)
    np.testing.assert_allclose(table["SSE"].sum(), fit.inertia_, rtol=1e-6)


def test_the_table_keeps_its_digits_far_from_the_origin():
    X = np.random.default_rng(2).normal(size=(300, 2))
    near = evaluation.cluster_table(X, random_labels(300))
    far = evaluation.cluster_table(X + 1e8, random_labels(300))
    np.testing.assert_allclose(far["SSE"], near["SSE"], rtol=1e-6)


def test_points_in_no_cluster_are_left_out_of_the_table():
    table = evaluation.cluster_table([[0.0], [2.0], [99.0]], [0, 0, -1])
    assert table.index.tolist() == [0]
    assert table.loc[0, "center 0"] == 1
    nothing = evaluation.cluster_table([[0.0], [2.0]], [-1, -1])
    assert nothing.shape == (0, 4)


# --- matching -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_permuted_labels_are_matched_perfectly(seed):
    reference = random_labels(seed=seed)
    permuted = np.random.default_rng(seed).permutation(5)[reference] + 30
    assert np.array_equal(evaluation.match_labels(reference, permuted), reference)


@pytest.mark.parametrize(("k_reference", "k_labels"), [(3, 5), (5, 3), (4, 4), (1, 4)])
def test_no_other_pairing_shares_more_points(k_reference, k_labels):
    reference = random_labels(200, k_reference, seed=1)
    labels = random_labels(200, k_labels, seed=2)
    matched = evaluation.match_labels(reference, labels)
    names = range(max(k_reference, k_labels))
    best = max(
        shared_points(reference, np.array(pairing)[labels])
        for pairing in itertools.permutations(names, k_labels)
    )
    assert shared_points(reference, matched) == best


def test_clusters_left_over_get_the_next_numbers():
    reference = np.repeat([2, 5], 6)
    labels = np.repeat([0, 1, 2, 3], [4, 2, 2, 4])
    matched = evaluation.match_labels(reference, labels)
    assert matched.tolist() == [2] * 4 + [6] * 2 + [7] * 2 + [5] * 4


def test_one_cluster_and_no_cluster_are_matched_too():
    assert evaluation.match_labels([0, 0, 1], [9, 9, 9]).tolist() == [0, 0, 0]
    assert evaluation.match_labels([7, 7, 7], [1, 2, 2]).tolist() == [8, 7, 7]
    assert evaluation.match_labels([0, -1, 1], [-1, 3, 4]).tolist() == [-1, 0, 1]
    assert evaluation.match_labels([-1, -1], [3, 4]).tolist() == [0, 1]


@settings(max_examples=80, deadline=None)
@given(two_labelings)
def test_matching_renames_clusters_and_changes_nothing_else(labelings):
    reference, labels = labelings
    matched = evaluation.match_labels(reference, labels)
    assert np.array_equal(matched < 0, labels < 0)
    assert evaluation.scores(labels, matched)["ARI"] == 1
    assert len(np.unique(matched)) == len(np.unique(labels))
    again = evaluation.match_labels(reference, matched)
    assert shared_points(reference, again) == shared_points(reference, matched)


# --- consensus ----------------------------------------------------------------------


def test_permuted_runs_agree_with_certainty_one():
    truth = np.repeat([0, 1, 2], [50, 30, 20])
    runs = [np.random.default_rng(s).permutation(3)[truth] for s in range(7)]
    labels, certainty = evaluation.consensus(runs)
    assert np.array_equal(labels, truth)
    assert (certainty == 1).all()


def test_the_mode_without_matching_fails_where_the_consensus_does_not():
    truth = np.repeat([0, 1, 2, 3], 25)
    rng = np.random.default_rng(0)
    runs = np.array([rng.permutation(4)[truth] for _ in range(9)])
    for run in runs:
        run[rng.choice(100, 10, replace=False)] = rng.integers(4, size=10)
    mode = np.array([np.bincount(votes).argmax() for votes in runs.T])
    labels, certainty = evaluation.consensus(runs)
    assert evaluation.scores(truth, labels)["ARI"] == 1
    assert evaluation.scores(truth, mode)["ARI"] < 0.8
    assert 0.85 < certainty.mean() < 1


def test_the_certainty_is_the_share_of_votes():
    labels, certainty = evaluation.consensus(
        [[0, 0, 0, 1, 1], [0, 0, 0, 1, 1], [0, 0, 1, 1, 1]]
    )
    assert labels.tolist() == [0, 0, 0, 1, 1]
    np.testing.assert_allclose(certainty, [1, 1, 2 / 3, 1, 1])


def test_a_tie_goes_to_the_larger_cluster_of_the_reference():
    runs = [[0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1]]
    labels, certainty = evaluation.consensus(runs)
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert certainty[3] == 0.5


def test_a_cluster_without_partner_has_no_vote():
    two, three = np.repeat([0, 1], [6, 6]), np.repeat([0, 1, 2], [6, 4, 2])
    labels, certainty = evaluation.consensus([two, two, three])
    assert np.array_equal(labels, two)
    np.testing.assert_allclose(certainty, np.repeat([1, 2 / 3], [10, 2]))


def test_the_reference_is_the_run_that_agrees_best_wherever_it_stands():
    two, odd = np.repeat([0, 1], [7, 5]), np.zeros(12, dtype=int)
    for runs in ([odd, two, two], [two, odd, two]):
        labels, _ = evaluation.consensus(runs)
        assert np.array_equal(labels, two)


def test_no_cluster_can_win_the_vote():
    labels, certainty = evaluation.consensus([[0, 0, -1], [3, 3, -1], [5, 5, 5]])
    assert labels.tolist() == [0, 0, -1]
    np.testing.assert_allclose(certainty, [1, 1, 2 / 3])


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([[4, 4, 9]], [0, 0, 1]),
        ([[3, 3], [8, 8]], [0, 0]),
        ([[-1, -1], [-1, -1]], [-1, -1]),
        ([[6]], [0]),
    ],
    ids=["one run", "one cluster", "no cluster", "one point"],
)
def test_degenerate_runs_have_a_consensus(runs, expected):
    labels, certainty = evaluation.consensus(runs)
    assert labels.tolist() == expected
    assert (certainty == 1).all()


def test_clusters_of_one_size_keep_the_order_of_their_labels():
    sizes = np.array([1, 2] * 20)
    labels, _ = evaluation.consensus([np.repeat(np.arange(40), sizes)])
    pairs, singles = np.arange(20), np.arange(20, 40)
    expected = np.column_stack([singles, pairs]).ravel()
    assert labels.tolist() == np.repeat(expected, sizes).tolist()


def test_rows_in_another_order_get_the_same_consensus():
    X = np.random.default_rng(0).normal(size=(3000, 2))
    runs = [estimator.KMeans(12, random_state=s).fit(X).labels_ for s in range(9)]
    labels, certainty = evaluation.consensus(runs)
    rows = np.random.default_rng(1).permutation(3000)
    mixed, sureness = evaluation.consensus([run[rows] for run in runs])
    assert np.array_equal(mixed, labels[rows])
    assert np.array_equal(sureness, certainty[rows])


@settings(max_examples=60, deadline=None)
@given(two_labelings, st.randoms())
def test_the_consensus_is_ordered_by_size_and_ignores_the_order_of_rows(runs, random):
    labels, certainty = evaluation.consensus(runs)
    assert ((certainty > 0) & (certainty <= 1)).all()
    sizes = np.bincount(labels[labels >= 0])
    assert (np.diff(sizes) <= 0).all()
    rows = np.array(random.sample(range(len(labels)), len(labels)))
    mixed, _ = evaluation.consensus([run[rows] for run in runs])
    assert np.array_equal(mixed, labels[rows])


# --- against the truth --------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(two_labelings)
def test_the_contingency_table_counts_pairs_of_labels(labelings):
    truth, labels = labelings
    table = evaluation.contingency(truth, labels)
    assert table.to_numpy().sum() == len(truth)
    for group, cluster in itertools.product(table.index, table.columns):
        both = (truth == group) & (labels == cluster)
        assert table.loc[group, cluster] == both.sum()


@settings(max_examples=80, deadline=None)
@given(two_labelings)
def test_a_group_is_found_if_a_cluster_of_its_own_has_both_shares(labelings):
    truth, labels = labelings
    table = evaluation.found_groups(truth, labels)
    for group, row in table.iterrows():
        shares = [
            (
                ((truth == group) & (labels == c)).sum() / (labels == c).sum(),
                ((truth == group) & (labels == c)).sum() / (truth == group).sum(),
            )
            for c in np.unique(labels[labels >= 0])
        ]
        if row["found"]:
            assert min(row["purity"], row["completeness"]) >= 0.5
        elif any(min(pair) >= 0.5 for pair in shares):  # another group has won it
            assert row["cluster"] in table.loc[table["found"], "cluster"].to_numpy()
        assert (row["purity"], row["completeness"]) in [*shares, (0, 0)]
        assert row["size"] == (truth == group).sum()
    assert not table.loc[table["found"], "cluster"].duplicated().any()


def test_a_group_by_hand():
    truth = np.repeat([0, 1, 2], [6, 3, 1])
    labels = np.array([4, 4, 4, 4, 8, 8, 8, 8, -1, 8])
    table = evaluation.found_groups(truth, labels)
    assert table["cluster"].tolist() == [4, 8, 8]
    np.testing.assert_allclose(table["purity"], [1, 0.4, 0.2])
    np.testing.assert_allclose(table["completeness"], [4 / 6, 2 / 3, 1])
    assert table["found"].tolist() == [True, False, False]


def test_groups_that_share_no_point_with_a_cluster_have_zeros():
    table = evaluation.found_groups([0, 0, 1], [3, 3, -1])
    assert table.loc[1, ["cluster", "purity", "completeness"]].tolist() == [-1, 0, 0]
    nothing = evaluation.found_groups([0, 0, 1], [-1, -1, -1])
    assert (nothing["cluster"] == -1).all()
    assert not nothing["found"].any()


def test_half_and_half_is_enough_for_one_of_two():
    table = evaluation.found_groups([0, 0, 1, 1], [7, 7, 7, 7])
    assert table["found"].tolist() == [True, False]
    assert table["cluster"].tolist() == [7, 7]


def test_a_group_that_has_the_choice_leaves_the_shared_cluster_to_the_other():
    table = evaluation.found_groups([0, 0, 1, 1], [5, 6, 5, -1])
    assert table["found"].tolist() == [True, True]
    assert table["cluster"].tolist() == [6, 5]


def test_one_cluster_finds_one_group_if_it_is_not_shared_evenly():
    table = evaluation.found_groups(
        np.repeat([0, 1], [60, 40]), np.zeros(100, dtype=int)
    )
    assert table["found"].tolist() == [True, False]
    assert table["purity"].tolist() == [0.6, 0.4]


def test_the_contingency_table_is_that_of_scikit_learn():
    truth, labels = random_labels(500, 6, seed=1) - 1, random_labels(500, 4, seed=2)
    table = metrics.cluster.contingency_matrix(truth, labels)
    ours = evaluation.contingency(truth, labels)
    assert np.array_equal(ours, table)
    assert (ours.index.name, ours.columns.name) == ("truth", "cluster")
    assert ours.index.tolist() == [-1, 0, 1, 2, 3, 4]


@pytest.mark.parametrize("k", [1, 4, 30])
def test_the_scores_are_those_of_scikit_learn(k):
    truth, labels = random_labels(500, 6, seed=1), random_labels(500, k, seed=2)
    labels[:200] = truth[:200] % k
    assert evaluation.scores(truth, labels) == {
        "ARI": metrics.adjusted_rand_score(truth, labels),
        "AMI": metrics.adjusted_mutual_info_score(truth, labels),
        "V": metrics.v_measure_score(truth, labels),
    }


# Values that scikit-learn's own tests expect, too.
@pytest.mark.parametrize(
    ("truth", "labels", "name", "value"),
    [
        ([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 2, 2], "V", 0.8132),
        ([0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 1], "V", 0.7337),
        ([0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 2, 2], "V", 0.5158),
        ([0, 0, 0, 2, 2, 2], [0, 4, 0, 4, 7, 7], "ARI", 8 / 33),
        ([1] * 6 + [2] * 6 + [3] * 5, AMI_LABELS, "AMI", 0.27821),
        ([0, 0, 0, 0], [0, 1, 2, 3], "V", 0),  # no information at all
        ([0, 0, 0, 0], [0, 1, 2, 3], "AMI", 0),
    ],
)
def test_scores_of_small_tables(truth, labels, name, value):
    found = evaluation.scores(truth, labels)[name]
    assert found == pytest.approx(value, abs=1e-4)


def test_chance_scores_nothing_except_in_the_v_measure():
    pairs = [
        (random_labels(300, 10, s), random_labels(300, 40, s + 100)) for s in range(40)
    ]
    mean = pd.DataFrame([evaluation.scores(*pair) for pair in pairs]).mean()
    np.testing.assert_allclose(mean[["ARI", "AMI"]], 0, atol=0.01)
    assert mean["V"] > 0.15


@settings(max_examples=50, deadline=None)
@given(two_labelings)
def test_scores_are_symmetric_and_one_for_equal_partitions(labelings):
    a, b = labelings
    same = evaluation.scores(a, a)
    np.testing.assert_allclose(list(same.values()), 1)
    one, other = evaluation.scores(a, b), evaluation.scores(b, a)
    np.testing.assert_allclose(list(one.values()), list(other.values()), atol=1e-12)


# --- what is refused, and what it costs ---------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: evaluation.consensus([]), "labelings is empty; give at least one"),
        (
            lambda: evaluation.consensus([[0, 1], [0]]),
            r"labelings\[1\] has 1 entries for 2 points",
        ),
        (
            lambda: evaluation.consensus([[0.5, 1.0]]),
            r"labelings\[0\] must be whole numbers",
        ),
        (lambda: evaluation.match_labels([0, 1], [0]), "labels has 1 entries for 2"),
        (lambda: evaluation.match_labels(["a"], [0]), "reference must be whole"),
        (lambda: evaluation.contingency([], []), "truth must be one label for each"),
        (lambda: evaluation.found_groups([0, 1], [[0, 1]]), r"shape \(1, 2\)"),
        (lambda: evaluation.scores([0, 1], [0]), "labels has 1 entries for 2 points"),
        (lambda: evaluation.cluster_table([[0.0]], [0, 1]), "2 entries for 1 points"),
        (lambda: evaluation.cluster_table([[np.nan]], [0]), "X contains NaN"),
        (lambda: evaluation.cluster_table([0.0], [0]), "X must be a table"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_memory_grows_with_the_points_and_not_with_their_square():
    truth, labels = random_labels(100_000, 30, 1), random_labels(100_000, 30, 2)
    tracemalloc.start()
    evaluation.found_groups(truth, labels)
    evaluation.consensus([truth, labels, truth])
    evaluation.cluster_table(np.zeros((100_000, 3)), labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000 * 500  # bytes; the distances of all pairs take 40 GB
