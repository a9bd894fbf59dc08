"""What is said of `corpus/silver/` must stay true of it; what it labels is not part of the project."""

import json
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import cohen_kappa_score

from pipeline.training.corpus import LabelledPage, read_corpus
from pipeline.training.silver import read_silver_labels, with_silver_labels

ROOT = Path(__file__).parents[2]
SILVER = ROOT / "corpus" / "silver" / "neighbours.jsonl"
LABELLED = ROOT.parent / "shared" / "corpus" / "labelled.jsonl"

pytestmark = pytest.mark.skipif(
    not LABELLED.is_file(), reason="there are no pages to compare with: ../shared is not beside this checkout"
)


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return read_corpus([LABELLED])


def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SILVER.read_text("utf-8").splitlines()]


def test_every_unit_of_the_pages_has_a_label(pages: list[LabelledPage]) -> None:
    labelled = with_silver_labels(pages, read_silver_labels(SILVER))
    assert sum(unit.is_silver for page in labelled for unit in page.units) == 92_156


def test_a_reader_who_sees_no_label_agrees_with_the_annotators(pages: list[LabelledPage]) -> None:
    blind = {record["id"] for record in records() if record["blind"]}
    said = {name: labels for name, labels in read_silver_labels(SILVER).items() if name in blind}
    pairs = [
        (unit.label, label)
        for page in pages
        if page.id in blind
        for unit, label in zip(page.units, said[page.id], strict=True)
        if unit.label
    ]
    assert len(pairs) == 3_240
    assert cohen_kappa_score(*zip(*pairs, strict=True)) == pytest.approx(0.93, abs=0.005)
