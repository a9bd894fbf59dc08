"""Corrections: sentences with the label that people gave them, each with its context, from any tool's file.

One line of corrections.jsonl, as the report writes it:

    {"doc_id", "sent_id", "start", "end", "text", "before", "after", "old_label", "new_label", "model"}

`before` and `after` are up to three neighbouring sentences, a space between them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from pipeline.errors import CorpusError
from pipeline.preprocess.page import without_surrogates
from pipeline.schema import LABELS
from pipeline.training.annotations import Annotation, read_annotations

SentenceKey: TypeAlias = tuple[str, int, int, int]
"""Document id, sentence id, and the first and past the last code point: names a sentence of a run."""

_TEXTS: Final = ("before", "after", "old_label", "model", "url")


@dataclass(frozen=True, slots=True)
class Correction:
    """A sentence that people looked at.

    Attributes:
        key: names it.
        text: its text.
        before: the sentences before it; empty at the beginning of a page, or unknown.
        after: those after it.
        old_label: what the model said; empty if unknown.
        new_label: what people say, maybe the same.
        model: name and digest of that model; empty if unknown.
        url: where the page was published; empty if unknown.
    """

    key: SentenceKey
    text: str
    before: str
    after: str
    old_label: str
    new_label: str
    model: str
    url: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections of distinct sentences, and what was left out.

    Attributes:
        sentences: in the order of their first mention.
        n_unlabelled: records without a decision.
        n_repeated: records that a later one of the same sentence replaced.
        n_conflicting: those of them that had another label.
    """

    sentences: tuple[Correction, ...]
    n_unlabelled: int
    n_repeated: int
    n_conflicting: int

    def summary(self) -> str:
        """One line that accounts for every record."""
        read = len(self.sentences) + self.n_unlabelled + self.n_repeated
        return (
            f"{read} records read = {len(self.sentences)} labelled sentences + {self.n_unlabelled} without a label + "
            f"{self.n_repeated} replaced by a later one ({self.n_conflicting} with another label; the last one wins)"
        )


def read_corrections(paths: Iterable[Path]) -> Corrections:
    """Read files of any of the tools; of several decisions on a sentence the last one wins.

    Raises:
        CorpusError: naming file, place and reason, if a record is no correction.
    """
    latest: dict[SentenceKey, Correction] = {}
    n_unlabelled = n_repeated = n_conflicting = 0
    for annotation in (one for path in paths for one in read_annotations(path)):
        if annotation.label is None:
            n_unlabelled += 1
            continue
        correction = _correction(annotation, annotation.label)
        earlier = latest.get(correction.key)
        n_repeated += earlier is not None
        n_conflicting += earlier is not None and earlier.new_label != correction.new_label
        latest[correction.key] = correction
    return Corrections(tuple(latest.values()), n_unlabelled, n_repeated, n_conflicting)


def _correction(annotation: Annotation, label: str) -> Correction:
    place, fields = annotation.place, annotation.fields
    texts = {name: without_surrogates(_string(fields.get(name) or "", name, place)) for name in _TEXTS}
    if texts["old_label"] not in ("", *LABELS):
        raise CorpusError(f"{place}: old_label {texts['old_label']!r} is none of {', '.join(LABELS)}")
    text = without_surrogates(_string(fields.get("text"), "text", place))
    if not text.strip():
        raise CorpusError(f"{place}: 'text' is blank")
    doc_id = without_surrogates(_string(fields.get("doc_id"), "doc_id", place))
    sent_id, start, end = (_number(fields.get(name), name, place) for name in ("sent_id", "start", "end"))
    return Correction((doc_id, sent_id, start, end), text=text, new_label=label, **texts)


def _string(value: Any, name: str, place: str) -> str:  # noqa: ANN401 - it comes from a file
    if not isinstance(value, str):
        raise CorpusError(f"{place}: {name!r} must be a string")
    return value


def _number(value: Any, name: str, place: str) -> int:  # noqa: ANN401 - it comes from a file
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CorpusError(f"{place}: {name!r} must be a whole number, 0 or more")
    return value
