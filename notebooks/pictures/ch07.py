"""The pictures of chapter 07: matching, consensus, what was found and what was not."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from helpers.plots import DATA, MARKERS, PALETTE, REFERENCE, shared

HIT, EXTRA, GREY = PALETTE[2], PALETTE[1], "0.75"  # found, surplus, the rest
UNITS = {
    "Lz": (1e3, "Lz (10³ kpc²/Gyr)"),
    "E": (1e5, "E (10⁵ kpc²/Gyr²)"),
    "x": (1, "x (kpc)"),
    "vx": (1, "vx (kpc/Gyr)"),
}
BOX = {"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85}


def two_runs(table: np.ndarray, stars: pd.DataFrame, same: np.ndarray) -> Figure:
    """Stars that each pair of labels shares, and where both labels are the same."""
    fig, (left, right) = shared.subplots(1, 2, size=(10, 4.4), width_ratios=[1, 1.1])
    _shares(left, table)
    left.set(xlabel="label in the second run", ylabel="label in the first run")
    x, y = _map(right, stars)
    for mask, color, name in (
        (~same, GREY, "two different labels"),
        (same, REFERENCE, "same label in both"),
    ):
        right.plot(x[mask][::6], y[mask][::6], color=color, **shared.DUST)
        right.plot([], [], "o", color=color, label=name)
    right.legend(loc="lower left")
    return fig


def matched(table: np.ndarray) -> Figure:
    """The table with the names matched, and how much each pair shares."""
    fig, (left, right) = shared.subplots(1, 2, size=(10, 4.4), width_ratios=[1, 1.1])
    _shares(left, table)
    left.set(xlabel="partner in the second run", ylabel="cluster of the first run")
    kept = 100 * np.diag(table) / table.sum(axis=1)
    right.bar(range(len(kept)), kept, color=DATA)
    right.set(xlabel="cluster of the first run", ylim=(0, 100))
    right.set_ylabel("of its stars in the partner (%)")
    right.grid(visible=False, axis="x")
    return fig


def _shares(axes, table: np.ndarray) -> None:
    """Counts as coloured cells, on a logarithmic scale; white: no star."""
    scale = mpl.colors.LogNorm(1, 30_000)
    bar = {"label": "stars in both", "pad": 0.02}
    cells = np.where(table > 0, table, np.nan)
    options = {"norm": scale, "cmap": "viridis_r", "square": True, "cbar_kws": bar}
    sns.heatmap(cells, ax=axes, xticklabels=3, yticklabels=3, **options)
    axes.tick_params(rotation=0)


def certainty(stars: pd.DataFrame, values: np.ndarray, k_runs: int) -> Figure:
    """How many runs agree on each star: on the map, and counted."""
    fig, (left, right) = shared.subplots(1, 2, size=(10, 4.3), width_ratios=[1.5, 1])
    x, y = _map(left, stars)
    limits = (*shared.central(x), *shared.central(y))
    style = {"gridsize": 70, "mincnt": 5, "linewidths": 0, "vmax": 1}
    bins = left.hexbin(x, y, C=values, extent=limits, **style)
    left.set_title("Mean certainty")
    fig.colorbar(bins, ax=left, label="share of the runs that agree", pad=0.02)
    agreed, counts = np.unique(np.rint(values * k_runs).astype(int), return_counts=True)
    right.bar(agreed, 100 * counts / len(values), color=DATA)
    right.set(xlabel=f"runs that agree, of {k_runs}", ylabel="stars (%)")
    right.set(title="All stars", xticks=range(0, k_runs + 1, 5), xlim=(0, k_runs + 0.6))
    return fig


def by_number(table: pd.DataFrame, n_satellites: int) -> Figure:
    """Found and surplus against the number of clusters; bands hold all draws."""
    fig, axes = shared.subplots(size=(8, 4.2))
    whole = {"errorbar": ("pi", 100), "ax": axes, "marker": "o"}
    for column, color in (("found", HIT), ("surplus", EXTRA)):
        sns.lineplot(table, x="k", y=column, color=color, label=column, **whole)
    axes.axvline(n_satellites, color="black", lw=1, ls=":")
    axes.text(n_satellites + 0.4, 1, f"{n_satellites} satellites")
    axes.set(xlabel="clusters asked for", ylabel="number", ylim=(0, None))
    return fig


def satellites(stars: pd.DataFrame, panels: dict, shown: dict) -> Figure:
    """A few satellites among all stars, one panel for each title of {title: columns}.

    `shown` maps the name of a satellite to a mask of its stars.
    """
    fig = Figure(figsize=(10, 4.5))
    for axes, (a, b) in shared.panels(fig, panels.items()):
        x, y = _map(axes, stars, a, b)
        axes.plot(x, y, ".", color="0.85", ms=1.5)
        masks = {name: (x[own], y[own]) for name, own in shown.items()}
        shared.lines(axes, masks, ls="", ms=3, alpha=0.7, mew=0)
    shared.legend(fig, 4, markerscale=2)
    return fig


def league(table: pd.DataFrame, order: list, n_satellites: int) -> Figure:
    """Found and surplus of each method: a dot a run, a bar at the mean."""
    spaces = list(dict.fromkeys(table["space"]))
    fig = Figure(figsize=(10, 6.6))
    grid = fig.subplots(len(spaces), 2, sharey=True, sharex="col")
    for row, space in zip(grid, spaces, strict=True):
        part = table[table["space"] == space]
        # The samples of a method lie one below the other, its starts side by side.
        y = part["method"].map(order.index) + 0.09 * (part["sample"] - 3.5)
        looks = {"found": HIT, "surplus": EXTRA}
        for axes, (column, color) in zip(row, looks.items(), strict=True):
            axes.plot(part[column], y, "o", color=color, alpha=0.45, ms=3.5, mew=0)
            means = part.groupby("method")[column].mean()[order]
            axes.plot(means, range(len(order)), "|", color="black", ms=15, mew=2)
            axes.set_yticks(range(len(order)), order)
            axes.set_ylim(len(order) - 0.4, -0.6)
            axes.set(title=f"{space}: {column}")
            axes.set_xlim(-0.8, n_satellites + 0.5)
            axes.grid(visible=True, axis="y")
    grid[-1, 0].set_xlabel(f"satellites found, of {n_satellites}")
    grid[-1, 1].set_xlabel("clusters that found none")
    return fig


def choosers(means: pd.DataFrame, scores: dict) -> Figure:
    """Found against each internal score of {column: label}; a ring on its choice."""
    fig, panels = shared.subplots(2, 2, size=(10, 8), sharey=True)
    # A colour for each family, a marker for each of its methods.
    families = {"k-me": DATA, "mixture": PALETTE[3], "linkage": "black"}
    looks = {}
    for family, color in families.items():
        members = [m for m in means.index if family in m.split(",")[0]]
        looks |= {m: (MARKERS[i], color) for i, m in enumerate(members)}
    for axes, (score, label) in zip(panels.flat, scores.items(), strict=True):
        for method, (marker, color) in looks.items():
            at = means.loc[method, [score, "found"]]
            axes.plot(*at, marker, color=color, ms=8, ls="", label=method)
        best = means.loc[means[score].idxmax(), [score, "found"]]
        axes.plot(*best, "o", ms=17, mfc="none", color=REFERENCE, mew=2)
        axes.set(xlabel=label, ylim=(-2, 24))
        axes.margins(x=0.1)
    for axes in panels[:, 0]:
        axes.set_ylabel("satellites found (mean)")
    shared.legend(fig, 3)
    return fig


def escapes(table: pd.DataFrame, named) -> Figure:
    """How often each satellite is found, against how much it is mixed with others."""
    fig, axes = shared.subplots(size=(9, 4.8))
    inner = table["apocentre"] < table["apocentre"].median()
    for rows, marker, color, name in (
        (table[inner], "o", REFERENCE, "small orbits (inner half by apocentre)"),
        (table[~inner], "^", DATA, "large orbits"),
    ):
        axes.plot(rows["own"], rows["share"], marker, color=color, label=name, ms=7)
    for satellite, row in table.loc[named].iterrows():
        place = row["own"] - 0.008, row["share"]
        axes.text(*place, str(satellite), ha="right", va="center")
    axes.set_xlabel("own stars among the 30 nearest (mean share)")
    axes.set_ylabel("share of the runs that found it")
    axes.set(ylim=(-0.04, 1.08))
    axes.legend(loc="upper left")
    return fig


def found_and_lost(stars: pd.DataFrame, truth, labels, groups, n_clusters) -> Figure:
    """The true satellites beside the clusters: found, lost and surplus.

    `groups` tells of each satellite whether it is `found`, and by which `cluster`;
    clusters of less than 20 of these stars are counted, but not drawn.
    """
    fig = Figure(figsize=(11, 6))
    found = groups[groups["found"]]
    name_of = dict(zip(found["cluster"], found.index, strict=True))
    clusters = np.unique(labels[labels >= 0])
    surplus = [c for c in clusters if c not in name_of]
    named = np.array([name_of.get(c, -1) for c in labels])
    colors = _colors(stars, truth)
    left, right = fig.subplots(1, 2, sharex=True, sharey=True)
    lost = groups.index[~groups["found"]]
    known = np.where(np.isin(truth, lost), -1, truth)
    for axes, own, outlined, source, color in (
        (left, known, lost, truth, "black"),
        (right, named, surplus, labels, EXTRA),
    ):
        x, y = _map(axes, stars)
        axes.plot(x[own < 0], y[own < 0], color=GREY, **shared.DUST)
        places = {}
        for name in found.index:
            mine = own == name
            axes.plot(x[mine], y[mine], color=colors[name], **shared.DUST)
            places[str(name)] = np.median(x[mine]), np.median(y[mine]), "black"
        for place, name in enumerate(outlined):
            mine = source == name
            if mine.sum() > 20:
                top = _outline(axes, x[mine], y[mine], color)
                # Surplus clusters have letters: numbers are satellites, on both sides.
                # They overlap, so each letter stands on its own outline.
                if axes is right:
                    places[chr(ord("A") + place)] = *top, color
                else:
                    middle = np.median(x[mine]), np.median(y[mine])
                    places[f"({name})"] = *middle, color
        _labels(axes, places)
    left.set_title(f"Truth: {len(found)} found, {len(lost)} lost (in brackets)")
    n_surplus = n_clusters - len(found)
    right.set_title(f"Clusters: {len(found)} found one, {n_surplus} surplus (letters)")
    return fig


def _colors(stars: pd.DataFrame, truth) -> dict:
    """A colour for each satellite: the one whose last use is farthest on the map."""
    middles = stars[["Lz", "E"]].groupby(np.asarray(truth)).median()
    places = ((middles - middles.mean()) / middles.std()).to_numpy()
    apart = np.hypot(*np.moveaxis(places[:, None] - places, 2, 0))
    given = np.full(len(places), -1)
    # The most crowded ones choose first.
    for i in np.argsort(np.sort(apart, axis=1)[:, 5]):
        free = [np.min(apart[i][given == c], initial=np.inf) for c in range(6)]
        given[i] = np.argmax(free)
    return {name: PALETTE[c] for name, c in zip(middles.index, given, strict=True)}


def _outline(axes, x, y, color) -> tuple[float, float]:
    """An ellipse about the inner stars of a group; returns its highest point."""
    middle = np.median(x), np.median(y)
    near = (np.abs(x - middle[0]) < np.quantile(np.abs(x - middle[0]), 0.9)) & (
        np.abs(y - middle[1]) < np.quantile(np.abs(y - middle[1]), 0.9)
    )
    covariance = np.cov(x[near], y[near])
    values, vectors = np.linalg.eigh(covariance)
    angle = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
    size = 4 * np.sqrt(values[::-1])
    # A white line below, so that it shows among points of any colour.
    for ec, lw, zorder in (("white", 2.6, 2.5), (color, 1.4, 3)):
        look = {"fc": "none", "ec": ec, "lw": lw, "zorder": zorder}
        axes.add_patch(Ellipse(middle, *size, angle=angle, **look))
    return tuple(middle + 2 * covariance[1] / np.sqrt(covariance[1, 1]))


def _labels(axes, places: dict, rounds=200) -> None:
    """Texts at their places, pushed apart where they would overlap."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    size = np.array([x1 - x0, y1 - y0])
    anchor = (np.array([p[:2] for p in places.values()]) - [x0, y0]) / size
    at, needed = anchor.copy(), np.array([0.085, 0.05])  # room, in units of the axes
    for _ in range(rounds):
        gap = (at[:, None] - at) / needed
        close = (np.abs(gap) < 1).all(axis=2) & ~np.eye(len(at), dtype=bool)
        # Push each pair apart along the direction in which they are farther apart.
        along = np.abs(gap[..., 0]) > np.abs(gap[..., 1])
        away = np.where(gap >= 0, 1, -1) * np.stack([along, ~along], axis=2)
        away = np.where(np.arange(len(at))[:, None, None] < np.arange(len(at))[:, None],
                        np.where(gap == 0, 1, away), away)  # fmt: skip
        at += 0.06 * (close[..., None] * away).sum(axis=1) * needed
        at = np.clip(at, np.divide(needed, 2), 1 - np.divide(needed, 2))
    for (text, (x, y, color)), spot in zip(places.items(), at, strict=True):
        x_text, y_text = spot * size + [x0, y0]
        line = {"arrowstyle": "-", "color": color, "lw": 0.6}
        options = {"ha": "center", "va": "center", "size": 9, "color": color}
        options |= {"bbox": BOX, "arrowprops": line}
        axes.annotate(text, (x, y), (x_text, y_text), **options)


def _map(axes, stars: pd.DataFrame, a="Lz", b="E") -> tuple[np.ndarray, np.ndarray]:
    """Two columns in round units, and axes for them."""
    (of_x, xlabel), (of_y, ylabel) = UNITS[a], UNITS[b]
    x, y = stars[a].to_numpy() / of_x, stars[b].to_numpy() / of_y
    shared.as_map(axes, x, y, xlabel, ylabel)
    return x, y
