"""The pictures of chapter 03: principal components, and the Hopkins statistic."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots import DATA, PALETTE, REFERENCE, shared


def scree(shares: dict[str, np.ndarray]) -> Figure:
    """The share of the variance along each component, one panel a representation."""
    fig = Figure(figsize=(8, 3.6))
    names = "component", "share of the variance"
    for axes, values in shared.panels(fig, shares.items(), *names, sharey=True):
        numbers = np.arange(1, len(values) + 1)
        axes.bar(numbers, values, color=DATA, label="each component")
        axes.plot(numbers, values.cumsum(), "o--", color=REFERENCE, label="sum so far")
        axes.axhline(1 / len(values), color="black", lw=1, ls=":", label="if all equal")
        axes.set(xticks=numbers, ylim=(0, 1.08))
    axes.legend(loc="upper left")
    return fig


def components(scores: np.ndarray, shares: np.ndarray, name: str) -> Figure:
    """The first two components (n, 2+) of many points, on one scale."""
    fig, axes = shared.subplots(size=(6.5, 5))
    _cloud(axes, scores, shares, DATA, alpha=0.35)
    axes.set_title(name)
    return fig


def hidden(scores: np.ndarray, groups: np.ndarray, shares: np.ndarray) -> Figure:
    """The same points twice: components 1 and 2, then 1 and the last."""
    fig = Figure(figsize=(8.5, 4))
    last = scores.shape[1] - 1
    views = ("What the first two show", 1), ("What they leave out", last)
    for axes, other in shared.panels(fig, views, f"component 1 ({shares[0]:.0%})"):
        members = {g: scores[groups == g][:, [0, other]].T for g in (0, 1)}
        shared.lines(axes, members, ls="", ms=3)
        axes.set_ylabel(f"component {other + 1} ({shares[other]:.0%})")
    return fig


def by_hand(points, places, chosen, nearest_to_place, nearest_to_chosen) -> Figure:
    """Points, probes and the ways they measure: u from places, w from chosen points.

    `chosen` and the two `nearest_...` are row numbers of `points`.
    """
    fig, axes = shared.subplots(size=(6, 5.6))
    u, w = {"color": REFERENCE}, {"color": PALETTE[2], "ls": "--"}
    shared.joined(axes, places, points[nearest_to_place], **u, lw=2, zorder=1)
    shared.joined(axes, points[chosen], points[nearest_to_chosen], **w, lw=2, zorder=1)
    axes.plot(*points.T, "o", color=DATA, ms=7, label="points")
    axes.plot(*places.T, "X", color=REFERENCE, ms=10, label="places, ways u")
    square = {"mfc": "none", "mec": PALETTE[2], "mew": 2, "ms": 13}
    axes.plot(*points[chosen].T, "s", **square, label="chosen points, ways w")
    axes.set(xlim=(-0.5, 10.5), ylim=(-0.5, 10.5), aspect="equal", xlabel="x")
    axes.set(ylabel="y", xticks=range(0, 11, 2), yticks=range(0, 11, 2))
    fig.legend(loc="outside upper left", ncols=3, fontsize=10, handletextpad=0.3)
    return fig


def kinds(sets: dict[str, np.ndarray], values: dict[str, float]) -> Figure:
    """Point patterns side by side, each with its H in the title."""
    fig = Figure(figsize=(9, 3.4))
    titled = [(f"{name}: H = {values[name]:.2f}", sets[name]) for name in sets]
    for axes, points in shared.panels(fig, titled):
        axes.plot(*points.T, "o", ms=3.5, color=DATA)
        axes.set(xticks=[], yticks=[], xlim=(-0.04, 1.04), ylim=(-0.04, 1.04))
        axes.set_aspect("equal")
        axes.spines[["top", "right"]].set_visible(True)
    return fig


def repetitions(values: np.ndarray, reported: float, name: str) -> Figure:
    """Histogram of H of many samples, its mean, and the value of the report."""
    fig, axes = shared.subplots(size=(7, 3.8))
    axes.hist(values, 20, color=DATA, alpha=0.6)
    axes.axvline(values.mean(), color="black", label=f"our mean, {values.mean():.3f}")
    axes.axvline(reported, c=REFERENCE, ls="--", label=f"the report, {reported:.3g}")
    axes.set(title=name, xlabel="Hopkins statistic H", ylabel="samples")
    axes.yaxis.get_major_locator().set_params(integer=True)
    fig.legend(loc="outside upper right", ncols=2)
    return fig


def bell(draws: dict, grid: np.ndarray, densities: dict) -> Figure:
    """Histograms of H by number of probes m, with the density of its law."""
    fig = Figure(figsize=(9, 3.2))
    titled = [(f"{m} probe{'s' * (m > 1)}", m) for m in draws]
    for axes, m in shared.panels(fig, titled, "H", "share of draws"):
        axes.hist(draws[m], 25, range=(0, 1), density=True, color=DATA, alpha=0.45)
        axes.plot(grid, densities[m], color="black", lw=1.4)
        axes.set(xlim=(0, 1), yticks=[])
    return fig


def law(draws: dict[int, dict[str, np.ndarray]], grid, density) -> Figure:
    """H of uniform points: one panel a dimension, one outline a way to measure."""
    fig = Figure(figsize=(9, 3.8))
    titled = [(f"{d} dimensions", ways) for d, ways in draws.items()]
    for axes, ways in shared.panels(fig, titled, "H", "share of draws"):
        axes.fill_between(grid, density, color="0.85", label="Beta(m, m)")
        shared.outlines(axes, ways, np.linspace(0.2, 0.8, 31), [*PALETTE[:3], "black"])
        axes.set(xlim=(0.2, 0.8), yticks=[])
    shared.legend(fig, 3)
    return fig


def against_n(table: pd.DataFrame) -> Figure:
    """H (columns) against the number of points in a sample (index), logarithmic."""
    fig, axes = shared.subplots(size=(8, 4.6))
    shared.lines(axes, {name: (table.index, table[name]) for name in table})
    axes.set(xlabel="points in the sample, n", ylabel="mean H, exponent 1")
    axes.set(xscale="log", ylim=(0.45, 1))
    shared.legend(fig, 2)
    return fig


def nulls(observed: dict[str, np.ndarray], expected: dict[str, dict]) -> Figure:
    """H of samples, and of each null hypothesis; one panel a representation."""
    fig = Figure(figsize=(9, 4.8))
    bins = np.linspace(0.42, 1, 59)
    titled = [(name, observed[name], expected[name]) for name in observed]
    for axes, values, null in shared.panels(fig, titled, rows=len(titled), sharex=True):
        axes.hist(values, bins, density=True, color="0.7", label="the stars")
        shared.outlines(axes, null, bins)
        axes.set(ylabel="share of draws", yticks=[])
    axes.set(xlabel="Hopkins statistic H, exponent 1", xlim=(bins[0], bins[-1]))
    shared.legend(fig, 4)
    return fig


def truth(scores: dict, shares: dict, groups: np.ndarray, shown) -> Figure:
    """Both clouds of components, some groups in colour and all others grey."""
    fig = Figure(figsize=(9, 4.8))
    titled = [(name, scores[name], shares[name]) for name in scores]
    for axes, points, share in shared.panels(fig, titled):
        _cloud(axes, points[~np.isin(groups, shown)], share, "0.75", alpha=0.3)
        members = {str(g): points[groups == g, :2].T for g in shown}
        shared.lines(axes, members, ls="", ms=3.2, mew=0)
    title = "satellite (all others grey)"
    shared.legend(fig, len(shown), "outside lower center", title=title, markerscale=2)
    return fig


def _cloud(axes, scores: np.ndarray, shares: np.ndarray, color, alpha: float) -> None:
    """Many small dots on one scale, each axis with its share of the variance."""
    axes.plot(*scores[:, :2].T, "o", ms=1.6, mew=0, color=color, alpha=alpha)
    axes.set_xlabel(f"component 1 ({shares[0]:.0%} of the variance)")
    axes.set_ylabel(f"component 2 ({shares[1]:.0%})")
    axes.set_aspect("equal")
