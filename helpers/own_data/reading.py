"""A table of your own: read it, check it, and give it back with labels.

`read` takes a CSV file of almost any make (`csv_files`), chooses its features and rows
(`columns`) and tells in `notes` what was left out; what cannot be mended is refused
in one sentence. The route that then runs is in notebooks/own_data.ipynb, its sizes and
the recommendation in `route`.

Not handled: categories as features, weights, several files.
"""

import csv
import os
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.own_data import columns as choosing
from helpers.own_data import csv_files, tables

EXAMPLE = "iris"
"""The word that names the built-in example instead of a file."""


@dataclass(frozen=True, eq=False)
class OwnData:
    """A table that can be clustered, and what was done to make it one.

    `features` (n, d) has the row number of the file as index. `truth` (n,) are whole
    numbers or None, `groups` the word in the file for each of them. `text` are all rows
    of the file as they stand there, `separator` parts its columns.
    """

    name: str
    features: pd.DataFrame
    truth: np.ndarray | None
    groups: dict
    text: pd.DataFrame
    separator: str
    notes: tuple[str, ...]


def read(source, columns="", truth="", drop_missing: bool = False) -> OwnData:
    """Read a table, choose its features, or say in one sentence what is wrong.

    Parameters
    ----------
    source : str or path
        A CSV file; or "iris", the built-in example.
    columns : str
        Names of the features, parted by commas; a name that holds a comma in quotes.
        Empty: every column of numbers that is no row number and not constant.
    truth : str
        The column with the true group of each row, or empty. Never a feature.
    drop_missing : bool
        Leave out rows with a missing value; otherwise they are refused.

    Returns
    -------
    OwnData

    Raises
    ------
    OSError, ValueError
        If the file or what is asked of it makes no sense; see `csv_files.read`.

    Examples
    --------
    >>> read("iris").features.shape
    (150, 4)
    """
    if source == EXAMPLE:
        file, name = _example(), EXAMPLE
    else:
        path = tables.existing(source)
        if tables.is_hdf5(path):
            raise ValueError(f"{path.name} is an HDF5 file; save its table as CSV.")
        file, name = csv_files.read(path), path.name
    wanted, notes = choosing.chosen(file.table, names(columns), truth, name)
    rows, dropped = choosing.complete(file.table[wanted + [truth] * bool(truth)], name)
    if dropped and not drop_missing:
        raise ValueError(
            f"{dropped} Add --drop-missing to leave those rows out, or --columns to "
            "leave columns out."
        )
    notes += [f"{dropped} Those rows were left out."] if dropped else []
    features = tables.numbers(file.table.loc[rows, wanted], wanted, name)
    choosing.check_features(features, name)
    labels, groups = None, {}
    if truth:
        labels, groups = choosing.true_groups(file.table.loc[rows, truth], name)
    return OwnData(
        name, features, labels, groups, file.text, file.separator, (*file.notes, *notes)
    )


def names(text: str) -> list[str]:
    """Return the names in a list parted by commas.

    Examples
    --------
    >>> names('a, b,"c, in kg"')
    ['a', 'b', 'c, in kg']
    """
    return [
        name.strip() for name in next(csv.reader([text], skipinitialspace=True), [])
    ]


def labelled(own: OwnData, found: pd.DataFrame) -> pd.DataFrame:
    """Return all rows of the file as they stand there, with the columns found.

    Rows that were left out have empty entries in these columns. A column found whose
    name is taken gets an underscore.

    Examples
    --------
    >>> iris = read("iris")
    >>> labels = pd.DataFrame({"cluster": 0}, index=iris.features.index)
    >>> labelled(iris, labels).columns[-1]
    'cluster'
    """
    new = {}
    for name, column in found.items():
        while name in own.text or name in new:
            name += "_"
        new[name] = column.reindex(own.text.index)
        if pd.api.types.is_integer_dtype(column):
            new[name] = new[name].astype("Int64")
    return pd.concat([own.text, pd.DataFrame(new)], axis=1)


def keep(own: OwnData, table: pd.DataFrame, file_name: str) -> None:
    """Write a table where HELPERS_TABLES names a folder, in the file's own separator.

    Examples
    --------
    >>> keep(read("iris"), pd.DataFrame({"a": [1]}), "labelled.csv")
    """
    folder = os.environ.get("HELPERS_TABLES")
    if folder:
        path = Path(folder, file_name)
        table.to_csv(path, sep=own.separator, index=False, lineterminator="\n")


def versions() -> str:
    """Return the versions of what computes the results."""
    packages = ("numpy", "scipy", "pandas", "scikit-learn", "matplotlib")
    told = [f"{package} {metadata.version(package)}" for package in packages]
    return ", ".join([f"Python {platform.python_version()}", *told])


def main(argv) -> int:
    """Check a table before the route runs on it: python -m helpers.own_data.reading ...

    Prints what was read and about how long the route takes; 2 after one sentence if it
    cannot run.
    """
    from helpers.own_data import route

    source, columns, truth, *drop = argv
    if source == EXAMPLE and not truth:
        truth = "species"
    try:
        own = read(source, columns, truth, drop_missing=bool(drop))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    plan = route.plan(own.features)
    print(*own.notes, *plan.sentences(), sep="\n")
    print(f"This will take {route.duration(plan.seconds)}.", flush=True)
    return 0


def _example() -> csv_files.CsvFile:
    """Fisher's irises, as a file would give them."""
    from sklearn.datasets import load_iris

    iris = load_iris(as_frame=True)
    table = iris.data.assign(species=iris.target_names[iris.target])
    note = "iris: 150 flowers of three species (Fisher 1936), the built-in example."
    return csv_files.CsvFile(table, table.astype(str), ",", (note,))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
