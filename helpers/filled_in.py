"""The formulas of Lance and Williams with their numbers filled in, as text and LaTeX.

Numbers are fractions, written as decimals where that is exact. Reference: Lance &
Williams 1967, The Computer Journal 9, 373.

Not handled: the value itself, which `lance_williams` computes.
"""

from __future__ import annotations

from fractions import Fraction

from helpers.lance_williams import METHODS

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
        for formula, write in zip(SUMS[name], (exact, _typeset), strict=True)
    )
    union, k = clusters
    d, d_typeset = ("d²", "d^2") if METHODS[name].squared else ("d", "d")
    about = f" ≈ {float(value):.4f}" if "/" in exact(value) else ""
    return (
        f"{d}({union}, {k}) = {text} = {exact(value)}{about}",
        rf"{d_typeset}(\text{{{union}}}, \text{{{k}}}) = {latex} = {_typeset(value)}",
    )


def exact(value: Fraction) -> str:
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
    >>> exact(Fraction(9, 20)), exact(Fraction(37, 60))
    ('0.45', '37/60')
    """
    decimal = f"{float(value):.12g}"
    short = "e" not in decimal and Fraction(decimal) == value
    return decimal if short else str(value)


def _typeset(value: Fraction) -> str:
    """A fraction as LaTeX."""
    if "/" in exact(value):
        return rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"
    return exact(value)
