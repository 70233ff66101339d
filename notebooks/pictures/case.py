"""The pictures of the case of the galaxies: halos, controls, growth."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers.plots import MARKERS, PALETTE, shared

CLUSTERS, FOUND, OTHER, SURPLUS = PALETTE[0], PALETTE[2], PALETTE[3], PALETTE[1]


def halos(table: pd.DataFrame, means: pd.DataFrame, n_satellites: int) -> Figure:
    """Clusters and satellites found in each halo, a mark for each random state.

    `means` has a row for `clusters` and one for `found`, with the ends of the intervals
    of the fresh halos, drawn as bands. The seen halo stands apart, with open marks.
    """
    fig, axes = shared.subplots(size=(9, 4.6))
    names = table.sort_values("seen", kind="stable")["halo"].drop_duplicates().tolist()
    place = table["halo"].map(names.index) + 0.6 * table["seen"]
    shift = 0.16 * (table["state"] - 1)
    looks = {"clusters": (CLUSTERS, "o", "clusters"), "found": (FOUND, "^", "found")}
    for column, (color, marker, name) in looks.items():
        low, high = means.loc[column, ["low", "high"]]
        axes.fill_between([-0.5, len(names) - 1.4], low, high, color=color, alpha=0.18)
        for seen in (False, True):
            rows = table["seen"] == seen
            label = None if seen else f"{name}, with each random state"
            style = {"mfc": "white" if seen else color, "label": label, "ms": 6}
            x = (place + shift)[rows]
            axes.plot(x, table.loc[rows, column], marker, color=color, **style)
    open_marks = {"color": "black", "mfc": "white", "label": "open: the seen halo"}
    axes.plot([], [], "o", ms=6, **open_marks)
    axes.axhline(n_satellites, color="black", lw=1)
    axes.text(len(names) - 0.05, n_satellites + 0.4, f"{n_satellites} satellites")
    seen = table.loc[table["seen"], "halo"].unique()
    labels = [f"{name}\n(seen)" if name in seen else str(name) for name in names]
    axes.set_xticks(sorted(place.unique()), labels)
    axes.set(xlabel="seed of the halo", ylabel="number", xlim=(-0.5, len(names) + 1.6))
    axes.set_ylim(0, 1.08 * table["clusters"].max())
    axes.grid(visible=False, axis="x")
    axes.legend(loc="lower left")
    return fig


def kinds(table: pd.DataFrame, order: list[str]) -> Figure:
    """How stable the clusters of each `kind` are: bars in one stack."""
    fig, axes = shared.subplots(size=(8, 4))
    colors = dict(zip(order, (FOUND, PALETTE[0], PALETTE[4], SURPLUS), strict=True))
    style = {"multiple": "stack", "palette": colors, "hue_order": order, "alpha": 0.9}
    bins = np.linspace(0.4, 1, 13)  # the last edge is 1, which some clusters reach
    sns.histplot(table, x="stability", hue="kind", bins=bins, ax=axes, **style)
    axes.get_legend().set_title("")
    axes.set(xlabel="stability of the cluster", ylabel="clusters, all fresh halos")
    axes.grid(visible=False, axis="x")
    return fig


def numbers(table: pd.DataFrame) -> Figure:
    """Clusters and satellites found in each halo, a place for each `control`.

    `there` is how many satellites there are: a black line.
    """
    fig, axes = shared.subplots(size=(9, 4.8))
    order = table.sort_values(["there", "clusters"])["control"].unique().tolist()
    halos = table["halo"].rank(method="dense")
    x = table["control"].map(order.index) + 0.6 * (halos / halos.max() - 0.5)
    for column, color, marker in (("clusters", CLUSTERS, "o"), ("found", FOUND, "^")):
        # Nothing can be found where there is nothing.
        y = table[column].where((column == "clusters") | (table["there"] > 0))
        axes.plot(x, y, marker, color=color, ms=5, label=f"{column}, each halo")
    there = table.groupby("control")["there"].first()[order]
    places = np.arange(len(order))
    ends = places - 0.4, places + 0.4
    axes.hlines(there, *ends, "black", lw=2, label="satellites there are")
    axes.set_xticks(places, [name.replace(", ", ",\n", 1) for name in order])
    axes.set(xlabel="satellites in the halo", ylabel="number")
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper left")
    return fig


def differences(table: pd.DataFrame, xlabels: dict[str, str]) -> Figure:
    """A row for each `control`, a panel for each column of `xlabels`, with intervals.

    The columns of `table` are `control`, `what` (a key of `xlabels`), mean, low, high.
    """
    rows = list(dict.fromkeys(table["control"]))
    fig = Figure(figsize=(9.5, 1.3 + 0.36 * len(rows)))
    titled = [(label, key) for key, label in xlabels.items()]
    colors = {"found": FOUND, "clusters": CLUSTERS}
    for axes, key in shared.panels(fig, titled, sharey=True):
        part = table[table["what"] == key]
        y = part["control"].map(rows.index)
        ends = part["low"], part["high"]
        style = {"color": colors[key], "capsize": 3, "lw": 1.5}
        shared.intervals(axes, part["mean"], y, *ends, list(colors).index(key), **style)
        axes.axvline(0, color="black", lw=1)
        axes.set_yticks(range(len(rows)), rows)
        axes.locator_params(axis="x", nbins=5)
        axes.grid(visible=False, axis="y")
    fig.axes[0].invert_yaxis()
    return fig


def growth(tables: dict[str, pd.DataFrame]) -> Figure:
    """Width over the width at infall against time: mean and interval over halos."""
    fig, axes = shared.subplots(size=(8, 3.6))
    for i, (name, table) in enumerate(tables.items()):
        ends = table["mean"] - table["low"], table["high"] - table["mean"]
        style = shared.look(i, label=name, capsize=3, lw=1.5)
        axes.errorbar(table.index, table["mean"], ends, **style)
    axes.axhline(1, color="black", lw=1)
    axes.set(xscale="log", xlabel="Gyr after infall", ylabel="width / width at infall")
    axes.set_xticks(table.index, table.index.map("{:g}".format), minor=False)
    axes.xaxis.set_minor_formatter("")
    axes.legend(loc="upper left")
    return fig


def correlations(table: pd.DataFrame) -> Figure:
    """Rank correlations with their intervals over halos, a line for each `measure`."""
    fig, axes = shared.subplots(size=(9, 4.4))
    names = list(dict.fromkeys(table["property"]))
    for i, (measure, rows) in enumerate(table.groupby("measure", sort=False)):
        y = rows["property"].map(names.index) + 0.2 * (i - 1)
        style = {"capsize": 3, "lw": 1.5, "label": measure, "fmt": MARKERS[i]}
        shared.intervals(axes, rows["mean"], y, rows["low"], rows["high"], i, **style)
    axes.axvline(0, color="black", lw=1)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="rank correlation, mean over halos", xlim=(-1, 1))
    shared.legend(fig, 3)
    return fig
