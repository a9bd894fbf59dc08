"""The review queue: sentences worth a look, the most uncertain and a random sample of each label.

Half of the queue are the sentences with the lowest scores (least confidence sampling, Lewis & Gale, 1994): what a model
learns most from. The other half is drawn at random, as many of each label: what shows the errors a model is sure of.
Each text is taken once, whatever its case, digits and punctuation, and near-duplicates are left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # the same

from pipeline.audit.content_hashes import sentence_hashes, text_hash
from pipeline.audit.near_duplicates import LIKENESS, NearDuplicates, normalised
from pipeline.audit.sentence import Sentence, sentence_at
from pipeline.audit.smallest import SmallestDistinct
from pipeline.schema import LABELS

if TYPE_CHECKING:
    from pipeline.training.corrections import SentenceKey

UNCERTAIN: Final = "uncertain"
"""Why a sentence was picked: its score is low. Otherwise the reason is `random LABEL`."""

_CANDIDATES_PER_PLACE: Final = 4


@dataclass(frozen=True, slots=True)
class PickedSentence:
    sentence: Sentence
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """What was picked, and out of what.

    Attributes:
        picked: the most uncertain first, then label by label.
        quota: places by reason.
        n_sentences: that were looked at.
        n_candidates: sentences that were considered until all places were taken.
    """

    picked: tuple[PickedSentence, ...]
    quota: dict[str, int]
    n_sentences: int
    n_candidates: int

    @property
    def n_near_duplicates(self) -> int:
        """Candidates that were left out."""
        return self.n_candidates - len(self.picked)

    def summary(self) -> str:
        """One line that says what was picked and what was left out."""
        found = [picked.reason for picked in self.picked]
        parts = ", ".join(f"{found.count(reason)} {reason} (quota {places})" for reason, places in self.quota.items())
        return (
            f"{len(self.picked):,} of {self.n_sentences:,} sentences picked: {parts}; {self.n_near_duplicates:,} of "
            f"{self.n_candidates:,} candidates left out as near-duplicates (Jaccard of 5-grams from {LIKENESS})"
        )


@dataclass(slots=True)
class ReviewPools:
    """Candidates for a queue, gathered batch by batch in bounded memory.

    Attributes:
        size: sentences wanted.
        model: who gave the labels.
    """

    size: int
    model: str
    n_sentences: int = 0
    _uncertain: SmallestDistinct[Sentence] = field(init=False)
    _of_label: dict[str, SmallestDistinct[Sentence]] = field(init=False)

    def __post_init__(self) -> None:
        # As deep as the whole queue: it also fills places for which a label has too few sentences.
        self._uncertain = SmallestDistinct(_CANDIDATES_PER_PLACE * self.size)
        self._of_label = {
            label: SmallestDistinct(max(1, _CANDIDATES_PER_PLACE * places))
            for label, places in zip(LABELS, _label_places(self.size), strict=True)
        }

    def add(self, rows: pa.RecordBatch) -> None:
        """Take in sentence rows of whole pages, labels as plain strings."""
        self.n_sentences += rows.num_rows
        hashes = sentence_hashes(rows)
        self._add_uncertain(rows, hashes)
        self._add_random(rows, hashes)

    def queue(self) -> ReviewQueue:
        """Pick from what was taken in."""
        seen = NearDuplicates()
        quota = {
            UNCERTAIN: self.size - sum(_label_places(self.size)),
            **{f"random {label}": places for label, places in zip(LABELS, _label_places(self.size), strict=True)},
        }
        pools = {
            UNCERTAIN: iter(self._uncertain.items()),
            **{f"random {label}": iter(pool.items()) for label, pool in self._of_label.items()},
        }
        picked: list[PickedSentence] = []
        considered: set[SentenceKey] = set()
        # The last round gives places that a label could not fill to the next most uncertain.
        for reason, places in [*quota.items(), (UNCERTAIN, self.size)]:
            wanted = min(len(picked) + places, self.size)
            while len(picked) < wanted and (sentence := next(pools[reason], None)) is not None:
                if sentence.key not in considered and seen.add(sentence.text):
                    picked.append(PickedSentence(sentence, reason))
                considered.add(sentence.key)
        return ReviewQueue(tuple(picked), quota, self.n_sentences, len(considered))

    def _add_uncertain(self, rows: pa.RecordBatch, hashes: np.ndarray) -> None:
        score = rows["score"].to_numpy()
        for index in np.flatnonzero(score <= self._uncertain.limit[0]).tolist():
            rank = (float(score[index]), int(hashes[index]))
            if rank < self._uncertain.limit:
                identity = text_hash(normalised(rows["text"][index].as_py()))
                self._uncertain.offer(identity, rank, partial(sentence_at, rows, index, self.model))

    def _add_random(self, rows: pa.RecordBatch, hashes: np.ndarray) -> None:
        for label, pool in self._of_label.items():
            index = pc.indices_nonzero(pc.equal(rows["label"], label))
            for row, text in zip(index.to_pylist(), rows["text"].take(index).to_pylist(), strict=True):
                identity = text_hash(normalised(text))
                if identity <= pool.limit[0]:
                    pool.offer(identity, (identity, int(hashes[row])), partial(sentence_at, rows, row, self.model))


def review_queue(batches: Iterable[pa.RecordBatch], size: int, model: str) -> ReviewQueue:
    """Pick `size` sentences, or fewer if there are no more, from rows of whole pages with plain labels."""
    pools = ReviewPools(size, model)
    for rows in batches:
        pools.add(rows)
    return pools.queue()


def _label_places(size: int) -> Sequence[int]:
    """Places of each label: a quarter of half the queue, rounded down."""
    return [size // 2 // len(LABELS)] * len(LABELS)
