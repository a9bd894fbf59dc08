"""Why a sentence got its label: its n-grams, its neighbours, its page and its look, with weights that add up."""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.attribution import Attribution, attribute
from pipeline.classifier.features import CHANNELS, sentence_features
from pipeline.classifier.ngram_weights import VECTOR, Ngrams, by_sentence, distinct_ngrams, weigh_ngrams, weigh_vectors
from pipeline.classifier.stages import FittedStages
from pipeline.classifier.vocabulary import NgramNames, Vocabulary
from pipeline.classifier.word_vectors import NO_WORD_VECTORS, WordVectors
from pipeline.preprocess.sentences import SentenceBatch

N_PARTS: Final = 12
"""Parts that are told one by one; the others are summed up."""

MEANING, NEIGHBOUR, PAGE, LOOK, REST, OTHER = "meaning", "neighbour", "page", "look", "rest", "other"
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """Something that pushed towards a label, or away from it.

    Attributes:
        kind: a channel of n-grams (`features.CHANNELS`), or one of

            - `meaning`: a word by its vector, which it shares in part with words of like meaning;
            - `neighbour`: a sentence around it;
            - `page`: the page as a whole and the wider surroundings;
            - `look`: length, punctuation, case, kind of block;
            - `rest`: what is the same for every sentence, and what makes the first stage's probabilities sum to one;
            - `other`: all parts that are not told one by one.
        name: the n-gram, or the neighbour's distance, negative before the sentence; empty for the others.
        weight: what it adds to the logit.
        collides_with: channel and name of another n-gram that in training shared the n-gram's hashed column and was
            more frequent, so that the weight is rather that one's; empty if there is none.
    """

    kind: str
    name: str | int
    weight: float
    collides_with: str = ""

    def as_json(self) -> list[object]:
        collision = [{"collides_with": self.collides_with}] if self.collides_with else []
        return [self.kind, self.name, self.weight, *collision]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence got its label.

    Attributes:
        label: the label.
        logit: the label's logit minus the mean of the other labels'.
        parts: the weightiest first, `other` last; their weights add up to the logit.
    """

    label: str
    logit: float
    parts: tuple[Part, ...]

    def as_json(self) -> str:
        row = {"label": self.label, "logit": self.logit, "parts": [part.as_json() for part in self.parts]}
        return json.dumps(row, ensure_ascii=False)


def explain(
    classifier: FittedStages,
    sentences: SentenceBatch,
    text: str,
    target: NDArray[np.intp],
    *,
    vocabulary: Vocabulary,
    vectors: WordVectors = NO_WORD_VECTORS,
) -> list[Explanation]:
    """Explain the labels of a batch, sentence by sentence; a page's explanations do not depend on the others.

    Args:
        classifier: fitted on `sentence_features`.
        sentences: the batch.
        text: that its tokens stand in, `preprocess.sentences.batch_text`.
        target: index into `classes_` of the label to explain, `(n_sentences,)`.
        vocabulary: tells n-grams from better-known ones in the same column.
        vectors: the word vectors that the classifier was fitted with.
    """
    attribution = attribute(classifier, sentence_features(sentences, vectors), target, pages=sentences.document)
    ngrams, weights = by_sentence(
        weigh_ngrams(distinct_ngrams(sentences), classifier.weighting_, attribution.words),
        weigh_vectors(sentences, vectors, attribution.words),
    )
    words = _Words(ngrams, weights, NgramNames(text, sentences.tokens), vocabulary)
    edges = np.searchsorted(ngrams.row, np.arange(len(sentences) + 1)).tolist()
    return [
        _explanation(str(label), attribution, row, words.heaviest(*edges[row : row + 2]))
        for row, label in enumerate(classifier.classes_[target])
    ]


@dataclass(frozen=True, slots=True)
class _Words:
    """Makes parts of weighted n-grams."""

    ngrams: Ngrams
    weights: NDArray[np.float64]
    names: NgramNames
    vocabulary: Vocabulary

    def heaviest(self, start: int, end: int) -> list[Part]:
        order = start + np.argsort(-np.abs(self.weights[start:end]), kind="stable")[:N_PARTS]
        return [self._part(index) for index in order.tolist()]

    def _part(self, index: int) -> Part:
        token, weight = int(self.ngrams.token[index]), _rounded(self.weights[index])
        if self.ngrams.channel[index] == VECTOR:
            return Part(MEANING, self.names.name("word", token), weight)
        channel, column = CHANNELS[self.ngrams.channel[index]], int(self.ngrams.column[index])
        name = self.names.name(channel, token)
        return Part(channel, name, weight, self.vocabulary.better_known(column, channel, name))


def _explanation(label: str, attribution: Attribution, row: int, words: list[Part]) -> Explanation:
    around = [Part(NEIGHBOUR, distance, _rounded(weights[row])) for distance, weights in attribution.neighbours.items()]
    whole = [
        Part(kind, "", _rounded(weights[row]))
        for kind, weights in ((PAGE, attribution.page), (LOOK, attribution.look), (REST, attribution.rest))
    ]
    told = sorted([*words, *around, *whole], key=lambda part: -abs(part.weight))[:N_PARTS]
    told = [part for part in told if part.weight]
    logit = _rounded(attribution.logit[row])
    other = Part(OTHER, "", _rounded(logit - sum(part.weight for part in told)))
    return Explanation(label, logit, (*told, other))


def _rounded(weight: float) -> float:
    return round(float(weight), _DECIMALS)
