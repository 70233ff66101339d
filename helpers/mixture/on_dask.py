"""EM on data larger than the memory: the same sums, over a Dask array.

An iteration is a sum over blocks of rows, and the blocks may lie on other processes or
machines: only parameters go out and sums come back (Dean & Ghemawat 2008, MapReduce,
Commun. ACM 51, 107). The same for k-means: `helpers.kmeans.on_dask`.

Not handled: choosing a start (take a sample in memory for it). Dask is an optional
extra: `pip install -e ".[distributed]"`.
"""

import numpy as np

from helpers.fast import em_pass
from helpers.kmeans.on_dask import blocks_of_rows, for_each_block
from helpers.mixture.em_loop import EM, em_over_sums
from helpers.mixture.steps import Parameters


def em(
    X, start, covariance_type="full", *, tol=1e-3, reg_covar=1e-6, max_iter=100
) -> EM:
    """Return a run of EM on a Dask array of shape (n_samples, n_features).

    The chunks must hold whole rows (ValueError). `start` is a tuple of weights, means
    and covariances; the rest is as in `helpers.mixture.em`.
    """
    blocks = blocks_of_rows(X)
    # Where the data lie: each block sends its number of rows, ends and sums.
    parts = for_each_block(blocks, _extent)
    counts, low, high, sums = (np.array(part) for part in zip(*parts, strict=True))
    mean = sums.sum(axis=0) / counts.sum()
    data = em_pass.range_from(low.min(axis=0), high.max(axis=0), mean)

    def sum_over_blocks(state):
        first, *rest = for_each_block(blocks, em_pass.sums, state)
        return sum(rest, start=first)

    settings = covariance_type, tol, reg_covar, max_iter
    return em_over_sums(sum_over_blocks, Parameters(*start), data, *settings)


def _extent(rows) -> tuple:
    """Number of rows; the smallest, the largest and the sum of each feature."""
    return len(rows), rows.min(axis=0), rows.max(axis=0), rows.sum(axis=0)
