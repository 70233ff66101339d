"""What to make of a table's results: a recommendation, with its reasons in plain words.

Three witnesses can say that there are no clusters: the Hopkins statistic against single
Gaussians (Cross & Jain 1982), the gap statistic against uniform data (Tibshirani,
Walther & Hastie 2001) and the BIC of mixtures (Schwarz 1978). Two of them suffice. How
many clusters there are is a vote of the gap, the silhouette (Rousseeuw 1987) and the
BIC. Where they disagree, that number wins on which two halves of the table agree best
beyond what the same method reaches, with the same number, on single Gaussians
(`halves`). The number of the BIC is judged with the mixture, others with k-means.

Not handled: certainty. Different methods ask different questions of the same data.
"""

from collections import Counter
from dataclasses import dataclass

from helpers.own_data.halves import Halves

LEVEL = 0.05
"""A p-value above this is no evidence against the null hypothesis."""

FAR, RISE = 3.0, 0.1
"""A gap rises by more than chance if by this many standard errors and by this much: an
SSE that is a tenth smaller, compared with uniform data, than one cluster's."""

CLOUDY, STRONG = 0.25, 0.5
"""Mean silhouettes below and above which Kaufman & Rousseeuw (1990) see none, clear."""

BETTER = 0.05
"""Halves of the table agree better than those of clouds from this difference on."""

SKEWED = 2.0
"""From this skew on, a single group has a tail that methods take for clusters."""


@dataclass(frozen=True)
class Evidence:
    """What the route found.

    `hopkins_p`: share of single Gaussians at least as clumped as the data. `gap`,
    `silhouette`, `bic`: the number of clusters that each names; None if it names none.
    `width`: the largest mean silhouette. `agreement`: for each number named, how well
    two halves of the table agree, and how well halves of single Gaussians.
    """

    hopkins_p: float
    gap: int | None
    silhouette: int
    width: float
    bic: int | None
    agreement: dict[int, Halves]


@dataclass(frozen=True)
class Advice:
    """The number of clusters (1: none), "k-means" or "mixture", and the reasons."""

    n_clusters: int
    method: str
    reasons: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The recommendation in a sentence."""
        if self.n_clusters == 1:
            return "Recommendation: report no clusters. The table looks like one group."
        name = {"k-means": "k-means", "mixture": "a Gaussian mixture"}[self.method]
        return f"Recommendation: {self.n_clusters} clusters, found by {name}."


def named_by(gap) -> int | None:
    """Return the number that the gap statistic names, or None.

    Its rule takes the first k that the next does not beat. Where that is k = 1 although
    the gap rises far above its first value later, it has not said that there are none.

    Parameters
    ----------
    gap : n_clusters.Gap

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.kmeans.how_many import Gap
    >>> ks, zero = np.array([1, 2, 3]), np.zeros(3)
    >>> named_by(Gap(ks, np.array([0.5, 0.5, 0.9]), zero + 0.01, zero, zero, 1))
    """
    top = gap.gap.argmax()
    chance = FAR * (gap.error[0] ** 2 + gap.error[top] ** 2) ** 0.5
    risen = gap.gap[top] - gap.gap[0] > max(chance, RISE)
    return None if gap.chosen == 1 and risen else gap.chosen


def advise(found: Evidence) -> Advice:
    """Return a recommendation with its reasons.

    Examples
    --------
    >>> advise(Evidence(0.6, 1, 2, 0.3, 1, {2: Halves(0.5, 0.4)})).n_clusters
    1
    """
    none = [found.hopkins_p > LEVEL, found.gap == 1, found.bic == 1]
    votes = Counter(
        k for k in (found.gap, found.silhouette, found.bic) if k not in (None, 1)
    )
    reasons = [*_on_tendency(found), *_on_number(found)]
    if sum(none) >= 2:
        reasons.append(
            f"{sum(none)} of the three tests that can say that there are no clusters "
            "say so (Hopkins, gap, BIC). What a method cuts all the same is its own "
            "doing."
        )
        return Advice(1, "k-means", tuple(reasons))
    k = max(votes, key=lambda k: (votes[k], found.agreement[k].excess))
    halves = found.agreement[k]
    against = f"(adjusted Rand index {halves.table:.2f} against {halves.clouds:.2f})"
    if votes[k] > 1:
        reasons.append(f"{votes[k]} of the three name {k}.")
    else:
        reasons.append(
            f"They disagree. Of the numbers they name, {k} is the one at which halves "
            "of the table outdo halves of a single Gaussian cloud by most "
            f"{against}; the others are worth a look too."
        )
    if halves.excess < BETTER:
        reasons.append(
            f"Yet {k} has little to stand on: two halves of the table agree on it no "
            f"better than halves of a single Gaussian cloud do {against}."
        )
    return Advice(k, "mixture" if found.bic == k else "k-means", tuple(reasons))


def cautions(
    advice: Advice, skew, width: float, struck: float, sure: float, most: int
) -> list[str]:
    """Return what should be said beside the recommendation.

    Parameters
    ----------
    advice : Advice
    skew : Series
        Of each feature.
    width : float
        The mean silhouette at the number recommended.
    struck : float
        Share of the mixtures left out because a component had collapsed.
    sure : float
        Share of the rows that the mixture places with at least 0.8.
    most : int
        The largest number of clusters that was tried.

    Examples
    --------
    >>> import pandas as pd
    >>> cautions(Advice(1, "", ()), pd.Series({"mass": 3.0}), 0.6, 0, 1, 9)
    ['Skewed features: mass. A long tail looks like clusters; try their logarithms.']
    """
    told = []
    skewed = skew.index[skew.abs() > SKEWED].tolist()
    if skewed:
        told.append(
            f"Skewed features: {_few(skewed)}. A long tail looks like clusters; try "
            "their logarithms."
        )
    if advice.n_clusters == 1:
        return told
    if width < CLOUDY:
        told.append(
            f"The clusters touch or overlap: the mean silhouette is {width:.2f}, and "
            f"below {CLOUDY} it shows no clear borders."
        )
    if struck > 0.25:
        told.append(
            f"{struck:.0%} of the mixtures were struck out because a component had "
            "collapsed; features with few different values do that, and few rows."
        )
    if sure < 0.8:
        told.append(
            f"Only {sure:.0%} of the rows belong to one component of the mixture with "
            "a probability of 0.8 or more; see the column certainty."
        )
    if advice.n_clusters == most:
        told.append(
            "The number recommended is the largest that was tried; try more, with "
            "-p most_clusters N."
        )
    return told


def _few(names: list) -> str:
    """The first names of a list, and how many more there are."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(map(str, names[:5])) + more


def _on_tendency(found: Evidence) -> list[str]:
    """What the Hopkins statistic says."""
    p = f"p = {found.hopkins_p:.3f}"
    if found.hopkins_p > LEVEL:
        return [f"The points are no more clumped than a single Gaussian cloud ({p})."]
    return [f"The points are more clumped than a single Gaussian cloud ({p})."]


def _on_number(found: Evidence) -> list[str]:
    """What gap, silhouette and BIC say."""
    gap = {None: "names no number: it goes on rising", 1: "finds no clusters"}.get(
        found.gap, f"names {found.gap}"
    )
    bic = {None: "is of no use: all mixtures collapsed", 1: "is best for one Gaussian"}
    grade = "clear" if found.width > STRONG else "some"
    grade = "hardly any" if found.width < CLOUDY else grade
    return [
        f"The gap statistic, against uniform data, {gap}.",
        f"The mean silhouette is largest at {found.silhouette} clusters, "
        f"{found.width:.2f}: {grade} separation. It cannot say that there are none.",
        f"The BIC of Gaussian mixtures {bic.get(found.bic, f'names {found.bic}')}.",
    ]
