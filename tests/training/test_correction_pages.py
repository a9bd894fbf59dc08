from pathlib import Path
from typing import Any

import pytest
from correction_records import record, write_lines

from pipeline.training.corpus import LabelledPage
from pipeline.training.correction_pages import correction_pages
from pipeline.training.corrections import read_corrections
from pipeline.training.table import unit_table


def pages(tmp_path: Path, *records: object) -> list[LabelledPage]:
    return correction_pages(read_corrections([write_lines(tmp_path / "file", records)]).sentences)


def test_a_correction_stands_between_its_neighbours_which_have_no_label(tmp_path: Path) -> None:
    (page,) = pages(tmp_path, record(text="The union\n voted."))
    assert [(unit.text, unit.label) for unit in page.units] == [
        ("Before it.", None),
        ("The union voted.", "news"),
        ("After it.", None),
        ("And more.", None),
    ]


def test_a_correction_may_stand_alone(tmp_path: Path) -> None:
    (page,) = pages(tmp_path, record(before="", after=" "))
    assert [unit.text for unit in page.units] == ["Sentence 0."]


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({}, "alder.example"),
        ({"doc_id": "a.html"}, "a.html"),
        ({"doc_id": "a.html", "url": "https://birch.example/x"}, "birch.example"),
        ({"doc_id": "http://[broken"}, "http://[broken"),
    ],
)
def test_its_source_is_the_site_or_else_the_document(tmp_path: Path, fields: dict[str, Any], source: str) -> None:
    (page,) = pages(tmp_path, record(**fields))
    assert page.source == source
    assert not page.is_spliced


def test_every_correction_is_a_page_of_its_own_in_the_table(tmp_path: Path) -> None:
    table = unit_table(pages(tmp_path, *map(record, range(3))))
    assert table.page.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_without_corrections_there_are_no_pages() -> None:
    assert correction_pages([]) == []
