"""The stars: a halo of small galaxies, made once and shipped with the package."""

# the catalogue
from helpers.stars.catalogue import Catalogue, load, satellites, standardize

# the physics
from helpers.stars.milky_way import averaged, evolve, integrals, potential
