"""Hierarchical clustering by seven linkages: of thousands of points, of all stars."""

# thousands of points
from helpers.linkage.formulas import METHODS
from helpers.linkage.agglomerate import linkage

# a whole catalogue
from helpers.linkage.whole_catalogue import single_linkage, ward_linkage

# what a tree says
from helpers.linkage.tree import cut, inversions
