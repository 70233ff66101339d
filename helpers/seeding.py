"""Where k-means starts: different points, at random or spread out by k-means++.

Reference: Arthur & Vassilvitskii 2007, SODA, 1027. Starts drawn with replacement, or
from data with duplicates, give two clusters one centre, and so fewer clusters than were
asked for; here no two centres of a start are the same.

Not handled: weights of points.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from helpers.lloyd import COST


def seed(X, n_clusters, init, rng, metric="euclidean") -> np.ndarray:
    """Return different points as a start: "random", or spread out by "k-means++".

    k-means++ draws each next centre with probability proportional to its cost so far,
    2 + log k candidates at a time, and keeps the one that lowers the sum most.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    n_clusters : int
    init : {"random", "k-means++"}
    rng : numpy.random.Generator
    metric : {"euclidean", "manhattan"}

    Returns
    -------
    ndarray of shape (n_clusters, n_features)
        Rows of `X`, no two the same.

    Raises
    ------
    ValueError
        If X has fewer different points than `n_clusters`.

    References
    ----------
    Arthur & Vassilvitskii 2007, SODA, 1027.

    Examples
    --------
    >>> X = np.array([[0.0], [0.0], [1.0]])
    >>> np.sort(seed(X, 2, "random", np.random.default_rng(0)).ravel())
    array([0., 1.])
    """
    if init == "random":
        order = rng.permutation(len(X))
        for size in (2 * n_clusters, len(X)):
            first = np.unique(X[order[:size]], axis=0, return_index=True)[1]
            if len(first) >= n_clusters:
                return X[order[np.sort(first)[:n_clusters]]]
        raise _too_few(len(first), n_clusters)
    chosen = [int(rng.integers(len(X)))]
    costs = cdist(X[chosen], X, COST[metric])[0]
    while len(chosen) < n_clusters:
        total = np.cumsum(costs)
        if total[-1] == 0:
            raise _too_few(len(chosen), n_clusters)
        draws = rng.random(2 + int(np.log(n_clusters))) * total[-1]
        # subtle: "right" steps over points of cost 0, which are centres already
        candidates = np.searchsorted(total, draws, side="right")
        trials = np.minimum(cdist(X[candidates], X, COST[metric]), costs)
        best = trials.sum(axis=1).argmin()
        costs = trials[best]
        chosen.append(int(candidates[best]))
    return X[chosen]


def _too_few(found, n_clusters) -> ValueError:
    """The error for data with fewer different points than clusters."""
    return ValueError(
        f"n_clusters is {n_clusters}, but X has only {found} different points; ask for "
        f"at most {found} clusters."
    )
