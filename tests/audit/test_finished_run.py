import json
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_lines import MIXED
from sentence_batches import Row, coded, page_rows

from pipeline.audit.finished_run import FinishedRun, whole_pages
from pipeline.commands.classify import main
from pipeline.errors import UsageError


@pytest.fixture
def run(tmp_path: Path, model_folder: Path) -> Path:
    (tmp_path / "mixed.txt").write_text(MIXED)
    assert main([str(tmp_path / "mixed.txt"), f"--model={model_folder}", "-o", str(tmp_path / "out"), "--quiet"]) == 0
    return tmp_path / "out"


def test_a_run_tells_what_was_done(run: Path) -> None:
    opened = FinishedRun.open(run)
    digest = json.loads((run / "run.json").read_text())["model"]["digest"]
    assert opened.model == f"small@{digest[:12]}"
    assert opened.inputs == (str(run.parent / "mixed.txt"),)
    assert (opened.keep, opened.limit) == (("treatment", "clinical_research", "news"), None)


def test_the_sentences_are_those_that_were_written(run: Path) -> None:
    (rows,) = FinishedRun.open(run).sentences(["sent_id", "label"])
    assert rows.to_pydict() == {"sent_id": [0, 1, 2, 3], "label": ["noise", "treatment", "news", "clinical_research"]}


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished run here; give the -o folder of one"):
        FinishedRun.open(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"model": {}}'])
def test_a_damaged_account_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(UsageError, match=r"run\.json: damaged"):
        FinishedRun.open(tmp_path)


def test_a_damaged_file_of_sentences_is_refused(run: Path) -> None:
    (run / "sentences" / "part-00000.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"part-00000\.parquet: cannot be read"):
        list(FinishedRun.open(run).sentences())


@given(sizes=st.lists(st.integers(1, 5), max_size=6), at_once=st.integers(1, 7))
def test_no_page_is_parted_and_no_row_lost(sizes: list[int], at_once: int) -> None:
    pages = [page_rows(f"page {number}", [Row("x")] * size) for number, size in enumerate(sizes)]
    rows = coded(*pages)
    batches = [rows.slice(first, at_once) for first in range(0, rows.num_rows, at_once)]
    parts = list(whole_pages(iter(batches)))
    assert all(part["sent_id"][0].as_py() == 0 for part in parts)
    assert [row for part in parts for row in part.to_pylist()] == rows.to_pylist()


def test_labels_come_out_as_plain_strings() -> None:
    (rows,) = whole_pages(iter([coded(page_rows("page", [Row("x")]))]))
    assert rows["label"].type == rows["kind"].type == pa.string()
