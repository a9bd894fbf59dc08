from collections.abc import Sequence

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classifier.features import (
    ATTRIBUTE_OF_CHANNEL,
    BIGRAM_CHANNELS,
    CHANNELS,
    N_HASHED,
    N_SURFACE,
    SURFACE_NAMES,
    channel_ngrams,
    column_of,
    hashed_rows,
    mix,
    ngrams,
    pair_keys,
    sentence_features,
    surface_columns,
)
from pipeline.preprocess.document import Block, Document
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter
from pipeline.preprocess.tokenizer import string_keys
from pipeline.schema import BlockKind

SPLITTER = SentenceSplitter()
SENTENCES = (st.text(max_size=40) | st.text(alphabet="aB 1.?|(“’-", max_size=30)).map(str.strip).filter(bool)


def document(text: str) -> Document:
    return Document("", "", "", text, (Block(0, len(text), BlockKind.PARAGRAPH, 0, 0),), is_html=False)


def batch_of(sentences: Sequence[str], splitter: SentenceSplitter = SPLITTER) -> SentenceBatch:
    return splitter.split_lines([document(sentence) for sentence in sentences])


def equal(one: sp.csr_matrix, other: sp.csr_matrix) -> bool:
    return one.shape == other.shape and not (one != other).nnz


@given(st.lists(SENTENCES, min_size=1, max_size=5))
def test_a_row_depends_on_its_own_sentence_only(sentences: list[str]) -> None:
    alone = sp.vstack([sentence_features(batch_of([sentence])) for sentence in sentences], format="csr")
    assert equal(sentence_features(batch_of(sentences)), alone)


@given(SENTENCES, SENTENCES)
def test_equal_sentences_get_equal_rows(sentence: str, other: str) -> None:
    rows = sentence_features(batch_of([sentence, other, sentence]))
    assert equal(rows[0], rows[2])


@given(st.lists(SENTENCES, min_size=1, max_size=5))
def test_another_vocabulary_gives_the_same_rows(sentences: list[str]) -> None:
    splitter = SentenceSplitter()
    splitter.split([document("Words that came before.")])
    assert equal(sentence_features(batch_of(sentences, splitter)), sentence_features(batch_of(sentences)))


def test_no_ngram_crosses_from_one_sentence_of_a_text_to_the_next() -> None:
    together = hashed_rows(SPLITTER.split([document("Rest well. Drink tea.")]))
    assert equal(together, hashed_rows(batch_of(["Rest well.", "Drink tea."])))


def test_a_sentence_has_four_unigrams_a_token_two_bigrams_a_pair_and_two_edges() -> None:
    rows, columns = ngrams(batch_of(["Rest", "Drink more tea"]))
    assert np.bincount(rows).tolist() == [4 + 2, 3 * 4 + 2 * 2 + 2]
    assert len(columns) == len(rows)


def test_a_repeated_ngram_counts_sublinearly() -> None:
    row = hashed_rows(batch_of(["no no no"]))
    assert row[0, column_of("word", string_keys(("no",)))[0]] == pytest.approx(1 + np.log(3))


def test_features_of_version_one_are_these_columns() -> None:
    """Whoever changes them raises `FEATURE_VERSION`, or a model reads rows that it was not made for."""
    assert sorted(hashed_rows(batch_of(["Rest now."])).indices.tolist()) == [
        *(64917, 153180, 232750, 295156, 324101, 330122, 394470, 424755, 499813),
        *(572040, 573056, 587301, 671099, 818973, 867171, 902291, 1019913, 1041591),
    ]


def test_mix_is_the_finalizer_of_splitmix64() -> None:
    assert mix(np.zeros(1, np.uint64), 0).tolist() == [0xE220A8397B1DCDAF]  # its first number from seed 0


@pytest.mark.parametrize("salt", range(len(CHANNELS) + 1))
def test_every_salt_mixes_another_way_and_keeps_keys_apart(salt: int) -> None:
    keys = np.arange(1000, dtype=np.uint64)
    assert len(np.unique(mix(keys, salt))) == 1000
    assert not (mix(keys, salt) == mix(keys, salt + 1)).any()


def test_the_same_word_has_another_column_in_every_channel() -> None:
    keys = string_keys(("pain",))
    assert len({column_of(channel, keys)[0] for channel in CHANNELS}) == len(CHANNELS)


@given(st.lists(st.text(max_size=8), max_size=4).map(tuple), st.sampled_from(CHANNELS))
def test_columns_lie_inside_the_matrix(words: tuple[str, ...], channel: str) -> None:
    columns = column_of(channel, string_keys(words))
    assert ((columns >= 0) & (columns < N_HASHED)).all()


def test_a_pair_has_an_order() -> None:
    left, right = string_keys(("no",)), string_keys(("pain",))
    assert pair_keys(left, right) != pair_keys(right, left)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Rest well.",
            {"log_tokens": np.log(4), "log_characters": np.log(11), "title_share": 1 / 3, "punctuation_share": 1 / 3}
            | {"ends_with_stop": 1},
        ),
        (
            "IS it safe?",
            {"log_tokens": np.log(5), "log_characters": np.log(12), "upper_share": 1 / 4, "punctuation_share": 1 / 4}
            | {"ends_with_stop": 1, "has_question": 1},
        ),
        (
            "2019: “We asked (12) MRI”",
            {"log_tokens": np.log(11), "log_characters": np.log(26), "title_share": 0.1, "upper_share": 0.1}
            | {"punctuation_share": 0.5, "digit_share": 0.2, "ends_with_stop": 1, "begins_with_digit": 1}
            | {"has_quote": 1, "has_bracket": 1, "has_year": 1},
        ),
        (
            "home | about us:",
            {"log_tokens": np.log(6), "log_characters": np.log(17), "punctuation_share": 0.2}
            | {"ends_with_colon": 1, "begins_lower": 1, "has_bar": 1},
        ),
        (
            "• go",
            {"log_tokens": np.log(3), "log_characters": np.log(5), "punctuation_share": 0.5, "begins_with_mark": 1},
        ),
    ],
)
def test_surface_columns_say_what_a_sentence_looks_like(sentence: str, expected: dict[str, float]) -> None:
    (row,) = surface_columns(batch_of([sentence]))
    assert row.tolist() == pytest.approx([expected.get(name, 0) for name in SURFACE_NAMES], rel=1e-6)


def test_surface_columns_stand_behind_the_hashed_ones() -> None:
    batch = batch_of(["Rest well.", "Is it safe?"])
    rows = sentence_features(batch)
    assert np.array_equal(rows[:, N_HASHED:].toarray(), surface_columns(batch))
    assert equal(rows[:, :N_HASHED], hashed_rows(batch))


def test_no_sentences_are_no_rows() -> None:
    assert sentence_features(batch_of([])).shape == (0, N_HASHED + N_SURFACE)


@given(st.lists(SENTENCES, min_size=1, max_size=5))
def test_an_ngram_is_hashed_from_the_token_it_begins_with(sentences: list[str]) -> None:
    batch = batch_of(sentences)
    for found in channel_ngrams(batch):
        lexical = batch.tokens.lexical[:, ATTRIBUTE_OF_CHANNEL[found.channel]]
        pairs = found.channel in BIGRAM_CHANNELS
        expected = pair_keys(lexical[found.token], lexical[found.token + 1]) if pairs else lexical[found.token]
        assert np.array_equal(found.keys, expected)
        assert np.array_equal(found.row, np.searchsorted(batch.token_offsets, found.token, side="right") - 1)


def test_channels_come_in_their_order_and_make_up_all_ngrams() -> None:
    batch = batch_of(["Rest and rest.", "Go"])
    channels = list(channel_ngrams(batch))
    assert tuple(found.channel for found in channels) == CHANNELS
    assert np.concatenate([found.columns for found in channels]).tolist() == ngrams(batch)[1].tolist()
