"""The page on own data beside scikit-learn: five real tables, and one without clusters.

What is compared is what the page stores: SSE, silhouette and BIC for each number, the
labels of k-means, and the number that it recommends.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn import cluster, datasets, metrics, mixture

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
    "wine": (lambda: bunch(datasets.load_wine), {3}, 0.8),
    "breast cancer": (lambda: bunch(datasets.load_breast_cancer), {2}, 0.5),
    "digits": (lambda: bunch(datasets.load_digits), set(range(8, 26)), 0.4),
    # 33 groups; 2 and 3 are named too, and halves of any table agree well on so few.
    "stars": (stars, set(range(25, 37)), 0.6),
    "cloud": (cloud, {1}, None),
}


@pytest.fixture(scope="module", params=TABLES)
def own(request, tmp_path_factory):
    """The name of a table, its scaled features, and the folder with its page."""
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
    X = data.drop(columns="group").to_numpy(float)
    X = X[:, X.std(axis=0) > 0]
    return request.param, (X - X.mean(axis=0)) / X.std(axis=0), folder / "out"


def test_number_and_agreement_with_the_truth(own):
    name, _, folder = own
    _, numbers, least = TABLES[name]
    labelled = pd.read_csv(folder / "labelled.csv")
    assert labelled["cluster"].nunique() in numbers
    if least:
        ari = metrics.adjusted_rand_score(labelled["group"], labelled["cluster"])
        assert ari > least


def test_sweep(own):
    name, X, folder = own
    if name == "stars":
        pytest.skip("its sweep is of a random 5,000 of the rows")
    sweep = pd.read_csv(folder / "sweep.csv").set_index("k")
    for k in (1, 2, 3, 4):
        peer = cluster.KMeans(k, n_init=20, random_state=0).fit(X)
        assert sweep.loc[k, "SSE"] == pytest.approx(peer.inertia_, rel=0.01)
    peer = cluster.KMeans(2, n_init=20, random_state=0).fit(X)
    width = metrics.silhouette_score(X, peer.labels_)
    assert sweep.loc[2, "silhouette"] == pytest.approx(width, abs=0.02)


def test_bic(own):
    name, X, folder = own
    if name in ("stars", "digits"):
        pytest.skip("a sample of its rows, or turned to fewer axes")
    bic = pd.read_csv(folder / "bic.csv").set_index(["kind", "k"])["BIC"]
    for kind in ("full", "diag"):
        peer = mixture.GaussianMixture(1, covariance_type=kind).fit(X)
        assert bic[kind, 1] == pytest.approx(peer.bic(X), rel=1e-3)
        peer = mixture.GaussianMixture(
            2, covariance_type=kind, n_init=10, max_iter=500, random_state=0
        ).fit(X)
        assert bic[kind, 2] <= peer.bic(X) + 0.01 * abs(peer.bic(X))
