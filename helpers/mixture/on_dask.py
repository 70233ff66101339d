"""EM and k-means on data larger than the memory: the same sums, over a Dask array.

An iteration of either is a sum over blocks of rows, and the blocks may lie on other
processes or machines. Only parameters go out and sums come back; the estimators know
nothing of it. Reference: Dean & Ghemawat 2008, MapReduce, Commun. ACM 51, 107.

Not handled: choosing a start (take a sample in memory for it); empty clusters, whose
centre stays where it is. Dask is an optional extra: `pip install -e ".[distributed]"`.
"""

from __future__ import annotations

import numpy as np

from helpers.fast import em_pass
from helpers.kmeans import lloyd
from helpers.mixture.em_loop import EM, Parameters, iterate


def em(
    X, start, covariance_type="full", *, tol=1e-3, reg_covar=1e-6, max_iter=100
) -> EM:
    """Return a run of EM on a Dask array of shape (n_samples, n_features).

    The chunks must hold whole rows (ValueError). `start` is a tuple of weights, means
    and covariances; the rest is as in `mixture_em.em`.
    """
    blocks = _blocks(X)
    parts = _map(blocks, _extent)
    counts, low, high, sums = (np.array(part) for part in zip(*parts, strict=True))
    origin, low, high = sums.sum(0) / counts.sum(), low.min(0), high.max(0)
    reach = np.maximum(high - origin, origin - low)
    resolution = 4 * em_pass.EPS * np.maximum(np.abs(low), np.abs(high))
    where = em_pass.Frame(origin, reach, resolution)

    def total(step):
        first, *rest = _map(blocks, em_pass.sums, step)
        return sum(rest, start=first)

    start = Parameters(*start)
    return iterate(total, start, where, covariance_type, tol, reg_covar, max_iter)


def kmeans(X, centers, max_iter=300) -> tuple[np.ndarray, float, int]:
    """Return centres, SSE and number of iterations of Lloyd's k-means on a Dask array.

    X has shape (n_samples, n_features), in chunks of whole rows (ValueError); `centers`
    (n_clusters, n_features) is the start. It ends when no centre moves.
    """
    blocks, centers = _blocks(X), np.array(centers, dtype=float)
    n_iter, moved = 0, True
    while moved and n_iter < max_iter:
        counts, sums, _ = _add(_map(blocks, _cluster_sums, centers))
        filled, old = counts > 0, centers.copy()
        centers[filled] = sums[filled] / counts[filled, None]
        n_iter, moved = n_iter + 1, (centers != old).any()
    return centers, float(_add(_map(blocks, _cluster_sums, centers))[2]), n_iter


def _blocks(X) -> list:
    """One delayed array of whole rows for each chunk."""
    if X.ndim != 2 or X.numblocks[1] != 1:
        raise ValueError(
            f"X has chunks {X.chunks}; give a table with whole rows in each chunk, "
            "such as X.rechunk((100_000, -1))."
        )
    return list(X.to_delayed()[:, 0])


def _map(blocks, function, *arguments) -> tuple:
    """The function of every block, in the order of the blocks."""
    import dask

    return dask.compute(*(dask.delayed(function)(b, *arguments) for b in blocks))


def _extent(rows) -> tuple:
    """Number of rows; the smallest, the largest and the sum of each feature."""
    return len(rows), rows.min(axis=0), rows.max(axis=0), rows.sum(axis=0)


def _cluster_sums(rows, centers) -> tuple:
    """Of each cluster the number and the sum of its points; the SSE of all."""
    labels, costs = lloyd.assign(rows, centers)
    sums = [np.bincount(labels, feature, len(centers)) for feature in rows.T]
    counts = np.bincount(labels, minlength=len(centers))
    return counts, np.column_stack(sums), costs.sum()


def _add(parts) -> tuple:
    """The sums of all blocks, in order."""
    return tuple(sum(part) for part in zip(*parts, strict=True))
