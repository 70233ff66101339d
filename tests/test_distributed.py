"""EM and k-means on a Dask array: what they give in memory."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import mixture
from helpers.kmeans import KMeans
from helpers.kmeans.on_dask import kmeans
from helpers.mixture.on_dask import em

dask = pytest.importorskip("dask")
arrays = pytest.importorskip("dask.array")

RNG = np.random.default_rng(3)
CENTERS = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 6.0]])
X = np.concatenate([RNG.normal(c, 1.0, (700, 2)) for c in CENTERS]) + 1e4
START = CENTERS + 1e4 + 0.5
ROWS = (513, -1)


@pytest.fixture(params=["synchronous", "threads"])
def lazy(request):
    with dask.config.set(scheduler=request.param):
        yield arrays.from_array(X, chunks=ROWS)


@pytest.mark.parametrize("kind", ["full", "diag"])
def test_em_gives_what_it_gives_in_memory(lazy, kind):
    widths = np.array([np.eye(2) if kind == "full" else np.ones(2)] * 3)
    start = (np.full(3, 1 / 3), START, widths)
    ours = em(lazy, start, kind, tol=1e-9)
    here = mixture.em(X, *start, kind, tol=1e-9)
    assert ours.converged
    np.testing.assert_allclose(ours.log_likelihoods, here.log_likelihoods, rtol=1e-9)
    for a, b in zip(ours.parameters, here.parameters, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_kmeans_gives_what_it_gives_in_memory(lazy):
    centers, sse, n_iter = kmeans(lazy, START)
    here = KMeans(3, init=START, n_init=1, tol=0).fit(X)
    order = np.lexsort(here.cluster_centers_.T)
    np.testing.assert_allclose(
        centers[np.lexsort(centers.T)], here.cluster_centers_[order], rtol=1e-12
    )
    assert sse == pytest.approx(here.inertia_, rel=1e-9)
    assert 2 <= n_iter <= here.n_iter_ + 1


def test_the_start_is_left_as_it_was(lazy):
    start = START.copy()
    kmeans(lazy, start)
    assert (start == START).all()


def test_an_empty_cluster_stays_and_max_iter_ends(lazy):
    far = np.vstack([START, [[-1e6, -1e6]]])
    centers, _, n_iter = kmeans(lazy, far, max_iter=1)
    assert n_iter == 1
    assert centers[3].tolist() == [-1e6, -1e6]


def test_chunks_that_divide_the_features_are_refused():
    lazy = arrays.from_array(X, chunks=(513, 1))
    with pytest.raises(ValueError, match="whole rows in each chunk"):
        kmeans(lazy, START)
    with pytest.raises(ValueError, match="whole rows in each chunk"):
        em(lazy, (np.ones(1), START[:1], np.eye(2)[None]))
