"""Folders of finished runs with labels of our own choice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same

from pipeline.schema import LABELS, WANTED_LABELS, sentence_schema

MODEL = {"name": "small", "digest": "0123456789abcdef" * 4}


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    label: str = "noise"
    score: float = 0.9
    kind: str = "paragraph"
    uncertain: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShownPage:
    id: str
    sentences: tuple[Sentence, ...]
    url: str = ""


def page(name: str, *sentences: Sentence, url: str = "") -> ShownPage:
    return ShownPage(name, sentences, url)


def sentence_table(pages: Sequence[ShownPage], *, explained: bool = False) -> pa.Table:
    """The sentences of each page one after another, a blank between."""
    rows = [row for page in pages for row in _rows(page)]
    return pa.Table.from_pylist(rows, sentence_schema(explained=explained))


def write_run(
    folder: Path,
    pages: Sequence[ShownPage],
    *,
    failures: Sequence[dict[str, str]] = (),
    explained: bool = False,
    rows_per_group: int = 65_536,
) -> Path:
    """Write what a run writes, but for the cleaned documents."""
    (folder / "sentences").mkdir(parents=True)
    table = sentence_table(pages, explained=explained)
    pq.write_table(table, folder / "sentences" / "part-00000.parquet", row_group_size=rows_per_group)
    (folder / "errors.jsonl").write_text("".join(json.dumps(failure) + "\n" for failure in failures))
    (folder / "run.json").write_text(json.dumps(account(pages, failures, explained=explained)))
    return folder


def write_comparison(folder: Path, model: str = "small@0123456789ab") -> None:
    """Say that another model labels the second sentence of the page `ward` as news."""
    change = {"label": "treatment", "other_label": "news"}
    summary = {"model": model, "other": "other@ba9876543210", "sentences": 4, "changed": 1}
    (folder / "compare.json").write_text(json.dumps({**summary, "changes": [{**change, "count": 1, "examples": []}]}))
    changed = {"doc_id": "ward", "sent_id": 1, "other_score": 0.52, **change}
    (folder / "compare.jsonl").write_text(json.dumps(changed) + "\n")


def account(
    pages: Sequence[ShownPage], failures: Sequence[dict[str, str]] = (), *, explained: bool = False
) -> dict[str, Any]:
    """What `run.json` holds."""
    sentences = [sentence for page in pages for sentence in page.sentences]
    lengths = {"kept": 0, "removed": 0, "uncertain": 0}
    for sentence in sentences:
        outcome = "kept" if sentence.label in WANTED_LABELS else "removed"
        lengths["uncertain" if sentence.uncertain else outcome] += len(sentence.text)
    counts = {label: sum(sentence.label == label for sentence in sentences) for label in LABELS}
    return {
        "inputs": ["in"],
        "files": {"count": 1, "bytes": 1, "sha256": ""},
        "options": {"keep": list(WANTED_LABELS), "split": False, "max_error": None, "explain": explained},
        "model": MODEL,
        "pages": {"in": len(pages) + len(failures), "done": len(pages), "failed": len(failures)},
        "failures": {failure["reason"]: 1 for failure in failures},
        "characters": {"in": sum(lengths.values()), **lengths},
        "sentences": counts,
        "hosts": [{"host": "", **counts}],
        "versions": {"winnow": "1", "python": "3"},
        "seconds": 1.5,
    }


def _rows(page: ShownPage) -> list[dict[str, Any]]:
    rows, start = [], 0
    for number, sentence in enumerate(page.sentences):
        others = dict.fromkeys((f"p_{label}" for label in LABELS), (1 - sentence.score) / 3)
        rows.append(
            {
                "doc_id": page.id,
                "url": page.url,
                "sent_id": number,
                "start": start,
                "end": start + len(sentence.text),
                "text": sentence.text,
                "kind": sentence.kind,
                "label": sentence.label,
                "score": sentence.score,
                "uncertain": sentence.uncertain,
                **others,
                f"p_{sentence.label}": sentence.score,
                "why": sentence.why,
            }
        )
        start += len(sentence.text) + 1
    return rows
