import pytest

from pipeline.preprocess.hard_wrap import wrapped_lines

WRAPPED = (
    "Sleep is when the body mends itself, and adults who get less than seven",
    "hours of it tend to fall ill more often than those who get eight. Older",
    "people sleep less.",
)
MENU = ("Home and start page", "about us and our team", "Contact")
VERSE = ("the sea was flat and grey that day and still", "and no one spoke", "for there was nothing that we had to say")
LINES = (
    "We tried the soup. It was cold and had too much salt for all of us in the end.",
    "The bread was fresh. They bake it in the back every morning, we were told so.",
    "Nobody came to ask how we liked it.",
)


def joined(*lines: str) -> list[bool]:
    return wrapped_lines(lines, [line.startswith("- ") for line in lines])


def test_lines_that_were_filled_word_by_word_go_on() -> None:
    assert joined(*WRAPPED) == [False, True, True]


def test_a_line_break_before_the_width_is_reached_is_kept() -> None:
    assert joined(*WRAPPED, *WRAPPED) == [False, True, True, False, True, True]


@pytest.mark.parametrize("lines", [MENU, VERSE, LINES, (), ("",), ("one line",), tuple(line * 3 for line in WRAPPED)])
def test_lines_of_other_lengths_stand_for_themselves(lines: tuple[str, ...]) -> None:
    assert not any(joined(*lines))


def test_a_blank_line_and_a_mark_end_a_paragraph() -> None:
    assert joined(WRAPPED[0], "", *WRAPPED[1:]) == [False, False, False, True]
    assert joined(f"- {WRAPPED[0]}", f"  {WRAPPED[1]}", f"- {WRAPPED[2]}") == [False, True, False]


def test_two_lines_are_wrapped_only_if_they_are_long() -> None:
    assert joined(WRAPPED[0], "hours of it.") == [False, True]
    assert joined("a line of some forty letters and a few more", "and on") == [False, False]
