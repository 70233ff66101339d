"""The pictures of chapter 01: birds in groups, matrices with a marked cell, trees.

A tree comes as a linkage matrix with the names of its points, a clustering by hand as
the list of steps that the chapter's loop keeps: clusters, table, i and j of each merge.
"""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import linkage
from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE, shared

HEIGHT = "height (distance)"
# One order along the floor in which none of the chapter's trees crosses itself.
FLOOR = ["p3", "p2", "p5", "p4", "p1"]
# Groups and species are different things, and have different colours.
GROUPS = [DATA, PALETTE[2], PALETTE[3]]
SPECIES = [PALETTE[4], PALETTE[6], PALETTE[5]]
# Adelie and Gentoo have the marker of the group of average linkage that holds most of
# them; Chinstrap, which has no group of its own, that of the small one.
SPECIES_MARKERS = [MARKERS[1], MARKERS[2], MARKERS[0]]
# How a text stands at a point: shifted by points of print.
CENTERED = {"textcoords": "offset points", "ha": "center", "fontsize": 12}


# --- the birds ----------------------------------------------------------------------


def birds(table: pd.DataFrame, groups: dict[str, np.ndarray]) -> Figure:
    """The same birds once for each grouping; both axes have the same scale."""
    fig, panels = shared.subplots(len(groups), 1, size=(8, 5.3), sharex=True)
    for axes, (rule, labels) in zip(panels, groups.items(), strict=True):
        sizes = np.bincount(labels)
        names = [f"{size} birds" if size > 1 else "1 bird" for size in sizes]
        _scatter(axes, table, np.array(names)[labels], names, GROUPS, MARKERS)
        axes.set_title(rule)
    panels[0].set_xlabel("")
    return fig


def species(table: pd.DataFrame) -> Figure:
    """The birds by what they are."""
    fig, axes = shared.subplots(size=(8, 2.9))
    kinds = table["species"]
    _scatter(axes, table, kinds, sorted(set(kinds)), SPECIES, SPECIES_MARKERS)
    return fig


def _scatter(axes: Axes, table, kinds, order, colors, markers) -> None:
    """The two measures of the bill, a colour and a marker for each kind of bird."""
    palette = dict(zip(order, colors, strict=True))
    markers = dict(zip(order, markers, strict=False))
    sns.scatterplot(
        x=table["bill_length_mm"].to_numpy(),
        y=table["bill_depth_mm"].to_numpy(),
        hue=np.asarray(kinds),
        style=np.asarray(kinds),
        hue_order=order,
        style_order=order,
        palette=palette,
        markers=markers,
        s=34,
        ax=axes,
    )
    axes.set(xlabel="length of the bill (mm)", ylabel="depth of the bill (mm)")
    axes.set_aspect("equal")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


# --- clusters in words --------------------------------------------------------------


def name(cluster, names) -> str:
    """The name of a cluster of points: p25 for p2 and p5."""
    return "p" + "".join(sorted(names[point].removeprefix("p") for point in cluster))


def exact(value: Fraction) -> str:
    """A fraction as a decimal where that is exact, else as a fraction.

    >>> [exact(Fraction(n, 60)) for n in (27, 37)]
    ['0.45', '37/60']
    """
    decimal = f"{float(value):g}"
    return decimal if Fraction(decimal) == value else str(value)


# --- merges and trees ---------------------------------------------------------------


def merges(history, Z: np.ndarray, names) -> list[Figure]:
    """A frame for each merge: left the matrix before it, right the tree after it."""
    frames = []
    for done, (clusters, table, i, j) in enumerate(history, 1):
        fig, (left, right) = shared.subplots(
            1, 2, size=(4.5, 3.2), width_ratios=[1.15, 1]
        )
        heads = [name(cluster, names) for cluster in clusters]
        height = exact(table[i, j])
        title = f"Merge {done}: {heads[i]} and {heads[j]} at {height}"
        fig.suptitle(title, x=0.02, ha="left", fontweight="bold")
        _matrix(left, table, heads, (i, j), len(history))
        tops = _tree(right, Z, names, done, newest=done - 1)
        right.annotate(height, tops[done - 1], (0, 5), **CENTERED)
        left.set_title("before", pad=10)
        right.set(title="after", ylabel=HEIGHT, ylim=(0, 0.75))
        frames.append(fig)
    return frames


def cuts(trees: dict, names, n_clusters: int) -> Figure:
    """Trees cut into clusters: what hangs together below the line has one colour."""
    fig, panels = shared.subplots(1, len(trees), size=(8, 3.6), sharey=True)
    places = np.array([FLOOR.index(each) for each in names])
    for axes, (title, Z) in zip(panels, trees.items(), strict=True):
        done = len(names) - n_clusters
        line = Z[done - 1 : done + 1, 2].mean()
        # A cluster's merges have its colour, those above the line are grey.
        colors = [GROUPS[label] for label in linkage.cut(Z, n_clusters)]
        for t, part in enumerate(Z[:, 0].astype(int)):
            colors.append(colors[part] if t < done else "#999999")
        _tree(axes, Z, names, len(Z), colors)
        # Up to the line also a stem that leads to a grey bar has its cluster's colour.
        corners = shared.forks(Z, places)[0][done:]
        for children, (x, y) in zip(Z[done:, :2].astype(int), corners, strict=True):
            for child, end in zip(children, (0, 3), strict=True):
                if y[end] <= line:
                    axes.plot([x[end]] * 2, [y[end], line], color=colors[child], lw=2)
        axes.axhline(line, color="black", ls="--", lw=1.2)
        axes.set(title=title, ylim=(0, 0.7))
    panels[0].set_ylabel(HEIGHT)
    return fig


def tie(trees: dict) -> Figure:
    """Trees side by side, {title: (Z, names)}, with all heights; p4's way is marked."""
    fig, panels = shared.subplots(1, len(trees), size=(8, 4), sharey=True)
    for axes, (title, (Z, names)) in zip(panels, trees.items(), strict=True):
        tops = _tree(axes, Z, names, len(Z))
        # Beside the stem that goes on from each bar, never across it.
        for t, top in enumerate(tops):
            axes.annotate(f"{Z[t, 2]:.4g}", top, (-5, 4), **CENTERED | {"ha": "right"})
        # The stem of p4, and where it ends.
        merge = np.flatnonzero((Z[:, :2] == names.index("p4")).any(axis=1))[0]
        place, end = FLOOR.index("p4"), Z[merge, 2]
        axes.plot([place, place], [0, end], color=REFERENCE, lw=4)
        axes.plot(place, 0, "o", color=REFERENCE, ms=9, clip_on=False)
        axes.set(title=title, ylim=(0, 0.78))
    panels[0].set_ylabel(HEIGHT)
    return fig


def inversion(points: np.ndarray, Z: np.ndarray, floor: float) -> Figure:
    """A triangle, the middle of its base, and the tree whose second bar is lower.

    The axis of the tree begins at `floor`, so that the step is seen.
    """
    fig, (left, right) = shared.subplots(1, 2, size=(8, 4))
    a, b, c = points
    middle = (a + b) / 2
    left.plot(*np.array([a, c, b]).T, "-", color="#999999", lw=1.2)
    # First merge and second merge have the same two colours in both panels.
    left.plot(*np.array([a, b]).T, "-", color=DATA, lw=3)
    left.plot(*np.array([middle, c]).T, "--", color=REFERENCE, lw=3)
    left.plot(*points.T, "o", color="black", ms=8)
    left.plot(*middle, "s", color=REFERENCE, ms=8)
    for letter, point, shift in zip("abc", points, (-14, 14, 0), strict=True):
        left.annotate(letter, point, (shift, 7), **CENTERED)
    for start, end, shift, color in (
        (a, c, (-16, 0), "black"),
        (b, c, (16, 0), "black"),
        (a, b, (-40, -17), DATA),
        (middle, c, (14, -14), REFERENCE),
    ):
        length = f"{np.linalg.norm(start - end):g}"
        left.annotate(length, (start + end) / 2, shift, color=color, **CENTERED)
    left.set(xlabel="x", ylabel="y", aspect="equal", xlim=(-3.5, 19.5), ylim=(-3.5, 18))
    corners, tops = shared.forks(Z, np.arange(3))
    for (x, y), color in zip(corners, (DATA, REFERENCE), strict=True):
        right.plot(x, y, color=color, lw=2.4)
    for top, height, shift, color in zip(
        tops, Z[:, 2], ((-40, 5), (30, -17)), (DATA, REFERENCE), strict=True
    ):
        right.annotate(f"{height:g}", top, shift, color=color, **CENTERED)
    right.set_xticks(range(3), ["a", "b", "c"])
    right.set(ylabel=HEIGHT, xlim=(-0.6, 2.6), ylim=(floor, Z[0, 2] + 0.6))
    right.grid(visible=False, axis="x")
    return fig


def _matrix(axes: Axes, table, heads: list[str], pair, size: int) -> None:
    """The distances of all pairs, the one that merges framed; room for `size` rows.

    What ties with it has a dashed frame.
    """
    # The first point needs no column, the last no row.
    for i, j in combinations(range(len(heads)), 2):
        if table[i, j] == table[pair]:
            # A frame with a light ground: seen without colour too.
            style = {"fc": "#FBE3D3", "ec": REFERENCE, "lw": 1.8}
            if (i, j) != pair:
                style |= {"fc": "none", "ls": "--"}
            axes.add_patch(Rectangle((j - 1 - 0.46, i - 0.36), 0.92, 0.72, **style))
        text = {"ha": "center", "va": "center", "fontsize": 11}
        axes.text(j - 1, i, exact(table[i, j]), **text)
    rows = range(len(heads) - 1)
    axes.set_xticks(rows, heads[1:], fontsize=11)
    axes.set_yticks(rows, heads[:-1], fontsize=11)
    # A small matrix has wide columns, for its names are long and its numbers fractions.
    room = max(len(heads) - 1, 2.4)
    axes.set(xlim=(-0.5, room - 0.5), ylim=(size - 0.5, -0.5))
    axes.tick_params(length=0, labeltop=True, labelbottom=False, pad=6)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _tree(axes: Axes, Z, names, done: int, colors=None, newest=None) -> np.ndarray:
    """The first `done` merges, on the chapter's floor; the tops of all merges.

    `colors` are those of the points and then of the merges; `newest` is drawn thick.
    """
    places = np.array([FLOOR.index(each) for each in names])
    corners, tops = shared.forks(Z, places)
    colors = colors or ["black"] * len(names) + [DATA] * len(Z)
    for t, (x, y) in enumerate(corners[:done]):
        color, width = colors[len(names) + t], 2.0
        if t == newest:
            color, width = REFERENCE, 3.2
        axes.plot(x, y, color=color, lw=width)
    dots = {"c": colors[: len(names)], "s": 36, "zorder": 3, "clip_on": False}
    axes.scatter(places, np.zeros(len(names)), **dots)
    axes.set_xticks(range(len(FLOOR)), FLOOR)
    axes.set(xlim=(-0.5, len(FLOOR) - 0.5))
    axes.grid(visible=False, axis="x")
    return tops
