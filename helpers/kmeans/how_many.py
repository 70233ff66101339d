"""How many clusters? k-means over many k: SSE, gap statistic, stability.

The SSE falls with every cluster added, on data without clusters too, so its curve
always has an elbow. The gap statistic (Tibshirani, Walther & Hastie 2001, J. R. Stat.
Soc. B 63, 411) compares log SSE with its mean on uniform data that are clustered in the
same way; stability asks whether two halves of the data give the same clusters (Ben-Hur,
Elisseeff & Guyon 2002, Pac. Symp. Biocomput. 7, 6).

Not handled: a proof. Each answers its own question, and they may disagree.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from helpers import _checks
from helpers.kmeans.estimator import KMeans


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


def gap_statistic(X, ks, rng, *, n_references=20, **options) -> Gap:
    """Return the gap statistic, and the smallest k within one standard error.

        gap(k) = ⟨log SSE of clustered uniform data⟩ − log SSE of the clustered data

    The uniform data fill the bounding box of X. Chosen is the smallest k with
    gap(k) ≥ gap(k + 1) − s(k + 1), s = sd √(1 + 1 / n_references).

    `n_references` sets of uniform data, at least 2. X (n_samples, n_features) should be
    scaled; the ks lie between 1 and n_samples and increase, and "k + 1" is the next of
    them; options are those of `KMeans`, such as `n_init`. ValueError where an SSE is 0.

    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 2)) + np.repeat([[0, 0], [9, 0], [0, 9]], 20, axis=0)
    >>> gap_statistic(X, range(1, 6), rng).chosen
    3
    """
    X, ks = _checked(X, ks, rng)
    _checks.count(n_references, "n_references", low=2)
    if (np.diff(ks) <= 0).any():
        raise ValueError(f"ks must increase, but {ks.tolist()} was given; sort them.")
    # The data first, then uniform data in their box, all clustered alike.
    observed = _log_inertia(X, ks, rng, options)
    low, high = X.min(axis=0), X.max(axis=0)
    uniform = (rng.uniform(low, high, X.shape) for _ in range(n_references))
    references = np.array([_log_inertia(Y, ks, rng, options) for Y in uniform])
    gap = references.mean(axis=0) - observed
    error = references.std(axis=0) * np.sqrt(1 + 1 / n_references)
    # The first k that the next does not beat by more than its standard error.
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error[1:])
    chosen = int(ks[enough[0]]) if len(enough) else None
    return Gap(ks, gap, error, observed, references.mean(axis=0), chosen)


def stability(X, ks, rng, *, n_pairs=10, **options) -> Stability:
    """Return how well two halves agree on how to part all points, for each k.

    `n_pairs` pairs of halves, each drawn anew; each of the ks is at most the number of
    points in a half. X and options are as for `gap_statistic`.

    >>> X = np.repeat([[0.0], [9.0]], 20, axis=0) + np.arange(40)[:, None] % 5 / 9
    >>> stability(X, [2], np.random.default_rng(0), n_pairs=2).agreement
    array([[1., 1.]])
    """
    X, ks = _checked(X, ks, rng)
    _checks.count(n_pairs, "n_pairs")
    half = _checks.count(len(X) // 2, "half of the points", low=int(ks.max()))
    agreement = np.empty((len(ks), n_pairs))
    for pair in range(n_pairs):
        # Two halves without a point in common.
        order = rng.permutation(len(X))
        halves = order[:half], order[::-1][:half]
        for row, k in enumerate(ks):
            # Cluster each half alone, then let both say where all points belong.
            answers = (
                KMeans(int(k), random_state=rng.spawn(1)[0], **options)
                .fit(X[members])
                .predict(X)
                for members in halves
            )
            agreement[row, pair] = adjusted_rand_score(*answers)
    return Stability(ks, agreement)


def _log_inertia(X, ks, rng, options) -> np.ndarray:
    """log SSE at each k, with a generator for each; 0, without one, is refused."""
    seeds = zip(ks, rng.spawn(len(ks)), strict=True)
    fits = [KMeans(int(k), random_state=seed, **options).fit(X) for k, seed in seeds]
    inertia = np.array([fit.inertia_ for fit in fits])
    if not (inertia > 0).all():
        raise ValueError(
            f"The SSE is 0 at k = {ks[inertia <= 0][0]}, and 0 has no logarithm; "
            "try only k below the number of different points."
        )
    return np.log(inertia)


def _checked(X, ks, rng) -> tuple[np.ndarray, np.ndarray]:
    """Points and numbers of clusters, all of which must be possible."""
    X = _checks.points(X)
    _checks.generator(rng)
    ks = _checks.sequence(ks, "ks")
    ks = [_checks.count(k, "k", high=len(X), of="the number of points") for k in ks]
    if not ks:
        raise ValueError("ks is empty; give at least one number of clusters.")
    return X, np.array(ks)
