"""The pictures of chapter 03: projections, the Hopkins statistic, VAT images."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers.plots import DATA, LINES, MARKERS, PALETTE, REFERENCE, shared


def stand_in(scores: dict[str, np.ndarray], values: dict[str, float]) -> Figure:
    """Two clouds (n, 2+) on the same components, each with its H in the title."""
    fig = Figure(figsize=(9, 3.6))
    titled = [(f"{name}: H = {values[name]:.2f}", scores[name]) for name in scores]
    both = {"sharex": True, "sharey": True}
    for axes, points in shared.panels(
        fig, titled, "component 1", "component 2", **both
    ):
        axes.plot(*points[:, :2].T, "o", ms=3.5, mew=0, color=DATA, alpha=0.8)
        axes.set_aspect("equal")
    return fig


def penguins(pair, directions, scores: np.ndarray, species: pd.Series) -> Figure:
    """Two measurements with their components as arrows, then components by species."""
    fig, (left, *others) = shared.subplots(1, 3, size=(10, 4))
    left.plot(*pair.T, "o", ms=3, mew=0, color="0.6")
    for length, direction, name in zip((2.2, 1), directions, "12", strict=True):
        left.annotate(
            "", length * direction, (0, 0), arrowprops={"arrowstyle": "->", "lw": 2}
        )
        beside = length * direction + 0.45 * np.array([-direction[1], direction[0]])
        left.annotate(name, beside, ha="center", va="center")
    left.set(title="Two measurements", xlabel="flipper length (sd)", aspect="equal")
    left.set(ylabel="body mass (sd)", xlim=(-3.8, 3.8), ylim=(-2.75, 2.75))
    for axes, other in zip(others, (1, 2), strict=True):
        for i, name in enumerate(np.unique(species)):
            members = scores[species == name][:, [0, other]].T
            axes.plot(*members, **shared.look(i, ls="", ms=4, mew=0, label=name))
        axes.set(xlabel="component 1", ylabel=f"component {other + 1}", aspect="equal")
        axes.set(title=f"All four: components 1, {other + 1}")
        axes.set(xlim=(-3.2, 4.4), ylim=(-2.5, 3))
    fig.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


def components(scores: dict[str, np.ndarray], shares: dict[str, np.ndarray]) -> Figure:
    """A row for each representation: its scree plot, and its first two components."""
    fig, grid = shared.subplots(2, 2, width_ratios=(2, 3), size=(9, 8.4))
    for (bars, cloud), name in zip(grid, scores, strict=True):
        values = shares[name]
        numbers = np.arange(1, len(values) + 1)
        bars.bar(numbers, values, color=DATA, label="each component")
        bars.plot(numbers, values.cumsum(), "o--", color=REFERENCE, label="sum so far")
        bars.axhline(1 / len(values), color="black", lw=1, ls=":", label="if all equal")
        bars.set(title=f"{name}: scree plot", xlabel="component", xticks=numbers)
        bars.set(ylabel="share of the variance", ylim=(0, 1.08))
        cloud.plot(*scores[name][:, :2].T, "o", ms=1.4, mew=0, color="0.25", alpha=0.35)
        cloud.set(title=f"{name}: the stars", aspect="equal")
        cloud.set_xlabel(f"component 1 ({values[0]:.0%} of the variance)")
        cloud.set_ylabel(f"component 2 ({values[1]:.0%})")
    fig.legend(*bars.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return fig


def by_hand(points, places, chosen, from_places, from_points) -> Figure:
    """Points, probes and the ways they measure, each with its length.

    `from_places` and `from_points` hold the distances to all points.
    """
    fig, axes = shared.subplots(size=(6.4, 6))
    ways = [(places, from_places, REFERENCE, "-", "way u, from a place")]
    ways += [(points[chosen], from_points, PALETTE[2], "--", "way w, from a point")]
    for starts, distances, color, stroke, name in ways:
        for start, row in zip(starts, distances, strict=True):
            end = points[row.argmin()]
            axes.plot(*np.transpose([start, end]), stroke, c=color, label=name)
            white = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            # Beside the line, so that no marker is covered.
            along = (end - start) / np.linalg.norm(end - start)
            beside = np.array([along[1], -along[0]]) * np.sign(along[1] or -along[0])
            middle = (start + end) / 2 + 0.42 * beside
            text = f"√{row.min() ** 2:.0f}"
            centred = {"ha": "center", "va": "center", "fontsize": 10}
            axes.text(*middle, text, color=color, bbox=white, **centred)
            name = None
    axes.plot(*points.T, "o", color=DATA, ms=7, label="points")
    axes.plot(*places.T, "X", color=REFERENCE, ms=10, label="places")
    square = {"mfc": "none", "mec": PALETTE[2], "mew": 2, "ms": 13}
    axes.plot(*points[chosen].T, "s", **square, label="chosen points")
    axes.set(xlim=(-0.5, 10.5), ylim=(-0.5, 10.5), aspect="equal", xlabel="x")
    axes.set(ylabel="y", xticks=range(0, 11, 2), yticks=range(0, 11, 2))
    fig.legend(loc="outside upper left", ncols=3, fontsize=10, handletextpad=0.3)
    return fig


def kinds(sets: dict[str, np.ndarray], draws: dict[str, np.ndarray]) -> Figure:
    """Point patterns side by side, and below each H of many draws of probes."""
    fig = Figure(figsize=(10, 5.2))
    above, below = fig.subplots(2, len(sets), height_ratios=(3, 2))
    for axes, hist, name in zip(above, below, sets, strict=True):
        axes.plot(*sets[name].T, "o", ms=3, mew=0, color=DATA)
        axes.set(xticks=[], yticks=[], title=name, aspect="equal")
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
        axes.spines[["top", "right"]].set_visible(True)
        bins = {"binwidth": 0.05, "binrange": (0, 1)}
        sns.histplot(draws[name], ax=hist, stat="proportion", color=DATA, **bins)
        hist.axvline(0.5, color="black", lw=1, ls=":")
        hist.set(xlim=(0, 1), xlabel="H", ylabel="")
        hist.set(title=f"mean {draws[name].mean():.2f}", xticks=(0, 0.5, 1))
    below[0].set_ylabel("share of draws")
    return fig


def bell(draws: dict[int, np.ndarray], grid, densities: dict) -> Figure:
    """Histograms of H by number of probes m, with the density of its law."""
    fig = Figure(figsize=(9, 3.2))
    titled = [(f"m = {m}", m) for m in draws]
    for axes, m in shared.panels(fig, titled, "H", "density"):
        bins = {"bins": 10 if m == 1 else 25, "binrange": (0, 1)}
        sns.histplot(draws[m], ax=axes, stat="density", color=DATA, alpha=0.45, **bins)
        axes.plot(grid, densities[m], color="black", lw=1.6)
        axes.set(xlim=(0, 1), ylabel=axes.get_ylabel() if m == 1 else "")
    return fig


def law(draws: dict[tuple[str, int], np.ndarray], grid, density) -> Figure:
    """H of uniform points, a row for each way to measure, a column for each d."""
    fig, panels = shared.subplots(3, 3, sharex=True, sharey="row", size=(9, 6.8))
    for axes, ((way, d), values) in zip(panels.flat, draws.items(), strict=True):
        axes.fill_between(grid, density, color="0.8", label="Beta(m, m)")
        style = {"element": "step", "fill": False, "binwidth": 0.02, "color": DATA}
        sns.histplot(values, ax=axes, stat="density", label="drawn", **style)
        axes.set(xlim=(0.2, 0.8), title=f"d = {d}", xlabel="H")
        axes.set_ylabel(way if axes in panels[:, 0] else "")
        above = axes.get_xaxis_transform()
        axes.text(0.22, 0.94, f"sd {values.std():.3f}", va="top", transform=above)
    shared.legend(fig, 2)
    return fig


def reported(samples: dict[str, np.ndarray], reported: dict[str, float]) -> Figure:
    """H of many samples, a panel a representation, with the values of the report."""
    fig = Figure(figsize=(9, 3.6))
    for axes, values in shared.panels(fig, samples.items(), "H", "samples"):
        name = axes.get_title(loc="left")
        sns.histplot(values, ax=axes, binwidth=0.01, color=DATA, alpha=0.5, ec="w")
        axes.axvline(values.mean(), color="black", label="our mean")
        axes.axvline(reported[name], color=REFERENCE, ls="--", label="the report")
        axes.set(xlim=(0.6, 1), xlabel="H", ylabel="samples")
        axes.yaxis.get_major_locator().set_params(integer=True)
    shared.legend(fig, 2)
    return fig


def against_n(table: pd.DataFrame) -> Figure:
    """H of many draws (columns n, H, data) against n; each line has its name."""
    fig, axes = shared.subplots(size=(9, 4.8))
    order = list(dict.fromkeys(table["data"]))
    colors = dict(zip(order, PALETTE, strict=False))
    look = {"hue": "data", "style": "data", "palette": colors, "legend": False}
    look |= {"markers": MARKERS[: len(order)], "dashes": False}
    sns.lineplot(table, x="n", y="H", errorbar=("se", 2), ax=axes, **look)
    last = table[table["n"] == table["n"].max()].groupby("data")["H"].mean()
    # Names of lines that end close to each other are moved apart.
    height = -np.inf
    for name, H in last.sort_values().items():
        height = max(H, height + 0.032)
        n, color = table["n"].max(), colors[name]
        look = {"color": color, "va": "center", "annotation_clip": False}
        line = {"arrowstyle": "-", "color": color, "lw": 0.8}
        axes.annotate(name, (n, H), (1.3 * n, height), arrowprops=line, **look)
    axes.set(xscale="log", xlabel="points in the sample, n", ylabel="mean H")
    axes.set_ylim(0.45, 1)
    return fig


def nulls(observed: dict[str, np.ndarray], expected: dict[str, dict]) -> Figure:
    """H of samples, and of each null hypothesis; one panel a data set."""
    fig = Figure(figsize=(9, 7))
    bins = np.linspace(0.42, 1, 59)
    titled = [(name, observed[name], expected[name]) for name in observed]
    rows = {"rows": len(titled), "sharex": True}
    for axes, values, null in shared.panels(fig, titled, **rows):
        axes.hist(values, bins, density=True, color="0.75", label="the data")
        for i, (name, draws) in enumerate(null.items()):
            heights, _ = np.histogram(draws, bins, density=True)
            look = {"color": PALETTE[i], "ls": LINES[i], "lw": 1.8}
            axes.stairs(heights, bins, label=name.replace("_", " "), **look)
        axes.set(ylabel="density")
    axes.set(xlabel="H", xlim=(bins[0], bins[-1]))
    shared.legend(fig, 4)
    return fig


def in_line(matrices: dict[str, np.ndarray], rows: int) -> Figure:
    """Distance matrices as grey squares, dark where points are near."""
    narrow = len(matrices) // rows > 2
    fig = Figure(figsize=(9, 6.2) if rows > 1 else (10, 2.6) if narrow else (8, 3.8))
    few_greys = mpl.colormaps["gray"].resampled(12)  # keeps the file small
    for axes, D in shared.panels(fig, matrices.items(), rows=rows):
        shares = D / D.max()
        image = axes.imshow(shares, few_greys, vmin=0, vmax=1, interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.grid(visible=False)
        axes.spines[["top", "right"]].set_visible(True)
    label = "distance, as a share of the largest"
    label = label.replace(", ", ",\n") if rows == 1 else label  # the bar is short
    fig.colorbar(image, ax=fig.axes, label=label, shrink=0.6)
    return fig
