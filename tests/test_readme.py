"""The README's numbers are those of the stored studies and measurements."""

from __future__ import annotations

import re

from helpers import studies
from helpers.report import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


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
