"""The pictures of chapter 07: matching, consensus, what was found and what was not."""

from itertools import product

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots import DATA, PALETTE, REFERENCE, shared


def tables_of_shares(before: pd.DataFrame, after: pd.DataFrame) -> Figure:
    """Stars that two runs share, cluster by cluster, before and after matching."""
    tables = {"Names as they come": before, "Names matched": after}
    logs = {name: np.log10(np.maximum(t, 1)) for name, t in tables.items()}
    top = int(np.log10(before.to_numpy().max()))
    fig = shared.matrices(logs, (9, 4.4), "stars shared", vmin=0, vmax=top + 0.5)
    *panels, bar = fig.axes
    for axes in panels:
        axes.set(xlabel="cluster of the other run", ylabel="cluster of the first run")
    bar.set_yticks(range(top + 1), [f"{10**i:,}" for i in range(top + 1)])
    return fig


def sse_by_label(series: dict[str, pd.Series]) -> Figure:
    """SSE of each cluster against its number, one marker and stroke for each table."""
    fig, axes = shared.subplots()
    for i, (name, values) in enumerate(series.items()):
        values = values[values > 0]
        style = shared.look(i, ls=("-", "--", ":")[i], ms=4, lw=1)
        axes.semilogy(values / values.max(), label=name, **style)
    axes.set(xlabel="label of the cluster", ylabel="SSE / largest SSE of its table")
    shared.legend(fig, 3)
    return fig


def certainty(stars: pd.DataFrame, values: np.ndarray, k_runs: int) -> Figure:
    """How many runs agree on each star: on the map, and counted."""
    fig, (left, right) = shared.subplots(1, 2, size=(9, 4.3), width_ratios=[1.5, 1])
    x, y = _map(left, stars)
    limits = (*shared.central(x), *shared.central(y))
    style = {"gridsize": 70, "mincnt": 5, "linewidths": 0, "vmax": 1}
    bins = left.hexbin(x, y, C=values, extent=limits, **style)
    left.set_title("Mean certainty")
    fig.colorbar(bins, ax=left, label="share of the runs that agree", pad=0.02)
    agreed, counts = np.unique(np.rint(values * k_runs).astype(int), return_counts=True)
    right.bar(agreed, 100 * counts / len(values), color=DATA)
    right.set(xlabel=f"runs that agree, of {k_runs}", ylabel="stars (%)")
    right.set_title("All stars")
    return fig


def distances(plain: pd.DataFrame, ordered: pd.DataFrame) -> Figure:
    """The distance matrix of cluster means twice: by number, and ordered."""
    tables = {"By number": plain, "Neighbours side by side": ordered}
    fig = shared.matrices(tables, (9, 4.6), "distance of the means (scaled features)")
    for axes, table in zip(fig.axes, tables.values(), strict=False):
        axes.set_xticks(range(len(table)), table.columns, fontsize=7, rotation=90)
        axes.set_yticks(range(len(table)), table.index, fontsize=7)
        axes.set(xlabel="cluster", ylabel="cluster")
    return fig


def diffuse(satellites: pd.DataFrame, mean_squared: pd.Series) -> Figure:
    """Spread of each true satellite against infall time, mass and pericentre."""
    fig, panels = shared.subplots(1, 3, size=(9.5, 3.6), sharey=True)
    labels = "infall (Gyr ago)", "mass (solar masses)", "pericentre (kpc)"
    columns = satellites[["accretion", "mass", "pericentre"]]
    for axes, name, label in zip(panels, columns, labels, strict=True):
        axes.semilogy(satellites[name], mean_squared, "o", color=DATA)
        axes.set_xlabel(label)
    panels[1].set_xscale("log")
    ticks = [0.02, 0.05, 0.1, 0.2, 0.5]
    panels[0].set_yticks(ticks, ticks)
    panels[0].yaxis.set_minor_formatter("")
    panels[0].set_ylabel("mean squared distance\n(scaled features)")
    return fig


def forest(table: pd.DataFrame) -> Figure:
    """Rank correlations with their intervals, one line each; grouped by property."""
    fig, axes = shared.subplots(size=(8, 4.2))
    names = list(dict.fromkeys(table["property"]))
    for i, (measure, rows) in enumerate(table.groupby("measure", sort=False)):
        y = rows["property"].map(names.index) + 0.22 * (i - 1)
        ends = rows["low"], rows["high"]
        style = {"capsize": 3, "lw": 1.5, "label": measure}
        shared.intervals(axes, rows["rank correlation"], y, *ends, i, **style)
    axes.axvline(0, color="black", lw=1)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="rank correlation, 95 % interval", xlim=(-1, 1))
    shared.legend(fig, 3)
    return fig


def league(summary: pd.DataFrame, n_satellites: int) -> Figure:
    """Satellites found by each method: mean and range over the resamples."""
    fig, axes = shared.subplots(size=(9, 5.8))
    methods = list(dict.fromkeys(summary["method"]))
    names = list(dict.fromkeys(summary["representation"]))
    groups = summary.groupby(["representation", "stars"], sort=False)
    for i, ((name, scope), rows) in enumerate(groups):
        y = rows["method"].map(methods.index) + 0.72 * ((i + 0.5) / len(groups) - 0.5)
        # Filled marks for all stars, white ones for a part of them.
        fill, scope = (None, "all stars") if scope == "all" else ("white", scope)
        style = {"lw": 1, "mfc": fill, "label": f"{name}, {scope}"}
        ends = rows["min"], rows["max"]
        shared.intervals(axes, rows["mean"], y, *ends, names.index(name), **style)
    axes.set_yticks(range(len(methods)), methods)
    axes.set_ylim(len(methods) - 0.4, -0.6)
    axes.set(xlabel=f"satellites found, of {n_satellites}", xlim=(-0.8, n_satellites))
    shared.legend(fig, 3)
    return fig


def choosers(rows: pd.DataFrame, scores) -> Figure:
    """Satellites found against each internal score; one mark a method."""
    fig, panels = shared.subplots(2, 2, size=(9.5, 6.4), sharey=True)
    groups = rows.groupby("representation", sort=False)
    for axes, score in zip(panels.flat, scores, strict=True):
        marks = {name: (part[score], part["found"]) for name, part in groups}
        shared.lines(axes, marks, ls="")
        axes.set(xlabel=score, ylabel="satellites found")
    shared.legend(fig, 3)
    return fig


def found_and_true(stars: pd.DataFrame, truth, matched, found) -> Figure:
    """The map twice: satellites as they are, clusters as found; both numbered."""
    fig = Figure(figsize=(9.5, 5.2))
    titled = (
        ("True satellites; grey: not found", truth),
        ("Clusters that found one; grey: rest", matched),
    )
    for axes, labels in shared.panels(fig, titled):
        _numbered(axes, stars, np.where(np.isin(labels, found), labels, -1), 8)
    return fig


def found_by_each(stars: pd.DataFrame, maps: dict) -> Figure:
    """Small maps of {(method, representation): satellite found or -1 of each star}."""
    methods, names = (list(dict.fromkeys(part)) for part in zip(*maps, strict=True))
    fig = Figure(figsize=(10, 2.6 * len(names)))
    grid = fig.subplots(len(names), len(methods), sharex=True, sharey=True)
    for axes, (name, method) in zip(grid.flat, product(names, methods), strict=True):
        labels = maps[method, name]
        _numbered(axes, stars, labels, 6)
        axes.set_title(f"{method}, {name}: {len({*labels} - {-1})}", fontsize=10)
        axes.label_outer()
    return fig


def escapes(table: pd.DataFrame) -> Figure:
    """How often each satellite is found, against how much it is mixed with others."""
    fig, axes = shared.subplots(size=(8.5, 4.8))
    table = table.assign(area=25 + 30 * np.log10(table["mass"] / table["mass"].min()))
    inner = table["apocentre"] < table["apocentre"].median()
    for rows, marker, color, name in (
        (table[inner], "o", REFERENCE, "apocentre below the median"),
        (table[~inner], "^", DATA, "apocentre above the median"),
    ):
        axes.scatter(
            rows["own"], rows["share"], rows["area"], color, marker, label=name
        )
    for satellite, row in table.iterrows():
        axes.text(row["own"] + 0.006, row["share"] + 0.012, str(satellite), size=8)
    axes.set_xlabel("own stars among the 30 nearest (mean share)")
    axes.set_ylabel("share of the clusterings that found it")
    axes.legend(loc="upper left")
    return fig


def starts(table: pd.DataFrame, known: float, best: tuple[float, int]) -> Figure:
    """Satellites found against the likelihood that each start of EM ended at."""
    fig, axes = shared.subplots()
    groups = table.groupby("start", sort=False)
    ends = {name: (rows["log_likelihood"], rows["found"]) for name, rows in groups}
    shared.lines(axes, ends, ls="", mfc="none")
    axes.plot(*best, "*", ms=15, color="black", label="EM begun at the true satellites")
    axes.axvline(known, color="black", lw=1, ls=":", label="one Gaussian each, no EM")
    axes.set(xlabel="log-likelihood per star", ylabel="satellites found")
    axes.legend(loc="upper left")
    return fig


def _numbered(axes, stars: pd.DataFrame, labels: np.ndarray, size: int) -> None:
    """Stars in the colour of their label, which stands amid them; grey: -1."""
    x, y = _map(axes, stars)
    box = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}
    for label in np.unique(labels):
        color = "#bbbbbb" if label < 0 else PALETTE[label % (len(PALETTE) - 1)]
        mine = labels == label
        axes.plot(x[mine], y[mine], ",", color=color)
        if label >= 0:
            at = np.median(x[mine]), np.median(y[mine])
            axes.text(*at, str(label), ha="center", va="center", size=size, bbox=box)


def _map(axes, stars: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Lz and E in round units, and axes for them."""
    x, y = stars["Lz"].to_numpy() / 1e3, stars["E"].to_numpy() / 1e5
    shared.as_map(axes, x, y, "Lz (10³ kpc²/Gyr)", "E (10⁵ kpc²/Gyr²)")
    return x, y
