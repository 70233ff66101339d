"""The page on own data: five real tables, and one without clusters."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets, metrics

from helpers.course.notebooks import ROOT
from helpers.stars import catalogue


def bunch(load):
    """A built-in table of scikit-learn, with the names of its true groups."""
    data = load(as_frame=True)
    names = np.asarray(data.target_names, dtype=str)
    return data.data.assign(group=names[data.target])


def stars():
    """Energy, momenta and metallicity of a twentieth of the catalogue."""
    whole = catalogue.load()
    table = whole.representation(["E", "L", "Lz", "FeH"]).assign(group=whole.truth)
    return table.sample(16_500, random_state=0)


def cloud():
    """One Gaussian, which has no clusters."""
    X = np.random.default_rng(4).normal(size=(400, 3))
    return pd.DataFrame(X, columns=["x", "y", "z"]).assign(group="all")


# The table, the numbers that the page may recommend, and the least ARI with the truth.
TABLES = {
    "iris": (lambda: bunch(datasets.load_iris), {2, 3}, 0.5),
    "wine": (lambda: bunch(datasets.load_wine), {2, 3}, 0.4),
    "breast cancer": (lambda: bunch(datasets.load_breast_cancer), {2}, 0.3),
    "digits": (lambda: bunch(datasets.load_digits), set(range(8, 26)), 0.4),
    # 33 groups, of which many touch.
    "stars": (stars, set(range(12, 37)), 0.3),
    "cloud": (cloud, {1}, None),
}


@pytest.fixture(scope="module", params=TABLES)
def own(request, tmp_path_factory):
    """The name of a table, and the folder with its page."""
    folder = tmp_path_factory.mktemp("own")
    data = TABLES[request.param][0]()
    path = folder / "mine.csv"
    data.to_csv(path, index=False)
    command = [sys.executable, "-m", "helpers", "report", "--data", str(path)]
    command += ["--truth", "group"] if data["group"].nunique() > 1 else []
    done = subprocess.run(
        [*command, "--output", str(folder / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return request.param, folder / "out"


def test_number_and_agreement_with_the_truth(own):
    name, folder = own
    _, numbers, least = TABLES[name]
    labelled = pd.read_csv(folder / "labelled.csv")
    assert labelled["cluster"].nunique() in numbers
    if least:
        ari = metrics.adjusted_rand_score(labelled["group"], labelled["cluster"])
        assert ari > least
