"""What several chapters draw: panels, lines, maps of stars, small trees."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.plots.style import LINES, MARKERS, PALETTE

# Thousands of stars: squares of a pixel of the screen, 1/100 inch, in any picture.
DUST = {"marker": "s", "ls": "", "ms": 0.72, "mew": 0}
# What is written at an axis, by the name of the column.
UNITS = {"E": "E (10³ kpc²/Gyr²)", "L": "L (kpc²/Gyr)", "Lz": "Lz (kpc²/Gyr)"}
UNITS |= {axis: f"{axis} (kpc)" for axis in "xyz"}
UNITS |= {f"v{axis}": f"v{axis} (kpc/Gyr)" for axis in "xyz"}


def subplots(rows: int = 1, columns: int = 1, size: tuple | None = None, **options):
    """A figure and its axes, like those of pyplot, but shown by `figure` alone."""
    fig = Figure(figsize=size)
    return fig, fig.subplots(rows, columns, **options)


def panels(
    fig: Figure, titled: Iterable, xlabel="", ylabel="", rows: int = 1, **options
) -> Iterator[tuple]:
    """A panel for each (title, *values) of `titled`; gives its axes and values.

    Every panel names its x axis, the first of each row its y axis.
    """
    titled = list(titled)
    grid = fig.subplots(rows, len(titled) // rows, squeeze=False, **options)
    for axes, (title, *values) in zip(grid.flat, titled, strict=True):
        axes.set(title=title, xlabel=xlabel)
        if axes in grid[:, 0]:
            axes.set_ylabel(ylabel)
        yield axes, *values


def legend(fig: Figure, ncols: int, loc: str = "outside upper center", **more) -> None:
    """One legend for all panels, as the first of them tells it."""
    fig.legend(*fig.axes[0].get_legend_handles_labels(), loc=loc, ncols=ncols, **more)


def look(i: int, **other) -> dict:
    """The colour, marker and stroke of the i-th of several things."""
    stroke = LINES[i % len(LINES)]
    return {"color": PALETTE[i], "marker": MARKERS[i], "ls": stroke} | other


def lines(axes: Axes, curves: dict, **other) -> None:
    """A line for each name of {name: (x, y)}, told apart without colour too."""
    for i, (name, (x, y)) in enumerate(curves.items()):
        axes.plot(x, y, label=name, **look(i, **other))


def intervals(axes: Axes, middle, y, low, high, i: int, **other) -> None:
    """Marks of the i-th kind, each with the interval about it."""
    style = {"fmt": MARKERS[i], "color": PALETTE[i]} | other
    axes.errorbar(middle, y, xerr=[middle - low, high - middle], **style)


def in_units(stars: pd.DataFrame, name: str) -> np.ndarray:
    """The values in the unit of the axis: energies are shown in thousands."""
    return stars[name].to_numpy() / (1000 if name == "E" else 1)


def central(values: np.ndarray) -> np.ndarray:
    """The ends of the central 99.8 %: a few far stars must not shrink the picture."""
    return np.quantile(values, [0.001, 0.999], axis=0)


def as_map(axes: Axes, x: np.ndarray, y: np.ndarray, xlabel: str, ylabel: str) -> None:
    """Names of the axes, and the limits of the central stars."""
    axes.set(xlabel=xlabel, ylabel=ylabel, xlim=central(x), ylim=central(y))
    axes.grid(visible=False)


def forks(Z: np.ndarray, leaves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The merges of a tree, to draw: four corners (n - 1, 2, 4) and tops (n - 1, 2).

    `leaves` (n,) are the places of the points on the x axis; a union stands midway.
    """
    x, y = list(leaves), [0.0] * len(leaves)
    corners = []
    for i, j, height in zip(*Z[:, :2].astype(int).T, Z[:, 2], strict=True):
        corners.append([[x[i], x[i], x[j], x[j]], [y[i], height, height, y[j]]])
        x.append((x[i] + x[j]) / 2)
        y.append(height)
    return np.array(corners), np.column_stack([x, y])[len(leaves) :]
