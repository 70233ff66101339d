"""The pictures of `own_data.ipynb`: any number of features, any names, any size."""

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.own_data.recommending import LEVEL, valley
from helpers.plots import DATA, MARKERS, PALETTE
from helpers.plots.shared import subplots

MOST_FEATURES, MOST_DOTS = 12, 5_000  # are drawn


def features(table: pd.DataFrame) -> Figure:
    """A histogram of each of the first features; no bar is narrower than a rounding."""
    names = list(table)[:MOST_FEATURES]
    n_rows = -(-len(names) // 4)
    fig = Figure(figsize=(9, 2 * n_rows + 0.4))
    for i, name in enumerate(names):
        axes = fig.add_subplot(n_rows, min(4, len(names)), i + 1)
        low, high = table[name].min(), table[name].max()
        step, width = np.diff(np.unique(table[name])).min(), (high - low) / 30
        if width < 20 * step:  # each bar holds as many possible values
            width = max(1, round(width / step)) * step
        edges = np.arange(low - step / 2, high + width, width)
        axes.hist(table[name], edges, color=DATA, alpha=0.7)
        # A long name is cut, and a dollar sign is no formula.
        axes.set_title(f"{name:.22}", fontsize=10, parse_math=False)
        axes.set_ylabel("" if i % 4 else "rows")
        axes.locator_params(axis="x", nbins=4)
        axes.ticklabel_format(axis="x", scilimits=(-4, 5))  # long numbers would touch
    return fig


def clusters(X: np.ndarray, labels: np.ndarray) -> Figure:
    """The rows on their first two principal components, a colour and sign a cluster.

    At most MOST_DOTS of them are drawn; of one feature, one cluster above the other.
    """
    step = -(-len(X) // MOST_DOTS)
    X, labels = X[::step], labels[::step]
    _, spread, turn = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    at = np.column_stack([(X - X.mean(axis=0)) @ turn.T, labels])
    shares = enumerate(spread**2 / (spread**2).sum(), 1)
    names = [f"component {i} ({share:.0%} of the variance)" for i, share in shares]
    fig, axes = subplots(size=(7.5, 5.2))
    axes.set(xlabel=names[0], ylabel=[*names, "cluster"][1])
    for i in np.unique(labels):
        # 7 colours and 7 signs, shifted against each other, are 49 pairs.
        look = {"color": PALETTE[i % 7], "marker": MARKERS[(i + i // 7) % 7]}
        x, y = at[labels == i, :2].T
        axes.plot(x, y, ls="", ms=4.5, mew=0, alpha=0.7, label=i, **look)
    place = {"loc": "upper left", "bbox_to_anchor": (1, 1)}
    axes.legend(title="cluster", ncols=1 + len(np.unique(labels)) // 16, **place)
    return fig


def nearest(X: np.ndarray, labels: np.ndarray) -> tuple[Figure, str]:
    """The rows of the two clusters with the shallowest valley, along the line between.

    Of a single cluster all rows, along the direction in which they spread most.
    """
    step = -(-len(X) // MOST_DOTS)
    X, labels = X[::step], labels[::step]
    pairs = {
        (a, b): valley(X[labels == a], X[labels == b])
        for a, b in combinations(np.unique(labels), 2)
    }
    if pairs:
        (a, b), (p, at) = max(pairs.items(), key=lambda pair: pair[1][0])
        parts = dict(zip([a, b], np.split(at, [np.sum(labels == a)]), strict=True))
        told = f"clusters {a} and {b}"
        told += " (which no straight cut parts, but bends or gaps)" * (p > LEVEL)
        where = "along the line between them (0 and 1 are their medians)"
    else:
        _, _, turn = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
        parts, told = {0: (X - X.mean(axis=0)) @ turn[0]}, "all rows"
        where = "along the first principal component"
    fig, axes = subplots(size=(7, 3.2))
    look = {"stacked": True, "alpha": 0.75, "color": PALETTE[: len(parts)]}
    axes.hist([*parts.values()], 40, label=[*parts], **look)
    if pairs:
        axes.legend(title="cluster")
    axes.set(xlabel=where, ylabel="rows")
    return fig, told
