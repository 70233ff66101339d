"""README's table of speed, made from results.csv."""

import re
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).with_name("results.csv")
README = Path(__file__).parents[1] / "README.md"
HEAD = "| work | beside | 3-D | 6-D |\n|---|---|---|---|\n"


def table() -> str:
    """A line for each work and peer: times faster, and least to most where repeated."""
    results = pd.read_csv(RESULTS, keep_default_na=False)
    lines = []
    for (work, n, peer), rows in results.groupby(["work", "n", "peer"], sort=False):
        cells = {row["d"]: times(row) for row in rows.to_dict("records")}
        note = rows["note"].iloc[0]
        peer = f"{peer} ({note})" if note else peer
        line = [f"{work}, n = {n:,}", peer, cells.get(3, ""), cells.get(6, "")]
        lines.append(f"| {' | '.join(line)} |\n")
    return HEAD + "".join(lines)


def times(row: dict) -> str:
    """The ratio, such as "1.5 (1.4 to 1.7)"."""
    keys = ("times_faster", "times_least", "times_most")
    given = [float(row[key]) for key in keys if row.get(key, "") != ""]
    middle, *ends = (f"{x:.0f}" if x >= 10 else f"{x:.2g}" for x in given)
    return f"{middle} ({' to '.join(ends)})" if len(set(ends)) == 2 else middle


def write() -> None:
    """Put the table in place of README's."""
    text = README.read_text(encoding="utf-8")
    old = re.escape(HEAD) + r"(?:\|.*\n)*"
    README.write_text(re.sub(old, lambda _: table(), text), encoding="utf-8")
