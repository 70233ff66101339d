"""Exercises that ask for a number, a word, yes or no, or for several of these.

An answer is right in every form that makes sense of it.

Not handled: tables of numbers, a decimal comma, units behind a number.
"""

import re
from collections.abc import Collection
from fractions import Fraction
from numbers import Real

import numpy as np

WITHIN = 0.01
"""Relative error that a number may have, where the exercise names no other."""
YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def verdict(entry: dict, given) -> str:
    """Whether the answer is right; if not, what form is wanted, or the hint for it."""
    if problem := wrong_form(given, entry):
        return f"Not yet. {problem}"
    right = [entry["answer"], *entry.get("accept", [])]
    if any(equal(given, answer, entry) for answer in right):
        return "Right."
    for mistake in entry.get("mistakes", []):
        if equal(given, mistake["answer"], entry):
            return f"Not yet. {mistake['hint']}"
    return f"Not yet. {entry['hint']}"


def equal(given, answer, entry: dict) -> bool:
    """Whether what was given is this answer, in the way that the exercise compares.

    >>> equal(" Ward.", "ward", {"answer": "ward"})
    True
    """
    given, answer = read(given, entry), read(answer, entry)
    return same(given, answer, {"within": WITHIN} | entry)


def wrong_form(given, entry: dict) -> str:
    """What is wrong with the type or the shape of an answer; '' if nothing is."""
    got, wanted = read(given, entry), read(entry["answer"], entry)
    name, count = reader(entry).__name__.replace("_", " "), len(wanted)
    if isinstance(given, set | frozenset) and count > 1:
        return "The order matters, and a set has none: give a list."
    if None not in got and len(got) == count:
        return ""
    wanted = f"A {name} is" if count == 1 else f"{count} {name}s are"
    return f"{wanted} wanted, but you gave {what(given)}."


# --- reading ------------------------------------------------------------------------


def read(given, entry: dict) -> list:
    """The entries of an answer as numbers, words, ...; None for what is none."""
    several = len(entries(entry["answer"])) > 1
    return [reader(entry)(each) for each in entries(given, split=several)]


def entries(given, split=False) -> list:
    """The entries of a list, tuple, set, array or series; one thing alone as [it].

    >>> entries((1, 2)), entries([[1], [2]]), entries([3]), entries(3)
    ([1, 2], [1, 2], [3], [3])
    >>> entries("[37 / 60, 62 %]", split=True)
    ['37 / 60', '62 %']
    >>> entries("(.5 1/2 62 %)", split=True), entries("a b, c and d", split=True)
    (['.5', '1/2', '62 %'], ['a b', 'c', 'd'])
    """
    if isinstance(given, str) and split:
        inside = re.sub(r"\band\b", ",", re.sub(r"[][(){}]", "", given))
        # Spaces part only where there is nothing else that does.
        between = "[,;]" if re.search("[,;]", inside) else r"(?<!/)\s+(?![%/])"
        parts = [part.strip() for part in re.split(between, inside)]
        return [part for part in parts if part]
    for convert in ("to_numpy", "tolist"):
        if hasattr(given, convert) and not isinstance(given, type):
            given = getattr(given, convert)()
    if isinstance(given, str | bytes | dict) or not isinstance(given, Collection):
        return [given]
    inner = [entries(each) for each in given]
    if len(inner) == 1:
        return inner[0]
    return [each[0] if len(each) == 1 else each for each in inner]


def reader(entry: dict):
    """The function below that reads the entries of an answer to this exercise.

    Each gives None for an entry that it cannot read.
    """
    if entry.get("labels"):
        return label
    answer = entries(entry["answer"])
    if all(yes_or_no(each) is not None for each in answer):
        return yes_or_no
    return word if isinstance(answer[0], str) else number


def number(entry) -> float | None:
    """A number from a number or its text, such as "37/60", "126,491" or "62 %"."""
    if isinstance(entry, bool):
        return None
    try:
        if not isinstance(entry, str):
            return float(entry)
        text = "".join(entry.split()).rstrip(".")
        text, unit = text.removesuffix("%"), 100 if text.endswith("%") else 1
        if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        return float(Fraction(text) if "/" in text else text) / unit
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None


def word(entry) -> str | None:
    """A text without regard to case, spaces, quotes and a full stop at its ends."""
    if not isinstance(entry, str):
        return None
    return " ".join(entry.casefold().split()).strip(" .\"'`")


def yes_or_no(entry) -> bool | None:
    """True or False from itself, or from "Yes" or "no."."""
    return entry if isinstance(entry, bool) else YES_NO.get(word(entry))


def label(entry) -> str | None:
    return None if callable(entry) else str(entry)


# --- comparing, also what functions give --------------------------------------------


def same(got, expected, entry: dict) -> bool:
    """Whether two results agree: in shape, and each number within an error.

    >>> same((1, [2]), (1, np.array([2])), {}), same(0.5, [0.5, 0.5], {})
    (True, False)
    """
    try:
        if entry.get("labels"):
            return renamed(got) == renamed(expected)
        if entry.get("unordered"):
            got, expected = (
                sorted(np.array(list(each)).tolist()) for each in (got, expected)
            )
        return agree(got, expected, entry)
    except (TypeError, ValueError):
        return False


def agree(got, expected, entry: dict) -> bool:
    if isinstance(expected, list | tuple):
        pairs = zip(got, expected, strict=True)
        return all(agree(*pair, entry) for pair in pairs)
    if got is None or expected is None or isinstance(expected, str):
        return isinstance(got, type(expected)) and got == expected
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    within = 0 if "error" in entry else entry.get("within", 1e-6)
    near = {"rtol": within, "atol": entry.get("error", 0) + 1e-9, "equal_nan": True}
    return got.shape == expected.shape and np.allclose(got, expected, **near)


def renamed(labels) -> list[int]:
    """Labels numbered in the order in which they come: only the groups are left."""
    seen = {}
    return [seen.setdefault(str(label), len(seen)) for label in labels]


def what(given) -> str:
    """What a learner gave, in words.

    >>> print(what([1, 2, 3]), what([[1, 2], [3, 4]]), what("x"), what(len), sep="; ")
    a list of 3; a list of 2 by 2; the text 'x'; a function
    """
    if getattr(given, "ndim", None) == 0:
        given = given.item()
    if isinstance(given, str):
        return f"the text {given[:40]!r}"
    if isinstance(given, bool | None):
        return str(given)
    if callable(given) or isinstance(given, Real):
        return "a function" if callable(given) else "a number"
    try:
        size = np.shape(given) or (len(given),)
    except (TypeError, ValueError):  # no size, or rows of different sizes
        size = ()
    name = type(given).__name__.lower()
    name = {"ndarray": "array", "dict": "dictionary"}.get(name, name)
    size = f" of {' by '.join(map(str, size))}" if size else ""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}{size}"
