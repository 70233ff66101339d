"""What a clustering found: against the truth, against others, cluster by cluster.

The numbers of clusters are arbitrary, so two clusterings are compared only through the
table of how many points each pair of clusters shares (Hubert & Arabie 1985, Journal of
Classification 2, 193). Matching gives each cluster the number of a cluster of the other
clustering, such that the pairs share as many points as possible (Kuhn 1955, Naval
Research Logistics Quarterly 2, 83); many clusterings, matched, vote (cf. Strehl & Ghosh
2002, Journal of Machine Learning Research 3, 583). Scores are corrected for chance as
in Vinh, Epps & Bailey 2010, Journal of Machine Learning Research 11, 2837. Time and
memory grow with the number of points, never with its square.

A negative label says that a point is in no cluster (noise, as HDBSCAN marks it).

Not handled: soft or overlapping clusters, hierarchies, weights of points.
"""

import itertools

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn import metrics

from helpers import _checks

ENOUGH = 0.5
"""A group is found if one cluster has at least this purity and this completeness."""


# --- against the truth --------------------------------------------------------------


def contingency(truth, labels) -> pd.DataFrame:
    """Return how many points each group (row) and each cluster (column) share.

    Both are whole numbers (n_samples,); points in no cluster have the column (or row)
    of their negative label.

    >>> contingency([0, 0, 1], [5, 4, 4]).to_dict("list")
    {4: [1, 1], 5: [1, 0]}
    """
    truth = _checks.labels(truth, name="truth")
    labels = _checks.labels(labels, len(truth))
    a, groups = pd.factorize(truth, sort=True)
    b, clusters = pd.factorize(labels, sort=True)
    return pd.DataFrame(
        _shared(a, b, len(groups), len(clusters)),
        pd.Index(groups, name="truth"),
        pd.Index(clusters, name="cluster"),
    )


def found_groups(truth, labels) -> pd.DataFrame:
    """Return for each true group its best cluster, and whether that has found it.

        purity = shared / cluster size,   completeness = shared / group size

    Best is the cluster whose smaller one of the two is largest; no cluster wins two
    groups, also where they share it evenly. (Helmi & de Zeeuw 2000, MNRAS 319, 657,
    count what they recover in such a way.)

    Parameters
    ----------
    truth, labels : array-like of shape (n_samples,)
        Points with a negative label are in no cluster, but still belong to their group.

    Returns
    -------
    DataFrame of shape (n_groups, 5), indexed by group
        `size`, `cluster` (-1 and zeros where the group shares no point with any),
        `purity`, `completeness`, `found` (both at least `ENOUGH`).

    >>> found_groups([0, 0, 0, 1], [4, 4, 6, 6])[["cluster", "found"]].to_numpy()
    array([[4, True],
           [6, True]], dtype=object)
    """
    shared = contingency(truth, labels)
    # Every pair of a group and a cluster has a purity and a completeness.
    size = shared.sum(axis=1)
    shared = shared.loc[:, shared.columns >= 0]
    purity = shared / shared.sum(axis=0)
    completeness = shared.div(size, axis=0)
    if shared.shape[1] == 0:
        purity[-1] = completeness[-1] = 0.0
    # The best cluster of a group has the largest smaller one of the two.
    smaller = np.minimum(purity, completeness).to_numpy()
    best, found = smaller.argmax(axis=1), np.zeros(len(size), dtype=bool)
    # No cluster wins two groups: of those that suffice, each group gets its own.
    enough = np.where(smaller >= ENOUGH, smaller, 0)
    groups, clusters = linear_sum_assignment(enough, maximize=True)
    won = enough[groups, clusters] > 0
    best[groups[won]], found[groups[won]] = clusters[won], True
    each = np.arange(len(size))
    table = pd.DataFrame({"size": size, "cluster": purity.columns.to_numpy()[best]})
    table["purity"] = purity.to_numpy()[each, best]
    table["completeness"] = completeness.to_numpy()[each, best]
    table.loc[table["purity"] == 0, "cluster"] = -1
    table["found"] = found
    return table


def scores(truth, labels) -> dict[str, float]:
    """Return three scores of agreement; 1 is perfect.

    "ARI" (adjusted Rand index, Hubert & Arabie 1985) and "AMI" (adjusted mutual
    information, Vinh, Epps & Bailey 2010) are near 0 by chance; "V" (V-measure of
    Rosenberg & Hirschberg 2007) is raised by chance and by many clusters. Points in no
    cluster count as one cluster more.

    >>> scores([0, 0, 1, 1], [1, 1, 0, 0])
    {'ARI': 1.0, 'AMI': 1.0, 'V': 1.0}
    """
    truth = _checks.labels(truth, name="truth")
    labels = _checks.labels(labels, len(truth))
    measures = {
        "ARI": metrics.adjusted_rand_score,
        "AMI": metrics.adjusted_mutual_info_score,
        "V": metrics.v_measure_score,
    }
    return {name: float(score(truth, labels)) for name, score in measures.items()}


# --- cluster by cluster -------------------------------------------------------------


def cluster_table(X, labels) -> pd.DataFrame:
    """Return size, spread and centre of each cluster.

    SSE = Σ |x − c|² over the cluster's points grows with their number; SSE / size, the
    mean squared distance, does not.

    X (n_samples, n_features) is scaled, so that the features weigh alike; points with a
    negative label are left out. The columns, a row for each label: `size`; `SSE` and
    `mean_squared` (unit of X squared); then the coordinates of the centre, the mean, as
    "center " and the feature's name or number.

    >>> cluster_table([[0.0], [2.0], [9.0]], [4, 4, 8]).loc[4].to_dict()
    {'size': 2.0, 'SSE': 2.0, 'mean_squared': 1.0, 'center 0': 1.0}
    """
    features = getattr(X, "columns", None)
    X = _checks.points(X)
    names, codes = coded(_checks.labels(labels, len(X)))
    X, codes = X[codes >= 0], codes[codes >= 0]
    size = np.bincount(codes, minlength=len(names))

    def mean(values):
        return np.bincount(codes, values, len(names)) / size

    centers = np.column_stack([mean(x) for x in X.T])
    mean_squared = mean(((X - centers[codes]) ** 2).sum(axis=1))
    table = {"size": size, "SSE": mean_squared * size, "mean_squared": mean_squared}
    features = range(X.shape[1]) if features is None else features
    table |= {f"center {f}": c for f, c in zip(features, centers.T, strict=True)}
    return pd.DataFrame(table, index=pd.Index(names, name="label"))


# --- against other clusterings ------------------------------------------------------


def match_labels(reference, labels) -> np.ndarray:
    """Number clusters after those of a reference with which they share most points.

    Of all ways to pair the clusters of both, the one whose pairs share the largest
    number of points is taken (an assignment problem).

    Both are (n_samples,); negative labels stay what they are. Clusters that are left
    over, because the reference has fewer, get the numbers after its largest, in order
    of their own.

    >>> match_labels([0, 0, 1, 1, 2], [8, 8, 6, 6, 6])
    array([0, 0, 1, 1, 1])
    """
    reference = _checks.labels(reference, name="reference")
    labels = _checks.labels(labels, len(reference))
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

    >>> labels, certainty = consensus([[0, 0, 1], [1, 1, 0], [5, 7, 7]])
    >>> labels, certainty.round(2)
    (array([0, 0, 1]), array([1.  , 0.67, 1.  ]))
    """
    runs, sizes = _all_coded(labelings)
    # The reference: the clustering that agrees best with all others.
    best = _medoid(runs, sizes)
    k = sizes[best]
    reference = _by_size(runs[best], k)
    votes = np.zeros((len(reference), k + 2), dtype=np.int32)
    each = np.arange(len(reference))
    for codes, size in zip(runs, sizes, strict=True):
        # Each cluster votes for its partner in the reference, at all its points.
        voice = np.full(size + 1, k + 1)  # column k + 1: no vote
        rows, columns = _pairs(reference, codes, k, size)
        voice[columns], voice[-1] = rows, k  # column k: in no cluster
        votes[each, voice[codes]] += 1
    winner = votes[:, : k + 1].argmax(axis=1)
    certainty = votes[each, winner] / len(runs)
    return _by_size(np.where(winner < k, winner, -1), k), certainty


def coded(labels) -> tuple[np.ndarray, np.ndarray]:
    """The labels that are clusters, in order; each point's place there, -1 for none.

    >>> coded([5, 9, -1, 5])
    (array([5, 9]), array([ 0,  1, -1,  0]))
    """
    codes, names = pd.factorize(np.asarray(labels), sort=True)
    n_negative = np.count_nonzero(names < 0)
    return names[n_negative:], np.maximum(codes - n_negative, -1)


def _all_coded(labelings) -> tuple[list, list]:
    """All clusterings coded, and their numbers of clusters."""
    checked = []
    for number, labels in enumerate(_checks.sequence(labelings, "labelings")):
        n_samples = len(checked[0]) if checked else None
        checked.append(_checks.labels(labels, n_samples, f"labelings[{number}]"))
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
