import pytest

from pipeline.preprocess.markdown import read_markdown

Row = tuple[str, int, str]


def blocks(text: str) -> list[Row]:
    return [(block.kind.value, block.level, text[block.start : block.end]) for block in read_markdown(text)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# Sleep", ("heading", 1, "# Sleep")),
        ("###### Sleep ##", ("heading", 6, "###### Sleep ##")),
        ("#1 cause", ("paragraph", 0, "#1 cause")),
        ("####### Sleep", ("paragraph", 0, "####### Sleep")),
        ("* one", ("list_item", 1, "* one")),
        ("• one", ("list_item", 1, "• one")),
        ("12. one", ("list_item", 1, "12. one")),
        ("a) one", ("list_item", 1, "a) one")),
        ("2019. A year", ("paragraph", 0, "2019. A year")),
        ("A. Smith", ("paragraph", 0, "A. Smith")),
        ("-5 degrees", ("paragraph", 0, "-5 degrees")),
        ("- - -", ("paragraph", 0, "- - -")),
        ("> Rest", ("quote", 0, "> Rest")),
        ("| loose", ("paragraph", 0, "| loose")),
        ("https://example.org/a", ("link", 0, "https://example.org/a")),
        ("[A](/a) | [B](/b 'b')", ("paragraph", 0, "[A](/a) | [B](/b 'b')")),
        ('[A](/a) | [B](/b "b")', ("link", 0, '[A](/a) | [B](/b "b")')),
        ("- [A](/a)", ("link", 0, "- [A](/a)")),
        ("see [A](/a)", ("paragraph", 0, "see [A](/a)")),
    ],
)
def test_the_marks_of_a_line_tell_its_kind(line: str, expected: Row) -> None:
    assert blocks(f"  {line} \n") == [expected]


def test_an_underline_makes_the_line_above_a_heading() -> None:
    assert blocks("Sleep\n=====\nNaps\n---\n\n---") == [
        ("heading", 1, "Sleep"),
        ("paragraph", 0, "====="),
        ("heading", 2, "Naps"),
        ("paragraph", 0, "---"),
        ("paragraph", 0, "---"),
    ]


def test_lines_that_were_wrapped_are_one_block() -> None:
    first = "Most of us sleep badly now and then, and a bad night is nothing to fear"
    assert blocks(f"{first}\n  or to fight. It passes.\n\n- {first}\n  or to fight.\n\nSleep\n---") == [
        ("paragraph", 0, f"{first}\n  or to fight. It passes."),
        ("list_item", 1, f"- {first}\n  or to fight."),
        ("heading", 2, "Sleep"),
        ("paragraph", 0, "---"),
    ]


def test_list_levels_follow_the_indent() -> None:
    text = "- a\n  - b\n\n      - c\n  - d\n\t1. e\n- f\nbreak\n  - g"
    assert [level for _, level, _ in blocks(text)] == [1, 2, 3, 2, 3, 1, 0, 1]


def test_a_table_row_gives_a_block_for_each_cell_and_none_of_its_pipes_is_lost() -> None:
    assert blocks("| a \\| b | c |\n|---|---|") == [
        ("table_cell", 0, "| a \\| b |"),
        ("table_cell", 0, "c |"),
        ("table_cell", 0, "|---|"),
        ("table_cell", 0, "---|"),
    ]


def test_fenced_lines_are_code_whatever_they_look_like() -> None:
    assert blocks("````py\n# x\n```\n| a |\n````\n# x") == [
        ("preformatted", 0, "````py"),
        ("preformatted", 0, "# x"),
        ("preformatted", 0, "```"),
        ("preformatted", 0, "| a |"),
        ("preformatted", 0, "````"),
        ("heading", 1, "# x"),
    ]


@pytest.mark.parametrize("separator", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"])
def test_every_line_separator_ends_a_block(separator: str) -> None:
    assert [text for *_, text in blocks(f"one{separator}two")] == ["one", "two"]


@pytest.mark.parametrize(
    ("line", "linked"),
    [
        ("see [the  guide](/a) and [it](/b)", 12),
        ("at https://example.org/a now", 21),
        ("<https://example.org>", 19),
        ("![a bed](bed.png)", 5),
        ("[not a link] (really)", 0),
    ],
)
def test_linked_counts_the_characters_of_link_texts(line: str, linked: int) -> None:
    assert [block.linked for block in read_markdown(line)] == [linked]
