import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.preprocess.boundaries import Tokens, block_starts, read_tokens, sentence_starts, token_table
from pipeline.preprocess.tokenizer import blank_pipeline

TOKENIZER = blank_pipeline().tokenizer
TEXTS = st.text(max_size=60) | st.text(alphabet="abA1.?!…。 )”-", max_size=40)


def read(text: str) -> Tokens:
    return read_tokens(token_table(TOKENIZER(text)))


def split(text: str, *breaks: int) -> list[str]:
    tokens = read(text)
    first = np.flatnonzero(sentence_starts(tokens, np.array(breaks, np.int64)))
    last = np.append(first[1:], len(tokens)) - 1
    return [text[tokens.start[a] : tokens.end[b]] for a, b in zip(first, last, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She rested. He left.", ["She rested.", "He left."]),
        ("Is it safe? Ask us.", ["Is it safe?", "Ask us."]),
        ("Really?! Yes. No!!! Never.", ["Really?!", "Yes.", "No!!!", "Never."]),
        ("She waited... Then she left.", ["She waited...", "Then she left."]),
        ("He paused … Nobody spoke.", ["He paused …", "Nobody spoke."]),
        ("它有效。我们很高兴。真的吗？是的！好", ["它有效。", "我们很高兴。", "真的吗？", "是的！", "好"]),
        ("They met in the park.For hours they sat.", ["They met in the park.", "For hours they sat."]),
        ("It helps. [12] Later trials agreed.", ["It helps.", "[12] Later trials agreed."]),
        ("Deaths fell (p < 0.05). Costs rose.", ["Deaths fell (p < 0.05).", "Costs rose."]),
        ("• Rest. • Sleep.", ["• Rest.", "• Sleep."]),
    ],
)
def test_a_stop_before_a_beginning_ends_the_sentence(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"It hurts." She sat down.', ['"It hurts."', "She sat down."]),
        ("She said “It hurts.” Then she slept.", ["She said “It hurts.”", "Then she slept."]),
        ("(It helped.) We went on.", ["(It helped.)", "We went on."]),
        ("It helped (we think.) Nobody knows.", ["It helped (we think.)", "Nobody knows."]),
        ("He wrote “(why?)” Nobody knew.", ["He wrote “(why?)”", "Nobody knew."]),
        ("“Yes.” “No.”", ["“Yes.”", "“No.”"]),
    ],
)
def test_quotes_and_brackets_that_close_after_a_stop_belong_to_its_sentence(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Adeyemi saw her",
        "Mr. and Mrs. Hale came",
        "Okafor et al. found little",
        "Some drugs, e.g. Statins, help",
        "Two drugs, i.e. these, help",
        "See Fig. 2 for doses",
        "Smith vs. Jones was heard",
        "J. Marlow and R. B. Keane wrote it",
        "The U.S. Senate voted",
        "It opens at 5 p.m. on weekdays",
        "Take 5 mg. of it",
        "She has a Ph.D. in law",
        "Room No. 5 is free",
    ],
)
def test_abbreviations_and_initials_end_no_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Take 5 mg. Then rest.", ["Take 5 mg.", "Then rest."]),
        ("She has a Ph.D. He teaches.", ["She has a Ph.D.", "He teaches."]),
        ("It was I. We slept.", ["It was I.", "We slept."]),
    ],
)
def test_an_abbreviation_that_may_stand_last_ends_a_sentence_before_a_capital(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It rose from 2.5 to 3.75 units",
        "See www.example.org for more",
        "Version v1.2.3 is out",
        "Deaths fell.12 then rose",
        "She waited ... and then left",
        "He said: “Go.” and left",
        "“Why?” she asked",
        "One (really?), two",
        "One more!, he said",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(("text"), ["Is it safe? yes it is.", "Stop! said the nurse.", "Hot… or cold."])
def test_after_a_question_mark_an_exclamation_mark_or_an_ellipsis_a_sentence_may_begin_small(text: str) -> None:
    assert len(split(text)) == 2


@pytest.mark.parametrize("text", ["1. Wash your hands.", "12. Dry them.", "a. Rest well.", "B. Sleep."])
def test_the_number_of_a_list_item_belongs_to_its_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize("text", ["One line\nno stop", "Dr.\nAdeyemi", "see fig.\n2 and", "and (so\n) on"])
def test_a_break_ends_a_sentence_whatever_stands_there(text: str) -> None:
    assert split(text, 0, text.index("\n") + 1) == text.split("\n")


def test_a_number_after_a_break_counts_as_the_number_of_a_list_item() -> None:
    assert split("Do this:\n1. Wash. Dry.", 0, 9) == ["Do this:", "1. Wash.", "Dry."]


@pytest.mark.parametrize("text", [". . .", "... Then she left", "!!! Buy now", ".Rest", "?” Because"])
def test_stops_that_open_a_block_are_no_sentence_of_their_own(text: str) -> None:
    assert split(text, 0) == [text]


def test_stops_on_either_side_of_a_break_are_not_one_run() -> None:
    assert split("Dr.\n. Rest", 0, 4) == ["Dr.", ". Rest"]


def test_without_tokens_nothing_begins() -> None:
    assert sentence_starts(read(" \n "), np.array([0])).tolist() == []


@given(TEXTS, st.lists(st.integers(0, 60), max_size=5).map(sorted))
def test_sentences_begin_wherever_blocks_do(text: str, breaks: list[int]) -> None:
    tokens, places = read(text), np.array(breaks, np.int64)
    assert not (block_starts(tokens, places) & ~sentence_starts(tokens, places)).any()


@given(TEXTS)
def test_the_first_token_begins_a_sentence(text: str) -> None:
    assert sentence_starts(read(text), np.array([], np.int64))[:1].all()


@given(TEXTS)
def test_tokens_are_the_text_without_its_white_space(text: str) -> None:
    tokens = read(text)
    assert [text[a:b] for a, b in zip(tokens.start, tokens.end, strict=True)] == [
        token.text for token in TOKENIZER(text) if not token.is_space
    ]


def test_tokens_carry_the_flags_of_their_strings() -> None:
    tokens = read("Dr MRI dose .")
    flags = np.stack([tokens.is_title, tokens.is_upper, tokens.is_lower, tokens.is_punct])
    assert flags.astype(int).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
