"""The trace in exact fractions: the report's numbers, its sums, its ties, SciPy."""

import itertools
import re
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster import hierarchy as scipy_tree
from scipy.spatial.distance import pdist, squareform

from helpers.linkage import METHODS, linkage, linkage_matrix, trace
from helpers.linkage import as_decimal_or_fraction as exact

REPORT = pd.DataFrame(
    [
        [0.0, 0.9, 0.6, 0.5, 0.7],
        [0.9, 0.0, 0.4, 0.6, 0.1],
        [0.6, 0.4, 0.0, 0.6, 0.2],
        [0.5, 0.6, 0.6, 0.0, 0.3],
        [0.7, 0.1, 0.2, 0.3, 0.0],
    ],
    index=["p1", "p2", "p3", "p4", "p5"],
    columns=["p1", "p2", "p3", "p4", "p5"],
)
TRIANGLE = [[0, 16, 17], [16, 0, 17], [17, 17, 0]]  # the third is 15 from the middle

each_method = pytest.mark.parametrize("method", METHODS)


@st.composite
def matrices(draw):
    """Symmetric matrices of few whole numbers, so with many ties."""
    n = draw(st.integers(2, 5))
    size = n * (n - 1) // 2
    return squareform(draw(st.lists(st.integers(1, 4), min_size=size, max_size=size)))


def heights(D, method, **options):
    return [exact(step.height) for step in trace(D, method, **options)]


def as_printed(table):
    return table.map(exact).to_numpy().tolist()


# --- the golden numbers -------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("single", ["0.1", "0.2", "0.3", "0.5"]),
        ("complete", ["0.1", "0.4", "0.5", "0.9"]),
        ("average", ["0.1", "0.3", "0.5", "37/60"]),
        ("weighted", ["0.1", "0.3", "0.5", "0.6125"]),
    ],
)
def test_heights_of_the_report_s_matrix(method, expected):
    assert heights(REPORT, method) == expected


def test_single_linkage_goes_through_the_report_s_matrices():
    steps = trace(REPORT, "single")
    assert [step.pair for step in steps] == [
        ("p2", "p5"),
        ("p2-p5", "p3"),
        ("p2-p3-p5", "p4"),
        ("p1", "p2-p3-p4-p5"),
    ]
    assert as_printed(steps[0].after.loc[["p1", "p3", "p4", "p2-p5"]]) == [
        ["0", "0.7", "0.6", "0.5"],
        ["0.6", "0.2", "0", "0.6"],
        ["0.5", "0.3", "0.6", "0"],
        ["0.7", "0", "0.2", "0.3"],
    ]
    assert as_printed(steps[2].after) == [["0", "0.5"], ["0.5", "0"]]


def test_upgma_goes_through_tables_2_and_3_with_a_zero_on_the_diagonal():
    steps = trace(REPORT, "average")
    assert list(steps[0].after) == ["p1", "p2-p5", "p3", "p4"]
    assert as_printed(steps[0].after)[1] == ["0.8", "0", "0.3", "0.45"]
    assert as_printed(steps[1].after) == [
        ["0", "11/15", "0.5"],
        ["11/15", "0", "0.5"],
        ["0.5", "0.5", "0"],
    ]
    assert steps[1].text == (
        "d(p2-p3-p5, p1) = (2 · 0.8 + 1 · 0.6) / (2 + 1) = 11/15 ≈ 0.7333",
        "d(p2-p3-p5, p4) = (2 · 0.45 + 1 · 0.6) / (2 + 1) = 0.5",
    )
    assert steps[1].latex[0] == (
        r"d(\text{p2-p3-p5}, \text{p1}) = "
        r"\frac{2 \cdot 0.8 + 1 \cdot 0.6}{2 + 1} = \tfrac{11}{15}"
    )


def test_an_inversion_of_centroid_linkage():
    first, second = trace(TRIANGLE, "centroid")
    assert (first.height, first.level) == (256, 16)
    assert (second.height, second.level) == (225, 15)
    assert first.text == (
        "d²(p1-p2, p3) = (1 · 289 + 1 · 289) / 2 − 1 · 1 · 256 / 2² = 225",
    )


# --- ties ---------------------------------------------------------------------------


def test_both_ways_out_of_the_tie_of_upgma():
    first, last = (trace(REPORT, "average", ties=ties) for ties in ("first", "last"))
    tie = (("p1", "p4"), ("p2-p3-p5", "p4"))
    assert first[2].ties == last[2].ties == tie
    assert (first[2].pair, first[3].height) == (tie[0], Fraction(37, 60))
    assert (last[2].pair, last[3].height) == (tie[1], Fraction(27, 40))
    assert [len(step.ties) for step in first] == [1, 1, 2, 1]


def test_permuting_the_labels_lists_both_trees():
    roots = set()
    for order in itertools.permutations(REPORT):
        steps = trace(REPORT.loc[list(order), list(order)], "average")
        roots.add((steps[2].union.count("-"), steps[3].height))
    assert roots == {(1, Fraction(37, 60)), (3, Fraction(27, 40))}


def test_a_function_may_choose_among_the_ties():
    seen = []

    def choose(pairs):
        seen.append(len(pairs))
        return pairs[len(pairs) // 2]

    D = np.ones((4, 4), dtype=int) - np.eye(4, dtype=int)
    steps = trace(D, "average", ties=choose)
    assert seen == [6, 3, 1]
    assert [step.pair for step in steps][0] == ("p2", "p3")


@each_method
@settings(max_examples=12, deadline=None)
@given(D=matrices(), ties=st.sampled_from(["first", "last"]))
def test_each_step_merges_a_smallest_distance_of_its_matrix(method, D, ties):
    steps = trace(D, method, ties=ties)
    assert len(steps) == len(D) - 1
    for step in steps:
        table = step.before.to_numpy()
        distances = table[np.triu_indices(len(table), 1)]
        assert step.height == min(distances)
        assert len(step.ties) == (distances == step.height).sum()
        assert step.pair == step.ties[0 if ties == "first" else -1]
    for step, following in itertools.pairwise(steps):
        assert following.before is step.after


@each_method
@settings(max_examples=12, deadline=None)
@given(D=matrices())
def test_the_union_stands_where_its_first_part_stood(method, D):
    for step in trace(D, method):
        i, j = step.pair
        expected = [step.union if k == i else k for k in step.before if k != j]
        assert list(step.after) == list(step.after.index) == expected
        table = step.after.to_numpy()
        assert (table == table.T).all()
        assert not np.diag(table).any()
        kept = [k for k in step.after if k != step.union]
        assert step.after.loc[kept, kept].equals(step.before.loc[kept, kept])


# --- the sums -----------------------------------------------------------------------

NUMBER = r"\d+(?:\.\d+)?(?:/\d+)?"


def worth(words):
    """What a sum in words comes to, computed anew from what it says."""
    for sign, python in (("·", "*"), ("−", "-"), ("²", "**2")):
        words = words.replace(sign, python)
    return eval(re.sub(NUMBER, lambda number: f"Fraction('{number[0]}')", words))


@each_method
@settings(max_examples=12, deadline=None)
@given(D=matrices())
def test_each_sum_is_right_and_stands_in_the_matrix(method, D):
    for step in trace(D, method):
        others = [k for k in step.before if k not in step.pair]
        assert len(step.text) == len(step.latex) == len(others)
        for k, text in zip(others, step.text, strict=True):
            left, words, value = text.split(" ≈ ")[0].split(" = ")
            assert left in (f"d({step.union}, {k})", f"d²({step.union}, {k})")
            assert left.startswith("d²") == METHODS[method].squared
            assert worth(words) == Fraction(value) == step.after.loc[step.union, k]


@each_method
@settings(max_examples=12, deadline=None)
@given(D=matrices())
def test_latex_says_the_same_numbers_as_the_text(method, D):
    for step in trace(D, method):
        for text, latex in zip(step.text, step.latex, strict=True):
            plain = re.sub(r"\\tfrac\{(\d+)\}\{(\d+)\}", r"\1/\2", latex)
            numbers = re.findall(NUMBER, plain.split(") = ", 1)[1])
            words = text.split(" ≈ ")[0].split(") = ", 1)[1].replace("²", "^2")
            if method in ("average", "weighted", "centroid", "median", "ward"):
                words = words.replace(" / ", " over ")
            assert numbers == re.findall(NUMBER, words)
            assert latex.count("{") == latex.count("}")


# --- against the fast ones ----------------------------------------------------------


@each_method
def test_without_ties_the_tree_is_scipys_and_linkages(method):
    D = squareform(pdist(np.random.default_rng(0).normal(size=(8, 3))))
    Z = linkage_matrix(trace(D, method))
    expected = scipy_tree.linkage(squareform(D), method)
    np.testing.assert_allclose(Z, expected, rtol=1e-12)
    np.testing.assert_allclose(Z, linkage(squareform(D), method), rtol=1e-12)


def test_numbers_are_taken_as_they_are_written():
    for value in (0.1, "0.1", Fraction(1, 10), "1/10", np.float64(0.1)):
        assert trace([[0, value], [value, 0]], "single")[0].height == Fraction(1, 10)
    assert exact(Fraction(1, 3)) == "1/3"
    assert exact(Fraction(5)) == "5"
    assert exact(Fraction(10**20)) == "100000000000000000000"


def test_the_columns_of_a_table_name_the_points_else_they_are_p1_p2():
    named = REPORT.set_axis(list("abcde"), axis=1)
    assert trace(named, "single")[0].union == "b-e"
    assert trace(REPORT.to_numpy(), "single")[1].pair == ("p2-p5", "p3")


# --- what is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("D", "message"),
    [
        ([0.9, 0.6, 0.5], "square matrix .*squareform"),
        ([[0, 1, 2], [1, 0, 3]], r"shape \(2, 3\)"),
        ([[0]], "at least 2 points"),
        ([[0, 1], [2, 0]], "symmetric .* row 0, column 1 .* 1 and row 1, .* holds 2"),
        ([[0, 1], [1, 0.6]], "zeros on its diagonal, but row 1, column 1 .* 0.6"),
        ([[0, -1], [-1, 0]], "must not be negative, but holds -1"),
        ([[0, np.nan], [np.nan, 0]], "finite numbers, but has the entry nan"),
        ([[0, "x"], ["x", 0]], "finite numbers, but has the entry 'x'"),
        ([[0, np.inf], [np.inf, 0]], "finite numbers, but has the entry inf"),
        ([[0, "1/0"], ["1/0", 0]], "finite numbers, but has the entry '1/0'"),
    ],
)
def test_a_table_that_is_no_matrix_of_distances(D, message):
    with pytest.raises(ValueError, match=message):
        trace(D, "single")


@pytest.mark.parametrize(
    "names", [["a", "a"], ["a", ""], ["a", "b-c"], ["a", 1], [0, 1]]
)
def test_columns_that_do_not_name_the_points(names):
    D = pd.DataFrame([[0, 1], [1, 0]], columns=names)
    with pytest.raises(ValueError, match="columns of D must have 2 different names"):
        trace(D, "single")


def test_unknown_options():
    with pytest.raises(ValueError, match="method must be one of"):
        trace(REPORT, "upgma")
    with pytest.raises(ValueError, match="ties must be one of 'first', 'last'"):
        trace(REPORT, "single", ties="both")
    with pytest.raises(ValueError, match="ties picked .* not among the nearest pairs"):
        trace(REPORT, "single", ties=lambda pairs: ("p1", "p2"))
