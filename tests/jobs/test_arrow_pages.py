"""The function for Spark and Ray, on the batches that they hand over."""

from itertools import pairwise
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from labelled_lines import MIXED, NEWS, NOISE, page

from pipeline.jobs.arrow_pages import tag_batches, tagged_schema
from pipeline.jobs.models import ModelFolder, find_model


@pytest.fixture(scope="module")
def model(model_folder: Path) -> ModelFolder:
    return find_model(model_folder)


def batch(**columns: list[object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(columns)


PAGES = batch(
    id=["a", None, "c"],
    url=["https://a.example/", "", ""],
    text=[MIXED, None, " "],
    html=[None, f"<p>{NEWS}</p>", None],
    unused=[1, 2, 3],
)


def test_sentences_come_out_as_the_library_gives_them(model: ModelFolder) -> None:
    rows = pa.Table.from_batches(tag_batches([PAGES], model), tagged_schema()).to_pylist()
    assert [(row["doc_id"], row["label"]) for row in rows[:5]] == [
        ("a", "noise"), ("a", "treatment"), ("a", "news"), ("a", "clinical_research"), ("#2", "news"),
    ]  # fmt: skip
    (expected,) = model.load().tag([page(MIXED, "a", url="https://a.example/")])
    assert [{**row, "failure": None} for row in expected.to_pylist()] == rows[:4]


def test_a_page_that_failed_has_a_row_with_the_reason(model: ModelFolder) -> None:
    *_, last = pa.Table.from_batches(tag_batches([PAGES], model), tagged_schema()).to_pylist()
    assert (last["doc_id"], last["failure"], last["label"]) == ("c", "no_text: no text in text or html", None)


def test_how_pages_are_batched_changes_no_row(model: ModelFolder) -> None:
    whole = pa.Table.from_batches(tag_batches([PAGES], model), tagged_schema())
    for cuts in ([0, 1, 3], [0, 2, 2, 3]):
        pieces = [PAGES.slice(start, end - start) for start, end in pairwise(cuts)]
        assert pa.Table.from_batches(tag_batches(pieces, model), tagged_schema()).equals(whole)


def test_no_pages_give_no_batch(model: ModelFolder) -> None:
    assert list(tag_batches([], model)) == []
    assert list(tag_batches([PAGES.slice(0, 0)], model)) == []


def test_ray_hands_over_tables(model: ModelFolder) -> None:
    table = pa.table({"content": [NOISE, f"<p>{NEWS}</p>"]})
    tagged = pa.Table.from_batches(tag_batches(table.to_batches(), model), tagged_schema())
    assert tagged.schema == tagged_schema()
    assert tagged["label"].to_pylist() == ["noise", "news"]
