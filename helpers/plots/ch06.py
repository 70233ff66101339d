"""The pictures of chapter 06: Gaussian mixtures, step by step and on the stars."""

import numpy as np
from matplotlib import colors
from matplotlib.figure import Figure

from helpers.plots import DATA, LINES, MARKERS, PALETTE, REFERENCE, shared

CIRCLE = np.linspace(0, 2 * np.pi, 121)
FEATURES = {"xlabel": "first feature", "ylabel": "second feature"}


def partitions(points, panels) -> Figure:
    """Points by share; panels (title, shares, means, covariances or None)."""
    fig = Figure(figsize=(10, 2.3))
    for axes, R, means, covariances in shared.panels(fig, panels):
        _scatter(axes, points, R)
        axes.plot(*means.T, "X", ms=11, color="black", mec="white", zorder=5)
        if covariances is not None:
            _components(axes, means, covariances, color="black", crosses=False)
        axes.set(**FEATURES, aspect="equal")
    return fig


def weighted_sum(grid, parts, flat, shapes) -> Figure:
    """A mixture in one dimension and in two, and what a covariance does to the shape.

    `parts` (n_grid, n_components) are weights times densities, `flat` the weights,
    means and covariances in two dimensions, `shapes` maps names to covariances.
    """
    fig, (left, middle, right) = shared.subplots(1, 3, size=(10, 3.6))
    named = {f"weight {w:g}": (grid, p) for w, p in zip(flat[0], parts.T, strict=True)}
    shared.lines(left, named, marker="")
    left.plot(grid, parts.sum(axis=1), "k-", lw=2.2, label="their sum")
    left.set(xlabel="years of school", ylabel="density per year", title="1-D")
    left.set_ylim(0, 1.6 * parts.sum(axis=1).max())
    left.legend(loc="upper left", fontsize=9, ncols=2)
    _components(middle, *flat[1:], crosses=False)
    middle.set(xlabel="years of school", ylabel="number of children", title="2-D")
    places = np.array([[0.0, 0], [6, 0], [0, -7], [6, -7]])
    _components(right, places, np.array(list(shapes.values())), crosses=False)
    for name, (x, y) in zip(shapes, places, strict=True):
        right.text(x, y + 3, name, ha="center", fontsize=9)
    right.set(title="Covariance and shape", aspect="equal", xticks=[], yticks=[])
    right.set(ylim=(-9.7, 4.6))
    return fig


def shares(points, R, grid, parts) -> Figure:
    """Points on a line by responsibility: as colours, and as bars of the shares."""
    fig = Figure(figsize=(9, 4.6))
    upper, lower = fig.subplots(2, 1, sharex=True, height_ratios=[1.7, 1])
    _on_a_line(upper, points, R, grid, parts, size=34)
    upper.set_ylabel("weight × density")
    base = np.zeros(len(points))
    for k, part in enumerate(R.T):
        bars = {"width": 0.16, "bottom": base, "color": PALETTE[k]}
        lower.bar(points[:, 0], part, hatch=("", "//", "..")[k % 3], **bars)
        base = base + part
    lower.set(xlabel="x", ylabel="share", ylim=(0, 1.02))
    return fig


def iterations(points, panels) -> Figure:
    """Panels (title, shares, grid, parts), as in `shares`, without the bars."""
    rows = len(panels) // 5
    fig = Figure(figsize=(10, 2.1 * rows))
    for axes, *panel in shared.panels(fig, panels, rows=rows, sharex=True, sharey=True):
        _on_a_line(axes, points, *panel, size=16)
    fig.supxlabel("x", fontsize=11)
    fig.supylabel("weight × density", fontsize=11)
    return fig


def curves(values, first) -> Figure:
    """Log-likelihood against iteration, from the `first`, one curve for each name."""
    fig, axes = shared.subplots(size=(8, 3.8))
    shared.lines(axes, {n: (first + np.arange(len(c)), c) for n, c in values.items()})
    for curve in values.values():
        end = first + len(curve) - 1 + 0.1, curve[-1]
        axes.text(*end, f"{curve[-1]:.2f}", va="center")
    axes.set(xlabel="iterations done", ylabel="log-likelihood (nats)")
    axes.margins(x=0.1)
    axes.legend(loc="lower right")
    return fig


def by_turns(points, panels) -> Figure:
    """E and M by turns: panels (title, shares or None, parameters), in two rows.

    A single panel has the limits of the points, so that nothing jumps between steps.
    """
    alone = len(panels) == 1
    fig = Figure(figsize=(6, 4) if alone else (10, 5.6))
    grid = {"rows": 1 if alone else 2, "sharex": True, "sharey": True}
    for axes, R, (_, means, covariances) in shared.panels(fig, panels, **grid):
        axes.plot(*points.T, ".", color="0.6")
        if R is not None:
            _scatter(axes, points, R, size=16)
        _components(axes, means, covariances)
        axes.set(aspect="equal", xticks=[], yticks=[])
    if alone:
        shared.around(axes, np.array([points.min(axis=0), points.max(axis=0)]), 0.15)
    return fig


def bounds(grid, log_likelihood, lower, touches, tops) -> Figure:
    """Log-likelihood against one parameter, and lower bounds that touch it."""
    fig, axes = shared.subplots(size=(8, 4.2))
    axes.plot(grid, log_likelihood, "k-", lw=2.2, label="log-likelihood")
    for k, (values, color) in enumerate(zip(lower, PALETTE, strict=False)):
        label = f"bound of E-step {k + 1}"
        axes.plot(grid, values, LINES[k + 1], color=color, label=label)
        axes.plot(*touches[k], "o", ms=8, color=color, mec="black")
        axes.plot(*tops[k], "^", ms=9, color=color, mec="black")
    axes.set(xlabel="mean of the first component", ylabel="nats")
    axes.set_ylim(log_likelihood.min() - 8, log_likelihood.max() + 4)
    axes.plot([], [], "o", color="white", mec="black", label="touches: E-step")
    axes.plot([], [], "^", color="white", mec="black", label="top: M-step")
    axes.legend(loc="lower center", ncols=2, fontsize=10)
    return fig


def start_and_end(points, start, end, R, values) -> Figure:
    """Contours at the start and at the end, and the log-likelihood between them."""
    fig, (left, middle, right) = shared.subplots(1, 3, size=(10, 3.5))
    left.plot(*points.T, ".", color="0.6", ms=4)
    _scatter(middle, points, R, size=9)
    for axes, title, parameters in ((left, "Start", start), (middle, "End", end)):
        _components(axes, *parameters[1:], color="black")
        axes.set(title=title, **FEATURES)
    right.plot(np.arange(1, len(values)), values[1:], "o-", ms=3)
    right.set(title="On the way", xlabel="iterations done", ylabel="log-likelihood")
    return fig


def runaway(widths, values) -> Figure:
    """Log-likelihood against the width of a component that sits on one point."""
    fig, axes = shared.subplots(size=(8, 3.6))
    shared.lines(axes, {name: (widths, curve) for name, curve in values.items()})
    axes.set(xlabel="width (sd) of the narrow component", ylabel="log-likelihood")
    axes.set_xscale("log")
    axes.invert_xaxis()
    axes.legend(loc="upper left")
    return fig


def starts(values, points, worst) -> Figure:
    """The log-likelihoods at which many starts ended, sorted; the worst end."""
    fig, (left, right) = shared.subplots(1, 2, size=(9, 3.5), width_ratios=[1.4, 1])
    left.plot(np.arange(1, len(values) + 1), np.sort(values), "o")
    left.set(xlabel="starts, sorted by where they ended", ylabel="log-likelihood")
    right.plot(*points.T, ".", color="0.6", ms=4)
    _components(right, *worst[1:])
    right.set(title="The worst end", **FEATURES)
    return fig


def criteria(counts, aic, bic, points, R) -> Figure:
    """AIC and BIC against the number of components, and the points of the choice."""
    fig, (left, right) = shared.subplots(1, 2, size=(9, 3.7))
    for name, values, style in (("BIC", bic, "o-"), ("AIC", aic, "s--")):
        left.plot(counts, values, style, label=name)
        at = np.argmin(values)
        left.plot(counts[at], values[at], "o", ms=13, mfc="none", mec="black")
    left.set(xlabel="number of components", ylabel="criterion (less is better)")
    left.legend()
    _scatter(right, points, R, size=14)
    right.set(**FEATURES, aspect="equal")
    return fig


def paired_runs(table) -> Figure:
    """Held-out values of paired runs; `table`: columns (representation, start)."""
    fig = Figure(figsize=(10, 3.7))
    titled = [(name, table[name][["random", "kmeans"]]) for name in ("3d", "6d")]
    ylabel = "log-likelihood per star,\nheld-out stars (nats)"
    for axes, pairs in shared.panels(fig, titled, ylabel=ylabel):
        axes.plot([0, 1], pairs.T, "-", color="0.7", lw=1)
        for side, color in enumerate((REFERENCE, DATA)):
            ends = pairs.iloc[:, side]
            axes.plot(np.full(len(ends), side), ends, MARKERS[side], color=color)
            axes.hlines(ends.mean(), side - 0.12, side + 0.12, color="black")
        axes.set_xticks([0, 1], ["random start", "k-means start"])
        axes.set_xlim(-0.4, 1.4)
    return fig


def whole_catalogue(table) -> Figure:
    """BIC per star against the number of components, 3-D and 6-D, from a table."""
    fig = Figure(figsize=(9, 3.7))
    names = "number of components", "BIC / number of stars (nats)"
    groups = table.groupby("representation")
    for side, (axes, rows) in enumerate(shared.panels(fig, groups, *names)):
        bic = rows["bic_per_star"]
        axes.plot(rows["n_components"], bic, **shared.look(side, ls="-"))
        axes.axvline(33, color="black", lw=0.9, ls=":")
        axes.text(34, bic.max(), "33 satellites", va="top", fontsize=9)
    return fig


def _on_a_line(axes, points, R, grid, parts, size) -> None:
    """Weighted densities, and below them the points in their mixed colours."""
    densities = {k: (grid, part) for k, part in enumerate(parts.T)}
    shared.lines(axes, densities, marker="", lw=1.4)
    x = np.column_stack([points[:, 0], np.full(len(points), -0.008)])
    _scatter(axes, x, R, size=size)
    axes.set_ylim(-0.016, None)


def _scatter(axes, points, R, size=12) -> None:
    """Points in the mixed colour of their responsibilities, the marker of the first."""
    mixed = np.clip(R @ colors.to_rgba_array(PALETTE[: R.shape[1]])[:, :3], 0, 1)
    first = R.argmax(axis=1)
    style = {"edgecolors": "black", "linewidths": 0.2, "zorder": 3}
    for k in np.unique(first):
        own = first == k
        axes.scatter(*points[own].T, c=mixed[own], s=size, marker=MARKERS[k], **style)


def _components(axes, means, covariances, color=None, crosses=True) -> None:
    """Where each Gaussian is 1 and 2 standard deviations from its mean."""
    for k, (mean, covariance) in enumerate(zip(means, covariances, strict=True)):
        line = {"color": color or PALETTE[k], "lw": 1.3, "zorder": 4}
        for radius in (1, 2):
            circle = radius * np.array([np.cos(CIRCLE), np.sin(CIRCLE)])
            x, y = mean[:, None] + np.linalg.cholesky(covariance) @ circle
            axes.plot(x, y, LINES[k], **line)
        if crosses:
            axes.plot(*mean, "X", ms=9, color=PALETTE[k], mec="black", zorder=5)
