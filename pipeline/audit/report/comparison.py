"""What another model said of the same run, if the folder holds a comparison (`compare.json`, `compare.jsonl`)."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from pipeline.errors import UsageError
from pipeline.schema import LABELS

SUMMARY_FILE: Final = "compare.json"
CHANGES_FILE: Final = "compare.jsonl"

OtherLabels: TypeAlias = Mapping[str, Mapping[int, tuple[int, float]]]
"""By document and sentence number, index into `schema.LABELS` and score of the other model's label."""


@dataclass(frozen=True, slots=True)
class LabelChange:
    label: str
    other_label: str
    sentences: int


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """How many sentences another model labels otherwise.

    Attributes:
        other: name and short digest of the other model.
        sentences: of the run.
        changed: of them, that it labels otherwise.
        changes: the most frequent first.
    """

    other: str
    sentences: int
    changed: int
    changes: tuple[LabelChange, ...]


def read_comparison(folder: Path, model: str) -> ModelComparison | None:
    """Read the summary; None if there is none, or if it is about the results of another model.

    Raises:
        UsageError: it is not understood.
    """
    path = folder / SUMMARY_FILE
    try:
        found = json.loads(path.read_bytes())
        changes = [LabelChange(row["label"], row["other_label"], row["count"]) for row in found["changes"]]
        comparison = ModelComparison(found["other"], found["sentences"], found["changed"], tuple(changes))
        return comparison if found["model"] == model else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a comparison of this version; remove it or make it again") from error


def read_other_labels(folder: Path, documents: Collection[str]) -> OtherLabels:
    """Read which sentences of some documents the other model labels otherwise, line by line.

    Raises:
        UsageError: a line is not understood.
    """
    path, found = folder / CHANGES_FILE, dict[str, dict[int, tuple[int, float]]]()
    try:
        with path.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["doc_id"] in documents:
                    other = LABELS.index(row["other_label"]), round(row["other_score"], 3)
                    found.setdefault(row["doc_id"], {})[row["sent_id"]] = other
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a comparison of this version; remove it or make it again") from error
    return found
