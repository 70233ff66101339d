"""How a pair is measured: same data, same work, same result, in one process.

Ours and the peer's run in turn. After the first turn the two results are compared, and
where they differ nothing is printed. The row holds the median seconds, their ratio, the
smallest and the largest ratio of one turn, and the most memory that a run took beyond
what the process held before it.

Not handled: pairs that need more than one process; memory anywhere but on Linux.
"""

from __future__ import annotations

import ctypes
import gc
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
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
    runs = []
    for turn in range(pair.repeats):
        our_result, *our_cost = run(pair.ours, arguments)
        peer_result, *peer_cost = run(pair.peer, arguments)
        if turn == 0:
            pair.same(our_result, peer_result)
        del our_result, peer_result
        runs.append((*our_cost, *peer_cost))
    columns = list(zip(*runs, strict=True))  # seconds and MB of ours, and of the peer
    ours, peer = median(columns[0]), median(columns[2]) * pair.cost_of
    ratios = [run[2] / run[0] * pair.cost_of for run in runs]
    return {
        "room": pair.room,
        "work": pair.work,
        "n": pair.n,
        "d": pair.d,
        "peer": pair.peer_name,
        "seconds_ours": float(f"{ours:.3g}"),
        "seconds_peer": float(f"{peer:.3g}"),
        "times_faster": float(f"{peer / ours:.3g}"),
        "times_least": float(f"{min(ratios):.3g}"),
        "times_most": float(f"{max(ratios):.3g}"),
        "peak_MB_ours": max(columns[1]),
        "peak_MB_peer": max(columns[3]),
        "note": pair.note,
    }


def run(function: Callable, arguments: tuple) -> tuple[object, float, float]:
    """The result of one call, its wall-clock seconds, and its peak memory in MB."""
    gc.collect()
    if CLEAR.exists():
        ctypes.CDLL(None).malloc_trim(0)  # what is free goes back to the system, and
        CLEAR.write_text("5")  # the peak starts again from here
    before = resident("VmRSS")
    start = time.perf_counter()
    result = function(*arguments)
    seconds = time.perf_counter() - start
    return result, seconds, round(resident("VmHWM") - before)


CLEAR = Path("/proc/self/clear_refs")
STATUS = Path("/proc/self/status")


def resident(name: str) -> float:
    """The memory of this process now (VmRSS) or at most (VmHWM), in MB."""
    if not STATUS.exists():
        return math.nan
    return int(re.search(rf"{name}:\s*(\d+)", STATUS.read_text())[1]) / 1000
