import gzip
import io
import pickle
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, cast

import fsspec  # type: ignore[import-untyped]  # fsspec ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_samples import COMPRESSIONS, FILES, HTML, TEXT, parquet, response

from pipeline.errors import InputError, UsageError
from pipeline.preprocess.page import PageOrError
from pipeline.preprocess.pages import Page, read_pages, read_stream

MARKUP = ("page.html", "page.warc")
ROWS = ("page.jsonl", "page.json", "page.csv", "page.tsv", "page.parquet")


class Pipe(io.RawIOBase):
    """Standard input as a shell hands it over: it cannot seek, and gives little at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # Buffer is new in Python 3.12
        return self._data.readinto(memoryview(buffer)[:7])


def summary(items: list[PageOrError]) -> list[str]:
    return [item.content if isinstance(item, Page) else item.reason for item in items]


def read(data: bytes, name: str = "x", max_page_bytes: int = 1000) -> list[PageOrError]:
    return list(read_stream(io.BytesIO(data), name, max_page_bytes=max_page_bytes))


def only_failure(data: bytes, name: str) -> tuple[str, str]:
    (failure,) = read(data, name)
    assert isinstance(failure, InputError)
    return failure.reason, str(failure)


@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize("name", FILES)
def test_every_kind_with_every_compression_gives_the_same_page(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / (name + suffix)
    path.write_bytes(COMPRESSIONS[suffix](FILES[name]))
    (page,) = read_pages([path])
    assert isinstance(page, Page)
    assert (page.content, page.is_html) == ((HTML, True) if name in MARKUP else (TEXT, False))
    assert page.source == str(path)
    assert page.id == ("a" if name in ROWS else f"{path}#1" if "w" in path.suffixes[0] else str(path))


@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize("name", FILES)
def test_a_pipe_on_standard_input_is_sniffed_as_well(monkeypatch: pytest.MonkeyPatch, name: str, suffix: str) -> None:
    pipe = io.BufferedReader(Pipe(COMPRESSIONS[suffix](FILES[name])))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=pipe))
    # Without a name, JSON spread over several lines stays text.
    (page,) = read_pages(["-"]) if name != "page.json" else read_pages_named_json(cast("BinaryIO", pipe))
    assert isinstance(page, Page)
    assert page.content == (HTML if name in MARKUP else TEXT)
    assert not pipe.closed


def read_pages_named_json(pipe: BinaryIO) -> list[PageOrError]:
    return list(read_stream(pipe, "-.json"))


def test_standard_input_is_named_by_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"Rest helps.")))
    assert list(read_pages(["-"])) == [Page("-", "", "-", "Rest helps.", is_html=False)]


def test_a_folder_is_read_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", ".hidden.txt", ".git/c.txt", "a/.d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    pages = [item for item in read_pages([f"{tmp_path}/"]) if isinstance(item, Page)]
    assert [page.id for page in pages] == [f"{tmp_path}/a/z.txt", f"{tmp_path}/b.txt"]


@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_urls_are_read_through_fsspec(tmp_path: Path, scheme: str) -> None:
    url = f"{scheme}://{tmp_path}/sub/page.jsonl.gz"
    filesystem, path = fsspec.core.url_to_fs(url)
    filesystem.makedirs(filesystem._parent(path), exist_ok=True)  # noqa: SLF001 - fsspec has no public name for it
    filesystem.pipe_file(path, gzip.compress(b'{"text": "Rest helps."}'))
    assert list(read_pages([url])) == [Page(f"{url}#1", "", url, "Rest helps.", is_html=False)]
    assert list(read_pages([f"{scheme}://{tmp_path}"])) == list(read_pages([url]))


def test_failures_keep_their_place_and_the_neighbours_are_read(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("Rest helps.")
    missing = tmp_path / "missing.txt"
    first, failure, last = read_pages([good, missing, good])
    assert isinstance(failure, InputError)
    assert str(failure) == f"{missing}: no such file; check the path"
    assert summary([first, failure, last]) == ["Rest helps.", "missing", "Rest helps."]


def test_an_unknown_scheme_is_unsupported() -> None:
    (failure,) = read_pages(["nosuch://bucket/a.html"])
    assert isinstance(failure, InputError)
    assert (failure.reason, failure.detail) == ("unsupported", "Protocol not known: nosuch")


@pytest.mark.parametrize(
    ("data", "name", "reason", "message"),
    [
        (b"", "a.html", "empty", "a.html: there is nothing in it"),
        (b" \n ", "a.html", "empty", "a.html: there is nothing in it"),
        (b"%PDF-1.7 ...", "a.html", "binary", "a.html: this is a PDF document; extract its text first"),
        (b"\x89PNG\r\n\x1a\n", "a.txt", "binary", "a.txt: this is a PNG image"),
        (
            b"PK\x03\x04....",
            "a",
            "binary",
            "a: this is a zip or office file; unpack it, or save it as HTML or text",
        ),
        (b"a\0b\1c\2", "a.txt", "binary", "a.txt: this is binary data, not text"),
        (b"ARROW1\0\0", "a", "unsupported", "a: this is an Arrow file; write it as Parquet"),
        (
            b"<p>" + b"x" * 1000,
            "a.html",
            "too_large",
            "a.html: one page of more than 1,000 bytes; split the file, or raise the limit",
        ),
        (
            b"a,b\n1,2\n",
            "a.csv",
            "no_text_column",
            "a.csv: no column is named text, html or content; found 'a', 'b'",
        ),
        (
            b"PAR1 and no more",
            "a",
            "corrupt",
            (
                "a: this Parquet file cannot be read on: Parquet magic bytes not found in footer. "
                "Either the file is corrupted or this is not a parquet file."
            ),
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, name: str, reason: str, message: str) -> None:
    assert only_failure(data, name) == (reason, message)


def test_a_truncated_file_gives_what_was_readable_and_the_failure() -> None:
    whole = gzip.compress(b'{"text": "One."}\n') + gzip.compress(b'{"text": "Two."}\n')
    items = read(whole[:-10], "a.jsonl.gz")
    assert summary(items) == ["One.", "Two.", "truncated"]
    assert str(items[-1]) == "a.jsonl.gz: the gzip stream ends early; fetch the file again"


@pytest.mark.parametrize(
    ("name", "pages"),
    [("a.txt.gz", []), ("a.html.gz", []), ("a.csv.gz", ["One."]), ("a.jsonl.gz", ["One.", "not_json"])],
)
def test_half_a_page_is_no_page(name: str, pages: list[str]) -> None:
    content = {"a.csv.gz": b"text\nOne.\nTwo times ", "a.jsonl.gz": b'{"text": "One."}\n{"text": "Two'}
    cut = gzip.compress(content.get(name, b"Rest helps when you"))[:-8]
    assert summary(read(cut, name)) == [*pages, "truncated"]


def test_a_limit_counts_pages_and_not_failures() -> None:
    data = b'{"text": "One."}\nbad\n{"text": "Two."}\n{"text": "Three."}\n'
    with fsspec.open("memory://limit.jsonl", "wb") as file:
        file.write(data)
    assert summary(list(read_pages(["memory://limit.jsonl"], limit=2))) == ["One.", "not_json", "Two."]
    assert summary(list(read_pages(["memory://limit.jsonl"], limit=0))) == []


def test_a_single_path_instead_of_several_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"page\.html: give a list of inputs, not a single one"):
        list(read_pages("page.html"))


def test_a_file_name_that_is_no_text_can_be_written_out(tmp_path: Path) -> None:
    name = str(tmp_path / "caf\udce9.txt")
    Path(name).write_text("Rest helps.")
    (page,) = read_pages([name])
    assert isinstance(page, Page)
    assert page.id == f"{tmp_path}/caf\\udce9.txt"


def test_a_failure_travels_between_processes() -> None:
    failure = pickle.loads(pickle.dumps(InputError("a", "empty", "nothing", "line 1")))  # noqa: S301 - our own bytes
    assert (str(failure), failure.reason) == ("a, line 1: nothing", "empty")


MAGIC = st.sampled_from([b"", *(compress(data)[:60] for compress in COMPRESSIONS.values() for data in FILES.values())])


@given(
    start=MAGIC,
    rest=st.binary(max_size=300),
    name=st.sampled_from(["x", "x.csv", "x.jsonl", "x.json", "x.html"]),
)
def test_any_bytes_give_only_pages_and_failures(start: bytes, rest: bytes, name: str) -> None:
    items = read(start + rest, name)
    assert all(isinstance(item, Page | InputError) for item in items)
    assert all(item.content.encode() for item in items if isinstance(item, Page))


@given(data=st.data())
def test_a_damaged_file_gives_only_pages_and_failures(data: st.DataObject) -> None:
    whole = bytearray(
        data.draw(st.sampled_from([*FILES.values(), response("u", b"x" * 20) * 2, parquet({"text": ["a"]})]))
    )
    for _ in range(3):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    items = read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    assert items
    assert all(isinstance(item, Page | InputError) for item in items)
