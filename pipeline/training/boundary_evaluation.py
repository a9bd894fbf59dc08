"""Measures sentence boundaries on segmented paragraphs, and the speed of what finds them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import spacy
from spacy.language import Language


@dataclass(frozen=True, slots=True)
class BoundaryScore:
    """Inner boundaries of paragraphs; a paragraph's own end counts for nobody."""

    n_right: int
    n_wrong: int
    n_missed: int

    @property
    def precision(self) -> float:
        return self.n_right / max(self.n_right + self.n_wrong, 1)

    @property
    def recall(self) -> float:
        return self.n_right / max(self.n_right + self.n_missed, 1)

    @property
    def f1(self) -> float:
        return 2 * self.n_right / max(2 * self.n_right + self.n_wrong + self.n_missed, 1)


def score_boundaries(paragraphs: Sequence[Sequence[str]], nlp: Language) -> BoundaryScore:
    """Join the sentences of each paragraph by a space, split them with a pipeline and compare.

    A boundary is known by the number of characters before it that are not blank.
    """
    right = wrong = missed = 0
    docs = nlp.pipe(" ".join(paragraph) for paragraph in paragraphs)
    for paragraph, doc in zip(paragraphs, docs, strict=True):
        expected, found = _places(paragraph), _places([sentence.text for sentence in doc.sents])
        right += len(expected & found)
        wrong += len(found - expected)
        missed += len(expected - found)
    return BoundaryScore(right, wrong, missed)


def _places(sentences: Sequence[str]) -> set[int]:
    lengths = [len("".join(sentence.split())) for sentence in sentences]
    ends = {sum(lengths[: number + 1]) for number in range(len(lengths))}
    return ends - {0, sum(lengths)}


def pipeline_with(component: str | None) -> Language:
    """A blank English pipeline with one component, or with none."""
    nlp = spacy.blank("en")
    if component is not None:
        nlp.add_pipe(component)
    return nlp


def seconds_each(runs: Sequence[Callable[[], object]], n_rounds: int) -> list[float]:
    """Processor seconds that each of the runs takes, run in turn, the least of all rounds."""
    best = [float("inf")] * len(runs)
    for _ in range(n_rounds):
        for number, run in enumerate(runs):
            begin = time.process_time()
            run()
            best[number] = min(best[number], time.process_time() - begin)
    return best
