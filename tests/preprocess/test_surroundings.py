import numpy as np
import pytest

from pipeline.preprocess.gaps import N_COLUMNS, TEMPLATES, candidates, gap_columns
from pipeline.preprocess.surroundings import Surroundings, surroundings
from pipeline.preprocess.token_kinds import KINDS
from pipeline.preprocess.tokenizer import blank_pipeline
from pipeline.preprocess.tokens import Tokens, read_tokens, token_table

TOKENIZER = blank_pipeline().tokenizer


def read(text: str) -> tuple[Tokens, Surroundings]:
    """Every line is a block."""
    tokens = read_tokens(token_table(TOKENIZER(text)))
    line = np.array([text.count("\n", 0, start) for start in tokens.start.tolist()])
    starts = np.diff(line, prepend=-1) > 0
    return tokens, surroundings(tokens, starts)


def marked(text: str, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    tokens, _ = read(text)
    return [text[a:b] for a, b, chosen in zip(tokens.start, tokens.end, mask, strict=True) if chosen]


def of_kind(text: str, kind: str) -> list[str]:
    return marked(text, read(text)[1].kind == KINDS.index(kind))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See http://a.example/b?c=D.e. Rest", ["http", "://", "a.example", "/", "b", "?", "c", "=", "D.e"]),
        ("(www.a.example), rest", ["www.a.example"]),
        ("ask Ann.B@c.example now", ["Ann", ".", "B@c.example"]),
        ("no address", []),
    ],
)
def test_all_parts_of_an_address_are_of_its_kind(text: str, expected: list[str]) -> None:
    assert of_kind(text, "address") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so [1,2] and [3–5] and […]", ["[", "1", ",", "2", "]", "[", "3", "–", "5", "]", "[", "…", "]"]),
        ("so [sic] and [] and ]1[", []),
        ("on this basis.1 The", ["1"]),
        ("was rare.12,13 We", ["12", ",", "13"]),
        ("all have rights. 4 Even so", ["4"]),
        ("all have rights. 4 men", []),
        ("see Fig.2 The", []),
        ("on Sept. 4 The", []),
        ("1 The", []),
    ],
)
def test_citation_numbers_are_of_their_own_kind(text: str, expected: list[str]) -> None:
    assert of_kind(text, "cited") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rest.” Now", [".", "”"]),
        ("Rest. “Now", ["."]),
        ('Rest." "Now', [".", '"']),
        ("Rest ?! Now", ["?", "!"]),
        ("Rest. » Now", [".", "»"]),
        ("Rest. [3] Now", [".", "[", "3", "]"]),
        ("Rest! 😴 Now", ["!", "😴"]),
        ("(Rest) now", []),
        ("Rest.\n) now", ["."]),
        ("\n. Rest", ["."]),
    ],
)
def test_a_run_is_stops_and_what_closes_behind_them_in_a_block(text: str, expected: list[str]) -> None:
    assert marked(text, read(text)[1].in_run) == expected


def test_a_token_knows_its_block() -> None:
    _, around = read("one two\nthree")
    assert around.block.tolist() == [0, 0, 2]
    assert around.block_end.tolist() == [2, 2, 3]
    assert around.block_at(2).kind.tolist() == around.kind[2:].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rest. Now", [1]),
        ("rest, now", []),
        ("rest Now", [0]),
        ("rest.Now", [1]),
        ("rest: now", [1]),
        ("rest. , now", []),
        ("rest.\nNow", []),
        ("", []),
    ],
)
def test_a_gap_is_a_candidate_where_something_is_unlike_the_midst_of_a_sentence(text: str, expected: list[int]) -> None:
    assert candidates(read(text)[1]).tolist() == expected


def test_every_template_has_a_column_of_its_own_at_every_gap() -> None:
    _, around = read("He came (late). “Why?” she asked: Dr. A. Low is at http://a.example 1. Rest 😴 ok\nB C")
    columns = gap_columns(around, candidates(around))
    assert columns.shape[1] == len(TEMPLATES) == len(set(columns[0].tolist()))
    assert 0 <= columns.min() <= columns.max() < N_COLUMNS
