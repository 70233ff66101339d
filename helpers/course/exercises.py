"""Tells a learner whether an exercise's answer is right, and gives a hint if not.

The answers, hints and typical mistakes stand in `notebooks/exercises.toml`, which says
how a teacher adds an exercise. There are three kinds, each with a file of its own: a
value, a choice, and a function, which is tried on cases beside a reference. Right
answers are computed by the solutions in the chapters, and the tests compare the two.

Not handled: answers that need a human reader, such as a paragraph or a picture;
functions that never end.
"""

import tomllib
from functools import cache
from importlib import import_module
from string import ascii_lowercase as LETTERS

from helpers.course.notebooks import NOTEBOOKS

EXERCISES = NOTEBOOKS / "exercises.toml"
KINDS = {"value": "values", "choice": "choices", "function": "functions"}
"""The kinds of exercises, and the file that judges each."""


def check(exercise: str, given) -> None:
    """Print whether the answer to an exercise such as "02-1" is right; if not, a hint.

    The answer may come in any sensible form: 0.25, "1/4", "25 %" or [0.25]; a list, a
    tuple or an array; "Ward" or " ward."; True or "yes". None is "not answered yet".

    >>> check("02-6", None)
    No answer yet. Replace None by a number of stars.
    >>> check("02-6", "458")
    Right.
    """
    print(verdict(exercise, given))


def verdict(exercise: str, given) -> str:
    known = exercises()
    if exercise not in known:
        there = ", ".join(known)
        raise KeyError(f"There is no exercise {exercise!r}; there are {there}.")
    entry = known[exercise]
    if given is None:
        options = "".join(f"\n{option}" for option in listed(entry))
        return f"No answer yet. Replace None by {entry['wanted']}.{options}"
    # The kinds are loaded when they are needed, as functions need NumPy.
    kind = import_module(f"helpers.course.{KINDS[entry.get('kind', 'value')]}")
    return kind.verdict(entry, given)


def listed(entry: dict) -> list[str]:
    """The options of a choice, a line for each."""
    options = [option["text"] for option in entry.get("options", [])]
    return [f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False)]


@cache
def exercises() -> dict[str, dict]:
    """All exercises, by their names such as "02-1"."""
    return tomllib.loads(EXERCISES.read_text(encoding="utf-8"))
