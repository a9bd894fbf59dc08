import itertools
import os
import time
from collections.abc import Iterator

import pytest

from pipeline.errors import WinnowError
from pipeline.jobs.workers import map_in_order


def slow_if_even(number: int) -> int:
    time.sleep(0.02 * (number % 2 == 0))
    return number * number


def refuse(number: int) -> int:
    raise ValueError(f"no {number}")


def die(number: int) -> int:
    os._exit(number)


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(map_in_order(slow_if_even, range(8), 2)) == [0, 1, 4, 9, 16, 25, 36, 49]


def test_another_process_does_the_work() -> None:
    pids = set(map_in_order(_pid, range(4), 2))
    assert os.getpid() not in pids


def test_no_more_items_are_taken_than_workers_need() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in itertools.count():
            taken.append(number)
            yield number

    results = map_in_order(slow_if_even, items(), 2)
    assert [next(results), next(results)] == [0, 1]
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(taken) < 10


def test_no_items_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pipeline.jobs.workers.get_reusable_executor")
    assert list(map_in_order(slow_if_even, [], 2)) == []


def test_an_exception_in_a_worker_reaches_the_caller() -> None:
    with pytest.raises(ValueError, match="no 5"):
        list(map_in_order(refuse, [5], 2))


@pytest.mark.filterwarnings("ignore::UserWarning")  # loky's, about the worker that died
def test_a_worker_that_dies_is_told_in_one_line() -> None:
    with pytest.raises(WinnowError, match="a worker process died"):
        list(map_in_order(die, [1], 2))


def _pid(_: int) -> int:
    return os.getpid()
