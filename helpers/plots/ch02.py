"""The pictures of chapter 02: the stars, their distributions, samples of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from helpers.plots import DATA, PALETTE, REFERENCE

UNITS = {
    "E": "E (10³ kpc²/Gyr²)",
    "L": "L (kpc²/Gyr)",
    "Lz": "Lz (kpc²/Gyr)",
    **{axis: f"{axis} (kpc)" for axis in "xyz"},
    **{f"v{axis}": f"v{axis} (kpc/Gyr)" for axis in "xyz"},
}


def halo(stars: pd.DataFrame) -> Figure:
    """All stars twice: where they are (x, z), and what they keep (Lz, E)."""
    fig = Figure(figsize=(9, 4.3))
    left, right = fig.subplots(1, 2)
    for axes, a, b in ((left, "x", "z"), (right, "Lz", "E")):
        low, high = _central(stars[a]), _central(stars[b])
        bins = axes.hexbin(
            stars[a],
            _shown(stars, b),
            gridsize=60,
            bins="log",
            mincnt=1,
            extent=(*low, *_shown_range(b, high)),
            linewidths=0,
        )
        axes.set(xlabel=UNITS[a], ylabel=UNITS[b], xlim=low, ylim=_shown_range(b, high))
        axes.grid(visible=False)
    left.set_title("Where the stars are: one cloud")
    right.set_title("What they conserve: clumps and bands")
    fig.colorbar(bins, ax=[left, right], label="stars in a cell", pad=0.02)
    return fig


def memory(table: pd.DataFrame, laptop: float) -> Figure:
    """Bytes of a distance matrix against n, beside the table itself and a laptop."""
    fig = Figure()
    axes = fig.subplots()
    axes.loglog(table.index, table["condensed"], "o-", label="distances of all pairs")
    axes.loglog(table.index, table["points"], "s--", label="the points, 6 columns")
    axes.axhline(laptop, color="black", lw=1, ls=":")
    axes.text(table.index[0], laptop * 1.25, "memory of a laptop, 16 GB")
    axes.set(xlabel="number of stars n", ylabel="bytes")
    axes.legend(loc="lower right")
    return fig


def distributions(data: pd.DataFrame, drawn: pd.DataFrame) -> Figure:
    """A histogram of each feature, data and sample together, and the normal curve."""
    columns = list(data)
    rows = -(-len(columns) // 3)
    fig = Figure(figsize=(9, 2.9 * rows + 0.4))
    for axes, name in zip(fig.subplots(rows, 3).flat, columns, strict=True):
        x, y = _shown(data, name), _shown(drawn, name)
        low, high = np.quantile(x, [0.002, 0.998])
        bins = np.linspace(low, high, 61)
        grid = np.linspace(low, high, 200)
        axes.hist(x, bins, density=True, color=DATA, alpha=0.35, label="all stars")
        axes.hist(
            y,
            bins,
            density=True,
            histtype="step",
            color=REFERENCE,
            lw=1.4,
            label="sample",
        )
        normal = stats.norm(x.mean(), x.std()).pdf(grid)
        axes.plot(grid, normal, color="black", lw=1.2, ls="--", label="normal curve")
        axes.set(xlabel=UNITS[name], yticks=[], xlim=(low, high))
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=3)
    return fig


def correlations(tables: dict[str, pd.DataFrame]) -> Figure:
    """One matrix of correlations for each table, numbers written in the cells."""
    fig = Figure(figsize=(9, 4.1))
    for axes, (title, table) in zip(fig.subplots(1, 2), tables.items(), strict=True):
        matrix = table.corr().to_numpy()
        picture = axes.imshow(matrix, vmin=-1, vmax=1, cmap="RdBu_r")
        for (i, j), value in np.ndenumerate(matrix):
            # Adding 0 turns -0.00 into 0.00.
            text = f"{round(value, 2) + 0:.2f}"
            color = "white" if abs(value) > 0.6 else "black"
            axes.text(j, i, text, ha="center", va="center", color=color, fontsize=9)
        ticks = range(len(matrix))
        axes.set(xticks=ticks, yticks=ticks, title=title)
        axes.set_xticklabels(table.columns)
        axes.set_yticklabels(table.columns)
        axes.grid(visible=False)
    fig.colorbar(picture, ax=fig.axes, label="correlation", shrink=0.8)
    return fig


def p_values(wrong: np.ndarray, right: np.ndarray) -> Figure:
    """Sorted p-values against their ranks; uniform ones lie on the diagonal."""
    fig = Figure(figsize=(6.5, 4.6))
    axes = fig.subplots()
    ranks = np.arange(1, len(right) + 1) / len(right)
    axes.plot([0, 1], [0, 1], color="black", lw=1, label="uniform")
    axes.plot(ranks, np.sort(right), "o", ms=3, label="against the stars not drawn")
    axes.plot(
        ranks, np.sort(wrong), "^", ms=3, label="against all stars (shares its own)"
    )
    axes.set(xlabel="rank / number of samples", ylabel="p-value", aspect="equal")
    axes.legend(loc="lower right")
    return fig


def errors(measured: pd.DataFrame, theory: pd.Series) -> Figure:
    """Spread of the sample mean against n: measured points, the formula as a line."""
    fig = Figure()
    axes = fig.subplots()
    for name, color, marker in zip(measured, PALETTE, "os^", strict=False):
        axes.loglog(measured[name], marker, color=color, label=f"{name}, measured")
    axes.loglog(theory, color="black", lw=1, label="the formula")
    axes.set(
        xlabel="stars in the sample, n",
        ylabel="sd of the sample mean\n(in sd of the feature)",
    )
    axes.legend()
    return fig


def strata(simple: np.ndarray, stratified: np.ndarray) -> Figure:
    """Stars drawn from each satellite by two ways of sampling."""
    fig = Figure(figsize=(8, 3.6))
    axes = fig.subplots()
    satellites = np.arange(len(simple))
    axes.bar(satellites, simple, color=DATA, label="simple random sample")
    axes.plot(
        satellites, stratified, "s", color=REFERENCE, label="stratified by satellite"
    )
    axes.set(xlabel="satellite", ylabel="stars drawn", ylim=(0, simple.max() * 1.35))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper right", ncols=2)
    return fig


def _central(values: pd.Series) -> tuple[float, float]:
    """The central 99.8 %: a few far stars must not shrink the picture."""
    low, high = np.quantile(values, [0.001, 0.999])
    return float(low), float(high)


def _shown(table: pd.DataFrame, name: str) -> np.ndarray:
    """The values in the unit of the axis: energies are shown in thousands."""
    return table[name].to_numpy() / (1000 if name == "E" else 1)


def _shown_range(name: str, limits: tuple[float, float]) -> tuple[float, float]:
    factor = 1000 if name == "E" else 1
    return limits[0] / factor, limits[1] / factor
