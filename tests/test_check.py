"""Exercises: the solutions pass their checks, typical wrong answers do not."""

from __future__ import annotations

import re

import pytest

from helpers.course import exercises
from helpers.course.notebooks import chapters, read

KNOWN = exercises.exercises()
CELLS = {path.stem[:2]: read(path)["cells"] for path in chapters()}
ASKED = re.compile(r'\bcheck\("(\d\d-\d)"')


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


def test_each_exercise_is_asked_and_solved_once():
    assert sorted(name for name, _ in cells("exercise")) == sorted(KNOWN)
    assert sorted(name for name, _ in cells("solution")) == sorted(KNOWN)


@pytest.mark.parametrize(("name", "printed"), cells("solution"))
def test_the_solution_of_the_chapter_is_right(name, printed):
    assert "Right." in printed


@pytest.mark.parametrize(("name", "printed"), cells("exercise"))
def test_an_open_exercise_says_what_is_wanted(name, printed):
    assert printed == f"No answer yet. Replace None by {KNOWN[name]['wanted']}.\n"


@pytest.mark.parametrize("name", KNOWN)
def test_the_stored_answer_is_right_and_typical_mistakes_are_not(name):
    entry = KNOWN[name]
    assert exercises.verdict(name, entry["answer"]) == "Right."
    assert entry["mistakes"]
    for mistake in entry["mistakes"]:
        assert (
            exercises.verdict(name, mistake["answer"]) == f"Not yet. {mistake['hint']}"
        )


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize(
    "given", ["", [], {}, -1e9, float("nan"), [1, 2, 3, 4, 5], "?"]
)
def test_nonsense_gets_the_hint(name, given):
    assert exercises.verdict(name, given) == f"Not yet. {KNOWN[name]['hint']}"


def test_the_right_answer_takes_its_typical_forms():
    assert exercises.verdict("02-1", " z ") == "Right."
    assert exercises.verdict("02-2", 126_491.6) == "Right."
    assert exercises.verdict("02-2", "126491") == "Right."


def test_an_unknown_exercise_is_refused():
    with pytest.raises(KeyError, match="There is no exercise '02-99'"):
        exercises.check("02-99", 1)
