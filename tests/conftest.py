"""The long tests in tests/full/ run only with `python3 -m helpers test --full`."""

import os
from pathlib import Path

# Two workers share the processors, and threads of BLAS that wait for work are busy. Set
# before NumPy is loaded; chapters that the tests run take it over.
os.environ.setdefault("OMP_NUM_THREADS", "1")

FULL = Path(__file__).with_name("full")


def pytest_addoption(parser):
    parser.addoption(
        "--full",
        action="store_true",
        help="also run tests/full/: faults, threads, Python versions, mutants (hours)",
    )


def pytest_ignore_collect(collection_path, config):
    """Leave the long tests out, unless they are asked for."""
    if collection_path == FULL and not config.getoption("--full"):
        return True
    return None


def pytest_collection_modifyitems(items):
    """Chapters that run take longest: each of the two workers begins with half of them.

    A worker gets one half of the list, and only from its end may the other take tests.
    """
    runs = [item for item in items if "::test_a_fresh_run_" in item.nodeid]
    others = [item for item in items if item not in runs]
    first, second = runs[::-2], runs[-2::-2]
    cut = len(items) // 2 - len(first)
    items[:] = first + others[:cut] + second + others[cut:]
