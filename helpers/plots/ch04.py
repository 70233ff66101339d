"""The pictures of chapter 04: trees of many stars, their clusters, how they compare."""

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from scipy.cluster import hierarchy

from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE, shared

BRANCHES = 60
"""Branches that a truncated tree ends in; more cannot be told apart."""

MEASURES = {
    "cophenetic": "cophenetic correlation",
    "balance": "balance of sizes",
    "found": "satellites found, of 33",
    "stability": "stability (ARI of two samples)",
}


def on_a_line(x: np.ndarray, trees: dict[str, np.ndarray]) -> Figure:
    """Small trees of the same points on a line, side by side, points at their places.

    x (n,) are the places, `trees` the linkage matrices by name.
    """
    fig = Figure(figsize=(9, 3.9))
    titled = [(f"{name.capitalize()} linkage", Z) for name, Z in trees.items()]
    for axes, Z in shared.panels(fig, titled, "place on the line"):
        for (sides, heights), top in zip(*shared.forks(Z, x), strict=True):
            axes.plot(sides, heights, color=DATA, solid_joinstyle="miter")
            at = {"textcoords": "offset points", "fontsize": 9}
            axes.annotate(f"{top[1]:.3g}", top, (3, 1), **at)
        axes.plot(x, np.zeros(len(x)), "o", color="black", clip_on=False, zorder=3)
        axes.set_xticks(x, [f"{value:g}" for value in x], fontsize=9)
        axes.set(ylabel="height of the merge", ylim=(0, Z[-1, 2] * 1.12))
        axes.grid(visible=False)
    return fig


def tree(Z: np.ndarray, line: float, n_clusters: int, title: str) -> Figure:
    """The last merges of a tree, with a cut line, above the sizes of its branches."""
    fig = Figure(figsize=(9, 5))
    axes, bars = fig.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    drawn = hierarchy.dendrogram(Z, BRANCHES, "lastp", no_plot=True)
    forks = np.stack([drawn["icoord"], drawn["dcoord"]], axis=-1)
    heights = forks[:, 1, 1]
    below, above = forks[heights <= line], forks[heights > line]
    axes.add_collection(LineCollection(below, colors=DATA, linewidths=1.1))
    axes.add_collection(LineCollection(above, colors="black", linewidths=1.8))
    axes.axhline(line, color=REFERENCE, ls="--", lw=1.5)
    axes.set_title(f"- - cut: {n_clusters} clusters", loc="right", color=REFERENCE)
    axes.set(title=title, ylabel="height of the merge", xticks=[])
    axes.set(xlim=(0, 10 * BRANCHES), ylim=(0, heights.max() * 1.04))
    sizes = np.append(np.ones(len(Z) + 1), Z[:, 3])[drawn["leaves"]]
    bars.bar(np.arange(5, 10 * len(sizes), 10), sizes, width=7, color=DATA)
    bars.set(yscale="log", ylabel="stars", ylim=(0.7, 2 * len(Z)), yticks=[1, 100, 1e4])
    bars.set_xlabel(f"the last {BRANCHES} branches, in the order of the tree")
    bars.minorticks_off()
    for part in (axes, bars):
        part.grid(visible=False, axis="x")
    return fig


def clusters(stars: pd.DataFrame, labels: np.ndarray, title: str) -> Figure:
    """Stars in (Lz, E), the 7 largest clusters by colour and marker, others as dots.

    `stars` has the columns Lz and E; labels 0, 1, ... are in order of size.
    """
    fig, axes = shared.subplots(size=(9, 5.2))
    x, y = shared.in_units(stars, "Lz"), shared.in_units(stars, "E")
    sizes, n = np.bincount(labels), len(PALETTE)
    for c, (color, marker) in enumerate(zip(PALETTE, MARKERS, strict=True)):
        mine, size = labels == c, 5 if sizes[c] > 500 else 40
        style = {"color": color, "marker": marker, "linewidths": 0, "zorder": 2 + c}
        name = f"{sizes[c]:,} star{'s' * bool(sizes[c] > 1)}"
        axes.scatter(x[mine], y[mine], s=size, label=name, **style)
    rest = labels >= n
    name = f"{sizes[n:].sum():,} in {len(sizes) - n} others"
    many = {"s": 4, "color": "0.6", "linewidths": 0}
    few = {"s": 70, "color": "black", "marker": "+", "zorder": 20}
    axes.scatter(x[rest], y[rest], label=name, **(many if rest.sum() > 500 else few))
    axes.set(xlabel=shared.UNITS["Lz"], ylabel=shared.UNITS["E"], title=title)
    handles = fig.legend(loc="outside right upper", title="clusters").legend_handles
    for handle in handles:
        handle.set_sizes([40])
    return fig


def sizes(labelings: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Sizes of clusters, largest first: a panel a representation, a line a linkage."""
    fig = Figure(figsize=(9, 4.2))
    names = "rank of the cluster", "stars in it"
    for axes, by_linkage in shared.panels(fig, labelings.items(), *names, sharey=True):
        counts = {name: np.bincount(labels) for name, labels in by_linkage.items()}
        ranked = {name: (np.arange(len(c)) + 1, c) for name, c in counts.items()}
        shared.lines(axes, ranked, ms=4, lw=1.2)
        # The fifth has longer strokes than elsewhere.
        axes.lines[-1].set_linestyle((0, (6, 1, 1, 1, 1, 1)))
        axes.set_yscale("log")
    axes.legend(loc="upper right")
    return fig


def judged(table: pd.DataFrame) -> Figure:
    """A panel a measure, a row a linkage: mean and spread over the samples.

    `table` has one row for each sample, with the columns space, linkage and MEASURES.
    """
    fig = Figure(figsize=(9, 6))
    names = list(dict.fromkeys(table["linkage"]))
    rows = np.arange(len(names))[::-1]
    titled = [(title, column) for column, title in MEASURES.items()]
    for axes, column in shared.panels(fig, titled, rows=2):
        for i, (space, part) in enumerate(table.groupby("space")):
            groups = part.groupby("linkage")[column]
            mean, sd = groups.mean()[names], groups.std()[names]
            at = mean, rows + 0.14 - 0.28 * i, mean - sd, mean + sd
            shared.intervals(axes, *at, i, capsize=3, label=space)
        axes.set_yticks(rows, names)
        axes.set_xlim(min(0, axes.get_xlim()[0]), None)
    shared.legend(fig, 2)
    return fig


def heights(trees: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Height of the merges against the number of clusters that they leave.

    A panel a linkage; in it a line a tree, by name.
    """
    fig = Figure(figsize=(9, 4.2))
    titled = [(f"{linkage.capitalize()} linkage", t) for linkage, t in trees.items()]
    for axes, by_name in shared.panels(fig, titled, "clusters left"):
        curves = {}
        for name, Z in by_name.items():
            # Of all merges, points that lie evenly on a logarithmic axis.
            left = np.unique(np.geomspace(1, len(Z), 300).astype(int))
            curves[name] = left, Z[-left, 2]
        shared.lines(axes, curves, marker="")
        axes.set(ylabel="height of the merge", xscale="log", yscale="log")
    fig.axes[0].legend(loc="lower left")
    return fig
