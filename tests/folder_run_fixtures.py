"""What runs into a folder are tried on."""

from pathlib import Path

import pytest
from labelled_lines import TREATMENT
from row_files import rows

from pipeline.jobs.models import ModelFolder, find_model


@pytest.fixture(scope="module")
def model(model_folder: Path) -> ModelFolder:
    return find_model(model_folder)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with a large file, which is cut, and some small ones."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "large.jsonl").write_text(rows())
    for number in range(3):
        (folder / f"small-{number}.txt").write_text(f"{TREATMENT}\n{number}")
    (folder / "blank.txt").write_text(" ")
    return folder
