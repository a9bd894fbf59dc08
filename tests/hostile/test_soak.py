"""The short version of `python tests/hostile/soak.py MODEL ROUNDS`."""

from pathlib import Path

import pytest
from soak import differences


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are found in /proc")
def test_a_run_that_is_killed_again_and_again_ends_with_the_bytes_of_an_undisturbed_one(model_folder: Path) -> None:
    assert differences(str(model_folder), seed=1, kills=2) == []
