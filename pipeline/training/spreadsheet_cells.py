"""Text as cells of a spreadsheet: nothing that a program would compute, and everything back as it was.

A cell that begins like a formula is run when the file is opened (CSV injection; OWASP), one that looks like a number or
a date is rewritten when it is saved. An apostrophe before it makes either plain text; one that is there already gets
another, so that taking one away always restores the text.
"""

import re
from typing import Final

_APOSTROPHE: Final = "'"
# The full-width forms are read as formulas too.
_FORMULA: Final = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_NUMBER_OR_DATE: Final = re.compile(r"\s*[\d.][\d.,:/ -]*(?:e[+-]?\d+)?\s*", re.IGNORECASE)


def harmless_cell(text: str) -> str:
    if text.startswith(_APOSTROPHE) or _FORMULA.match(text) or _NUMBER_OR_DATE.fullmatch(text):
        return _APOSTROPHE + text
    return text


def original_text(cell: str) -> str:
    """The text of which `harmless_cell` made a cell."""
    return cell.removeprefix(_APOSTROPHE)
