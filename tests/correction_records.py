"""Corrections as the report and other tools write them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def record(number: int = 0, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field may be set wrong
    """A line of corrections.jsonl about the sentence `number` of a page."""
    return {
        "doc_id": "https://alder.example/1",
        "sent_id": number,
        "start": 10 * number,
        "end": 10 * number + 9,
        "text": f"Sentence {number}.",
        "before": "Before it.",
        "after": "After it. And more.",
        "old_label": "noise",
        "new_label": "news",
        "model": "small@0123456789ab",
        **fields,
    }


def write_lines(path: Path, records: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    return path
