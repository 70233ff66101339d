"""Linkage of thousands of points: SciPy, brute force, ties, laws, every refusal."""

import itertools
import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as tables
from scipy.cluster import hierarchy as scipy_tree
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist, pdist, squareform
from sklearn.metrics.pairwise import euclidean_distances

from helpers import linkage
from helpers.fast import rows, threads
from helpers.linkage.formulas import METHODS

REDUCIBLE = [name for name in METHODS if METHODS[name].reducible]
REPORT = np.array([0.9, 0.6, 0.5, 0.7, 0.4, 0.6, 0.1, 0.6, 0.2, 0.3])
TRIANGLE = np.array([16.0, 17.0, 17.0])  # the third point is 15 from the middle

each_method = pytest.mark.parametrize("method", METHODS)


def cloud(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def both_inputs(X):
    """The same points as a table and as condensed distances."""
    return X, pdist(X)


# Few integers, so many ties and duplicates; one dimension; points on a line.
grids = st.tuples(st.integers(2, 9), st.integers(1, 3)).flatmap(
    lambda shape: tables(float, shape, elements=st.integers(-2, 2).map(float))
)
lines = st.lists(st.integers(-4, 4), min_size=2, max_size=9).map(
    lambda t: np.outer(t, [1.0, -2.0])
)


def no_distance_matrix(X):
    return len(X) != X.shape[1] or X.diagonal().any() or (X != X.T).any()


tied = st.one_of(grids, lines).filter(no_distance_matrix)


# --- brute force: the definition of each linkage, from the members ------------------


class Cluster:
    """Members, and the weight of each: equal, or halved at each merge of its side."""

    def __init__(self, members, weights):
        self.members, self.weights = members, weights

    def join(self, other, by_halves):
        n, m = (1, 1) if by_halves else (len(self.members), len(other.members))
        weights = (n * self.weights + m * other.weights) / (n + m)
        return Cluster(self.members + other.members, weights)


def distance(a, b, X, D, method):
    """The distance of two clusters by definition, as high as SciPy draws it."""
    if method in ("single", "complete"):
        pairs = D[np.ix_(a.members, b.members)]
        return pairs.min() if method == "single" else pairs.max()
    if method in ("average", "weighted"):
        return a.weights @ D @ b.weights
    apart = np.linalg.norm(a.weights @ X - b.weights @ X)
    n, m = len(a.members), len(b.members)
    return apart * (np.sqrt(2 * n * m / (n + m)) if method == "ward" else 1)


def assert_each_merge_is_a_nearest_pair(Z, X, method):
    """Whatever ties there are, no pair may be nearer than the one that merged."""
    D, unit = squareform(pdist(X)), np.eye(len(X))
    living = {i: Cluster([i], unit[i]) for i in range(len(X))}
    for new, (i, j, height, size) in enumerate(Z, len(X)):
        distances = {
            pair: distance(living[pair[0]], living[pair[1]], X, D, method)
            for pair in itertools.combinations(sorted(living), 2)
        }
        assert height == pytest.approx(distances[i, j], abs=1e-7)
        assert height == pytest.approx(min(distances.values()), abs=1e-7)
        a, b = living.pop(i), living.pop(j)
        living[new] = a.join(b, by_halves=method in ("weighted", "median"))
        assert len(living[new].members) == size
    assert len(living) == 1


# --- the formulas -------------------------------------------------------------------


@each_method
@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 1, 3), (4, 3, 2)])
def test_each_formula_gives_the_distance_of_its_definition(method, sizes):
    X = cloud(sum(sizes), 2)
    D, formula = squareform(pdist(X)), METHODS[method]
    cuts = np.split(np.arange(len(X)), np.cumsum(sizes)[:-1])
    i, j, k = (
        Cluster([*part], np.isin(range(len(X)), part) / len(part)) for part in cuts
    )
    apart = [distance(a, b, X, D, method) for a, b in ((i, k), (j, k), (i, j))]
    union = i.join(j, by_halves=method in ("weighted", "median"))
    wanted = distance(union, k, X, D, method)
    power = 2 if formula.squared else 1
    got = formula.distance(*np.power(apart, power), *sizes)
    assert got == pytest.approx(wanted**power)


# --- the trees ----------------------------------------------------------------------


@each_method
@pytest.mark.parametrize("d", [1, 2, 6])
@pytest.mark.parametrize("n", [2, 3, 20, 300])
def test_without_ties_the_tree_is_scipys(method, n, d):
    X = cloud(n, d)
    expected = scipy_tree.linkage(X, method)
    for data in both_inputs(X):
        np.testing.assert_allclose(linkage.linkage(data, method), expected, rtol=1e-9)


@each_method
def test_a_thousand_points_shrink_the_rows_many_times(method):
    X = cloud(1000, 3, seed=1)
    for data in both_inputs(X):
        ours, peer = linkage.linkage(data, method), scipy_tree.linkage(data, method)
        np.testing.assert_allclose(ours, peer, rtol=1e-9)


@each_method
@settings(max_examples=40, deadline=None)
@given(X=tied)
def test_under_ties_each_merge_is_one_of_the_nearest_pairs(method, X):
    for data in both_inputs(X):
        Z = linkage.linkage(data, method)
        assert_each_merge_is_a_nearest_pair(Z, X, method)


@settings(max_examples=60, deadline=None)
@given(X=tied)
def test_under_ties_the_heights_of_single_linkage_are_scipys(X):
    expected = scipy_tree.linkage(X, "single")[:, 2]
    for data in both_inputs(X):
        np.testing.assert_allclose(linkage.linkage(data, "single")[:, 2], expected)


@pytest.mark.parametrize("method", REDUCIBLE)
@settings(max_examples=40, deadline=None)
@given(X=tied)
def test_heights_never_fall_where_the_linkage_is_reducible(method, X):
    for data in both_inputs(X):
        Z = linkage.linkage(data, method)
        assert (np.diff(Z[:, 2]) >= 0).all()
        assert len(linkage.inversions(Z)) == 0


@each_method
def test_many_equal_points_merge_at_zero(method):
    X = np.repeat(cloud(40, 3), 25, axis=0)
    for data in both_inputs(X):
        Z = linkage.linkage(data, method)
        np.testing.assert_allclose(Z[:960, 2], 0, atol=1e-7)
        expected = scipy_tree.linkage(X, method)[960:, 2]
        np.testing.assert_allclose(Z[960:, 2], expected, rtol=1e-6)


@each_method
def test_the_order_of_the_points_does_not_matter(method):
    X, order = cloud(60, 3), np.random.default_rng(1).permutation(60)
    whole, mixed = linkage.linkage(X, method), linkage.linkage(X[order], method)
    np.testing.assert_allclose(whole[:, 2], mixed[:, 2], rtol=1e-9)
    labels, labels_mixed = linkage.cut(whole, 7), linkage.cut(mixed, 7)
    together, together_mixed = (a[:, None] == a for a in (labels, labels_mixed))
    assert (together[np.ix_(order, order)] == together_mixed).all()


@each_method
@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1e9, 1e200])
def test_heights_grow_with_the_scale_even_where_squares_overflow(method, scale):
    X = cloud(30, 2)
    expected = linkage.linkage(X, method)
    for data in both_inputs(X):
        Z = linkage.linkage(data * scale, method)
        np.testing.assert_array_equal(Z[:, [0, 1, 3]], expected[:, [0, 1, 3]])
        np.testing.assert_allclose(Z[:, 2] / scale, expected[:, 2], rtol=1e-9)


@each_method
def test_a_large_offset_costs_few_digits(method):
    X = cloud(50, 3)
    Z = linkage.linkage(X + 1e6, method)
    np.testing.assert_allclose(Z, linkage.linkage(X, method), rtol=1e-7)


@each_method
def test_lists_and_small_types_will_do_and_nothing_is_overwritten(method):
    X = np.random.default_rng(0).integers(0, 50, (20, 2)).astype(np.int16)
    distances = pdist(X)
    X_before, distances_before = X.copy(), distances.copy()
    Z = linkage.linkage(X.tolist(), method)
    assert (linkage.linkage(X, method) == Z).all()
    linkage.linkage(distances, method)
    assert (X_before == X).all()
    assert (distances == distances_before).all()


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch):
    X = cloud(700, 3)
    trees = []
    for number in (1, 2, 5):
        monkeypatch.setattr(threads, "n_threads", lambda n=number: n)
        trees.append(linkage.linkage(X, "average").tobytes())
    assert len(set(trees)) == 1
    assert len(X) > rows.ROWS  # so there is more than one block


@pytest.mark.parametrize("kind", ["centres", "condensed", "matrix"])
def test_rows_get_shorter_once_many_of_the_clusters_are_gone(kind):
    X = cloud(6, 2)
    clusters = {
        "centres": lambda: rows.Centers(X, "single"),
        "condensed": lambda: rows.Condensed(pdist(X)),
        "matrix": lambda: rows.Matrix.of_condensed(pdist(X), METHODS["average"]),
    }[kind]()
    clusters.most_dead = 0.5
    for gone in (0, 2):
        clusters.remove(gone)
        assert clusters.shrink() is None
    clusters.remove(5)
    row = clusters.row(1)
    assert np.isinf(row[[0, 1, 2, 5]]).all()
    assert clusters.shrink().tolist() == clusters.ids.tolist() == [1, 3, 4]
    np.testing.assert_array_equal(clusters.row(0), row[[1, 3, 4]])
    assert clusters.n_living == 3


@pytest.mark.parametrize("method", ["complete", "average", "weighted"])
@pytest.mark.parametrize("n", [2, 3, 4, 40])
def test_the_first_matrix_holds_the_unions_of_pairs_and_is_symmetric(method, n):
    X = cloud(n, 3)
    clusters = rows.Matrix.of_points(X, METHODS[method])
    groups = {point: [point] for point in range(n)}
    for a, b, height in clusters.merges:
        groups[a] += groups.pop(b)
        assert np.isclose(height, np.linalg.norm(X[a] - X[b]))
    assert sorted(groups) == sorted(clusters.ids)
    assert len(groups) < n
    assert [len(groups[a]) for a in clusters.ids] == clusters.sizes.tolist()
    of = {"complete": np.max}.get(method, np.mean)
    D = squareform(pdist(X))
    for i, j in itertools.combinations(range(len(groups)), 2):
        parts = np.ix_(groups[clusters.ids[i]], groups[clusters.ids[j]])
        assert np.isclose(clusters.D[i, j], of(D[parts]))
    assert (clusters.D == clusters.D.T).all()


def test_single_linkage_reads_condensed_distances_where_they_lie():
    distances = pdist(cloud(800, 2))
    tracemalloc.start()
    linkage.linkage(distances, "single")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < distances.nbytes  # a square matrix takes twice as much


# --- the golden numbers -------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "heights"),
    [
        ("single", [0.1, 0.2, 0.3, 0.5]),
        ("complete", [0.1, 0.4, 0.5, 0.9]),
        ("weighted", [0.1, 0.3, 0.5, 0.6125]),
    ],
)
def test_the_report_s_matrix(method, heights):
    np.testing.assert_allclose(linkage.linkage(REPORT, method)[:, 2], heights)


def test_single_linkage_of_the_report_s_matrix_merges_as_printed():
    Z = linkage.linkage(REPORT, "single")
    np.testing.assert_array_equal(Z[:, :2], [[1, 4], [2, 5], [3, 6], [0, 7]])


def test_rounding_breaks_the_tie_of_upgma_so_the_order_of_the_points_decides():
    D, roots = squareform(REPORT), set()
    for order in itertools.permutations(range(5)):
        Z = linkage.linkage(squareform(D[np.ix_(order, order)]), "average")
        np.testing.assert_allclose(Z[:3, 2], [0.1, 0.3, 0.5])
        roots.add(round(Z[3, 2], 12))
    assert roots == {round(37 / 60, 12), 0.675}


# The road distances of six cities, and all numbers that SciPy's own tests expect.
CITIES = [662, 877, 255, 412, 996, 295, 468, 268, 400, 754, 564, 138, 219, 869, 669]


@pytest.mark.parametrize(
    ("method", "heights"),
    [
        ("single", [138, 219, 255, 268, 295]),
        ("complete", [138, 219, 400, 412, 996]),
        ("average", [138, 219, 333.5, 347.5, 6127 / 9]),
        ("weighted", [138, 219, 333.5, 347.5, 670.125]),
    ],
)
def test_six_cities(method, heights):
    np.testing.assert_allclose(linkage.linkage(CITIES, method)[:, 2], heights)


@pytest.mark.parametrize(
    ("method", "squared"),
    [
        ("single", 2),
        ("complete", 8),
        ("average", 4.5),
        ("weighted", 4.5),
        ("centroid", 4.5),
        ("median", 4.5),
        ("ward", 6),
    ],
)
def test_three_points_on_a_line_at_equal_steps(method, squared):
    Z = linkage.linkage([[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]], method)
    np.testing.assert_allclose(Z[:, 2] ** 2, [2, squared])


def test_cuts_of_three_points():
    Z = linkage.linkage([[1.0], [4.0], [5.0]], "single")
    cuts = [linkage.cut(Z, k).tolist() for k in (1, 2, 3)]
    assert cuts == [[0, 0, 0], [1, 0, 0], [0, 1, 2]]


@pytest.mark.parametrize(
    ("heights", "found"),
    [((3, 4, 6), []), ((3, 2, 6), []), ((8, 4, 6), [2]), ((3, 4, 2), [2])],
)
def test_inversions_of_two_pairs_and_their_union(heights, found):
    pairs = [[0, 1], [2, 3], [4, 5]]
    Z = np.column_stack([pairs, heights, [2, 2, 4]])
    assert linkage.inversions(Z).tolist() == found


@pytest.mark.parametrize("method", ["centroid", "median"])
def test_an_inversion_is_kept_reported_and_cut(method):
    Z = linkage.linkage(TRIANGLE, method)
    np.testing.assert_allclose(Z, [[0, 1, 16, 2], [2, 3, 15, 3]])
    assert linkage.inversions(Z).tolist() == [1]
    assert linkage.cut(Z, 2).tolist() == [0, 0, 1]


def test_inversions_are_those_that_a_loop_finds():
    X = cloud(300, 2)
    Z = linkage.linkage(X, "centroid")
    heights = np.append(np.zeros(300), Z[:, 2])
    found = [
        t for t, (i, j, h, _) in enumerate(Z) if h < heights[[int(i), int(j)]].max()
    ]
    assert found
    assert linkage.inversions(Z).tolist() == found


# --- cuts ---------------------------------------------------------------------------


@each_method
@settings(max_examples=30, deadline=None)
@given(X=tied)
def test_a_cut_gives_exactly_that_many_clusters(method, X):
    Z = linkage.linkage(X, method)
    finer = np.arange(len(X))
    for k in range(len(X), 0, -1):
        labels = linkage.cut(Z, k)
        sizes = np.bincount(labels)
        assert len(sizes) == k
        assert (sizes > 0).all()
        assert (np.diff(sizes) <= 0).all()  # largest first, and at equal sizes
        first = [np.argmax(labels == label) for label in range(k)]
        assert first == sorted(first, key=lambda i: (-sizes[labels[i]], i))
        assert (
            len(np.unique(np.column_stack([finer, labels]), axis=0)) == finer.max() + 1
        )
        finer = labels


@pytest.mark.parametrize("method", ["single", "average", "ward"])
def test_without_ties_a_cut_is_scipys(method):
    Z = linkage.linkage(cloud(200, 3), method)
    for k in (1, 2, 9, 200):
        peer = scipy_tree.fcluster(Z, k, "maxclust")
        pairs = np.column_stack([peer, linkage.cut(Z, k)])
        assert len(np.unique(pairs, axis=0)) == k


# --- what is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (squareform(REPORT), ValueError, "square matrix of distances .*squareform"),
        ([[0, 1], [1, 0]], ValueError, "square matrix of distances"),
        ([[0.0, 1.0]], ValueError, "1 sample"),
        (np.zeros((0, 2)), ValueError, "0 sample"),
        (np.zeros((2, 0)), ValueError, "0 feature"),
        ([[0.0], [np.nan]], ValueError, "NaN or infinity"),
        ([1.0, np.inf, 2.0], ValueError, "X_or_condensed contains NaN or infinity"),
        ([1.0, -1.0, 2.0], ValueError, "must not be negative, but entry 1 is -1"),
        ([1.0, 1.0], ValueError, "2 entries, and no number of points"),
        ([], ValueError, "0 entries, and no number of points"),
        ([["a"], ["b"]], ValueError, "could not convert string to float: 'a'"),
        (["a", "b", "c"], ValueError, "X_or_condensed must be numbers: could not"),
        (3.0, ValueError, "got scalar array instead"),
        (np.zeros((2, 2, 2)), ValueError, "dim 3, while dim <= 2"),
        (csr_array(np.eye(3)), TypeError, "Sparse data was passed"),
        (np.ma.array([1.0, 2.0, 3.0], mask=[1, 0, 0]), ValueError, "X_or_condensed"),
        (np.ma.array(np.eye(3), mask=np.eye(3)), ValueError, "X_or_condensed"),
    ],
)
def test_input_that_is_neither_points_nor_condensed_distances(data, error, message):
    with pytest.raises(error, match=message):
        linkage.linkage(data, "average")


@pytest.mark.parametrize("method", ["Ward", "centre", "", None, 3])
def test_an_unknown_linkage(method):
    with pytest.raises(ValueError, match="method must be one of 'single', .*given"):
        linkage.linkage([[0.0], [1.0]], method)


def products(X):
    """Distances by the squares of a difference, rounded as in many a program."""
    squares = (X**2).sum(axis=1)
    return np.sqrt(np.maximum(squares[:, None] + squares - 2 * X @ X.T, 0))


ROUNDED = {
    "euclidean_distances": euclidean_distances,
    "euclidean_distances of a copy": lambda X: euclidean_distances(X, X.copy()),
    "cdist": lambda X: cdist(X, X),
    "1 - corrcoef": lambda X: 1 - np.corrcoef(X),
    "products": products,
    "products, float32": lambda X: products(X.astype(np.float32)),
    "written with 4 digits": lambda X: np.round(cdist(X, X), 4),
    "huge": lambda X: 1e300 * products(X),
    "tiny": lambda X: 1e-300 * products(X),
}


@pytest.mark.parametrize("name", ROUNDED)
@pytest.mark.parametrize(
    "door",
    [*(partial(linkage.linkage, method=name) for name in METHODS)]
    + [linkage.single_linkage, linkage.ward_linkage],
)
def test_a_square_matrix_of_distances_is_refused_with_rounding_too(door, name):
    X = cloud(30, 4, seed=2)
    with pytest.raises(ValueError, match="looks like a square matrix of distances"):
        door(ROUNDED[name](X))


def test_what_the_refusal_of_a_square_matrix_advises_works():
    X = cloud(30, 4, seed=2)
    given = squareform(products(X), checks=False)
    np.testing.assert_allclose(
        linkage.linkage(given, "average"), linkage.linkage(X, "average"), rtol=1e-6
    )


@pytest.mark.parametrize("door", [linkage.single_linkage, linkage.ward_linkage])
def test_square_tables_that_are_no_distances_pass(door):
    X = cloud(30, 30, seed=3)
    for table in (X, X + X.T, np.abs(X), np.corrcoef(X), np.zeros((5, 5))):
        assert len(door(table)) == len(table) - 1
    D = products(X)
    D[0, 1] *= 1.01  # the two halves differ by more than rounding
    assert len(door(D)) == 29
    np.fill_diagonal(D := products(X), 0.01 * D.max())
    assert len(door(D)) == 29


def test_square_tables_of_points_are_no_distance_matrices():
    X = squareform(REPORT)
    X[0, 1] += 1  # not symmetric
    assert len(linkage.linkage(X, "single")) == 4
    assert len(linkage.linkage(squareform(REPORT) + np.eye(5), "single")) == 4
    assert len(linkage.linkage(-squareform(REPORT), "single")) == 4
    assert not linkage.linkage(np.zeros((5, 5)), "single")[:, 2].any()


@pytest.mark.parametrize("method", ["centroid", "median", "ward"])
@settings(max_examples=40, deadline=None)
@given(distances=tables(float, 15, elements=st.floats(0, 9)))
def test_even_distances_that_no_points_have_give_finite_heights(method, distances):
    Z = linkage.linkage(distances, method)
    assert np.isfinite(Z).all()
    assert (Z[:, 2] >= 0).all()


@pytest.mark.parametrize(
    ("n_clusters", "error", "message"),
    [
        (0, ValueError, "between 1 and 3"),
        (4, ValueError, "between 1 and 3 .*number of points.*4 was given"),
        (2.0, TypeError, "whole number"),
        (True, TypeError, "whole number"),
    ],
)
def test_an_impossible_number_of_clusters(n_clusters, error, message):
    with pytest.raises(error, match=message):
        linkage.cut([[0, 1, 1.0, 2], [2, 3, 2.0, 3]], n_clusters)


@pytest.mark.parametrize(
    "read",
    [
        lambda Z: linkage.cut(Z, 1),
        linkage.inversions,
    ],
)
@pytest.mark.parametrize(
    "Z",
    [
        [[0, 1, 1.0], [2, 3, 2.0]],  # no sizes
        [[0, 1, 1.0, 2], [1, 3, 2.0, 3]],  # 1 merges twice
        [[0, 3, 1.0, 2], [1, 2, 2.0, 3]],  # 3 does not exist yet
        [[0, 1, 1.0, 2], [2, 4, 2.0, 3]],  # 4 is itself
        [[0.5, 1, 1.0, 2], [2, 3, 2.0, 3]],  # half a cluster
        [[0, 1, 1.0, 2], [2, 3, 2.0, 4]],  # four of three points
        [[0, 1, 1.0, 1], [2, 3, 2.0, 3]],  # a pair of one point
        [[-2, 1, 1.0, 2], [2, 3, 2.0, 3]],  # no such cluster
        [[0, 1, -1.0, 2], [2, 3, 2.0, 3]],  # a negative height
    ],
)
def test_a_table_that_is_no_linkage_matrix(read, Z):
    with pytest.raises(ValueError, match="is no linkage matrix"):
        read(Z)


def test_heights_whose_squares_overflow_are_heights():
    Z = [[0, 1, 1e300, 2], [2, 3, 1.5e300, 3]]
    assert linkage.cut(Z, 2).tolist() == [0, 0, 1]


def test_a_linkage_matrix_holds_no_nan():
    with pytest.raises(ValueError, match="Z contains NaN"):
        linkage.inversions([[0, 1, np.nan, 2]])
