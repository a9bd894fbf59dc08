import os
import signal

import pytest

from pipeline.errors import WinnowError
from pipeline.training.side_by_side import side_by_side


def _square(number: int) -> int:
    return number * number


def _process(_: int) -> int:
    return os.getpid()


def _kill(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
def test_results_come_in_the_order_of_the_arguments(n_jobs: int | None) -> None:
    assert list(side_by_side(_square, [3, 1, 2], n_jobs)) == [9, 1, 4]


def test_one_job_is_done_in_this_process() -> None:
    assert set(side_by_side(_process, [1, 2], 1)) == {os.getpid()}


def test_two_jobs_are_done_in_others() -> None:
    assert os.getpid() not in side_by_side(_process, [1, 2], 2)


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(WinnowError, match="a process died"):
        list(side_by_side(_kill, [1], 2))
