"""How the tests run against one mutant: the quickest first, none of them for ever.

`test_mutants.py` puts this file into its copy of the project as `tests/conftest.py`.
"""

import json
import os
import signal
from functools import cache
from itertools import accumulate
from pathlib import Path

from hypothesis import Phase, settings

SECONDS = 60  # of tests against one mutant; the slowest tests are left out
CLEAN = 0.3  # seconds; before the mutants only the quick tests run once more
MEMORY = 8 * 2**30
TIMED_OUT = 36  # mutmut's exit code for it

if "MUTANT_UNDER_TEST" in os.environ:  # mutmut runs
    # The same examples each time; and a failing one need not be made small.
    phases = [Phase.explicit, Phase.generate]
    settings.register_profile("mutant", derandomize=True, database=None, phases=phases)
    settings.load_profile("mutant")


def pytest_collection_modifyitems(items):
    """Put the quickest tests first, and leave out those beyond the time allowed."""
    task = os.environ.get("MUTANT_UNDER_TEST", "stats")
    if task in ("stats", "list_all_tests", "mutant_generation") or not durations():
        return
    items.sort(key=seconds)
    if "__mutmut_" in task:
        until = accumulate(map(seconds, items))
        items[:] = [item for item, t in zip(items, until, strict=True) if t < SECONDS]
        protect()
    else:
        items[:] = [item for item in items if seconds(item) < CLEAN] or items[:1]


def pytest_runtest_setup(item):
    """A mutant may loop for ever: each test has a limit of its own."""
    if "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", ""):
        signal.setitimer(signal.ITIMER_PROF, 10 + 5 * seconds(item))


def protect() -> None:
    """End a mutant that takes too long or too much memory."""
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, lambda *_: os._exit(TIMED_OUT))


def seconds(item) -> float:
    """How long the test took on the project as it is."""
    return durations().get(item.nodeid, 0.0)


@cache
def durations() -> dict:
    """The table that mutmut wrote of the run on the project as it is."""
    path = Path("mutmut-stats.json")
    return json.loads(path.read_text())["duration_by_test"] if path.exists() else {}
