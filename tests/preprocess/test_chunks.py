from collections.abc import Iterator, Sequence
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from pipeline.preprocess.chunks import ChunkTable
from pipeline.preprocess.tokenizer import blank_pipeline, web_tokenizer
from pipeline.preprocess.tokens import Tokens, read_tokens, token_table

SPACY = blank_pipeline().tokenizer
TABLE = ChunkTable(web_tokenizer(Vocab()))
TEXT = (
    st.text(max_size=60)
    | st.text(alphabet="abAB12é½²_'’-–/,.:;=()DP?!\"”“*#+&|…。\u0301s \n\t\u00a0", max_size=40)
    | st.lists(
        st.sampled_from(
            ["Rest.", "(so-called)", "don't", "a:)", ":D", "John’s", "park.For", "----", "1,5", " ", "\u3000"]
        )
    ).map("".join)
)


def equal(one: Tokens, other: Tokens) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Tokens))


@given(TEXT)
@example("a" * 1_234 + ",")
@example("(" + "a-b," * 150)
def test_the_tokens_of_a_text_are_those_that_spacy_finds_in_it(text: str) -> None:
    expected = read_tokens(token_table(SPACY(text)))
    assert equal(TABLE.read(text), expected)
    assert equal(ChunkTable(web_tokenizer(Vocab())).read(text), expected)


def test_a_form_is_known_once_however_often_and_in_whatever_chunk_it_stands() -> None:
    table = ChunkTable(web_tokenizer(Vocab()))
    table.read("Rest, rest! Rest.")
    table.read("Rest rest")
    assert table.n_lexemes == 5


def test_a_table_whose_reading_was_broken_off_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    table = ChunkTable(web_tokenizer(Vocab()))
    table.read("Rest well.")

    def break_off(_chunks: Sequence[str]) -> Iterator[str]:
        raise TimeoutError

    monkeypatch.setattr(table, "_cut", break_off)
    with pytest.raises(TimeoutError):
        table.read("Drink tea.")
    assert not table.is_whole


def test_a_table_grows_by_its_strings_and_not_only_by_their_number() -> None:
    short, long = ChunkTable(web_tokenizer(Vocab())), ChunkTable(web_tokenizer(Vocab()))
    short.read("a" * 300)
    long.read("a" * 300_000)
    assert long.n_bytes > short.n_bytes + 250_000
