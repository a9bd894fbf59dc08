from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_lines import LINE_WORDS, LINES, document
from numpy.typing import NDArray

from pipeline.classifier.attribution import OwnWords, attribute
from pipeline.classifier.features import CHANNELS, sentence_features
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.ngram_weights import Ngrams, by_sentence, distinct_ngrams, weigh_ngrams, weigh_vectors
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter

TEXT = st.lists(
    st.sampled_from([line for lines in LINES.values() for line in lines]) | st.text(max_size=20), min_size=1
)


def batch_of(*texts: str) -> SentenceBatch:
    return SentenceSplitter().split([document(text) for text in texts])


def own_words(classifier: SentenceClassifier, sentences: SentenceBatch) -> OwnWords:
    target = np.zeros(len(sentences), int)
    return attribute(classifier, sentence_features(sentences, LINE_WORDS), target, pages=sentences.document).words


def weighed(classifier: SentenceClassifier, sentences: SentenceBatch) -> tuple[Ngrams, NDArray[np.float64]]:
    return weigh_ngrams(distinct_ngrams(sentences), classifier.weighting_, own_words(classifier, sentences))


def of_channel(ngrams: Ngrams, name: str) -> list[tuple[int, int, int]]:
    """Row, first token and count of the n-grams of a channel, ordered by them."""
    here = ngrams.channel == CHANNELS.index(name)
    return sorted(zip(*(part[here].tolist() for part in (ngrams.row, ngrams.token, ngrams.count)), strict=True))


def test_equal_ngrams_of_a_sentence_are_one_and_are_counted() -> None:
    ngrams = distinct_ngrams(batch_of("rest Rest and rest", "rest"))
    assert of_channel(ngrams, "word") == [(0, 0, 3), (0, 2, 1), (1, 4, 1)]
    assert of_channel(ngrams, "word_bigram") == [(0, 0, 1), (0, 1, 1), (0, 2, 1)]
    assert of_channel(ngrams, "shape") == [(0, 0, 2), (0, 1, 1), (0, 2, 1), (1, 4, 1)]
    assert of_channel(ngrams, "last_word") == [(0, 3, 1), (1, 4, 1)]


def test_ngrams_are_ordered_by_sentence() -> None:
    row = distinct_ngrams(batch_of("Rest and ice.", "Go home")).row
    assert (np.diff(row) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(TEXT)
def test_the_ngrams_and_the_vectors_of_a_sentence_share_what_its_words_add(
    line_classifier: SentenceClassifier, lines: list[str]
) -> None:
    sentences = batch_of("Rest the ankle.", *lines)
    vectors = weigh_vectors(sentences, LINE_WORDS, own_words(line_classifier, sentences))
    ngrams, weights = by_sentence(weighed(line_classifier, sentences), vectors)
    summed = np.bincount(ngrams.row, weights, minlength=len(sentences))
    assert summed == pytest.approx(own_words(line_classifier, sentences).total(), abs=1e-6)


def test_ngrams_that_the_model_does_not_read_are_left_out(line_classifier: SentenceClassifier) -> None:
    ngrams, weights = weighed(line_classifier, batch_of("Qwxzjv tablets"))
    assert of_channel(ngrams, "word") == [(0, 1, 1)]
    assert len(weights) == len(ngrams.row)


def test_ngrams_in_one_column_share_its_weight_by_their_counts(line_classifier: SentenceClassifier) -> None:
    sentences = batch_of("Take the tablets with food twice a day.")
    ngrams, weights = weighed(line_classifier, sentences)
    twins = replace(ngrams.take(np.array([0, 0])), count=np.array([3, 1]))
    _, shared = weigh_ngrams(twins, line_classifier.weighting_, own_words(line_classifier, sentences))
    assert shared == pytest.approx(weights[0] * np.array([0.75, 0.25]))
