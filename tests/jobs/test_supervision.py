"""Pages that kill their workers, with real workers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from killer_pages import HANG, KILL, KILL_ONCE, ObedientModel
from labelled_lines import NEWS
from watching import Watching, do_run, folder_run, results

from pipeline.jobs.slots import LocalSlot


@pytest.fixture
def slot() -> Iterator[LocalSlot]:
    worker = LocalSlot()
    yield worker
    worker.stop()


def write_pages(path: Path, *texts: str) -> Path:
    path.write_text("".join(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts)))
    return path


@pytest.mark.parametrize(("marker", "reason"), [(KILL, "killed_worker"), (HANG, "too_slow")])
def test_the_page_that_ends_its_worker_is_set_aside_and_its_neighbours_are_done(
    tmp_path: Path, model_folder: Path, slot: LocalSlot, marker: str, reason: str
) -> None:
    pages = write_pages(tmp_path / "a.jsonl", NEWS, marker, NEWS)
    run = folder_run([pages], tmp_path / "out", ObedientModel(model_folder), page_seconds=0.4, may_die=True)
    watching = Watching()
    record = do_run(run, [slot], watching).record
    assert record["pages"] == {"in": 3, "done": 2, "failed": 1}
    (failure,) = watching.failures
    assert (failure.source, failure.place, failure.reason) == (str(pages), "page 1", reason)
    assert (
        results(tmp_path / "out")["errors.jsonl"]
        == (
            json.dumps({"source": str(pages), "place": "page 1", "reason": reason, "detail": failure.detail}) + "\n"
        ).encode()
    )


def test_a_worker_that_dies_once_by_accident_costs_no_page(tmp_path: Path, model_folder: Path, slot: LocalSlot) -> None:
    pages = write_pages(tmp_path / "a.jsonl", NEWS, KILL_ONCE, NEWS)
    run = folder_run([pages], tmp_path / "out", ObedientModel(model_folder, once=tmp_path / "once"))
    assert do_run(run, [slot]).record["pages"] == {"in": 3, "done": 3, "failed": 0}
    assert (tmp_path / "once").exists()
    do_run(replace(run, output=replace(run.output, url=str(tmp_path / "calm"))))
    assert results(tmp_path / "out") == results(tmp_path / "calm")
