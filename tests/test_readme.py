"""Numbers in README and TEACHING are those of the studies, measurements, chapters."""

from __future__ import annotations

import re

import pytest

from helpers import report, studies
from helpers.report import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEACHING = (ROOT / "TEACHING.md").read_text(encoding="utf-8")


def test_satellites_found():
    shipped = studies.study("07-galaxies", None).query("what == 'result'")
    found = shipped.set_index("momentum").loc["mean", "found"]
    seeds = studies.study("07-galaxies-seeds", None).query(
        "rule == 'repeated clusters' and momentum == 'mean' and chosen == 1"
    )
    said = re.search(
        r"(\d+) of the 33 \(on\s+(\w+)\s+other\s+halos,\s+(\d+) on average\)", README
    )
    assert int(said[1]) == found
    assert (said[2], len(seeds)) == ("five", 5)
    assert int(said[3]) == round(seeds["found"].mean())


ROWS = {
    "single linkage, all stars": ("trees", "single linkage", 330_000),
    "Ward linkage, all stars": ("trees", "ward linkage", 330_000),
    "EM iterations, all stars, 28 full covariances": ("mixture", "5 EM", 330_000),
    "k-means to its end, all stars, k = 28": ("kmeans", "k-means to its end", 330_000),
    "Hopkins statistic, 16,500 stars": (
        "hopkins",
        "one statistic, 1,650 probes, stars",
        16_500,
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_times_faster(name):
    room, work, n = ROWS[name]
    table = studies.measured(room).query("n == @n")
    table = table[table["work"].str.startswith(work)].set_index("d")
    said = re.search(rf"\| {name} \| .* \| ([\d.]+) \| ([\d.]+) \|", README)
    for d, text in zip((3, 6), said.groups(), strict=True):
        assert text == f"{table.loc[d, 'times_faster']:.2g}"


def test_linkages_against_scipy():
    ratios = studies.measured("linkage")["times_faster"]
    assert f"{ratios.min():.2g} to {ratios.max():.2g} times faster" in README


@pytest.mark.parametrize("path", report.chapters(), ids=lambda path: path.stem)
def test_teaching_gives_the_times_of_the_chapters(path):
    opening = "".join(report.read(path)["cells"][0]["source"])
    said = re.search(r"About\s+(\d+)\s+minutes,\s+and\s+(\d+)\s+more", opening)
    row = rf"\| \d \| {path.stem[:2]} [^|]*\| {said[1]} \+ {said[2]} \|"
    assert re.search(row, TEACHING)
