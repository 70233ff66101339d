"""The pictures of chapter 02: the stars, their distributions, samples of them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from helpers.plots import DATA, REFERENCE, shared


def halo(stars: pd.DataFrame) -> Figure:
    """All stars twice: where they are (x, z), and what they keep (Lz, E)."""
    fig = Figure(figsize=(9, 4.3))
    views = (
        ("Where the stars are: one cloud", "x", "z"),
        ("What they conserve: clumps and bands", "Lz", "E"),
    )
    for axes, a, b in shared.panels(fig, views):
        x, y = shared.in_units(stars, a), shared.in_units(stars, b)
        limits = (*shared.central(x), *shared.central(y))
        style = {"gridsize": 60, "bins": "log", "mincnt": 1, "linewidths": 0}
        bins = axes.hexbin(x, y, extent=limits, **style)
        shared.as_map(axes, x, y, shared.UNITS[a], shared.UNITS[b])
    fig.colorbar(bins, ax=fig.axes, label="stars in a cell", pad=0.02)
    return fig


def memory(table: pd.DataFrame, laptop: float) -> Figure:
    """Bytes of a distance matrix against n, beside the table itself and a laptop."""
    fig, axes = shared.subplots()
    names = {"distances of all pairs": "condensed", "the points, 6 columns": "points"}
    shared.lines(axes, {name: (table.index, table[c]) for name, c in names.items()})
    axes.axhline(laptop, color="black", lw=1, ls=":")
    axes.text(table.index[0], laptop * 1.25, "memory of a laptop, 16 GB")
    axes.set(xlabel="number of stars n", ylabel="bytes", xscale="log", yscale="log")
    axes.legend(loc="lower right")
    return fig


def distributions(data: pd.DataFrame, drawn: pd.DataFrame) -> Figure:
    """A histogram of each feature, data and sample together, and the normal curve."""
    rows = -(-data.shape[1] // 3)
    fig, panels = shared.subplots(rows, 3, size=(9, 2.9 * rows + 0.4))
    for axes, name in zip(panels.flat, data, strict=True):
        x, y = shared.in_units(data, name), shared.in_units(drawn, name)
        low, high = np.quantile(x, [0.002, 0.998])
        bins, grid = np.linspace(low, high, 61), np.linspace(low, high, 200)
        axes.hist(x, bins, density=True, color=DATA, alpha=0.35, label="all stars")
        sample = {"histtype": "step", "color": REFERENCE, "lw": 1.4, "label": "sample"}
        axes.hist(y, bins, density=True, **sample)
        normal = stats.norm(x.mean(), x.std()).pdf(grid)
        axes.plot(grid, normal, color="black", lw=1.2, ls="--", label="normal curve")
        axes.set(xlabel=shared.UNITS[name], yticks=[], xlim=(low, high))
    shared.legend(fig, 3)
    return fig


def correlations(tables: dict[str, pd.DataFrame]) -> Figure:
    """One matrix of correlations for each table, numbers written in the cells."""
    found = {title: table.corr() for title, table in tables.items()}
    colors = {"shrink": 0.8, "vmin": -1, "vmax": 1, "cmap": "RdBu_r"}
    fig = shared.matrices(found, (9, 4.1), "correlation", **colors)
    for axes, matrix in zip(fig.axes, found.values(), strict=False):
        for (i, j), value in np.ndenumerate(matrix):
            # Adding 0 turns -0.00 into 0.00.
            text = f"{round(value, 2) + 0:.2f}"
            color = "white" if abs(value) > 0.6 else "black"
            axes.text(j, i, text, ha="center", va="center", color=color, fontsize=9)
        axes.set_xticks(range(len(matrix)), matrix.columns)
        axes.set_yticks(range(len(matrix)), matrix.columns)
    return fig


def p_values(wrong: np.ndarray, right: np.ndarray) -> Figure:
    """Sorted p-values against their ranks; uniform ones lie on the diagonal."""
    fig, axes = shared.subplots(size=(6.5, 4.6))
    ranks = np.arange(1, len(right) + 1) / len(right)
    axes.plot([0, 1], [0, 1], color="black", lw=1, label="uniform")
    axes.plot(ranks, np.sort(right), "o", ms=3, label="against the stars not drawn")
    usual = "against all stars (shares its own)"
    axes.plot(ranks, np.sort(wrong), "^", ms=3, label=usual)
    axes.set(xlabel="rank / number of samples", ylabel="p-value", aspect="equal")
    axes.legend(loc="lower right")
    return fig


def errors(measured: pd.DataFrame, theory: pd.Series) -> Figure:
    """Spread of the sample mean against n: measured points, the formula as a line."""
    fig, axes = shared.subplots()
    points = {f"{c}, measured": (measured.index, measured[c]) for c in measured}
    shared.lines(axes, points, ls="")
    axes.plot(theory, color="black", lw=1, label="the formula")
    axes.set(xlabel="stars in the sample, n", xscale="log", yscale="log")
    axes.set_ylabel("sd of the sample mean\n(in sd of the feature)")
    axes.legend()
    return fig


def strata(simple: np.ndarray, stratified: np.ndarray) -> Figure:
    """Stars drawn from each satellite by two ways of sampling."""
    fig, axes = shared.subplots(size=(8, 3.6))
    numbers = np.arange(len(simple))
    axes.bar(numbers, simple, color=DATA, label="simple random sample")
    axes.plot(numbers, stratified, "s", c=REFERENCE, label="stratified by satellite")
    axes.set(xlabel="satellite", ylabel="stars drawn", ylim=(0, simple.max() * 1.35))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper right", ncols=2)
    return fig
