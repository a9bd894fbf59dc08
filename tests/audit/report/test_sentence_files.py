from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_folders import Sentence, page, sentence_table, write_run

from pipeline.audit.report.sentence_files import PageSpan, page_spans, read_rows, sentence_batches
from pipeline.errors import UsageError

PAGES = [
    page("a", Sentence("One."), Sentence("Rest a day or two.", "treatment"), url="https://a.example/1"),
    page("b", Sentence("Three."), Sentence("Four."), Sentence("Five.")),
    page("c", Sentence("Six.", "news")),
]
SPANS = [
    PageSpan(0, 2, 23, 0, "a", "https://a.example/1"),
    PageSpan(2, 3, 18, 3, "b", ""),
    PageSpan(5, 1, 4, 2, "c", ""),
]


@given(st.integers(1, 7))
def test_pages_are_found_wherever_batches_are_cut(rows_per_batch: int) -> None:
    batches = sentence_table(PAGES).to_batches(rows_per_batch)
    assert list(page_spans(batches)) == SPANS


def test_no_rows_have_no_pages() -> None:
    assert list(page_spans(sentence_table([]).to_batches())) == []


@pytest.mark.parametrize("rows_per_group", [1, 2, 4, 100])
def test_chosen_pages_are_read_wherever_row_groups_end(rows_per_group: int, tmp_path: Path) -> None:
    run = write_run(tmp_path / "out", PAGES, rows_per_group=rows_per_group)
    assert list(page_spans(sentence_batches(run))) == SPANS
    texts = [table["text"].to_pylist() for table in read_rows(run, SPANS[1:])]
    assert texts == [["Three.", "Four.", "Five."], ["Six."]]


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "sentences").mkdir()
    (tmp_path / "sentences" / "part-00000.parquet").write_text("no")
    with pytest.raises(UsageError, match=r"part-00000\.parquet: not a table of sentences"):
        list(sentence_batches(tmp_path))
