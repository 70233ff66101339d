"""`python3 -m helpers bench [ROOM ...]`: measure the pairs, print and keep the table.

results.csv holds one row for each pair, with the machine and the versions that gave it;
the rows of rooms that were not measured now stay as they were. README's table is made
from it. The rooms of ALONE have no pairs but a file of their own; `distributed` runs
only when it is named.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from benchmarks import readme
from benchmarks.harness import measure

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.csv"
ALONE = ("distributed", "growth")
# The packages of a row's versions, where they are installed, and their modules.
PACKAGES = {name: name for name in ("numpy", "scipy", "fastcluster", "mlpack")}
PACKAGES |= {"scikit-learn": "sklearn", "scikit-learn-intelex": "sklearnex"}
PACKAGES |= {"faiss-cpu": "faiss", "quitefastmst": "quitefastmst"}
ROOMS = sorted(
    path.stem
    for path in FOLDER.glob("*.py")
    if path.stem not in ("__init__", "__main__", "harness", "readme", *ALONE)
)


def main(argv: list[str]) -> int:
    """Measure the rooms named, or all; print the table and write results.csv."""
    parser = argparse.ArgumentParser(prog="python3 -m helpers bench")
    names = ", ".join([*ROOMS, *ALONE])
    parser.add_argument("room", nargs="*", help=f"any of {names}")
    rooms = parser.parse_args(argv).room or [*ROOMS, "growth"]
    for room in rooms:
        if room not in (*ROOMS, *ALONE):
            parser.error(f"There is no room {room!r}; there are {names}.")
    rows = []
    for room in rooms:
        module = importlib.import_module(f"benchmarks.{room}")
        if room in ALONE:
            module.main()
            continue
        for pair in module.PAIRS:
            rows.append(measure(pair) | setting())
            print(f"{pair.room}: {pair.work}: {rows[-1]['times_faster']} x", flush=True)
    if not rows:
        return 0
    table = pd.DataFrame(rows)
    print(table.drop(columns=list(setting())).to_string(index=False))
    keep(table)
    readme.write()
    return 0


def setting() -> dict:
    """The machine and the versions that a row was measured with."""
    packages = [name for name in PACKAGES if find_spec(PACKAGES[name])]
    return {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def keep(table: pd.DataFrame) -> None:
    """Put the rows into results.csv, in place of older ones of the same rooms."""
    if RESULTS.exists():
        old = pd.read_csv(RESULTS, keep_default_na=False)
        table = pd.concat([old[~old["room"].isin(table["room"])], table])
    part = RESULTS.with_suffix(".part")
    table.sort_values("room", kind="stable").to_csv(part, index=False)
    part.replace(RESULTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
