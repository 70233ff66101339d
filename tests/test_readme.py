"""Numbers in README and TEACHING are those of the studies, measurements, chapters."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from scipy.stats import t

from benchmarks.growth import exponents
from helpers.course import notebooks, pages, studies
from helpers.course.notebooks import ROOT
from tests.notebook_checks import NOT_YET_REWRITTEN

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEACHING = (ROOT / "TEACHING.md").read_text(encoding="utf-8")
NUMBERED = [path for path in notebooks.chapters() if path.stem[0].isdigit()]


def test_what_the_rule_finds_in_fresh_halos():
    halos = studies.study("case-halos", None).query("not seen").groupby("halo")
    means = halos[["clusters", "found", "surplus", "lost"]].mean()
    found = 100 * means["found"] / (means["found"] + means["lost"])
    half = t.ppf(0.975, len(means) - 1) * found.sem()
    surplus = 100 * means["surplus"].sum() / means["clusters"].sum()
    said = re.search(
        r"in (\w+) halos that nobody had seen.* found\s+(\d+) % .*interval (\d+) % to "
        r"(\d+) %\), and (\d+) % of the clusters",
        README,
        flags=re.DOTALL,
    )
    assert (said[1], len(means)) == ("ten", 10)
    values = found.mean(), found.mean() - half, found.mean() + half, surplus
    assert list(map(int, said.groups()[1:])) == list(map(round, values))


KMEANS, ALL = "k-means to its end", 330_000
TREES, HOPKINS = (
    "fastcluster.linkage_vector",
    "plain loop over probes with SciPy's cdist",
)
# A row's room, the work, n, the peer, and what the table calls it.
ROWS = {
    "single linkage, all stars": ("trees", "single", ALL, TREES, "fastcluster"),
    "Ward linkage, all stars": ("trees", "ward", ALL, TREES, "fastcluster"),
    "single linkage, 33,000 stars": (
        *("trees", "single", 33_000, "sklearn.cluster.HDBSCAN"),
        "scikit-learn's HDBSCAN",
    ),
    "28 clusters by Ward linkage, 8,250 stars": (
        *("trees", "28 clusters", 8_250, "sklearn.cluster.AgglomerativeClustering"),
        "scikit-learn",
    ),
    "EM iterations, all stars, 28 full covariances": (
        *("mixture", "5 EM", ALL, "sklearn.mixture.GaussianMixture"),
        "scikit-learn",
    ),
    "k-means to its end, all stars, k = 28": (
        *("kmeans", KMEANS, ALL, "sklearn.cluster.KMeans"),
        "scikit-learn",
    ),
    "the same": (
        "kmeans",
        KMEANS,
        ALL,
        "sklearnex.cluster.KMeans",
        "its Intel version",
    ),
    "20 k-means iterations, all stars": (
        *("kmeans", "20 k-means", ALL, "faiss.Kmeans"),
        "faiss",
    ),
    "Hopkins statistic, 16,500 stars": (
        *("hopkins", "one statistic, 1,650 probes, stars", 16_500, HOPKINS),
        "loop over probes",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_times_faster(name):
    room, work, n, peer, label = ROWS[name]
    table = studies.measured(room).query("n == @n and peer == @peer")
    table = table[table["work"].str.startswith(work)].set_index("d")["times_faster"]
    said = re.search(rf"\| {name} \| {label} \| ([\d.]*) ?\| ([\d.]*) ?\|", README)
    for d, text in zip((3, 6), said.groups(), strict=True):
        assert text == (f"{table[d]:.2g}" if d in table.index else "")


def test_linkages_against_scipy():
    ratios = studies.measured("linkage")["times_faster"]
    assert f"{ratios.min():.2g} to {ratios.max():.2g} times faster" in README


def test_how_the_cost_grows():
    growth = pd.read_csv(ROOT / "benchmarks" / "growth.csv")
    power = exponents(growth)
    assert 1.2 < power.pop("single linkage") < 1.5  # "somewhat faster"
    of_pairs = power.index.str.startswith(("average", "exact"))
    assert power[~of_pairs].between(0.8, 1.2).all()  # "nearly as n"
    assert power[of_pairs].between(1.8, 2.1).all()  # "nearly as n²"
    assert growth["n"].max() == 3_300_000


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_teaching_gives_the_times_of_the_chapters(path):
    if path.stem[:2] in NOT_YET_REWRITTEN:
        pytest.skip("its time is typed")
    said = pages.stated_time(notebooks.read(path)["cells"])
    row = rf"\| \d \| {path.stem[:2]} [^|]*\| {said[1]} \({said[2]}\) \|"
    assert re.search(row, TEACHING)
