"""The pictures of chapter 07: matching, consensus, what was found and what was not."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE

LZ, ENERGY = "Lz (10³ kpc²/Gyr)", "E (10⁵ kpc²/Gyr²)"
# Strokes that tell lines apart without colour.
STROKES = ["-", "--", ":", "-."]


def tables_of_shares(before: pd.DataFrame, after: pd.DataFrame) -> Figure:
    """Stars that two runs share, cluster by cluster, before and after matching."""
    fig = Figure(figsize=(9, 4.4))
    top = int(np.log10(before.to_numpy().max()))
    titles = ("Names as they come", "Names matched")
    for axes, table, title in zip(
        fig.subplots(1, 2), (before, after), titles, strict=True
    ):
        shown = np.log10(np.maximum(table.to_numpy(), 1))
        picture = axes.imshow(shown, vmin=0, vmax=top + 0.5)
        axes.set(xlabel="cluster of the other run", ylabel="cluster of the first run")
        axes.set_title(title)
        axes.grid(visible=False)
    bar = fig.colorbar(picture, ax=fig.axes, label="stars shared", shrink=0.85)
    bar.set_ticks(range(top + 1), labels=[f"{10**i:,}" for i in range(top + 1)])
    return fig


def sse_by_label(series: dict[str, pd.Series]) -> Figure:
    """SSE of each cluster against its number, one marker and stroke for each table."""
    fig = Figure()
    axes = fig.subplots()
    for (name, values), color, marker, stroke in zip(
        series.items(), PALETTE, MARKERS, STROKES, strict=False
    ):
        values = values[values > 0]
        shown = values / values.max()
        axes.semilogy(shown, stroke, marker=marker, color=color, ms=4, lw=1, label=name)
    axes.set(xlabel="label of the cluster", ylabel="SSE / largest SSE of its table")
    fig.legend(loc="outside upper center", ncols=3)
    return fig


def certainty(stars: pd.DataFrame, values: np.ndarray, k_runs: int) -> Figure:
    """How many runs agree on each star: on the map, and counted."""
    fig = Figure(figsize=(9, 4.3))
    left, right = fig.subplots(1, 2, width_ratios=[1.5, 1])
    x, y, limits = _map(stars)
    bins = left.hexbin(
        x, y, C=values, gridsize=70, mincnt=5, extent=limits, linewidths=0, vmax=1
    )
    _dress(left, limits)
    left.set_title("Mean certainty")
    fig.colorbar(bins, ax=left, label="share of the runs that agree", pad=0.02)
    agreed, counts = np.unique(np.rint(values * k_runs).astype(int), return_counts=True)
    right.bar(agreed, 100 * counts / len(values), color=DATA)
    right.set(xlabel=f"runs that agree, of {k_runs}", ylabel="stars (%)")
    right.set_title("All stars")
    return fig


def distances(plain: pd.DataFrame, ordered: pd.DataFrame) -> Figure:
    """The distance matrix of cluster means twice: by number, and ordered."""
    fig = Figure(figsize=(9, 4.6))
    titles = ("By number", "Neighbours side by side")
    for axes, table, title in zip(
        fig.subplots(1, 2), (plain, ordered), titles, strict=True
    ):
        picture = axes.imshow(table.to_numpy())
        ticks = np.arange(len(table))
        axes.set_xticks(ticks, table.columns, fontsize=7, rotation=90)
        axes.set_yticks(ticks, table.index, fontsize=7)
        axes.set(title=title, xlabel="cluster", ylabel="cluster")
        axes.grid(visible=False)
    label = "distance of the means (scaled features)"
    fig.colorbar(picture, ax=fig.axes, label=label, shrink=0.85)
    return fig


def diffuse(satellites: pd.DataFrame, mean_squared: pd.Series) -> Figure:
    """Spread of each true satellite against infall time, mass and pericentre."""
    fig = Figure(figsize=(9.5, 3.6))
    panels = {
        "accretion": "infall (Gyr ago)",
        "mass": "mass (solar masses)",
        "pericentre": "pericentre (kpc)",
    }
    for axes, (name, label) in zip(
        fig.subplots(1, 3, sharey=True), panels.items(), strict=True
    ):
        axes.semilogy(satellites[name], mean_squared, "o", color=DATA)
        axes.set(xlabel=label, xscale="log" if name == "mass" else "linear")
    ticks = [0.02, 0.05, 0.1, 0.2, 0.5]
    fig.axes[0].set_yticks(ticks, ticks)
    fig.axes[0].yaxis.set_minor_formatter("")
    fig.axes[0].set_ylabel("mean squared distance\n(scaled features)")
    return fig


def forest(table: pd.DataFrame) -> Figure:
    """Rank correlations with their intervals, one line each; grouped by property."""
    fig = Figure(figsize=(8, 4.2))
    axes = fig.subplots()
    names = list(dict.fromkeys(table["property"]))
    for i, measure in enumerate(dict.fromkeys(table["measure"])):
        rows = table[table["measure"] == measure]
        y = np.array([names.index(name) for name in rows["property"]]) + 0.22 * (i - 1)
        middle = rows["rank correlation"]
        axes.errorbar(
            middle, y, xerr=[middle - rows["low"], rows["high"] - middle],
            fmt=MARKERS[i], color=PALETTE[i], capsize=3, lw=1.5, label=measure,
        )  # fmt: skip
    axes.axvline(0, color="black", lw=1)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="rank correlation, 95 % interval", xlim=(-1, 1))
    fig.legend(loc="outside upper center", ncols=3)
    return fig


def league(summary: pd.DataFrame, n_satellites: int) -> Figure:
    """Satellites found by each method: mean and range over the resamples."""
    fig = Figure(figsize=(9, 5.8))
    axes = fig.subplots()
    methods = list(dict.fromkeys(summary["method"]))
    names = list(dict.fromkeys(summary["representation"]))
    groups = summary.groupby(["representation", "stars"], sort=False)
    for i, ((name, scope), rows) in enumerate(groups):
        y = np.array([methods.index(m) for m in rows["method"]])
        color = PALETTE[names.index(name)]
        axes.errorbar(
            rows["mean"], y + 0.72 * ((i + 0.5) / len(groups) - 0.5),
            xerr=[rows["mean"] - rows["min"], rows["max"] - rows["mean"]], lw=1,
            fmt=MARKERS[names.index(name)], color=color,
            mfc=color if scope == "all" else "white",
            label=f"{name}, {'all stars' if scope == 'all' else scope}",
        )  # fmt: skip
    axes.set_yticks(range(len(methods)), methods)
    axes.set_ylim(len(methods) - 0.4, -0.6)
    axes.set(xlabel=f"satellites found, of {n_satellites}", xlim=(-0.8, n_satellites))
    fig.legend(loc="outside upper center", ncols=3)
    return fig


def choosers(rows: pd.DataFrame, scores) -> Figure:
    """Satellites found against each internal score; one mark a method."""
    fig = Figure(figsize=(9.5, 6.4))
    for axes, score in zip(fig.subplots(2, 2, sharey=True).flat, scores, strict=True):
        for i, (name, part) in enumerate(rows.groupby("representation", sort=False)):
            axes.plot(part[score], part["found"], MARKERS[i], c=PALETTE[i], label=name)
        axes.set(xlabel=score, ylabel="satellites found")
    handles, labels = fig.axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=3)
    return fig


def found_and_true(
    stars: pd.DataFrame, truth: np.ndarray, matched: np.ndarray, found: np.ndarray
) -> Figure:
    """The map twice: satellites as they are, clusters as found; both numbered."""
    fig = Figure(figsize=(9.5, 5.2))
    x, y, limits = _map(stars)
    titles = ("True satellites; grey: not found", "Clusters that found one; grey: rest")
    panels = zip(fig.subplots(1, 2), (truth, matched), titles, strict=True)
    for axes, labels, title in panels:
        _numbered(axes, x, y, np.where(np.isin(labels, found), labels, -1), 8)
        _dress(axes, limits)
        axes.set_title(title)
    return fig


def found_by_each(stars: pd.DataFrame, maps: dict) -> Figure:
    """Small maps of {(method, representation): satellite found or -1 of each star}."""
    methods, names = (list(dict.fromkeys(part)) for part in zip(*maps, strict=True))
    fig = Figure(figsize=(10, 2.6 * len(names)))
    grid = fig.subplots(len(names), len(methods), sharex=True, sharey=True)
    x, y, limits = _map(stars)
    for axes, (name, method) in zip(grid.flat, product(names, methods), strict=True):
        labels = maps[method, name]
        _numbered(axes, x, y, labels, 6)
        _dress(axes, limits)
        axes.set_title(f"{method}, {name}: {len({*labels} - {-1})}", fontsize=10)
        axes.label_outer()
    return fig


def escapes(table: pd.DataFrame) -> Figure:
    """How often each satellite is found, against how much it is mixed with others."""
    fig = Figure(figsize=(8.5, 4.8))
    axes = fig.subplots()
    size = 25 + 30 * np.log10(table["mass"] / table["mass"].min())
    inner = table["apocentre"] < table["apocentre"].median()
    for mask, marker, color, name in (
        (inner, "o", REFERENCE, "apocentre below the median"),
        (~inner, "^", DATA, "apocentre above the median"),
    ):
        x, y = table.loc[mask, "own"], table.loc[mask, "share"]
        axes.scatter(x, y, s=size[mask], marker=marker, c=color, label=name)
    for satellite, row in table.iterrows():
        axes.text(row["own"] + 0.006, row["share"] + 0.012, str(satellite), size=8)
    axes.set_xlabel("own stars among the 30 nearest (mean share)")
    axes.set_ylabel("share of the clusterings that found it")
    axes.legend(loc="upper left")
    return fig


def starts(table: pd.DataFrame, known: float, best: tuple[float, int]) -> Figure:
    """Satellites found against the likelihood that each start of EM ended at."""
    fig = Figure()
    axes = fig.subplots()
    for i, (name, rows) in enumerate(table.groupby("start", sort=False)):
        x, y = rows["log_likelihood"], rows["found"]
        axes.plot(x, y, MARKERS[i], color=PALETTE[i], mfc="none", label=name)
    axes.plot(*best, "*", ms=15, color="black", label="EM begun at the true satellites")
    axes.axvline(known, color="black", lw=1, ls=":", label="one Gaussian each, no EM")
    axes.set(xlabel="log-likelihood per star", ylabel="satellites found")
    axes.legend(loc="upper left")
    return fig


def _numbered(axes, x, y, labels, size) -> None:
    """Stars in the colour of their label, which stands amid them; grey: -1."""
    box = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}
    for label in np.unique(labels):
        color = "#bbbbbb" if label < 0 else PALETTE[label % (len(PALETTE) - 1)]
        mine = labels == label
        axes.plot(x[mine], y[mine], ",", color=color)
        if label >= 0:
            at = np.median(x[mine]), np.median(y[mine])
            axes.text(*at, str(label), ha="center", va="center", size=size, bbox=box)


def _map(stars: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Lz and E in round units, and the limits of the central 99.8 %."""
    x, y = stars["Lz"].to_numpy() / 1e3, stars["E"].to_numpy() / 1e5
    limits = (*np.quantile(x, [0.001, 0.999]), *np.quantile(y, [0.001, 0.999]))
    return x, y, tuple(float(limit) for limit in limits)


def _dress(axes, limits) -> None:
    """Names of the axes, and their limits."""
    axes.set(xlabel=LZ, ylabel=ENERGY, xlim=limits[:2], ylim=limits[2:])
    axes.grid(visible=False)
