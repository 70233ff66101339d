"""The pictures of chapter 06: Gaussian mixtures, step by step and on the stars."""

import numpy as np
from matplotlib import colors
from matplotlib.figure import Figure

from helpers.plots import DATA, LINES, MARKERS, PALETTE, REFERENCE, shared

CIRCLE = np.linspace(0, 2 * np.pi, 121)
BILLS = {"xlabel": "bill length (mm)", "ylabel": "bill depth (mm)"}


def partitions(points, panels) -> Figure:
    """Points by share; panels (title, shares, means, covariances or None)."""
    fig = Figure(figsize=(8, 4.6))
    rows = {"rows": len(panels), "sharex": True, "sharey": True}
    for axes, R, means, covariances in shared.panels(fig, panels, **rows):
        _scatter(axes, points, R, size=14)
        axes.plot(*means.T, "X", ms=11, color="black", mec="white", zorder=5)
        if covariances is not None:
            _components(axes, means, covariances, color="black", crosses=False)
        axes.set(aspect="equal", ylabel="second feature")
    axes.set_xlabel("first feature")
    return fig


def weighted_sum(grid, parts, weights, means, covariances) -> Figure:
    """A mixture in one dimension and in two; `parts` are weights times densities."""
    fig, (left, right) = shared.subplots(1, 2, size=(9, 3.8))
    named = {f"weight {w:g}": (grid, p) for w, p in zip(weights, parts.T, strict=True)}
    shared.lines(left, named, marker="")
    left.plot(grid, parts.sum(axis=1), "k-", lw=2.6, label="their sum", zorder=1)
    left.set(xlabel="years of school", ylabel="density (per year)")
    left.set(title="One feature", ylim=(0, 1.5 * parts.sum(axis=1).max()))
    left.legend(loc="upper left", fontsize=10, ncols=2)
    _components(right, means, covariances)
    right.set(title="Two features", xlabel="years of school")
    right.set_ylabel("number of children")
    return fig


def shares(points, R, grid, parts, marked: int) -> Figure:
    """Points on a line by responsibility, as colours and as bars; one is marked."""
    fig, (upper, lower) = shared.subplots(2, 1, height_ratios=[1.5, 1], size=(9, 5))
    _on_a_line(upper, points, R, grid, parts, size=34)
    shown = {"xytext": (-58, 62), "textcoords": "offset points", "ha": "center"}
    arrow = {"arrowstyle": "->", "color": "black"}
    at = points[marked], -0.004
    upper.annotate(f"point {marked + 1}", at, **shown, arrowprops=arrow, zorder=6)
    upper.set(xlabel="x", ylabel="weight × height")
    order, base = np.argsort(points), np.zeros(len(points))
    for k, part in enumerate(R[order].T):
        lower.bar(range(1, len(points) + 1), part, 0.8, base, color=PALETTE[k])
        base = base + part
    place = int(np.flatnonzero(order == marked)[0]) + 1
    lower.plot(place, 1.07, "v", color="black", clip_on=False)
    lower.set(xlabel="points, from left to right", ylabel="shares", ylim=(0, 1.02))
    lower.grid(visible=False)
    return fig


def iterations(points, panels, climb) -> Figure:
    """Eleven panels (title, shares, grid, parts), and the log-likelihood after each."""
    fig, grid = shared.subplots(3, 4, size=(10, 6.6))
    for axes, (title, *panel) in zip(grid.flat, panels, strict=False):
        _on_a_line(axes, points, *panel, size=16)
        axes.set_title(title, fontsize=10)
        axes.set(ylim=(-0.016, 0.15), xlim=(-22, 22))
        axes.label_outer()
    for axes in grid[:, 0]:
        axes.set_ylabel("weight × height", fontsize=9)
    last = grid.flat[-1]
    last.plot(range(len(climb)), climb, "o-", ms=4, color="black")
    last.set_title("Log-likelihood (nats)", fontsize=10)
    last.yaxis.tick_right()  # else its numbers push the column away
    last.set(ylim=(min(climb[1:]) - 3, max(climb) + 2), xlabel="iterations done")
    for axes in grid[2, :3]:
        axes.set_xlabel("x")
    return fig


def climbing(ratios, parts, grid, log_likelihood, lower, touches, tops) -> Figure:
    """Jensen's inequality for two numbers, and the bounds that it gives to EM."""
    fig, (left, right) = shared.subplots(1, 2, size=(10, 4.4), width_ratios=[1, 1.7])
    t = np.linspace(0.3, 4.6, 200)
    left.plot(t, np.log(t), "k-", label="ln")
    left.plot(ratios, np.log(ratios), "o--", color=DATA)
    mean, low = parts @ ratios, parts @ np.log(ratios)
    left.plot([mean, mean], [low, np.log(mean)], color=REFERENCE, lw=2.5)
    left.plot(mean, np.log(mean), "o", color="black", ms=8)
    left.plot(mean, low, "s", color=REFERENCE, ms=8)
    left.annotate("ln of the mean", (mean, np.log(mean)), (0.3, 0.86))
    left.annotate("mean of the ln", (mean, low), (mean + 0.25, low - 0.25))
    left.set(title="Jensen", xlabel="t", ylabel="ln t")
    right.plot(grid, log_likelihood, "k-", lw=2.4, label="log-likelihood")
    for k, values in enumerate(lower):
        color, label = PALETTE[k], f"bound after E {k + 1}"
        right.plot(grid, values, LINES[k + 1], color=color, label=label)
        right.plot(*touches[k], "o", ms=9, color=color, mec="black", zorder=4)
        right.plot(*tops[k], "^", ms=9, color=color, mec="black", zorder=4)
        up = [tops[k][0]] * 2, [tops[k][1], touches[k + 1][1]]
        right.plot(*up, ":", color="black", lw=1.2)
    right.plot([], [], "o", color="white", mec="black", label="E: touches")
    right.plot([], [], "^", color="white", mec="black", label="M: top")
    right.set(title="Three iterations", xlabel="mean of the third curve", ylabel="nats")
    right.set_ylim(log_likelihood.min() - 4, log_likelihood.max() + 1.5)
    right.legend(loc="upper right", fontsize=9.5)
    return fig


def half_step(points, title, R, means, covariances) -> Figure:
    """One frame: points by share (grey without), components as ellipses."""
    fig, axes = shared.subplots(size=(5, 2.3))
    if R is None:
        axes.plot(*points.T, ".", color="0.6", ms=5)
    else:
        _scatter(axes, points, R, size=14)
    _components(axes, means, covariances)
    axes.set(xlim=(30, 62), ylim=(12, 22.5), aspect="equal", **BILLS)
    axes.set_title(title, fontsize=10)
    return fig


def start_and_end(points, start, end, R, climb, new) -> Figure:
    """Contours at the start and at the end, and the log-likelihood; new points."""
    fig, (left, middle, right) = shared.subplots(1, 3, size=(10, 3.8))
    left.plot(*points.T, ".", color="0.6", ms=4)
    _scatter(middle, points, R, size=10)
    for axes, title, (_, *of) in ((left, "Start", start), (middle, "End", end)):
        _components(axes, *of)
        axes.set(title=title, xlim=(29, 63), ylim=(9, 24), **BILLS)
    middle.plot(*new, "*", ms=14, color="white", mec="black", zorder=6)
    right.plot(climb, "-", color="black")
    right.set(title="On the way", xlabel="iterations done")
    right.set(ylabel="log-likelihood (nats)", ylim=(climb[3], climb[-1] + 10))
    return fig


def shapes(points, panels) -> Figure:
    """The same points with four kinds of covariance; panels (title, R, means, C)."""
    fig = Figure(figsize=(10, 4.9))
    same = {"rows": 2, "sharex": True, "sharey": True}
    for axes, R, means, covariances in shared.panels(fig, panels, **same):
        _scatter(axes, points, R, size=10)
        _components(axes, means, covariances, color="black", crosses=False)
    for axes in fig.axes:
        axes.set(**BILLS, aspect="equal")
        axes.label_outer()
    return fig


def drawn(points, rare, made) -> Figure:
    """Points with the least likely marked, beside points drawn from the model."""
    fig, both = shared.subplots(1, 2, size=(9.5, 3.9), sharex=True, sharey=True)
    for axes, title, some in zip(both, ("Birds", "Drawn"), (points, made), strict=True):
        axes.plot(*some.T, ".", color=DATA, ms=5)
        axes.set(title=title, **BILLS)
    both[0].plot(*points[rare].T, "o", ms=11, mfc="none", mec=REFERENCE, mew=1.8)
    both[1].label_outer()
    return fig


def pause(points, panels, climb, stopped: int) -> Figure:
    """Two fits of the strips, and the log-likelihood on the way between them."""
    fig = Figure(figsize=(10, 3.9))
    upper, lower = fig.subfigures(1, 2, width_ratios=[1.15, 1])
    for axes, R, means, covariances in shared.panels(upper, panels, rows=2):
        _scatter(axes, points, R, size=8)
        _components(axes, means, covariances, color="black", crosses=False)
        axes.set(aspect="equal", ylabel="second feature")
    axes.set_xlabel("first feature")
    axes = lower.subplots()
    axes.plot(climb, "-", color="black")
    axes.plot(stopped, climb[stopped], "s", color=REFERENCE, ms=9)
    axes.annotate(
        "stops here", (stopped, climb[stopped]), (stopped, climb[stopped] + 20)
    )
    axes.set(xlabel="iterations done", ylabel="log-likelihood (nats)")
    return fig


def ends(values, points, summits) -> Figure:
    """Where many starts ended, sorted; and some ends (title, R, means, covariances)."""
    fig = Figure(figsize=(10, 3.7))
    first, *others = fig.subplots(1, 1 + len(summits), width_ratios=[1.1, 1, 1])
    first.plot(np.arange(1, len(values) + 1), np.sort(values), "o", color=DATA)
    first.set(xlabel="starts, sorted", ylabel="log-likelihood (nats)", title="Ends")
    for axes, (title, R, means, covariances) in zip(others, summits, strict=True):
        _scatter(axes, points, R, size=10)
        _components(axes, means, covariances, color="black", crosses=False)
        axes.set(title=title, xlim=(31, 61), ylim=(12.5, 22), **BILLS)
    return fig


def criteria(counts, aic, bic, points, R) -> Figure:
    """AIC and BIC against the number of components, and the points of the choice."""
    fig, (left, right) = shared.subplots(1, 2, size=(9, 4), width_ratios=[1.25, 1])
    for name, values, style in (("BIC", bic, "o-"), ("AIC", aic, "s--")):
        left.plot(counts, values, style, label=name)
        at = np.argmin(values)
        left.plot(counts[at], values[at], "o", ms=13, mfc="none", mec="black")
    left.set(xlabel="number of components", ylabel="criterion (less is better)")
    left.set_xticks(counts[::3])
    left.legend()
    _scatter(right, points, R, size=14)
    least = points[R.max(axis=1).argmin()]
    right.plot(*least, "o", ms=14, mfc="none", mec="black", mew=1.6, zorder=6)
    shown = {"xytext": (18, 62), "textcoords": "offset points"}
    right.annotate("least sure", least, **shown, arrowprops={"arrowstyle": "-"})
    right.set(xlabel="first feature", ylabel="second feature", aspect="equal")
    return fig


def misled(panels) -> Figure:
    """Sets of points (title, points, R, means, covariances) and what BIC chose."""
    fig = Figure(figsize=(9.5, 4.1))
    for axes, points, R, means, covariances in shared.panels(fig, panels):
        if R is None:
            axes.plot(*points.T, ".", color="0.6", ms=4)
        else:
            _scatter(axes, points, R, size=10)
        _components(axes, means, covariances, color="black", crosses=False)
        axes.set(xlabel="first feature", ylabel="second feature", aspect="equal")
    return fig


def on_the_stars(x, y, means, covariances, xlabel, ylabel) -> Figure:
    """Stars in two features, and the components of a mixture as ellipses."""
    fig, axes = shared.subplots(size=(8.5, 5.2))
    axes.plot(x, y, color="0.72", **shared.DUST)
    for mean, covariance in zip(means, covariances, strict=True):
        axes.plot(*_ellipse(mean, covariance, 2), color=DATA, lw=1.4)
        axes.plot(*mean, ".", color=DATA, ms=6)
    shared.as_map(axes, x, y, xlabel, ylabel)
    return fig


def bic_of_stars(table, mark: int) -> Figure:
    """BIC a star above its least, of each start, for samples of three sizes."""
    fig = Figure(figsize=(10, 4.2))
    names = "number of components", "BIC a star, above the least"
    groups = table.groupby("representation")
    for axes, rows in shared.panels(fig, groups, *names, sharey=True):
        for side, (n, some) in enumerate(rows.groupby("n_stars")):
            above = some["bic_per_star"] - some["bic_per_star"].min()
            look = shared.look(side, ms=5)
            axes.plot(some["n_components"], above, **look | {"ls": "", "alpha": 0.45})
            best = above.groupby(some["n_components"]).min()
            axes.plot(best, **look | {"marker": ""}, label=f"{n:,} stars")
            at = best.idxmin()
            axes.plot(at, 0, **look | {"ms": 13, "mfc": "none", "clip_on": False})
        axes.axvline(mark, color="black", lw=1, ls=":")
        axes.text(mark + 1, 0.56, f"the report's {mark}", fontsize=10)
        axes.set_ylim(-0.01, 0.6)
    fig.axes[0].legend(loc="upper right", bbox_to_anchor=(1, 0.9), fontsize=10)
    return fig


def _on_a_line(axes, points, R, grid, parts, size) -> None:
    """Weighted densities, and below them the points in their mixed colours."""
    densities = {k: (grid, part) for k, part in enumerate(parts.T)}
    shared.lines(axes, densities, marker="", lw=1.4)
    _scatter(axes, np.column_stack([points, np.full(len(points), -0.008)]), R, size)
    axes.set_ylim(-0.016, None)


def _scatter(axes, points, R, size=12) -> None:
    """Points in the mixed colour of their responsibilities, the marker of the first."""
    rgb = colors.to_rgba_array([PALETTE[k % 7] for k in range(R.shape[1])])[:, :3]
    mixed, first = np.clip(R @ rgb, 0, 1), R.argmax(axis=1)
    style = {"edgecolors": "black", "linewidths": 0.2, "zorder": 3}
    for k in np.unique(first):
        own, marker = first == k, MARKERS[k % len(MARKERS)]
        axes.scatter(*points[own].T, c=mixed[own], s=size, marker=marker, **style)


def _components(axes, means, covariances, color=None, crosses=True) -> None:
    """Where each Gaussian is 1 and 2 standard deviations from its mean."""
    for k, (mean, covariance) in enumerate(zip(means, covariances, strict=True)):
        line = {"color": color or PALETTE[k], "lw": 1.4, "zorder": 4}
        for radius in (1, 2):
            x, y = _ellipse(mean, covariance, radius)
            axes.plot(x, y, ls=LINES[k % len(LINES)], **line)
        if crosses:
            axes.plot(*mean, "X", ms=9, color=PALETTE[k], mec="black", zorder=5)


def _ellipse(mean, covariance, radius) -> np.ndarray:
    """The places at a number of standard deviations from the mean, (2, n)."""
    circle = radius * np.array([np.cos(CIRCLE), np.sin(CIRCLE)])
    return np.asarray(mean)[:, None] + np.linalg.cholesky(covariance) @ circle
