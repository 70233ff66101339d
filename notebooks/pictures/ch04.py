"""The pictures of chapter 04: trees of few and of many points, and what they say."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator
from scipy import stats
from scipy.cluster import hierarchy

from helpers import linkage
from helpers.plots import DATA, PALETTE, REFERENCE, shared

BRANCHES = 40
"""Branches that a truncated tree ends in; more cannot be told apart."""
ABOVE = "0.25"
"""The colour of merges that a cut undoes."""


# --- trees --------------------------------------------------------------------------


def on_a_line(x: np.ndarray, trees: dict[str, np.ndarray]) -> Figure:
    """Small trees of the same points on a line, side by side, points at their places.

    x (n,) are the places, `trees` the linkage matrices by name.
    """
    fig = Figure(figsize=(9, 3.7))
    titled = [(f"{_title(name)} linkage", Z) for name, Z in trees.items()]
    for axes, Z in shared.panels(fig, titled, "place on the line"):
        for (sides, heights), top in zip(*shared.forks(Z, x), strict=True):
            axes.plot(sides, heights, color=DATA, solid_joinstyle="miter")
            # Beside the stem that goes on from each bar, never across it.
            at = {"textcoords": "offset points", "fontsize": 9, "ha": "right"}
            axes.annotate(f"{top[1]:.3g}", top, (-3, 3), va="bottom", **at)
        axes.plot(x, np.zeros(len(x)), "o", color="black", clip_on=False, zorder=3)
        axes.set_xticks(x, [f"{value:g}" for value in x], fontsize=9)
        axes.set(ylim=(0, Z[-1, 2] * 1.15))
        axes.grid(visible=False)
    fig.axes[0].set_ylabel("height of the merge")
    return fig


def _title(name: str) -> str:
    """A linkage as a title calls it; Ward was a person."""
    return {"ward": "Ward"}.get(name, name)


def two_trees(trees: dict[str, np.ndarray], n_clusters: int) -> Figure:
    """Two trees side by side, cut, with logarithmic heights."""
    fig = Figure(figsize=(9, 3.6))
    labels = "", "height of the merge"
    for axes, Z in shared.panels(fig, trees.items(), *labels, sharey=True):
        _tree(axes, Z, n_clusters, log=True)
    return fig


def ten_trees(trees: dict[tuple[str, str], np.ndarray], n_clusters: int) -> Figure:
    """A row a linkage, a column a representation: a tree above its branches' sizes.

    `trees` holds linkage matrices by representation and linkage.
    """
    spaces, linkages = (
        list(dict.fromkeys(names)) for names in zip(*trees, strict=True)
    )
    fig = Figure(figsize=(9, 13))
    parts = fig.subfigures(len(linkages), len(spaces))
    for (space, name), Z in trees.items():
        part = parts[linkages.index(name), spaces.index(space)]
        axes = _with_bars(part, Z, n_clusters, log=name == "ward")[0]
        axes.set_title(f"{_title(name)}, {space}")
    return fig


def large_tree(Z: np.ndarray, n_clusters: int, arrow=False) -> Figure:
    """One tree above its branches' sizes; an arrow points at the largest inversion."""
    fig = Figure(figsize=(9, 4.8))
    axes, tops = _with_bars(fig, Z, n_clusters, log=False)
    if arrow:
        fall, low = max((h - y, (x, y)) for x, y, h in tops)
        text = f"an inversion: this merge lies {fall:.2f}\nbelow one that it builds on"
        at = {"textcoords": "axes fraction", "va": "top", "fontsize": 10}
        at["arrowprops"] = {"arrowstyle": "->", "lw": 1.8}
        axes.set_ylim(0, 1.25 * Z[-1, 2])
        axes.annotate(text, low, (0.02, 0.98), **at)
    return fig


def _with_bars(fig, Z: np.ndarray, n_clusters: int, log: bool):
    """A tree above the sizes of its branches; its axes and the tops of its merges."""
    axes, bars = fig.subplots(2, 1, sharex=True, height_ratios=[2.6, 1])
    leaves, colors, tops = _tree(axes, Z, n_clusters, log)
    sizes = np.append(np.ones(len(Z) + 1), Z[:, 3])[leaves]
    bars.bar(np.arange(len(leaves)), sizes, width=0.75, color=colors)
    bars.set(yscale="log", ylim=(0.7, 2 * len(Z)), yticks=[1, 100, 10_000])
    bars.set_yticklabels(["1", "100", "10,000"])
    bars.set_ylabel("stars", fontsize=10)
    bars.minorticks_off()
    bars.grid(visible=False, axis="x")
    return axes, tops


def _tree(axes: Axes, Z: np.ndarray, n_clusters: int, log: bool = False):
    """Draw the last merges: clusters in colours that differ, merges above the cut grey.

    A branch begins at its own last merge, so nothing is drawn below that. Gives the
    leaves, their colours, and place, height and highest part of each merge.
    """
    n = len(Z) + 1
    # The clusters that are not drawn open, the larger part of each union to the left.
    last = {"p": BRANCHES, "truncate_mode": "lastp", "count_sort": "descending"}
    leaves = hierarchy.dendrogram(Z, no_plot=True, **last)["leaves"]
    x = dict(zip(leaves, range(len(leaves)), strict=True))
    heights = np.append(np.zeros(n), Z[:, 2])
    # Each cluster's colour, by its place from left to right; its parts inherit it.
    labels, color, clusters = linkage.cut(Z, n_clusters), {}, {}
    for leaf in leaves:
        point = leaf
        while point >= n:
            point = int(Z[point - n, 0])
        color[leaf] = clusters.setdefault(labels[point], PALETTE[len(clusters) % 4])
    lines, shades, tops = [], [], []
    for new in range(2 * n - BRANCHES, 2 * n - 1):
        parts, y = Z[new - n, :2].astype(int), heights[new]
        x[new] = (x[parts[0]] + x[parts[1]]) / 2
        color[new] = color[parts[0]] if new < 2 * n - n_clusters else ABOVE
        lines.append([(x[part], y) for part in parts])
        shades.append(color[new])
        for part in parts:
            lines.append([(x[part], heights[part]), (x[part], y)])
            shades.append(color[part])
        tops.append((x[new], y, heights[parts].max()))
    axes.add_collection(LineCollection(lines, colors=shades, linewidths=1.6))
    low = min(heights[leaves].min(), Z[1 - BRANCHES :, 2].min())
    high = Z[1 - BRANCHES :, 2].max()
    limits = (0.8 * low, 1.2 * high) if log else (0, 1.05 * high)
    axes.set(yscale="log" if log else "linear", ylim=limits, xticks=[])
    axes.set(xlim=(-1, len(leaves)), ylabel="height (log)" if log else "height")
    if log:
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.grid(visible=False, axis="x")
    return leaves, [color[leaf] for leaf in leaves], tops


# --- clusters -----------------------------------------------------------------------


def gallery(clouds: dict[str, np.ndarray], labels: dict) -> Figure:
    """A row a cloud, a column a linkage: points (n, 2) in the colours of clusters.

    `labels` holds the labels by cloud and linkage, the largest cluster first.
    """
    linkages = list(dict.fromkeys(name for _, name in labels))
    fig, grid = shared.subplots(len(clouds), len(linkages), (9, 9.4))
    for (cloud, name), mine in labels.items():
        axes = grid[list(clouds).index(cloud), linkages.index(name)]
        sizes = np.bincount(mine)
        # The smallest cluster lies on top.
        for c, size in enumerate(sizes):
            style = {"s": 7 if size > 9 else 28, "color": PALETTE[c], "lw": 0}
            axes.scatter(*clouds[cloud][mine == c].T, zorder=2 + c, **style)
        axes.set_title(" · ".join(map(str, sizes)), fontsize=9.5, loc="center")
        axes.set(xticks=[], yticks=[], aspect="equal", adjustable="datalim")
        if axes in grid[:, 0]:
            axes.set_ylabel(cloud, fontsize=10)
    for axes, name in zip(grid[0], linkages, strict=True):
        sizes = axes.get_title("center")
        axes.set_title(f"{_title(name)}\n{sizes}", fontsize=10, loc="center")
    return fig


def clusters(stars: pd.DataFrame, labelings: dict[str, np.ndarray]) -> Figure:
    """Stars in (Lz, E) and (Lz, L): a row a linkage, clusters in colours that differ.

    Labels 0, 1, ... are in order of size; clusters of fewer than 20 stars are crosses.
    """
    fig, grid = shared.subplots(len(labelings), 2, (8.2, 6.6), sharex=True)
    for row, (name, labels) in zip(grid, labelings.items(), strict=True):
        large = np.bincount(labels)[labels] >= 20
        shades = np.array(PALETTE[:6])[_apart(stars, labels) % 6]
        for axes, y in zip(row, ("E", "L"), strict=True):
            at = shared.in_units(stars, "Lz"), shared.in_units(stars, y)
            axes.scatter(*(v[large] for v in at), s=2, c=shades[large], lw=0)
            few = {"s": 26, "color": "black", "marker": "x", "lw": 1.1}
            axes.scatter(*(v[~large] for v in at), **few)
            axes.set(title=f"{name} linkage", ylabel=shared.UNITS[y])
            axes.grid(visible=False)
    for axes in grid[-1]:
        axes.set_xlabel(shared.UNITS["Lz"])
        axes.xaxis.set_major_locator(MaxNLocator(4))  # more would touch each other
    return fig


def _apart(stars: pd.DataFrame, labels: np.ndarray) -> np.ndarray:
    """For each star a number; clusters with near centres have different ones."""
    features = stars[["E", "L", "Lz"]] / stars[["E", "L", "Lz"]].std()
    centers = features.groupby(labels).mean().to_numpy()
    number = np.zeros(len(centers), dtype=int)
    for c in range(1, len(centers)):
        distances = np.linalg.norm(centers[:c] - centers[c], axis=1)
        near = number[np.argsort(distances)[:5]]
        number[c] = min(set(range(6)) - set(near))
    return number[labels]


# --- measures -----------------------------------------------------------------------


def noise(answers: pd.DataFrame) -> Figure:
    """How often the largest jump gives each number of clusters: a row a linkage.

    `answers` has a column a linkage and a row a cloud.
    """
    counts = answers.clip(upper=6).apply(pd.Series.value_counts).fillna(0).astype(int)
    fig, axes = shared.subplots(size=(7.5, 3))
    names = [f"{k}" if k < 6 else "6 or more" for k in counts.index]
    bar = {"cbar_kws": {"label": "clouds"}}
    sns.heatmap(counts.T, annot=True, fmt="d", cmap="Blues", ax=axes, **bar)
    axes.set_xticklabels(names)
    axes.set_yticklabels([_title(name) for name in counts])
    axes.set(xlabel="number of clusters that the largest jump gives")
    axes.tick_params(axis="y", rotation=0)
    return fig


def cophenetic(distances: np.ndarray, meeting: dict[str, np.ndarray]) -> Figure:
    """Height at which two points meet against their distance: a panel a linkage.

    `meeting` holds the heights of all pairs, condensed as `distances`, by linkage.
    """
    fig = Figure(figsize=(9, 3.3))
    titled = [
        (f"{_title(name)}: correlation {np.corrcoef(distances, each)[0, 1]:.2f}", each)
        for name, each in meeting.items()
    ]
    for axes, each in shared.panels(fig, titled, "distance of two stars"):
        sns.scatterplot(x=distances, y=each, ax=axes, s=28, alpha=0.7)
        end = max(distances.max(), each.max()) * 1.03
        axes.plot([0, end], [0, end], color="0.6", lw=1, zorder=1)
        axes.set(xlim=(0, None), ylim=(0, None))
    fig.axes[0].set_ylabel("height at which they meet")
    return fig


def _interval(values: pd.Series) -> tuple[float, float]:
    """The 95 % interval of a mean, by Student's t as in the tables."""
    half = stats.t.ppf(0.975, len(values) - 1) * values.sem()
    return values.mean() - half, values.mean() + half


def judged(table: pd.DataFrame) -> Figure:
    """A panel a measure, a row a linkage: means with 95 % intervals, a mark a cloud.

    `table` has one row a pair of samples, with linkage, cloud and the measures.
    """
    fig = Figure(figsize=(9, 3.8))
    measures = [name for name in table if name not in ("pair", "cloud", "linkage")]
    grid = fig.subplots(1, len(measures), sharey=True)
    look = {"palette": PALETTE[:3], "markers": ["o", "s", "D"], "linestyle": "none"}
    look |= {"err_kws": {"linewidth": 1.6}, "markersize": 6}
    for axes, measure in zip(grid, measures, strict=True):
        where = {"x": measure, "y": "linkage", "hue": "cloud", "ax": axes}
        sns.pointplot(table, dodge=0.45, errorbar=_interval, **look, **where)
        axes.set(xlabel=measure, ylabel="", yticks=axes.get_yticks())
        axes.set_yticklabels([_title(name) for name in table["linkage"].unique()])
        axes.legend_.remove()
    shared.legend(fig, 3)
    return fig


def agreement(table: pd.DataFrame) -> Figure:
    """How well two samples agree against the number of clusters, with 95 % intervals.

    `table` has the columns clusters, agreement, cloud.
    """
    fig, axes = shared.subplots(size=(8, 3.8))
    where = {"x": "clusters", "y": "agreement", "hue": "cloud", "style": "cloud"}
    look = {"palette": [DATA, REFERENCE], "markers": ["o", "D"], "ax": axes}
    sns.lineplot(table, errorbar=_interval, **where, **look)
    axes.set(xlabel="number of clusters", ylabel="agreement (ARI)", ylim=(0, 1))
    axes.legend(title=None, loc="lower right")
    return fig


def heights(trees: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Height of the merges against the number of clusters that they leave.

    A panel a linkage; in it a line a tree, by name.
    """
    fig = Figure(figsize=(9, 3.9))
    titled = [(f"{_title(name)} linkage", each) for name, each in trees.items()]
    for axes, by_name in shared.panels(fig, titled, "clusters left"):
        curves = {}
        for name, Z in by_name.items():
            # Of all merges, points that lie evenly on a logarithmic axis.
            left = np.unique(np.geomspace(1, len(Z), 300).astype(int))
            curves[name] = left, Z[-left, 2]
        shared.lines(axes, curves, marker="")
        axes.set(ylabel="height of the merge", xscale="log", yscale="log")
        axes.legend(loc="lower left")
    return fig
