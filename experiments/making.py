"""The files of stars that ship with the package: made, written, compared.

What they hold, and how they are read: helpers/stars/catalogue.py. Both come from one
seed (infall.py).

Not handled: other formats, another Milky Way.
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from experiments import infall
from helpers.stars.catalogue import (
    DATA,
    PHASE_SPACE,
    SATELLITES,
    STARS,
    file_columns,
    read,
)

REMADE = Path(__file__).parents[1] / "build" / "catalogue"


# --- the files ----------------------------------------------------------------------


def write(made: infall.Halo, folder: Path) -> None:
    """Write the stars and the table of satellites; each file is whole or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    stars = dict(zip(PHASE_SPACE, made.phase_space.T.astype(np.float32), strict=True))
    staged = folder / f"staged-{STARS}"
    # NumPy dates the parts of the archive 1980, so that equal stars give equal bytes.
    np.savez_compressed(staged, id=made.id, **stars, FeH=made.FeH.astype(np.float32))
    staged.replace(folder / STARS)
    family = pd.DataFrame([asdict(s) for s in made.satellites]).drop(columns="start")
    staged = folder / f"staged-{SATELLITES}"
    family.to_csv(staged, index=False, lineterminator="\n")
    staged.replace(folder / SATELLITES)


def same(one: Path, other: Path) -> bool:
    """Return whether two folders hold the same stars and satellites, byte for byte.

    subtle: of the stars, the bytes of the columns are compared, not those of the
    archive, which change with the version of zlib.

    >>> same(DATA, DATA)
    True
    """
    files = [folder / name for folder in (one, other) for name in (STARS, SATELLITES)]
    if not all(file.exists() for file in files):
        return False
    try:
        a, b = file_columns(one / STARS), file_columns(other / STARS)
    except ValueError:  # what is damaged is not the same
        return False
    stars = list(a) == list(b) and all(
        a[c].dtype == b[c].dtype and a[c].tobytes() == b[c].tobytes() for c in a
    )
    return stars and (one / SATELLITES).read_text() == (other / SATELLITES).read_text()


def central_ranges(table: pd.DataFrame) -> pd.DataFrame:
    """Return the central 99 % of the stars' columns, beside the original's.

    >>> list(central_ranges(read()))
    ['low', 'high', 'original low', 'original high']
    """
    found = table[list(infall.ORIGINAL)].quantile([0.005, 0.995]).T
    both = pd.concat([found, pd.DataFrame(infall.ORIGINAL).T], axis=1)
    return both.set_axis(["low", "high", "original low", "original high"], axis=1)


# --- the command --------------------------------------------------------------------


def main(output=None, workers=1, store=False) -> int:
    """Make the stars again from their seed: `python3 -m helpers catalogue`.

    Says how near they come to the original, and whether they are the embedded ones,
    byte for byte: 0 if they are, or are stored now; else 1.
    """
    output = Path(output or REMADE)
    made = infall.make_halo(workers=workers, progress=_progress)
    write(made, output)
    print("\nCentral 99 % of the stars:")
    print(central_ranges(read(output)).round(1).to_string())
    worst = np.quantile(made.energy_error, 0.999)
    print(f"\nEnergy is kept to {worst:.1e} by 99.9 % of the stars.")
    print(f"Written to {output}.")
    if store:
        write(made, DATA)
        print(f"Stored in {DATA}.")
        return 0
    if same(output, DATA):
        print("They are the embedded stars, byte for byte.")
        return 0
    print("They are not the embedded stars; --store puts them in their place.")
    return 1


def _progress(satellite: infall.Satellite) -> None:
    print(
        f"satellite {satellite.id + 1:2} of {infall.N_SATELLITES}: fell in "
        f"{satellite.accretion:5.2f} Gyr ago, {satellite.mass:.2g} solar masses",
        flush=True,
    )
