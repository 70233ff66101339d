"""What a clustering found: tables of its clusters, and its score against the truth.

How the labels of two clusterings are compared is told in `matching`, whose functions
are names of this module too. Time and memory grow with the number of points, never with
its square.

A negative label says that a point is in no cluster (noise, as HDBSCAN marks it).

Reference: Vinh, Epps & Bailey 2010, Journal of Machine Learning Research 11, 2837.

Not handled: soft or overlapping clusters, hierarchies, weights of points.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import pdist, squareform
from sklearn import metrics

from helpers import arrays
from helpers.matching import coded, consensus, contingency, match_labels

__all__ = [
    "canonical",
    "center_distances",
    "cluster_table",
    "consensus",
    "contingency",
    "match_labels",
    "recovered",
    "scores",
]

ENOUGH = 0.5
"""A group is found if one cluster has at least this purity and this completeness."""


def canonical(labels, X) -> np.ndarray:
    """Number clusters by size, ties by the first coordinate of the centre.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Negative ones stay.
    X : array-like of shape (n_samples, n_features)

    Returns
    -------
    ndarray of shape (n_samples,)
        0 is the largest cluster; so two runs that agree have the same labels.

    Raises
    ------
    TypeError, ValueError
        If labels and points do not fit.

    Examples
    --------
    >>> canonical([7, 7, 3, 5], [[0.0], [0.0], [9.0], [8.0]])
    array([0, 0, 2, 1])
    """
    table = cluster_table(X, labels)
    order = np.lexsort((table.iloc[:, 3], -table["size"]))
    codes = coded(arrays.labels(labels))[1]
    return np.append(np.argsort(order), -1)[codes]


def cluster_table(X, labels) -> pd.DataFrame:
    """Return size, spread and centre of each cluster.

    SSE = Σ |x − c|² over the cluster's points grows with their number; SSE / size, the
    mean squared distance, does not.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Scaled, so that the features weigh alike.
    labels : array-like of shape (n_samples,)
        Points with a negative label are left out.

    Returns
    -------
    DataFrame of shape (n_clusters, 3 + n_features), indexed by label
        `size`; `SSE` and `mean_squared` (unit of `X` squared); then the coordinates of
        the centre, the mean, as "center " and the feature's name or number.

    Raises
    ------
    TypeError, ValueError
        If labels and points do not fit.

    References
    ----------
    Lloyd 1982, IEEE Trans. Inf. Theory 28, 129 (on SSE).

    Examples
    --------
    >>> cluster_table([[0.0], [2.0], [9.0]], [4, 4, 8]).loc[4].to_dict()
    {'size': 2.0, 'SSE': 2.0, 'mean_squared': 1.0, 'center 0': 1.0}
    """
    features = getattr(X, "columns", None)
    X = arrays.points(X)
    names, codes = coded(arrays.labels(labels, len(X)))
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


def center_distances(centers) -> pd.DataFrame:
    """Return distances between centres, neighbours side by side so that blocks show.

    The order is that of the leaves of an average-linkage tree, turned such that
    neighbouring leaves are as near as the tree allows.

    Parameters
    ----------
    centers : array-like of shape (n_clusters, n_features)
        A DataFrame keeps its labels.

    Returns
    -------
    DataFrame of shape (n_clusters, n_clusters)
        Euclidean, in the unit of the centres.

    Raises
    ------
    TypeError, ValueError
        If the centres are no table of finite numbers.

    References
    ----------
    Bar-Joseph, Gifford & Jaakkola 2001, Bioinformatics 17, S22.

    Examples
    --------
    >>> center_distances([[0.0], [9.0], [1.0], [11.0]]).index.tolist()
    [0, 2, 1, 3]
    """
    table = pd.DataFrame(arrays.points(centers, "centers"))
    names = centers.index if isinstance(centers, pd.DataFrame) else table.index
    pairs = pdist(table)
    order = np.arange(len(table))
    if len(table) > 2:
        order = leaves_list(linkage(pairs, "average", optimal_ordering=True))
        if order[0] > order[-1]:  # the same order read from its other end
            order = order[::-1]
    return pd.DataFrame(squareform(pairs), names, names).iloc[order, order]


def recovered(truth, labels) -> pd.DataFrame:
    """Return for each true group its best cluster, and whether that has found it.

        purity = shared / cluster size,   completeness = shared / group size

    Best is the cluster whose smaller one of the two is largest. A cluster that two
    groups share evenly finds both.

    Parameters
    ----------
    truth, labels : array-like of shape (n_samples,)
        Points with a negative label are in no cluster, but still belong to their group.

    Returns
    -------
    DataFrame of shape (n_groups, 5), indexed by group
        `size`, `cluster` (-1 and zeros where the group shares no point with any),
        `purity`, `completeness`, `found` (both at least `ENOUGH`).

    Raises
    ------
    TypeError, ValueError
        If they are not whole numbers, or differ in length.

    References
    ----------
    Helmi & de Zeeuw 2000, MNRAS 319, 657 (on counting recovered satellites).

    Examples
    --------
    >>> recovered([0, 0, 0, 1], [4, 4, 6, 6])[["cluster", "found"]].to_numpy()
    array([[4, True],
           [6, True]], dtype=object)
    """
    shared = contingency(truth, labels)
    size = shared.sum(axis=1)
    shared = shared.loc[:, shared.columns >= 0]
    purity = shared / shared.sum(axis=0)
    completeness = shared.div(size, axis=0)
    if shared.shape[1] == 0:
        purity[-1] = completeness[-1] = 0.0
    best = np.minimum(purity, completeness).to_numpy().argmax(axis=1)
    each = np.arange(len(size))
    table = pd.DataFrame({"size": size, "cluster": purity.columns.to_numpy()[best]})
    table["purity"] = purity.to_numpy()[each, best]
    table["completeness"] = completeness.to_numpy()[each, best]
    table.loc[table["purity"] == 0, "cluster"] = -1
    table["found"] = table[["purity", "completeness"]].min(axis=1) >= ENOUGH
    return table


def scores(truth, labels) -> dict[str, float]:
    """Return three scores of agreement; 1 is perfect.

    Parameters
    ----------
    truth, labels : array-like of shape (n_samples,)
        Points in no cluster count as one cluster more.

    Returns
    -------
    dict
        "ARI" (adjusted Rand index, Hubert & Arabie 1985) and "AMI" (adjusted mutual
        information, Vinh, Epps & Bailey 2010), near 0 by chance; "V" (V-measure of
        Rosenberg & Hirschberg 2007), which chance and many clusters raise.

    Raises
    ------
    TypeError, ValueError
        If they are not whole numbers, or differ in length.

    References
    ----------
    Vinh, Epps & Bailey 2010, Journal of Machine Learning Research 11, 2837.

    Examples
    --------
    >>> scores([0, 0, 1, 1], [1, 1, 0, 0])
    {'ARI': 1.0, 'AMI': 1.0, 'V': 1.0}
    """
    truth = arrays.labels(truth, name="truth")
    labels = arrays.labels(labels, len(truth))
    measures = {
        "ARI": metrics.adjusted_rand_score,
        "AMI": metrics.adjusted_mutual_info_score,
        "V": metrics.v_measure_score,
    }
    return {name: float(score(truth, labels)) for name, score in measures.items()}
