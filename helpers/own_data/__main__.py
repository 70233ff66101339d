"""Check a table before the route runs on it: python -m helpers.own_data FILE ..."""

import sys

from helpers.own_data import reading, route


def main(argv) -> int:
    """Print what was read and about how long the route takes.

    2 after one sentence if it cannot run.
    """
    source, columns, without, truth, *drop = argv
    if source == reading.EXAMPLE and not truth:
        truth = "species"
    try:
        own = reading.read(source, columns, truth, bool(drop), without)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    plan = route.plan(own.features)
    print(*own.notes, *plan.sentences(), sep="\n")
    seconds = plan.seconds * route.slowness()
    print(f"This will take {route.duration(seconds)}.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
