"""Sentence rows as a table for people: coloured by label, one heading for each page."""

import json
from collections.abc import Iterator
from typing import Final, TextIO

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.classifier.explanation import OTHER
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
_COLUMNS: Final = ("doc_id", "url", "sent_id", "text", "label", "score", "uncertain", "why")
_REASONS_SHOWN: Final = 5
_BESIDE_WORDS: Final = {"prefix": "{}-", "suffix": "-{}", "first_word": "^{}", "last_word": "{}$", "meaning": "~{}"}


class TerminalTable:
    """Prints sentence rows as they come."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._console = Console(file=file, highlight=False, markup=False, emoji=False)

    def print_rows(self, rows: pa.RecordBatch) -> None:
        """Print the rows of whole pages, `schema.sentence_schema()`, explained or not."""
        for page in _pages(rows):
            # Rich exits the program when a pipe is closed, so it does not write itself.
            with self._console.capture() as captured:
                self._console.print(_heading(page[0]), _sentences(page))
            self._file.write(captured.get())
        self._file.flush()


def _pages(rows: pa.RecordBatch) -> Iterator[list[dict[str, object]]]:
    page: list[dict[str, object]] = []
    for row in rows.select([name for name in _COLUMNS if name in rows.schema.names]).to_pylist():
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
    table.add_column(min_width=4, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for row in page:
        label = Label(str(row["label"]))
        style = STYLES[label]
        table.add_row(
            Text(SHORT_NAMES[label], style),
            Text(f"{row['score']:.2f}{'?' if row['uncertain'] else ''}", style),
            Text(plain_line(str(row["text"])), style),
        )
        if "why" in row:
            table.add_row("", "", Text(plain_line(_reasons(str(row["why"]))), "dim"))
    return table


def _reasons(why: str) -> str:
    """The parts of an explanation that weigh most, but for what they leave over."""
    parts = [part for part in json.loads(why)["parts"] if part[0] != OTHER]
    return "  ".join(f"{_name(*part[:2])} {part[2]:+.2f}" for part in parts[:_REASONS_SHOWN])


def _name(kind: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"({abs(name)} {'before' if name < 0 else 'after'})"
    return _BESIDE_WORDS.get(kind, "{}").format(name) if name else f"({kind})"
