"""Bytes to text: what the page declares, then what its bytes say."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its prefix
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LAST_RESORT: Final = "windows-1252"

_DECLARATION_BYTES: Final = 2048
_DETECTION_BYTES: Final = 65_536
_NON_ASCII: Final = bytes(range(128, 256))
_META_CHARSET: Final = re.compile(rb"""<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"""\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")


def byte_order_mark(data: bytes) -> tuple[bytes, str]:
    """Return the mark that `data` begins with and the encoding it stands for, or two empty values."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return mark, encoding
    return b"", ""


def decode_page(data: bytes, *, is_html: bool, header_charset: str = "") -> str:
    """Decode one page; never fails.

    Args:
        data: the whole page.
        is_html: whether a declaration inside the page counts.
        header_charset: the label from the HTTP header, if there was one.
    """
    mark, encoding = byte_order_mark(data)
    data = data.removeprefix(mark)
    if encoding not in ("", "utf-8") and b"\0" in data:
        return data.decode(encoding, "replace")  # cut or damaged, any other reading is worse
    declared = (
        encoding,
        _encoding_of_header(header_charset, data),
        _encoding_in_markup(data) if is_html else "",
    )
    for candidate in (*filter(None, declared), "utf-8"):
        text = _decode_strictly(data, candidate)
        if text is not None:
            return text
    return decode_undeclared(data)


def decode_undeclared(data: bytes) -> str:
    """Decode bytes that are known not to be valid UTF-8 by what they look like; never fails."""
    text = _decode_damaged_utf8(data)
    if text is not None:
        return text
    for encoding in detected_encodings(data):
        text = _decode_strictly(data, encoding)
        if text is not None:
            return text
    return data.decode(LAST_RESORT, "replace")


def detected_encodings(data: bytes) -> Iterator[str]:
    """Yield what two detectors take `data` for, the one that is right more often on web pages first."""
    sample = _whole_characters(data[:_DETECTION_BYTES])
    yield detect_encoding(sample) or LAST_RESORT

    import charset_normalizer  # noqa: PLC0415 - most pages say how they are encoded

    best = charset_normalizer.from_bytes(sample, preemptive_behaviour=False).best()
    yield best.encoding if best else LAST_RESORT


def _encoding_of_header(label: str, data: bytes) -> str:
    encoding = map_encoding_to_html5(label, fallback_utf8=False) or ""
    # Almost any bytes decode as UTF-16; real UTF-16 markup has a NUL beside each of its ASCII letters.
    return "" if encoding.startswith("utf-16") and b"\0" not in data else encoding


def _encoding_in_markup(data: bytes) -> str:
    head = data[:_DECLARATION_BYTES]
    found = _XML_ENCODING.match(head) or _META_CHARSET.search(head)
    if found is None:
        return ""
    encoding = map_encoding_to_html5(found[1].decode("ascii", "replace"), fallback_utf8=False) or ""
    # A declaration that is legible as ASCII cannot itself be UTF-16; browsers read it as UTF-8.
    return "utf-8" if encoding.startswith("utf-16") else encoding


def _decode_strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _decode_damaged_utf8(data: bytes) -> str | None:
    """Read UTF-8 with a few broken characters as such: a page cut inside one must not become mojibake."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    ascii_bytes = len(data.translate(None, _NON_ASCII))
    return text if len(text) - ascii_bytes - broken > broken else None


def _whole_characters(sample: bytes) -> bytes:
    """Cut after the last ASCII break: half a character would rule out the right encoding."""
    end = max(sample.rfind(b" "), sample.rfind(b"\n"), sample.rfind(b">")) + 1
    return sample[:end] if end else sample
