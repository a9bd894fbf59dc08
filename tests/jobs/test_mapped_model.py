from pathlib import Path

import numpy as np
import pytest
from labelled_lines import MIXED, document

from pipeline.errors import OutputError
from pipeline.jobs.mapped_model import mapped
from pipeline.jobs.models import find_model
from pipeline.jobs.output_folder import OutputFolder


def test_a_mapped_model_says_what_the_model_says_and_leaves_nothing(model_folder: Path, tmp_path: Path) -> None:
    model = find_model(model_folder)
    with mapped(model, OutputFolder.at(str(tmp_path))) as shared:
        assert (shared.name, shared.digest) == (model.name, model.digest)
        mapped_says = shared.load().label([document(MIXED)])[1]
    assert list(tmp_path.iterdir()) == []
    np.testing.assert_array_equal(mapped_says, model.load().label([document(MIXED)])[1])


def test_its_arrays_are_mapped(model_folder: Path, tmp_path: Path) -> None:
    with mapped(find_model(model_folder), OutputFolder.at(str(tmp_path))) as shared:
        classifier = shared.load().classifier
        assert any(isinstance(value, np.memmap) for value in vars(classifier).values())


def test_a_folder_that_is_not_there_is_told(model_folder: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="gone: cannot be written"),
        mapped(find_model(model_folder), OutputFolder.at(str(tmp_path / "gone"))),
    ):
        pass
