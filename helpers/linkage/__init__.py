"""Hierarchical clustering by seven linkages: by hand, of thousands, of all stars."""

from helpers.linkage.agglomerate import linkage
from helpers.linkage.by_hand import as_decimal_or_fraction, linkage_matrix, trace
from helpers.linkage.formulas import METHODS
from helpers.linkage.tree import (
    cophenetic_correlation,
    cophenetic_distances,
    cut,
    inversions,
)
from helpers.linkage.whole import single_linkage, ward_linkage

__all__ = [
    # by hand, in exact fractions
    "METHODS",
    "as_decimal_or_fraction",
    "linkage_matrix",
    "trace",
    # thousands of points
    "linkage",
    # a whole catalogue
    "single_linkage",
    "ward_linkage",
    # what a tree tells
    "cophenetic_correlation",
    "cophenetic_distances",
    "cut",
    "inversions",
]
