"""Inputs over which a reader dies or gets stuck, with real workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from killer_pages import HANG, KILL, SLEEP
from labelled_lines import NEWS
from obedient_files import ARMED, ModelWithObedientFiles, ObedientCutting
from watching import Watching, do_run, folder_run

from pipeline.jobs.slots import LocalSlot


@pytest.fixture
def slot() -> Iterator[LocalSlot]:
    worker = LocalSlot()
    yield worker
    worker.stop()


class Arming(Watching):
    """Lets files be obeyed once all are planned."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def planning(self, read: int, total: int) -> None:
        if read == total:
            (self._folder / ARMED).touch()


def inputs(folder: Path, marker: str) -> Path:
    folder.mkdir()
    for name, text in {"a": NEWS, "b": marker, "c": NEWS}.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


@pytest.mark.parametrize(("marker", "reason"), [(KILL, "killed_worker"), (SLEEP, "too_slow")])
def test_an_input_that_cannot_be_read_is_set_aside_and_its_neighbours_are_done(
    tmp_path: Path, model_folder: Path, slot: LocalSlot, marker: str, reason: str
) -> None:
    folder = inputs(tmp_path / "in", marker)
    cutting = ObedientCutting(page_seconds=0.4, may_die=True)
    model, limits = ModelWithObedientFiles(model_folder), {"page_seconds": 0.4, "may_die": True}
    run = folder_run([f"obedient://{folder}"], tmp_path / "out", model, cutting=cutting, **limits)
    watching = Arming(folder)
    assert do_run(run, [slot], watching).record["pages"] == {"in": 3, "done": 2, "failed": 1}
    assert [(failure.source, failure.reason) for failure in watching.failures] == [
        (f"obedient://{folder}/b.txt", reason)
    ]


@pytest.mark.parametrize(("marker", "reason"), [(KILL, "killed_worker"), (HANG, "too_slow")])
def test_an_input_that_cannot_be_cut_is_set_aside_and_its_neighbours_are_done(
    tmp_path: Path, model_folder: Path, slot: LocalSlot, marker: str, reason: str
) -> None:
    folder = inputs(tmp_path / "in", marker)
    (folder / ARMED).touch()
    cutting = ObedientCutting(page_seconds=0.4, may_die=True)
    run = folder_run([f"obedient://{folder}"], tmp_path / "out", ModelWithObedientFiles(model_folder), cutting=cutting)
    watching = Watching()
    assert do_run(run, [slot], watching).record["pages"] == {"in": 3, "done": 2, "failed": 1}
    assert [failure.reason for failure in watching.failures] == [reason]
