"""Tries a learner's function beside a reference and finds the first case it gets wrong.

The references, their cases and typical mistakes stand in `notebooks/exercises.py`.

Not handled: functions that never end; results that are drawn at random; a change of an
argument that is neither an array nor a list.
"""

import inspect
from copy import deepcopy
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location

import numpy as np

from helpers.course.notebooks import NOTEBOOKS
from helpers.course.values import renamed, what

WITHIN = 1e-6
"""Relative error that a result may have, where the exercise names no other."""


def verdict(entry: dict, given) -> str:
    """Whether a function is right in all cases; if not, the first where it is not."""
    if not callable(given):
        called = "" if isinstance(given, str) else " (did you call it?)"
        wanted = f"A function is wanted, such as def {head(entry)}"
        return f"Not yet. {wanted}; you gave {what(given)}{called}."
    cases = cases_of(entry)
    for number, case in enumerate(cases, 1):
        if problem := wrong(given, case, entry):
            sentence, told = problem
            return f"Not yet. {sentence}\n  Case {number} of {len(cases)}\n  {told}"
    return "Right."


def wrong(given, case: tuple, entry: dict) -> tuple[str, str] | None:
    """What is wrong in one case: a sentence, and the case in words."""
    reference = getattr(references(), entry["reference"])
    expected, inputs = reference(*deepcopy(case)), deepcopy(case)
    names = list(inspect.signature(reference).parameters)
    pairs = zip(names, case, strict=True)
    told = "input     " + ", ".join(f"{name} = {shown(each)}" for name, each in pairs)
    # The learner's function gets copies, so that it can spoil nothing.
    try:
        got = given(*inputs)
    except Exception as error:
        return f"Your function stops with {type(error).__name__}: {error}", told
    if not same(got, expected, entry):
        sentence = typical(got, case, entry)
        if not sentence and form(got) != form(expected):
            sentence = f"The result must be {what(expected)}"
            sentence += f", but your function gave {what(got)}."
        sentence = sentence or entry["hint"]
        missing = " (is a return missing?)" if got is None else ""
        told += f"\n  expected  {shown(expected)}\n  got       {shown(got)}{missing}"
        return sentence, told
    for name, before, after in zip(names, case, inputs, strict=True):
        if changed(before, after):
            said = f"Your function changes its argument {name}; work on a copy."
            return said, told
    return None


@cache
def references():
    """The chapters' references, as a module."""
    place = spec_from_file_location("notebooks.exercises", NOTEBOOKS / "exercises.py")
    module = module_from_spec(place)
    place.loader.exec_module(module)
    return module


def changed(before, after) -> bool:
    exact = {"within": 0, "error": 0}
    return isinstance(before, np.ndarray | list) and not same(after, before, exact)


def head(entry: dict) -> str:
    """The name and the arguments of the function that is wanted: "mean(values)"."""
    reference = getattr(references(), entry["reference"])
    return f"{reference.__name__}({', '.join(inspect.signature(reference).parameters)})"


def cases_of(entry: dict) -> list[tuple]:
    """The arguments of all cases; the random ones are the same in each try."""
    made = getattr(references(), entry["reference"] + "_cases")
    return list(made(np.random.default_rng(0)))


def typical(got, case: tuple, entry: dict) -> str:
    """The hint of the typical mistake that gives this result, if one does."""
    for mistake in entry.get("mistakes", []):
        mistaken = getattr(references(), mistake["answer"])
        if same(got, mistaken(*deepcopy(case)), entry):
            return mistake["hint"]
    return ""


def same(got, expected, entry: dict) -> bool:
    """Whether two results agree: in shape, and each number within an error.

    >>> same([0.5, np.nan], np.array([0.5, np.nan]), {}), same(0.5, [0.5, 0.5], {})
    (True, False)
    >>> same((1, [2]), (1, np.array([2])), {}), same(None, np.nan, {})
    (True, False)
    """
    if expected is None or got is None or isinstance(expected, str):
        return type(got) is type(expected) and got == expected
    try:
        if entry.get("labels"):
            got, expected = renamed(got), renamed(expected)
        if entry.get("unordered"):
            got, expected = (
                sorted(np.array(list(each), dtype=float).tolist())
                for each in (got, expected)
            )
        if isinstance(expected, tuple | list) and form(expected) is None:
            pairs = zip(got, expected, strict=True)
            return all(same(a, b, entry) for a, b in pairs)
        if np.asarray(got).dtype.kind in "US":
            return np.array_equal(got, expected)
        got, expected = np.asarray(got, float), np.asarray(expected, float)
    except (TypeError, ValueError):
        return False
    error = entry.get("error", 1e-9)
    within = 0 if "error" in entry else entry.get("within", WITHIN)
    return got.shape == expected.shape and np.allclose(
        got, expected, rtol=within, atol=error, equal_nan=True
    )


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
    if array.dtype.kind not in "biuf":
        return repr(value)[:300]
    if array.ndim == 0:
        return f"{array.item():.8g}" if array.dtype.kind == "f" else str(array.item())
    text = np.array2string(array, separator=", ", threshold=30, edgeitems=5)
    return " ".join(text.split())
