"""k-means on data larger than the memory: the same sums, over a Dask array.

An iteration is a sum over blocks of rows, and the blocks may lie on other processes or
machines: only centres go out and sums come back. Reference: Dean & Ghemawat 2008,
MapReduce, Commun. ACM 51, 107. The same for EM: `helpers.mixture.on_dask`.

Not handled: choosing a start (take a sample in memory for it); empty clusters, whose
centre stays where it is. Dask is an optional extra: `pip install -e ".[distributed]"`.
"""

from collections.abc import Callable

import numpy as np

from helpers.kmeans.lloyd import assign


def kmeans(X, centers, max_iter=300) -> tuple[np.ndarray, float, int]:
    """Return centres, SSE and number of iterations of Lloyd's k-means on a Dask array.

    X has shape (n_samples, n_features), in chunks of whole rows (ValueError); `centers`
    (n_clusters, n_features) is the start. It ends when no centre moves.
    """
    blocks, centers = blocks_of_rows(X), np.array(centers, dtype=float)
    n_iter, moved = 0, True
    while moved and n_iter < max_iter:
        # Every block assigns its own points, and sends back counts and sums.
        counts, sums, _ = _add(for_each_block(blocks, _cluster_sums, centers))
        filled, old = counts > 0, centers.copy()
        centers[filled] = sums[filled] / counts[filled, None]
        n_iter, moved = n_iter + 1, (centers != old).any()
    sse = _add(for_each_block(blocks, _cluster_sums, centers))[2]
    return centers, float(sse), n_iter


def blocks_of_rows(X) -> list:
    """One delayed array of whole rows for each chunk."""
    if X.ndim != 2 or X.numblocks[1] != 1:
        raise ValueError(
            f"X has chunks {X.chunks}; give a table with whole rows in each chunk, "
            "such as X.rechunk((100_000, -1))."
        )
    return list(X.to_delayed()[:, 0])


def for_each_block(blocks, function: Callable, *arguments) -> tuple:
    """The function of every block, in the order of the blocks."""
    import dask

    return dask.compute(*(dask.delayed(function)(b, *arguments) for b in blocks))


def _cluster_sums(rows, centers) -> tuple:
    """Of each cluster the number and the sum of its points; the SSE of all."""
    labels, costs = assign(rows, centers)
    sums = [np.bincount(labels, feature, len(centers)) for feature in rows.T]
    counts = np.bincount(labels, minlength=len(centers))
    return counts, np.column_stack(sums), costs.sum()


def _add(parts) -> tuple:
    """The sums of all blocks, in order."""
    return tuple(sum(part) for part in zip(*parts, strict=True))
