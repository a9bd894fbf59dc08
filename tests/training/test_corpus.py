import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_pages import labelled_page, small_corpus, write_corpus

from pipeline.errors import CorpusError
from pipeline.schema import LABELS, BlockKind
from pipeline.training.corpus import LabelledPage, Unit, find_corpora, read_corpus

RECORD: dict[str, Any] = {
    "id": "one",
    "source": "alder",
    "license": "CC0-1.0",
    "units": [{"text": "Rest well.", "label": "treatment", "kind": "heading"}, {"text": "Log in", "label": None}],
}


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(CorpusError) as caught:
        read_corpus([path])
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_line_is_a_page(tmp_path: Path) -> None:
    units = (
        Unit("Rest well.", "treatment", BlockKind.HEADING, "alder"),
        Unit("Log in", None, BlockKind.PARAGRAPH, "alder"),
    )
    assert read_corpus([write(tmp_path / "a.jsonl", RECORD)]) == [LabelledPage("one", "alder", "CC0-1.0", units)]


def test_pages_come_back_as_they_were_written(tmp_path: Path) -> None:
    assert read_corpus([write_corpus(tmp_path / "a.jsonl", small_corpus())]) == small_corpus()


def test_blank_lines_and_other_fields_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", RECORD | {"type": "blog"})
    path.write_text("\n" + path.read_text("utf-8") + "  \n", "utf-8")
    assert len(read_corpus([path])) == 1


def test_blanks_in_a_text_become_single_spaces(tmp_path: Path) -> None:
    record = RECORD | {"units": [{"text": " Rest\n\twell. ", "label": "noise"}]}
    (page,) = read_corpus([write(tmp_path / "a.jsonl", record)])
    assert page.units[0].text == "Rest well."


def test_a_lone_surrogate_becomes_a_replacement_character(tmp_path: Path) -> None:
    record = RECORD | {"units": [{"text": "Rest \ud800", "label": "noise"}]}
    (page,) = read_corpus([write(tmp_path / "a.jsonl", record)])
    assert page.units[0].text == "Rest \ufffd"


def test_a_spliced_page_says_where_its_units_come_from(tmp_path: Path) -> None:
    record = RECORD | {"source": "scrape-1", "spliced_from": ["birch:page-7", "cedar"]}
    (page,) = read_corpus([write(tmp_path / "a.jsonl", record)])
    assert page.is_spliced
    assert page.sources == {"birch", "cedar"}


def test_a_page_of_one_site_is_not_spliced(tmp_path: Path) -> None:
    record = RECORD | {"spliced_from": ["alder:page-7", "alder"]}
    (page,) = read_corpus([write(tmp_path / "a.jsonl", record)])
    assert not page.is_spliced


FAULTS = [
    ("[1]", "expected an object with id, source, license and units"),
    ("{", "not JSON (Expecting property name"),
    (RECORD | {"id": 7}, "'id' must be a str"),
    (RECORD | {"source": None}, "'source' must be a str"),
    ({key: RECORD[key] for key in ("id", "source", "units")}, "'license' must be a str"),
    (RECORD | {"units": "Rest well."}, "'units' must be a list"),
    (RECORD | {"units": ["Rest well."]}, "every unit needs a 'text' that is not blank"),
    (RECORD | {"units": [{"label": "noise"}]}, "every unit needs a 'text' that is not blank"),
    (RECORD | {"units": [{"text": " \n", "label": "noise"}]}, "every unit needs a 'text' that is not blank"),
    (
        RECORD | {"units": [{"text": "Rest", "label": "care"}]},
        "label 'care' is none of treatment, clinical_research, news, noise or null",
    ),
    (RECORD | {"units": [{"text": "Rest", "label": ["noise"]}]}, "label ['noise'] is none of treatment,"),
    (RECORD | {"units": [{"text": "Rest", "label": None, "kind": "p"}]}, "kind 'p' is none of paragraph, heading,"),
    (RECORD | {"spliced_from": ["birch"]}, "'spliced_from' must name one source for each of the 2 units"),
    (RECORD | {"spliced_from": "ab"}, "'spliced_from' must name one source for each of the 2 units"),
    (RECORD | {"spliced_from": 2}, "'spliced_from' must name one source for each of the 2 units"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS)
def test_a_fault_is_named_with_file_line_and_reason(tmp_path: Path, fault: object, reason: str) -> None:
    path = write(tmp_path / "a.jsonl", RECORD | {"id": "sound"})
    line = fault if isinstance(fault, str) else json.dumps(fault)
    path.write_text(path.read_text("utf-8") + "\n" + line + "\n", "utf-8")
    assert refusal(path).startswith(f"{path}, line 3: {reason}")


@pytest.mark.parametrize("key", ["id", "source", "license", "units"])
def test_a_missing_field_is_named(tmp_path: Path, key: str) -> None:
    path = write(tmp_path / "a.jsonl", {name: value for name, value in RECORD.items() if name != key})
    assert refusal(path).startswith(f"{path}, line 1: {key!r} must be a ")


def test_an_id_that_stands_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", RECORD | {"id": "two"}, RECORD)
    second = write(tmp_path / "b.jsonl", RECORD)
    with pytest.raises(CorpusError) as caught:
        read_corpus([first, second])
    assert str(caught.value) == f"{second}, line 1: id 'one' stands in {first}, line 2 already"


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "\xff"}\n')
    assert refusal(path).startswith(f"{path}: cannot be read as UTF-8 text (")


def test_a_folder_gives_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "notes.md"):
        (tmp_path / name).touch()
    assert find_corpora([tmp_path]) == [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]


def test_a_folder_without_pages_and_a_missing_file_are_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.jsonl"):
        assert refusal(path) == f"{path}: no labelled pages here; give a .jsonl file or a folder that holds some"


@given(st.lists(st.tuples(st.text(min_size=1).filter(str.strip), st.sampled_from(LABELS)), max_size=5))
def test_a_page_is_a_document_of_one_block_a_unit(units: list[tuple[str, str]]) -> None:
    document = labelled_page("one", "alder", [(" ".join(text.split()), label) for text, label in units]).document()
    blocks = [document.text[block.start : block.end] for block in document.blocks]
    assert blocks == [" ".join(text.split()) for text, _ in units]
