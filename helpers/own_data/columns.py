"""Which columns and rows of a table are clustered.

Left out, and told: columns of text, columns that number the rows, empty and constant
ones; on demand, rows with missing values. Refused in one sentence: what is asked of the
table and cannot be, and tables on which the route could say nothing.

Not handled: categories as features, values that stand for "missing" but look like
numbers (-999).
"""

import re

import numpy as np
import pandas as pd

from helpers.own_data import tables

MIN_ROWS = 20
"""Fewer rows carry no evidence for or against clusters."""

LARGEST = 1e100
"""Squares of larger numbers, summed, leave the range of floating point."""

ID_NAMES = (
    r"(.*[ _])?(id|index|idx|row|nr|no|number|key|code|unnamed: \d+)|.*[a-z]I[dD]"
)
"""Names of columns that tell rows apart, such as "id", "star_id", "rowId"."""


def chosen(table, wanted: list[str], truth: str, name: str) -> tuple[list, list]:
    """Return the columns to cluster, and a note on each that is left out.

    Parameters
    ----------
    table : DataFrame of shape (n, number of columns)
    wanted : list of str
        What the reader asked for; empty: every column that is a feature.
    truth : str
        A column that is never a feature, or empty.
    name : str
        What the table is called in the error texts.

    Returns
    -------
    columns, notes : list of str

    Raises
    ------
    ValueError
        If a column is missing, named twice, asked for and no feature, or none is left.

    Examples
    --------
    >>> chosen(pd.DataFrame({"id": [1, 2, 3], "x": [4, 9, 4]}), [], "", "stars.csv")[0]
    ['x']
    """
    tables.present([*wanted, truth] if truth else wanted, table.columns, name)
    if truth in wanted:
        raise ValueError(
            f"Column {truth} of {name} is the truth and cannot be a feature too; name "
            "it only once."
        )
    if len(set(wanted)) < len(wanted):
        raise ValueError("A column is named twice in --columns; name each only once.")
    kept, notes = [], []
    for column in wanted or [c for c in table if c != truth]:
        reason = _no_feature(table[column])
        if wanted and reason and not reason.startswith("looks"):
            raise ValueError(f"Column {column} of {name} {reason}; leave it out.")
        if wanted or not reason:
            kept.append(column)
        if reason:
            left = "is clustered all the same, as asked" if wanted else "is left out"
            hint = "" if truth else _hint(table[column])
            notes.append(f"Column {column} {reason}, and {left}.{hint}")
    if not kept:
        raise ValueError(
            f"{name} has no numeric column to cluster. {' '.join(notes)}".strip()
        )
    return kept, notes


def complete(table: pd.DataFrame, name: str) -> tuple[np.ndarray, str]:
    """Return which rows have no missing value, and a sentence on those that have.

    Examples
    --------
    >>> complete(pd.DataFrame({"x": [1, None]}), "stars.csv")[0]
    array([ True, False])
    """
    missing = table.isna()
    rows = ~missing.any(axis=1).to_numpy()
    if rows.all():
        return rows, ""
    counts = missing.sum()[lambda count: count > 0]
    where = ", ".join(f"{column} {count}" for column, count in counts.items())
    return rows, (
        f"{name} has {missing.to_numpy().sum()} missing values in {(~rows).sum()} of "
        f"its {len(rows)} rows (by column: {where})."
    )


def check_features(features: pd.DataFrame, name: str) -> None:
    """Refuse what the route cannot say anything about.

    Raises
    ------
    ValueError
        If there are too few rows, or too few that differ; a column is constant, or
        holds numbers too large to be squared.

    Examples
    --------
    >>> check_features(pd.DataFrame({"x": np.arange(20.0)}), "stars.csv")
    """
    if len(features) < MIN_ROWS:
        raise ValueError(
            f"{name} has {len(features)} complete row(s), and at least {MIN_ROWS} are "
            "needed; give more rows, or name columns with fewer gaps in --columns."
        )
    large = features.abs().max()
    if (large > LARGEST).any():
        raise ValueError(
            f"Column {large.idxmax()} of {name} holds {large.max():.3g}, too large to "
            "be squared; correct it, or use other units."
        )
    constant = features.columns[features.nunique() == 1]
    if len(constant):
        raise ValueError(
            f"Column {constant[0]} of {name} is constant in the rows that are "
            "complete; leave it out with --columns."
        )
    if len(features.drop_duplicates()) < MIN_ROWS // 2:
        raise ValueError(
            f"{name} has only {len(features.drop_duplicates())} different rows; "
            "count them instead of clustering them."
        )


def true_groups(column: pd.Series, name: str) -> tuple[np.ndarray, dict]:
    """Return the true groups as whole numbers, and the word for each number.

    Raises
    ------
    ValueError
        If an entry is missing, or there is one group only or nearly one for each row.

    Examples
    --------
    >>> true_groups(pd.Series(["b", "a", "b", "a"]), "stars.csv")[1]
    {1: 'b', 0: 'a'}
    """
    labels = tables.labels(column, name)
    groups = dict(zip(labels.tolist(), column.astype(str), strict=True))
    if not 1 < len(groups) <= len(column) // 2:
        raise ValueError(
            f"Column {column.name} of {name} has {len(groups)} different entries in "
            f"{len(column)} rows; a truth names at least 2 groups of several rows."
        )
    return labels, groups


def id_like(column: pd.Series) -> bool:
    """Return whether a column numbers the rows instead of measuring something.

    Whole numbers, all different, that are named like an identifier or climb by the same
    step from row to row.

    Examples
    --------
    >>> id_like(pd.Series([1, 2, 3], name="x")), id_like(pd.Series([1, 3, 2], name="x"))
    (True, False)
    """
    values = pd.to_numeric(column, errors="coerce").dropna()
    if values.nunique() < len(column) or (values % 1 != 0).any():
        return False
    named = re.fullmatch(ID_NAMES, str(column.name)) or re.fullmatch(
        ID_NAMES, str(column.name).lower()
    )
    return bool(named) or bool(values.diff().dropna().nunique() == 1)


def _no_feature(column: pd.Series) -> str:
    """Why a column is no feature; '' if it is one."""
    filled = column.dropna()
    if filled.empty:
        return "is empty"
    if filled.nunique() == 1:
        return f"is constant ({filled.iloc[0]} in every row)"
    if pd.to_numeric(filled, errors="coerce").isna().mean() > 0.5:
        return f"holds text ({filled.nunique()} different entries)"
    if id_like(column):
        return "looks like a number of the row, not a measurement"
    return ""


def _hint(column: pd.Series) -> str:
    """Say how to name the truth where a column of text could be it."""
    few = 1 < column.nunique() <= min(50, len(column) // 5)
    if not few or pd.api.types.is_numeric_dtype(column):
        return ""
    return f" If it names the true groups: --truth {column.name}."
