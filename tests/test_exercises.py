"""Exercises: right answers pass in every sensible form, wrong ones get their sentence.

The chapters' own exercises first, then each kind with exercises of these tests.
"""

from __future__ import annotations

import html
import os
import re
import tomllib
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some
from markdown_it import MarkdownIt
from scipy.optimize import linear_sum_assignment

from helpers.course import choices, exercises, functions, pages, values
from helpers.course.notebooks import PAGES, chapters, read, short
from tests.full.chromium import CHROMIUM, Browser

KNOWN = exercises.exercises()
references = functions.references()
CELLS = {short(path.stem): read(path)["cells"] for path in chapters()}
TRIAL = tomllib.loads(
    r"""
[share]
wanted = "a share"
answer = 0.62
hint = "Count."
mistakes = [{ answer = 0.38, hint = "The others." }]

[fraction]
wanted = "a height"
answer = 0.6166666666666667
within = 0.001
hint = "Add."

[stars]
wanted = "a number of stars"
answer = 126491
accept = [126500]
within = 1e-5
hint = "Solve."

[random]
wanted = "a share"
answer = 0.5
error = 0.03
error_from = "two standard errors of a share of 1,111 draws"
hint = "Draw."

[weights]
wanted = "three weights"
answer = [0.25, 0.5, 0.25]
hint = "Halve."
mistakes = [{ answer = [1, 2, 1], hint = "They sum to 1." }]

[groups]
wanted = "five labels"
answer = [0, 0, 1, 2, 1]
labels = true
hint = "Cut."
mistakes = [{ answer = [0, 0, 1, 1, 1], hint = "Into three." }]

[ward]
wanted = "a linkage"
answer = "Ward"
accept = ["Ward linkage", "Ward's linkage"]
hint = "Variance."
mistakes = [{ answer = "single", hint = "It chains." }]

[no]
wanted = "yes or no"
answer = "no"
hint = "Look."
mistakes = [{ answer = "yes", hint = "It is not." }]

[true]
wanted = "true or false"
answer = true
hint = "Look."

[choice]
kind = "choice"
wanted = "the letters"
right = ["a", "c"]
options = [
    { text = "Ward joins `two` clusters.", reason = "The pair of least cost." },
    { text = "A tree <knows> k.", reason = "A cut does, 1 < k & k < n." },
    { text = "Heights rise.", reason = "Costs add up." },
]

[p_value]
kind = "function"
wanted = "a function"
reference = "p_value"
hint = "Count those that reach it."
mistakes = [
    { answer = "p_value_without_itself", hint = "Can p be 0?" },
    { answer = "p_value_strict", hint = "A tie reaches it too." },
]

[medians]
kind = "function"
wanted = "a function"
reference = "medians"
hint = "Feature by feature."
mistakes = [{ answer = "medians_that_are_means", hint = "Those are means." }]
"""
)
ASKED = re.compile(r'\bcheck\("(\w+-\d+)"')


def cells(tag):
    """Exercise and printed words of each cell with this tag, over all chapters."""
    found_all = []
    for chapter in CELLS.values():
        for cell in chapter:
            found = ASKED.search("".join(cell["source"]))
            if found and tag in cell["metadata"].get("tags", []):
                printed = "".join("".join(o.get("text", "")) for o in cell["outputs"])
                found_all.append((found[1], printed))
    return found_all


# --- the exercises of the chapters, and those of these tests ------------------------


def test_each_exercise_is_asked_and_solved_once():
    assert sorted(name for name, _ in cells("exercise")) == sorted(KNOWN)
    assert sorted(name for name, _ in cells("solution")) == sorted(KNOWN)


def test_a_wrong_answer_before_the_course_says_what_to_read_up():
    listed = "".join(CELLS["readiness"][-1]["source"]).split("| where |")[1]
    for name in [name for name in KNOWN if name.startswith("readiness")]:
        for option in KNOWN[name]["options"]:
            topic = re.search(r" Read up: ([\w ]+)\.$", option["reason"])[1]
            assert re.search(rf"^\|.*\b{topic}\b.*\|", listed, flags=re.MULTILINE)


@pytest.mark.parametrize(("name", "printed"), cells("solution"))
def test_the_solution_of_the_chapter_is_right(name, printed):
    assert "Right." in printed


@pytest.mark.parametrize(("name", "printed"), cells("exercise"))
def test_an_open_exercise_says_what_is_wanted(name, printed):
    assert printed == exercises.verdict(name, None) + "\n"
    said = f"No answer yet. Replace None by {KNOWN[name]['wanted']}."
    assert printed.startswith(said)


@pytest.fixture
def trial(monkeypatch):
    """The exercises of these tests in place of those of the chapters."""
    monkeypatch.setattr(exercises, "exercises", lambda: TRIAL)
    return exercises.verdict


@pytest.mark.parametrize("entry", [*KNOWN.values(), *TRIAL.values()])
def test_an_exercise_is_whole(entry):
    kind = entry.get("kind", "value")
    needed = {
        "value": {"answer", "hint"},
        "choice": {"options", "right"},
        "function": {"reference", "hint"},
    }[kind]
    asked = {
        "value": {"accept", "within", "error", "error_from", "labels"},
        "choice": {"question"},
        "function": {"within", "error", "error_from", "unordered", "labels"},
    }[kind]
    assert {"wanted"} | needed <= entry.keys()
    assert entry.keys() <= {"kind", "wanted", "minutes", "mistakes"} | needed | asked
    assert ("error" in entry) == ("error_from" in entry)
    assert not {"error", "within"} <= entry.keys()
    assert all(
        mistake.keys() == {"answer", "hint"} for mistake in entry.get("mistakes", [])
    )
    for option in entry.get("options", []):
        assert option["text"]
        assert option["reason"]


@pytest.mark.parametrize("name", KNOWN)
def test_each_exercise_of_a_chapter_knows_a_mistake(name):
    assert KNOWN[name].get("mistakes") or KNOWN[name].get("options")


@pytest.mark.parametrize("entry", [*KNOWN.values(), *TRIAL.values()])
def test_the_stored_answer_is_right_and_typical_mistakes_are_not(entry, monkeypatch):
    monkeypatch.setattr(exercises, "exercises", lambda: {"x": entry})
    kind = entry.get("kind", "value")

    def meant(stored):
        return getattr(references, stored) if kind == "function" else stored

    right = entry[{"value": "answer", "choice": "right", "function": "reference"}[kind]]
    assert exercises.verdict("x", meant(right)) == "Right."
    for other in entry.get("accept", []):
        assert exercises.verdict("x", other) == "Right."
    for mistake in entry.get("mistakes", []):
        said = exercises.verdict("x", meant(mistake["answer"]))
        assert said.split("\n")[0] == f"Not yet. {mistake['hint']}"


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize(
    "given", ["", [], {}, -1e9, np.nan, [1, 2, 3, 4, 5, 6, 7], len]
)
def test_nonsense_is_never_right(name, given):
    assert exercises.verdict(name, given).startswith("Not yet.")


def test_an_unknown_exercise_is_refused():
    with pytest.raises(KeyError, match="There is no exercise '02-99'"):
        exercises.check("02-99", 1)


# --- values -------------------------------------------------------------------------

FORMS = {
    "share": [
        0.62,
        np.float64(0.62),
        np.float32(0.62),
        np.array(0.62),
        np.array([0.62]),
        [0.62],
        (0.62,),
        {0.62},
        [[0.62]],
        pd.Series([0.62]),
        Fraction(31, 50),
        Decimal("0.62"),
        "0.62",
        " .62 ",
        "31/50",
        "62 %",
        "62%",
        ["62 %"],
        0.6161,
    ],
    "fraction": ["37/60", "37 / 60", Fraction(37, 60), "61.67 %"],
    "stars": [126_491, 126_491.4, "126,491", "126_491", "126491.", 126_500],
    "random": [0.47, 0.53, "51 %"],
    "weights": [
        [0.25, 0.5, 0.25],
        (0.25, "1/2", "25 %"),
        np.array([0.25, 0.5, 0.25]),
        np.array([[0.25], [0.5], [0.25]]),
        np.array([[0.25, 0.5, 0.25]]),
        pd.Series([0.25, 0.5, 0.25], index=list("abc")),
        pd.DataFrame({"w": [0.25, 0.5, 0.25]}),
        "0.25, 0.5, 0.25",
        "[0.25 0.5  0.25]",
        ".25, .5 and .25",
        "(25 %, 1 / 2, 25%)",
        {"a": 0.25, "b": 0.5, "c": 0.25}.values(),
    ],
    "groups": [
        [0, 0, 1, 2, 1],
        (2, 2, 0, 1, 0),
        np.array([5, 5, -1, 3, -1]),
        list("bbcac"),
        pd.Series([1, 1, 2, 3, 2]),
        "0 0 1 2 1",
    ],
    "ward": [
        "Ward",
        " ward. ",
        "WARD",
        "'ward'",
        "Ward linkage",
        "ward  Linkage.",
        "Ward's linkage",
        ["ward"],
        np.array(["ward"]),
        np.str_("Ward"),
        np.array("ward"),
    ],
    "no": ["no", "No.", " NO ", False, np.False_, [False], "false"],
    "true": [True, np.True_, "yes", "Yes.", "true", (True,)],
}


@pytest.mark.parametrize(
    ("name", "given"), [(name, form) for name in FORMS for form in FORMS[name]]
)
def test_a_right_answer_is_right_in_every_form(trial, name, given):
    assert trial(name, given) == "Right."


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("share", [1, 2, 3], "A number is wanted, but you gave a list of 3."),
        ("share", (), "A number is wanted, but you gave a tuple of 0."),
        ("share", {}, "A number is wanted, but you gave a dictionary of 0."),
        (
            "share",
            {"a": 1},
            "A number is wanted, but you gave a dictionary of 1.",
        ),
        (
            "share",
            np.eye(2),
            "A number is wanted, but you gave an array of 2 by 2.",
        ),
        ("share", len, "A number is wanted, but you gave a function."),
        ("share", True, "A number is wanted, but you gave True."),
        ("share", "", "A number is wanted, but you gave the text ''."),
        ("share", "1/0", "A number is wanted, but you gave the text '1/0'."),
        ("share", [None], "A number is wanted, but you gave a list of 1."),
        ("share", 1j, "A number is wanted, but you gave a complex."),
        ("share", 62, "Count."),
        ("share", "0.62 %", "Count."),
        ("share", 0.63, "Count."),
        ("share", np.inf, "Count."),
        ("share", "nan", "Count."),
        ("share", "38 %", "The others."),
        ("stars", 126_495, "Solve."),
        ("random", 0.469, "Draw."),
        ("random", 0.531, "Draw."),
        ("weights", [0.25, 0.5], "3 numbers are wanted, but you gave a list of 2."),
        (
            "weights",
            "0.25, 0.5",
            "3 numbers are wanted, but you gave the text '0.25, 0.5'.",
        ),
        ("weights", 0.25, "3 numbers are wanted, but you gave a number."),
        ("weights", [], "3 numbers are wanted, but you gave a list of 0."),
        ("weights", "abc", "3 numbers are wanted, but you gave the text 'abc'."),
        (
            "weights",
            [[1, 2], [3, 4], [5, 6]],
            "3 numbers are wanted, but you gave a list of 3 by 2.",
        ),
        (
            "weights",
            {0.25, 0.5, 1},
            "The order matters, and a set has none: give a list.",
        ),
        ("weights", [0.5, 0.25, 0.25], "Halve."),
        ("weights", (1, 2, 1), "They sum to 1."),
        ("groups", [0, 0, 1, 1], "5 labels are wanted, but you gave a list of 4."),
        ("groups", {0, 1, 2}, "The order matters, and a set has none: give a list."),
        ("groups", len, "5 labels are wanted, but you gave a function."),
        ("groups", [0, 1, 2, 0, 2], "Cut."),
        ("groups", [7, 7, 4, 4, 4], "Into three."),
        ("ward", ["a", "b", "c"], "A word is wanted, but you gave a list of 3."),
        ("ward", np.array(3), "A word is wanted, but you gave a number."),
        ("ward", 3, "A word is wanted, but you gave a number."),
        ("ward", "complete", "Variance."),
        ("ward", "ward distance", "Variance."),
        ("ward", "Single.", "It chains."),
        ("no", "perhaps", "A yes or no is wanted, but you gave the text 'perhaps'."),
        ("no", 0, "A yes or no is wanted, but you gave a number."),
        ("no", True, "It is not."),
        ("true", "No.", "Look."),
    ],
)
def test_a_wrong_answer_gets_its_sentence(trial, name, given, said):
    assert trial(name, given) == f"Not yet. {said}"


def test_a_set_is_never_taken_where_the_order_matters(monkeypatch):
    entry = {"wanted": "two counts", "answer": [1, 2], "hint": "Count."}
    monkeypatch.setattr(exercises, "exercises", lambda: {"x": entry})
    assert exercises.verdict("x", {1, 2}).startswith("Not yet. The order matters")


@for_all(
    labels=some.lists(some.integers(0, 4), min_size=2, max_size=12),
    names=some.permutations(range(5)),
)
def test_labels_may_have_any_names(labels, names):
    renamed = [names[label] for label in labels]
    entry = {"answer": labels, "labels": True}
    assert values_equal(renamed, entry)
    moved = [label if i else 9 for i, label in enumerate(renamed)]
    same = len(set(labels)) == len(set(moved)) and labels.count(labels[0]) == 1
    assert values_equal(moved, entry) == same


def values_equal(given, entry):
    return values.equal(given, entry["answer"], entry)


@for_all(
    above=some.integers(-1000, 1000),
    below=some.integers(1, 1000),
    spaces=some.booleans(),
)
def test_a_fraction_is_right_as_text_and_in_per_cent(above, below, spaces):
    fraction, space = Fraction(above, below), " " * spaces
    entry = {"answer": float(fraction), "within": 1e-9}
    assert values_equal(f"{above}{space}/{space}{below}", entry)
    assert values_equal(f"{float(100 * fraction)!r}{space}%", entry)
    assert not values_equal(f"{float(fraction) + 1e-3!r}", entry)


# --- choices ------------------------------------------------------------------------

MISSING_A = "a is missing: The pair of least cost."
WRONG_B = "b is wrong: A cut does, 1 < k & k < n."
MISSING_C = "c is missing: Costs add up."


@pytest.mark.parametrize(
    "given",
    [
        ["a", "c"],
        ("C", "A"),
        {"a", "c"},
        np.array(["a", "c"]),
        "ac",
        "A, C.",
        "a and c",
        "(a) (c)",
        [1, 3],
        {3, 1},
        np.array([1, 3]),
        [1.0, 3.0],
        "1, 3",
        "1 and 3",
        ["Heights rise", "ward joins `two` clusters."],
    ],
)
def test_a_choice_may_be_named_in_every_form(trial, given):
    assert trial("choice", given) == "Right."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("ab", [WRONG_B, MISSING_C]),
        (2, [MISSING_A, WRONG_B, MISSING_C]),
        ("abc", [WRONG_B]),
        ("c", [MISSING_A]),
        ([], ["Nothing is chosen."]),
        ("", ["Nothing is chosen."]),
    ],
)
def test_a_wrong_choice_gets_the_reasons(trial, given, said):
    assert trial("choice", given) == "\n".join(["Not yet.", *said])


@pytest.mark.parametrize(
    ("given", "gave"),
    [
        ("d", "the text 'd'"),
        ([0, 2], "a list of 2"),
        ([True, False, True], "a list of 3"),
        (1.5, "a number"),
        (len, "a function"),
    ],
)
def test_what_is_no_option_is_refused(trial, given, gave):
    said = f"Not yet. Letters from a to c are wanted, but you gave {gave}."
    assert trial("choice", given) == said


def test_an_open_choice_shows_its_options(trial):
    assert trial("choice", None) == (
        "No answer yet. Replace None by the letters.\n"
        "a. Ward joins `two` clusters.\nb. A tree <knows> k.\nc. Heights rise."
    )


def asks(name, tag="exercise"):
    source = ["answer = None\n", f'check("{name}", answer)']
    outputs = [{"text": "No answer yet."}]
    metadata = {"tags": [tag]}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": outputs,
    }


def test_a_page_has_a_form_below_each_choice_and_nothing_else(trial):
    asked = [asks("choice"), asks("share"), asks("choice", "solution"), asks("choice")]
    made = pages.page({"cells": asked}, "02", "")["cells"]
    forms = [number for number, cell in enumerate(made) if "fieldset" in cell["source"]]
    assert forms == [1, 5]
    assert [len(cell.get("outputs", [])) for cell in made] == [0, 0, 1, 1, 0, 0]
    assert len({made[number]["id"] for number in forms}) == 2
    assert asked[0]["outputs"]


def test_the_form_is_one_block_of_html_that_names_its_parts():
    form = choices.as_html(TRIAL["choice"])
    (block,) = MarkdownIt("commonmark").parse(form)
    assert (block.type, block.content) == ("html_block", form)
    assert " id=" not in form
    assert form.count("<label><input type=") == 3
    assert "<legend>Which of these are true?</legend>" in form
    assert "a. Ward joins <code>two</code> clusters.</label>" in form
    assert "b. A tree &lt;knows&gt; k.</label>" in form
    assert 'aria-live="polite"' in form
    assert form.count("data-right") == 2
    entry = TRIAL["choice"] | {"question": "Which <one>?"}
    assert "<legend>Which &lt;one&gt;?</legend>" in choices.as_html(entry)


def test_a_reason_cannot_end_the_box():
    option = {"text": "x", "reason": 'He said "a > b" of `<b>`'}
    form = choices.as_html({"options": [option], "right": ["a"]})
    assert form.count('"') == 2 * form.count("=")
    (said,) = re.findall('data-said="(.*?)"', form)
    words = "a is missing: He said &quot;a &gt; b&quot; of <code>&lt;b&gt;</code>"
    assert html.unescape(said) == words


@pytest.mark.skipif(
    CHROMIUM is None or os.name != "posix", reason="No Chromium was found here."
)
def test_two_forms_on_a_page_say_what_the_check_says(trial, tmp_path):
    page = tmp_path / "page.html"
    form = choices.as_html(TRIAL["choice"])
    script = (PAGES / "_static" / "choices.js").read_text(encoding="utf-8")
    page.write_text(
        f"<!doctype html><title>x</title>{form}{form}<script>{script}</script>",
        encoding="utf-8",
    )
    browser = Browser(tmp_path / "profile")
    said = """(letters, which) => {
      const form = document.querySelectorAll("fieldset")[which];
      form.querySelectorAll("input").forEach((box, i) =>
        box.checked = letters.includes("abc"[i]));
      form.querySelector("button").click();
      return [...form.querySelectorAll("[role=status] p")].map(
        (line) => line.textContent).join("\\n");
    }"""
    try:
        browser.open(page)
        for given in ["", "a", "b", "c", "ab", "ac", "bc", "abc"]:
            for which in (0, 1):
                shown = browser.js(f"({said})({given!r}, {which})")
                assert shown == trial("choice", given)
        browser.js(f"({said})('ac', 0)")
        other = "document.querySelectorAll('[role=status]')[1].innerText"
        assert browser.js(other).startswith("Not yet.")
    finally:
        browser.close()


# --- functions ----------------------------------------------------------------------


def with_loops(X, labels, centers):
    """The medians written in another way, as lists."""
    new = []
    for k, old in enumerate(centers):
        points = [x for x, label in zip(X, labels, strict=True) if label == k]
        columns = zip(*points, strict=True)
        new.append([np.median(each) for each in columns] if points else list(old))
    return new


def test_a_right_function_passes_however_it_is_written(trial):
    assert trial("medians", with_loops) == "Right."
    assert (
        trial("p_value", lambda v, n: Fraction(1 + sum(n >= v), 1 + len(n))) == "Right."
    )


def test_the_first_wrong_case_is_shown(trial):
    assert trial("p_value", references.p_value_without_itself) == (
        "Not yet. Can p be 0?\n"
        "  Case 1 of 6\n"
        "  input     value = 2.5, null = [1., 2., 3.]\n"
        "  expected  0.5\n"
        "  got       0.33333333"
    )
    # Ties come in the second case; the first is right.
    assert trial("p_value", references.p_value_strict) == (
        "Not yet. A tie reaches it too.\n"
        "  Case 2 of 6\n"
        "  input     value = 3., null = [1., 3., 3., 4.]\n"
        "  expected  0.8\n"
        "  got       0.4"
    )
    assert trial("p_value", lambda value, null: 2.0).startswith(
        "Not yet. Count those that reach it.\n  Case 1 of 6\n"
    )


def test_a_result_of_another_form_is_told(trial):
    said = trial("medians", lambda X, labels, centers: centers.ravel())
    assert said.startswith(
        "Not yet. The result must be an array of 2 by 2, "
        "but your function gave an array of 4.\n"
        "  Case 1 of 5\n"
        "  input     X = [[0., 0.], "
    )
    said = trial("p_value", lambda value, null: None)
    assert "The result must be a number, but your function gave None." in said
    assert said.endswith("\n  got       None (is a return missing?)")
    said = trial("p_value", lambda value, null: "0.5")
    assert "must be a number, but your function gave the text '0.5'." in said


def test_a_function_that_stops_is_told_with_its_input(trial):
    assert trial("medians", lambda X, labels, centers: X[99]) == (
        "Not yet. Your function stops with IndexError: "
        "index 99 is out of bounds for axis 0 with size 6\n"
        "  Case 1 of 5\n"
        "  input     X = [[0., 0.], [1., 2.], [8., 1.], [5., 5.], [6., 9.], [7., 5.]], "
        "labels = [0, 0, 0, 1, 1, 1], centers = [[0., 0.], [5., 5.]]"
    )
    said = trial("p_value", lambda value: 1)
    assert said.startswith("Not yet. Your function stops with TypeError: ")


def test_the_hint_of_a_mistake_needs_its_results_in_all_cases(trial):
    def now_and_then(value, null):  # as one mistake in the first case only
        forgets = len(null) == 3
        right = references.p_value
        wrong = references.p_value_without_itself
        return (wrong if forgets else right)(value, null)

    assert trial("p_value", now_and_then).startswith(
        "Not yet. Count those that reach it.\n  Case 1 of 6\n"
    )


def test_a_function_that_is_stopped_is_told_with_its_input(trial):
    def never_ends(X, labels, centers):
        if len(X) == 1:
            raise KeyboardInterrupt
        return references.medians(X, labels, centers)

    assert trial("medians", never_ends).startswith(
        "Not yet. Your function did not end in this case, and was stopped.\n"
        "  Case 2 of 5\n"
    )


def by_smaller_share(table, limit):
    smaller = np.minimum(table / table.sum(axis=0), table / table.sum(axis=1)[:, None])
    rows, columns = linear_sum_assignment(smaller, maximize=True)
    found = int((smaller[rows, columns] >= limit).sum())
    return found, table.shape[1] - found


def by_count_alone(table, limit):
    groups = references.found_and_surplus_twice(table, limit)[0]
    clusters = table.shape[1] - references.found_and_surplus_used(table, limit)[1]
    return min(groups, clusters), table.shape[1] - min(groups, clusters)


def from_zero(heights, most):
    return 2 + int(np.argmax(np.diff(heights, prepend=0)[::-1][: most - 1]))


def nan_for_zero(X, labels):
    found = references.silhouettes(X, labels)
    return np.where(np.ptp(X) == 0, np.nan, found)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("07-3", by_smaller_share),
        ("07-3", by_count_alone),
        ("04-3", from_zero),
        ("05-5", nan_for_zero),
    ],
)
def test_a_mistake_of_a_reader_is_noticed(name, given):
    assert exercises.verdict(name, given).startswith("Not yet. ")


def test_a_right_function_may_fill_the_diagonal_and_compute_in_float32():
    def with_infinities(D):
        D = D.copy()
        np.fill_diagonal(D, np.inf)
        return [(i, j) for i, j in np.argwhere(D.min() == D) if i < j]

    def in_float32(X, labels):
        return references.silhouettes(X.astype(np.float32), labels)

    assert exercises.verdict("01-4", with_infinities) == "Right."
    assert exercises.verdict("05-5", in_float32) == "Right."


def test_a_function_that_changes_its_input_is_told(trial):
    def spoils(X, labels, centers):
        centers[:] = references.medians(X, labels, centers)
        return centers

    said = "Not yet. Your function changes its argument centers; work on a copy.\n"
    assert trial("medians", spoils).startswith(said + "  Case 1 of 5\n  input     X = ")
    assert trial("medians", references.medians) == "Right."


def test_what_is_no_function_is_told(trial):
    head = "Not yet. A function is wanted, such as def p_value(value, null); you gave"
    assert trial("p_value", 0.5) == f"{head} a number (did you call it?)."
    assert trial("p_value", [1]) == f"{head} a list of 1 (did you call it?)."
    assert trial("p_value", "p_value") == f"{head} the text 'p_value'."


@pytest.mark.parametrize(
    ("got", "expected", "entry", "alike"),
    [
        ([np.nan, 1], np.array([np.nan, 1]), {}, True),
        ([0, 1], np.array([np.nan, 1]), {}, False),
        ([np.nan, 1], np.array([0, 1]), {}, False),
        (None, np.nan, {}, False),
        (np.array([0.5]), 0.5, {}, False),
        (np.float32(0.5), 0.5, {}, True),
        (True, np.True_, {}, True),
        (1 + 1e-5, 1, {}, False),
        (1 + 1e-5, 1, {"within": 1e-4}, True),
        (1e-12, 0, {}, True),
        (0.52, 0.5, {"error": 0.03}, True),
        (0.54, 0.5, {"error": 0.03}, False),
        (1000.0005, 1000, {"error": 1e-4}, False),
        ((1, [2, 3]), (1, np.array([2, 3])), {}, True),
        ((1, [2, 4]), (1, np.array([2, 3])), {}, False),
        ((1,), (1, np.array([2, 3])), {}, False),
        ([(2, 3), (0, 1)], {(0, 1), (2, 3)}, {"unordered": True}, True),
        ({(0, 1)}, {(0, 1), (2, 3)}, {"unordered": True}, False),
        (5, {(0, 1)}, {"unordered": True}, False),
        ([2, 2, 0], np.array([0, 0, 1]), {"labels": True}, True),
        ([2, 0, 0], np.array([0, 0, 1]), {"labels": True}, False),
        (["a", "b"], ["a", "b"], {}, True),
        (["a", "c"], ["a", "b"], {}, False),
        ("ward", "ward", {}, True),
        (1, "ward", {}, False),
        ({}, 1, {}, False),
    ],
)
def test_results_are_compared_by_their_values(got, expected, entry, alike):
    assert values.same(got, expected, entry) is alike


USED = {**KNOWN, **TRIAL}.values()
TRIED = [entry for entry in USED if entry.get("kind") == "function"]


def test_no_function_of_the_references_is_left_over():
    used = {f"{entry['reference']}{end}" for entry in TRIED for end in ("", "_cases")}
    used |= {each["answer"] for entry in TRIED for each in entry.get("mistakes", [])}
    there = {
        name
        for name, each in vars(references).items()
        if getattr(each, "__module__", "") == references.__name__ and name[0] != "_"
    }
    assert there == used


@pytest.mark.parametrize("entry", TRIED, ids=lambda entry: entry["reference"])
def test_the_cases_are_the_same_in_each_try_and_take_the_wrong_functions(entry):
    first, again = functions.cases_of(entry), functions.cases_of(entry)
    assert len(first) >= 5
    assert repr(first) == repr(again)
    # None of the wrong functions stops or warns in any case.
    for mistake in entry["mistakes"]:
        for case in first:
            assert getattr(references, mistake["answer"])(*case) is not None
