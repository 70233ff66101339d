"""How many clusters? k-means over many k: SSE, gap statistic, stability.

The SSE falls with every cluster added, on data without clusters too, so its curve
always has an elbow. The gap statistic (Tibshirani, Walther & Hastie 2001, J. R. Stat.
Soc. B 63, 411) compares log SSE with its mean on uniform data that are clustered in the
same way; stability asks whether two halves of the data give the same clusters (Ben-Hur,
Elisseeff & Guyon 2002, Pac. Symp. Biocomput. 7, 6).

Not handled: a proof. Each answers its own question, and they may disagree.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from helpers import _checks
from helpers.kmeans.estimator import KMeans


@dataclass(frozen=True)
class Sweep:
    """k-means for each k: SSE, labels (one row a k), iterations, distances computed."""

    ks: np.ndarray
    inertia: np.ndarray
    labels: np.ndarray
    n_iter: np.ndarray
    n_distances: np.ndarray


@dataclass(frozen=True)
class Gap:
    """The gap and its standard error at each k, and the k that the rule chooses.

    `log_inertia` and `reference` are the two terms of the gap; `chosen` is None where
    no k of those tried meets the rule.
    """

    ks: np.ndarray
    gap: np.ndarray
    error: np.ndarray
    log_inertia: np.ndarray
    reference: np.ndarray
    chosen: int | None


@dataclass(frozen=True)
class Stability:
    """Adjusted Rand index of each pair of subsamples, shape (n_ks, n_pairs)."""

    ks: np.ndarray
    agreement: np.ndarray


def kmeans_for_each_k(
    X, ks, rng, *, progress: Callable | None = None, **options
) -> Sweep:
    """Return k-means at each k.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Scaled, so that the features weigh alike.
    ks : sequence of int
    rng : numpy.random.Generator
    progress : callable
        Called as `progress(done, total)` after each k; None: silence.
    **options
        For `KMeans`, such as `n_init` or `metric`.

    Returns
    -------
    Sweep

    Raises
    ------
    TypeError, ValueError
        If a k is no whole number between 1 and the number of points.

    References
    ----------
    Lloyd 1982, IEEE Trans. Inf. Theory 28, 129.

    Examples
    --------
    >>> X = [[0.0], [1.0], [8.0], [9.0]]
    >>> kmeans_for_each_k(X, [1, 2, 4], np.random.default_rng(0)).inertia
    array([65.,  1.,  0.])
    """
    X, ks = _checked(X, ks, rng)
    fits = []
    for k, seed in zip(ks, rng.spawn(len(ks)), strict=True):
        fits.append(KMeans(int(k), random_state=seed, **options).fit(X))
        if progress:
            progress(len(fits), len(ks))
    return Sweep(
        ks,
        np.array([fit.inertia_ for fit in fits]),
        np.array([fit.labels_ for fit in fits], dtype=np.int32),
        np.array([fit.n_iter_ for fit in fits]),
        np.array([fit.history_.n_distances.sum() for fit in fits]),
    )


def gap_statistic(X, ks, rng, *, n_references=20, progress=None, **options) -> Gap:
    """Return the gap statistic, and the smallest k within one standard error.

        gap(k) = ⟨log SSE of clustered uniform data⟩ − log SSE of the clustered data

    The uniform data fill the bounding box of X. Chosen is the smallest k with
    gap(k) ≥ gap(k + 1) − s(k + 1), s = sd √(1 + 1 / n_references).

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    ks : sequence of int
        In increasing order; "k + 1" is the next of them.
    rng : numpy.random.Generator
    n_references : int
        Sets of uniform data, at least 2.
    progress : callable
        Called as `progress(done, total)` after each clustering of all k.
    **options
        For `KMeans`.

    Returns
    -------
    Gap

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense, or an SSE is 0 and has no logarithm.

    References
    ----------
    Tibshirani, Walther & Hastie 2001, J. R. Stat. Soc. B 63, 411.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 2)) + np.repeat([[0, 0], [9, 0], [0, 9]], 20, axis=0)
    >>> gap_statistic(X, range(1, 6), rng).chosen
    3
    """
    X, ks = _checked(X, ks, rng)
    _checks.count(n_references, "n_references", low=2)
    if (np.diff(ks) <= 0).any():
        raise ValueError(f"ks must increase, but {ks.tolist()} was given; sort them.")
    low, high = X.min(axis=0), X.max(axis=0)
    log_inertias = []
    for done in range(n_references + 1):
        data = X if done == 0 else rng.uniform(low, high, X.shape)
        inertia = kmeans_for_each_k(data, ks, rng, **options).inertia
        if not (inertia > 0).all():
            raise ValueError(
                f"The SSE is 0 at k = {ks[inertia <= 0][0]}, and 0 has no logarithm; "
                "try only k below the number of different points."
            )
        log_inertias.append(np.log(inertia))
        if progress:
            progress(done + 1, n_references + 1)
    observed, references = log_inertias[0], np.array(log_inertias[1:])
    gap = references.mean(axis=0) - observed
    error = references.std(axis=0) * np.sqrt(1 + 1 / n_references)
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error[1:])
    chosen = int(ks[enough[0]]) if len(enough) else None
    return Gap(ks, gap, error, observed, references.mean(axis=0), chosen)


def stability(
    X, ks, rng, *, n_pairs=10, fraction=0.5, progress=None, **options
) -> Stability:
    """Return how well two subsamples agree on how to part all points, for each k.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    ks : sequence of int
    rng : numpy.random.Generator
    n_pairs : int
        Pairs of subsamples.
    fraction : float
        Share of the points in a subsample, without replacement; 0.5 or less makes the
        two of a pair disjoint.
    progress : callable
        Called as `progress(done, total)` after each pair.
    **options
        For `KMeans`.

    Returns
    -------
    Stability

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.

    References
    ----------
    Ben-Hur, Elisseeff & Guyon 2002, Pac. Symp. Biocomput. 7, 6.

    Examples
    --------
    >>> X = np.repeat([[0.0], [9.0]], 20, axis=0) + np.arange(40)[:, None] % 5 / 9
    >>> stability(X, [2], np.random.default_rng(0), n_pairs=2).agreement
    array([[1., 1.]])
    """
    X, ks = _checked(X, ks, rng)
    _checks.count(n_pairs, "n_pairs")
    if not isinstance(fraction, numbers.Real) or not 0 < fraction <= 1:
        raise ValueError(f"fraction must be in (0, 1], but {fraction!r} was given.")
    size = _checks.count(round(fraction * len(X)), "the subsample", low=int(ks.max()))
    agreement = np.empty((len(ks), n_pairs))
    for pair in range(n_pairs):
        first = rng.permutation(len(X))
        second = first[::-1] if 2 * size <= len(X) else rng.permutation(len(X))
        for row, k in enumerate(ks):
            answers = (
                KMeans(int(k), random_state=rng.spawn(1)[0], **options)
                .fit(X[members[:size]])
                .predict(X)
                for members in (first, second)
            )
            agreement[row, pair] = adjusted_rand_score(*answers)
        if progress:
            progress(pair + 1, n_pairs)
    return Stability(ks, agreement)


def _checked(X, ks, rng) -> tuple[np.ndarray, np.ndarray]:
    """Points and numbers of clusters, all of which must be possible."""
    X = _checks.points(X)
    _checks.generator(rng)
    ks = _checks.sequence(ks, "ks")
    ks = [_checks.count(k, "k", high=len(X), of="the number of points") for k in ks]
    if not ks:
        raise ValueError("ks is empty; give at least one number of clusters.")
    return X, np.array(ks)
