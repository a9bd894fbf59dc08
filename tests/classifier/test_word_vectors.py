import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_lines import LINE_WORDS, LINES, document

from pipeline.classifier.word_vectors import NO_WORD_VECTORS, WordVectors
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter
from pipeline.preprocess.tokenizer import string_keys

LINE = st.sampled_from([line for lines in LINES.values() for line in lines]) | st.text(max_size=20)


def lines(*texts: str) -> SentenceBatch:
    return SentenceSplitter().split_lines([document(text) for text in texts])


def table(**steps: tuple[int, int]) -> WordVectors:
    """Words that count in full; a step is 0.01 long."""
    keys = string_keys(tuple(steps))
    order = np.argsort(keys)
    weights, step = np.full(len(keys), 255, np.uint8), np.full(2, 0.01, np.float32)
    return WordVectors(keys[order], weights, np.array(list(steps.values()), np.int8)[order], step)


WORDS = table(measles=(100, 0), casino=(0, 50))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Measles casino", (0.4472, 0.2236)),
        ("measles", (0.7071, 0)),
        ("MEASLES and measles", (0.8944, 0)),
        ("the casino", (0, 0.3536)),
        ("nothing of it", (0, 0)),
    ],
)
def test_a_sentence_is_the_mean_of_its_words_and_few_words_speak_less_loudly(
    text: str, expected: tuple[float, float]
) -> None:
    assert WORDS.sentence_vectors(lines(text))[0].tolist() == pytest.approx(expected, abs=1e-4)


def test_a_frequent_word_counts_less() -> None:
    rare = table(of=(10, 0), stroke=(0, 10))
    weights = np.where(rare.keys == string_keys(("of",))[0], 51, 255).astype(np.uint8)
    frequent = WordVectors(rare.keys, weights, rare.steps, rare.step)
    assert frequent.mean_rows(lines("of stroke")).data.tolist() == pytest.approx(
        [0.1280, 0.6402] if rare.keys[0] == string_keys(("of",))[0] else [0.6402, 0.1280], abs=1e-4
    )


def test_without_words_there_are_no_components() -> None:
    assert NO_WORD_VECTORS.sentence_vectors(lines("Rest the ankle.", "Home")).shape == (2, 0)


def test_no_sentences_have_no_vectors() -> None:
    assert WORDS.sentence_vectors(lines()).shape == (0, 2)


@given(st.lists(LINE.filter(str.strip), min_size=1, max_size=6))
def test_a_sentence_does_not_depend_on_its_batch(texts: list[str]) -> None:
    alone = [LINE_WORDS.sentence_vectors(lines(text)) for text in texts]
    assert np.array_equal(LINE_WORDS.sentence_vectors(lines(*texts)), np.concatenate(alone))


@given(st.lists(LINE.filter(str.strip), min_size=1, max_size=6))
def test_the_parts_of_the_tokens_add_up_to_the_sentence(texts: list[str]) -> None:
    batch = lines(*texts)
    token, parts = LINE_WORDS.word_parts(batch)
    row = np.searchsorted(batch.token_offsets, token, side="right") - 1
    sums = np.zeros((len(batch), LINE_WORDS.n_components))
    np.add.at(sums, row, parts)
    assert np.allclose(sums, LINE_WORDS.sentence_vectors(batch), atol=1e-6)


def test_mean_rows_times_vectors_are_the_sentence_vectors() -> None:
    batch = lines("Measles casino", "measles measles casino", "nothing")
    unweighted = WORDS.steps * WORDS.step
    assert np.allclose(WORDS.mean_rows(batch) @ unweighted, WORDS.sentence_vectors(batch))
