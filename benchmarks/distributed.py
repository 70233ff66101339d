"""EM and k-means on a cluster of two processes with less memory than the data.

The data are the stars of the catalogue 110 times, each moved a little, in files of
330,000 rows. The same work is done in the memory of this process, and the results are
compared. Needs the extra `distributed`.
"""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning

from benchmarks.harness import resident, run
from helpers import mixture
from helpers.course.notebooks import PAGES
from helpers.kmeans import KMeans
from helpers.kmeans.on_dask import kmeans as kmeans_on_dask
from helpers.mixture import GaussianMixture
from helpers.mixture.on_dask import em as em_on_dask
from helpers.stars import catalogue

K, COPIES, LIMIT_MB, N_ITER = 28, 110, 400, 3


def main() -> None:
    """Measure, compare, and write distributed.csv for the page on it."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    from dask.distributed import Client, LocalCluster

    stars = catalogue.standardize(catalogue.load().representation("3d")).to_numpy()
    rough = GaussianMixture(K, tol=0.01, random_state=0).fit(stars[::100])
    start = rough.weights_, rough.means_, rough.covariances_
    limits = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with tempfile.TemporaryDirectory() as folder:
        blocks = write_blocks(stars, Path(folder))
        with (
            LocalCluster(memory_limit=f"{LIMIT_MB}MB", **limits) as cluster,
            Client(cluster) as client,
        ):
            there = [run(work, (lazy(blocks), start)) for work in (em, kmeans)]
            peaks = client.run(resident, "VmHWM")
        X = np.concatenate([np.load(block) for block in blocks])
    here = [run(work, (X, start)) for work in (em_here, kmeans_here)]
    assert max(peaks.values()) < LIMIT_MB < X.nbytes / 2e6
    rows = [row(*what) for what in zip(("EM", "k-means"), there, here, strict=True)]
    table = pd.DataFrame(rows).assign(**{
        "stars": len(X),
        "data (MB)": round(X.nbytes / 1e6),
        "limit of a worker (MB)": LIMIT_MB,
        "most in a worker (MB)": round(max(peaks.values())),
    })  # fmt: skip
    shown = table.set_index("work").astype(object).T.map("{:,}".format)
    print(shown.to_string())
    shown.to_csv(PAGES / "distributed.csv", index_label="")


def write_blocks(stars, folder: Path) -> list[Path]:
    """The stars COPIES times, each moved a little, a file for each copy."""
    rng, blocks = np.random.default_rng(0), []
    for copy in range(COPIES):
        blocks.append(folder / f"{copy}.npy")
        np.save(blocks[-1], stars + rng.normal(scale=1e-3, size=stars.shape))
    return blocks


def lazy(blocks):
    """A Dask array that reads a file whenever its rows are asked for."""
    from dask import array, delayed

    shape = np.load(blocks[0], mmap_mode="r").shape
    parts = [array.from_delayed(delayed(np.load)(b), shape, float) for b in blocks]
    return array.concatenate(parts)


def em(X, start):
    return em_on_dask(X, start, tol=0, max_iter=N_ITER).parameters.means


def em_here(X, start):
    return mixture.em(X, *start, tol=0, max_iter=N_ITER).parameters.means


def kmeans(X, start):
    return kmeans_on_dask(X, start[1], max_iter=N_ITER)[0]


def kmeans_here(X, start):
    return KMeans(K, init=start[1], tol=0, max_iter=N_ITER).fit(X).cluster_centers_


def row(name, there, here) -> dict:
    """Seconds of both; their results must be the same, in whatever order."""
    (means, seconds, _), (expected, seconds_here, _) = there, here
    means, expected = (m[np.lexsort(m.T)] for m in (means, expected))
    np.testing.assert_allclose(means, expected, rtol=1e-9, atol=1e-9)
    return {
        "work": f"{N_ITER} iterations of {name}, k = {K}",
        "seconds, two workers": float(f"{seconds:.3g}"),
        "seconds, in memory": float(f"{seconds_here:.3g}"),
    }


if __name__ == "__main__":
    main()
