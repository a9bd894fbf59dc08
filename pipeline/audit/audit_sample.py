"""A stratified random sample of a run, for people to label, and the plan by which it was drawn.

The plan (`audit.json`) names every sentence that was drawn with its stratum, and the size of the strata: whatever a
tool or a spreadsheet does to the sample's other columns, order or rows, the estimate goes by the plan.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipeline.audit.content_hashes import sentence_hashes
from pipeline.audit.review import PickedSentence
from pipeline.audit.sentence import Sentence, sentence_at
from pipeline.audit.smallest import SmallestDistinct
from pipeline.audit.strata import N_STRATA, Stratum, allocate, strata_names, stratum_of
from pipeline.errors import UsageError
from pipeline.training.corrections import SentenceKey

AUDIT_REASON: Final = "audit"
PLAN_FILE: Final = "audit.json"


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """How a sample was drawn.

    Attributes:
        model: whose run it is, `NAME@DIGEST`.
        keep: labels that its cleaned documents keep: the wanted ones.
        strata: parts of the run.
        stratum_of_sentence: index into `strata` of every sentence drawn.
    """

    model: str
    keep: tuple[str, ...]
    strata: tuple[Stratum, ...]
    stratum_of_sentence: dict[SentenceKey, int]

    def drawn(self) -> list[int]:
        """Sentences drawn from each stratum."""
        counts = Counter(self.stratum_of_sentence.values())
        return [counts[number] for number in range(len(self.strata))]

    def summary(self) -> str:
        strata = zip(self.drawn(), self.strata, strict=True)
        parts = ", ".join(f"{n:,} of {stratum.n_sentences:,} {stratum.name}" for n, stratum in strata if n)
        return f"{len(self.stratum_of_sentence):,} sentences drawn at random: {parts}"

    def as_json(self) -> str:
        sentences = [{"key": list(key), "stratum": number} for key, number in self.stratum_of_sentence.items()]
        strata = [asdict(stratum) for stratum in self.strata]
        return json.dumps({"model": self.model, "keep": self.keep, "strata": strata, "sentences": sentences}) + "\n"

    @classmethod
    def from_json(cls, text: str, place: str) -> "AuditPlan":
        """Read what `as_json` wrote.

        Raises:
            UsageError: naming `place`, if it is something else.
        """
        try:
            values = json.loads(text)
            strata = tuple(Stratum(**stratum) for stratum in values["strata"])
            sentences = {_key(*one["key"]): int(one["stratum"]) for one in values["sentences"]}
            return cls(values["model"], tuple(values["keep"]), strata, sentences)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{place}: no plan of an audit; draw a new sample with --audit") from error


@dataclass(slots=True)
class AuditSampler:
    """Gathers a sample batch by batch, in memory bounded by its size.

    Attributes:
        size: sentences wanted.
        model: whose run it is.
        keep: labels that cleaned documents keep.
    """

    size: int
    model: str
    keep: tuple[str, ...]
    _drawn: list[SmallestDistinct[Sentence]] = field(init=False)
    _n_sentences: np.ndarray = field(default_factory=lambda: np.zeros(N_STRATA, np.int64))
    _n_characters: np.ndarray = field(default_factory=lambda: np.zeros(N_STRATA, np.int64))
    _doubt: np.ndarray = field(default_factory=lambda: np.zeros(N_STRATA))

    def __post_init__(self) -> None:
        self._drawn = [SmallestDistinct(self.size) for _ in range(N_STRATA)]

    def add(self, rows: pa.RecordBatch) -> None:
        """Take in sentence rows of whole pages, labels as plain strings."""
        stratum, doubt = stratum_of(rows, self.keep)
        length = rows["end"].to_numpy() - rows["start"].to_numpy()
        self._n_sentences += np.bincount(stratum, minlength=N_STRATA)
        self._n_characters += np.bincount(stratum, length, minlength=N_STRATA).astype(np.int64)
        self._doubt += np.bincount(stratum, doubt, minlength=N_STRATA)
        hashes = sentence_hashes(rows)
        for number, drawn in enumerate(self._drawn):
            here = np.flatnonzero(stratum == number)
            for index in here[hashes[here] <= min(drawn.limit[0], 2**64 - 1)].tolist():
                value = int(hashes[index])
                drawn.offer(value, (value, 0), partial(sentence_at, rows, index, self.model))

    def sample(self) -> tuple[AuditPlan, list[PickedSentence]]:
        """Draw from what was taken in; the sentences are in an order that tells nothing."""
        strata = [
            Stratum(kept, low, high, int(n), int(characters), float(doubt / max(n, 1)))
            for (kept, low, high), n, characters, doubt in zip(
                strata_names(), self._n_sentences, self._n_characters, self._doubt, strict=True
            )
        ]
        chosen = [
            (number, sentence)
            for number, (drawn, places) in enumerate(zip(self._drawn, allocate(strata, self.size), strict=True))
            for sentence in drawn.items()[:places]
        ]
        stratum_of_sentence = {sentence.key: number for number, sentence in chosen}
        picked = sorted((sentence for _, sentence in chosen), key=lambda one: (one.doc_id, one.start))
        plan = AuditPlan(self.model, self.keep, tuple(strata), stratum_of_sentence)
        return plan, [PickedSentence(sentence, AUDIT_REASON) for sentence in picked]


def audit_sample(
    batches: Iterable[pa.RecordBatch], size: int, model: str, keep: tuple[str, ...]
) -> tuple[AuditPlan, list[PickedSentence]]:
    """Draw about `size` sentences from rows of whole pages with plain labels."""
    sampler = AuditSampler(size, model, keep)
    for rows in batches:
        sampler.add(rows)
    return sampler.sample()


def read_plan(path: Path) -> AuditPlan:
    """Read a plan.

    Raises:
        UsageError: there is none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: no plan of an audit here; name the run's folder with -o, or draw one with --audit"
        ) from error
    return AuditPlan.from_json(text, str(path))


def earlier_plan(path: Path, plan: AuditPlan) -> frozenset[SentenceKey]:
    """Sentences that were drawn from the same run before; none if there was no plan, or one of another run."""
    if not path.exists():
        return frozenset()
    earlier = read_plan(path)
    same = (earlier.model, earlier.keep, earlier.strata) == (plan.model, plan.keep, plan.strata)
    return frozenset(earlier.stratum_of_sentence) if same else frozenset()


def _key(doc_id: str, sent_id: int, start: int, end: int) -> SentenceKey:
    return str(doc_id), int(sent_id), int(start), int(end)
