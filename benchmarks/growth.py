"""How the cost grows with the number of stars: a table, a picture, the exponents.

Each method runs once for each n, from 1,000 stars to as many as memory and some minutes
allow; where that takes less than 1 second it runs three times, and the fastest counts.
Beyond the 330,000 of the catalogue stars are repeated, each moved a little. The
exponent b of seconds ~ n^b is fitted to the upper half of the points, where the fixed
cost of a call no longer counts.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.exceptions import ConvergenceWarning

from benchmarks.harness import run
from helpers import hopkins, linkage, plots
from helpers.kmeans import KMeans, silhouette
from helpers.mixture import GaussianMixture
from helpers.stars import catalogue

FOLDER = Path(__file__).parent
K = 28
SIZES = (1_000, 3_300, 10_000, 33_000, 100_000, 330_000, 1_000_000, 3_300_000)
FIVE = {"tol": 0, "max_iter": 5, "random_state": 0}
# Each method, and the most stars that it is given.
METHODS = {
    f"k-means, 10 iterations, k = {K}": (
        lambda X: KMeans(K, init=X[:K], tol=0, max_iter=10).fit(X),
        3_300_000,
    ),
    f"EM, 5 iterations, {K} components": (
        lambda X: GaussianMixture(K, init_params="random_from_data", **FIVE).fit(X),
        3_300_000,
    ),
    "Hopkins, n / 10 probes": (
        lambda X: hopkins.hopkins(X, len(X) // 10, np.random.default_rng(0)),
        3_300_000,
    ),
    "single linkage": (linkage.single_linkage, 1_000_000),
    "Ward linkage": (linkage.ward_linkage, 330_000),
    "average linkage": (lambda X: linkage.linkage(X, "average"), 10_000),
    f"exact silhouette, k = {K}": (
        lambda X: silhouette.silhouette_samples(X, np.arange(len(X)) % K),
        33_000,
    ),
}


def main() -> None:
    """Measure, and write growth.csv and growth.png beside this file."""
    rng = np.random.default_rng(0)
    stars = catalogue.standardize(catalogue.load().representation("3d")).to_numpy()
    stars = np.tile(rng.permutation(stars), (SIZES[-1] // len(stars), 1))
    stars[330_000:] += rng.normal(scale=1e-3, size=stars[330_000:].shape)
    rows = []
    for method, (work, most) in METHODS.items():
        for n in (n for n in SIZES if n <= most):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                costs = [run(work, (stars[:n],))[1:]]
                if costs[0][0] < 1:
                    costs += [run(work, (stars[:n],))[1:] for _ in range(2)]
            seconds, peak = min(costs)[0], max(cost[1] for cost in costs)
            rows.append({"method": method, "n": n, "seconds": seconds, "peak_MB": peak})
        print(f"{method}: {seconds:.3g} s for {n:,} stars", flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(FOLDER / "growth.csv", index=False, float_format="%.3g")
    plots.setup()
    draw(table).savefig(FOLDER / "growth.png", metadata={"Software": None})


def exponents(table: pd.DataFrame) -> pd.Series:
    """The exponent of each method, from the upper half of its points."""
    fits = {}
    for method, rows in table.groupby("method", sort=False):
        upper = np.log(rows[["n", "seconds"]].iloc[len(rows) // 2 :])
        fits[method] = np.polyfit(upper["n"], upper["seconds"], 1)[0]
    return pd.Series(fits, name="exponent")


def draw(table: pd.DataFrame) -> Figure:
    """Seconds against n on logarithmic axes, the exponents beside the lines."""
    fig = Figure(figsize=(8, 5))
    axes = fig.subplots()
    for i, (method, exponent) in enumerate(exponents(table).items()):
        rows = table[table["method"] == method]
        axes.loglog(
            rows["n"],
            rows["seconds"],
            plots.MARKERS[i] + "-",
            color=plots.PALETTE[i],
            label=f"{method}: $n^{{{exponent:.2f}}}$",
        )
    axes.set(xlabel="stars, n", ylabel="seconds on two cores")
    axes.legend(fontsize=9)
    return fig


if __name__ == "__main__":
    main()
