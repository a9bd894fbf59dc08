import numpy as np
import pytest
from labelled_lines import document

from pipeline.classifier.word_vectors import WordVectors
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter
from pipeline.preprocess.tokenizer import string_keys
from pipeline.training.word_table import CountedWords, fit_word_vectors

NAMES = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath")


def counted(names: tuple[str, ...] = NAMES, count: int = 5) -> CountedWords:
    return CountedWords(np.sort(string_keys(names)), np.full(len(names), count))


def random_sentences(n_sentences: int) -> SentenceBatch:
    words = np.random.default_rng(0).choice(NAMES, (n_sentences, 4))
    return SentenceSplitter().split_lines([document(" ".join(row)) for row in words])


def fitted(penalty: float) -> tuple[WordVectors, SentenceBatch, np.ndarray, np.ndarray]:
    """A table, the sentences, their encodings, which are means of hidden vectors, and the encodings of the words."""
    random, sentences, words = np.random.default_rng(1), random_sentences(300), counted()
    hidden, alone = random.normal(size=(2, len(NAMES), 5)).astype(np.float32)
    rows = words.mean_rows(sentences)
    encodings = rows @ hidden
    vectors = fit_word_vectors(words, alone, rows, encodings, n_components=3, penalty=penalty, size=0.1)
    return vectors, sentences, encodings, alone


def explained_share(vectors: WordVectors, sentences: SentenceBatch, encodings: np.ndarray) -> float:
    """How much of the encodings' leading components a linear map finds in the sentence vectors."""
    means = vectors.sentence_vectors(sentences)
    centred = encodings - encodings.mean(axis=0)
    leading = centred @ np.linalg.svd(centred, full_matrices=False)[2][:3].T
    design = np.column_stack([means, np.ones(len(means))])
    rest = leading - design @ np.linalg.lstsq(design, leading)[0]
    return 1 - float((rest**2).sum() / (leading**2).sum())


def test_sentence_vectors_come_close_to_the_encodings() -> None:
    vectors, sentences, encodings, _ = fitted(penalty=0.0001)
    assert explained_share(vectors, sentences, encodings) > 0.99


def test_a_large_penalty_keeps_the_words_where_the_encoder_put_them() -> None:
    vectors, sentences, encodings, _ = fitted(penalty=1e6)
    assert explained_share(vectors, sentences, encodings) < 0.9


def test_every_component_deviates_by_the_size_asked_for() -> None:
    vectors, sentences, _, _ = fitted(penalty=0.01)
    assert vectors.sentence_vectors(sentences).std(axis=0).tolist() == pytest.approx([0.1] * 3, rel=0.02)


def test_words_that_are_a_thousandth_of_all_have_half_the_weight() -> None:
    words = CountedWords(np.arange(3, dtype=np.uint64), np.array([1, 1000, 998_999]))
    assert words.weights.tolist() == [255, 128, 0]
