"""Read a table of numbers from a file, or say in one sentence why it is none.

CSV with a line of names (`csv_files`), or HDF5 as the vaex project writes it: each
column is /table/columns/NAME/data, or /data/NAME in the older layout. Rows are counted
from 0, the first row below the names.

Not handled: missing values (they are refused), HDF5 with masks, compressed strings or
several tables.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.own_data import csv_files

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


def read(path) -> pd.DataFrame:
    """Return the table in a CSV or HDF5 file, as it is there.

    Parameters
    ----------
    path : str or path
        The kind of file is told from its first bytes, not from its name.

    Returns
    -------
    DataFrame of shape (n, number of columns)

    Raises
    ------
    FileNotFoundError, ImportError, ValueError
        If the file is missing, empty or no table, or h5py is needed and missing.

    References
    ----------
    The HDF5 layout: vaex.io, `DataFrame.export_hdf5`.

    Examples
    --------
    >>> read(Path(__file__).parent.parent / "stars" / "satellites.csv").shape
    (33, 8)
    """
    path = existing(path)
    return _read_hdf5(path) if is_hdf5(path) else csv_files.read(path).table


def existing(path) -> Path:
    """Return the path of a file that is there and has something in it.

    Raises
    ------
    FileNotFoundError, ValueError
        If it is missing, a folder or empty.

    Examples
    --------
    >>> existing(Path(__file__)).name
    'tables.py'
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}; check the name and folder.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name the CSV or HDF5 file in it.")
    if path.stat().st_size == 0:
        raise ValueError(f"{path.name} is empty; give a CSV file with a line of names.")
    return path


def is_hdf5(path) -> bool:
    """Return whether a file begins as HDF5 files do.

    Examples
    --------
    >>> is_hdf5(Path(__file__))
    False
    """
    with open(path, "rb") as file:
        return file.read(len(HDF5_SIGNATURE)) == HDF5_SIGNATURE


def numbers(table: pd.DataFrame, columns=None, name: str = "The table"):
    """Return columns as float64, or say what is wrong with them.

    Parameters
    ----------
    table : DataFrame of shape (n, number of columns)
    columns : list of str
        The columns wanted, each of which must hold numbers. None: every column of which
        at least half of the entries are numbers; text columns are left out.
    name : str
        What the table is called in the error texts.

    Returns
    -------
    DataFrame of shape (n, number of columns kept), float64

    Raises
    ------
    ValueError
        If a column is missing, no column is numeric, text stands where a number should
        be, or a value is NaN or infinite.

    Examples
    --------
    >>> numbers(pd.DataFrame({"star": ["a", "b"], "x": [1, 2]})).columns.tolist()
    ['x']
    """
    wanted = table.columns if columns is None else columns
    present(wanted, table.columns, name)
    kept = {}
    for column in wanted:
        values = pd.to_numeric(table[column], errors="coerce").astype(float)
        text = table[column].notna() & values.isna()
        if columns is None and text.mean() > 0.5:
            continue
        _refuse_text(table[column], text, name)
        _refuse_not_finite(values, name)
        kept[column] = values
    if not kept:
        raise ValueError(f"{name} has no numeric column; give at least one of numbers.")
    return pd.DataFrame(kept)


def labels(column: pd.Series, name: str = "The table") -> np.ndarray:
    """Return a column of classes as whole numbers; names are numbered alphabetically.

    Raises
    ------
    ValueError
        If an entry is missing.

    Examples
    --------
    >>> labels(pd.Series(["b", "a", "b"]))
    array([1, 0, 1])
    """
    missing = column.isna()
    if missing.any():
        raise ValueError(
            f"Column {column.name} of {name} is the truth, and {missing.sum()} of its "
            f"entries are missing, first in row {missing.argmax()}; fill them or drop "
            "those rows."
        )
    if pd.api.types.is_numeric_dtype(column) and (column % 1 == 0).all():
        return column.to_numpy().astype(np.intp)
    return np.unique(column.astype(str), return_inverse=True)[1]


def present(columns, available, name: str) -> None:
    """Refuse names of columns that are not there, and name those that are.

    Raises
    ------
    TypeError, ValueError
        If `columns` is one string, or names a column that is not in `available`.

    Examples
    --------
    >>> present(["x"], ["x", "y"], "stars.csv")
    """
    if isinstance(columns, str):
        raise TypeError(f"columns must be a list of names, but {columns!r} was given.")
    missing = [str(column) for column in columns if column not in list(available)]
    if missing:
        raise ValueError(
            f"{name} has no column {', '.join(missing)}; it has "
            f"{', '.join(map(str, available))}."
        )


def _read_hdf5(path: Path) -> pd.DataFrame:
    """The columns of a vaex file."""
    try:
        import h5py
    except ImportError:
        raise ImportError(
            f"{path.name} is an HDF5 file, and the package h5py that reads it is not "
            "installed; install it with: python -m pip install h5py"
        ) from None
    try:
        file = h5py.File(path)
    except OSError as error:
        raise ValueError(f"{path.name} is not a whole HDF5 file ({error}).") from None
    with file:
        group = next((file[g] for g in ("table/columns", "data") if g in file), {})
        columns = {
            column: item["data"][:] if isinstance(item, h5py.Group) else item[:]
            for column, item in group.items()
        }
    if not columns:
        raise ValueError(
            f"{path.name} has neither /table/columns nor /data, where vaex keeps a "
            "table; save yours as CSV."
        )
    return pd.DataFrame(columns)


def _refuse_text(column: pd.Series, text: pd.Series, name: str) -> None:
    """Refuse text where a number should be."""
    if text.any():
        row = int(text.argmax())
        raise ValueError(
            f"Column {column.name} of {name} must hold numbers, but row {row} (counted "
            f"from 0) holds {column.iloc[row]!r}; correct it, or leave the column out."
        )


def _refuse_not_finite(column: pd.Series, name: str) -> None:
    """Refuse NaN, empty and infinite entries."""
    bad = ~np.isfinite(column)
    if bad.any():
        raise ValueError(
            f"Column {column.name} of {name} holds NaN or infinity in {bad.sum()} "
            f"place(s), first in row {bad.argmax()} (counted from 0); drop or fill "
            "those rows."
        )
