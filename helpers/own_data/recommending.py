"""Does a table have clusters, how many, and which? One function, three public ideas.

A Gaussian mixture describes the rows: of one to many components of four shapes, the one
with the lowest BIC (Schwarz 1978). But a single group with a long tail, a sharp edge or
a bend takes several components too. So components are joined unless a valley parts them
(Tantrum, Murua & Stuetzle 2003; Hennig 2010): along Fisher's line between two, fewer
rows lie half-way than at either end, by more than chance. A group is what is left
connected, of any form, and one group means no clusters. Components on two sides of a
gap are never joined: where single linkage takes a step far longer than the one before
(Zahn 1971), and than those in single Gaussians like the table (chapter 03's null).

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
from scipy.stats import binom
from sklearn.exceptions import ConvergenceWarning
from sklearn.neighbors import KNeighborsClassifier

from helpers import linkage, mixture
from helpers.hopkins import gaussian_sampler
from helpers.mixture.steps import full_covariances
from helpers.own_data.reading import OwnData, read

MOST_ROWS = 3_000  # are searched; the labels are of all rows
MOST_COMPONENTS, PATIENCE, STARTS = 40, 4, 3
LEVEL = 0.03  # of the test for a valley
MIN_RATIO = 1.2  # a gap is so many times longer than each step within the parts
CLOUDS = 99  # single Gaussians with the table's covariance
MIN_SHARE, MOST_OUTSIDE = 0.02, 0.05  # of the rows: in a part, and in none
MIN_CLUSTER, MIN_TESTED = 5, 20  # rows of a cluster, and of one that shows a valley
VOTERS = 5  # of the rows searched label each other row of a large table
FLAT = 1e-4  # the variance of a collapsed component, relative to the table's
SKEWED, FAR = 2.0, 8.0  # a long tail; standard deviations of an odd value


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
        """The answer in two sentences."""
        told = "report no clusters. No valley or gap parts the rows."
        if self.n_clusters > 1:
            sizes = [f"{size:,}" for size in np.bincount(self.labels)]
            sizes = ", ".join(sizes[:10] + ["..."] * (self.n_clusters > 10))
            told = f"{self.n_clusters} clusters, of {sizes} rows. Between each two "
            told += "lies a valley, with fewer rows than beside it, or a gap."
        return f"Recommendation: {told}"


def recommend(table, random_state: int = 0, **asked) -> Recommendation:
    """Return the clusters of a table, or that it has none, with the reasons.

    The table is what `read` takes or has returned, `asked` are further arguments of
    `read`, such as `drop_missing`; it raises OSError or ValueError as `read` does.

    >>> recommend("iris").n_clusters
    2
    """
    own = table if isinstance(table, OwnData) else read(table, **asked)
    rng = np.random.default_rng(random_state)
    X = ((own.features - own.features.mean()) / own.features.std()).to_numpy()
    rows = np.sort(rng.permutation(len(X))[:MOST_ROWS])
    X = X[:, np.ptp(X[rows], axis=0) > 0]
    sample = _smoothed(X[rows], rng)
    gap, parts = _parts(sample, rng)
    model = _mixture(sample, random_state)
    labels, evidence = _joined(sample, parts, model.predict(sample))
    if len(rows) < len(X):
        labels = KNeighborsClassifier(VOTERS).fit(sample, labels).predict(X)
    by_size = np.argsort(-np.bincount(labels), kind="stable")
    labels = np.argsort(by_size)[labels]
    method = "a mixture and single linkage" if gap else "a mixture"
    reasons = _reasons(len(by_size), gap, model, sample, evidence)
    cautions = _cautions(own, labels, len(rows))
    return Recommendation(labels, len(by_size), method, reasons, cautions, evidence)


def _smoothed(X, rng) -> np.ndarray:
    """X with its rounding undone at random, so that values that tie are no peaks."""
    X = X.copy()
    for column in X.T:
        values = np.unique(column)
        if len(values) < len(column) / 2:
            column += rng.uniform(-0.5, 0.5, len(column)) * np.diff(values).min()
    return X


def _parts(X, rng) -> tuple[float, np.ndarray]:
    """The widest gap of X, 0 if clouds have one as wide; and the part of each row."""
    gap, parts = _gap(X)
    # On a line chance makes gaps too, so it must be wider than those of clouds.
    clouds = (gaussian_sampler(X)(rng, len(X)) for _ in range(CLOUDS))
    if gap and all(gap > _gap(cloud)[0] for cloud in clouds):
        return gap, parts
    return 0.0, np.zeros_like(parts)


def _gap(X) -> tuple[float, np.ndarray]:
    """The widest gap of single linkage, relative to the step before, and its parts."""
    Z = linkage.linkage(X, "single")
    ratios = Z[1:, 2] / np.maximum(Z[:-1, 2], 1e-12)
    lowest = max(0, int(len(X) * (1 - MOST_OUTSIDE)) - MOST_COMPONENTS)
    for i in lowest + np.argsort(-ratios[lowest:]):
        if ratios[i] <= MIN_RATIO:
            break
        # Cut in the gap; what is small is outside, and joins its nearest part.
        labels = np.asarray(linkage.cut(Z, len(ratios) + 1 - i))
        large = np.bincount(labels) >= max(MIN_CLUSTER, MIN_SHARE * len(X))
        inside = large[labels]
        if large.sum() > 1 and inside.mean() >= 1 - MOST_OUTSIDE:
            nearest = KNeighborsClassifier(1).fit(X[inside], labels[inside])
            return float(ratios[i]), nearest.predict(X)
    return 0.0, np.zeros(len(X), dtype=int)


def _mixture(X, seed: int) -> mixture.GaussianMixture:
    """The mixture with the lowest BIC of which no component has collapsed."""
    n, d = X.shape
    scales, axes = np.linalg.eigh(np.atleast_2d(np.cov(X.T)))
    kept = scales > FLAT**2 * scales[-1]
    unit = axes[:, kept] / np.sqrt(scales[kept])
    tried = {}
    for kind in mixture.COVARIANCE_TYPES:
        fewest = d + 1 if kind == "full" else 3
        lowest = (np.inf, 1)
        for k in range(1, min(MOST_COMPONENTS, n // MIN_CLUSTER) + 1):
            if k > lowest[1] + PATIENCE:
                break
            model = mixture.GaussianMixture(
                k, covariance_type=kind, n_init=STARTS, max_iter=200, random_state=seed
            )
            # A run that is not finished is compared as it stands.
            with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
                model.fit(X)
            each = full_covariances(model.means_, model.covariances_, kind)
            flat = np.linalg.eigvalsh(unit.T @ each @ unit).min() < FLAT
            if k == 1 or not (flat or model.weights_.min() * n < fewest):
                bic = model.bic(X)
                lowest = min(lowest, (bic, k))
                tried.setdefault(bic, model)
    return tried[min(tried)]


def _joined(X, parts, components) -> tuple[np.ndarray, pd.DataFrame]:
    """The group of each row, and the pairs of components that were compared."""
    units = np.zeros_like(components)
    for part in np.unique(parts):
        # Too few rows show no valley, so they go to their neighbours in the part.
        inside = np.flatnonzero(parts == part)
        mine = components[inside]
        large = np.bincount(mine)[mine] >= MIN_TESTED
        if large.any():
            nearest = KNeighborsClassifier(1).fit(X[inside][large], mine[large])
            units[inside] = nearest.predict(X[inside])
    names, units = np.unique(parts * (units.max() + 1) + units, return_inverse=True)
    part_of = parts[np.unique(units, return_index=True)[1]]
    pairs = [
        (i, j, valley(X[units == i], X[units == j])[0])
        for i, j in combinations(range(len(names)), 2)
        if part_of[i] == part_of[j]
    ]
    evidence = pd.DataFrame(pairs, columns=["first", "second", "p"])
    joined = evidence[evidence["p"] > LEVEL]
    links = np.ones(len(joined)), (joined["first"], joined["second"])
    graph = coo_array(links, shape=(len(names), len(names)))
    return connected_components(graph, directed=False)[1][units], evidence


def valley(A, B) -> tuple[float, np.ndarray]:
    """Return the p-value of a valley between rows A (n, d) and B (m, d), and where
    all (n + m,) lie along the line that parts them best, their medians at 0 and 1.

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


def _reasons(n_clusters, gap, model, X, evidence) -> tuple[str, ...]:
    """Why this number, in sentences."""
    k, joined = len(model.means_), (evidence["p"] > LEVEL).sum()
    lower = mixture.GaussianMixture().fit(X).bic(X) - model.bic(X)
    reasons = {
        "By the BIC a single Gaussian describes the rows best.": k == 1,
        f"By the BIC {k} Gaussians ({model.covariance_type}) describe the rows best; "
        f"it is {lower:,.0f} lower than for one.": k > 1,
        f"Single linkage has a gap: a step {gap:.1f} times as long as the last, and "
        f"more than in each of {CLOUDS} single Gaussians.": gap,
        f"Pairs of components with no valley (p above {LEVEL}), which are joined: "
        f"{joined} of {len(evidence)}; groups left: {n_clusters}.": len(evidence),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _cautions(own: OwnData, labels, n_searched: int) -> tuple[str, ...]:
    """What should be said beside the recommendation."""
    features, row = own.features, own.features.index.name
    n, d = features.shape
    tails = ", ".join(features.columns[features.skew().abs() > SKEWED][:5])
    sds = ((features - features.median()) / features.std()).abs().stack()
    (where, column), far = sds.idxmax(), sds.max()
    cautions = {note: "left out" in note.lower() for note in own.notes} | {
        f"Long tails: {tails}; a logarithm may help.": tails,
        f"Column {column} in {row} {where} is {far:.0f} sd from the median; is it an "
        "error?": far > FAR,
        f"The number was looked for on {n_searched:,} random rows.": n_searched < n,
        "There are fewer than ten rows for each feature.": n < 10 * d,
    }
    for cluster, size in enumerate(np.bincount(labels)):
        first = features.index[labels == cluster][0]
        told = f"Cluster {cluster} has only {size} rows, such as {row} {first}."
        cautions[told] = size < MIN_TESTED
    return tuple(caution for caution, holds in cautions.items() if holds)
