import pytest

from pipeline.audit.report.blocks import ShownBlock, shown_blocks


def blocks(*rows: tuple[str, str, int]) -> list[tuple[str, int]]:
    """Blocks of sentences given as kind, text, and code points between it and the one before."""
    starts, ends, place = [], [], 0
    for _, text, gap in rows:
        starts.append(place + gap)
        place += gap + len(text)
        ends.append(place)
    found = shown_blocks([row[0] for row in rows], starts, ends, [row[1] for row in rows])
    return [(block.kind, block.sentences) for block in found]


def test_sentences_of_a_paragraph_stay_together() -> None:
    assert blocks(("paragraph", "One.", 0), ("paragraph", "Two?", 1), ("paragraph", "Three", 1)) == [("paragraph", 3)]


@pytest.mark.parametrize(
    ("first", "gap"), [("No end", 1), ("An end.", 2)], ids=["a line that broke off", "an empty line"]
)
def test_a_paragraph_ends_where_its_line_does(first: str, gap: int) -> None:
    assert blocks(("paragraph", first, 0), ("paragraph", "Next.", gap)) == [("paragraph", 1), ("paragraph", 1)]


@pytest.mark.parametrize("end", [".”", "!)", "?", "….", ".12", ".**"])
def test_marks_behind_a_full_stop_end_a_sentence_too(end: str) -> None:
    assert blocks(("paragraph", f"One{end}", 0), ("paragraph", "Two.", 1)) == [("paragraph", 2)]


def test_list_items_and_headings_stand_alone() -> None:
    rows = [("heading", "What.", 0), ("heading", "Why.", 1), ("list_item", "Rest.", 1), ("list_item", "Ice.", 1)]
    assert blocks(*rows) == [("heading", 1), ("heading", 1), ("list_item", 1), ("list_item", 1)]


@pytest.mark.parametrize("number", ["2.", "2.2.", "(a)", "4)"])
def test_a_number_stays_with_its_heading(number: str) -> None:
    assert blocks(("heading", number, 0), ("heading", "Methods", 1)) == [("heading", 2)]


def test_links_of_a_menu_and_cells_of_a_table_stand_side_by_side() -> None:
    rows = [("link", "Home", 0), ("link", "About", 1), ("table_cell", "1", 1), ("table_cell", "2", 1)]
    assert blocks(*rows) == [("link", 2), ("table_cell", 2)]


def test_a_line_that_was_cut_in_pieces_stays_one() -> None:
    assert blocks(("preformatted", "aaa", 0), ("preformatted", "bbb", 0)) == [("preformatted", 2)]


def test_no_sentences_have_no_blocks() -> None:
    assert shown_blocks([], [], [], []) == []


def test_blocks_are_plain_values() -> None:
    assert shown_blocks(["quote"], [0], [2], ["A."]) == [ShownBlock("quote", 1)]
