"""The pictures of chapter 05: half-steps, cells, and what is plotted against k."""

import numpy as np
from matplotlib.figure import Figure
from scipy.spatial import voronoi_plot_2d

from helpers.plots import MARKERS, PALETTE, shared

K = "number of clusters k"


def half_steps(points, rows) -> Figure:
    """Points and centres after each half-step: one row a start, one column a step.

    `rows` maps the name of a start to its panels (title, labels, centers, faint), where
    `faint` are the centres before the half-step, or None.
    """
    fig = Figure(figsize=(11, 2.0 * len(rows) + 0.4))
    width = max(map(len, rows.values()))
    grid = fig.subplots(len(rows), width, sharex=True, sharey=True)
    for line, (name, panels) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(f"{name}\ny")
        for axes, (title, labels, centers, faint) in zip(line, panels, strict=True):
            _points(axes, points, labels, size=26)
            if faint is not None:
                shared.joined(axes, faint, centers, color="0.5", lw=1)
            _centers(axes, centers)
            axes.set_title(title, fontsize=10)
            axes.set(xlim=(0, 10), ylim=(0, 9), aspect="equal")
            axes.set(xticks=[0, 5, 10], yticks=[0, 5])
    fig.supxlabel("x", fontsize=11)
    return fig


def cells(panels, names) -> Figure:
    """Voronoi cells, one panel for each of (title, points, labels, cells)."""
    fig = Figure(figsize=(9.5, 4.4))
    for (axes, *panel), pair in zip(shared.panels(fig, panels), names, strict=True):
        _cells(axes, *panel)
        axes.set(xlabel=pair[0], ylabel=pair[1])
    return fig


def cells_and_knives(panels) -> Figure:
    """Cells, and the silhouettes in them; panels (title, points, labels, cells, s).

    Several panels stand in a row, knives below cells; a single one lies on its side.
    """
    n = len(panels)
    shape, height = ((2, n), 6.4) if n > 1 else ((1, 2), 4.2)
    fig, grid = shared.subplots(*shape, size=(9.5, height), squeeze=False)
    for (upper, lower), panel in zip(grid.reshape(2, n).T, panels, strict=True):
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
    for axes, curves in shared.panels(fig, panels.items(), K, ylabel, sharey=sharey):
        for i, (name, (ks, values)) in enumerate(curves.items()):
            draws = np.atleast_2d(values)
            if len(draws) > 1:
                low, high = draws.min(axis=0), draws.max(axis=0)
                axes.fill_between(ks, low, high, color=PALETTE[i], alpha=0.2, lw=0)
            style = (
                {"ls": "", "ms": 8, "mec": "black"} if len(ks) < 9 else {"marker": ""}
            )
            axes.plot(ks, draws.mean(axis=0), label=name, **shared.look(i, **style))
        if window:
            axes.axvspan(*window, color="0.9", zorder=0, label="the report's range")
        if truth:
            axes.axvline(truth, color="black", lw=0.9, ls=(0, (1, 2)))
        if zero:
            axes.set_ylim(bottom=0)
    shared.legend(fig, 4)
    return fig


def knives(panels, height) -> Figure:
    """Silhouettes sorted within each cluster, one panel for (title, values, labels)."""
    fig = Figure(figsize=(9.5, height))
    names = "silhouette", "points, sorted within each cluster"
    for axes, values, labels in shared.panels(fig, panels, *names):
        _knives(axes, values, labels)
    return fig


def choices(panels, truth) -> Figure:
    """The k that each method chooses in each draw, and the truth as a line.

    `panels` maps a title to {method: chosen ks}; NaN: it chooses none.
    """
    fig = Figure(figsize=(8.5, 3.4))
    for axes, methods in shared.panels(fig, panels.items(), "k chosen", sharey=True):
        for row, chosen in enumerate(methods.values()):
            # Draws beside each other, so that equal choices are seen one by one.
            beside = row + np.linspace(-0.22, 0.22, len(chosen))
            axes.plot(chosen, beside, **shared.look(row, ls=""), mec="black")
            if np.isnan(chosen).all():
                axes.text(30, row, "no choice up to 60", ha="center", va="center")
        axes.axvline(truth, color="black", lw=1, ls="--")
        axes.set_yticks(range(len(methods)), methods)
        axes.set(xlim=(0, 62), ylim=(len(methods) - 0.5, -0.5))
    return fig


def sorted_counts(panels, xlabel, ylabel) -> Figure:
    """Numbers of many runs, sorted: one panel for each title of {title: {name: …}}."""
    fig = Figure(figsize=(9.5, 3.7))
    for axes, runs in shared.panels(fig, panels.items(), xlabel, ylabel):
        ranked = {n: (np.arange(len(v)) + 1, np.sort(v)) for n, v in runs.items()}
        shared.lines(axes, ranked, marker="")
        axes.set_ylim(0, None)
    fig.axes[0].legend(loc="upper left")
    return fig


def distances(panels) -> Figure:
    """Distances computed against k, by plain Lloyd and by the fast path."""
    fig = Figure(figsize=(9.5, 3.7))
    names = K, "distances computed"
    for axes, curves in shared.panels(fig, panels.items(), *names, sharey=True):
        shared.lines(axes, curves, ms=3)
        axes.set_yscale("log")
    fig.axes[0].legend(loc="lower right")
    return fig


def satellites(stars, panels, shown) -> Figure:
    """A few satellites among all stars, one panel for each title of {title: columns}.

    `shown` maps the name of a satellite to a mask of its stars.
    """
    fig = Figure(figsize=(9.5, 4.5))
    for axes, (a, b) in shared.panels(fig, panels.items()):
        x, y = shared.in_units(stars, a), shared.in_units(stars, b)
        axes.plot(x, y, ".", color="0.85", ms=1.5)
        masks = {name: (x[own], y[own]) for name, own in shown.items()}
        shared.lines(axes, masks, ls="", ms=3, alpha=0.7, mew=0)
        shared.as_map(axes, x, y, shared.UNITS[a], shared.UNITS[b])
    shared.legend(fig, 4, markerscale=2)
    return fig


def _cells(axes, points, labels, voronoi) -> None:
    """Points and centres, and the borders between the cells of the centres."""
    few = len(points) < 99
    _points(axes, points, labels, size=30 if few else 5)
    hidden = {"show_points": False, "show_vertices": False}
    voronoi_plot_2d(voronoi, axes, line_width=1.1, **hidden)
    _centers(axes, voronoi.points, size=12 if few else 7)
    shared.around(axes, shared.central(points), 0.08)
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
        style = {"color": PALETTE[k % 6], "marker": marker, "linewidths": 0}
        axes.scatter(*points[labels == k].T, s=size, zorder=3, **style)


def _centers(axes, centers, size=12) -> None:
    """Centres as crosses, below the points so that they hide none."""
    axes.plot(*np.transpose(centers), "X", ms=size, color="black", mec="white")
