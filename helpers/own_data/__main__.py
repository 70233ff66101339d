"""Check a table before the page is made of it: python -m helpers.own_data FILE ..."""

import sys
import time
from dataclasses import replace

from helpers.own_data import reading, recommending

QUIET = 14
"""Seconds for all but the search, where nothing else runs on the computer."""

PILOT = 600
"""Rows on which the search is timed; its time grows with the power 0.6 of the rows."""


def main(argv) -> int:
    """Print what was read and about how long the page takes.

    2 after one sentence if it cannot be made.
    """
    source, columns, without, truth, *drop = argv
    if source == reading.EXAMPLE and not truth:
        truth = "species"
    try:
        own = reading.read(source, columns, truth, bool(drop), without)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(*own.notes, sep="\n")
    print(f"This will take {duration(seconds(own))}.", flush=True)
    return 0


def seconds(own: reading.OwnData) -> float:
    """Return about how long the page takes on this computer, as busy as it is now."""
    n = min(len(own.features), recommending.MOST_ROWS)
    few = own.features.sample(min(n, PILOT), random_state=0)
    start, busy_before = time.perf_counter(), time.process_time()
    recommending.recommend(replace(own, features=few))
    took, busy = time.perf_counter() - start, time.process_time() - busy_before
    return QUIET * took / busy + took * (n / len(few)) ** 0.6 + len(own.features) / 1e4


def duration(seconds: float) -> str:
    """Return a time as one says it.

    Examples
    --------
    >>> duration(34), duration(200)
    ('about 30 seconds', 'about 3 minutes')
    """
    if seconds < 90:
        return f"about {10 * max(1, round(seconds / 10))} seconds"
    return f"about {round(seconds / 60)} minutes"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
