"""Numbers in README and TEACHING are those of the studies, measurements, chapters."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from scipy.stats import t

from benchmarks import readme
from benchmarks.growth import exponents
from helpers.course import notebooks, studies
from helpers.course.notebooks import ROOT

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


def test_the_table_of_speed_is_that_of_the_measurements():
    assert f"\n\n{readme.table()}\n" in README


def test_how_the_cost_grows():
    growth = pd.read_csv(ROOT / "benchmarks" / "growth.csv")
    power = exponents(growth)
    of_pairs = power.index.str.startswith(("average", "exact"))
    assert power[~of_pairs].between(0.8, 1.2).all()  # "nearly as n"
    said = re.findall(r"(?:silhouettes|linkage) as n\^(\d\.\d)", README)
    measured = [
        power[of_pairs].filter(like=word).item() for word in ("exact", "average")
    ]
    assert said == [f"{exponent:.1f}" for exponent in measured]
    largest = growth.groupby("method")["n"].max() / 1e6
    said = re.search(
        r"as n up to ([\d.]+) million stars\s+\(single linkage: (\d+) million; Ward: "
        r"([\d.]+) million\)",
        README,
    )
    trees = largest["single linkage"], largest["Ward linkage"]
    assert tuple(map(float, said.groups())) == (largest.max(), *trees)


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_teaching_gives_the_times_of_the_chapters(path):
    cells = notebooks.read(path)["cells"]
    outputs = [out for cell in cells for out in cell.get("outputs", [])]
    printed = "".join("".join(out.get("text", "")) for out in outputs)
    said = re.search(r"About (\d+) minutes, (\d+) of them for \d+ exercises", printed)
    row = rf"\| \d \| {path.stem[:2]} [^|]*\| {said[1]} \({said[2]}\) \|"
    assert re.search(row, TEACHING)
