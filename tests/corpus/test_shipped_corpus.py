"""What is said of `corpus/` must stay true of it, whoever adds pages."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.schema import LABELS
from pipeline.training.corpus import LabelledPage, read_corpus

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
LONG = 40  # characters; shorter units are menu entries and phrases that anybody writes
ANCHOR = 4  # words by which a long unit is looked for

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="there are no texts to compare with: ../shared is not beside this checkout"
)


@cache
def pages() -> list[LabelledPage]:
    return read_corpus([ROOT / "corpus"])


@cache
def records() -> list[dict[str, Any]]:
    texts = (path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*.jsonl")))
    return [json.loads(line) for text in texts for line in text.split("\n") if line]


@cache
def counts() -> dict[str, int]:
    labels = [unit.label for page in pages() for unit in page.units]
    return {label: labels.count(label) for label in LABELS}


def test_the_corpus_is_large_enough_to_learn_from() -> None:
    assert len(pages()) >= 400
    assert sum(counts().values()) >= 4000


@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_its_share(label: str) -> None:
    assert counts()[label] / sum(counts().values()) >= 0.12


def test_pages_are_of_many_types_and_some_are_spliced() -> None:
    types = [record["type"] for record in records()]
    assert len(set(types)) >= 30
    assert sum(kind.startswith("spliced") for kind in types) >= 50


def test_all_pages_are_in_the_public_domain() -> None:
    assert {page.license for page in pages()} == {"CC0-1.0"}


def test_no_long_unit_stands_on_the_pages_of_two_sites() -> None:
    sites = defaultdict(set)
    for page in pages():
        for unit in page.units:
            sites[unit.text].add(unit.source)
    assert [text for text, found in sites.items() if len(text) >= LONG and len(found) > 1] == []


def test_a_long_unit_that_stands_twice_is_furniture_of_its_site() -> None:
    labels = defaultdict(list)
    for page in pages():
        for unit in page.units:
            labels[unit.text].append(unit.label)
    repeated = {text: found for text, found in labels.items() if len(text) >= LONG and len(found) > 1}
    assert {text: found for text, found in repeated.items() if set(found) != {"noise"}} == {}


def anchors_of(text: str) -> Iterator[tuple[str, ...]]:
    words = text.split()
    return zip(*(words[shift:] for shift in range(ANCHOR)), strict=False)


@cache
def long_units() -> dict[tuple[str, ...], list[str]]:
    """Long units, and lines that show boundaries, by words in their middle; those with few words by none."""
    found = defaultdict(list)
    units = {unit.text for page in pages() for unit in page.units}
    lines = {
        line for path in (ROOT / "corpus" / "boundaries").glob("*.txt") for line in path.read_text("utf-8").splitlines()
    }
    for text in (text for text in units | lines if len(text) > LONG):
        words = text.split()
        found[tuple(words[1 : ANCHOR + 1]) if len(words) > ANCHOR + 1 else ()].append(text)
    return found


def copied_from(text: str) -> list[str]:
    """The long units of the corpus that stand verbatim in a text."""
    text, by_anchor = " ".join(text.split()), long_units()
    met = {(), *by_anchor.keys() & set(anchors_of(text))}
    return [unit for anchor in met for unit in by_anchor.get(anchor, []) if unit in text]


def labelled_texts() -> Iterator[str]:
    with (SHARED / "corpus" / "labelled.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield "\n".join(unit["text"] for unit in json.loads(line)["units"])


def document_texts() -> Iterator[str]:
    with gzip.open(SHARED / "text" / "documents.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def segmented_texts() -> Iterator[str]:
    for path in sorted((SHARED / "segmentation").glob("*.txt")):
        yield path.read_text("utf-8")


@needs_shared
@pytest.mark.parametrize("texts", [labelled_texts, document_texts, segmented_texts])
def test_no_long_unit_is_copied_from_the_texts_that_winnow_is_measured_on(texts: Any) -> None:  # noqa: ANN401
    assert [unit for text in texts() for unit in copied_from(text)] == []


def test_a_copy_would_be_found() -> None:
    first, *_, last = (units[0] for units in long_units().values())
    few_words = long_units()[()][0]
    for unit in (first, last, few_words):
        assert unit in copied_from(f"Before ({unit}) and\n after.")
        assert copied_from(unit[:-1]) == []
