"""The pictures of `own_data.ipynb`: any number of features, any names, any size."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import dendrogram

from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE

MOST_FEATURES = 12
"""Features that are drawn; the table beside the picture has all."""

MOST_DOTS = 5_000
LONGEST_NAME = 22
LAST_MERGES = 30


def features(table: pd.DataFrame) -> Figure:
    """A histogram of each of the first features."""
    names = list(table)[:MOST_FEATURES]
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    fig = Figure(figsize=(9, 2 * rows + 0.4))
    panels = np.ravel(fig.subplots(rows, columns))
    for axes, name in zip(panels, names, strict=False):
        axes.hist(table[name], 30, color=DATA, alpha=0.7)
        axes.set_title(label(name), fontsize=10)
        axes.set(yticks=[])
        axes.locator_params(axis="x", nbins=4)
        axes.ticklabel_format(axis="x", scilimits=(-4, 5))  # long numbers would touch
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    return fig


def tendency(value: float, null: np.ndarray) -> Figure:
    """H of the table, and the histogram of H of single Gaussians."""
    fig = Figure(figsize=(7, 3.2))
    axes = fig.subplots()
    axes.hist(null, 15, color="0.7", label="single Gaussian clouds")
    axes.axvline(value, color=REFERENCE, lw=2.5, label=f"your table, {value:.3f}")
    axes.set(xlabel="Hopkins statistic H, exponent 1", ylabel="clouds")
    axes.set_ylim(top=1.35 * axes.get_ylim()[1])
    axes.legend(loc="upper center", ncols=2)
    return fig


def tree(Z: np.ndarray) -> Figure:
    """The last merges of a tree; leaves carry how many rows they hold."""
    fig = Figure(figsize=(9, 4))
    axes = fig.subplots()
    dendrogram(
        Z,
        p=LAST_MERGES,
        truncate_mode="lastp",
        ax=axes,
        color_threshold=0,
        above_threshold_color=DATA,
        leaf_rotation=90,
        leaf_font_size=9,
    )
    axes.set(xlabel="rows in the leaf, in brackets", ylabel="height of the merge")
    axes.grid(visible=False, axis="x")
    return fig


def number(table: pd.DataFrame, gap: int | None, silhouette: int) -> Figure:
    """SSE, gap (± its standard error) and silhouette against k, and what they name."""
    fig = Figure(figsize=(9, 3.4))
    left, middle, right = fig.subplots(1, 3)
    left.plot(table.index, table["SSE"], "o-", ms=4)
    left.set(title="SSE (always falls)", ylim=(0, None))
    middle.errorbar(table.index, table["gap"], table["gap_error"], fmt="o-", ms=4)
    right.plot(table.index, table["silhouette"], "o-", ms=4)
    for axes, name, k in ((middle, "gap", gap), (right, "silhouette", silhouette)):
        axes.set_title(f"{name}: names {k or 'no number'}")
        if k:
            axes.axvline(k, color=REFERENCE, ls="--")
    for axes in fig.axes:
        axes.set(xlabel="clusters k")
        axes.xaxis.get_major_locator().set_params(integer=True)
    return fig


def criteria(table: pd.DataFrame) -> Figure:
    """BIC against the number of components, a line a kind; collapsed ones crossed."""
    fig = Figure(figsize=(8, 3.8))
    axes = fig.subplots()
    kinds = table.groupby("kind", sort=False)
    for (kind, rows), color, marker in zip(kinds, PALETTE, MARKERS, strict=False):
        axes.plot(rows["k"], rows["BIC"], marker=marker, color=color, label=kind)
    struck = table[table["collapsed"]]
    if len(struck):
        axes.plot(struck["k"], struck["BIC"], "kx", ms=11, label="collapsed")
    axes.set(xlabel="components", ylabel="BIC (lower is better)")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    return fig


def clusters(scores: np.ndarray, shares: np.ndarray, labels: np.ndarray) -> Figure:
    """The rows on their first two principal components, a colour and sign a cluster.

    `scores` (n, 2), at most MOST_DOTS of them drawn; `shares` of the variance (2,).
    With a single component the clusters are drawn one above the other.
    """
    fig = Figure(figsize=(7.5, 5.2))
    axes = fig.subplots()
    step = -(-len(scores) // MOST_DOTS)
    scores, labels = scores[::step], labels[::step]
    if scores.shape[1] == 1:
        scores, shares = np.column_stack([scores, labels]), [1.0, 0.0]
    for i, name in enumerate(np.unique(labels)):
        # 7 colours and 7 signs, shifted against each other, are 49 pairs.
        style = MARKERS[(i + i // len(PALETTE)) % len(MARKERS)]
        axes.plot(
            *scores[labels == name].T,
            style,
            color=PALETTE[i % len(PALETTE)],
            ms=4,
            mew=0,
            alpha=0.7,
            label=str(name),
        )
    axes.set(
        xlabel=f"component 1 ({shares[0]:.0%} of the variance)",
        ylabel=f"component 2 ({shares[1]:.0%})",
    )
    columns = -(-len(np.unique(labels)) // 16)
    fig.legend(loc="outside right upper", title="cluster", ncols=columns)
    return fig


def label(name) -> str:
    """A column's name as a label: short, and a dollar sign is no formula.

    Examples
    --------
    >>> label("price in $ for each of the many items")
    'price in \\\\$ for each o…'
    """
    name = " ".join(str(name).split())
    short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    return short.replace("$", r"\$")
