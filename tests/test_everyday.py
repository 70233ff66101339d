"""The everyday table: what it holds, and why it is in the course."""

import numpy as np
import pytest

from helpers import evaluation
from helpers.course import penguins
from helpers.kmeans import KMeans
from helpers.stars import standardize


def test_the_penguins_are_whole():
    table = penguins()
    assert table.shape == (344, 7)
    assert table["body_mass_g"].isna().sum() == 2
    assert table["sex"].isna().sum() == 11
    assert table["body_mass_g"].max() == 6300


@pytest.mark.parametrize(("scaled", "ari"), [(False, 0.32), (True, 0.75)])
def test_scaling_decides_whether_kmeans_finds_the_species(scaled, ari):
    table = penguins().dropna(subset=["body_mass_g"])
    X = table[["bill_length_mm", "body_mass_g"]]
    species = np.unique(table["species"], return_inverse=True)[1]
    found = KMeans(3, n_init=10, random_state=0).fit(standardize(X) if scaled else X)
    assert evaluation.scores(species, found.labels_)["ARI"] == pytest.approx(
        ari, abs=0.005
    )
