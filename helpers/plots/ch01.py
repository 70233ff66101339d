"""The pictures of chapter 01: matrices with a marked cell, and dendrograms that grow.

Each takes the steps of `by_hand.trace` and their linkage matrix, or plain arrays.
"""

from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.cluster.hierarchy import leaves_list

from helpers.linkage.by_hand import as_decimal_or_fraction as exact
from helpers.plots import DATA, REFERENCE, shared

HEIGHT = "height (distance)"
# How a text stands at a point: shifted by points of print, on a white ground.
CENTERED = {
    "textcoords": "offset points",
    "ha": "center",
    "fontsize": 10,
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.3},
}


def growth(steps, Z: np.ndarray) -> Figure:
    """The tree after each merge, the newest thick with its height, older ones thin."""
    fig, panels = shared.subplots(1, len(steps), size=(9.5, 3.4), sharey=True)
    _growing(panels, steps, Z, "merge")
    return fig


def one_step(steps, Z: np.ndarray, number: int) -> Figure:
    """The matrix before a merge with the pair marked, and the tree after it."""
    fig, (left, right) = shared.subplots(1, 2, size=(9, 3.8), width_ratios=[1.25, 1])
    step = steps[number - 1]
    _matrix(left, step, len(steps))
    _tree(right, Z, list(steps[0].before), number, exact(step.height))
    right.set(ylabel=HEIGHT, title=f"after merge {number}")
    return fig


def all_steps(steps, Z: np.ndarray) -> Figure:
    """`one_step` for every merge: matrices above, the growing tree below."""
    fig, (above, below) = shared.subplots(2, len(steps), size=(11, 5.2))
    for axes, step in zip(above, steps, strict=True):
        _matrix(axes, step, len(steps))
    _growing(below, steps, Z, "after merge")
    return fig


def side_by_side(trees: dict, labels) -> Figure:
    """Whole trees next to each other; `trees` maps a title to a linkage matrix."""
    fig, panels = shared.subplots(1, len(trees), size=(9, 3.9), sharey=True)
    for axes, (title, Z) in zip(panels, trees.items(), strict=True):
        for top in _tree(axes, Z, labels, len(Z)):
            axes.annotate(f"{top[1]:.4g}", top, (0, 5), **CENTERED)
        axes.set_title(title, fontsize=11)
    panels[0].set_ylabel(HEIGHT)
    return fig


def inversion(points: np.ndarray, labels, Z: np.ndarray) -> Figure:
    """A triangle whose third corner is nearer to the middle than the sides are long."""
    fig, (left, right) = shared.subplots(1, 2, size=(9, 4))
    a, b, c = points
    middle = points[:2].mean(axis=0)
    left.plot(*points[[0, 1, 2, 0]].T, "-", color="#999999", lw=1)
    left.plot(*np.array([middle, c]).T, "--", color=REFERENCE)
    left.plot(*points.T, "o", color=DATA, ms=8)
    left.plot(*middle, "s", color=REFERENCE, ms=8)
    for name, point, shift in zip(labels, points, [-12, 12, 0], strict=True):
        left.annotate(name, point, (shift, 8), **CENTERED)
    left.annotate("centre of a and b", middle, (0, -16), **CENTERED)
    for start, end, shift, color in (
        (a, b, (-55, 6), "black"),
        (a, c, (-14, 2), "black"),
        (b, c, (14, 2), "black"),
        (middle, c, (12, 0), REFERENCE),
    ):
        length = f"{np.linalg.norm(start - end):g}"
        left.annotate(length, (start + end) / 2, shift, color=color, **CENTERED)
    left.set(xlabel="x", ylabel="y", aspect="equal", xlim=(-3.5, 19.5), ylim=(-3.5, 18))
    for top, shift in zip(_tree(right, Z, labels, len(Z)), (5, -15), strict=True):
        right.annotate(f"{top[1]:g}", top, (0, shift), **CENTERED)
    right.set(ylabel="height (distance of the centres)")
    return fig


def _growing(panels, steps, Z: np.ndarray, title: str) -> None:
    """A panel for each merge: the tree after it, with the height of the newest."""
    for done, (axes, step) in enumerate(zip(panels, steps, strict=True), 1):
        _tree(axes, Z, list(steps[0].before), done, exact(step.height))
        axes.set_title(f"{title} {done}", fontsize=11)
    panels[0].set_ylabel(HEIGHT)


def _matrix(axes: Axes, step, size: int) -> None:
    """The distances of all pairs, the one that merges framed; room for `size` rows."""
    names = list(step.before)
    # The first point needs no column, the last no row.
    for (i, row), (j, column) in combinations(enumerate(names), 2):
        if (row, column) == step.pair:
            # A frame with a light ground: seen without colour too.
            style = {"fc": "#FBE3D3", "ec": REFERENCE, "lw": 1.8}
            axes.add_patch(Rectangle((j - 1 - 0.46, i - 0.4), 0.92, 0.8, **style))
        text = exact(step.before.at[row, column])
        axes.text(j - 1, i, text, ha="center", va="center", fontsize=9)
    heads = [name.replace("-", "-\n") for name in names[1:]]
    axes.set_xticks(range(len(heads)), heads, fontsize=9)
    axes.set_yticks(range(len(heads)), names[:-1], fontsize=9)
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5))
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _tree(axes: Axes, Z: np.ndarray, labels, done: int, newest: str = "") -> np.ndarray:
    """The first `done` merges, the newest thick with its height; the tops of all."""
    order = leaves_list(Z)
    places = np.argsort(order)
    corners, tops = shared.forks(Z, places)
    for t, (x, y) in enumerate(corners[:done], 1):
        last = newest and t == done
        color, width = (REFERENCE, 2.8) if last else (DATA, 1.6)
        axes.plot(x, y, color=color, lw=width)
    axes.plot(places, np.zeros(len(places)), "o", color="black", ms=4)
    if newest:
        axes.annotate(newest, tops[done - 1], (0, 5), **CENTERED)
    axes.set_xticks(range(len(order)), [labels[i] for i in order], fontsize=10)
    axes.set(xlim=(-0.6, len(order) - 0.4), ylim=(0, Z[:, 2].max() * 1.15))
    axes.grid(visible=False, axis="x")
    return tops
