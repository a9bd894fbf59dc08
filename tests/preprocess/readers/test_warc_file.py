import gzip
import io
import zlib

import pytest
import zstandard
from page_samples import conversion, response, warc_record

from pipeline.preprocess.page import Page
from pipeline.preprocess.readers.warc_file import read_warc

FIRST = response("https://a.example/", b"<p>First.")
LAST = conversion("https://z.example/", "Last.")


def contents(data: bytes, max_page_bytes: int = 1000) -> list[str]:
    items = read_warc(io.BytesIO(data), "a.warc", max_page_bytes=max_page_bytes)
    return [item.content if isinstance(item, Page) else str(item) for item in items]


def test_responses_and_conversions_are_pages_with_their_url() -> None:
    assert list(read_warc(io.BytesIO(FIRST + LAST), "a.warc")) == [
        Page("a.warc#1", "https://a.example/", "a.warc", "<p>First.", is_html=True),
        Page("a.warc#2", "https://z.example/", "a.warc", "Last.", is_html=False),
    ]


@pytest.mark.parametrize("kind", ["warcinfo", "request", "metadata", "revisit", "resource", "unheard-of"])
def test_other_records_are_no_pages_and_no_failures(kind: str) -> None:
    other = warc_record(kind, "https://b.example/", b"anything", "text/plain")
    assert contents(FIRST + other + LAST) == ["<p>First.", "Last."]


def test_the_charset_of_the_header_is_used() -> None:
    body = "<p>Лечение".encode("koi8-r")
    assert contents(response("u", body, "text/html; charset=KOI8-R")) == ["<p>Лечение"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Encoding: gzip\r\n", gzip.compress(b"<p>Rest.")),
        ("Content-Encoding: deflate\r\n", zlib.compress(b"<p>Rest.")),
        ("Content-Encoding: deflate\r\n", zlib.compress(b"<p>Rest.", wbits=-15)),
        ("Content-Encoding: zstd\r\n", zstandard.compress(b"<p>Rest.")),
        ("Transfer-Encoding: chunked\r\n", b"3\r\n<p>\r\n5;x=y\r\nRest.\r\n0\r\n\r\n"),
        ("Content-Encoding: gzip\r\n", b"<p>Rest."),
        ("Content-Encoding: br\r\n", b"<p>Rest."),
        ("Transfer-Encoding: chunked\r\n", b"<p>Rest."),
    ],
)
def test_bodies_are_unwrapped_unless_the_crawler_did_so(headers: str, body: bytes) -> None:
    assert contents(response("u", body, headers=headers)) == ["<p>Rest."]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (response("u", b"\xff\xd8\xff", "image/jpeg"), "image/jpeg is neither HTML nor text"),
        (response("u", b""), "there is nothing in it"),
        (response("u", b"%PDF-1.4"), "this is a PDF document; extract its text first"),
        (response("u", b"<p>" + b"x" * 1000), "one page of more than 1,000 bytes; raise the limit"),
        (response("u", gzip.compress(b"x" * 9999)), "one page of more than 1,000 bytes; raise the limit"),
        (response("u", gzip.compress(b"<p>Rest.")[:-4]), "the gzip stream ends early; fetch the file again"),
        (
            response("u", b"ff\r\n<p>", headers="Transfer-Encoding: chunked\r\n"),
            "the response ends before its last chunk",
        ),
        (
            response("u", b"\x01rest", headers="Content-Encoding: br\r\n"),
            "the response is no sound brotli stream (Invalid Data)",
        ),
        (response("u", b"rest", headers="Content-Encoding: lzw\r\n"), "the response is encoded as 'lzw'"),
        (
            response("u", b"rest", headers=f"X: {'y' * 40_000}\r\n"),
            "the HTTP headers are broken: Maximum header length exceeded.",
        ),
    ],
)
def test_a_bad_record_is_named_and_its_neighbours_are_read(record: bytes, message: str) -> None:
    place = f"a.warc, record at byte {len(FIRST)}, u"
    assert contents(FIRST + record + LAST) == ["<p>First.", f"{place}: {message}", "Last."]


def test_a_response_without_a_type_is_sniffed() -> None:
    def page(body: bytes) -> bytes:
        return warc_record("response", "u", b"HTTP/1.1 200 OK\r\n\r\n" + body, "application/http")

    items = read_warc(io.BytesIO(page(b"<p>Rest.</p>") + page(b"Rest.")), "a.warc")
    assert [item.is_html for item in items if isinstance(item, Page)] == [True, False]


@pytest.mark.parametrize("last", [LAST, warc_record("request", "https://z.example/", b"x" * 20, "text/plain")])
def test_an_archive_cut_inside_any_record_is_truncated(last: bytes) -> None:
    first, failure = contents(FIRST + last[:-8])
    assert first == "<p>First."
    assert failure.startswith(f"a.warc, record at byte {len(FIRST)}, https://z.example/: the archive ends after ")


def test_an_archive_cut_inside_a_header_is_corrupt() -> None:
    _, failure = contents(FIRST + LAST[:30])
    place = f"a.warc, record at byte {len(FIRST)}"
    assert failure == f"{place}: the record does not say how long it is; fetch the archive again"


def test_what_is_no_record_ends_the_archive_with_a_failure() -> None:
    _, failure = contents(FIRST + b"rubbish\r\n\r\n" + LAST)
    assert failure == (
        "a.warc, after the record at byte 0: no WARC record follows (Invalid WARC header); "
        "cut the archive off there, or fetch it again"
    )


def test_an_archive_without_pages_says_so() -> None:
    request = warc_record("request", "u", b"GET /", "application/http")
    assert contents(request) == ["a.warc: the archive holds no response and no conversion"]
