"""Labels of two clusterings, and of many: what they share, matching, consensus.

The numbers of clusters are arbitrary, so two clusterings are compared only through the
table of how many points each pair of clusters shares. Matching gives each cluster the
number of a cluster of the other clustering, such that the pairs share as many points as
possible (Kuhn 1955, Naval Research Logistics Quarterly 2, 83). Time and memory grow
with the number of points, never with its square.

A negative label says that a point is in no cluster (noise, as HDBSCAN marks it).

Not handled: soft or overlapping clusters, hierarchies, weights of points.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from helpers import arrays


def contingency(truth, labels) -> pd.DataFrame:
    """Return how many points each group (row) and each cluster (column) share.

    Parameters
    ----------
    truth, labels : array-like of shape (n_samples,)

    Returns
    -------
    DataFrame of shape (n_groups, n_clusters)
        Points in no cluster have the column (or row) of their negative label.

    Raises
    ------
    TypeError, ValueError
        If they are not whole numbers, or differ in length.

    References
    ----------
    Hubert & Arabie 1985, Journal of Classification 2, 193.

    Examples
    --------
    >>> contingency([0, 0, 1], [5, 4, 4]).to_dict("list")
    {4: [1, 1], 5: [1, 0]}
    """
    truth = arrays.labels(truth, name="truth")
    labels = arrays.labels(labels, len(truth))
    groups, a = np.unique(truth, return_inverse=True)
    clusters, b = np.unique(labels, return_inverse=True)
    return pd.DataFrame(
        _shared(a, b, len(groups), len(clusters)),
        pd.Index(groups, name="truth"),
        pd.Index(clusters, name="cluster"),
    )


def match_labels(reference, labels) -> np.ndarray:
    """Number clusters after those of a reference with which they share most points.

    Of all ways to pair the clusters of both, the one whose pairs share the largest
    number of points is taken (the Hungarian method).

    Parameters
    ----------
    reference, labels : array-like of shape (n_samples,)
        Negative labels stay what they are.

    Returns
    -------
    ndarray of shape (n_samples,)
        `labels` renumbered. Clusters that are left over, because the reference has
        fewer, get the numbers after its largest, in order of their own.

    Raises
    ------
    TypeError, ValueError
        If they are not whole numbers, or differ in length.

    References
    ----------
    Kuhn 1955, Naval Research Logistics Quarterly 2, 83.

    Examples
    --------
    >>> match_labels([0, 0, 1, 1, 2], [8, 8, 6, 6, 6])
    array([0, 0, 1, 1, 1])
    """
    reference = arrays.labels(reference, name="reference")
    labels = arrays.labels(labels, len(reference))
    numbers, a = coded(reference)
    names, b = coded(labels)
    rows, columns = _pairs(a, b, len(numbers), len(names))
    new = np.full(len(names), -1)
    new[columns] = numbers[rows]
    left_over = np.flatnonzero(new < 0)
    new[left_over] = np.arange(len(left_over)) + max(reference.max() + 1, 0)
    return np.where(b < 0, labels, np.append(new, -1)[b])


def consensus(labelings) -> tuple[np.ndarray, np.ndarray]:
    """Return the label that most clusterings give each point, and how many they are.

    The clustering that agrees best with all others is the reference; each of the others
    is matched to it and votes. A cluster without a partner in the reference has no
    vote, "in no cluster" has one; a tie goes to the larger cluster of the reference.

    Parameters
    ----------
    labelings : sequence of array-like of shape (n_samples,)
        One clustering each; their numbers of clusters may differ.

    Returns
    -------
    labels : ndarray of shape (n_samples,)
        In order of size, 0 the largest; -1 where most say "in no cluster".
    certainty : ndarray of shape (n_samples,)
        Share of the clusterings that voted for that label, above 0, at most 1.

    Raises
    ------
    TypeError, ValueError
        If there is no clustering, or they differ in length.

    References
    ----------
    Strehl & Ghosh 2002, Journal of Machine Learning Research 3, 583.

    Examples
    --------
    >>> labels, certainty = consensus([[0, 0, 1], [1, 1, 0], [5, 7, 7]])
    >>> labels, certainty.round(2)
    (array([0, 0, 1]), array([1.  , 0.67, 1.  ]))
    """
    runs, sizes = _all_coded(labelings)
    best = _medoid(runs, sizes)
    k = sizes[best]
    reference = _by_size(runs[best], k)
    votes = np.zeros((len(reference), k + 2), dtype=np.int32)
    each = np.arange(len(reference))
    for codes, size in zip(runs, sizes, strict=True):
        voice = np.full(size + 1, k + 1)  # column k + 1: no vote
        rows, columns = _pairs(reference, codes, k, size)
        voice[columns], voice[-1] = rows, k  # column k: in no cluster
        votes[each, voice[codes]] += 1
    winner = votes[:, : k + 1].argmax(axis=1)
    certainty = votes[each, winner] / len(runs)
    return _by_size(np.where(winner < k, winner, -1), k), certainty


def coded(labels) -> tuple[np.ndarray, np.ndarray]:
    """Return the labels that are clusters, in order, and each point's place there.

    A point in no cluster has the place -1.

    Examples
    --------
    >>> coded([5, 9, -1, 5])
    (array([5, 9]), array([ 0,  1, -1,  0]))
    """
    names, codes = np.unique(labels, return_inverse=True)
    n_negative = np.count_nonzero(names < 0)
    return names[n_negative:], np.maximum(codes - n_negative, -1)


def _all_coded(labelings) -> tuple[list, list]:
    """All clusterings coded, and their numbers of clusters."""
    checked = []
    for number, labels in enumerate(arrays.sequence(labelings, "labelings")):
        n_samples = len(checked[0]) if checked else None
        checked.append(arrays.labels(labels, n_samples, f"labelings[{number}]"))
    if not checked:
        raise ValueError("labelings is empty; give at least one clustering.")
    names, codes = zip(*map(coded, checked), strict=True)
    return list(codes), [len(n) for n in names]


def _shared(a, b, n_a, n_b) -> np.ndarray:
    """How many points each pair of codes shares, (n_a, n_b); -1 takes no part."""
    inside = (a >= 0) & (b >= 0)
    pairs = np.bincount(a[inside] * n_b + b[inside], minlength=n_a * n_b)
    return pairs.reshape(n_a, n_b)


def _pairs(a, b, n_a, n_b) -> tuple[np.ndarray, np.ndarray]:
    """The pairing that shares most points: codes of the first, of the second."""
    return linear_sum_assignment(_shared(a, b, n_a, n_b), maximize=True)


def _by_size(codes, n_clusters) -> np.ndarray:
    """The codes numbered anew, largest cluster first, ties in order of their own."""
    size = np.bincount(codes[codes >= 0], minlength=n_clusters)
    rank = np.argsort(np.argsort(-size, kind="stable"))
    return np.append(rank, -1)[codes]


def _medoid(runs, sizes) -> int:
    """The clustering that shares most points with all others, when matched to each."""
    agreement = np.zeros(len(runs), dtype=int)
    for i, j in itertools.combinations(range(len(runs)), 2):
        table = _shared(runs[i], runs[j], sizes[i], sizes[j])
        agreement[[i, j]] += table[linear_sum_assignment(table, maximize=True)].sum()
    return int(agreement.argmax())
