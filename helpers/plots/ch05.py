"""The pictures of chapter 05: half-steps, cells, and what is plotted against k."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from scipy.spatial import voronoi_plot_2d

from helpers.plots import MARKERS, PALETTE
from helpers.plots.ch02 import UNITS

STYLES = ["-", "--", "-.", ":"]
NAMES = {"3d": "3-D", "6d": "6-D"}


def half_steps(points, rows) -> Figure:
    """Points and centres after each half-step: one row a start, one column a step.

    `rows` maps the name of a start to its panels (title, labels, centers, faint), where
    `faint` are the centres before the half-step, or None.
    """
    width = max(map(len, rows.values()))
    fig = Figure(figsize=(11, 2.0 * len(rows) + 0.4))
    grid = fig.subplots(len(rows), width, sharex=True, sharey=True)
    for line, (name, panels) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(f"{name}\ny")
        for axes, (title, labels, centers, faint) in zip(line, panels, strict=True):
            _points(axes, points, labels, size=26)
            if faint is not None:
                for a, b in zip(faint, centers, strict=True):
                    axes.plot(*np.transpose([a, b]), color="0.5", lw=1)
            _centers(axes, centers)
            axes.set_title(title, fontsize=10)
            axes.set(xlim=(0, 10), ylim=(0, 9), aspect="equal")
            axes.set(xticks=[0, 5, 10], yticks=[0, 5])
    fig.supxlabel("x", fontsize=11)
    return fig


def cells(panels, names) -> Figure:
    """Voronoi cells, one panel for each of (title, points, labels, cells)."""
    fig = Figure(figsize=(9.5, 4.4))
    for axes, panel, pair in zip(
        fig.subplots(1, len(panels)), panels, names, strict=True
    ):
        _cells(axes, *panel[1:])
        axes.set(title=panel[0], xlabel=pair[0], ylabel=pair[1])
    return fig


def cells_and_knives(panels) -> Figure:
    """Cells, and the silhouettes in them; panels (title, points, labels, cells, s).

    Several panels stand in a row, knives below cells; a single one lies on its side.
    """
    n = len(panels)
    fig = Figure(figsize=(9.5, 6.4 if n > 1 else 4.2))
    grid = fig.subplots(*((2, n) if n > 1 else (1, 2)), squeeze=False).reshape(2, n)
    for (upper, lower), panel in zip(grid.T, panels, strict=True):
        title, points, labels, voronoi, values = panel
        _cells(upper, points, labels, voronoi)
        upper.set(title=title, xlabel="x", ylabel="y", xlim=(0, 10), ylim=(0, 9))
        _knives(lower, values, labels)
        lower.set(xlabel="silhouette", xlim=(-0.2, 1), title="Its silhouettes")
    return fig


def against_k(
    panels, ylabel, window=None, truth=None, zero=False, sharey=False
) -> Figure:
    """Curves against k, one panel for each title of {title: {name: (ks, values)}}.

    Values of shape (n_draws, n_ks) are shown as their mean and a band from the lowest
    to the highest; few values as markers. `window`: a range of k to shade; `truth`: a
    k to mark.
    """
    fig = Figure(figsize=(9.5, 3.9))
    for axes, (title, curves) in zip(
        fig.subplots(1, len(panels), sharey=sharey), panels.items(), strict=True
    ):
        for i, (name, (ks, values)) in enumerate(curves.items()):
            style = {"color": PALETTE[i], "label": name, "ls": STYLES[i % 4]}
            values = np.asarray(values)
            if values.ndim == 2:
                low, high = values.min(axis=0), values.max(axis=0)
                axes.fill_between(ks, low, high, color=PALETTE[i], alpha=0.2, lw=0)
                values = values.mean(axis=0)
            if len(ks) < 9:
                style |= {"ls": "", "marker": MARKERS[i], "ms": 8, "mec": "black"}
            axes.plot(ks, values, **style)
        if window:
            axes.axvspan(*window, color="0.9", zorder=0, label="the report's range")
        if truth:
            axes.axvline(truth, color="black", lw=0.9, ls=(0, (1, 2)))
        axes.set(title=NAMES.get(title, title), xlabel="number of clusters k")
        if zero:
            axes.set_ylim(bottom=0)
    fig.axes[0].set_ylabel(ylabel)
    handles, names = fig.axes[0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside upper center", ncols=4)
    return fig


def knives(panels, height=3.9) -> Figure:
    """Silhouettes sorted within each cluster, one panel for (title, values, labels)."""
    fig = Figure(figsize=(9.5, height))
    for axes, panel in zip(fig.subplots(1, len(panels)), panels, strict=True):
        title, values, labels = panel
        _knives(axes, values, labels)
        axes.set(title=title, xlabel="silhouette")
    fig.axes[0].set_ylabel("points, sorted within each cluster")
    return fig


def choices(panels, truth) -> Figure:
    """The k that each method chooses in each draw, and the truth as a line.

    `panels` maps a title to {method: chosen ks}; NaN: it chooses none.
    """
    fig = Figure(figsize=(8.5, 3.4))
    columns = fig.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (title, methods) in zip(columns, panels.items(), strict=True):
        for row, chosen in enumerate(methods.values()):
            # Draws beside each other, so that equal choices are seen one by one.
            beside = row + np.linspace(-0.22, 0.22, len(chosen))
            axes.plot(chosen, beside, MARKERS[row], color=PALETTE[row], mec="black")
            if np.isnan(chosen).all():
                axes.text(30, row, "no choice up to 60", ha="center", va="center")
        axes.axvline(truth, color="black", lw=1, ls="--")
        axes.set(title=NAMES.get(title, title), xlabel="k chosen", xlim=(0, 62))
        axes.set_yticks(range(len(methods)), methods)
        axes.set_ylim(len(methods) - 0.5, -0.5)
    return fig


def sorted_counts(panels, xlabel, ylabel) -> Figure:
    """Numbers of many runs, sorted: one panel for each title of {title: {name: …}}."""
    fig = Figure(figsize=(9.5, 3.7))
    for axes, (title, curves) in zip(
        fig.subplots(1, len(panels)), panels.items(), strict=True
    ):
        for i, (name, values) in enumerate(curves.items()):
            at = np.arange(1, len(values) + 1)
            axes.plot(at, np.sort(values), STYLES[i], color=PALETTE[i], label=name)
        axes.set(title=NAMES.get(title, title), xlabel=xlabel, ylim=(0, None))
    fig.axes[0].set_ylabel(ylabel)
    fig.axes[0].legend(loc="upper left")
    return fig


def distances(panels) -> Figure:
    """Distances computed against k, by plain Lloyd and by the fast path."""
    fig = Figure(figsize=(9.5, 3.7))
    for axes, (title, curves) in zip(
        fig.subplots(1, len(panels), sharey=True), panels.items(), strict=True
    ):
        for i, (name, (ks, values)) in enumerate(curves.items()):
            axes.semilogy(
                ks, values, STYLES[i], color=PALETTE[i], marker=MARKERS[i], ms=3,
                label=name,
            )  # fmt: skip
        axes.set(title=NAMES.get(title, title), xlabel="number of clusters k")
    fig.axes[0].set_ylabel("distances computed")
    fig.axes[0].legend(loc="lower right")
    return fig


def satellites(stars, panels, shown) -> Figure:
    """A few satellites among all stars, one panel for each title of {title: columns}.

    `shown` maps the name of a satellite to a mask of its stars.
    """
    fig = Figure(figsize=(9.5, 4.5))
    for axes, (title, columns) in zip(
        fig.subplots(1, len(panels)), panels.items(), strict=True
    ):
        # Energies are shown in thousands, as in chapter 02.
        x, y = (stars[c].to_numpy() / (1000 if c == "E" else 1) for c in columns)
        axes.plot(x, y, ".", color="0.85", ms=1.5)
        for i, (name, own) in enumerate(shown.items()):
            axes.plot(
                x[own], y[own], MARKERS[i], color=PALETTE[i], ms=3, alpha=0.7,
                mew=0, label=name,
            )  # fmt: skip
        axes.set(title=title, xlabel=UNITS[columns[0]], ylabel=UNITS[columns[1]])
        axes.set_xlim(*np.quantile(x, [0.001, 0.999]))
        axes.set_ylim(*np.quantile(y, [0.001, 0.999]))
        axes.grid(visible=False)
    handles, labels = fig.axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=4, markerscale=2)
    return fig


def _cells(axes, points, labels, voronoi) -> None:
    """Points and centres, and the borders between the cells of the centres."""
    few = len(points) < 99
    _points(axes, points, labels, size=30 if few else 5)
    voronoi_plot_2d(
        voronoi, axes, show_points=False, show_vertices=False, line_width=1.1
    )
    _centers(axes, voronoi.points, size=12 if few else 7)
    low, high = np.quantile(points, [0.001, 0.999], axis=0)
    room = 0.08 * (high - low)
    limits = np.transpose([low - room, high + room])
    axes.set(xlim=limits[0], ylim=limits[1])
    axes.grid(visible=False)


def _knives(axes, values, labels) -> None:
    """A bar for each silhouette, sorted within its cluster; dashed, their mean."""
    top, gap = 0, max(1, len(values) // 100)
    left = min(-0.2, values.min() - 0.1)
    for k in np.unique(labels):
        own = np.sort(values[labels == k])
        rows = top + np.arange(len(own) + 1)
        color, ends = PALETTE[k % 6], np.append(own, own[-1])
        axes.fill_betweenx(rows, 0, ends, step="post", color=color, linewidth=0)
        if len(own) >= len(values) // 50:
            axes.text(left, rows.mean(), f" {k}", va="center", fontsize=8)
        top += len(own) + gap
    axes.axvline(values.mean(), color="black", lw=1.2, ls="--")
    axes.set(yticks=[], ylim=(top, -gap), xlim=(left, 1))
    axes.grid(visible=False)


def _points(axes, points, labels, size) -> None:
    """Points in the colour and, if they are large, the marker of their cluster."""
    for k in np.unique(labels):
        marker = MARKERS[k % 6] if size > 9 else "."
        axes.scatter(
            *points[labels == k].T, s=size, color=PALETTE[k % 6], marker=marker,
            linewidths=0, zorder=3,
        )  # fmt: skip


def _centers(axes, centers, size=12) -> None:
    """Centres as crosses, below the points so that they hide none."""
    axes.plot(*np.transpose(centers), "X", ms=size, color="black", mec="white")
