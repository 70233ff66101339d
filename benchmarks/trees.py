"""Single and Ward linkage of a whole catalogue, in little memory.

The peer is fastcluster's memory-saving routine, `linkage_vector`. At 10,000 stars all
heights are compared. With all 330,000 the peer would need too long: it runs on a tenth
of them, all heights of which are compared, too, and its time is multiplied by 100, the
growth of its n² algorithms (its two times tell whether they grow so).

Two peers of scikit-learn make clusters from their trees: HDBSCAN, which is single
linkage where the neighbourhood of a star is the star itself, and
AgglomerativeClustering.
"""

import fastcluster
import numpy as np
from sklearn.cluster import HDBSCAN, AgglomerativeClustering

from benchmarks.harness import Pair
from helpers import linkage
from helpers.stars import catalogue

N, PART, FEW = 330_000, 33_000, 8_250


def _stars(representation, n):
    """The standardised stars, or some of them at random."""
    table = catalogue.load().representation(representation)
    X = np.ascontiguousarray(catalogue.standardize(table, "standard"), dtype=float)
    return X[np.random.default_rng(0).permutation(N)[:n]]


def _equal_heights(ours, theirs):
    np.testing.assert_allclose(ours[:, 2], theirs[:, 2], rtol=1e-9)


def _pair(method, representation, d, n):
    """A tree of n stars; of all of them fastcluster makes that of a part."""
    part, make = min(n, PART), getattr(linkage, f"{method}_linkage")

    def same(ours, theirs):
        assert ours[-1, 3] == n
        assert (np.diff(ours[:, 2]) >= 0).all()
        _equal_heights(
            ours if n == part else make(_stars(representation, part)), theirs
        )

    return Pair(
        room="trees",
        work=f"{method} linkage",
        peer_name="fastcluster.linkage_vector",
        n=n,
        d=d,
        setup=lambda: (_stars(representation, n),),
        ours=make,
        peer=lambda X: fastcluster.linkage_vector(X[:part], method),
        same=same,
        repeats=3 if n < PART else 1,
        cost_of=(n / part) ** 2,
        note="" if n == part else f"peer extrapolated by n² from {part:,} stars",
    )


def _hdbscan(X):
    """Its tree, which has the heights in its third column."""
    model = HDBSCAN(min_cluster_size=2, min_samples=1, copy=True).fit(X)
    return np.array(model._single_linkage_tree_.tolist())


def _agglomerative(X):
    """Its 28 clusters."""
    return AgglomerativeClustering(28, linkage="ward").fit(X).labels_


def _one_to_one(ours, theirs):
    assert len(set(zip(ours, theirs, strict=True))) == 28


PAIRS = [
    _pair(method, representation, d, n)
    for method in ("single", "ward")
    for representation, d in (("3d", 3), ("6d", 6))
    for n in (10_000, N)
]
PAIRS += [
    Pair(
        room="trees",
        work="single linkage",
        peer_name="sklearn.cluster.HDBSCAN",
        n=PART,
        d=3,
        setup=lambda: (_stars("3d", PART),),
        ours=linkage.single_linkage,
        peer=_hdbscan,
        same=_equal_heights,
        repeats=3,
        note="the peer also picks clusters",
    ),
    Pair(
        room="trees",
        work="28 clusters by Ward linkage",
        peer_name="sklearn.cluster.AgglomerativeClustering",
        n=FEW,
        d=3,
        setup=lambda: (_stars("3d", FEW),),
        ours=lambda X: linkage.cut(linkage.ward_linkage(X), 28),
        peer=_agglomerative,
        same=_one_to_one,
        repeats=3,
    ),
]
