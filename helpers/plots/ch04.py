"""The pictures of chapter 04: trees of many stars, their clusters, how they compare."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from scipy.cluster import hierarchy

from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE

BRANCHES = 60
"""Branches that a truncated tree ends in; more cannot be told apart."""

MEASURES = {
    "cophenetic": "cophenetic correlation",
    "balance": "balance of sizes",
    "found": "satellites found, of 33",
    "stability": "stability (ARI of two samples)",
}

STYLES = ["-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1))]


def on_a_line(x: np.ndarray, trees: dict[str, np.ndarray]) -> Figure:
    """Small trees of the same points on a line, side by side, points at their places.

    x (n,) are the places, `trees` the linkage matrices by name.
    """
    fig = Figure(figsize=(9, 3.9))
    for axes, (name, Z) in zip(fig.subplots(1, len(trees)), trees.items(), strict=True):
        place, height = list(x), [0.0] * len(x)
        for a, b, h, _ in Z:
            a, b = int(a), int(b)
            corners = [height[a], h, h, height[b]]
            sides = [place[a], place[a], place[b], place[b]]
            axes.plot(sides, corners, color=DATA, solid_joinstyle="miter")
            top = (place[a] + place[b]) / 2
            at = {"textcoords": "offset points", "fontsize": 9}
            axes.annotate(f"{h:.3g}", (top, h), (3, 1), **at)
            place.append(top)
            height.append(h)
        axes.plot(x, np.zeros(len(x)), "o", color="black", clip_on=False, zorder=3)
        axes.set(xticks=x, xlabel="place on the line", ylabel="height of the merge")
        axes.set_xticklabels([f"{value:g}" for value in x], fontsize=9)
        axes.set(title=f"{name.capitalize()} linkage", ylim=(0, Z[-1, 2] * 1.12))
        axes.grid(visible=False)
    return fig


def tree(Z: np.ndarray, line: float, n_clusters: int, title: str) -> Figure:
    """The last merges of a tree, with a cut line, above the sizes of its branches."""
    fig = Figure(figsize=(9, 5))
    axes, bars = fig.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    shown = hierarchy.dendrogram(Z, BRANCHES, "lastp", no_plot=True)
    sides, corners = np.array(shown["icoord"]), np.array(shown["dcoord"])
    forks = np.stack([sides, corners], axis=-1)
    above = corners[:, 1] > line
    for forks_, color, width in (
        (forks[~above], DATA, 1.1),
        (forks[above], "black", 1.8),
    ):
        axes.add_collection(LineCollection(forks_, colors=color, linewidths=width))
    axes.axhline(line, color=REFERENCE, ls="--", lw=1.5)
    axes.set_title(f"- - cut: {n_clusters} clusters", loc="right", color=REFERENCE)
    leaves = np.array(shown["leaves"])
    sizes = np.append(np.ones(len(Z) + 1), Z[:, 3])[leaves]
    bars.bar(np.arange(5, 10 * len(leaves), 10), sizes, width=7, color=DATA)
    axes.set(title=title, ylabel="height of the merge", xticks=[])
    axes.set(xlim=(0, 10 * BRANCHES), ylim=(0, corners.max() * 1.04))
    bars.set(yscale="log", ylabel="stars", ylim=(0.7, 2 * len(Z)), yticks=[1, 100, 1e4])
    bars.set_xlabel(f"the last {BRANCHES} branches, in the order of the tree")
    bars.minorticks_off()
    for part in (axes, bars):
        part.grid(visible=False, axis="x")
    return fig


def clusters(stars: pd.DataFrame, labels: np.ndarray, title: str, n: int = 7) -> Figure:
    """Stars in (Lz, E), the n largest clusters by colour and marker, others as dots.

    `stars` has the columns Lz and E; labels 0, 1, ... are in order of size.
    """
    fig = Figure(figsize=(9, 5.2))
    axes = fig.subplots()
    x, y = stars["Lz"].to_numpy(), stars["E"].to_numpy() / 1000
    sizes = np.bincount(labels)
    for c, (color, marker) in enumerate(zip(PALETTE[:n], MARKERS[:n], strict=True)):
        mine = labels == c
        at = {"s": 5 if sizes[c] > 500 else 40, "marker": marker, "linewidths": 0}
        name = f"{sizes[c]:,} star{'s' * bool(sizes[c] > 1)}"
        axes.scatter(x[mine], y[mine], color=color, label=name, zorder=2 + c, **at)
    rest = labels >= n
    name = f"{sizes[n:].sum():,} in {len(sizes) - n} others"
    many = {"s": 4, "color": "0.6", "linewidths": 0}
    few = {"s": 70, "color": "black", "marker": "+", "zorder": 20}
    style = many if rest.sum() > 500 else few
    axes.scatter(x[rest], y[rest], label=name, **style)
    axes.set(xlabel="Lz (kpc²/Gyr)", ylabel="E (10³ kpc²/Gyr²)", title=title)
    legend = fig.legend(loc="outside right upper", title="clusters")
    for handle in legend.legend_handles:
        handle.set_sizes([40])
    return fig


def sizes(labelings: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Sizes of clusters, largest first: a panel a representation, a line a linkage."""
    fig = Figure(figsize=(9, 4.2))
    panels = fig.subplots(1, len(labelings), sharey=True)
    for axes, (space, by_linkage) in zip(panels, labelings.items(), strict=True):
        for i, (name, labels) in enumerate(by_linkage.items()):
            counts = np.bincount(labels)
            style = {"color": PALETTE[i], "marker": MARKERS[i], "ls": STYLES[i]}
            rank = np.arange(1, len(counts) + 1)
            axes.semilogy(rank, counts, ms=4, lw=1.2, label=name, **style)
        axes.set(xlabel="rank of the cluster", title=space)
    panels[0].set_ylabel("stars in it")
    panels[-1].legend(loc="upper right")
    return fig


def judged(table: pd.DataFrame) -> Figure:
    """A panel a measure, a row a linkage: mean and spread over the samples.

    `table` has one row for each sample, with the columns space, linkage and MEASURES.
    """
    fig = Figure(figsize=(9, 6))
    names = list(dict.fromkeys(table["linkage"]))
    rows = np.arange(len(names))[::-1]
    panels = fig.subplots(2, 2).flat
    for axes, (column, title) in zip(panels, MEASURES.items(), strict=True):
        for i, (space, part) in enumerate(table.groupby("space")):
            groups = part.groupby("linkage")[column]
            mean, sd = groups.mean()[names], groups.std()[names]
            style = {"color": PALETTE[i], "fmt": MARKERS[i], "capsize": 3}
            axes.errorbar(mean, rows + 0.14 - 0.28 * i, xerr=sd, label=space, **style)
        axes.set_yticks(rows, names)
        axes.set(title=title, xlim=(min(0, axes.get_xlim()[0]), None))
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=2)
    return fig


def heights(trees: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Height of the merges against the number of clusters that they leave.

    A panel a linkage; in it a line a tree, by name.
    """
    fig = Figure(figsize=(9, 4.2))
    panels = fig.subplots(1, len(trees))
    for axes, (linkage, by_name) in zip(panels, trees.items(), strict=True):
        for i, (name, Z) in enumerate(by_name.items()):
            left = np.arange(len(Z), 0, -1)
            _line(axes, left, Z[:, 2], color=PALETTE[i], ls=STYLES[i], label=name)
        axes.set(xlabel="clusters left", ylabel="height of the merge")
        axes.set_title(f"{linkage.capitalize()} linkage")
    panels[0].legend(loc="lower left")
    return fig


def _line(axes: Axes, x: np.ndarray, y: np.ndarray, **style) -> None:
    """A line on logarithmic axes, through points that lie evenly on it."""
    at = np.unique(np.geomspace(1, len(x), 300).astype(int))
    axes.loglog(x[-at], y[-at], **style)
