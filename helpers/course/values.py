"""Exercises that ask for a number, a word, yes or no, or for several of these.

An answer is right in every form that makes sense of it. Standard library only.

Not handled: tables of numbers, a decimal comma, units behind a number.
"""

import re
from collections.abc import Collection
from fractions import Fraction
from numbers import Real

WITHIN = 0.01
"""Relative error that a number may have, where the exercise names no other."""
YES_NO = {"yes": True, "true": True, "no": False, "false": False}
FORMS = {
    "number": ("A single number", "numbers"),
    "word": ("A word", "words"),
    "yes_or_no": ("Yes or no", "answers (yes or no)"),
}
COUNTS = dict(enumerate(["Two", "Three", "Four", "Five", "Six", "Seven", "Eight"], 2))


def verdict(entry: dict, given) -> str:
    """Whether the answer is right; if not, the hint for it, or what form is wanted."""
    right = [entry["answer"], *entry.get("accept", [])]
    if any(equal(given, answer, entry) for answer in right):
        return "Right."
    for mistake in entry.get("mistakes", []):
        if equal(given, mistake["answer"], entry):
            return f"Not yet. {mistake['hint']}"
    return f"Not yet. {wrong_form(given, entry) or entry['hint']}"


def equal(given, answer, entry: dict) -> bool:
    """Whether what was given is this answer, in the way that the exercise compares.

    >>> equal(" Ward.", "ward", {}), equal((1, "201 %"), [1, 2], {})
    (True, True)
    >>> equal([1, 1, 0], [0, 0, 1], {"labels": True}), equal([1, 2], [2, 1], {})
    (True, False)
    """
    answer = entries(answer)
    if without_order(given, answer, entry):
        return False
    given = entries(given, split=len(answer) > 1 or entry.get("unordered", False))
    if entry.get("labels"):
        return renamed(given) == renamed(answer)
    read = reader(answer)
    given, answer = [[read(each) for each in side] for side in (given, answer)]
    if None in given:
        return False
    if entry.get("unordered"):
        given, answer = sorted(set(given)), sorted(set(answer))
    if len(given) != len(answer):
        return False
    if read is not number:
        return given == answer
    return all(near(*pair, entry) for pair in zip(given, answer, strict=True))


def near(number: float, answer: float, entry: dict) -> bool:
    relative = entry.get("within", WITHIN) * abs(answer)
    return abs(number - answer) <= entry.get("error", relative) + 1e-12


def without_order(given, answer: list, entry: dict) -> bool:
    """Whether this is a set where the order of several entries matters."""
    matters = len(answer) > 1 and not entry.get("unordered", False)
    return matters and isinstance(given, set | frozenset)


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


def reader(answer: list):
    """The function below that reads the entries of an answer like this one.

    Each gives None for an entry that it cannot read.
    """
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


def renamed(labels: list) -> list[int]:
    """Labels numbered in the order in which they come: only the groups are left."""
    seen = {}
    return [seen.setdefault(str(label), len(seen)) for label in labels]


# --- what is wrong with the form ----------------------------------------------------


def wrong_form(given, entry: dict) -> str:
    """What is wrong with the type or the shape of an answer; '' if nothing is."""
    answer = entries(entry["answer"])
    free = entry.get("unordered", False)  # how many there are is part of the question
    got = entries(given, split=len(answer) > 1 or free)
    read = reader(answer)
    if entry.get("labels"):
        one, several = "A label", "labels"
        good = len(got) > 0 and not any(map(callable, got))
    else:
        one, several = FORMS[read.__name__]
        good = all(read(each) is not None for each in got)
    if without_order(given, answer, entry):
        return "The order matters, and a set has none: give a list."
    if good and (free or len(got) == len(answer)):
        return ""
    count, wanted = len(answer), f"{one} is wanted"
    if free or count > 1:
        count = "Several" if free else COUNTS.get(count, count)
        wanted = f"{count} {several} are wanted"
    many = good and len(answer) > 1 and len(got) > 0
    return f"{wanted}, but you gave {len(got) if many else what(given)}."


def what(given) -> str:
    """What a learner gave, in words.

    >>> print(what([1, 2, 3]), what([[1, 2], [3, 4]]), what("x"), what(len), sep="; ")
    a list of 3; a list of 2 by 2; the text 'x'; a function
    """
    if getattr(given, "ndim", None) == 0:
        given = given.item()
    if isinstance(given, str):
        return f"the text {given[:40]!r}" if given else "an empty text"
    if isinstance(given, bool | None):
        return str(given)
    if callable(given) or isinstance(given, Real):
        return "a function" if callable(given) else "a number"
    name = type(given).__name__.lower()
    name = {"ndarray": "array", "dict": "dictionary"}.get(name, name)
    size = sides(given)
    name = f"empty {name}" if size == (0,) else name
    size = f" of {' by '.join(map(str, size))}" if any(size) else ""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}{size}"


def sides(given) -> tuple:
    if hasattr(given, "shape"):
        return given.shape
    if isinstance(given, str) or not isinstance(given, Collection):
        return ()
    inner = {sides(each) for each in given}
    return (len(given), *(inner.pop() if len(inner) == 1 else ()))
