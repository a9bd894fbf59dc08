"""Sentences for people to judge, as files of their tools; `training.annotations` reads back what they decide.

    .jsonl               one sentence a line: `new_label` is to be filled in
    .csv                 the same as a table, safe to open in a spreadsheet
    .labelstudio.json    Label Studio tasks with the model's label as prediction, for a project with
                         <View><Text name="text" value="$text"/><Choices name="label" toName="text">
                         <Choice value="treatment"/><Choice value="clinical_research"/><Choice value="news"/>
                         <Choice value="noise"/></Choices></View>
    .doccano.jsonl       doccano text classification; the model's label is metadata, since what stands in `label` when
                         it is imported would count as decided
    .prodigy.jsonl       Prodigy tasks for `prodigy mark DATASET FILE --view-id choice`

All carry document id, sentence id and offsets through the tool and back.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from pipeline.audit.review import PickedSentence
from pipeline.audit.whole_file import written
from pipeline.errors import CorpusError, UsageError
from pipeline.schema import LABELS
from pipeline.training.annotations import read_annotations
from pipeline.training.spreadsheet_cells import harmless_cell

Record: TypeAlias = dict[str, object]


def review_writer(path: Path) -> Callable[[Sequence[PickedSentence]], str]:
    """What makes the file's text, by the end of its name.

    Raises:
        UsageError: the name ends otherwise.
    """
    for ending, writer in _WRITERS.items():
        if path.name.endswith(ending):
            return writer
    raise UsageError(f"{path}: cannot tell what to write; let the name end with {', '.join(_WRITERS)}")


def write_review(path: Path, picked: Sequence[PickedSentence]) -> None:
    """Write a file in the format that its name asks for.

    Raises:
        UsageError: the name asks for none, or the file already holds labels that people gave.
        OutputError: the system refuses to write.
    """
    text = review_writer(path)(picked)
    refuse_to_overwrite_labels(path)
    with written(path) as file:
        file.write(text)


def refuse_to_overwrite_labels(path: Path) -> None:
    """Make sure that nobody's work is lost.

    Raises:
        UsageError: the file holds labels, or something else than sentences for review.
    """
    if not path.exists():
        return
    try:
        labelled = sum(annotation.label is not None for annotation in read_annotations(path))
    except CorpusError as error:
        raise UsageError(f"{path}: it is there and holds something else; choose another file") from error
    if labelled:
        raise UsageError(f"{path}: it holds {labelled} labels that people gave; choose another file")


def _fields(picked: PickedSentence) -> Record:
    sentence = picked.sentence
    return {
        "doc_id": sentence.doc_id,
        "sent_id": sentence.sent_id,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "before": sentence.before,
        "after": sentence.after,
        "old_label": sentence.label,
        "model": sentence.model,
        "url": sentence.url,
        "score": sentence.score,
        **{f"p_{label}": share for label, share in zip(LABELS, sentence.probabilities, strict=True)},
        "reason": picked.reason,
    }


def _jsonl(picked: Sequence[PickedSentence]) -> str:
    return _lines([{**_fields(one), "new_label": ""} for one in picked])


def _csv(picked: Sequence[PickedSentence]) -> str:
    file = io.StringIO(newline="")
    # What is read comes first and what is written next to it; the mark tells spreadsheets that it is UTF-8.
    file.write("\ufeff")
    first = ["new_label", "text", "before", "after", "old_label", "score", "reason"]
    names = [*first, *(name for name in _COLUMNS if name not in first)]
    writer = csv.DictWriter(file, names, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for one in picked:
        cells = {**_fields(one), "new_label": ""}
        writer.writerow({name: harmless_cell(cell) if isinstance(cell, str) else cell for name, cell in cells.items()})
    return file.getvalue()


def _label_studio(picked: Sequence[PickedSentence]) -> str:
    tasks = [{"data": _fields(one), "predictions": [_prediction(one)]} for one in picked]
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def _prediction(picked: PickedSentence) -> Record:
    choice = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": [picked.sentence.label]}}
    return {"model_version": picked.sentence.model, "score": picked.sentence.score, "result": [choice]}


def _doccano(picked: Sequence[PickedSentence]) -> str:
    return _lines([{**_fields(one), "label": []} for one in picked])


def _prodigy(picked: Sequence[PickedSentence]) -> str:
    options = [{"id": label, "text": label} for label in LABELS]
    return _lines(
        [
            {
                **_fields(one),
                "options": options,
                "accept": [one.sentence.label],
                "meta": {"score": one.sentence.score, "reason": one.reason},
            }
            for one in picked
        ]
    )


def _lines(records: Sequence[Record]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


_COLUMNS: Final = (
    *("doc_id", "sent_id", "start", "end", "text", "before", "after", "old_label", "new_label", "model", "url"),
    *("score", *(f"p_{label}" for label in LABELS), "reason"),
)

# The longer endings first: `.doccano.jsonl` ends with `.jsonl` too.
_WRITERS: Final[dict[str, Callable[[Sequence[PickedSentence]], str]]] = {
    ".labelstudio.json": _label_studio,
    ".doccano.jsonl": _doccano,
    ".prodigy.jsonl": _prodigy,
    ".jsonl": _jsonl,
    ".csv": _csv,
}
