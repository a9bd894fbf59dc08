import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audit.near_duplicates import NearDuplicates, likeness, normalised, shingles

NOTICE = "The clinic in Saltmarsh is closed on public holidays; call the practice on the next working day."


def is_near(one: str, two: str) -> bool:
    seen = NearDuplicates()
    assert seen.add(one)
    return not seen.add(two)


@pytest.mark.parametrize(
    "other",
    [
        NOTICE,
        NOTICE.upper(),
        f"• {NOTICE}!",
        NOTICE.replace("Saltmarsh", "Saltmarch"),
        NOTICE.replace("next working day", "next working days"),
    ],
)
def test_small_differences_do_not_count(other: str) -> None:
    assert is_near(NOTICE, other)


def test_digits_do_not_count() -> None:
    assert is_near("Updated 3 May 2021, 10:15", "Updated 27 May 2019, 9:02")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOTICE, "The ward in Saltmarsh was closed on Friday after an outbreak of norovirus."),
        ("Log in", "Log out"),
        ("•", "»"),
        ("", "a"),
    ],
)
def test_other_texts_are_no_duplicates(one: str, other: str) -> None:
    assert not is_near(one, other)


@settings(deadline=None)  # the first call is slow
@given(st.text(max_size=50))
def test_every_text_is_a_duplicate_of_itself(text: str) -> None:
    assert is_near(text, text)
    assert likeness(shingles(text), shingles(text)) == 1


def test_likeness_is_that_of_the_sets_of_five_characters() -> None:
    assert likeness(shingles("abcdefg"), shingles("abcdefh")) == pytest.approx(2 / 4)


def test_a_text_of_five_million_characters_is_compared_by_its_beginning() -> None:
    assert len(normalised("word " * 1_000_000)) < 2_001
