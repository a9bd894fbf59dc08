import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.training.spreadsheet_cells import harmless_cell, original_text


@given(st.text())
def test_a_cell_gives_its_text_back(text: str) -> None:
    assert original_text(harmless_cell(text)) == text


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(beginning: str) -> None:
    assert harmless_cell(f"{beginning}1+1") == f"'{beginning}1+1"


@pytest.mark.parametrize("text", ["00123", "1-2", "3/4/2020", "1.50", "12:30", "1e5", " 7"])
def test_what_a_spreadsheet_would_rewrite_gets_an_apostrophe(text: str) -> None:
    assert harmless_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Rest the ankle.", "a=b", "12 patients", "page.html#3"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless_cell(text) == text


def test_an_apostrophe_of_the_text_survives() -> None:
    assert harmless_cell("'tis") == "''tis"
    assert original_text("''tis") == "'tis"
