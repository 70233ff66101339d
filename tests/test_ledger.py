"""The ledgers: what becomes of each cell of a chapter that is to be rewritten.

`tests/ledger/05.csv` has a row for each cell of chapter 05 as it was: kept, or where it
goes and why. No row, error or figure of the sources is lost on the way.
"""

import csv
import re
from pathlib import Path

import pytest

from helpers.course import notebooks

LEDGERS = sorted(Path(__file__).with_name("ledger").glob("*.csv"))
FATES = {"kept", "check", "appendix", "helper", "test", "moved", "dropped"}
SHOWN = {"kept", "check", "appendix", "moved"}
TAG = re.compile(r"(row-R|error-|fig-)\d\d")


def ledger(path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", LEDGERS, ids=lambda path: path.stem)
def test_each_cell_has_a_fate_and_a_reason_where_it_goes(path):
    rows = ledger(path)
    assert {row["fate"] for row in rows} <= FATES
    assert all(row["why"] for row in rows if row["fate"] != "kept")
    assert all(row["where"] for row in rows if row["fate"] in ("appendix", "moved"))
    assert len({row["cell"] for row in rows}) == len(rows)


@pytest.mark.parametrize("path", LEDGERS, ids=lambda path: path.stem)
def test_no_row_error_or_figure_of_the_sources_is_lost(path):
    notebook = next(p for p in notebooks.chapters() if p.name.startswith(path.stem))
    tags = {
        tag
        for cell in notebooks.read(notebook)["cells"]
        for tag in cell["metadata"].get("tags", [])
        if TAG.fullmatch(tag)
    }
    shown = {
        tag
        for row in ledger(path)
        if row["fate"] in SHOWN
        for tag in row["tags"].split()
    }
    assert tags <= shown
