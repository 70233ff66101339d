"""Hierarchical clustering of a few points, every step written out in exact fractions.

`trace` merges the two nearest clusters until one is left, by the formulas of Lance and
Williams (`formulas`), and keeps all that a reader with pen and paper writes down: the
matrix before and after, the pair, the height, each sum with its numbers filled in, and
the ties. Numbers are fractions, so two distances are tied when they are equal, not when
their rounding agrees. Reference: Lance & Williams 1967, The Computer Journal 9, 373.

Not handled: many points (each step looks at the whole matrix; `agglomerate` is fast).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd

from helpers import _checks
from helpers.linkage.formulas import METHODS

TIES = {"first": lambda pairs: pairs[0], "last": lambda pairs: pairs[-1]}
"""Which of several nearest pairs merges."""


@dataclass(frozen=True)
class Step:
    """One merge. Distances are squared for centroid, median and Ward.

    `before` and `after` are square tables of fractions, labelled by clusters; `pair`
    are the two that merge, `union` is their new name; `height` is their distance, and
    `level` where the dendrogram draws it (the root of a squared height); `text` and
    `latex` hold one sum for each other cluster; `ties` are all pairs at the smallest
    distance, in the order of the table.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    pair: tuple[str, str]
    union: str
    height: Fraction
    level: float
    text: tuple[str, ...]
    latex: tuple[str, ...]
    ties: tuple[tuple[str, str], ...]


def trace(D, method: str, ties: str | Callable = "first") -> tuple[Step, ...]:
    """Return all steps of a clustering by hand, from the first merge to the last.

    Parameters
    ----------
    D : array-like of shape (n_samples, n_samples), or DataFrame
        The symmetric matrix of distances, in any one unit: decimals (0.9 is taken as
        9/10), whole numbers, fractions, or texts such as "2/3". The columns of a
        DataFrame name the points; else they are p1, p2, ...
    method : str
        "single", "complete", "average", "weighted", "centroid", "median" or "ward". The
        last three work on squared distances, so D is squared first.
    ties : "first", "last" or callable
        Which of several pairs at the smallest distance merges: the first or the last in
        the order of the table, or what a function picks from the tuple of these pairs.

    Returns
    -------
    tuple of Step, n_samples - 1 long
        A union takes the place of the first of its two parts in the table.

    Examples
    --------
    >>> first, second = trace([[0, 1, 4], [1, 0, 2.5], [4, 2.5, 0]], "average")
    >>> first.pair, first.height
    (('p1', 'p2'), Fraction(1, 1))
    >>> first.text
    ('d(p1-p2, p3) = (1 · 4 + 1 · 2.5) / (1 + 1) = 3.25',)
    >>> second.height
    Fraction(13, 4)
    """
    _checks.choice(method, "method", METHODS)
    choose = ties if callable(ties) else TIES[_checks.choice(ties, "ties", TIES)]
    table = _exact_table(D)
    if METHODS[method].squared:
        table = table.map(lambda distance: distance**2)
    points, steps = list(table), []
    while len(table) > 1:
        steps.append(_step(table, method, choose, points))
        table = steps[-1].after
    return tuple(steps)


def linkage_matrix(steps) -> np.ndarray:
    """Return the steps of a trace as SciPy's linkage matrix, shape (n_samples - 1, 4).

    For each merge the two clusters, the height (unit of D), the number of points.

    >>> linkage_matrix(trace([[0, 1, 4], [1, 0, 2.5], [4, 2.5, 0]], "single"))
    array([[0. , 1. , 1. , 2. ],
           [2. , 3. , 2.5, 3. ]])
    """
    names = [*steps[0].before, *(step.union for step in steps)]
    return np.array(
        [[*sorted(map(names.index, s.pair)), s.level, _size(s.union)] for s in steps]
    )


# --- one step -----------------------------------------------------------------------


def _step(table: pd.DataFrame, method: str, choose: Callable, points: list) -> Step:
    """Merge two of the nearest clusters, and write everything down."""
    # Which two are nearest?
    ties = _nearest_pairs(table)
    i, j = pair = choose(ties)
    if pair not in ties:
        raise ValueError(
            f"ties picked {pair!r}, which is not among the nearest pairs {ties}; let "
            "the function return one of those that it is given."
        )
    # The union takes the place of i, and j is struck out.
    union = "-".join(sorted(i.split("-") + j.split("-"), key=points.index))
    after = table.rename(index={i: union}, columns={i: union})
    after = after.drop(index=j, columns=j)
    # How far is the union from each of the others?
    sums = []
    for k in table.columns.difference(pair, sort=False):
        distances = table.at[i, k], table.at[j, k], table.at[i, j]
        sizes = _size(i), _size(j), _size(k)
        value = METHODS[method].distance(*distances, *sizes)
        after.at[union, k] = after.at[k, union] = value
        sums.append(_written_out(method, (union, k), distances, sizes, value))
    height = table.at[i, j]
    # never the root of a negative number: the pair that merged was the nearest, so a
    # union's squared distances are at least 3/4 of its height
    level = math.sqrt(height) if METHODS[method].squared else float(height)
    text, latex = zip(*sums, strict=True) if sums else ((), ())
    return Step(table, after, pair, union, height, level, text, latex, ties)


def _nearest_pairs(table: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """All pairs of clusters at the smallest distance, in the order of the table."""
    D, names = table.to_numpy(), list(table)
    pairs = list(combinations(range(len(D)), 2))
    smallest = min(D[pair] for pair in pairs)
    return tuple((names[i], names[j]) for i, j in pairs if D[i, j] == smallest)


def _size(label: str) -> int:
    """How many points a cluster has: its label joins theirs by hyphens."""
    return label.count("-") + 1


# --- the sums, written out ----------------------------------------------------------

SUMS = {
    "single": ("min({ik}, {jk})", r"\min({ik}, {jk})"),
    "complete": ("max({ik}, {jk})", r"\max({ik}, {jk})"),
    "average": (
        "({ni} · {ik} + {nj} · {jk}) / ({ni} + {nj})",
        r"\frac{{{ni} \cdot {ik} + {nj} \cdot {jk}}}{{{ni} + {nj}}}",
    ),
    "weighted": ("({ik} + {jk}) / 2", r"\frac{{{ik} + {jk}}}{{2}}"),
    "centroid": (
        "({ni} · {ik} + {nj} · {jk}) / {n} − {ni} · {nj} · {ij} / {n}²",
        r"\frac{{{ni} \cdot {ik} + {nj} \cdot {jk}}}{{{n}}}"
        r" - \frac{{{ni} \cdot {nj} \cdot {ij}}}{{{n}^2}}",
    ),
    "median": (
        "({ik} + {jk}) / 2 − {ij} / 4",
        r"\frac{{{ik} + {jk}}}{{2}} - \frac{{{ij}}}{{4}}",
    ),
    "ward": (
        "(({ni} + {nk}) · {ik} + ({nj} + {nk}) · {jk} − {nk} · {ij}) / ({n} + {nk})",
        r"\frac{{({ni} + {nk}) \cdot {ik} + ({nj} + {nk}) \cdot {jk}"
        r" - {nk} \cdot {ij}}}{{{n} + {nk}}}",
    ),
}
"""Each linkage's formula as text and as LaTeX, with places for the numbers."""


def _written_out(method: str, clusters, distances, sizes, value) -> tuple[str, str]:
    """The sum that gives a union's distance to another cluster, as text and as LaTeX.

    `clusters` are the labels of the union and of the other cluster k; `distances` those
    of i and k, of j and k, of i and j, where i and j are the parts of the union;
    `sizes` those of i, j and k; `value` is what the sum comes to.

    >>> half = Fraction(1, 2)
    >>> _written_out("single", ("p1-p2", "p3"), (1, half, half), (1, 1, 1), half)[0]
    'd(p1-p2, p3) = min(1, 0.5) = 0.5'
    """
    n_i, n_j, n_k = sizes
    numbers = {"ni": n_i, "nj": n_j, "nk": n_k, "n": n_i + n_j}
    (union, k), squared = clusters, METHODS[method].squared
    # As text ...
    formula, formula_in_latex = SUMS[method]
    ik, jk, ij = map(as_decimal_or_fraction, distances)
    result = as_decimal_or_fraction(value)
    text = f"{'d²' if squared else 'd'}({union}, {k}) = "
    text += formula.format(ik=ik, jk=jk, ij=ij, **numbers) + f" = {result}"
    text += f" ≈ {float(value):.4f}" if "/" in result else ""
    # ... and in LaTeX.
    ik, jk, ij = map(_in_latex, distances)
    latex = rf"{'d^2' if squared else 'd'}(\text{{{union}}}, \text{{{k}}}) = "
    latex += formula_in_latex.format(ik=ik, jk=jk, ij=ij, **numbers)
    return text, f"{latex} = {_in_latex(value)}"


def as_decimal_or_fraction(value: Fraction) -> str:
    """Return a fraction as a decimal where that is exact, else as a fraction.

    A fraction in lowest terms is a finite decimal if 2 and 5 alone divide its
    denominator (Hardy & Wright, *An Introduction to the Theory of Numbers*, 9.2).

    >>> [as_decimal_or_fraction(Fraction(n, 60)) for n in (27, 37)]
    ['0.45', '37/60']
    """
    decimal = f"{float(value):.12g}"
    short = "e" not in decimal and Fraction(decimal) == value
    return decimal if short else str(value)


def _in_latex(value: Fraction) -> str:
    """A fraction as LaTeX."""
    plain = as_decimal_or_fraction(value)
    fraction = rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"
    return fraction if "/" in plain else plain


# --- what a table of distances must be ----------------------------------------------


def _exact_table(D) -> pd.DataFrame:
    """The distances as fractions in a labelled table, if they are distances."""
    values = _checks.array(D, "D", object)
    if values.ndim != 2 or len(values) != values.shape[1] or len(values) < 2:
        raise ValueError(
            f"D must be a square matrix of the distances of at least 2 points, but has "
            f"shape {values.shape}; scipy.spatial.distance.squareform makes one of "
            "condensed distances."
        )
    table = pd.DataFrame([[_fraction(value) for value in row] for row in values])
    distances = table.to_numpy()
    wrong = (distances != distances.T) | np.diag(distances.diagonal() != 0)
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise ValueError(
            f"D must be symmetric with zeros on its diagonal, but row {i}, column {j} "
            f"(counted from 0) holds {as_decimal_or_fraction(distances[i, j])} and row "
            f"{j}, column {i} holds {as_decimal_or_fraction(distances[j, i])}; look "
            "for an entry that was mistyped."
        )
    if (distances < 0).any():
        raise ValueError(
            "D must not be negative, but holds "
            f"{as_decimal_or_fraction(distances.min())}; check how the distances were "
            "made."
        )
    names = _names(D, len(table))
    return table.set_axis(names, axis=0).set_axis(names, axis=1)


def _fraction(value) -> Fraction:
    """The number as it is written: 0.9 is 9/10, not the nearest binary fraction."""
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(
            f"D must hold finite numbers, but has the entry {value!r}; give decimals, "
            "whole numbers or fractions."
        ) from None


def _names(D, n: int) -> list[str]:
    """A name for each point; a union's name joins those of its points by hyphens."""
    if not isinstance(D, pd.DataFrame):
        return [f"p{i}" for i in range(1, n + 1)]
    names = list(D.columns)
    good = all(isinstance(name, str) and name and "-" not in name for name in names)
    if not good or len(set(names)) != n:
        raise ValueError(
            f"The columns of D must have {n} different names, each a text without a "
            f"hyphen, but they are {names!r}."
        )
    return names
