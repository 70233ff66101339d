"""The pictures of chapter 03: principal components, and the Hopkins statistic."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE

LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]


def scree(shares: dict[str, np.ndarray]) -> Figure:
    """The share of the variance along each component, one panel a representation."""
    fig = Figure(figsize=(8, 3.6))
    panels = fig.subplots(1, len(shares), sharey=True)
    for axes, (name, values) in zip(panels, shares.items(), strict=True):
        numbers = np.arange(1, len(values) + 1)
        axes.bar(numbers, values, color=DATA, label="each component")
        axes.plot(numbers, values.cumsum(), "o--", color=REFERENCE, label="sum so far")
        axes.axhline(1 / len(values), color="black", lw=1, ls=":", label="if all equal")
        axes.set(title=name, xlabel="component", xticks=numbers, ylim=(0, 1.08))
    panels[0].set_ylabel("share of the variance")
    panels[1].legend(loc="upper left")
    return fig


def components(scores: np.ndarray, shares: np.ndarray, name: str) -> Figure:
    """The first two components (n, 2+) of many points, on one scale."""
    fig = Figure(figsize=(6.5, 5))
    axes = fig.subplots()
    _dots(axes, scores, DATA, alpha=0.35)
    _component_axes(axes, shares)
    axes.set_title(name)
    return fig


def hidden(scores: np.ndarray, groups: np.ndarray, shares: np.ndarray) -> Figure:
    """The same points twice: components 1 and 2, then 1 and the last."""
    fig = Figure(figsize=(8.5, 4))
    last = scores.shape[1] - 1
    for axes, other in zip(fig.subplots(1, 2), (1, last), strict=True):
        for group, color, marker in zip((0, 1), PALETTE, MARKERS, strict=False):
            member = scores[groups == group]
            axes.plot(member[:, 0], member[:, other], marker, color=color, ms=3)
        axes.set(
            xlabel=f"component 1 ({shares[0]:.0%})",
            ylabel=f"component {other + 1} ({shares[other]:.0%})",
        )
    fig.axes[0].set_title("What the first two show")
    fig.axes[1].set_title("What they leave out")
    return fig


def by_hand(points, places, chosen, nearest_to_place, nearest_to_chosen) -> Figure:
    """Points, probes and the ways they measure: u from places, w from chosen points.

    `chosen` and the two `nearest_...` are row numbers of `points`.
    """
    fig = Figure(figsize=(6, 5.6))
    axes = fig.subplots()
    ways = (
        ("u", REFERENCE, "-", places, points[nearest_to_place]),
        ("w", PALETTE[2], "--", points[chosen], points[nearest_to_chosen]),
    )
    for _, color, line, start, end in ways:
        for a, b in zip(start, end, strict=True):
            axes.plot(*np.transpose([a, b]), line, color=color, lw=2, zorder=1)
    axes.plot(*points.T, "o", color=DATA, ms=7, label="points")
    axes.plot(*places.T, "X", color=REFERENCE, ms=10, label="places, ways u")
    axes.plot(
        *points[chosen].T,
        "s",
        mfc="none",
        mec=PALETTE[2],
        mew=2,
        ms=13,
        label="chosen points, ways w",
    )
    axes.set(xlim=(-0.5, 10.5), ylim=(-0.5, 10.5), aspect="equal", xlabel="x")
    axes.set(ylabel="y", xticks=range(0, 11, 2), yticks=range(0, 11, 2))
    fig.legend(loc="outside upper left", ncols=3, fontsize=10, handletextpad=0.3)
    return fig


def kinds(sets: dict[str, np.ndarray], values: dict[str, float]) -> Figure:
    """Point patterns side by side, each with its H in the title."""
    fig = Figure(figsize=(9, 3.4))
    for axes, name in zip(fig.subplots(1, len(sets)), sets, strict=True):
        axes.plot(*sets[name].T, "o", ms=3.5, color=DATA)
        axes.set(title=f"{name}: H = {values[name]:.2f}", aspect="equal")
        axes.set(xticks=[], yticks=[], xlim=(-0.04, 1.04), ylim=(-0.04, 1.04))
        axes.spines[["top", "right"]].set_visible(True)
    return fig


def repetitions(values: np.ndarray, reported: float, name: str) -> Figure:
    """Histogram of H of many samples, its mean, and the value of the report."""
    fig = Figure(figsize=(7, 3.8))
    axes = fig.subplots()
    axes.hist(values, 20, color=DATA, alpha=0.6)
    axes.axvline(values.mean(), color="black", label=f"our mean, {values.mean():.3f}")
    label = f"the report, {reported:.3g}"
    axes.axvline(reported, color=REFERENCE, ls="--", label=label)
    axes.set(title=name, xlabel="Hopkins statistic H", ylabel="samples")
    axes.yaxis.get_major_locator().set_params(integer=True)
    fig.legend(loc="outside upper right", ncols=2)
    return fig


def bell(
    draws: dict[int, np.ndarray], grid, densities: dict[int, np.ndarray]
) -> Figure:
    """Histograms of H by number of probes m, with the density of its law."""
    fig = Figure(figsize=(9, 3.2))
    for axes, m in zip(fig.subplots(1, len(draws)), draws, strict=True):
        axes.hist(draws[m], 25, range=(0, 1), density=True, color=DATA, alpha=0.45)
        axes.plot(grid, densities[m], color="black", lw=1.4)
        title = "1 probe" if m == 1 else f"{m} probes"
        axes.set(title=title, xlabel="H", xlim=(0, 1), yticks=[])
    fig.axes[0].set_ylabel("share of draws")
    return fig


def law(draws: dict[int, dict[str, np.ndarray]], grid, density) -> Figure:
    """H of uniform points: one panel a dimension, one outline a way to measure."""
    fig = Figure(figsize=(9, 3.8))
    bins = np.linspace(0.2, 0.8, 31)
    colors = [*PALETTE[:3], "black"]
    for axes, (d, ways) in zip(fig.subplots(1, len(draws)), draws.items(), strict=True):
        axes.fill_between(grid, density, color="0.85", label="Beta(m, m)")
        for (name, values), color, line in zip(
            ways.items(), colors, LINES, strict=False
        ):
            heights, _ = np.histogram(values, bins, density=True)
            axes.stairs(heights, bins, color=color, ls=line, lw=1.8, label=name)
        axes.set(title=f"{d} dimensions", xlabel="H", xlim=(0.2, 0.8), yticks=[])
    fig.axes[0].set_ylabel("share of draws")
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=3)
    return fig


def against_n(table: pd.DataFrame) -> Figure:
    """H (columns) against the number of points in a sample (index), logarithmic."""
    fig = Figure(figsize=(8, 4.6))
    axes = fig.subplots()
    for name, color, marker, line in zip(table, PALETTE, MARKERS, LINES, strict=False):
        axes.semilogx(table[name], marker=marker, color=color, ls=line, label=name)
    axes.set(xlabel="points in the sample, n", ylabel="mean H, exponent 1")
    axes.set_ylim(0.45, 1)
    fig.legend(loc="outside upper center", ncols=2)
    return fig


def nulls(observed: dict[str, np.ndarray], expected: dict[str, dict]) -> Figure:
    """H of samples, and of each null hypothesis; one panel a representation."""
    fig = Figure(figsize=(9, 4.8))
    bins = np.linspace(0.42, 1, 59)
    panels = fig.subplots(len(observed), 1, sharex=True)
    for axes, name in zip(panels, observed, strict=True):
        axes.hist(observed[name], bins, density=True, color="0.7", label="the stars")
        for (what, values), color, line in zip(
            expected[name].items(), PALETTE, LINES, strict=False
        ):
            heights, _ = np.histogram(values, bins, density=True)
            axes.stairs(heights, bins, color=color, ls=line, lw=1.8, label=what)
        axes.set(title=name, yticks=[], ylabel="share of draws")
    axes.set(xlabel="Hopkins statistic H, exponent 1", xlim=(bins[0], bins[-1]))
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=4)
    return fig


def truth(scores: dict, shares: dict, groups: np.ndarray, shown) -> Figure:
    """Both clouds of components, some groups in colour and all others grey."""
    fig = Figure(figsize=(9, 4.8))
    for axes, name in zip(fig.subplots(1, 2), scores, strict=True):
        _dots(axes, scores[name][~np.isin(groups, shown)], "0.75", alpha=0.3)
        for group, color, marker in zip(shown, PALETTE, MARKERS, strict=False):
            members = scores[name][groups == group]
            axes.plot(
                *members[:, :2].T, marker, color=color, ms=3.2, mew=0, label=str(group)
            )
        _component_axes(axes, shares[name])
        axes.set_title(name)
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(
        handles,
        labels,
        title="satellite (all others grey)",
        loc="outside lower center",
        ncols=len(shown),
        markerscale=2,
    )
    return fig


def _dots(axes, scores: np.ndarray, color: str, alpha: float) -> None:
    """Many points, small and without edges."""
    axes.plot(*scores[:, :2].T, "o", ms=1.6, mew=0, color=color, alpha=alpha)


def _component_axes(axes, shares: np.ndarray) -> None:
    """Both components on one scale, each axis with its share of the variance."""
    axes.set(
        xlabel=f"component 1 ({shares[0]:.0%} of the variance)",
        ylabel=f"component 2 ({shares[1]:.0%})",
        aspect="equal",
    )
