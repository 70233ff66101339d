"""The star catalogue: the embedded one, the original table, or a table of your own.

`load` returns the stars as one table, the truth (which satellite each star comes from)
apart from the features, and named choices of features: "3d" is (E, L, Lz), "6d" is
(x, y, z, vx, vy, vz). What the embedded stars are: helpers/stars/README.md.

The original table: Helmi & de Zeeuw (2000), MNRAS 319, 657, as published by the vaex
project in HDF5.

Not handled: missing values (they are refused), categories as features, weights, units
(those of your own table are yours).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import _checks
from helpers.own_data import tables
from helpers.stars import making

REPRESENTATIONS = {"3d": making.INTEGRALS, "6d": making.PHASE_SPACE}
MIN_ROWS = 3  # two points are one pair: nothing to cluster


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A table of stars, or of anything else.

    `table` holds one row a star: id (the truth), x, y, z in kpc, vx, vy, vz in kpc/Gyr,
    FeH in dex, E in kpc^2/Gyr^2, L and Lz in kpc^2/Gyr. A table of your own keeps its
    columns and units. `features` names the columns that are not the truth. `truth` (n,)
    are whole numbers, the cluster that each row belongs to; or None.
    """

    name: str
    table: pd.DataFrame
    features: tuple[str, ...]
    truth: np.ndarray | None

    def representation(self, columns="all") -> pd.DataFrame:
        """Return some of the features: "3d", "6d", "all" or a list of names.

        Raises
        ------
        TypeError, ValueError
            If a column is not there, or is the truth.

        Examples
        --------
        >>> list(load().representation("3d"))
        ['E', 'L', 'Lz']
        """
        if isinstance(columns, str):
            choices = REPRESENTATIONS | {"all": self.features}
            columns = choices[_checks.choice(columns, "columns", choices)]
        tables.present(columns, self.features, self.name)
        return self.table[list(columns)]


def load(source="embedded", columns=None, truth=None) -> Catalogue:
    """Read a catalogue.

    Parameters
    ----------
    source : str or path
        "embedded"; a CSV file with a line of names; or the original table, HDF5.
    columns : list of str
        The features to read; None: all columns of numbers.
    truth : str
        The column with the true cluster of each row, never among the features; names
        are numbered in alphabetical order. None: "id" for the embedded stars and the
        original table, nothing for a CSV file.

    Returns
    -------
    Catalogue

    Raises
    ------
    FileNotFoundError, ImportError, TypeError, ValueError
        If the file is missing, empty or no table; a column is missing, or holds text,
        NaN or infinity; there are fewer than 3 rows; h5py is needed and missing.

    References
    ----------
    Helmi & de Zeeuw (2000), MNRAS 319, 657.

    Examples
    --------
    >>> stars = load()
    >>> len(stars.table), len(np.unique(stars.truth))
    (330000, 33)
    """
    if isinstance(source, str) and source == "embedded":
        name, table, of_stars = "The embedded catalogue", making.read(), True
    else:
        name, table = Path(source).name, tables.read(source)
        of_stars = tables.is_hdf5(source)
    if of_stars:
        table = making.with_integrals(table)
        truth = "id" if truth is None and "id" in table else truth
    if truth is not None:
        tables.present([truth], table.columns, name)
    if len(table) < MIN_ROWS:
        raise ValueError(
            f"{name} has {len(table)} row(s), and at least {MIN_ROWS} are needed; give "
            "more rows."
        )
    labels = None if truth is None else tables.labels(table[truth], name)
    others = table.drop(columns=[] if truth is None else [truth])
    kept = tables.numbers(others, columns, name)
    features = tuple(kept)
    if truth is not None:
        kept.insert(0, truth, labels)
    return Catalogue(name, kept, features, labels)


def satellites() -> pd.DataFrame:
    """Return the 33 satellites of the embedded stars, one row each, indexed by id.

    Columns: pericentre, apocentre and scale in kpc, mass in solar masses, accretion in
    Gyr ago, FeH and FeH_scatter in dex.

    Examples
    --------
    >>> len(satellites())
    33
    """
    return pd.read_csv(making.DATA / making.SATELLITES, index_col="id")


def standardize(X, how: str = "standard"):
    """Return features in comparable units; a DataFrame stays one.

    "standard" is (x - mean) / sd, the sd with n (not n - 1) below; "minmax" is
    (x - min) / (max - min).

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        One row a point, any units.

    Returns
    -------
    DataFrame or ndarray of the same shape
        Without unit.

    Raises
    ------
    TypeError, ValueError
        If X holds anything but finite numbers, or a column is constant.

    References
    ----------
    Milligan & Cooper (1988), Journal of Classification 5, 181.

    Examples
    --------
    >>> standardize([[0.0, 10.0], [1.0, 30.0], [2.0, 20.0]], "minmax")
    array([[0. , 0. ],
           [0.5, 1. ],
           [1. , 0.5]])
    """
    _checks.choice(how, "how", ("standard", "minmax"))
    values = _checks.points(X)
    low, high = values.min(axis=0), values.max(axis=0)
    # subtle: the squares of very small differences vanish, and then the sd is 0
    same = (low == high) | (values.std(axis=0) == 0)
    if same.any():
        names = getattr(X, "columns", np.arange(values.shape[1]))
        constant = ", ".join(map(str, names[same]))
        raise ValueError(
            f"Column(s) {constant} cannot be scaled: all their values are the same; "
            "leave them out."
        )
    if how == "standard":
        scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    else:
        scaled = (values - low) / (high - low)
    if isinstance(X, pd.DataFrame):
        return pd.DataFrame(scaled, index=X.index, columns=X.columns)
    return scaled


def main(argv) -> int:
    """Run the command `python3 -m helpers catalogue`; see `making.main`."""
    return making.main(argv)
