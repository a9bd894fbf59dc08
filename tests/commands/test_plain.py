import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.commands.plain import plain_line, plain_lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Rest.", "Rest."),
        ("a\n\tb\r\nc", "a b c"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("\x9b31mred", "31mred"),
        ("left \u202eright", "left  right"),
        ("Zoë 😀 👩\u200d⚕️", "Zoë 😀 👩\u200d⚕️"),
    ],
)
def test_a_line_holds_nothing_that_a_terminal_obeys(text: str, line: str) -> None:
    assert plain_line(text) == line


def test_lines_keep_their_breaks_and_tabs() -> None:
    assert plain_lines("a\tb\nc\x1b[2J\x00") == "a\tb\nc[2J"


@given(st.text())
def test_no_text_leaves_a_control_character(text: str) -> None:
    assert plain_line(text).isprintable() or not any(ord(character) < 32 for character in plain_line(text))
    assert len(plain_line(text).splitlines()) <= 1
