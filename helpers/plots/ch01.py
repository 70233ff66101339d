"""The pictures of chapter 01: matrices with a marked cell, and dendrograms that grow.

Each takes the steps of `by_hand.trace` and their linkage matrix, or plain arrays.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy.cluster.hierarchy import leaves_list

from helpers.linkage.by_hand import as_decimal_or_fraction as exact
from helpers.plots import DATA, PALETTE, REFERENCE

# How a text stands at a point: shifted by points of print, on a white ground.
CENTERED = {
    "textcoords": "offset points",
    "ha": "center",
    "fontsize": 10,
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.3},
}


def growth(steps, Z: np.ndarray, ylabel: str = "height (distance)") -> Figure:
    """The tree after each merge, the newest thick with its height, older ones thin."""
    labels = list(steps[0].before)
    fig = Figure(figsize=(9.5, 3.4))
    panels = fig.subplots(1, len(steps), sharey=True)
    for done, (axes, step) in enumerate(zip(panels, steps, strict=True), 1):
        _tree(axes, Z, labels, done, exact(step.height))
        axes.set_title(f"merge {done}", fontsize=11)
    panels[0].set_ylabel(ylabel)
    return fig


def one_step(steps, Z: np.ndarray, number: int) -> Figure:
    """The matrix before a merge with the pair marked, and the tree after it."""
    fig = Figure(figsize=(9, 3.8))
    left, right = fig.subplots(1, 2, width_ratios=[1.25, 1])
    _matrix(left, steps[number - 1], len(steps))
    _tree(
        right,
        Z,
        list(steps[0].before),
        number,
        exact(steps[number - 1].height),
    )
    right.set(ylabel="height (distance)", title=f"after merge {number}")
    return fig


def all_steps(steps, Z: np.ndarray) -> Figure:
    """`one_step` for every merge: matrices above, the growing tree below."""
    fig = Figure(figsize=(11, 5.2))
    above, below = fig.subplots(2, len(steps))
    for number, step in enumerate(steps, 1):
        _matrix(above[number - 1], step, len(steps))
        axes = below[number - 1]
        _tree(axes, Z, list(steps[0].before), number, exact(step.height))
        axes.set_title(f"after merge {number}", fontsize=11)
    below[0].set_ylabel("height (distance)")
    return fig


def side_by_side(trees: dict, labels, ylabel: str = "height (distance)") -> Figure:
    """Whole trees next to each other; `trees` maps a title to a linkage matrix."""
    fig = Figure(figsize=(9, 3.9))
    panels = fig.subplots(1, len(trees), sharey=True)
    for axes, (title, Z) in zip(panels, trees.items(), strict=True):
        _tree(axes, Z, labels, len(Z))
        for x, height in _tops(Z):
            axes.annotate(f"{height:.4g}", (x, height), (0, 5), **CENTERED)
        axes.set_title(title, fontsize=11)
    panels[0].set_ylabel(ylabel)
    return fig


def inversion(points: np.ndarray, labels, Z: np.ndarray) -> Figure:
    """A triangle whose third corner is nearer to the middle than the sides are long."""
    fig = Figure(figsize=(9, 4))
    left, right = fig.subplots(1, 2)
    middle = points[:2].mean(axis=0)
    left.plot(*points[[0, 1, 2, 0]].T, "-", color="#999999", lw=1)
    left.plot(*np.array([middle, points[2]]).T, "--", color=REFERENCE)
    left.plot(*points.T, "o", color=DATA, ms=8)
    left.plot(*middle, "s", color=REFERENCE, ms=8)
    for name, point, shift in zip(labels, points, [-12, 12, 0], strict=True):
        left.annotate(name, point, (shift, 8), **CENTERED)
    left.annotate("centre of a and b", middle, (0, -16), **CENTERED)
    for i, j, shift in ((0, 1, (-55, 6)), (0, 2, (-14, 2)), (1, 2, (14, 2))):
        side = np.linalg.norm(points[i] - points[j])
        left.annotate(f"{side:g}", (points[i] + points[j]) / 2, shift, **CENTERED)
    left.annotate(
        f"{np.linalg.norm(points[2] - middle):g}",
        (points[2] + middle) / 2,
        (12, 0),
        **(CENTERED | {"color": REFERENCE}),
    )
    left.set(xlabel="x", ylabel="y", aspect="equal", xlim=(-3.5, 19.5), ylim=(-3.5, 18))
    _tree(right, Z, labels, len(Z))
    for (x, height), shift in zip(_tops(Z), (5, -15), strict=True):
        right.annotate(f"{height:g}", (x, height), (0, shift), **CENTERED)
    right.set(ylabel="height (distance of the centres)")
    return fig


def _matrix(axes: Axes, step, size: int) -> None:
    """The distances of all pairs, the one that merges framed; room for `size` rows."""
    names = list(step.before)
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5))
    for i, row in enumerate(names[:-1]):
        for j, column in enumerate(names[1:]):
            if j < i:
                continue
            if (row, column) == step.pair:
                axes.add_patch(_frame(j, i))
            axes.text(
                *(j, i, exact(step.before.at[row, column])),
                ha="center",
                va="center",
                fontsize=9,
            )
    columns = [name.replace("-", "-\n") for name in names[1:]]
    axes.set_xticks(range(len(names) - 1), columns, fontsize=9)
    axes.set_yticks(range(len(names) - 1), names[:-1], fontsize=9)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _frame(column: int, row: int) -> Rectangle:
    """A frame around one cell, with a light ground: seen without colour too."""
    return Rectangle(
        (column - 0.46, row - 0.4),
        0.92,
        0.8,
        facecolor="#FBE3D3",
        edgecolor=REFERENCE,
        linewidth=1.8,
    )


def _tree(axes: Axes, Z: np.ndarray, labels, done: int, newest: str = "") -> None:
    """The first `done` merges; the newest one thick, with its height as a text."""
    places, heights = _places(Z), np.append(np.zeros(len(labels)), Z[:, 2])
    for t, (i, j) in enumerate(Z[:done, :2].astype(int)):
        last = newest and t == done - 1
        axes.plot(
            places[[i, i, j, j]],
            [heights[i], Z[t, 2], Z[t, 2], heights[j]],
            color=REFERENCE if last else DATA,
            lw=2.8 if last else 1.6,
        )
    axes.plot(places[: len(labels)], np.zeros(len(labels)), "o", color=PALETTE[6], ms=4)
    if newest:
        top = places[len(labels) + done - 1], Z[done - 1, 2]
        axes.annotate(newest, top, (0, 5), **CENTERED)
    order = np.argsort(places[: len(labels)])
    axes.set_xticks(range(len(labels)), [labels[i] for i in order], fontsize=10)
    axes.set(xlim=(-0.6, len(labels) - 0.4), ylim=(0, heights.max() * 1.15))
    axes.grid(visible=False, axis="x")


def _tops(Z: np.ndarray) -> list[tuple[float, float]]:
    """The middle of each merge's bar."""
    return list(zip(_places(Z)[len(Z) + 1 :], Z[:, 2], strict=True))


def _places(Z: np.ndarray) -> np.ndarray:
    """Where each cluster stands on the x axis: leaves in a row, unions midway."""
    places = np.empty(2 * len(Z) + 1)
    places[leaves_list(Z)] = np.arange(len(Z) + 1)
    for new, (i, j) in enumerate(Z[:, :2].astype(int), len(Z) + 1):
        places[new] = (places[i] + places[j]) / 2
    return places
