"""Trees of whole catalogues against SciPy and brute force, and their laws."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as tables
from scipy.cluster import hierarchy
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from helpers.fast import boruvka, neighbours, ward
from helpers.linkage import single_linkage, ward_linkage
from helpers.stars import load, standardize

METHODS = {"single": single_linkage, "ward": ward_linkage}
each_method = pytest.mark.parametrize("method", METHODS)


def stars(representation, n=2_000, seed=3):
    table = load().representation(representation).to_numpy(float)
    chosen = np.random.default_rng(seed).choice(len(table), n, replace=False)
    return standardize(table[chosen])


def noise(shape):
    return np.random.default_rng(0).normal(size=shape)


def clumps(n=1_000, d=3, k=12, width=1e-3):
    """Tight clumps far apart: most neighbours of a point are of its own clump."""
    rng = np.random.default_rng(0)
    places = rng.normal(size=(k, d))
    return places[rng.integers(k, size=n)] + width * rng.normal(size=(n, d))


CASES = {
    "3-D stars": lambda: stars("3d"),
    "6-D stars": lambda: stars("6d"),
    "clumps": clumps,
    "two clumps": lambda: clumps(k=2, width=1e-6),
    "one feature": lambda: noise((1_500, 1)),
    "collinear": lambda: np.outer(np.random.default_rng(0).random(500), [1, -2, 0.5]),
    "growing gaps": lambda: (1.1 ** np.arange(200.0))[:, None],
    "large offset": lambda: noise((500, 3)) + 1e8,
    "huge": lambda: noise((300, 3)) * 1e300,
    "tiny": lambda: noise((300, 3)) * 1e-290,
    "a constant feature": lambda: noise((300, 2)) * [1, 0],
    "nine features": lambda: noise((400, 9)),
    "two points": lambda: [[0.0, 3.0], [4.0, 0.0]],
    "float32, not contiguous": lambda: stars("6d").astype(np.float32)[::2, ::2],
}


@pytest.mark.parametrize("case", CASES)
@each_method
def test_without_ties_it_is_scipys_tree(method, case):
    X = np.asarray(CASES[case](), dtype=float)
    unit = np.ldexp(1.0, np.frexp(np.abs(X).max())[1])  # else SciPy's squares overflow
    peer = hierarchy.linkage(pdist(X / unit), method)
    ours = METHODS[method](CASES[case]())
    np.testing.assert_allclose(ours[:, 2] / unit, peer[:, 2], rtol=1e-9)
    assert (ours[:, [0, 1, 3]] == peer[:, [0, 1, 3]]).all()


tied = (
    st.integers(1, 3)
    .flatmap(
        lambda d: tables(
            np.float64,
            st.tuples(st.integers(2, 24), st.just(d)),
            elements=st.integers(-3, 3).map(float),
        )
    )
    .filter(lambda X: len(X) != X.shape[1] or np.diag(X).any() or (X != X.T).any())
)
"""Few points of a small grid: many equal distances, many equal points.

A table that looks like a matrix of distances is refused, and tested elsewhere.
"""


@settings(max_examples=60, deadline=None)
@given(tied)
@example(np.zeros((5, 2)))
@example(np.array([[0.0], [0.0], [1.0], [1.0]]))
@example(np.arange(24.0)[:, None])
def test_under_ties_all_exact_trees_of_single_linkage_say_the_same(X):
    ours, peer = single_linkage(X), hierarchy.linkage(pdist(X), "single")
    assert hierarchy.is_valid_linkage(ours)
    np.testing.assert_allclose(ours[:, 2], peer[:, 2], rtol=1e-12)
    # The pairs may differ; the height at which two points meet may not.
    heights = hierarchy.cophenet(ours), hierarchy.cophenet(peer)
    np.testing.assert_allclose(*heights, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(tied)
@example(np.zeros((5, 2)))
@example(np.arange(24.0)[:, None])
def test_under_ties_each_merge_of_ward_is_one_of_smallest_distance(X):
    Z = ward_linkage(X)
    assert hierarchy.is_valid_linkage(Z)
    clusters = {i: X[[i]] for i in range(len(X))}
    for new, (a, b, height, size) in enumerate(Z, len(X)):
        smallest, at = nearest_pair(clusters, int(a), int(b))
        np.testing.assert_allclose([height, at], smallest, atol=1e-7)
        clusters[new] = np.vstack([clusters.pop(int(a)), clusters.pop(int(b))])
        assert len(clusters[new]) == size


def nearest_pair(clusters, a, b):
    """The smallest of all Ward distances, from the definition, and that of a and b."""
    names = list(clusters)
    centers = np.array([clusters[name].mean(axis=0) for name in names])
    sizes = np.array([len(clusters[name]) for name in names], dtype=float)
    factor = 2 * np.outer(sizes, sizes) / (sizes[:, None] + sizes)
    distances = np.sqrt(factor) * squareform(pdist(centers))
    np.fill_diagonal(distances, np.inf)
    return distances.min(), distances[names.index(a), names.index(b)]


@settings(max_examples=15, deadline=None)
@given(tied, st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("short", [True, False])
def test_short_lists_of_neighbours_and_trees_of_outsiders_agree(short, X, seed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boruvka, "KEPT", 2 if short else 8)
        patch.setattr(boruvka, "WORTH", 0 if short else 10**6)
        patch.setattr(neighbours, "CHUNK", 3)
        noisy = X + 1e-3 * np.random.default_rng(seed).normal(size=X.shape)
        for points in (X, noisy):
            ours, peer = (
                single_linkage(points),
                hierarchy.linkage(pdist(points), "single"),
            )
            np.testing.assert_allclose(ours[:, 2], peer[:, 2], rtol=1e-10)


@each_method
def test_large_offsets_of_opposite_signs_cost_no_digits(method):
    X = np.random.default_rng(0).integers(0, 1000, (200, 2)).astype(float)
    Z = METHODS[method](X + [2.0**50, -(2.0**50)])
    np.testing.assert_allclose(Z[:, 2], METHODS[method](X)[:, 2], rtol=1e-12)


def test_a_query_says_where_there_are_fewer_neighbours():
    tree = neighbours.tree_of(np.array([[0.0], [1.0], [5.0]]))
    distances, at = neighbours.query(tree, [[0.25]], 3, 2.0)
    assert distances.tolist() == [[0.25, 0.75, np.inf]]
    assert at.tolist() == [[0, 1, -1]]


@pytest.mark.parametrize("representation", ["3d", "6d"])
def test_chunks_of_queries_change_nothing(representation, monkeypatch):
    X = stars(representation, 600)
    wanted = [tree(X) for tree in METHODS.values()]
    monkeypatch.setattr(neighbours, "CHUNK", 7)
    for tree, Z in zip(METHODS.values(), wanted, strict=True):
        np.testing.assert_array_equal(tree(X), Z)


@each_method
def test_same_bytes_for_any_number_of_threads(method, monkeypatch):
    X = stars("6d", 5_000)
    found = []
    for number in (1, 2, 5):
        monkeypatch.setattr(neighbours, "n_threads", lambda n=number: n)
        found.append(METHODS[method](X).tobytes())
    assert found[0] == found[1] == found[2]


@each_method
def test_order_place_and_scale_of_the_points_do_not_matter(method):
    X = stars("3d", 500)
    heights = METHODS[method](X)[:, 2]
    shuffled = np.random.default_rng(0).permutation(X)
    turned = X @ np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    for other, factor in ((shuffled, 1), (X + [5, 0, -3], 1), (7 * X, 7), (turned, 1)):
        ours = METHODS[method](other)[:, 2]
        np.testing.assert_allclose(ours, factor * heights, rtol=1e-9)


def test_the_squares_of_wards_heights_add_up_to_the_sum_of_squared_errors():
    X = stars("6d", 1_000)
    sse = ((X - X.mean(axis=0)) ** 2).sum()
    np.testing.assert_allclose((ward_linkage(X)[:, 2] ** 2 / 2).sum(), sse, rtol=1e-12)


def test_rounding_puts_no_merge_of_ward_below_those_it_rests_on():
    grid = np.array(np.meshgrid(*[np.arange(4) * 0.1 + 0.3] * 3)).reshape(3, -1).T
    X = np.random.default_rng(99).permutation(grid)[:40]
    top = np.zeros(len(X))
    for a, b, height in zip(*ward.merges(X, np.ones(len(X))), strict=True):
        assert height >= max(top[a], top[b])
        top[a] = height


def test_single_linkage_is_the_minimum_spanning_tree_also_of_many_points():
    X = clumps(2_000, width=0.3)
    length = minimum_spanning_tree(squareform(pdist(X))).sum()
    np.testing.assert_allclose(single_linkage(X)[:, 2].sum(), length, rtol=1e-12)


@each_method
def test_equal_points_meet_at_height_0_first(method):
    X = np.repeat(stars("3d", 50), 4, axis=0)
    Z = METHODS[method](X)
    assert (Z[:150, 2] == 0).all()
    assert (Z[150:, 2] > 0).all()
    peer = hierarchy.linkage(pdist(X), method)
    np.testing.assert_allclose(Z[:, 2], peer[:, 2], rtol=1e-9, atol=1e-12)


@each_method
@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([[1.0, 2.0]], ValueError, "with 1 sample(s) (shape=(1, 2)) while a minimum"),
        ([1.0, 2.0], ValueError, "X must be a table of numbers: Expected 2D array"),
        ([[1.0], [np.nan]], ValueError, "X contains NaN or infinity in 1 place(s)"),
        ([["a"], ["b"]], ValueError, "could not convert string to float"),
    ],
)
def test_what_is_no_table_of_points_is_refused(method, X, error, message):
    with pytest.raises(error, match=re.escape(message)):
        METHODS[method](X)
