"""The pictures of chapter 02: the stars, their distributions, neighbours, samples."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from scipy import stats

from helpers.plots import DATA, REFERENCE, shared
from helpers.stars import potential


def halo(stars: pd.DataFrame) -> Figure:
    """All stars twice: where they are (x, z), and what they keep (Lz, E)."""
    fig = Figure(figsize=(9, 4.3))
    views = (
        ("Where the stars are", "x", "z"),
        ("What the stars keep", "Lz", "E"),
    )
    for axes, a, b in shared.panels(fig, views):
        x, y = shared.in_units(stars, a), shared.in_units(stars, b)
        # All but the farthest 0.04 %.
        ends = np.quantile([x, y], [0.0002, 0.9998], axis=1).T
        # One scale for both panels, so that one bar describes both.
        look = {"cmap": "viridis", "norm": LogNorm(1, 3_000)}
        *_, image = axes.hist2d(x, y, bins=(130, 110), range=ends, cmin=1, **look)
        axes.set(xlabel=shared.UNITS[a], ylabel=shared.UNITS[b])
        axes.grid(visible=False)
    fig.axes[0].set_aspect("equal")
    fig.colorbar(image, ax=fig.axes, label="stars in a cell", pad=0.02)
    return fig


def well(stars: pd.DataFrame, row: int) -> Figure:
    """Energy against distance from the centre, above the floor of the well.

    For the star in `row`: its speed as a gap, and how far out it can go.
    """
    fig, axes = shared.subplots(size=(8, 4.6))
    r = np.sqrt((stars[["x", "y", "z"]] ** 2).sum(axis=1)).to_numpy()
    E = shared.in_units(stars, "E")
    axes.plot(r, E, ".", ms=3, color=DATA, alpha=0.6, label="2,000 stars")
    out = np.linspace(0.1, 34, 400)
    floor = potential(out, 0 * out, 0 * out) / 1000
    axes.plot(out, floor, color="black", label="a star at rest: the floor of the well")
    bottom = potential(r[row], 0, 0) / 1000
    end = out[floor < E[row]].max()
    axes.plot([0, end], [E[row], E[row]], color=REFERENCE, ls="--")
    axes.plot([r[row], r[row]], [bottom, E[row]], color=REFERENCE)
    axes.plot(r[row], E[row], "o", ms=9, color=REFERENCE)
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    told = {"color": REFERENCE, "fontsize": 11, "bbox": white}
    axes.text(r[row] + 0.4, bottom - 3, "what its speed adds", va="top", **told)
    axes.text(end + 0.4, E[row] - 6, "turns back here at the latest", va="top", **told)
    axes.axhline(0, color="black", lw=1, ls=":")
    axes.set(xlabel="distance from the centre (kpc)", ylabel=shared.UNITS["E"])
    axes.set(xlim=(0, 34), ylim=(-245, 12))
    axes.legend(loc="lower right")
    return fig


def distributions(stars: pd.DataFrame) -> Figure:
    """A histogram of each feature with the normal curve of its mean and sd.

    The counts of E, L and Lz are linear, to show peaks; the others logarithmic, to show
    tails.
    """
    fig, panels = shared.subplots(3, 3, size=(9, 8))
    for number, (axes, name) in enumerate(zip(panels.flat, stars, strict=True)):
        x = shared.in_units(stars, name)
        low, high = x.min(), x.max()
        grid, width = np.linspace(low, high, 300), (high - low) / 80
        axes.hist(x, 80, histtype="stepfilled", fc=(DATA, 0.4), ec=DATA)
        normal = stats.norm(x.mean(), x.std()).pdf(grid) * len(x) * width
        axes.plot(grid, normal, color="black", lw=1.4, ls="--", label="normal curve")
        axes.set(xlabel=shared.UNITS[name], ylabel="" if number % 3 else "stars")
        if number > 2:
            axes.set(yscale="log", ylim=(0.7, 60_000))
        else:
            axes.set_yticks([])
    shared.legend(fig, 1)
    return fig


def correlations(stars: pd.DataFrame) -> Figure:
    """The correlations of all pairs of features, written in the cells."""
    fig, axes = shared.subplots(size=(7.6, 6.2))
    # Adding 0 turns -0.00 into 0.00.
    found = stars.corr().round(2) + 0
    bar = {"label": "correlation"}
    look = {"vmin": -1, "vmax": 1, "cmap": "RdBu_r", "linewidths": 1, "cbar_kws": bar}
    sns.heatmap(found, annot=True, fmt=".2f", annot_kws={"size": 10}, ax=axes, **look)
    axes.tick_params(length=0, rotation=0)
    return fig


def ten_nearest(birds: np.ndarray, one: int, found: dict[str, np.ndarray]) -> Figure:
    """One bird and its ten nearest, a panel for each way to measure."""
    fig = Figure(figsize=(9, 4.4))
    names = ("bill length (mm)", "body mass (g)")
    for axes, nearest in shared.panels(fig, found.items(), *names, sharey=True):
        axes.plot(*birds.T, "o", ms=4, color="#b8b8b8", label="the other birds")
        marked = {"color": REFERENCE, "mec": "black", "mew": 0.5}
        axes.plot(*birds[nearest].T, "o", ms=7, label="its ten nearest", **marked)
        axes.plot(*birds[one], "*", ms=10, color="black", label="one bird")
    shared.legend(fig, 3)
    return fig


def shares(found: dict[str, np.ndarray]) -> Figure:
    """How much of a squared distance one feature makes, as steps; thin, the means."""
    fig, axes = shared.subplots(size=(8, 4.2))
    bins = np.linspace(0, 1, 51)
    styles = zip(found.items(), shared.PALETTE, shared.LINES, strict=False)
    for (name, values), color, line in styles:
        percent = 100 * np.histogram(values, bins)[0] / len(values)
        # No baseline: edges at 0 and 1 would look like data.
        look = {"color": color, "ls": line, "lw": 1.8, "label": name}
        axes.stairs(percent, bins, baseline=None, **look)
        axes.axvline(values.mean(), color=color, ls=line, lw=0.9)
    axes.set(xlabel="share of E in the squared distance of two stars")
    axes.set(ylabel="pairs in a step of 0.02 (%)", yscale="log", xlim=(-0.01, 1.01))
    axes.legend(loc="upper right", bbox_to_anchor=(0.93, 1))
    return fig


def gaps(pairs: dict[str, tuple], xlabels: list[str], names: list[tuple]) -> Figure:
    """Two cumulative curves in each panel, and the largest gap between them."""
    fig = Figure(figsize=(9, 4.2))
    titled = [(title, *pair) for title, pair in pairs.items()]
    grid = shared.panels(fig, titled)
    for (axes, a, b), xlabel, (first, second) in zip(grid, xlabels, names, strict=True):
        sns.ecdfplot(x=b, ax=axes, color=DATA, label=second)
        sns.ecdfplot(x=a, ax=axes, color=REFERENCE, ls="--", label=first)
        places = np.sort(np.concatenate([a, b]))
        curves = [np.searchsorted(np.sort(x), places, "right") / len(x) for x in (a, b)]
        widest = np.argmax(np.abs(curves[0] - curves[1]))
        ends = [curve[widest] for curve in curves]
        axes.vlines(places[widest], *ends, color="black", lw=4, label="largest gap")
        axes.set_xlabel(xlabel)
        axes.set_ylabel("share at or below" if axes is fig.axes[0] else "")
        axes.legend(loc="upper left", fontsize=10)
    return fig


def chance(distances: np.ndarray, ours: pd.Series, limit: float) -> Figure:
    """KS distances of many random samples; below, those of one sample by feature."""
    fig, axes = shared.subplots(size=(8, 4.2))
    sns.histplot(x=distances, bins=20, ax=axes, color=DATA, element="step", alpha=0.4)
    top = axes.get_ylim()[1]
    axes.vlines(ours, 0, top / 12, color=REFERENCE, lw=1.5)
    axes.vlines(ours.max(), 0, top / 4, color=REFERENCE, lw=2.5)
    name = f" our sample, {ours.idxmax()}"
    axes.text(ours.max(), top / 4, name, color=REFERENCE, va="center")
    axes.axvline(limit, color="black", ls="--")
    axes.text(limit, top * 0.97, " chance exceeds this\n one time in twenty", va="top")
    axes.set(xlabel="KS distance of a sample from the rest", ylabel="random samples")
    return fig


def errors(measured: pd.DataFrame, repeats: int, whole: int) -> Figure:
    """Spread of the sample mean against n, with two standard errors, and two laws:
    with and without the factor for draws from `whole` stars, none twice.
    """
    fig = Figure(figsize=(9, 3.8))
    titled = [(name, measured[name]) for name in measured]
    n = np.geomspace(80, 0.9 * whole, 200)
    xlabel = "stars in the sample, n"
    for axes, spread in shared.panels(fig, titled, xlabel, sharey=True):
        error = 2 * spread / np.sqrt(2 * repeats)  # of a standard deviation
        style = {"fmt": "o", "color": DATA, "capsize": 4, "lw": 1.4}
        axes.errorbar(spread.index, spread, yerr=error, label="measured", **style)
        factor = np.sqrt(1 - n / whole)
        axes.plot(n, factor / np.sqrt(n), color="black", lw=1, label="with factor")
        axes.plot(n, 1 / np.sqrt(n), color="black", ls=":", label="one over root n")
        axes.set(xscale="log", yscale="log")
    fig.axes[0].set_ylabel("sd of the sample mean\n(in sd of the feature)")
    fig.axes[0].legend()
    return fig


def lost(missed: pd.DataFrame) -> Figure:
    """The share of draws without any member, for each group and size of sample."""
    fig, axes = shared.subplots(size=(7.5, 4.4))
    bar = {"label": "draws without any member (%)"}
    look = {"vmin": 0, "vmax": 100, "cmap": "Blues", "linewidths": 1, "cbar_kws": bar}
    shown = 100 * missed.rename(columns="{:,}".format)
    sns.heatmap(shown, annot=True, fmt=".1f", ax=axes, **look)
    axes.set(xlabel="points in the sample", ylabel="members of the group")
    axes.tick_params(length=0, rotation=0)
    return fig
