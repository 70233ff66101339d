"""Tells a learner whether an exercise's answer is right, and gives a hint if not.

The answers, hints and typical mistakes stand in `notebooks/exercises.toml`, which says
how a teacher adds an exercise. There are three kinds, each with a file of its own: a
value, a choice, and a function, which is tried on cases beside a reference. Right
answers are computed by the solutions in the chapters, and the tests compare the two.

Not handled: answers that need a human reader, such as a paragraph or a picture.
"""

import tomllib
from functools import cache

from helpers.course import choices, functions, values
from helpers.course.notebooks import NOTEBOOKS

EXERCISES = NOTEBOOKS / "exercises.toml"
KINDS = {"value": values, "choice": choices, "function": functions}
"""The kinds of exercises, and what judges each."""


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
    if exercise not in exercises():
        there = ", ".join(exercises())
        raise KeyError(f"There is no exercise {exercise!r}; there are {there}.")
    entry = exercises()[exercise]
    if given is None:
        lines = [f"No answer yet. Replace None by {entry['wanted']}."]
        for letter, option in choices.listed(entry).items():
            lines.append(f"{letter}. {option['text']}")
        return "\n".join(lines)
    return KINDS[entry.get("kind", "value")].verdict(entry, given)


@cache
def exercises() -> dict[str, dict]:
    """All exercises, by their names such as "02-1"."""
    return tomllib.loads(EXERCISES.read_text(encoding="utf-8"))
