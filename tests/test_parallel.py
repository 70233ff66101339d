"""Threads: results in the order of the tasks, BLAS held to one thread meanwhile."""

import os
import threading
import time

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from helpers.fast import threads


def blas_threads():
    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
    return [one["num_threads"] for one in libraries]


def test_results_come_in_the_order_of_the_tasks():
    def late(i):
        time.sleep(0.02 * (3 - i))
        return i

    with threads.workers(3) as each:
        assert each(late, range(4)) == [0, 1, 2, 3]


@pytest.mark.parametrize("n", [1, 2])
def test_there_are_as_many_threads_as_asked_for(n):
    meet = threading.Barrier(2)

    def together(_):
        try:
            return meet.wait(timeout=0.2)
        except threading.BrokenBarrierError:
            return None

    with threads.workers(n) as each:
        met = set(each(together, range(2)))
    assert met == ({0, 1} if n == 2 else {None})


def test_blas_has_one_thread_inside_and_its_own_number_after():
    with threadpool_limits(2, user_api="blas"):
        with threads.workers() as each:
            assert each(lambda _: set(blas_threads()), [0]) == [{1}]
        assert set(blas_threads()) == {2}


def test_an_error_in_a_thread_comes_out():
    with (
        pytest.raises(ZeroDivisionError),
        threads.workers() as each,
    ):
        each(lambda i: 1 / i, [1, 0])


@pytest.mark.parametrize(("counted", "n"), [(7, 7), (None, 1)])
def test_where_the_system_does_not_tell_the_processors_are_counted(
    monkeypatch, counted, n
):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: counted)
    assert threads.n_threads() == n
