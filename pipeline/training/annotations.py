"""What people decided, as their tools write it: our own JSONL and CSV, Label Studio, doccano, Prodigy.

Which tool wrote a record is told from its fields:

    new_label                  `--review` and `--audit` (JSONL, CSV), and the report's corrections.jsonl
    data, annotations          Label Studio, exported as JSON
    answer, accept             Prodigy, `textcat.manual` or another choice, from `db-out`
    label or labels, a list    doccano, exported as JSONL; what it calls metadata stands beside the text or in `meta`

A record without a decision (empty, skipped, cancelled, rejected) has the label None.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from pipeline.errors import CorpusError
from pipeline.preprocess.readers.csv_file import field_limit
from pipeline.schema import LABELS
from pipeline.training.spreadsheet_cells import original_text

Fields: TypeAlias = Mapping[str, Any]

_DELIMITERS: Final = ",;\t"
_NUMBERS: Final = ("sent_id", "start", "end")
_METADATA: Final = ("meta", "metadata")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A record of a tool: where it stands, the fields it was made of, and the label people gave it."""

    place: str
    fields: Fields
    label: str | None


def read_annotations(path: Path) -> Iterator[Annotation]:
    """Yield every record of a file, in its order.

    Raises:
        CorpusError: naming file, place and reason, if it is none of these formats.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    for place, record in _records(text, str(path)):
        fields, labels = _decision(record, place)
        yield Annotation(place, fields, _only_label(labels, place))


def _records(text: str, path: str) -> Iterator[tuple[str, Fields]]:
    beginning = text.lstrip()[:1]
    if beginning == "[":
        for number, item in enumerate(_parsed(text, path), 1):
            place = f"{path}, item {number}"
            yield place, _checked(item, place)
    elif beginning in {"{", ""}:
        lines = enumerate(io.StringIO(text, newline="\n"), 1)
        for number, line in lines:
            place = f"{path}, line {number}"
            if line.strip():
                yield place, _checked(_parsed(line, place), place)
    else:
        yield from _csv_records(text, path)


def _csv_records(text: str, path: str) -> Iterator[tuple[str, Fields]]:
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=header.count), strict=True)
    if "new_label" not in (reader.fieldnames or ()):
        raise CorpusError(f"{path}, line 1: neither JSON nor a table with a column 'new_label'")
    try:
        with field_limit(len(text) + 1):
            rows = [(f"{path}, line {reader.line_num}", row) for row in reader]
    except csv.Error as error:
        raise CorpusError(f"{path}, line {reader.reader.line_num}: not a CSV row ({error})") from error
    for place, row in rows:
        yield place, {name: _value(name, cell, place) for name, cell in row.items() if name}


def _value(name: str, cell: str | None, place: str) -> str | int:
    text = original_text(cell or "")
    if name not in _NUMBERS:
        return text
    if not text.isdecimal():
        raise CorpusError(f"{place}: {name!r} must be a whole number, not {text!r}")
    return int(text)


def _decision(record: Fields, place: str) -> tuple[Fields, list[object]]:
    """The fields of a sentence and the labels it was given."""
    if "new_label" in record:
        return record, [record["new_label"]]
    if isinstance(record.get("data"), dict):
        return record["data"], _label_studio_choices(record, place)
    if "answer" in record or "accept" in record:
        return _with_metadata(record), _prodigy_choices(record)
    if "label" in record or "labels" in record:
        labels = record.get("label", record.get("labels"))
        return _with_metadata(record), labels if isinstance(labels, list) else [labels]
    raise CorpusError(
        f"{place}: none of corrections.jsonl ('new_label'), Label Studio ('data'), Prodigy ('answer') and "
        "doccano ('label')"
    )


def _with_metadata(record: Fields) -> Fields:
    inside = [record[name] for name in _METADATA if isinstance(record.get(name), dict)]
    return {name: value for fields in [*inside, record] for name, value in fields.items()}


def _label_studio_choices(task: Fields, place: str) -> list[object]:
    """The choices of the latest annotation that was not cancelled."""
    try:
        annotations = [one for one in task.get("annotations", []) if not one.get("was_cancelled")]
        if not annotations:
            return []
        latest = max(enumerate(annotations), key=lambda item: (item[1].get("updated_at") or "", item[0]))[1]
        return [choice for result in latest["result"] for choice in result["value"].get("choices", [])]
    except (AttributeError, KeyError, TypeError) as error:
        raise CorpusError(f"{place}: not a Label Studio task with choices; export the project as JSON") from error


def _prodigy_choices(record: Fields) -> list[object]:
    if record.get("answer") != "accept":
        return []
    chosen = record.get("accept", [record.get("label")])
    return chosen if isinstance(chosen, list) else [chosen]


def _only_label(labels: list[object], place: str) -> str | None:
    given = [label for label in labels if label not in (None, "")]
    unknown = [label for label in given if label not in LABELS]
    if unknown:
        raise CorpusError(f"{place}: label {unknown[0]!r} is none of {', '.join(LABELS)}")
    if len(set(given)) > 1:
        raise CorpusError(f"{place}: a sentence has one label, here are {len(given)}: {', '.join(map(str, given))}")
    return str(given[0]) if given else None


def _parsed(text: str, place: str) -> Any:  # noqa: ANN401 - it is JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{place}: not JSON ({error})") from error


def _checked(record: object, place: str) -> Fields:
    if not isinstance(record, dict):
        raise CorpusError(f"{place}: expected an object, found {type(record).__name__}")
    return record
