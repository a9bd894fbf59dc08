"""Files of every kind that hold one page, and what they are compressed with."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same
import zstandard

TEXT: Final = "Inhalers soothe the airways, says Zoé."
HTML: Final = f"<!DOCTYPE html><p>{TEXT}</p>"


def warc_record(kind: str, url: str, block: bytes, content_type: str) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:11111111-1111-1111-1111-111111111111>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(url: str, body: bytes, content_type: str = "text/html; charset=utf-8", headers: str = "") -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{headers}\r\n".encode()
    return warc_record("response", url, http + body, "application/http; msgtype=response")


def conversion(url: str, text: str) -> bytes:
    return warc_record("conversion", url, text.encode(), "text/plain")


def parquet(columns: dict[str, list[object]]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


FILES: Final[dict[str, bytes]] = {
    "page.html": HTML.encode(),
    "page.txt": TEXT.encode(),
    "page.md": TEXT.encode(),
    "page.jsonl": f'{{"id": "a", "text": "{TEXT}"}}\n'.encode(),
    "page.json": f'[\n{{"id": "a",\n"text": "{TEXT}"}}]'.encode(),
    "page.csv": f'id,text\na,"{TEXT}"\n'.encode(),
    "page.tsv": f"id\ttext\na\t{TEXT}\n".encode(),
    "page.parquet": parquet({"id": ["a"], "text": [TEXT]}),
    "page.warc": response("https://a.example/", HTML.encode()),
    "page.wet": conversion("https://a.example/", TEXT),
}
COMPRESSIONS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}
