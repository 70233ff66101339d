"""The whole route for a table of the reader's own, from a file to a recommendation.

The names below are loaded when they are asked for: the command `report --data` must be
understood by a bare Python, which has none of the packages yet.
"""

from importlib import import_module

PLACES = dict.fromkeys(["OwnData", "labelled", "read"], "reading")
PLACES |= dict.fromkeys(["Recommendation", "recommend"], "recommending")
__all__ = list(PLACES)


def __getattr__(name: str):
    """Load a public name from its file when it is first asked for."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
