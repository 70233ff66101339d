"""One everyday table for all chapters: the penguins of the Palmer Archipelago.

Three species, measured between 2007 and 2009 by K. Gorman and the Palmer Station LTER
(Gorman, Williams & Fraser 2014, PLoS ONE 9(3), e90081); the table `penguins` of the
package palmerpenguins, in the public domain (CC0 1.0).
"""

from pathlib import Path

import pandas as pd

PENGUINS = Path(__file__).with_name("penguins.csv")


def penguins() -> pd.DataFrame:
    """Return the penguins, one row a bird: (344, 7); two rows lack all measurements.

    species, island and sex are words (sex is missing for 11 birds); bill_length_mm,
    bill_depth_mm and flipper_length_mm are in millimetres, body_mass_g in grams.

    >>> penguins()["species"].value_counts().to_dict()
    {'Adelie': 152, 'Gentoo': 124, 'Chinstrap': 68}
    """
    return pd.read_csv(PENGUINS)
