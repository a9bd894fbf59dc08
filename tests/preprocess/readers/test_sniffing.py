import pytest

from pipeline.errors import InputError
from pipeline.preprocess.readers.sniffing import delimiter_of, sniff, suffix_of


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"<!DOCTYPE html><p>x", "a.txt", "html"),
        (b"\xef\xbb\xbf \n<!-- a --><html>", "a.csv", "html"),
        (b"<?xml version='1.0'?><html>", "a", "html"),
        (b"<p>One <b>word</b>", "a", "html"),
        (b"<p align=center>Read me", "a.md", "text"),
        (b"Text, then <p>a</p><p>b</p>", "a", "html"),
        (b"Text, then <p>a</p><p>b</p>", "a.txt", "text"),
        (b"No tag at all", "a.html", "html"),
        (b"Dose < 5 mg and > 2 mg", "a", "text"),
        ("Schmerz".encode("utf-16"), "a", "text"),
        (b'{"text": "a"}\n', "a", "jsonl"),
        (b'\n\n{"body": "a"}\n', "a", "jsonl"),
        (b'{"body": "a"}\nis how JSON looks', "a.md", "text"),
        (b"{not json}\n", "a", "text"),
        (b"[1] See the references.\n", "a", "text"),
        (b'{"text": "' + b"x" * 65_526, "a", "jsonl"),
        (b"{broken\n", "a.jsonl.gz", "jsonl"),
        (b'[{"text": "a"}]', "a.json", "json"),
        (b'{\n"text": "a"}', "a.json", "json"),
        (b"id,text\n", "a", "csv"),
        (b'"id";"html"\r\n', "a", "csv"),
        (b"a,b\n", "a.csv.zst", "csv"),
        (b"text\nA single word is no header.", "a", "text"),
        (b"Formats: text, html\n", "a", "text"),
        (b"PAR1", "a.txt", "parquet"),
        (b"WARC/1.1\r\n", "a", "warc"),
    ],
)
def test_bytes_decide_and_then_the_name(head: bytes, name: str, kind: str) -> None:
    assert sniff(head, name) == kind


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"%PDF-1.4", "binary"),
        (b"\xff\xd8\xff\xe0", "binary"),
        (b"GIF89a", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "binary"),
        (b"some\0text", "binary"),
        (b"filedesc://x", "unsupported"),
        (b"{\\rtf1", "unsupported"),
        (b"a" * 257 + b"ustar", "unsupported"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related;\n", "unsupported"),
        (b"version https://git-lfs.github.com/spec/v1\n", "unsupported"),
    ],
)
def test_what_holds_no_pages_is_refused(head: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        sniff(head, "a.html")
    assert caught.value.reason == reason


def test_a_stray_nul_in_a_long_page_is_no_binary() -> None:
    assert sniff(b"<html>" + b"x" * 500 + b"\0", "a") == "html"


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a/b.HTML", "html"),
        ("a.csv.gz", "csv"),
        ("a.tar.d/b", ""),
        ("https://x.example/a.php?b=c.txt", "php"),
        ("zip://a.md::file://b.zip", "md"),
        ("-", ""),
    ],
)
def test_a_suffix_is_that_of_the_file_inside(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("id,text", ","), ("a,b;text", ";"), ("id\ttext", "\t"), ("id|html", "|"), ("a;b", ";")],
)
def test_the_delimiter_is_the_one_that_shows_a_page_column(header: str, delimiter: str) -> None:
    assert delimiter_of(header) == delimiter


def test_many_comments_are_sniffed_in_no_time() -> None:
    assert sniff(b"<!---->" * 9000 + b"x", "a") == "text"
