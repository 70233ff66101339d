"""Silhouettes for a whole sweep of k against scikit-learn's, one k after the other.

The peer's cost hardly depends on k, so it runs three of the 59 labelings. `all_stars`
is the exact silhouette of the whole catalogue, which has no peer that fits into memory
and minutes; it takes minutes itself, so it is no pair.
"""

import time

import numpy as np
from sklearn.metrics import silhouette_score

from benchmarks.harness import Pair
from helpers.kmeans import KMeans, silhouette
from helpers.stars import catalogue

N, KS, PART = 16_500, list(range(2, 61)), [2, 30, 60]


def _setup():
    """Standardised positions of a 5 % sample, and its labels for every k."""
    X = _positions()
    X = X[np.random.default_rng(0).choice(len(X), N, replace=False)]
    return X, [KMeans(k, random_state=0).fit(X).labels_ for k in KS]


def _positions():
    """Standardised positions of all stars."""
    table = catalogue.load().representation("3d")
    return np.ascontiguousarray(catalogue.standardize(table, "standard"), dtype=float)


def _peer(X, labelings):
    """The mean silhouette of a part of the labelings."""
    return [silhouette_score(X, labelings[KS.index(k)]) for k in PART]


def _same(ours, peer):
    """The means at the k that the peer has."""
    part = [ours[KS.index(k)] for k in PART]
    np.testing.assert_allclose(part, peer, rtol=0, atol=1e-6)


def all_stars(k=28):
    """Mean silhouette and seconds for one labeling of all stars."""
    X = _positions()
    labels = KMeans(k, random_state=0).fit(X).labels_
    start = time.perf_counter()
    return silhouette.silhouette_samples(X, labels).mean(), time.perf_counter() - start


PAIRS = [
    Pair(
        room="silhouette",
        work="mean silhouette for k = 2 to 60",
        peer_name="sklearn.metrics.silhouette_score for each k",
        n=N,
        d=3,
        setup=_setup,
        ours=silhouette.mean_silhouettes,
        peer=_peer,
        same=_same,
        repeats=2,
        cost_of=len(KS) / len(PART),
        note=f"the peer runs {len(PART)} of {len(KS)} labelings",
    )
]
