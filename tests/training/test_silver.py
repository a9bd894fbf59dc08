import json
from pathlib import Path

import pytest
from labelled_pages import labelled_page

from pipeline.errors import CorpusError
from pipeline.training.corpus import LabelledPage
from pipeline.training.silver import read_silver_labels, with_silver_labels

PAGE = labelled_page("a", "alder", [("Menu", None), ("Rest the ankle.", "treatment"), ("Police said so.", None)])


def written(folder: Path, *lines: str) -> Path:
    path = folder / "silver.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def said(page: LabelledPage) -> list[tuple[str | None, bool]]:
    return [(unit.label, unit.is_silver) for unit in page.units]


def test_units_without_a_label_get_the_readers_and_all_others_keep_their_own(tmp_path: Path) -> None:
    labels = read_silver_labels(written(tmp_path, '{"id": "a", "labels": "xcn", "blind": true}'))
    other = labelled_page("b", "birch", [("Log in", None)])
    first, second = with_silver_labels([PAGE, other], labels)
    assert said(first) == [("noise", True), ("treatment", False), ("news", True)]
    assert said(second) == [(None, False)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["{"], "line 1: expected"),
        (["[]"], "line 1: expected"),
        (['{"id": "a", "labels": "xxx"}', '{"id": "a"}'], "line 2: expected"),
        (['{"id": "a", "labels": "xyz"}'], "line 1: expected"),
        (['{"id": "a", "labels": "xxx"}', '{"id": "a", "labels": "xxx"}'], "line 2: page 'a' stands in the file"),
    ],
)
def test_a_line_that_holds_no_labels_is_named(lines: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=message):
        read_silver_labels(written(tmp_path, *lines))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone.jsonl: cannot be read"):
        read_silver_labels(tmp_path / "gone.jsonl")


@pytest.mark.parametrize(
    ("page", "labels", "message"),
    [("b", "xxx", "of page 'b', which no corpus holds"), ("a", "xx", "has 3 units, but 2 silver labels")],
)
def test_labels_of_another_page_are_refused(page: str, labels: str, message: str, tmp_path: Path) -> None:
    read = read_silver_labels(written(tmp_path, json.dumps({"id": page, "labels": labels})))
    with pytest.raises(CorpusError, match=message):
        with_silver_labels([PAGE], read)
