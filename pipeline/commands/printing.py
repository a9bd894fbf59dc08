"""Results on standard output, in the format that was asked for, as they come."""

from typing import Protocol, TextIO

from pipeline.commands.options import Format
from pipeline.commands.plain import plain_line, plain_lines
from pipeline.jobs.cleaning import CleanedDocument
from pipeline.jobs.runs import GroupResult
from pipeline.jobs.sentence_rows import json_lines


class Printer(Protocol):
    """Prints groups of pages as they are finished."""

    def print(self, result: GroupResult) -> None: ...

    def finish(self) -> None:
        """Print what was held back; called once, after the last group."""


def printer_for(chosen: Format, file: TextIO) -> Printer:
    if chosen is Format.JSONL:
        return RowPrinter(file)
    if chosen is Format.TABLE:
        return TablePrinter(file)
    return DocumentPrinter(file, markdown=chosen is Format.MARKDOWN)


class RowPrinter:
    """One sentence a line, as JSON."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def print(self, result: GroupResult) -> None:
        for rows in result.rows:
            self._file.writelines(f"{line}\n" for line in json_lines(rows))
        self._file.flush()

    def finish(self) -> None:
        pass


class TablePrinter:
    """Sentences coloured by label."""

    def __init__(self, file: TextIO) -> None:
        from pipeline.commands.terminal import TerminalTable  # noqa: PLC0415 - rows of JSON need no colours

        self._table = TerminalTable(file)

    def print(self, result: GroupResult) -> None:
        for rows in result.rows:
            self._table.print_rows(rows)

    def finish(self) -> None:
        pass


class DocumentPrinter:
    """Cleaned documents; if there are several, a line that names it stands before each.

    Whether there are several is known when the second one comes, so the first is held back until then.
    """

    def __init__(self, file: TextIO, *, markdown: bool) -> None:
        self._file = file
        self._markdown = markdown
        self._first: CleanedDocument | None = None
        self._printed = 0
        # A file gets the text as it is, a terminal nothing that it would obey.
        self._is_terminal = file.isatty()

    def print(self, result: GroupResult) -> None:
        for document in result.documents:
            if self._first is None and not self._printed:
                self._first = document
                continue
            if self._first is not None:
                self._print_named(self._first)
                self._first = None
            self._print_named(document)
        self._file.flush()

    def finish(self) -> None:
        if self._first is not None:
            self._print_body(self._first)
        self._file.flush()

    def _print_named(self, document: CleanedDocument) -> None:
        name = plain_line(document.id)
        if document.url and document.url != document.id:
            name = f"{name} {plain_line(document.url)}"
        line = f"<!-- {name.replace('--', '- -')} -->" if self._markdown else f"===== {name} ====="
        self._file.write(f"{'' if self._printed == 0 else chr(10)}{line}\n\n")
        self._print_body(document)
        self._printed += 1

    def _print_body(self, document: CleanedDocument) -> None:
        body = document.markdown if self._markdown else document.text
        if body:
            self._file.write((plain_lines(body) if self._is_terminal else body) + "\n")
