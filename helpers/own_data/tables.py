"""What a table of numbers in a file must be, or one sentence why it is none.

Rows are counted from 0, the first row below the names.

Not handled: missing values (they are refused).
"""

from pathlib import Path

import numpy as np
import pandas as pd

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


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


def numbers(table: pd.DataFrame, columns, name: str = "The table") -> pd.DataFrame:
    """Return columns as float64, or say what is wrong with them.

    Raises
    ------
    ValueError
        If a column is missing, text stands where a number should be, or a value is NaN
        or infinite.

    Examples
    --------
    >>> numbers(pd.DataFrame({"star": ["a", "b"], "x": [1, 2]}), ["x"]).dtypes.tolist()
    [dtype('float64')]
    """
    present(columns, table.columns, name)
    kept = {}
    for column in columns:
        values = pd.to_numeric(table[column], errors="coerce").astype(float)
        text = table[column].notna() & values.isna()
        _refuse_text(table[column], text, name)
        _refuse_not_finite(values, name)
        kept[column] = values
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
