"""The stars: a halo of 33 small galaxies, made once and shipped with the package."""

from helpers.stars.catalogue import Catalogue, load, satellites, standardize
from helpers.stars.infall import make_halo
from helpers.stars.milky_way import averaged, evolve, integrals, potential

__all__ = [
    # the catalogue
    "Catalogue",
    "load",
    "satellites",
    "standardize",
    # the physics
    "averaged",
    "evolve",
    "integrals",
    "potential",
    # another halo, from another seed
    "make_halo",
]
