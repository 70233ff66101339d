"""The small galaxies that fell into the Milky Way, and what is left of them.

A re-creation of the experiment of Helmi & de Zeeuw (2000), MNRAS 319, 657: their
potential, but orbits, sizes and ages drawn anew, so that the stars are ours. The recipe
in words, and what of it is our invention: helpers/stars/README.md. Units as in
helpers/stars/milky_way.py.

Each satellite has a random generator of its own, so that one can be made again without
the others, and the number of processes changes no byte.

Not handled: the satellites' own gravity while they fall (their stars are test
particles), friction on them, a metallicity that goes with the mass.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np

from helpers import _checks
from helpers.stars.milky_way import DT, evolve, integrals, leapfrog

G = 4.5e-6  # gravitational constant, kpc^3 / Gyr^2 per solar mass
KM_PER_S = 1 / 0.9778  # in kpc/Gyr
N_SATELLITES, STARS_EACH = 33, 10_000
N_CANDIDATES = 200  # orbits drawn for one seed; about half of them are kept
LEAST_LZ = 80  # kpc^2/Gyr; orbits nearer to the poles are not kept
SEED = 54  # how it was chosen: helpers/stars/README.md

# Central 99 % of the original table, from its published rows and plots.
ORIGINAL = {
    "E": (-178_000, -50_000),
    "L": (100, 3_080),
    "Lz": (-2_400, 1_600),
    "x": (-25, 25),
    "z": (-17.5, 17.5),
    "vx": (-370, 370),
    "vz": (-290, 290),
}


@dataclass(frozen=True)
class Satellite:
    """One small galaxy: `start` is (x, y, z, vx, vy, vz) at its accretion.

    Lengths in kpc, mass in solar masses, `accretion` in Gyr ago; the mean `FeH` of its
    stars and their `FeH_scatter` in dex.
    """

    id: int
    pericentre: float
    apocentre: float
    mass: float
    scale: float
    accretion: float
    FeH: float
    FeH_scatter: float
    start: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Halo:
    """All stars today, shuffled: `phase_space` (n, 6), `id`, `FeH`, all of shape (n,).

    `energy_error` (n,) is |E_today - E_start| / |E_start| of the integration.
    """

    satellites: tuple[Satellite, ...]
    phase_space: np.ndarray
    id: np.ndarray
    FeH: np.ndarray
    energy_error: np.ndarray


def plummer(mass: float, scale: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n stars of a Plummer sphere in equilibrium, cut at 5 scale lengths.

    Aarseth, Hénon & Wielen (1974), A&A 37, 183, appendix, draw s = r / sqrt(r^2 + a^2)
    with density ~ s^2, and q = v / v_escape with density ~ q^2 (1 - q^2)^(7/2).
    subtle: these are the lengths of the first three coordinates of a random unit vector
    in 5 and in 12 dimensions, which give the directions as well; so no power and no
    sine is needed. From solar masses and kpc to (n, 6): positions in kpc and velocities
    in kpc/Gyr about the centre.
    """
    n_drawn = n + n // 5 + 50  # 5.7 % lie beyond the cut
    s = _unit_vectors(n_drawn, 5, rng)[:3]
    s = s[:, (s * s).sum(axis=0) < 25 / 26][:, :n]
    q = _unit_vectors(n, 12, rng)[:3]
    inner = np.sqrt(1 - (s * s).sum(axis=0))  # a / sqrt(r^2 + a^2)
    escape = np.sqrt(2 * G * mass / scale * inner)
    return np.concatenate((scale * s / inner, escape * q)).T


def satellites(seed: int) -> tuple[Satellite, ...]:
    """Draw the satellites of a seed, by the recipe in helpers/stars/README.md.

    >>> satellites(1)[0].id
    0
    """
    rng = _generators(seed)[0]
    start, pericentre, apocentre = _orbits(rng)
    strata = (rng.permutation(N_SATELLITES) + rng.random(N_SATELLITES)) / N_SATELLITES
    scale = 0.5 * 10 ** ((6.7 + 2.6 * strata - 8) / 3)
    # Rounded, so that the published table holds the very numbers that were used.
    scale = np.minimum(scale, 0.12 * apocentre).round(4)
    columns = zip(
        pericentre.round(2),
        apocentre.round(2),
        (1e8 * (scale / 0.5) ** 3).round(-3),
        scale,
        rng.uniform(2, 12, N_SATELLITES).round(2),
        rng.normal(-1.7, 0.45, N_SATELLITES).round(2),
        np.maximum(rng.normal(0.13, 0.05, N_SATELLITES), 0.03).round(3),
        strict=True,
    )
    return tuple(
        Satellite(i, *map(float, numbers), start=tuple(map(float, start[i])))
        for i, numbers in enumerate(columns)
    )


def stars(seed: int, satellite: Satellite) -> tuple[np.ndarray, np.ndarray]:
    """Return the stars of one satellite at its accretion: (10000, 6), and their FeH."""
    rng = _generators(seed)[1 + satellite.id]
    own = plummer(satellite.mass, satellite.scale, STARS_EACH, rng)
    FeH = rng.normal(satellite.FeH, satellite.FeH_scatter, STARS_EACH)
    return own + np.array(satellite.start), FeH


def order(seed: int) -> np.ndarray:
    """Return the shuffled order of the rows: row i of the file is star order[i].

    Stars are counted satellite by satellite, so star // 10000 is the satellite's id.
    """
    return _generators(seed)[-1].permutation(N_SATELLITES * STARS_EACH)


def make_halo(seed: int = SEED, workers: int = 1, progress: Callable = None) -> Halo:
    """Make the whole halo; `progress(satellite)` is called as each is ready, in order.

    The result does not depend on `workers`, the number of processes.
    """
    _checks.count(seed, "seed", 0)
    _checks.count(workers, "workers")
    family, shuffled, dissolved = satellites(seed), order(seed), []
    context = get_context("spawn")  # the same way of starting on every system
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        results = pool.map(partial(_dissolve, seed), family)
        for satellite, result in zip(family, results, strict=True):
            dissolved.append(result)
            if progress:
                progress(satellite)
    columns = zip(*dissolved, strict=True)
    now, FeH, error = (np.concatenate(column)[shuffled] for column in columns)
    return Halo(family, now, (shuffled // STARS_EACH).astype(np.uint8), FeH, error)


def _dissolve(seed: int, satellite: Satellite):
    """Today's phase space of one satellite's stars, their FeH and energy errors."""
    born, FeH = stars(seed, satellite)
    now = evolve(born, satellite.accretion)
    error = np.abs(integrals(now)[:, 0] / integrals(born)[:, 0] - 1)
    return now, FeH, error


def _generators(seed: int) -> list[np.random.Generator]:
    """One generator for the orbits, one for each satellite, one for the order."""
    children = np.random.SeedSequence(seed).spawn(N_SATELLITES + 2)
    return [np.random.default_rng(child) for child in children]


def _unit_vectors(n: int, d: int, rng: np.random.Generator) -> np.ndarray:
    """Random directions in d dimensions, shape (d, n)."""
    g = rng.standard_normal((d, n))
    return g / np.sqrt((g * g).sum(axis=0))


def _orbits(rng: np.random.Generator, n=N_SATELLITES, n_drawn=N_CANDIDATES):
    """The first n candidates that are kept: start (n, 6), pericentre, apocentre."""
    # rho ~ r^-3.5 from 3 to 28 kpc: then 1 / sqrt(r) is uniform.
    root = rng.uniform(1 / np.sqrt(28), 1 / np.sqrt(3), n_drawn)
    position = _unit_vectors(n_drawn, 3, rng) / (root * root) * [[1], [1], [0.7]]
    x, y, z = position
    R, r = np.sqrt(x * x + y * y), np.sqrt(x * x + y * y + z * z)
    # Velocities are Gaussian along the directions of r, theta and phi.
    along_r = [x / r, y / r, z / r]
    along_theta = [x * z / (r * R), y * z / (r * R), -R / r]
    along_phi = [-y / R, x / R, 0 * R]
    sigma = rng.standard_normal((3, n_drawn)) * [[150.0], [90.0], [90.0]]
    frame = np.array([along_r, along_theta, along_phi])
    velocity = (sigma[:, None] * frame).sum(axis=0) * KM_PER_S
    start = np.concatenate((position, velocity)).T.copy()
    # How near to the centre and how far from it do they come in 5 Gyr?
    nearest, farthest = np.full(n_drawn, np.inf), np.zeros(n_drawn)

    def visit(position):
        distance = np.sqrt((position * position).sum(axis=0))
        np.minimum(nearest, distance, out=nearest)
        np.maximum(farthest, distance, out=farthest)

    leapfrog(position, velocity, DT, round(5 / DT), visit)
    Lz = integrals(start)[:, 2]
    keep = (nearest > 0.4) & (farthest < 32) & (np.abs(Lz) > LEAST_LZ)
    kept = np.flatnonzero(keep)[:n]
    return start[kept], nearest[kept], farthest[kept]
