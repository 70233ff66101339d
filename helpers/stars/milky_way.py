"""The physics: a fixed Milky Way, integrals of motion, and the paths of stars in it.

The potential and the integrals are those of Helmi & de Zeeuw (2000), MNRAS 319, 657,
sections 2 and 4; on leapfrog: Hairer, Lubich & Wanner (2003), Acta Numerica 12, 399. A
star's phase space is one row: x, y, z in kpc, vx, vy, vz in kpc/Gyr. Units are kpc, Gyr
and solar masses; hence velocities in kpc/Gyr (1 kpc/Gyr is 0.978 km/s), energies per
unit mass in kpc^2/Gyr^2, angular momenta in kpc^2/Gyr.

The integrator uses nothing but + - * / and the square root, which every processor
rounds alike, and each star goes its way alone: the same bytes in any company.

Not handled: friction, a Milky Way that grows or turns, gravity between the stars, a
star at the very centre (there the bulge's pull has no direction).
"""

from collections.abc import Callable

import numpy as np

from helpers import _checks
from helpers.fast.threads import workers

DISC_GM, DISC_A, DISC_B = 450_000.0, 6.5, 0.26  # Miyamoto-Nagai disc: GM, kpc, kpc
BULGE_GM, BULGE_C = 153_000.0, 0.7  # Hernquist bulge: GM, kpc
HALO_V2, HALO_D, HALO_UNIT = 18_080.0, 12.0, 100.0  # logarithmic halo: v^2, kpc, kpc

DT = 4e-4  # Gyr; where it is too long for a star, a quarter, then a sixteenth
TOLERANCE = 1e-3  # the relative error of energy above which a star is done again
DURATION, STEP, EVERY = 1.0, 1e-3, 10  # Gyr, Gyr, steps: for the mean along an orbit
BLOCK = 5_000  # stars integrated together, so that they stay in the cache


# --- the Milky Way ------------------------------------------------------------------


def potential(x, y, z) -> np.ndarray:
    """Return the potential of the Milky Way: disc, bulge and dark halo.

    Phi = -GM_d / sqrt(R^2 + (a + sqrt(z^2 + b^2))^2) - GM_b / (r + c)
          + v^2 ln((r^2 + d^2) / (100 kpc)^2),    R^2 = x^2 + y^2, r^2 = R^2 + z^2

    x, y, z (n,) are galactocentric positions in kpc, z the height above the disc; the
    result (n,) is in kpc^2/Gyr^2.

    >>> float(np.round(potential(8.0, 0.0, 0.0)))
    -130571.0
    """
    x, y, z = (np.asarray(c, dtype=float) for c in (x, y, z))
    R2 = x * x + y * y
    r2 = R2 + z * z
    height = DISC_A + np.sqrt(z * z + DISC_B**2)
    disc = -DISC_GM / np.sqrt(R2 + height * height)
    bulge = -BULGE_GM / (np.sqrt(r2) + BULGE_C)
    halo = HALO_V2 * np.log((r2 + HALO_D**2) / HALO_UNIT**2)
    return disc + bulge + halo


def acceleration(position: np.ndarray) -> np.ndarray:
    """Return -grad Phi for positions of shape (3, n) in kpc; (3, n) in kpc/Gyr^2.

    >>> acceleration(np.array([[8.0], [0.0], [0.0]])).round().ravel()
    array([-6546.,    -0.,    -0.])
    """
    x, y, z = position
    R2, z2 = x * x + y * y, z * z
    root = np.sqrt(z2 + DISC_B**2)
    height = root + DISC_A
    s2 = R2 + height * height
    disc = DISC_GM / (s2 * np.sqrt(s2))
    r2 = R2 + z2
    r = np.sqrt(r2)
    c = r + BULGE_C
    spherical = BULGE_GM / (r * c * c) + 2 * HALO_V2 / (r2 + HALO_D**2)
    radial = -(disc + spherical)
    pull = position * radial
    pull[2] = -z * (disc * height / root + spherical)
    return pull


def integrals(phase_space) -> np.ndarray:
    """Return energy and angular momenta: E = v^2/2 + Phi, L = |r x v|, Lz.

    E and Lz never change on an orbit in this potential; L nearly does not. From rows of
    phase space (n, 6) to (n, 3): E in kpc^2/Gyr^2, L and Lz in kpc^2/Gyr.

    >>> integrals([[8, 0, 0, 0, 225, 0]]).round()
    array([[-105259.,    1800.,    1800.]])
    """
    return _integrals(_checked(phase_space))


def _checked(phase_space) -> np.ndarray:
    """Rows of phase space as an array (n, 6) of finite numbers."""
    stars = _checks.points(phase_space, "phase_space")
    if stars.shape[1] != 6:
        raise ValueError(
            f"phase_space must have the 6 columns x, y, z, vx, vy, vz, but has "
            f"{stars.shape[1]}."
        )
    return stars


def _integrals(stars: np.ndarray) -> np.ndarray:
    """E, L and Lz of stars of shape (n, 6)."""
    x, y, z, vx, vy, vz = stars.T
    E = (vx * vx + vy * vy + vz * vz) / 2 + potential(x, y, z)
    return np.column_stack((E, *_momentum(stars.T[:3], stars.T[3:])))


def _momentum(position, velocity) -> tuple[np.ndarray, np.ndarray]:
    """L and Lz of stars of shape (3, n)."""
    (x, y, z), (vx, vy, vz) = position, velocity
    Lx, Ly, Lz = y * vz - z * vy, z * vx - x * vz, x * vy - y * vx
    return np.sqrt(Lx * Lx + Ly * Ly + Lz * Lz), Lz


# --- motion -------------------------------------------------------------------------


def leapfrog(position, velocity, dt: float, n_steps: int, visit: Callable = None):
    """Move stars in place for n_steps of dt Gyr; (3, n) in kpc and in kpc/Gyr.

    Drift, then kick, with half a kick before and after: second order, and time
    reversible, so that the energy error does not grow. `visit(position)` is called
    after each step.
    """
    velocity += dt / 2 * acceleration(position)
    for _ in range(n_steps):
        position += dt * velocity
        velocity += dt * acceleration(position)
        if visit:
            visit(position)
    velocity -= dt / 2 * acceleration(position)


def evolve(phase_space, duration: float) -> np.ndarray:
    """Return where stars are `duration` Gyr later, each with the step that it needs.

    All go with DT; those whose energy then is off by more than TOLERANCE go again from
    the start with DT / 4, and if need be with DT / 16. From rows of phase space (n, 6)
    to a new array of the same; `duration` is a multiple of DT.

    >>> evolve([[8, 0, 0, 0, 225, 0]], 0.1).round(2)
    array([[  -7.63,    1.72,    0.  ,  -55.09, -223.37,    0.  ]])
    """
    stars = _checked(phase_space)
    if not duration >= 0:
        raise ValueError(f"duration must be at least 0 Gyr, but is {duration!r}.")
    start, end = _integrals(stars)[:, 0], stars.copy()
    todo = np.arange(len(stars))
    for refinement in (1, 4, 16):
        for first in range(0, len(todo), BLOCK):
            rows = todo[first : first + BLOCK]
            w = stars[rows].T.copy()
            n_steps = refinement * round(duration / DT)
            leapfrog(w[:3], w[3:], DT / refinement, n_steps)
            end[rows] = w.T
        # With its check: a star at the very centre has come to NaN.
        error = np.abs(integrals(end)[:, 0] / start - 1)
        todo = np.flatnonzero(error > TOLERANCE)
    return end


def averaged(phase_space) -> np.ndarray:
    """Return E, the mean of L along the star's own orbit of the next Gyr, and Lz.

    From rows of phase space (n, 6) to (n, 3): E in kpc^2/Gyr^2, mean L and Lz in
    kpc^2/Gyr.

    >>> averaged([[8, 0, 0, 0, 200, 90]]).round(-1)
    array([[-106520.,    1680.,    1600.]])
    """
    stars = _checked(phase_space)
    table = _integrals(stars)
    blocks = [stars[first : first + BLOCK] for first in range(0, len(stars), BLOCK)]
    with workers() as each:
        table[:, 1] = np.concatenate(each(_mean_momentum, blocks))
    # L is never below |Lz|, but the rounding of its mean may be.
    table[:, 1] = np.maximum(table[:, 1], np.abs(table[:, 2]))
    return table


def _mean_momentum(stars) -> np.ndarray:
    """Mean of L along the orbits of stars of shape (n, 6)."""
    position, velocity = stars[:, :3].T.copy(), stars[:, 3:].T.copy()
    momenta = []
    for _ in range(round(DURATION / (STEP * EVERY))):
        leapfrog(position, velocity, STEP, EVERY)
        momenta.append(_momentum(position, velocity)[0])
    return sum(momenta) / len(momenta)  # in this order for any number of stars
