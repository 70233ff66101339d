"""Does a table have clusters, how many, and which? One function, three public ideas.

A Gaussian mixture describes the rows: of one to many components of four shapes, the one
with the lowest BIC (Schwarz 1978). But a single group with a long tail, a sharp edge or
a bend takes several components too. So components are joined unless the rows show a
valley between them (Hennig 2010): along the line that parts two components best, fewer
rows lie half-way than at either end, by more than chance. A group is what is left
connected, of any form, and one group means no clusters. Where single linkage has a gap,
that is a step far longer than all within the parts (Zahn 1971), the parts are never
joined.

Not handled: clusters that overlap so much that no valley lies between them; clusters
of fewer than 20 rows that no gap parts; categories.
"""

import warnings
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from scipy.stats import binom

from helpers import linkage, mixture
from helpers.hopkins import gaussian_sampler
from helpers.mixture.steps import full_covariances
from helpers.own_data.reading import OwnData, read

MOST_ROWS = 3_000  # are searched; the labels are of all rows
MOST_COMPONENTS, PATIENCE, STARTS = 40, 4, 3
LEVEL = 0.03  # of the test for a valley
MIN_RATIO = 1.2  # a gap is so many times longer than each step within the parts
CLOUDS = 19  # single Gaussians with the table's covariance
MIN_SHARE, MOST_OUTSIDE = 0.02, 0.05  # of the rows: in a part, and in none
MIN_CLUSTER, MIN_TESTED = 5, 20  # rows of a cluster, and of one that shows a valley
FLAT = 1e-4  # the variance of a collapsed component, relative to the table's
SKEWED, FAR = 2.0, 8.0  # a long tail; standard deviations of an odd value
FEW_VALUES = 3  # of a column that is a category rather than a measurement


@dataclass(frozen=True, eq=False)
class Recommendation:
    """What to report of a table, and why.

    `labels` (n,) are of all rows that were read, 0 is the largest cluster; all are 0
    where `n_clusters` is 1, which means none. `evidence` has a row for each pair of
    components with no gap between them: the p-value of a valley.
    """

    labels: np.ndarray
    n_clusters: int
    method: str
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    evidence: pd.DataFrame

    @property
    def headline(self) -> str:
        """The answer in a sentence."""
        if self.n_clusters == 1:
            return "Recommendation: report no clusters; the rows hang together."
        sizes = ", ".join(f"{size:,}" for size in np.bincount(self.labels)[:10])
        more = ", ..." if self.n_clusters > 10 else ""
        return (
            f"Recommendation: {self.n_clusters} clusters, by {self.method}, of {sizes}"
            f"{more} rows."
        )


def recommend(table, random_state: int = 0, **asked) -> Recommendation:
    """Return the clusters of a table, or that it has none, with the reasons.

    Parameters
    ----------
    table : OwnData, DataFrame, str or path
        What `read` takes or has returned.
    random_state : int
    **asked
        Further arguments of `read`, such as `drop_missing`.

    Returns
    -------
    Recommendation

    Raises
    ------
    OSError, ValueError
        As `read` does.

    Examples
    --------
    >>> recommend("iris").n_clusters
    2
    """
    own = table if isinstance(table, OwnData) else read(table, **asked)
    rng = np.random.default_rng(random_state)
    few = own.features.nunique() <= FEW_VALUES
    few &= not few.all()
    measured = own.features.loc[:, ~few]
    X = ((measured - measured.mean()) / measured.std()).to_numpy()
    rows = np.sort(rng.permutation(len(X))[:MOST_ROWS])
    X = X[:, np.ptp(X[rows], axis=0) > 0]
    sample = _smoothed(X[rows], rng)
    parts, gaps = _parts(sample, rng)
    model = _mixture(sample, random_state)
    n_components = len(model.means_)
    # A unit is the share of a component in a part.
    units = parts * n_components + model.predict(sample)
    group_of, evidence = _groups(sample, units, n_components)
    labels = group_of[parts * n_components + model.predict(sample)]
    if len(rows) < len(X):
        nearest = cKDTree(sample).query(X, workers=-1)[1]
        labels = group_of[parts[nearest] * n_components + model.predict(X)]
    sizes = np.bincount(labels)
    labels = np.argsort(np.argsort(-sizes, kind="stable"))[labels]
    return Recommendation(
        labels,
        len(sizes),
        "a mixture and single linkage" if gaps else "a mixture",
        _reasons(len(sizes), gaps, model, sample),
        _cautions(own.features, few, labels, len(rows)),
        evidence,
    )


def _smoothed(X, rng) -> np.ndarray:
    """X with its rounding undone at random, so that values that tie are no peaks."""
    X = X.copy()
    for column in X.T:
        values = np.unique(column)
        if len(values) < len(column) / 2:
            column += rng.uniform(-0.5, 0.5, len(column)) * np.diff(values).min()
    return X


def _parts(X, rng) -> tuple[np.ndarray, list[tuple[float, int]]]:
    """The part of each row; and of each gap, how wide it is, and its parts."""
    parts, gaps = np.zeros(len(X), dtype=int), []
    found = _gaps(X)
    if found:
        # On a line chance makes gaps too, so they must be wider than those of clouds.
        cloud = gaussian_sampler(X)
        clouds = [_gaps(cloud(rng, len(X))) for _ in range(CLOUDS)]
        widest = max((ratio for each in clouds for ratio, _ in each), default=0)
        found = [(ratio, labels) for ratio, labels in found if ratio > widest]
    for ratio, labels in found:
        both = parts * len(X) + labels
        parts = np.unique(both, return_inverse=True)[1]
        gaps.append((ratio, len(np.unique(labels))))
    return parts, gaps


def _gaps(X) -> list[tuple[float, np.ndarray]]:
    """Each gap of single linkage: its step relative to the next, and its clusters."""
    Z, gaps = linkage.linkage(X, "single"), []
    steps = np.maximum(Z[:, 2], 1e-12)
    ratios = steps[1:] / steps[:-1]
    lowest = int(len(X) * (1 - MOST_OUTSIDE)) - MOST_COMPONENTS
    for i in np.flatnonzero(ratios > MIN_RATIO):
        if i >= lowest:
            # Cut in the gap; what is small is outside, and joins its nearest cluster.
            labels = np.asarray(linkage.cut(Z, len(steps) - i))
            large = np.bincount(labels) >= max(MIN_CLUSTER, MIN_SHARE * len(X))
            inside = large[labels]
            if large.sum() > 1 and inside.mean() >= 1 - MOST_OUTSIDE:
                nearest = cKDTree(X[inside]).query(X)[1]
                gaps.append((float(ratios[i]), labels[inside][nearest]))
    return gaps


def _mixture(X, seed: int) -> mixture.GaussianMixture:
    """The mixture with the lowest BIC of which no component has collapsed."""
    n, d = X.shape
    scales, axes = np.linalg.eigh(np.atleast_2d(np.cov(X.T)))
    kept = scales > FLAT**2 * scales[-1]
    unit = axes[:, kept] / np.sqrt(scales[kept])
    best, lowest = None, np.inf
    for kind in mixture.COVARIANCE_TYPES:
        lowest_of_kind = (np.inf, 1)
        for k in range(1, min(MOST_COMPONENTS, n // MIN_CLUSTER) + 1):
            if k > lowest_of_kind[1] + PATIENCE:
                break
            model = mixture.GaussianMixture(
                k, covariance_type=kind, n_init=STARTS, max_iter=200, random_state=seed
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a longer run changes no BIC by much
                model.fit(X)
            each = full_covariances(model.means_, model.covariances_, kind)
            fewest = d + 1 if kind == "full" else 3
            flat = np.linalg.eigvalsh(unit.T @ each @ unit).min() < FLAT
            if k > 1 and (flat or model.weights_.min() * n < fewest):
                continue
            bic = model.bic(X)
            lowest_of_kind = min(lowest_of_kind, (bic, k))
            if bic < lowest:
                best, lowest = model, bic
    return best


def _groups(X, units, n_components: int) -> tuple[np.ndarray, pd.DataFrame]:
    """The group of each unit, of those without rows too; and the pairs compared."""
    parts = units // n_components
    sizes = np.bincount(units, minlength=(parts.max() + 1) * n_components)
    # Too few rows show no valley, so a small unit joins that of its nearest rows; a
    # part of small ones only joins its largest.
    home = np.repeat(
        [
            part * n_components + sizes.reshape(-1, n_components)[part].argmax()
            for part in range(parts.max() + 1)
        ],
        n_components,
    )
    tested = (sizes >= MIN_TESTED) | (home == np.arange(len(home)))
    home[tested] = np.flatnonzero(tested)
    for small in np.flatnonzero((sizes > 0) & ~tested):
        others = tested[units] & (parts == small // n_components)
        nearest = cKDTree(X[others]).query(X[units == small])[1]
        home[small] = np.bincount(units[others][nearest]).argmax()
    names = np.unique(home[units])
    members = [X[home[units] == name] for name in names]
    pairs = [
        (i, j, valley(members[i], members[j])[0])
        for i, j in combinations(range(len(names)), 2)
        if names[i] // n_components == names[j] // n_components
    ]
    evidence = pd.DataFrame(pairs, columns=["first", "second", "p"])
    joined = evidence[evidence["p"] > LEVEL]
    links = np.ones(len(joined)), (joined["first"], joined["second"])
    graph = coo_array(links, shape=(len(names), len(names)))
    group = connected_components(graph, directed=False)[1]
    return group[np.searchsorted(names, home)], evidence


def valley(A, B) -> tuple[float, np.ndarray]:
    """Return the p-value of a valley between two sets of rows, and where they lie.

    Parameters
    ----------
    A, B : ndarray of shape (n, d) and (m, d)

    Returns
    -------
    float, ndarray of shape (n + m,)
        The rows along the line that parts the sets best, their medians at 0 and 1.

    Examples
    --------
    >>> A = np.linspace(-1, 1, 50)[:, None]
    >>> valley(A, A + 9)[0] < 0.01 < valley(A, A + 2)[0]
    True
    """
    within = np.atleast_2d(np.cov(A.T) * len(A) + np.cov(B.T) * len(B))
    line = np.linalg.pinv(within) @ (B.mean(axis=0) - A.mean(axis=0))
    start, end = np.median(A @ line), np.median(B @ line)
    at = np.concatenate([A, B]) @ line - start
    if start == end:
        return 1.0, at
    at /= end - start

    def count(middle):  # rows in a window a quarter wide
        return np.count_nonzero(np.abs(at - middle) <= 0.125)

    ends = min(max(map(count, tip + np.array([-1, 0, 1]) / 8)) for tip in (0, 1))
    between = min(map(count, np.linspace(0.3, 0.7, 9)))
    # The windows are chosen; on uniform rows p is then right with this factor.
    return min(1.0, 3 * float(binom.cdf(between, between + ends, 0.5))), at


def _reasons(n_clusters: int, gaps: list, model, X) -> tuple[str, ...]:
    """Why this number, in sentences."""
    k = len(model.means_)
    if k == 1:
        told = ["A single Gaussian describes the rows best, by the BIC."]
    else:
        less = mixture.GaussianMixture().fit(X).bic(X) - model.bic(X)
        told = [
            f"A mixture of {k} Gaussians ({model.covariance_type}) describes the rows "
            f"best: its BIC is {less:,.0f} lower than that of a single one."
        ]
    if gaps:
        ratio, n_parts = max(gaps)
        told.append(
            f"Single linkage has a gap, {ratio:.1f} times longer than the steps within "
            f"its {n_parts} parts, and longer than in {CLOUDS} single Gaussians."
        )
    if n_clusters < k:
        told.append(
            f"Between some of the {k} lies no valley; joined, they are {n_clusters}."
        )
    elif k > 1:
        told.append("Between each two of them lies a valley, or a gap.")
    return tuple(told)


def _cautions(features, few, labels, n_searched: int) -> tuple[str, ...]:
    """What should be said beside the recommendation."""
    told, row = [], features.index.name
    if few.any():
        told.append(
            f"Columns with {FEW_VALUES} values or fewer are categories, and were left "
            f"out: {', '.join(few.index[few])}."
        )
    tails = features.columns[features.skew().abs() > SKEWED]
    if len(tails):
        told.append(f"Long tails: {', '.join(tails[:5])}; try their logarithms.")
    far = ((features - features.median()) / features.std()).abs()
    if far.to_numpy().max() > FAR:
        where, column = far.stack().idxmax()
        told.append(
            f"Column {column} in {row} {where} is {far.loc[where, column]:.0f} sd off; "
            "is it an error?"
        )
    sizes = np.bincount(labels)
    for cluster in np.flatnonzero(sizes < MIN_TESTED):
        told.append(
            f"Cluster {cluster} has {sizes[cluster]} row(s) only, such as {row} "
            f"{features.index[labels == cluster][0]}."
        )
    if n_searched < len(features):
        told.append(f"The number was looked for on {n_searched:,} random rows.")
    if len(features) < 10 * features.shape[1]:
        told.append("There are fewer than ten rows for each feature.")
    return tuple(told)
