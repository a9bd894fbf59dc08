from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from labelled_lines import MIXED, document

from pipeline.errors import OutputError, WinnowError
from pipeline.jobs.mapped_model import mapped
from pipeline.jobs.models import find_model
from pipeline.jobs.output_folder import OutputFolder
from pipeline.jobs.slots import Arguments, Result, SameProcessSlot, WorkerDiedError


def test_a_mapped_model_says_what_the_model_says_and_leaves_nothing(model_folder: Path, tmp_path: Path) -> None:
    model = find_model(model_folder)
    with mapped(model, OutputFolder.at(str(tmp_path)), SameProcessSlot()) as shared:
        assert (shared.name, shared.digest) == (model.name, model.digest)
        mapped_says = shared.load().label([document(MIXED)])[1]
    assert list(tmp_path.iterdir()) == []
    np.testing.assert_array_equal(mapped_says, model.load().label([document(MIXED)])[1])


def test_its_arrays_are_mapped(model_folder: Path, tmp_path: Path) -> None:
    with mapped(find_model(model_folder), OutputFolder.at(str(tmp_path)), SameProcessSlot()) as shared:
        classifier = shared.load().classifier
        assert any(isinstance(value, np.memmap) for value in vars(classifier).values())


def test_a_folder_that_is_not_there_is_told(model_folder: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="gone: cannot be written"),
        mapped(find_model(model_folder), OutputFolder.at(str(tmp_path / "gone")), SameProcessSlot()),
    ):
        pass


class DyingSlot(SameProcessSlot):
    def __init__(self, n_deaths: int) -> None:
        self.n_deaths = n_deaths

    def call(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        if self.n_deaths:
            self.n_deaths -= 1
            raise WorkerDiedError("SIGKILL(-9)")
        return super().call(function, *arguments, **named)


def test_a_worker_may_die_once_over_the_model(model_folder: Path, tmp_path: Path) -> None:
    with mapped(find_model(model_folder), OutputFolder.at(str(tmp_path)), DyingSlot(1)) as shared:
        assert shared.arrays.exists()


def test_a_model_over_which_workers_keep_dying_is_told(model_folder: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(WinnowError, match=r"workers die while they load the model \(SIGKILL\(-9\)\), most likely"),
        mapped(find_model(model_folder), OutputFolder.at(str(tmp_path)), DyingSlot(2)),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
