"""Hierarchical clustering of a few points, every step written out in exact fractions.

`trace` merges the two nearest clusters until one is left, by the formulas of Lance and
Williams (`lance_williams`), and keeps all that a reader with pen and paper writes down:
the matrix before and after, the pair, the height, each sum with its numbers filled in,
and the ties. Numbers are fractions, so two distances are tied when they are equal, not
when their rounding agrees. Reference: Lance & Williams 1967, Computer Journal 9, 373.

Not handled: many points (each step looks at the whole matrix; `linkage.py` is fast).
"""

from __future__ import annotations

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


def trace(
    D, method: str, labels=None, ties: str | Callable = "first"
) -> tuple[Step, ...]:
    """Return all steps of a clustering by hand, from the first merge to the last.

    Parameters
    ----------
    D : array-like of shape (n_samples, n_samples), or DataFrame
        The symmetric matrix of distances, in any one unit: decimals (0.9 is taken as
        9/10), whole numbers, fractions, or texts such as "2/3".
    method : str
        "single", "complete", "average", "weighted", "centroid", "median" or "ward". The
        last three work on squared distances, so D is squared first.
    labels : sequence of str
        Names of the points; None: those of the DataFrame, or p1, p2, ...
    ties : "first", "last" or callable
        Which of several pairs at the smallest distance merges: the first or the last in
        the order of the table, or what a function picks from the tuple of these pairs.

    Returns
    -------
    tuple of Step, n_samples - 1 long
        A union takes the place of the first of its two parts in the table.

    Raises
    ------
    TypeError, ValueError
        If D is no matrix of distances, or a label is missing, double or has a hyphen.

    References
    ----------
    Lance & Williams 1967, The Computer Journal 9, 373.

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
    name = _checks.choice(method, "method", METHODS)
    take = ties if callable(ties) else TIES[_checks.choice(ties, "ties", TIES)]
    table = _exact_table(D, labels)
    if METHODS[name].squared:
        table = table.map(lambda distance: distance**2)
    points, steps = list(table), []
    while len(table) > 1:
        steps.append(_step(table, name, take, points))
        table = steps[-1].after
    return tuple(steps)


def linkage_matrix(steps) -> np.ndarray:
    """Return the steps of a trace as SciPy's linkage matrix.

    Parameters
    ----------
    steps : sequence of Step
        What `trace` returns.

    Returns
    -------
    ndarray of shape (n_samples - 1, 4)
        For each merge the two clusters, the height (unit of D), the number of points.

    References
    ----------
    Müllner 2011, arXiv:1109.2378, section 2.

    Examples
    --------
    >>> linkage_matrix(trace([[0, 1, 4], [1, 0, 2.5], [4, 2.5, 0]], "single"))
    array([[0. , 1. , 1. , 2. ],
           [2. , 3. , 2.5, 3. ]])
    """
    labels = [*steps[0].before, *(step.union for step in steps)]
    return np.array(
        [
            [*sorted(map(labels.index, step.pair)), step.level, _size(step.union)]
            for step in steps
        ]
    )


def _step(table: pd.DataFrame, name: str, take: Callable, points: list) -> Step:
    """Merge two of the nearest clusters, and write everything down."""
    ties = _nearest_pairs(table)
    i, j = pair = take(ties)
    if pair not in ties:
        raise ValueError(
            f"ties picked {pair!r}, which is not among the nearest pairs {ties}; let "
            "the function return one of those that it is given."
        )
    union = "-".join(sorted(i.split("-") + j.split("-"), key=points.index))
    after = table.rename(index={i: union}, columns={i: union})
    after = after.drop(index=j, columns=j)
    sums = []
    for k in table.columns.difference(pair, sort=False):
        distances = table.at[i, k], table.at[j, k], table.at[i, j]
        sizes = _size(i), _size(j), _size(k)
        value = METHODS[name].distance(*distances, *sizes)
        after.at[union, k] = after.at[k, union] = value
        sums.append(filled_in(name, (union, k), distances, sizes, value))
    height = table.at[i, j]
    # never the root of a negative number: the pair that merged was the nearest, so a
    # union's squared distances are at least 3/4 of its height
    level = math.sqrt(height) if METHODS[name].squared else float(height)
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


def _exact_table(D, labels) -> pd.DataFrame:
    """The distances as fractions in a labelled table, if they are distances."""
    if labels is None and isinstance(D, pd.DataFrame):
        labels = list(D.columns)
    values = _checks.array(D, "D", object)
    if values.ndim != 2 or len(values) != values.shape[1] or len(values) < 2:
        raise ValueError(
            f"D must be a square matrix of the distances of at least 2 points, but has "
            f"shape {values.shape}; scipy.spatial.distance.squareform makes one of "
            "condensed distances."
        )
    table = pd.DataFrame([[_fraction(value) for value in row] for row in values])
    D = table.to_numpy()
    wrong = (D != D.T) | np.diag(D.diagonal() != 0)
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise ValueError(
            f"D must be symmetric with zeros on its diagonal, but row {i}, column {j} "
            f"(counted from 0) holds {as_decimal_or_fraction(D[i, j])} and row {j}, "
            f"column {i} holds {as_decimal_or_fraction(D[j, i])}; look for an entry "
            "that was mistyped."
        )
    if (table < 0).any(axis=None):
        raise ValueError(
            "D must not be negative, but holds "
            f"{as_decimal_or_fraction(table.min(axis=None))}; check how the distances "
            "were made."
        )
    names = _names(labels, len(table))
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


def _names(labels, n: int) -> list[str]:
    """A name for each point; a union's name joins those of its points by hyphens."""
    given = [f"p{i}" for i in range(1, n + 1)] if labels is None else labels
    names = _checks.sequence(given, "labels")
    good = all(isinstance(name, str) and name and "-" not in name for name in names)
    if not good or len(set(names)) != n or len(names) != n:
        raise ValueError(
            f"labels must be {n} different texts without a hyphen, one for each row of "
            f"D, but {labels!r} was given."
        )
    return names


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


def filled_in(name: str, clusters, distances, sizes, value) -> tuple[str, str]:
    """Return the sum that gives a union's distance to another cluster, in two scripts.

    Parameters
    ----------
    name : str
        One of the seven linkages.
    clusters : (str, str)
        Labels of the union and of the other cluster k.
    distances : (Fraction, Fraction, Fraction)
        Of i and k, of j and k, of i and j, where i and j are the parts of the union;
        squared for centroid, median and Ward.
    sizes : (int, int, int)
        Numbers of points in i, j and k.
    value : Fraction
        What the sum comes to.

    Returns
    -------
    text, latex : str

    References
    ----------
    Lance & Williams 1967, The Computer Journal 9, 373.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> filled_in("single", ("p1-p2", "p3"), (1, half, half), (1, 1, 1), half)[0]
    'd(p1-p2, p3) = min(1, 0.5) = 0.5'
    """
    numbers = dict(zip(("ni", "nj", "nk"), sizes, strict=True), n=sizes[0] + sizes[1])
    names = ("ik", "jk", "ij")
    text, latex = (
        formula.format(
            **numbers, **dict(zip(names, map(write, distances), strict=True))
        )
        for formula, write in zip(
            SUMS[name], (as_decimal_or_fraction, _typeset), strict=True
        )
    )
    union, k = clusters
    d, d_typeset = ("d²", "d^2") if METHODS[name].squared else ("d", "d")
    about = f" ≈ {float(value):.4f}" if "/" in as_decimal_or_fraction(value) else ""
    return (
        f"{d}({union}, {k}) = {text} = {as_decimal_or_fraction(value)}{about}",
        rf"{d_typeset}(\text{{{union}}}, \text{{{k}}}) = {latex} = {_typeset(value)}",
    )


def as_decimal_or_fraction(value: Fraction) -> str:
    """Return a fraction as a decimal where that is exact, else as a fraction.

    Parameters
    ----------
    value : Fraction

    Returns
    -------
    str

    References
    ----------
    A fraction in lowest terms is a finite decimal if 2 and 5 alone divide its
    denominator (Hardy & Wright, *An Introduction to the Theory of Numbers*, 9.2).

    Examples
    --------
    >>> [as_decimal_or_fraction(Fraction(n, 60)) for n in (27, 37)]
    ['0.45', '37/60']
    """
    decimal = f"{float(value):.12g}"
    short = "e" not in decimal and Fraction(decimal) == value
    return decimal if short else str(value)


def _typeset(value: Fraction) -> str:
    """A fraction as LaTeX."""
    if "/" in as_decimal_or_fraction(value):
        return rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"
    return as_decimal_or_fraction(value)
