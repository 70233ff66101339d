"""Which stars fell in together? A rule that chooses for itself, without the truth.

Mixtures of many sizes are fitted to halves of the stars, in two coordinates of the same
space; held-out density chooses the coordinates. Clusters of all mixtures compete, and
those that come back in most of them win (Hennig 2007, Comput. Stat. Data Anal. 52, 258:
stability of single clusters). How many these are follows from the data, and from the
sizes, the least stability and the free share below.

The Milky Way is no sphere, so L changes along an orbit. Its mean does so much less:
`stars.averaged` gives that, and `find` takes either.

Not handled: other columns than E, L, Lz; errors of measurement; a proof of kinship.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers import _checks
from helpers.evaluation import coded
from helpers.mixture.estimator import GaussianMixture

N_COMPONENTS = (30, 42, 60)
N_STARS = 33_000  # fitted, so that the rule does not depend on how many are given
STABLE = 0.4  # a cluster less stable is left out
MODEL = ["model", "points"]  # the columns of the fits that `runs` leaves out
FREE = 0.5  # a cluster is taken if this share of its stars is in none yet


@dataclass(frozen=True, eq=False)
class Galaxies:
    """What `find` found, and what it tried.

    `labels` (n,), -1 in no cluster. `runs`, a row for each mixture: `representation`,
    `n_components`, `half`, `held_out` (mean log density in (E, L, Lz) of the other
    half). `clusters`, a row for each label: `stability`, `n_components` of the mixture
    that it is from, `size`. `labelings`, (n,) of each mixture whose clusters competed.
    """

    labels: np.ndarray
    representation: str
    n_clusters: int
    runs: pd.DataFrame
    clusters: pd.DataFrame
    labelings: list[np.ndarray]

    @property
    def stability(self) -> float:
        """Mean over all stars of their cluster's stability, 0 for those in none."""
        weighted = self.clusters["stability"] * self.clusters["size"]
        return float(weighted.sum() / len(self.labels))


def stable_clusters(labelings) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the clusters that many labelings agree on, whatever the number in each.

        stability of c = mean over the other labelings of max |c and d| / |c or d|

    where d runs over a labeling's clusters. The most stable cluster is taken first,
    then the next of which at least half the stars are free, down to `STABLE`.

    Two or more labelings (n_samples,), where negative labels are in no cluster. Returns
    labels, 0 for the most stable cluster and -1 in none; and a table of the clusters,
    the `stability` of each, and the place of the `labeling` that it is from.

    >>> stable_clusters([[0, 0, 1, 1, 1], [3, 3, 3, 7, 7], [4, 4, 5, 5, 5]])[0]
    array([0, 0, 1, 1, 1])
    """
    labelings = _checks.sequence(labelings, "labelings")
    _checks.count(len(labelings), "the number of labelings", low=2)
    members, origin = _members(labelings)
    stability = _stability(members, origin)
    labels, taken = np.full(members.shape[0], -1), []
    # The most stable first; each takes those of its stars that are free.
    for c in np.argsort(-stability, kind="stable"):
        stars = members.indices[members.indptr[c] : members.indptr[c + 1]]
        free = stars[labels[stars] < 0]
        if stability[c] >= STABLE and len(free) >= FREE * len(stars):
            labels[free] = len(taken)
            taken.append(c)
    table = {"stability": stability[taken], "labeling": origin[taken]}
    return labels, pd.DataFrame(table)


def find(integrals, n_components=N_COMPONENTS, n_stars=N_STARS, random_state=0):
    """Find groups of stars; the data choose the coordinates and how many clusters.

    Coordinates are (E, L, Lz) or (E, L, Lz/L). Densities compare in one space only:

        log p(E, L, Lz) = log p(E, L, Lz/L) + log |d(Lz/L)/dLz|,   the last is −log L

    Parameters
    ----------
    integrals : array-like of shape (n, 3)
        `stars.integrals` or `stars.averaged`: E in kpc^2/Gyr^2, L and Lz in kpc^2/Gyr.
    n_components : sequence of int
        Sizes of the mixtures; each is fitted to two halves.
    n_stars : int
        How many random stars are fitted, half of them at a time; all are labelled.
    random_state : int

    Returns
    -------
    Galaxies
        The same clusters in whatever order the stars are given.

    >>> X = np.random.default_rng(0).normal((0, 50, 10), 1, (400, 3))
    >>> X[:200, 0] += 20
    >>> find(X, [2]).n_clusters
    2
    """
    X = _integrals(integrals)
    half = min(_checks.count(n_stars, "n_stars", low=2), len(X)) // 2
    n_components = _checks.sequence(n_components, "n_components")
    _checks.count(len(n_components), "the length of n_components")
    for k in n_components:
        _checks.count(k, "n_components", high=half, of="half of the stars fitted")
    # Sorted first, so that the order of the rows given does not matter.
    chosen = np.random.default_rng(random_state).permutation(np.lexsort(X.T))
    halves = chosen[:half], chosen[half : 2 * half]
    tried = _fits(X, halves, n_components, random_state)
    # Held-out density chooses the coordinates; then clusters of all mixtures compete.
    mean = tried.groupby("representation", sort=False)["held_out"].mean()
    name = mean.idxmax()
    best = tried[tried["representation"] == name]
    labelings = [model.predict(Z) for model, Z in best[MODEL].to_numpy()]
    labels, clusters = stable_clusters(labelings)
    sizes = best["n_components"].to_numpy()
    clusters["n_components"] = sizes[clusters.pop("labeling")]
    clusters["size"] = np.bincount(labels[labels >= 0], minlength=len(clusters))
    runs = tried.drop(columns=MODEL)
    return Galaxies(labels, name, len(clusters), runs, clusters, labelings)


def _fits(X, halves, n_components, seed) -> pd.DataFrame:
    """Each mixture, in both coordinates, on each half, judged by the other half."""
    E, L, Lz = X.T
    candidates = {
        "E, L, Lz": (X, np.zeros(len(X))),
        "E, L, Lz/L": (np.column_stack((E, L, Lz / L)), -np.log(L)),
    }
    rows = []
    for name, (points, log_jacobian) in candidates.items():
        spread = points.std(axis=0)
        Z = (points - points.mean(axis=0)) / spread
        log_jacobian = log_jacobian - np.log(spread).sum()
        for k in n_components:
            for h, (own, other) in enumerate((halves, halves[::-1])):
                options = {"tol": 5e-4, "max_iter": 300, "random_state": seed + h}
                model = GaussianMixture(k, **options).fit(Z[own])
                density = model.score_samples(Z[other]) + log_jacobian[other]
                rows.append((name, k, h, density.mean(), model, Z))
    columns = ["representation", "n_components", "half", "held_out"]
    return pd.DataFrame(rows, columns=columns + MODEL)


def _members(labelings) -> tuple[sparse.csc_array, np.ndarray]:
    """Stars by clusters, 1 where a star is in; and the labeling of each cluster."""
    blocks, n = [], None
    for number, labels in enumerate(labelings):
        names, codes = coded(_checks.labels(labels, n, f"labelings[{number}]"))
        n = len(codes)
        stars = np.flatnonzero(codes >= 0)
        place = (np.ones(len(stars), dtype=np.int64), (stars, codes[stars]))
        blocks.append(sparse.csc_array(place, shape=(n, len(names))))
    origin = np.repeat(np.arange(len(blocks)), [b.shape[1] for b in blocks])
    return sparse.hstack(blocks, format="csc"), origin


def _stability(members, origin) -> np.ndarray:
    """Mean over the other labelings of the largest share with one of their clusters."""
    both = (members.T @ members).toarray()
    size = both.diagonal()
    share = both / (size[:, None] + size - both)
    total, runs = np.zeros(len(size)), np.unique(origin)
    for run in runs:
        total += np.where(origin == run, 0, share[:, origin == run].max(axis=1))
    return total / (len(runs) - 1)


def _integrals(integrals) -> np.ndarray:
    """Three columns with L > 0 and |Lz| <= L, or say what is wrong."""
    X = _checks.points(integrals, "integrals", min_samples=2)
    if X.shape[1] != 3:
        given = f"integrals must have the 3 columns E, L, Lz, but has {X.shape[1]}; "
        raise ValueError(given + "make them with halo.integrals(phase_space).")
    bad = (X[:, 1] <= 0) | (np.abs(X[:, 2]) > X[:, 1] * (1 + 1e-9))
    if bad.any():
        raise ValueError(
            f"integrals must have L > 0 and |Lz| <= L, but {bad.sum()} row(s) have "
            f"not, first row {bad.argmax()}; check the columns: E, L, Lz."
        )
    return X
