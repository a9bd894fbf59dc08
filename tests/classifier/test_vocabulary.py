import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_lines import document

from pipeline.classifier.features import CHANNELS
from pipeline.classifier.vocabulary import NgramNames, Vocabulary
from pipeline.errors import ModelError
from pipeline.preprocess.sentences import SentenceSplitter, batch_text

NGRAMS = st.dictionaries(st.integers(0, 2**20 - 1), st.tuples(st.sampled_from(CHANNELS), st.text(max_size=9)))
FEVER = Vocabulary({7: ("word", "fever")})


@pytest.mark.parametrize(
    ("channel", "token", "name"),
    [
        ("word", 0, "measles"),
        ("shape", 3, "dddd"),
        ("prefix", 0, "meas"),
        ("suffix", 0, "sles"),
        ("word_bigram", 1, "cases in"),
        ("shape_bigram", 2, "xx dddd"),
        ("first_word", 0, "measles"),
        ("last_word", 4, "été"),
    ],
)
def test_an_ngram_gets_its_name_from_the_tokens_of_the_batch(channel: str, token: int, name: str) -> None:
    documents = [document("Measles cases in 2024"), document("Été")]
    tokens = SentenceSplitter().split(documents).tokens
    assert NgramNames(batch_text(documents), tokens).name(channel, token) == name


def test_a_column_better_known_for_another_ngram_is_told() -> None:
    assert FEVER.better_known(7, "suffix", "ting") == "word fever"
    assert FEVER.better_known(7, "prefix", "fever") == "word fever"


def test_an_ngram_that_its_column_is_known_for_collides_with_nothing() -> None:
    assert FEVER.better_known(7, "word", "fever") == ""


def test_of_a_column_without_a_name_nothing_is_known() -> None:
    assert FEVER.better_known(8, "suffix", "ting") == ""


@given(NGRAMS)
def test_a_vocabulary_survives_its_json(ngrams: dict[int, tuple[str, str]]) -> None:
    assert Vocabulary.from_json(Vocabulary(ngrams).as_json(), "here") == Vocabulary(ngrams)


def test_the_json_has_the_columns_of_each_channel_in_order() -> None:
    text = Vocabulary({12: ("word", "a"), 3: ("word", "b")}).as_json()
    assert text.startswith('{"word":{"3":"b","12":"a"},"shape":{}')
    assert list(json.loads(text)) == list(CHANNELS)


@pytest.mark.parametrize("text", ["", "[]", '{"word": 3}', '{"word": {"x": "a"}}'])
def test_what_is_no_vocabulary_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match=r"^models/a: not a vocabulary; train the model again with train\.py$"):
        Vocabulary.from_json(text, "models/a")
