import io
import json
from pathlib import Path

import pytest
from labelled_lines import MIXED, NEWS, page

from pipeline.commands.options import Format
from pipeline.commands.printing import DocumentPrinter, printer_for
from pipeline.jobs.cleaning import CleanedDocument
from pipeline.jobs.models import load_model
from pipeline.jobs.runs import GroupResult


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def cleaned(name: str, text: str = "Rest.", url: str = "") -> CleanedDocument:
    return CleanedDocument(name, url, name, text, f"# {text}", {}, 0, 0, 0)


def printed(*documents: CleanedDocument, markdown: bool = False, file: io.StringIO | None = None) -> str:
    file = file or io.StringIO()
    printer = DocumentPrinter(file, markdown=markdown)
    for document in documents:
        printer.print(GroupResult(documents=[document]))
    printer.finish()
    return file.getvalue()


def test_a_single_document_stands_alone() -> None:
    assert printed(cleaned("a")) == "Rest.\n"
    assert printed(cleaned("a"), markdown=True) == "# Rest.\n"


def test_several_documents_are_named() -> None:
    text = printed(cleaned("a", url="https://a.example/"), cleaned("b", "Sleep."), cleaned("c", ""))
    assert text == "===== a https://a.example/ =====\n\nRest.\n\n===== b =====\n\nSleep.\n\n===== c =====\n\n"


def test_in_markdown_the_name_is_a_comment_that_cannot_be_closed_from_inside() -> None:
    text = printed(cleaned("a"), cleaned("b --> <script>"), markdown=True)
    assert text == "<!-- a -->\n\n# Rest.\n\n<!-- b - -> <script> -->\n\n# Rest.\n"


def test_no_documents_print_nothing() -> None:
    assert printed() == ""
    assert printed(cleaned("a", "")) == ""


def test_a_terminal_gets_no_control_characters_and_a_file_gets_the_text() -> None:
    assert printed(cleaned("a", "x\x1b[2J\ny"), file=Terminal()) == "x[2J\ny\n"
    assert printed(cleaned("a", "x\x1b[2J\ny")) == "x\x1b[2J\ny\n"


def test_rows_are_json_lines(model_folder: Path) -> None:
    file = io.StringIO()
    rows = list(load_model(model_folder).tag([page(MIXED), page(NEWS)]))
    printer_for(Format.JSONL, file).print(GroupResult(rows=rows))
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [line["sent_id"] for line in lines] == [0, 1, 2, 3, 0]


@pytest.mark.parametrize("chosen", Format)
def test_nothing_comes_of_nothing(chosen: Format) -> None:
    file = io.StringIO()
    printer = printer_for(chosen, file)
    printer.print(GroupResult())
    printer.finish()
    assert file.getvalue() == ""
