"""How a pair is measured: same data, same work, same result, in one process.

Each pair first runs once on both sides and asserts that the results are the same;
only then is it timed, ours and the peer's in turn, and the medians are compared.
Peak memory is that of the arrays and objects that Python's allocators see.

Not handled: pairs that need more than one process, and memory that C code takes by
itself.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Pair:
    """One piece of work that both sides can do.

    `setup()` makes the arguments of `ours` and `peer`; `same(ours, peer)` raises an
    AssertionError where their results differ. `cost_of` is 1 where the peer runs the
    whole work; where that would take hours it runs a part, and `cost_of` says how
    many times the whole costs that part, and `note` why.
    """

    room: str
    work: str
    peer_name: str
    n: int
    d: int
    setup: Callable[[], tuple]
    ours: Callable
    peer: Callable
    same: Callable
    repeats: int = 5
    cost_of: float = 1.0
    note: str = ""


def measure(pair: Pair) -> dict:
    """Run one pair and return its row: median seconds, ratio, peak memory in MB."""
    arguments = pair.setup()
    our_result, our_peak = _peak(pair.ours, arguments)
    peer_result, peer_peak = _peak(pair.peer, arguments)
    pair.same(our_result, peer_result)
    del our_result, peer_result
    times = [
        (_seconds(pair.ours, arguments), _seconds(pair.peer, arguments))
        for _ in range(pair.repeats)
    ]
    ours = median(ours for ours, _ in times)
    peer = median(peer for _, peer in times) * pair.cost_of
    return {
        "room": pair.room,
        "work": pair.work,
        "n": pair.n,
        "d": pair.d,
        "peer": pair.peer_name,
        "seconds_ours": float(f"{ours:.3g}"),
        "seconds_peer": float(f"{peer:.3g}"),
        "times_faster": float(f"{peer / ours:.3g}"),
        "peak_MB_ours": round(our_peak / 1e6),
        "peak_MB_peer": round(peer_peak / 1e6),
        "note": pair.note,
    }


def _seconds(function: Callable, arguments: tuple) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def _peak(function: Callable, arguments: tuple) -> tuple[object, int]:
    """The result of one call, and the most memory in bytes that it held at once."""
    tracemalloc.start()
    try:
        result = function(*arguments)
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
