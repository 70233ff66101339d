"""The pictures of the appendix on the sources."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers.plots import DATA, MARKERS, REFERENCE, shared


def memory(limit: float) -> Figure:
    """Memory of all pairs, and the cube, against the number of stars; a limit in GB."""
    fig, axes = shared.subplots(size=(8, 3.8))
    n = np.logspace(3, np.log10(330_000), 60)
    curves = {"all pairs": (n, 4 * n * (n - 1) / 1e9), "n cubed": (n, 8 * n**3 / 1e9)}
    shared.lines(axes, curves, marker="")
    axes.axhline(limit, color="black", lw=1, ls=":")
    axes.text(1e3, limit / 8, f"{limit} GB")
    full = (1 + np.sqrt(1 + limit * 1e9)) / 2
    axes.plot(full, limit, "o", color=DATA, ms=9)
    axes.set(xscale="log", yscale="log", xlabel="stars", ylabel="memory (GB)")
    axes.legend(loc="upper left")
    return fig


def paired_runs(table) -> Figure:
    """Held-out values of paired runs, one scale; columns (representation, start)."""
    fig = Figure(figsize=(9, 3.7))
    titled = [(f"{d}-D", table[f"{d}d"][["random", "kmeans"]]) for d in (3, 6)]
    ylabel = "nats a star, held-out stars,\nless the mean of random starts"
    for axes, pairs in shared.panels(fig, titled, ylabel=ylabel, sharey=True):
        pairs = pairs - pairs["random"].mean()
        axes.plot([0, 1], pairs.T, "-", color="0.7", lw=1)
        for side, color in enumerate((REFERENCE, DATA)):
            ends = pairs.iloc[:, side]
            axes.plot(np.full(len(ends), side), ends, MARKERS[side], color=color)
            axes.hlines(ends.mean(), side - 0.12, side + 0.12, color="black")
        axes.set_xticks([0, 1], ["random start", "start from k-means"])
        axes.set_xlim(-0.4, 1.4)
    return fig


def distances(plain: pd.DataFrame, ordered: pd.DataFrame) -> Figure:
    """The distance matrix of cluster means twice: by size, and ordered."""
    fig, panels = shared.subplots(1, 2, size=(11, 5.4))
    tables = {"By size, the largest first": plain, "Neighbours side by side": ordered}
    for axes, (title, table) in zip(panels, tables.items(), strict=True):
        bar = {"label": "distance of the means (scaled)", "shrink": 0.75, "pad": 0.02}
        options = {"square": True, "cbar": axes is panels[1], "cbar_kws": bar}
        sns.heatmap(table, ax=axes, xticklabels=False, yticklabels=1, **options)
        axes.tick_params(labelsize=9, rotation=0)
        axes.set(title=title, xlabel="cluster, in the order of the rows")
        axes.set_ylabel("cluster")
    return fig
