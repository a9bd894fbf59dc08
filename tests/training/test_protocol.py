"""The project's evaluation takes the same folds and computes the same figures as the protocol it follows."""

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from pipeline.training.evaluation import Predictions, folds, stitched
from pipeline.training.table import NO_LABEL, UnitTable

PROTOCOL = Path(__file__).parents[3] / "shared" / "corpus" / "protocol.py"

pytestmark = pytest.mark.skipif(not PROTOCOL.is_file(), reason="the protocol is not beside this checkout")


@pytest.fixture(scope="module")
def protocol() -> ModuleType:
    spec = importlib.util.spec_from_file_location("protocol", PROTOCOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table_of(pages: list[dict[str, Any]], labels: list[str]) -> UnitTable:
    units = [(number, page["source"], unit) for number, page in enumerate(pages) for unit in page["units"]]
    return UnitTable(
        X=sp.csr_matrix((len(units), 1), dtype=np.float32),
        label=np.array([labels.index(unit["label"]) if unit["label"] else NO_LABEL for _, _, unit in units]),
        page=np.array([number for number, _, _ in units]),
        source=np.array([source for _, source, _ in units], object),
        text=np.array([unit["text"] for _, _, unit in units], object),
        spliced=np.zeros(len(units), bool),
        silver=np.zeros(len(units), bool),
    )


def real_pages() -> list[dict[str, Any]]:
    with PROTOCOL.with_name("labelled.jsonl").open(encoding="utf-8") as lines:
        return [page for page in map(json.loads, lines) if page["source"] != "spliced"]


def labelled_texts(pages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(unit["text"], unit["label"]) for page in pages for unit in page["units"] if unit["label"]]


def labelled_rows(table: UnitTable, labels: list[str]) -> list[tuple[str, str]]:
    rows = zip(table.text, table.label.tolist(), strict=True)
    return [(text, labels[label]) for text, label in rows if label != NO_LABEL]


def test_folds_and_stitched_pages_are_those_of_the_protocol(protocol: ModuleType) -> None:
    pages, labels = real_pages(), protocol.LABELS
    ours = folds(table := table_of(pages, labels), np.ones(len(table), bool))
    for (train, test), (their_train, their_test) in zip(ours, protocol.folds(pages), strict=True):
        assert labelled_rows(train, labels) == labelled_texts(their_train)
        assert labelled_rows(test, labels) == labelled_texts(their_test)
        assert labelled_rows(stitched(test), labels) == labelled_texts(protocol.stitch(their_test))


def test_scores_are_those_of_the_protocol(protocol: ModuleType) -> None:
    random = np.random.default_rng(0)
    label, proba = random.integers(4, size=500), random.dirichlet(np.ones(4) * 0.4, 500).astype(np.float32)
    units = [{"text": "", "label": protocol.LABELS[code]} for code in label]
    ours = Predictions(label, proba, np.full(500, "a", object)).scores()
    assert asdict(ours) == pytest.approx(protocol.scores([{"units": units}], [proba]))
