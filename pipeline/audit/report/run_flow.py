"""A run's account as columns and streams of a flow."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.audit.report.flow import FlowPicture, Frame, Stage, Stream, draw_flow
from pipeline.audit.report.numbers import counted, percent, plural, share_of, short_number
from pipeline.audit.report.run_record import RunRecord
from pipeline.audit.report.sentence_totals import SentenceTotals
from pipeline.schema import LABELS

LABEL_TITLES: Final = {
    "treatment": "treatment",
    "clinical_research": "research",
    "news": "news",
    "noise": "noise",
}

_WIDE: Final = Frame(1120, 264, (2, 240, 500, 850))
_NARROW: Final = Frame(360, 290, (2, 130, 260))
_VISIBLE: Final = 0.002
"""Streams of a smaller share are not drawn."""


@dataclass(frozen=True, slots=True)
class LabelShares:
    """Shares of a run's characters, one together if there are any, and its sentences.

    Attributes:
        kept: by label, in the order of `schema.LABELS`.
        removed: by label; of labels that are kept, headings whose section was removed.
        undecided: of sentences on which the model abstains.
        sentences: those decided, by label.
        undecided_sentences: the others.
    """

    kept: tuple[float, ...]
    removed: tuple[float, ...]
    undecided: float
    sentences: tuple[int, ...]
    undecided_sentences: int


def label_shares(record: RunRecord, totals: SentenceTotals) -> LabelShares:
    """Share out the account's characters to labels, in proportion to the lengths of their sentences.

    The account alone is exact: it also knows the blanks between sentences.
    """
    kept, removed, undecided = (
        share_of(record.characters[name], record.characters["in"]) for name in ("kept", "removed", "uncertain")
    )
    lengths = totals.characters[:, 0] / max(1, totals.characters[:, 0].sum())
    wanted = np.array([label in record.keep for label in LABELS])
    kept_by_label = _parted(kept, np.where(wanted, lengths, 0.0))
    left = np.where(wanted, np.maximum(lengths * (1 - undecided) - kept_by_label, 0.0), lengths)
    decided, doubtful = totals.sentences.sum(axis=1).T.tolist()
    return LabelShares(tuple(kept_by_label), tuple(_parted(removed, left)), undecided, tuple(decided), sum(doubtful))


def wide_flow(record: RunRecord, shares: LabelShares) -> FlowPicture:
    """From pages to outcomes, for screens."""
    done = share_of(record.pages["done"], record.pages["in"])
    failed = share_of(record.pages["failed"], record.pages["in"])
    whole = Stage("text", done + failed, f"{record.pages['in']:,}", f"{plural('page', record.pages['in'])} went in")
    columns = [[whole], [_text(record, done), _failed(record, failed)], _labels(shares, done)]
    streams = [Stream(0, 0, 0, done, "text", f"{counted(record.pages['done'], 'page')} done")]
    streams.append(Stream(0, 0, 1, failed, "failed", f"{counted(record.pages['failed'], 'page')} failed"))
    streams += _streams(shares, 1, done)
    return draw_flow([*columns, _outcomes(record, done)], _visible(streams), _WIDE)


def narrow_flow(record: RunRecord, shares: LabelShares) -> FlowPicture:
    """From text to outcomes, for phones."""
    columns = [[_text(record, 1.0)], _labels(shares, 1.0), _outcomes(record, 1.0)]
    return draw_flow(columns, _visible(_streams(shares, 0, 1.0)), _NARROW)


def _parted(whole: float, weights: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> list[float]:
    total = float(weights.sum())
    return [whole * float(weight) / total if total else 0.0 for weight in weights]


def _text(record: RunRecord, done: float) -> Stage:
    characters = record.characters["in"]
    return Stage("text", done if characters else 0.0, short_number(characters), "characters")


def _failed(record: RunRecord, failed: float) -> Stage:
    pages = record.pages["failed"]
    return Stage("failed", failed, f"{pages:,}", f"{plural('page', pages)} failed")


def _labels(shares: LabelShares, done: float) -> list[Stage]:
    stages = [
        Stage(label, (kept + removed) * done, LABEL_TITLES[label], counted(sentences, "sentence"))
        for label, kept, removed, sentences in zip(LABELS, shares.kept, shares.removed, shares.sentences, strict=True)
    ]
    if shares.undecided:
        told = counted(shares.undecided_sentences, "sentence")
        stages.append(Stage("undecided", shares.undecided * done, "undecided", told))
    return stages


def _outcomes(record: RunRecord, done: float) -> list[Stage]:
    counts = {name: record.characters[name] for name in ("kept", "removed", "uncertain")}
    named = zip(("kept", "removed", "undecided"), counts.values(), strict=True)
    whole = record.characters["in"]
    return [
        Stage(name, share_of(n, whole) * done, f"{percent(share_of(n, whole))} {name}", f"{short_number(n)} characters")
        for name, n in named
    ]


def _streams(shares: LabelShares, column: int, done: float) -> list[Stream]:
    """From the text to the labels, and from there to the outcomes."""
    streams = []
    for index, label in enumerate(LABELS):
        kept, removed = shares.kept[index] * done, shares.removed[index] * done
        streams.append(Stream(column, 0, index, kept + removed, label, f"labelled {LABEL_TITLES[label]}"))
        streams.append(Stream(column + 1, index, 0, kept, label, f"{LABEL_TITLES[label]}, kept"))
        streams.append(Stream(column + 1, index, 1, removed, label, f"{LABEL_TITLES[label]}, removed"))
    if shares.undecided:
        undecided = shares.undecided * done
        streams.append(Stream(column, 0, len(LABELS), undecided, "undecided", "the model abstains"))
        streams.append(Stream(column + 1, len(LABELS), 2, undecided, "undecided", "undecided"))
    return streams


def _visible(streams: list[Stream]) -> list[Stream]:
    return [stream for stream in streams if stream.share > _VISIBLE]
