"""What runs and publishes the course; it knows no algorithm.

The names below are loaded when they are asked for, since a bare Python, which has none
of the packages yet, must be able to run `python3 -m helpers`.
"""

from importlib import import_module

PLACES = dict.fromkeys(["keep", "measured", "study"], "studies")
PLACES |= {"check": "exercises", "penguins": "everyday", "defaults": "notebooks"}
PLACES |= {"reading_time": "minutes"}
"""The public names, and the file that each is in."""

__all__ = list(PLACES)


def __getattr__(name: str):
    """Load a public name when it is first asked for."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
