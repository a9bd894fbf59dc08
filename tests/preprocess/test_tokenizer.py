import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.attrs import LOWER, PREFIX, SHAPE, SUFFIX
from spacy.lang.lex_attrs import word_shape

from pipeline.preprocess.tokenizer import (
    LEXICAL_FORMS,
    MAX_TOKEN_LENGTH,
    blank_pipeline,
    shape_of,
    string_keys,
    web_vocabulary,
)

TOKENIZER = blank_pipeline().tokenizer


def tokens(text: str) -> list[str]:
    return [token.text for token in TOKENIZER(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She slept.", ["She", "slept", "."]),
        ("They don't", ["They", "don't"]),
        ("(2.5 mg).", ["(", "2.5", "mg", ")", "."]),
        ("John’s ‘dose’", ["John", "’s", "‘", "dose", "’"]),
        ("well-known and/or note:text", ["well", "-", "known", "and", "/", "or", "note", ":", "text"]),
        ("5mg/kg 50% COVID-19", ["5mg", "/", "kg", "50", "%", "COVID", "-", "19"]),
        ("wait...now", ["wait", "...", "now"]),
        ("Nice :-) (see 1:)", ["Nice", ":-)", "(", "see", "1", ":", ")"]),
        ("*** a ==== b", ["***", "a", "====", "b"]),
        ("它有效。好", ["它有效", "。", "好"]),
    ],
)
def test_a_word_is_parted_from_the_marks_around_and_inside_it(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("park.For", ["park", ".", "For"]),
        ("it.Is", ["it", ".", "Is"]),
        ("basis.1", ["basis", ".", "1"]),
        ("mild.²", ["mild", ".", "²"]),
        ("“no.”Then", ["“", "no", ".", "”", "Then"]),
        ("U.S.A", ["U.S.A"]),
        ("e.g", ["e.g"]),
        ("Ph.D", ["Ph.D"]),
        ("www.example.org", ["www.example.org"]),
        ("1.5", ["1.5"]),
    ],
)
def test_a_period_inside_a_word_parts_it_only_where_a_scraper_has_glued_two(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(st.text(max_size=80) | st.text(alphabet="ab.A 1-)“’…。\n", max_size=40))
def test_no_character_is_lost(text: str) -> None:
    assert TOKENIZER(text).text == text


def test_a_lexeme_carries_four_lower_cased_characters_from_either_end() -> None:
    lexeme = web_vocabulary()["Physiotherapy"]
    assert (lexeme.prefix_, lexeme.suffix_) == ("phys", "rapy")


def test_a_lexeme_of_fewer_than_four_characters_is_its_own_prefix_and_suffix() -> None:
    lexeme = web_vocabulary()["Dr"]
    assert (lexeme.prefix_, lexeme.suffix_, lexeme.lower_, lexeme.shape_) == ("dr", "dr", "dr", "Xx")


@given(st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_string_keys_are_the_numbers_that_any_vocabulary_uses(words: list[str]) -> None:
    strings = web_vocabulary().strings
    assert string_keys(tuple(words)).tolist() == [strings.add(word) for word in words]


def test_string_keys_of_nothing_are_still_whole_numbers() -> None:
    assert string_keys(()).dtype == np.uint64


def test_a_text_of_more_than_a_million_characters_is_read() -> None:
    assert len(blank_pipeline()("rest " * 200_001)) == 200_001


@pytest.mark.parametrize("length", [1, 399, 400, 401, 1000, 12_345])
def test_no_token_is_longer_than_the_bound(length: int) -> None:
    found = tokens("a" * length)
    assert max(map(len, found)) <= MAX_TOKEN_LENGTH
    assert "".join(found) == "a" * length


def test_two_pipelines_share_no_vocabulary() -> None:
    first, second = blank_pipeline(), blank_pipeline()
    first("Physiotherapy")
    assert "Physiotherapy" in first.vocab
    assert "Physiotherapy" not in second.vocab


@given(st.text(max_size=60) | st.text(alphabet="aB 1.(“’-é", max_size=30))
def test_lexical_forms_are_what_the_lexical_hashes_are_hashes_of(text: str) -> None:
    doc = TOKENIZER(text)
    for token, keys in zip(doc, doc.to_array([LOWER, SHAPE, PREFIX, SUFFIX]).reshape(-1, 4), strict=True):
        assert string_keys(tuple(form_of(token.text) for form_of in LEXICAL_FORMS)).tolist() == keys.tolist()


@given(st.text(max_size=12) | st.text(alphabet="abAB1éÉßǅªـ", max_size=8))
@pytest.mark.parametrize("copies", [1, 30])
def test_shapes_are_those_of_spacy(copies: int, text: str) -> None:
    assert shape_of(text * copies) == word_shape(text * copies)
