"""The pictures of chapter 05: half-steps, groups, and what is plotted against k."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from scipy.spatial import cKDTree

from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE, shared

K = "number of clusters k"
# Black is left to what is no cluster.
COLORS = PALETTE[:6]


def as_made_and_found(rows: dict) -> Figure:
    """Groups as made above, k-means below: {name: (points, (title, labels), …)}."""
    fig, grid = shared.subplots(2, len(rows), size=(9.5, 5.2))
    for column, (name, (points, *pair)) in zip(grid.T, rows.items(), strict=True):
        for axes, (title, labels) in zip(column, pair, strict=True):
            _points(axes, points, labels, size=12)
            axes.set(title=f"{name}\n{title}", xticks=[], yticks=[])
            axes.set_aspect("equal", adjustable="datalim")
    return fig


def half_steps(points, start, history) -> list[Figure]:
    """A frame for the start, then two for each iteration: assign, update.

    `history` holds (labels, SSE, new centres, SSE) of each iteration.
    """
    none = np.full(len(points), -1)
    frames = [half_step(points, none, start, "The start: three points are centres")]
    for labels, assigned, centers, updated in history:
        title = f"Assign: SSE {assigned:.1f}"
        frames.append(half_step(points, labels, start, title))
        if np.array_equal(centers, start):
            break  # the last update moves nothing
        title = f"Update: SSE {updated:.1f}"
        frames.append(half_step(points, labels, centers, title, start))
        start = centers
    return frames


def half_step(points, labels, centers, title, before=None) -> Figure:
    """Points in the colour of their centre, centres as rings, their way as an arrow."""
    fig, axes = shared.subplots(size=(4.7, 4.4))
    _end(axes, points, labels, centers)
    if before is not None:
        for old, new in zip(before, centers, strict=True):
            arrow = {"arrowstyle": "->", "color": "black", "lw": 1.2}
            axes.annotate("", new, old, arrowprops=arrow)
    axes.set_title(title)
    return fig


def ends(points, panels) -> Figure:
    """The ends of several starts beside each other: (title, labels, centers)."""
    fig = Figure(figsize=(9, 4.2))
    for axes, labels, centers in shared.panels(fig, panels):
        _end(axes, points, labels, centers)
    return fig


def penguins(birds: pd.DataFrame, x: str, y: str, answers: dict) -> Figure:
    """Birds, colour their cluster, marker their species: {title: labels}."""
    fig = Figure(figsize=(9.5, 4.3))
    for i, (axes, labels) in enumerate(shared.panels(fig, answers.items())):
        style = {"style": "species", "markers": ["o", "X", "^"], "legend": False}
        # Other clusters have other colours.
        colors = COLORS[3 * i : 3 * i + 3]
        look = {"hue": labels, "palette": colors, "s": 30, "linewidth": 0}
        keys = [axes.plot([], [], "s", color=color)[0] for color in colors]
        axes.legend(keys, ["cluster 0", "1", "2"], loc="upper left")
        sns.scatterplot(birds, x=x, y=y, ax=axes, **style, **look)
        axes.set(xlabel="bill length (mm)", ylabel="body mass (g)")
        axes.grid(visible=False)
    for marker, name in zip("oX^", sorted(birds["species"].unique()), strict=True):
        axes.plot([], [], marker, color="0.4", label=name)
    fig.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return fig


def groups_of_stars(table: pd.DataFrame, answers: dict, named: list) -> Figure:
    """Stars in the plane of Lz and E, neighbours in different colours: {title: labels}.

    Clusters are named where there are few, else only those in `named`.
    """
    fig = Figure(figsize=(10.5, 4.6))
    x, y = shared.in_units(table, "Lz"), shared.in_units(table, "E")
    plane = np.column_stack([x, y])
    for axes, labels in shared.panels(fig, answers.items()):
        colors = np.array(COLORS)[apart(plane / plane.std(axis=0), labels)]
        axes.scatter(x, y, s=2.5, c=colors[labels], linewidths=0)
        few = range(labels.max() + 1) if labels.max() < 9 else named
        for k in few if few is named else []:
            own = labels == k
            for size, color in ((26, "black"), (9, colors[k])):  # an outline
                axes.scatter(x[own], y[own], s=size, color=color, linewidths=0)
        for k in few:
            place = np.median(plane[labels == k], axis=0)
            box = {"boxstyle": "round,pad=0.15", "fc": "white", "alpha": 0.85, "lw": 0}
            axes.text(*place, str(k), ha="center", va="center", fontsize=11, bbox=box)
        shared.as_map(axes, x, y, shared.UNITS["Lz"], shared.UNITS["E"])
    return fig


def apart(points, labels) -> np.ndarray:
    """A colour for each cluster, so that few neighbouring points share one wrongly."""
    near = cKDTree(points).query(points, k=9)[1][:, 1:]
    size = labels.max() + 1
    touching = np.zeros((size, size))
    np.add.at(touching, (np.repeat(labels, 8), labels[near].ravel()), 1)
    touching += touching.T
    np.fill_diagonal(touching, 0)
    colors = np.full(size, -1)
    # The cluster with most neighbours first; each takes the colour least used nearby.
    for k in np.argsort(-touching.sum(axis=1), kind="stable"):
        cost = [touching[k, colors == c].sum() for c in range(len(COLORS))]
        colors[k] = int(np.argmin(cost))
    return colors


def against_k(table: pd.DataFrame, ylabel: str, window=None) -> Figure:
    """A curve against k for each column; grey, the range of k that the report took."""
    fig, axes = shared.subplots(size=(7.5, 4.1))
    shared.lines(axes, {name: (table.index, table[name]) for name in table})
    if window:
        axes.axvspan(*window, color="0.92", zorder=0, label="the report's range")
    axes.set(xlabel=K, ylabel=ylabel, ylim=(0, None))
    axes.legend()
    return fig


def elbows(panels: dict, marks: dict) -> Figure:
    """Curves to the largest k, and the elbow that the rule sees in each."""
    fig = Figure(figsize=(9.5, 4))
    for axes, curves in shared.panels(fig, panels.items(), K, "SSE / SSE at k = 2"):
        for i, (name, curve) in enumerate(curves.items()):
            axes.plot(curve.index, curve, label=name, **shared.look(i, marker=""))
            k = marks[name]
            # The first is open and wide, so that the second does not hide it.
            fill = {"mfc": "none", "ms": 15} if i == 0 else {"mfc": PALETTE[i], "ms": 7}
            axes.plot(k, curve[k], MARKERS[i], mec=PALETTE[i], mew=2, **fill)
        axes.set_ylim(0, 1.03)
        axes.legend()
    return fig


def knives(points, panels) -> Figure:
    """Points above, their silhouettes below, sorted within each cluster."""
    fig, grid = shared.subplots(2, len(panels), size=(9.5, 6))
    for (upper, lower), (title, labels, values) in zip(grid.T, panels, strict=True):
        _points(upper, points, labels, size=34)
        upper.set(title=title, xlim=(0, 10), ylim=(0, 9), aspect="equal")
        top = 0
        for k in np.unique(labels):
            own = np.sort(values[labels == k])[::-1]
            rows = top + np.arange(len(own))
            lower.barh(rows, own, height=0.9, color=COLORS[k % 6])
            lower.text(-0.12, rows.mean(), str(k), va="center", ha="right")
            upper.text(*points[labels == k].mean(axis=0) + [0.45, 0.35], str(k))
            top += len(own) + 1
        lower.axvline(values.mean(), color="black", lw=1.2, ls="--")
        lower.set(xlim=(-0.25, 1), ylim=(top, -1), yticks=[], xlabel="silhouette")
        lower.grid(visible=False)
    return fig


def best_of_range(runs: pd.DataFrame, picks: pd.DataFrame) -> Figure:
    """Left, silhouettes of ten runs in the range; right, the k that each run names."""
    fig, (left, right) = shared.subplots(1, 2, size=(10, 4.2))
    for _, run in runs.groupby("run"):
        best = run.loc[run["silhouette"].idxmax()]
        left.plot(run["k"], run["silhouette"], color=DATA, lw=0.9, alpha=0.7)
        left.plot(best["k"], best["silhouette"], "o", color=REFERENCE, mec="black")
    left.set(xlabel=K, ylabel="mean silhouette", title="Ten runs on one sample")
    sns.swarmplot(picks, x="k", y="what", ax=right, color=DATA, size=7, linewidth=0.6)
    right.axvline(28, color="black", lw=1, ls="--", zorder=0, label="the report: 28")
    right.legend(loc="upper right")
    ticks = range(25, 41, 5)
    right.set(xlim=(24, 41), xticks=ticks, xlabel="best k in the range", ylabel="")
    left.set_xticks(ticks)
    right.set_title("Ten runs of each kind")
    return fig


def gaps(answers: pd.DataFrame) -> Figure:
    """Left, log SSE of stars and of two nulls; right, how far the stars lie below."""
    fig, (left, right) = shared.subplots(1, 2, size=(10, 4.2))
    nulls = {"a full box": "box", "one Gaussian": "gauss"}
    sns.lineplot(answers, x="k", y="log_sse", ax=left, errorbar=("pi", 100), color=DATA)
    left.lines[0].set_label("the stars")
    for i, (name, column) in enumerate(nulls.items(), 1):
        style = {"color": PALETTE[i], "ls": ["-", "--", "-."][i], "label": name}
        level = answers.assign(level=answers["log_sse"] + answers[column])
        wide = {"errorbar": ("pi", 100), "legend": False}
        sns.lineplot(level, x="k", y="level", ax=left, **wide, **style)
        style["label"] = f"gap to {name}"
        sns.lineplot(answers, x="k", y=column, ax=right, **wide, **style)
    left.set(xlabel=K, ylabel="log SSE")
    right.set(xlabel=K, ylabel="gap", ylim=(0, None))
    left.legend()
    right.legend(loc="lower right")
    return fig


def how_many(answers: pd.DataFrame, chosen: pd.DataFrame) -> Figure:
    """Left, stability against k; right, the k that each way names in each draw."""
    fig, (left, right) = shared.subplots(1, 2, size=(10.5, 4.4))
    curves = {"the stars": "stability", "one Gaussian": "gauss_stability"}
    for (name, column), i in zip(curves.items(), (0, 2), strict=True):
        style = {"color": PALETTE[i], "ls": "-" if i == 0 else "-.", "label": name}
        sns.lineplot(answers, x="k", y=column, ax=left, errorbar=("pi", 100), **style)
    left.set(xlabel=K, ylabel="stability (adjusted Rand index)", ylim=(0, 1.02))
    left.legend()
    picks = chosen.melt(var_name="way", value_name="k")
    style = {"size": 5, "linewidth": 0.6, "warn_thresh": 1}
    sns.swarmplot(picks, x="k", y="way", ax=right, color=DATA, **style)
    right.set(xlim=(0, 62), xlabel="k chosen", ylabel="")
    return fig


def _end(axes, points, labels, centers) -> None:
    """Points joined to their centres, which are rings that hide nothing."""
    own = labels >= 0
    if own.any():
        ways = np.stack([points[own], centers[labels[own]]], axis=1)
        style = {"lw": 0.8, "alpha": 0.5, "zorder": 1}
        colors = np.array(COLORS)[labels[own]]
        axes.add_collection(LineCollection(ways, colors=colors, **style))
    _points(axes, points, labels, size=36)
    for k, center in enumerate(centers):
        ring = {"mfc": "none", "mec": COLORS[k], "mew": 2.5, "ms": 17}
        axes.plot(*center, "o", **ring, label="centre" if k == 0 else None)
    axes.set(xlim=(0, 10), ylim=(0, 9), aspect="equal", xlabel="x", ylabel="y")
    axes.legend(loc="upper right", markerscale=0.6)


def _points(axes, points, labels, size) -> None:
    """Points in the colour and the marker of their cluster; grey without one."""
    for k in np.unique(labels):
        color, marker = ("0.5", "o") if k < 0 else (COLORS[k % 6], MARKERS[k % 6])
        style = {"color": color, "marker": marker, "linewidths": 0, "zorder": 3}
        axes.scatter(*points[labels == k].T, s=size, **style)
