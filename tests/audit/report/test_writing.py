import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from run_folders import Sentence, page, write_run

from pipeline.audit.report.writing import make_report, write_report
from pipeline.errors import OutputError

HOSTILE = "</script><img src=x onerror=alert(1)>"


class Attributes(HTMLParser):
    """Every attribute of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += [(tag, name, value or "") for name, value in attrs]


def embedded(path: Path) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', path.read_text())
    return dict(json.loads(found[1])) if found else {}


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run = write_run(tmp_path / "out", [page("a", Sentence("Rest."))])
    first = write_report(run).read_bytes()
    assert write_report(run).read_bytes() == first
    assert [path.name for path in run.glob("report*")] == ["report.html"]


def test_everything_stands_in_the_file_itself(tmp_path: Path) -> None:
    path = write_report(write_run(tmp_path / "out", [page(HOSTILE, Sentence(HOSTILE), url="javascript:alert(1)")]))
    tags = Attributes(path.read_text()).tags
    assert not [tag for tag in tags if tag[1] in {"src", "style", "onclick", "onerror", "srcset"}]
    assert {value for _, name, value in tags if name == "href"} == {"#pages"}


def test_hostile_text_comes_back_from_the_data_as_it_was(tmp_path: Path) -> None:
    path = write_report(write_run(tmp_path / "out", [page(HOSTILE, Sentence(HOSTILE))]))
    (shown,) = make_report(path.parent).pages
    assert (shown["id"], shown["texts"]) == (HOSTILE, [HOSTILE])
    assert embedded(path)["pages"] == [shown]


def test_failures_are_listed_as_text(tmp_path: Path) -> None:
    failure = {"source": HOSTILE, "place": "line 3", "reason": "not_json", "detail": "a\u202eb"}
    text = write_report(write_run(tmp_path / "out", [], failures=[failure])).read_text()
    assert "1 not json" in text
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</bdi>, <bdi>line 3</bdi>: a[U+202E]b" in text


def test_a_sample_says_what_it_leaves_out(tmp_path: Path) -> None:
    pages = [page(f"page {number}", *[Sentence("Buy now!")] * 600) for number in range(20)]
    text = " ".join(write_report(write_run(tmp_path / "out", pages)).read_text().split())
    assert "16 of 20 pages" in text
    assert "A sample: 9,600 of 12,000 sentences" in text
    assert "Left out: 4 pages, 2,400 sentences." in text


def test_a_run_without_any_page_has_a_report(tmp_path: Path) -> None:
    assert "No page had any text" in write_report(write_run(tmp_path / "out", [])).read_text()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    run = write_run(tmp_path / "out", [])
    (run / "report.unfinished").mkdir()
    with pytest.raises(OutputError, match=r"report\.html: cannot be written: Is a directory"):
        write_report(run)
