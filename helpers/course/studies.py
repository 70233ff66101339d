"""Tables that a chapter keeps, long studies, and the measured times.

A study is computed once, with the chapter's parameter `thorough`, and its small table
stays in the project, where every later run reads it:

    python3 -m helpers report 05 -p thorough True --cell-minutes 240

writes it to build/parameters/tables/; copied to helpers/course/study_tables/ it is the
new one.

Not handled: tables of anything but numbers and short words.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

STUDIES = Path(__file__).with_name("study_tables")
RESULTS = Path(__file__).parents[2] / "benchmarks" / "results.csv"


def keep(table: pd.DataFrame, name: str) -> None:
    """Write a table where HELPERS_TABLES names a folder; else do nothing.

    `name` is the chapter's number and a word or two, such as "07-consensus". The index
    is not written; numbers keep 7 significant digits.

    >>> keep(pd.DataFrame({"k": [2, 3], "sse": [5.0, 4.0]}), "05-sse")
    """
    folder = os.environ.get("HELPERS_TABLES")
    if folder:
        path = Path(folder, f"{name}.csv")
        table.to_csv(path, index=False, float_format="%.7g", lineterminator="\n")


def study(
    name: str, make: Callable[[], pd.DataFrame], thorough: bool = False
) -> pd.DataFrame:
    """Return the stored table of a long study, or with `thorough` make and keep it."""
    if not thorough:
        return pd.read_csv(STUDIES / f"{name}.csv")
    table = make()
    keep(table, name)
    return table


def measured(*rooms: str) -> pd.DataFrame:
    """Return what `python3 -m helpers bench` has measured, such as of "kmeans".

    A row for each pair: work, peer, number of points `n` and features `d`, median
    `seconds_ours` and `seconds_peer` on one machine, and their ratio `times_faster`.

    >>> measured("kmeans").columns.tolist()[-1]
    'times_faster'
    """
    table = pd.read_csv(RESULTS)
    columns = ["work", "peer", "n", "d", "seconds_ours", "seconds_peer", "times_faster"]
    return table.loc[table["room"].isin(rooms), columns].reset_index(drop=True)
