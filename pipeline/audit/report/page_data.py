"""The pages of a report as the browser gets them: JSON objects of columns, one for each page."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipeline.audit.report.blocks import shown_blocks
from pipeline.audit.report.page_sample import SampledPage, host_of
from pipeline.audit.report.sentence_files import label_index
from pipeline.schema import LABELS


def page_data(
    page: SampledPage, rows: pa.Table, others: Mapping[int, tuple[int, float]] | None = None
) -> dict[str, Any]:
    """Make the JSON object of a page.

    Args:
        page: the page.
        rows: its sentences, `schema.sentence_schema()`, explained or not.
        others: by sentence number, label and score of another model where it says something else.

    Returns:
        `blocks` holds pairs of kind and number of sentences; the other lists have a value for each sentence:
        `labels` indices into `schema.LABELS`, `probabilities` thousandths in the order of the labels, `why` lists of
        parts (`classifier.explanation.Part.as_json`), without which it is empty. `others` is by sentence number.
    """
    columns = {name: rows[name].to_pylist() for name in ("kind", "start", "end", "text", "uncertain")}
    blocks = shown_blocks(columns["kind"], columns["start"], columns["end"], columns["text"])
    return {
        "id": page.span.doc_id,
        "url": page.span.url,
        "host": host_of(page.span.url),
        "sentences": page.span.sentences,
        "characters": page.span.characters,
        "blocks": [[block.kind, block.sentences] for block in blocks],
        "starts": columns["start"],
        "ends": columns["end"],
        "texts": columns["text"],
        "labels": label_index(rows["label"].combine_chunks()).tolist(),
        "uncertain": [int(uncertain) for uncertain in columns["uncertain"]],
        "probabilities": _thousandths(rows),
        "why": _parts(rows),
        "others": {str(number): list(other) for number, other in (others or {}).items() if number < rows.num_rows},
    }


def _thousandths(rows: pa.Table) -> list[list[int]]:
    columns = [np.asarray(rows[f"p_{label}"].combine_chunks()) for label in LABELS]
    thousandths: list[list[int]] = np.rint(np.stack(columns, axis=1) * 1000).astype(int).tolist()
    return thousandths


def _parts(rows: pa.Table) -> list[object]:
    if "why" not in rows.column_names:
        return []
    return [json.loads(explanation)["parts"] for explanation in rows["why"].to_pylist()]
