"""Threads over fixed blocks: the same bytes, however many threads there are.

NumPy and BLAS let go of the interpreter's lock while they work, so plain threads help.
BLAS is held to one thread of its own meanwhile: two layers of threads get in each
other's way, and where BLAS splits a sum depends on how many threads it has.

Not handled: processes, nested use, work that holds the interpreter's lock.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache

from scipy import linalg  # noqa: F401 (it brings a BLAS of its own, to be found below)
from threadpoolctl import ThreadpoolController


def n_threads() -> int:
    """Return how many threads may run at once: the processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows do not tell
        return os.cpu_count() or 1


@contextmanager
def workers(threads: int | None = None) -> Iterator[Callable]:
    """Give `each(function, tasks)`: the list of results, in the order of the tasks.

    The result must not depend on the number of threads, so the caller cuts the work
    into blocks of fixed size and adds up in the order of the blocks.

    >>> with workers() as each:
    ...     each(abs, [-1, -2])
    [1, 2]
    """
    pool = ThreadPoolExecutor(threads or n_threads())
    with _blas().limit(limits=1), pool:
        # A single task is done at once: handing it over takes longer than a small one.
        yield lambda f, tasks: list((pool.map if len(tasks) > 1 else map)(f, tasks))


@cache
def _blas() -> ThreadpoolController:
    """NumPy's BLAS and SciPy's, looked for once: that takes longer than small tasks."""
    return ThreadpoolController().select(user_api="blas")
