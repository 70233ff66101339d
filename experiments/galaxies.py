"""How many galaxies? The rule of chapter 07 on ten halos that nobody has seen.

`python3 -m helpers experiment` makes the halos of seeds 1001 to 1010, runs the rule
(`galaxies.find`, with its own constants) on each with three random states, then the
controls, and writes the tables case-*.csv that `case_galaxies.ipynb` reads. The unit is
the halo. All parts that are done lie in build/experiment/, and the next run goes on
from there; on two quiet cores the whole takes an hour or more.

case-halos       a row for each halo and random state: what the rule reports
case-clusters    a row for each cluster of random state 0, and whose stars it holds
case-satellites  a row for each satellite: its history, its width, how often found
case-controls    a row for each halo and control: without a part of the rule; nothing
                 to find; another number of satellites; unequal ones; errors; a wrong
                 potential; a background; the methods of the student report
case-physics     a row for each satellite: could it be found at all, how it spreads in
                 time, what errors do to it

The kinds `added …` and the table case-physics were added when the rest had been seen.
The other controls were first run on three halos (of the report's methods on five), then
on all ten.

A cluster is *surplus* if it has found no satellite (`evaluation.found_groups`).
"""

import time
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.stats import multivariate_normal, norm, rankdata

from experiments import infall, making
from helpers import evaluation, galaxies, linkage, stars
from helpers.course.studies import STUDIES
from helpers.kmeans import KMeans
from helpers.mixture import GaussianMixture
from helpers.stars import catalogue, milky_way

DONE = Path(__file__).parents[1] / "build" / "experiment"
SHIPPED, HALOS = infall.SEED, range(1001, 1011)
STATES = (0, 1, 2)
TABLES = ("halos", "clusters", "satellites", "controls", "physics")

SUN = np.array([-8.2, 0, 0.02])  # kpc
SUN_MOVES = np.array([11, 248, 7]) * infall.KM_PER_S
MAS = 4.740 * infall.KM_PER_S  # kpc/Gyr of 1 mas/yr at 1 kpc
# Of distances, relative; of radial velocities, km/s; of proper motions, mas/yr.
ERRORS = {"small errors": (0.03, 2, 0.03), "large errors": (0.10, 10, 0.1)}
WRONG = 1.1  # factor of all masses in the potential that is 10 % off
HEAVY = 1.1  # factor of the disc's mass in the potential of another shape
NEAR = 5  # kpc, about the Sun
TIMES, N_FOLLOWED = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2), 300  # Gyr, stars of each satellite
N_SMOOTH = 33_000  # stars of the halo in which every star is a satellite of its own
BACKGROUND = infall.N_SATELLITES  # the label of its stars among those of a halo


# --- the halos ----------------------------------------------------------------------


def folder(halo: int, workers: int = 1) -> Path:
    """Where a halo lies, as the catalogue does; a fresh one is made if need be."""
    if halo == SHIPPED:
        return catalogue.DATA
    path = DONE / f"halo-{halo}"
    if not (path / catalogue.SATELLITES).exists():
        making.write(infall.make_halo(halo, workers), path)
    return path


def stars_of(halo: int) -> tuple[np.ndarray, np.ndarray]:
    """The phase space of a halo's stars (n, 6), and their satellites (n,)."""
    table = catalogue.read(folder(halo))
    return table[list(catalogue.PHASE_SPACE)].to_numpy(), table["id"].to_numpy()


def smooth(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Phase space of a halo without satellites: each star has an orbit of its own.

    The orbits are drawn and kept as those of the satellites are; in the second result
    those near the poles (|Lz| up to `infall.LEAST_LZ`) are kept as well.
    """
    rng, drawn = np.random.default_rng(seed), np.empty((0, 6))
    kept = np.zeros(0, dtype=bool)
    while kept.sum() < N_SMOOTH:
        with patch.object(infall, "LEAST_LZ", 0):
            orbits = infall._orbits(rng, 5_000, 5_000)[0]
        drawn = np.concatenate((drawn, orbits))
        kept = np.abs(milky_way.integrals(drawn)[:, 2]) > infall.LEAST_LZ
    return drawn[kept][:N_SMOOTH], drawn[:N_SMOOTH]


def copula(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As many stars with the marginals of E, L and Lz/L, tied by one Gaussian only."""
    Y = np.column_stack((X[:, 0], X[:, 1], X[:, 2] / X[:, 1]))
    scores = norm.ppf((rankdata(Y, axis=0) - 0.5) / len(Y))
    drawn = rng.multivariate_normal(np.zeros(3), np.corrcoef(scores.T), len(Y))
    ranks = drawn.argsort(axis=0).argsort(axis=0)
    E, L, cosine = np.take_along_axis(np.sort(Y, axis=0), ranks, axis=0).T
    return np.column_stack((E, L, cosine * L))


def observed(phase_space, errors, rng: np.random.Generator) -> np.ndarray:
    """Phase space as measured from the Sun, with Gaussian errors; shape (n, 6).

    A wrong distance moves a star along the line of sight and changes its velocity
    across the sky in the same proportion.
    """
    of_distance, of_radial, of_motion = errors
    offset, moves = phase_space[:, :3] - SUN, phase_space[:, 3:] - SUN_MOVES
    distance = np.linalg.norm(offset, axis=1, keepdims=True)
    sight = offset / distance
    radial = (moves * sight).sum(axis=1, keepdims=True)
    across = (moves - radial * sight) / (MAS * distance)  # mas/yr
    noise = rng.standard_normal(across.shape) * of_motion
    across += noise - (noise * sight).sum(axis=1, keepdims=True) * sight
    radial += rng.standard_normal(radial.shape) * of_radial * infall.KM_PER_S
    distance *= np.maximum(1 + of_distance * rng.standard_normal(distance.shape), 0.1)
    velocity = radial * sight + across * MAS * distance + SUN_MOVES
    return np.hstack((distance * sight + SUN, velocity))


def other_masses(factor: float):
    """A context in which the Milky Way has other masses."""
    names = ("DISC_GM", "BULGE_GM", "HALO_V2")
    return patch.multiple(
        milky_way, **{name: factor * getattr(milky_way, name) for name in names}
    )


def other_shape(factor: float):
    """A context with another mass of the disc, and the same pull at the Sun's radius.

    The round halo makes up for the disc, so that the potential is flatter or rounder.
    """
    R = -SUN[0]
    disc = milky_way.DISC_GM * R
    disc /= (R**2 + (milky_way.DISC_A + milky_way.DISC_B) ** 2) ** 1.5
    halo = milky_way.HALO_V2 - (factor - 1) * disc * (R**2 + milky_way.HALO_D**2) / (
        2 * R
    )
    return patch.multiple(milky_way, DISC_GM=factor * milky_way.DISC_GM, HALO_V2=halo)


# --- what is reported ---------------------------------------------------------------


def counts(truth, labels, n_satellites=infall.N_SATELLITES) -> dict[str, int]:
    """Clusters, satellites found, surplus clusters, satellites lost.

    What is found of a group beyond the satellites, the background, is surplus.
    """
    groups = evaluation.found_groups(truth, labels)["found"]
    clusters = len(np.unique(labels[labels >= 0]))
    found = int(groups[groups.index < n_satellites].sum())
    surplus, lost = clusters - found, n_satellites - found
    return {"clusters": clusters, "found": found, "surplus": surplus, "lost": lost}


def told(result: galaxies.Galaxies) -> dict:
    """What the rule itself says, without the truth."""
    return {
        "representation": result.representation,
        "clusters": result.n_clusters,
        "stability": result.stability,
        "in_none": np.mean(result.labels < 0),
    }


def main_result(halo: int) -> dict[str, pd.DataFrame]:
    """The rule with each random state; its clusters with the first; the satellites."""
    phase_space, truth = stars_of(halo)
    X, today = milky_way.averaged(phase_space), milky_way.integrals(phase_space)
    rows, often = [], 0
    for state in STATES:
        result = galaxies.find(X, random_state=state)
        row = {"halo": halo, "seen": halo == SHIPPED, "state": state}
        rows.append(row | told(result) | counts(truth, result.labels))
        groups = evaluation.found_groups(truth, result.labels)
        often = often + groups["found"].astype(int)
        if state == STATES[0]:
            clusters, first = of_clusters(today, truth, result, groups), groups
    satellites = pd.read_csv(folder(halo) / catalogue.SATELLITES, index_col="id")
    history = ["mass", "scale", "pericentre", "apocentre", "accretion"]
    table = (
        satellites[history]
        .rename_axis("satellite")
        .assign(
            width=widths(today, today, truth),
            width_at_infall=widths(born(halo), today, np.repeat(range(33), 10_000)),
            purity=first["purity"],
            completeness=first["completeness"],
            times_found=often,
        )
    )
    made = {"halos": pd.DataFrame(rows), "clusters": clusters}
    made["satellites"] = table.reset_index()
    for name in ("clusters", "satellites"):
        made[name].insert(0, "halo", halo)
    return made


def widths(X, scale_of, labels) -> pd.Series:
    """Mean squared distance in (E, L, Lz), in units of all stars' spread."""
    scaled = (X - scale_of.mean(axis=0)) / scale_of.std(axis=0)
    return evaluation.cluster_table(scaled, labels)["mean_squared"]


def born(halo: int) -> np.ndarray:
    """E, L and Lz of a halo's stars as they fell in, satellite by satellite."""
    family = infall.satellites(halo)
    starts = [infall.stars(halo, satellite)[0] for satellite in family]
    return milky_way.integrals(np.concatenate(starts))


def of_clusters(today, truth, result, groups) -> pd.DataFrame:
    """Each cluster: what an observer knows of it, and then whose stars it holds."""
    scaled = stars.standardize(today)
    table = evaluation.cluster_table(scaled, result.labels)[["size", "SSE"]]
    table["width"] = table["SSE"] / table["size"]
    table["stability"] = result.clusters["stability"]
    shared = evaluation.contingency(truth, result.labels)[table.index]
    table["owner"] = shared.idxmax()
    table["share"] = shared.max() / shared.sum()
    table["of_owner"] = shared.max() / np.bincount(truth)[table["owner"]]
    winners = groups.loc[groups["found"], "cluster"]
    table["found"] = table.index.isin(winners)
    return table.rename_axis("cluster").reset_index()


# --- the controls -------------------------------------------------------------------


def ablation(halo: int, rng):
    """The rule without one of its parts, and plain methods with its number."""
    phase_space, truth = stars_of(halo)
    X, today = milky_way.averaged(phase_space), milky_way.integrals(phase_space)
    n_half = galaxies.N_STARS // 2
    chosen = np.random.default_rng(0).permutation(np.lexsort(X.T))  # as `find` does
    halves = chosen[:n_half], chosen[n_half : 2 * n_half]
    tried = galaxies._fits(X, halves, galaxies.N_COMPONENTS, 0)
    mean = tried.groupby("representation", sort=False)["held_out"].mean()

    def picked(rows):
        labels = [m.predict(Z) for m, Z in rows[galaxies.MODEL].to_numpy()]
        return galaxies.stable_clusters(labels)[0]

    for name, rows in tried.groupby("representation", sort=False):
        labels = picked(rows)
        yield f"coordinates always {name}", counts(truth, labels)
        if name == mean.idxmax():
            best, Z, k = rows, rows["points"].iloc[0], labels.max() + 1
    yield "the rule", counts(truth, picked(best))
    yield (
        "one size of mixture: 42",
        counts(truth, picked(best.query("n_components == 42"))),
    )
    model = best.query("n_components == 42 and half == 0")["model"].iloc[0]
    yield "no picking: one mixture of 42", counts(truth, model.predict(Z))
    model = best.loc[best["held_out"].idxmax(), "model"]
    yield "no picking: the most likely mixture", counts(truth, model.predict(Z))
    for name, sizes in {"half": (15, 21, 30), "twice": (60, 84, 120)}.items():
        labels = galaxies.find(X, sizes).labels
        yield f"{name} the sizes of mixtures", counts(truth, labels)
    yield "L of today", counts(truth, galaxies.find(today).labels)
    fitted = chosen[: 2 * n_half]
    options = {"tol": 5e-4, "max_iter": 300, "random_state": 0}  # those of the rule
    model = GaussianMixture(k, **options).fit(Z[fitted])
    yield "one mixture, the rule's number", counts(truth, model.predict(Z))
    Z_today = stars.standardize(today)
    for name, W in {"": Z, ", L of today, E, L, Lz": Z_today}.items():
        means = KMeans(k, n_init=8, random_state=0).fit(W[fitted])
        yield f"k-means, the rule's number{name}", counts(truth, means.predict(W))


def nothing(halo: int, rng):
    """How many galaxies in halos that hold none?"""
    X = milky_way.averaged(stars_of(halo)[0])
    yield "nothing: copula", told(galaxies.find(copula(X, rng)))
    X = milky_way.averaged(smooth(halo)[0])
    yield "nothing: every star alone", told(galaxies.find(X))


def harder(halo: int, rng):
    """Satellites of unequal numbers, errors, a wrong potential, a background."""
    phase_space, truth = stars_of(halo)
    masses = pd.read_csv(folder(halo) / catalogue.SATELLITES)["mass"]
    n_each = (infall.STARS_EACH * masses / masses.max()).round().astype(int)
    kept = np.zeros(len(truth), dtype=bool)
    for satellite, n in n_each.items():
        own = np.flatnonzero(truth == satellite)
        kept[rng.choice(own, n, replace=False)] = True
    cases = {"stars in proportion to mass": kept}
    cases |= dict.fromkeys([*ERRORS, "potential 10 % off"], slice(None))
    for name, rows in cases.items():
        w = phase_space[rows]
        if name in ERRORS:
            w = observed(w, ERRORS[name], rng)
        wrong = name.startswith("potential")
        with other_masses(WRONG) if wrong else nullcontext():
            result = galaxies.find(milky_way.averaged(w))
        yield name, told(result) | counts(truth[rows], result.labels)
    # As many stars of no satellite as of all satellites.
    rows = rng.choice(len(truth), N_SMOOTH, replace=False)
    w = np.concatenate((phase_space[rows], smooth(halo)[0]))
    mixed = np.concatenate((truth[rows], np.full(N_SMOOTH, BACKGROUND)))
    result = galaxies.find(milky_way.averaged(w))
    yield (
        "half of the stars in no satellite",
        told(result) | counts(mixed, result.labels),
    )


def number(halo: int, rng):
    """Does the number of clusters follow the number of satellites?"""
    phase_space, truth = stars_of(halo)
    X = milky_way.averaged(phase_space)
    for n in (8, 16):
        few = truth < n
        result = galaxies.find(X[few])
        yield f"{n} satellites", told(result) | counts(truth[few], result.labels, n)
    # The next halo joins, the first after the last.
    other, other_truth = stars_of(HALOS[(HALOS.index(halo) + 1) % len(HALOS)])
    both = np.concatenate((X, milky_way.averaged(other)))
    truth = np.concatenate((truth, infall.N_SATELLITES + other_truth))
    n, result = 2 * infall.N_SATELLITES, galaxies.find(both)
    yield f"{n} satellites", told(result) | counts(truth, result.labels, n)


def of_the_report(halo: int, rng):
    """What the student report used, on E, L and Lz of today, with its 28 clusters."""
    phase_space, truth = stars_of(halo)
    X = stars.standardize(milky_way.integrals(phase_space))
    few = rng.choice(len(X), 8_250, replace=False)
    S, true_few = X[few], truth[few]
    for method in ("single", "complete", "average", "ward"):
        labels = linkage.cut(linkage.linkage(S, method), 28)
        yield f"{method} linkage", counts(true_few, labels)
    for k in (15, 28, 33, 40):
        labels = KMeans(k, random_state=0).fit(S).labels_
        yield f"k-means, k = {k}", counts(true_few, labels)
    labels = KMeans(28, random_state=0).fit(X).labels_
    yield "k-means, k = 28, all stars", counts(truth, labels)
    for start, name in {"kmeans": "k-means", "random_from_data": "random"}.items():
        options = {"init_params": start, "max_iter": 1000, "random_state": 0}
        model = GaussianMixture(28, **options).fit(S)
        row = counts(true_few, model.predict(S))
        row["log_likelihood"] = model.score(S)
        yield f"mixture, {name} start", row


def tried(w, truth, **options) -> dict:
    """What the rule says of stars with phase space w, and what it has found."""
    result = galaxies.find(milky_way.averaged(w), **options)
    return told(result) | counts(truth, result.labels)


def more_skies(halo: int, rng):
    """A part of the halo, and a potential of another shape."""
    phase_space, truth = stars_of(halo)
    near = np.linalg.norm(phase_space[:, :3] - SUN, axis=1) < NEAR
    name = f"stars within {NEAR} kpc of the Sun"
    yield name, tried(phase_space[near], truth[near])
    rows = rng.choice(len(truth), 2 * N_SMOOTH, replace=False)
    with other_shape(HEAVY):
        row = tried(phase_space[rows], truth[rows])
    yield "a heavier disc in a lighter halo", row


def more_smooth(halo: int, rng):
    """The smooth halo without its gap; the background with more stars fitted."""
    alone, no_gap = smooth(halo)
    result = galaxies.find(milky_way.averaged(no_gap))
    yield "nothing: every star alone, no gap", told(result)
    phase_space, truth = stars_of(halo)
    rows = rng.choice(len(truth), N_SMOOTH, replace=False)
    w = np.concatenate((phase_space[rows], alone))
    mixed = np.concatenate((truth[rows], np.full(N_SMOOTH, BACKGROUND)))
    n = 2 * galaxies.N_STARS
    yield f"half of the stars in no satellite, {n} fitted", tried(w, mixed, n_stars=n)


# --- what the space holds, and what happens in it -----------------------------------


def physics(halo: int) -> dict[str, pd.DataFrame]:
    """A row for each satellite: can it be found, how does it spread, what errors do.

    Added, as the last two controls are, when the first results were known.
    """
    rng = np.random.default_rng([halo, 6])
    phase_space, truth = stars_of(halo)
    today = milky_way.integrals(phase_space)
    table = ceiling(milky_way.averaged(phase_space), truth, rng)
    family = infall.satellites(halo)
    starts = [infall.stars(halo, satellite)[0] for satellite in family]
    for i, name in enumerate(("E", "L", "Lz")):
        own = [milky_way.integrals(start)[:, i].var() for start in starts]
        table[f"infall_{name}"] = np.array(own) / today[:, i].var()
    table = table.join(growth(np.concatenate([start[:N_FOLLOWED] for start in starts])))
    few = rng.choice(len(truth), 20_000, replace=False)
    own, w, ids = today[few, 0], phase_space[few], truth[few]
    spread = pd.Series(own).groupby(ids).std()
    for i, name in enumerate(("distance", "radial", "motion")):
        error = np.zeros(3)
        error[i] = ERRORS["large errors"][i]
        miss = pd.Series(milky_way.integrals(observed(w, error, rng))[:, 0] - own)
        # 1.48 median absolute deviations are an sd of a Gaussian.
        table[f"error_{name}"] = 1.48 * miss.abs().groupby(ids).median() / spread
    with other_masses(WRONG):
        wrong = pd.Series(milky_way.integrals(w)[:, 0])
    table["stretched"] = wrong.groupby(ids).std() / spread / (wrong.std() / own.std())
    table.insert(0, "halo", halo)
    return {"physics": table.rename_axis("satellite").reset_index()}


def ceiling(X, truth, rng) -> pd.DataFrame:
    """Which satellites are found if each has its true Gaussian in (E, mean L, Lz/L)?

    Each Gaussian is that of a satellite's own stars among as many as the rule fits; the
    others are classified. `overlap` is the share of its stars that go elsewhere.
    """
    Z = stars.standardize(np.column_stack((X[:, 0], X[:, 1], X[:, 2] / X[:, 1])))
    order = rng.permutation(len(Z))
    own, other = order[: galaxies.N_STARS], order[galaxies.N_STARS :]
    densities = []
    for satellite in range(infall.N_SATELLITES):
        members = Z[own][truth[own] == satellite]
        gaussian = multivariate_normal(members.mean(axis=0), np.cov(members.T))
        densities.append(gaussian.logpdf(Z[other]))
    labels = np.argmax(densities, axis=0)
    findable = evaluation.found_groups(truth[other], labels)["found"]
    stay = pd.Series(labels == truth[other]).groupby(truth[other]).mean()
    return pd.DataFrame({"overlap": 1 - stay, "findable": findable.astype(int)})


def growth(start) -> pd.DataFrame:
    """Width over the width at infall, a column for each time; and what L does.

    `L_moves` and `mean_L_moves` are root mean square changes from first to last, in
    units of the satellite's spread in L at infall.
    """
    ids = np.repeat(range(infall.N_SATELLITES), N_FOLLOWED)
    first = milky_way.integrals(start)
    before, now, time, table = widths(first, first, ids), start, 0, {}
    for later in TIMES:
        now, time = milky_way.evolve(now, round(later - time, 1)), later
        table[f"growth_{later}"] = widths(milky_way.integrals(now), first, ids) / before
    spread = pd.Series(first[:, 1]).groupby(ids).std()
    for name, of in {"L": milky_way.integrals, "mean_L": milky_way.averaged}.items():
        change = pd.Series(of(now)[:, 1] - of(start)[:, 1])
        table[f"{name}_moves"] = (change**2).groupby(ids).mean() ** 0.5 / spread
    return pd.DataFrame(table)


CONTROLS = {
    "nothing": nothing,
    "ablation": ablation,
    "number": number,
    "harder": harder,
    "report": of_the_report,
    "added skies": more_skies,
    "added smooth": more_smooth,
}


def control(halo: int, kind: str) -> dict[str, pd.DataFrame]:
    """The rows of one kind of control, of one halo."""
    rng = np.random.default_rng([halo, list(CONTROLS).index(kind)])
    first = {"halo": halo, "kind": kind}
    rows = [first | {"control": n} | row for n, row in CONTROLS[kind](halo, rng)]
    return {"controls": pd.DataFrame(rows)}


# --- the command --------------------------------------------------------------------


def main(minutes=None, workers=1, store=False) -> int:
    """Do what is not done yet, for some minutes or to the end; write the tables."""
    start = time.monotonic()
    jobs = [(f"main-{halo}", main_result, halo) for halo in (*HALOS, SHIPPED)]
    jobs += [
        (f"{kind}-{halo}", control, halo, kind) for halo in HALOS for kind in CONTROLS
    ]
    jobs += [(f"physics-{halo}", physics, halo) for halo in HALOS]
    for name, job, halo, *more in jobs:
        if (DONE / f"{name}.done").exists():
            continue
        if minutes is not None and time.monotonic() - start > 60 * minutes:
            print("The time is over; the same command goes on from here.")
            break
        folder(halo, workers)
        for table, rows in job(halo, *more).items():
            rows.to_csv(DONE / f"{name}.{table}.csv", index=False)
        (DONE / f"{name}.done").touch()
        print(f"{name}: {(time.monotonic() - start) / 60:.1f} minutes", flush=True)
    done = [name for name, *_ in jobs if (DONE / f"{name}.done").exists()]
    print(f"{len(done)} of {len(jobs)} parts are done.")
    for table in TABLES:
        paths = [DONE / f"{name}.{table}.csv" for name in done]
        parts = [pd.read_csv(path) for path in paths if path.exists()]
        if parts:
            path = (STUDIES if store else DONE) / f"case-{table}.csv"
            table = pd.concat(parts)
            table.to_csv(path, index=False, float_format="%.7g", lineterminator="\n")
            print(f"Written: {path}")
    return 0
