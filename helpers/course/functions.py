"""Tries a learner's function beside a reference and finds the first case it gets wrong.

The references, their cases and typical mistakes stand in `notebooks/exercises.py`.

Not handled: functions that never end (who stops one is told the case); results drawn at
random; a change of an argument that is neither an array nor a list.
"""

from contextlib import suppress
from copy import deepcopy
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from inspect import signature

import numpy as np

from helpers.course.notebooks import NOTEBOOKS
from helpers.course.values import same, what


def verdict(entry: dict, given) -> str:
    """Whether a function is right in all cases; if not, the first where it is not."""
    names = signature(named(entry["reference"])).parameters
    if not callable(given):
        called = "" if isinstance(given, str) else " (did you call it?)"
        head = f"{entry['reference']}({', '.join(names)})"
        wanted = f"A function is wanted, such as def {head}"
        return f"Not yet. {wanted}; you gave {what(given)}{called}."
    cases = cases_of(entry)
    for number, case in enumerate(cases, 1):
        if problem := wrong(given, case, entry):
            pairs = zip(names, case, strict=True)
            told = ", ".join(f"{name} = {shown(each)}" for name, each in pairs)
            lines = [f"Case {number} of {len(cases)}", f"input     {told}"]
            return "\n  ".join([f"Not yet. {problem[0]}", *lines, *problem[1:]])
    return "Right."


def wrong(given, case: tuple, entry: dict) -> list[str]:
    """What is wrong in one case: a sentence, then perhaps what was wanted and given."""
    right = named(entry["reference"])
    # The learner's function gets copies, so that it can spoil nothing.
    expected, inputs = right(*deepcopy(case)), deepcopy(case)
    try:
        got = given(*inputs)
    except KeyboardInterrupt:
        return ["Your function did not end in this case, and was stopped."]
    except Exception as error:
        return [f"Your function stops with {type(error).__name__}: {error}"]
    if not same(got, expected, entry):
        missing = " (is a return missing?)" if got is None else ""
        results = f"expected  {shown(expected)}", f"got       {shown(got)}{missing}"
        return [reason(given, got, expected, entry), *results]
    names = signature(right).parameters
    for name, before, after in zip(names, case, inputs, strict=True):
        can_change = isinstance(before, np.ndarray | list)
        if can_change and not same(after, before, {"error": 0}):
            return [f"Your function changes its argument {name}; work on a copy."]
    return []


def reason(given, got, expected, entry: dict) -> str:
    """The hint of the typical mistake with these results in all cases; else a fault."""
    cases, results = cases_of(entry), []
    with suppress(Exception, KeyboardInterrupt):
        results = [given(*deepcopy(case)) for case in cases]
    for mistake in entry.get("mistakes", []) if results else []:
        made = [named(mistake["answer"])(*deepcopy(case)) for case in cases]
        if all(same(*pair, entry) for pair in zip(results, made, strict=True)):
            return mistake["hint"]
    if form(got) != form(expected):
        wanted = f"The result must be {what(expected)}"
        return f"{wanted}, but your function gave {what(got)}."
    return entry["hint"]


def named(function: str):
    """The function of this name in `notebooks/exercises.py`."""
    return getattr(references(), function)


@cache
def references():
    """The chapters' references, as a module."""
    place = spec_from_file_location("notebooks.exercises", NOTEBOOKS / "exercises.py")
    module = module_from_spec(place)
    place.loader.exec_module(module)
    return module


def cases_of(entry: dict) -> list[tuple]:
    """The arguments of all cases; the random ones are the same in each try."""
    return list(named(entry["reference"] + "_cases")(np.random.default_rng(0)))


def form(result) -> tuple | None:
    """Shape, and whether it holds numbers; None for arrays of different shapes."""
    try:
        array = np.asarray(list(result) if isinstance(result, set) else result)
    except ValueError:
        return None
    return array.shape, array.dtype.kind in "biuf"


def shown(value) -> str:
    """A value on one line; long arrays are shortened."""
    try:
        array = np.asarray(value)
    except ValueError:  # several results
        return "(" + ", ".join(map(shown, value)) + ")"
    text = np.array2string(array, separator=", ", threshold=30, edgeitems=5)
    return " ".join(text.split())[:300]
