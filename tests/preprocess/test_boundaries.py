import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.preprocess.boundaries import (
    MAX_SENTENCE_LENGTH,
    Tokens,
    block_starts,
    read_tokens,
    sentence_starts,
    token_table,
)
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
        ("Deaths fell (p < 0.05). Costs rose.", ["Deaths fell (p < 0.05).", "Costs rose."]),
        ("• Rest. • Sleep.", ["• Rest.", "• Sleep."]),
        ("The pain got worse. it kept me awake.", ["The pain got worse.", "it kept me awake."]),
        ("Stop smoking today. You can do it. We can help.", ["Stop smoking today.", "You can do it.", "We can help."]),
        ("STOP SMOKING TODAY. YOU CAN DO IT.", ["STOP SMOKING TODAY.", "YOU CAN DO IT."]),
        ("The wound healed in 12 days. 3 patients fell ill.", ["The wound healed in 12 days.", "3 patients fell ill."]),
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
        ("He wrote “(why?)” Nobody knew.", ["He wrote “(why?)”", "Nobody knew."]),
        ("“Yes.” “No.”", ["“Yes.”", "“No.”"]),
        ("« Ça va. » Elle dort.", ["« Ça va. »", "Elle dort."]),
        ("« Ça va ? » Elle dort.", ["« Ça va ? »", "Elle dort."]),
        ("«It hurts.» She sat down.", ["«It hurts.»", "She sat down."]),
        ("The scan was clear [see above.] We went home.", ["The scan was clear [see above.]", "We went home."]),
    ],
)
def test_quotes_and_brackets_that_close_after_a_stop_belong_to_its_sentence(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Adeyemi saw her",
        "Ask Dr. Adeyemi or Prof. Lindgren about it.",
        "Mr. and Mrs. Hale came",
        "Okafor et al. found little",
        "Okafor et al. (2011) found little.",
        "Some drugs, e.g. Statins, help",
        "Two drugs, i.e. these, help",
        "See Fig. 2 for doses",
        "As Fig. 2 and Tab. 4 show, it fell.",
        "Smith vs. Jones was heard",
        "We compared surgery vs. rest in adults.",
        "Give it i.v. every six hours.",
        "Take one tablet b.i.d. with food.",
        "It costs approx. 40 dollars.",
        "Patient no. 4 left early.",
        "See p. 12 of the leaflet.",
        "J. Marlow and R. B. Keane wrote it",
        "It was shown by J. D. Marlow in mice.",
        "The U.S. Senate voted",
        "The U.S. Food Agency agreed.",
        "It opens at 5 p.m. on weekdays",
        "Take 5 mg. of it",
        "She has a Ph.D. in law",
        "Room No. 5 is free",
        "She was born at St. Mary's Hospital in Leeds.",
        "An infection with E. coli is common.",
        "Both S. aureus and C. difficile were found.",
    ],
)
def test_abbreviations_initials_and_species_end_no_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Take 5 mg. Then rest.", ["Take 5 mg.", "Then rest."]),
        ("We gave 0.5 mg. The rash went away.", ["We gave 0.5 mg.", "The rash went away."]),
        ("She has a Ph.D. He teaches.", ["She has a Ph.D.", "He teaches."]),
        ("It was I. We slept.", ["It was I.", "We slept."]),
        ("They live in the U.S. Their son does not.", ["They live in the U.S.", "Their son does not."]),
        ("We sell rope, nets, etc. Our shop is near.", ["We sell rope, nets, etc.", "Our shop is near."]),
        ("The ward closes at 8 p.m. Please be on time.", ["The ward closes at 8 p.m.", "Please be on time."]),
        ("He lives on Mill St. She lives nearby.", ["He lives on Mill St.", "She lives nearby."]),
    ],
)
def test_an_abbreviation_that_may_stand_last_ends_a_sentence_before_a_beginning(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It rose from 2.5 to 3.75 units",
        "About 12.4% of them (p < .05) got better.",
        "Give 0.5 mg. every day",
        "See www.example.org for more",
        "Version v1.2.3 is out",
        "Version v2.0 runs on Node.js and needs www.site.com to load.",
        "Deaths fell.12 then rose",
        "Some herbs, e.g.the first, help",
        "Open https://site.example/a.Html?q=Is.it to read it.",
        "Write to Jane.Doe@Clinic.Example for a form.",
        "She waited ... and then left",
        "He said: “Go.” and left",
        "“Why?” she asked",
        "One (really?), two",
        "One more!, he said",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met in the park.For hours they sat.", ["They met in the park.", "For hours they sat."]),
        ("Pain may come back.Your doctor can help.", ["Pain may come back.", "Your doctor can help."]),
        ("Is it safe?Yes, it is.", ["Is it safe?", "Yes, it is."]),
        ("She said “no.”Then she left.", ["She said “no.”", "Then she left."]),
    ],
)
def test_a_space_that_was_lost_after_a_stop_is_no_matter(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is sold on a global basis.1 The price fell.", ["It is sold on a global basis.1", "The price fell."]),
        ("It was common.12,13 We saw it twice.", ["It was common.12,13", "We saw it twice."]),
        ("The pain was mild.¹ Most slept.", ["The pain was mild.¹", "Most slept."]),
        ("Most take such drugs 70. It is wise.", ["Most take such drugs 70.", "It is wise."]),
        ("They were ill [12,13]. We were not.", ["They were ill [12,13].", "We were not."]),
        ("They were ill.[12,13] We were not.", ["They were ill.[12,13]", "We were not."]),
        ("It helps. [12] Later trials agreed.", ["It helps. [12]", "Later trials agreed."]),
        ("All have rights. 4 Even so, few use them.", ["All have rights. 4", "Even so, few use them."]),
    ],
)
def test_a_citation_number_belongs_to_the_sentence_that_it_ends(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("它有效。我们很高兴。真的吗？是的！好", ["它有效。", "我们很高兴。", "真的吗？", "是的！", "好"]),
        ("Sleep helps.😴 Eat well.", ["Sleep helps.😴", "Eat well."]),
        ("Sleep helps! 😴😴 Eat well.", ["Sleep helps! 😴😴", "Eat well."]),
        ("Thanks for the tips 😊 They really helped me.", ["Thanks for the tips 😊", "They really helped me."]),
        ("That was so kind :) We will come again.", ["That was so kind :)", "We will come again."]),
    ],
)
def test_wide_stops_and_smiles_end_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Wash your hands. 2. Dry them.", ["1. Wash your hands.", "2. Dry them."]),
        ("Do it now: 1. Wash your hands. 2. Dry them. 3. Rest.", ["2. Dry them.", "3. Rest."]),
        ("a) Wash your hands. b) Dry them.", ["a) Wash your hands.", "b) Dry them."]),
        ("(i) Wash your hands. (ii) Dry them.", ["(i) Wash your hands.", "(ii) Dry them."]),
        ("- Wash your hands. - Dry them.", ["- Wash your hands.", "- Dry them."]),
        ("* Wash your hands. * Dry them.", ["* Wash your hands.", "* Dry them."]),
        ("• Wash your hands • Dry them", ["• Wash your hands", "• Dry them"]),
    ],
)
def test_the_mark_of_an_inline_list_item_begins_its_sentence(text: str, expected: list[str]) -> None:
    assert split(text)[-len(expected) :] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Causes of Gout Most people get it from rich food.", ["Causes of Gout", "Most people get it from rich food."]),
        ("Side effects They are rare and mild.", ["Side effects", "They are rare and mild."]),
        ("OPENING HOURS We are open all week.", ["OPENING HOURS", "We are open all week."]),
        ("Call us for help https://site.example/help We answer at once.", ["We answer at once."]),
    ],
)
def test_a_heading_without_a_stop_ends_before_a_beginning(text: str, expected: list[str]) -> None:
    assert split(text)[-len(expected) :] == expected


@pytest.mark.parametrize("text", ["Home About Us Our Doctors Contact", "Great Service", "Dr. Jane Amsel, M.D."])
def test_words_with_capitals_alone_are_not_parted_one_by_one(text: str) -> None:
    assert len(split(text)) <= 2


@pytest.mark.parametrize(
    "text", ["Is it safe? yes it is.", "Stop! said the nurse and they stopped.", "they slept. it was late."]
)
def test_a_sentence_may_begin_small(text: str) -> None:
    assert len(split(text)) == 2


@pytest.mark.parametrize("text", ["1. Wash your hands.", "12. Dry them.", "a. Rest well.", "B. Sleep."])
def test_the_number_of_a_list_item_belongs_to_its_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize("text", ["One line\nno stop", "Dr.\nAdeyemi", "see fig.\n2 and", "and (so\n) on"])
def test_a_break_ends_a_sentence_whatever_stands_there(text: str) -> None:
    assert split(text, 0, text.index("\n") + 1) == text.split("\n")


def test_a_number_after_a_break_counts_as_the_number_of_a_list_item() -> None:
    assert split("Do this:\n1. Wash. Dry.", 0, 9) == ["Do this:", "1. Wash.", "Dry."]


def test_stops_on_either_side_of_a_break_are_not_one_run() -> None:
    assert split("Dr.\n.", 0, 4) == ["Dr.", "."]


@pytest.mark.parametrize(
    ("run", "cut_behind"),
    [
        ("and so on " * 300, ""),
        (("word " * 150 + "end; ") * 3, "end;"),
        (("word " * 150 + "end, ") * 3, "end,"),
        ("a1" * 3000, ""),
        ("。" + "字" * 3000, ""),
        ("...... " * 600, ""),
        ("x " * 900 + "A new one begins here. " + "y " * 900, ""),
    ],
)
def test_no_sentence_is_longer_than_the_bound_and_the_cut_is_at_a_good_place(run: str, cut_behind: str) -> None:
    sentences = split(run)
    assert len(sentences) > 1
    assert max(map(len, sentences)) <= MAX_SENTENCE_LENGTH
    assert all(sentence.endswith(cut_behind) for sentence in sentences)


@settings(deadline=None)  # long texts, on a busy machine
@given(st.text(alphabet="ab .,;\n", min_size=1, max_size=40).filter(str.strip).map(lambda text: text * 120))
def test_whatever_the_text_no_sentence_is_longer_than_the_bound(text: str) -> None:
    assert all(len(sentence) <= MAX_SENTENCE_LENGTH for sentence in split(text))


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
