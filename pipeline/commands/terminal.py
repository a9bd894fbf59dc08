"""Sentence rows as a table for people: coloured by label, one heading for each page."""

from collections.abc import Iterator
from typing import Final, TextIO

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.commands.plain import plain_line
from pipeline.schema import Label

SHORT_NAMES: Final = {
    Label.TREATMENT: "treatment",
    Label.CLINICAL_RESEARCH: "research",
    Label.NEWS: "news",
    Label.NOISE: "noise",
}
# From the palette of Okabe and Ito, which colour-blind people can tell apart; noise recedes.
STYLES: Final = {
    Label.TREATMENT: "#009E73",
    Label.CLINICAL_RESEARCH: "#56B4E9",
    Label.NEWS: "#E69F00",
    Label.NOISE: "bright_black",
}
_WIDEST_NAME: Final = max(len(name) for name in SHORT_NAMES.values())
_COLUMNS: Final = ("doc_id", "url", "sent_id", "text", "label", "score")


class TerminalTable:
    """Prints sentence rows as they come."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._console = Console(file=file, highlight=False, markup=False, emoji=False)

    def print_rows(self, rows: pa.RecordBatch) -> None:
        """Print the rows of whole pages, `schema.sentence_schema()`."""
        for page in _pages(rows):
            # Rich exits the program when a pipe is closed, so it does not write itself.
            with self._console.capture() as captured:
                self._console.print(_heading(page[0]), _sentences(page))
            self._file.write(captured.get())
        self._file.flush()


def _pages(rows: pa.RecordBatch) -> Iterator[list[dict[str, object]]]:
    page: list[dict[str, object]] = []
    for row in rows.select(list(_COLUMNS)).to_pylist():
        if row["sent_id"] == 0 and page:
            yield page
            page = []
        page.append(row)
    if page:
        yield page


def _heading(first: dict[str, object]) -> Rule:
    name, url = plain_line(str(first["doc_id"])), plain_line(str(first["url"]))
    return Rule(Text(f"{name}  {url}" if url and url != name else name, style="bold"), align="left", style="dim")


def _sentences(page: list[dict[str, object]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=False)
    table.add_column(width=_WIDEST_NAME, no_wrap=True)
    table.add_column(width=4, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for row in page:
        label = Label(str(row["label"]))
        style = STYLES[label]
        table.add_row(
            Text(SHORT_NAMES[label], style),
            Text(f"{row['score']:.2f}", style),
            Text(plain_line(str(row["text"])), style),
        )
    return table
