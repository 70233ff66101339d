"""Tells a learner whether an exercise's answer is right, and gives a hint if not.

The answers, hints and typical mistakes stand in `exercises.toml`; a teacher adds
an exercise there without writing code. Right answers are computed by the solutions in
the chapters, and the tests compare the two.

Not handled: answers that need a human reader, such as a paragraph or a picture.
"""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np

EXERCISES = Path(__file__).with_name("exercises.toml")
WITHIN = 0.01
"""Relative error that a number may have, where the exercise names no other."""


def check(exercise: str, given) -> None:
    """Print whether the answer to an exercise such as "02-1" is right; if not, a hint.

    The answer is a number, text, several numbers, or None for "not answered yet". Text
    is compared without regard to case and spaces at its ends.

    >>> check("02-1", None)
    No answer yet. Replace None by the name of a feature.
    >>> check("02-1", "Z")
    Right.
    """
    print(verdict(exercise, given))


def verdict(exercise: str, given) -> str:
    """What `check` prints."""
    known = exercises()
    if exercise not in known:
        there = ", ".join(known)
        raise KeyError(f"There is no exercise {exercise!r}; there are {there}.")
    entry = known[exercise]
    if given is None:
        return f"No answer yet. Replace None by {entry['wanted']}."
    within = entry.get("within", WITHIN)
    if equal(given, entry["answer"], within):
        return "Right."
    for mistake in entry.get("mistakes", []):
        if equal(given, mistake["answer"], within):
            return f"Not yet. {mistake['hint']}"
    return f"Not yet. {entry['hint']}"


@cache
def exercises() -> dict[str, dict]:
    """All exercises: what is wanted, the answer, a hint, typical mistakes."""
    return tomllib.loads(EXERCISES.read_text(encoding="utf-8"))


def equal(given, answer, within: float) -> bool:
    """Whether two answers are the same: text as text, numbers within an error.

    Examples
    --------
    >>> equal(" Ward", "ward", 0.01), equal([1, 2.01], [1, 2], 0.01)
    (True, True)
    >>> equal(3, 2, 0.01), equal("two", 2, 0.01), equal([1], [1, 2], 0.01)
    (False, False, False)
    """
    if isinstance(answer, str):
        return isinstance(given, str) and given.strip().lower() == answer.lower()
    try:
        given = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return False
    answer = np.asarray(answer, dtype=float)
    return given.shape == answer.shape and np.allclose(
        given, answer, rtol=within, atol=1e-12
    )
