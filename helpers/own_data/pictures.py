"""The pictures of `own_data.ipynb`: any number of features, any names, any size."""

from itertools import combinations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers.own_data.recommending import valley
from helpers.plots import DATA, MARKERS, PALETTE

MOST_FEATURES = 12
"""Features that are drawn; the table beside the picture has all."""

MOST_DOTS = 5_000
LONGEST_NAME = 22


def features(table: pd.DataFrame) -> Figure:
    """A histogram of each of the first features; no bar is narrower than a rounding."""
    names = list(table)[:MOST_FEATURES]
    n_columns = min(4, len(names))
    n_rows = -(-len(names) // n_columns)
    fig = Figure(figsize=(9, 2 * n_rows + 0.4))
    panels = np.ravel(fig.subplots(n_rows, n_columns))
    for axes, name in zip(panels, names, strict=False):
        step = np.diff(np.unique(table[name])).min()
        width = np.ptp(table[name]) / 30
        # A whole number of steps, so that each bar holds as many possible values.
        width = max(1, round(width / step)) * step if width < 20 * step else width
        edges = np.arange(
            table[name].min() - step / 2, table[name].max() + width, width
        )
        axes.hist(table[name], edges, color=DATA, alpha=0.7)
        axes.set_title(label(name), fontsize=10)
        axes.locator_params(axis="x", nbins=4)
        axes.ticklabel_format(axis="x", scilimits=(-4, 5))  # long numbers would touch
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    for axes in panels[::n_columns]:
        axes.set_ylabel("rows")
    return fig


def clusters(X: np.ndarray, labels: np.ndarray) -> Figure:
    """The rows on their first two principal components, a colour and sign a cluster.

    At most MOST_DOTS of them are drawn; of one feature, one cluster above the other.
    """
    fig = Figure(figsize=(7.5, 5.2))
    axes = fig.subplots()
    centred = X - X.mean(axis=0)
    _, spread, turn = np.linalg.svd(centred, full_matrices=False)
    shares = spread**2 / (spread**2).sum()
    step = -(-len(X) // MOST_DOTS)
    scores, labels = (centred @ turn[:2].T)[::step], labels[::step]
    if scores.shape[1] == 1:
        scores, shares = np.column_stack([scores, labels]), [1.0, 0.0]
    for i, name in enumerate(np.unique(labels)):
        # 7 colours and 7 signs, shifted against each other, are 49 pairs.
        style = MARKERS[(i + i // len(PALETTE)) % len(MARKERS)]
        color = PALETTE[i % len(PALETTE)]
        rows = scores[labels == name].T
        axes.plot(*rows, style, color=color, ms=4, mew=0, alpha=0.7, label=str(name))
    axes.set(
        xlabel=f"component 1 ({shares[0]:.0%} of the variance)",
        ylabel=f"component 2 ({shares[1]:.0%})",
    )
    n_columns = -(-len(np.unique(labels)) // 16)
    fig.legend(loc="outside right upper", title="cluster", ncols=n_columns)
    return fig


def nearest(X: np.ndarray, labels: np.ndarray) -> tuple[Figure, str]:
    """The rows of the two clusters with the shallowest valley, along the line between.

    Of a single cluster all rows, along the direction in which they spread most.
    """
    fig = Figure(figsize=(7, 3.2))
    axes = fig.subplots()
    step = -(-len(X) // MOST_DOTS)
    X, labels = X[::step], labels[::step]
    pairs = list(combinations(np.unique(labels), 2))
    if pairs:
        found = {p: valley(X[labels == p[0]], X[labels == p[1]]) for p in pairs}
        pair = max(found, key=lambda p: found[p][0])
        at = found[pair][1]
        names = np.repeat([str(name) for name in pair], np.bincount(labels)[list(pair)])
        told = f"clusters {pair[0]} and {pair[1]}"
        where = "along the line between them (0 and 1 are their medians)"
    else:
        centred = X - X.mean(axis=0)
        at = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
        names = np.full(len(X), "0")
        told = "all rows"
        where = "along the first principal component"
    sns.histplot(
        x=at, hue=names, bins=40, multiple="stack", palette=PALETTE[: len(set(names))],
        ax=axes, legend=bool(pairs),
    )  # fmt: skip
    axes.set(xlabel=where, ylabel="rows")
    return fig, told


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
