"""Hierarchical clustering by seven linkages: by hand, of thousands, of all stars."""

# by hand, in exact fractions
from helpers.linkage.formulas import METHODS
from helpers.linkage.by_hand import as_decimal_or_fraction, linkage_matrix, trace

# thousands of points
from helpers.linkage.agglomerate import linkage

# a whole catalogue
from helpers.linkage.whole_catalogue import single_linkage, ward_linkage

# what a tree says
from helpers.linkage.tree import cophenetic_correlation, cophenetic_distances
from helpers.linkage.tree import cut, inversions
