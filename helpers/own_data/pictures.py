"""The pictures of `own_data.ipynb`: any number of features, any names, any size."""

from itertools import combinations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers.own_data.recommending import LEVEL, valley
from helpers.plots import DATA, MARKERS, PALETTE

MOST_FEATURES, MOST_DOTS = 12, 5_000  # are drawn
LONGEST_NAME = 22


def features(table: pd.DataFrame) -> Figure:
    """A histogram of each of the first features; no bar is narrower than a rounding."""
    names = list(table)[:MOST_FEATURES]
    n_columns = min(4, len(names))
    n_rows = -(-len(names) // n_columns)
    fig = Figure(figsize=(9, 2 * n_rows + 0.4))
    for i, name in enumerate(names):
        axes = fig.add_subplot(n_rows, n_columns, i + 1)
        step, width = np.diff(np.unique(table[name])).min(), np.ptp(table[name]) / 30
        if width < 20 * step:  # each bar holds as many possible values
            width = max(1, round(width / step)) * step
        lowest = table[name].min() - step / 2
        edges = np.arange(lowest, table[name].max() + width, width)
        axes.hist(table[name], edges, color=DATA, alpha=0.7)
        axes.set_title(label(name), fontsize=10)
        axes.set_ylabel("" if i % n_columns else "rows")
        axes.locator_params(axis="x", nbins=4)
        axes.ticklabel_format(axis="x", scilimits=(-4, 5))  # long numbers would touch
    return fig


def clusters(X: np.ndarray, labels: np.ndarray) -> Figure:
    """The rows on their first two principal components, a colour and sign a cluster.

    At most MOST_DOTS of them are drawn; of one feature, one cluster above the other.
    """
    fig = Figure(figsize=(7.5, 5.2))
    axes = fig.subplots()
    _, spread, turn = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    shares = spread**2 / (spread**2).sum()
    step = -(-len(X) // MOST_DOTS)
    scores, labels = (X[::step] - X.mean(axis=0)) @ turn[:2].T, labels[::step]
    second = f"component 2 ({shares[1]:.0%})" if len(shares) > 1 else "cluster"
    # 7 colours and 7 signs, shifted against each other, are 49 pairs.
    names = np.unique(labels)
    sns.scatterplot(
        x=scores[:, 0], y=scores[:, 1] if len(shares) > 1 else labels,
        hue=labels, palette={name: PALETTE[name % 7] for name in names},
        style=labels, markers={name: MARKERS[(name + name // 7) % 7] for name in names},
        s=18, linewidth=0, alpha=0.7, legend="full", ax=axes,
    )  # fmt: skip
    axes.set(xlabel=f"component 1 ({shares[0]:.0%} of the variance)", ylabel=second)
    sns.move_legend(
        axes, "upper left", bbox_to_anchor=(1, 1), title="cluster",
        ncols=-(-len(names) // 16),
    )  # fmt: skip
    return fig


def nearest(X: np.ndarray, labels: np.ndarray) -> tuple[Figure, str]:
    """The rows of the two clusters with the shallowest valley, along the line between.

    Of a single cluster all rows, along the direction in which they spread most.
    """
    step = -(-len(X) // MOST_DOTS)
    X, labels = X[::step], labels[::step]
    found = {
        (a, b): valley(X[labels == a], X[labels == b])
        for a, b in combinations(np.unique(labels), 2)
    }
    if found:
        a, b = max(found, key=lambda pair: found[pair][0])
        p, at = found[a, b]
        names = np.repeat([str(a), str(b)], np.bincount(labels)[[a, b]])
        told = f"clusters {a} and {b}"
        told += " (which no straight cut parts, but bends or gaps)" * (p > LEVEL)
        where = "along the line between them (0 and 1 are their medians)"
    else:
        centred = X - X.mean(axis=0)
        at = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
        names, told = np.full(len(X), "0"), "all rows"
        where = "along the first principal component"
    fig = Figure(figsize=(7, 3.2))
    axes = fig.subplots()
    sns.histplot(
        x=at, hue=names, bins=40, multiple="stack", palette=PALETTE[: len({*names})],
        ax=axes, legend=bool(found),
    )  # fmt: skip
    axes.set(xlabel=where, ylabel="rows")
    return fig, told


def label(name) -> str:
    """A column's name as a label: short, and a dollar sign is no formula.

    >>> label("price in $ for each of the many items")
    'price in \\\\$ for each o…'
    """
    name = " ".join(str(name).split())
    short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    return short.replace("$", r"\$")
