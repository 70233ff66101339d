"""The star catalogue: 330,000 stars of small galaxies, shipped with the package.

`load` returns the stars as one table, the truth (which satellite each star comes from)
apart from the features, and named choices of features: "3d" is (E, L, Lz), "6d" is
(x, y, z, vx, vy, vz). What the stars are and where they come from: README.md beside
this file. On scaling: Milligan & Cooper (1988), Journal of Classification 5, 181.

halo.npz holds one row a star, in an order that says nothing about the satellites: x, y,
z, vx, vy, vz and FeH as float32, id as uint8. satellites.csv holds what the satellites
were. Both are made by experiments/making.py.

Not handled: tables of your own (see `own_data`), other units.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd

from helpers import _checks
from helpers.stars import milky_way

DATA = Path(__file__).parent
STARS, SATELLITES = "halo.npz", "satellites.csv"
INTEGRALS, PHASE_SPACE = ("E", "L", "Lz"), ("x", "y", "z", "vx", "vy", "vz")
REPRESENTATIONS = {"3d": INTEGRALS, "6d": PHASE_SPACE}


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The stars.

    `table` holds one row a star: x, y, z in kpc, vx, vy, vz in kpc/Gyr, FeH in dex, E
    in kpc^2/Gyr^2, L and Lz in kpc^2/Gyr. `truth` (n,) is the satellite of each star,
    a whole number; it is in no table.
    """

    table: pd.DataFrame
    features: tuple[str, ...]
    truth: np.ndarray

    def representation(self, columns="all") -> pd.DataFrame:
        """Return some of the features: "3d", "6d", "all" or a list of names.

        >>> list(load().representation("3d"))
        ['E', 'L', 'Lz']
        """
        if isinstance(columns, str):
            choices = REPRESENTATIONS | {"all": self.features}
            columns = choices[_checks.choice(columns, "columns", choices)]
        missing = [str(name) for name in columns if name not in self.features]
        if missing:
            raise ValueError(
                f"The embedded catalogue has no column {', '.join(missing)}; it has "
                f"{', '.join(self.features)}."
            )
        return self.table[list(columns)]


def load() -> Catalogue:
    """Return the stars; a ValueError says if their file is missing or damaged.

    >>> stars = load()
    >>> len(stars.table), len(stars.truth)
    (330000, 330000)
    """
    table = read()
    truth = table.pop("id").to_numpy(copy=True)
    return Catalogue(table, tuple(table), truth)


def read(folder: Path = DATA) -> pd.DataFrame:
    """Return the stars in a folder with E, L and Lz, one row a star: (330000, 11).

    Columns: id; x, y, z in kpc; vx, vy, vz in kpc/Gyr; FeH in dex; E in kpc^2/Gyr^2, L
    and Lz in kpc^2/Gyr.

    >>> read().shape
    (330000, 11)
    """
    columns = file_columns(folder / STARS)
    truth = columns.pop("id").astype(np.intp)
    columns = {name: values.astype(float) for name, values in columns.items()}
    phase_space = np.column_stack([columns[name] for name in PHASE_SPACE])
    derived = milky_way.integrals(phase_space).T
    table = pd.DataFrame(columns | dict(zip(INTEGRALS, derived, strict=True)))
    table.insert(0, "id", truth)
    return table


def file_columns(path: Path) -> dict[str, np.ndarray]:
    """The columns in a file of stars, each checked against its sum (CRC-32)."""
    try:
        # subtle: np.load would read a damaged header before it comes to that sum
        with ZipFile(path) as file:
            parts = {name: file.read(name) for name in file.namelist()}
        return {Path(n).stem: np.load(io.BytesIO(part)) for n, part in parts.items()}
    except Exception as error:  # a damaged file can fail anywhere
        raise ValueError(
            f"The file of stars {path} is missing or damaged ({error}); put it back "
            "with git checkout, or make it again: python3 -m helpers catalogue --store"
        ) from None


def satellites() -> pd.DataFrame:
    """Return the satellites of the stars, one row each, indexed by id.

    Columns: pericentre, apocentre and scale in kpc, mass in solar masses, accretion in
    Gyr ago, FeH and FeH_scatter in dex.

    >>> list(satellites())[:3]
    ['pericentre', 'apocentre', 'mass']
    """
    return pd.read_csv(DATA / SATELLITES, index_col="id")


def standardize(X, how: str = "standard"):
    """Return features in comparable units; a DataFrame stays one.

    X is (n_samples, n_features), in any units; a constant column is refused. "standard"
    is (x - mean) / sd, the sd with n (not n - 1) below; "minmax" is
    (x - min) / (max - min). The result has no unit.

    >>> standardize([[0.0, 10.0], [1.0, 30.0], [2.0, 20.0]], "minmax")
    array([[0. , 0. ],
           [0.5, 1. ],
           [1. , 0.5]])
    """
    _checks.choice(how, "how", ("standard", "minmax"))
    values = _checks.points(X)
    low, high = values.min(axis=0), values.max(axis=0)
    mean, sd = values.mean(axis=0), values.std(axis=0)
    # subtle: the squares of very small differences vanish, and then the sd is 0
    same = (low == high) | (sd == 0)
    if same.any():
        names = getattr(X, "columns", np.arange(values.shape[1]))
        constant = ", ".join(map(str, names[same]))
        raise ValueError(
            f"Column(s) {constant} cannot be scaled: all their values are the same; "
            "leave them out."
        )
    centre, width = (mean, sd) if how == "standard" else (low, high - low)
    scaled = (values - centre) / width
    if isinstance(X, pd.DataFrame):
        return pd.DataFrame(scaled, index=X.index, columns=X.columns)
    return scaled
