import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.preprocess.readers.encoding import decode_page

FRENCH = "La santé des élèves est fragile; l'hôpital préfère un traitement léger."
JAPANESE = "喘息の治療には吸入薬が使われます。"


@pytest.mark.parametrize(
    "data",
    [
        FRENCH.encode(),
        codecs.BOM_UTF8 + FRENCH.encode(),
        FRENCH.encode("utf-16"),
        codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"),
        FRENCH.encode("utf-32"),
        FRENCH.encode("latin-1"),
    ],
)
def test_text_without_a_declaration_is_read(data: bytes) -> None:
    assert decode_page(data, is_html=False) == FRENCH


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("windows-1252", "cp1252", "Zoé paid 20\u20ac \u2013 \u201cmild\u201d."),
        ("ISO-8859-1", "cp1252", "It\u2019s mild."),
        ("x-sjis", "shift_jis", JAPANESE),
        ("gb2312", "gb18030", "哮喘的治疗"),
        ("koi8-r", "koi8-r", "Лечение астмы"),
    ],
)
def test_a_declared_charset_is_read_by_its_web_label(label: str, encoding: str, text: str) -> None:
    body = text.encode(encoding)
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    assert decode_page(f'<meta charset="{label}">'.encode() + body, is_html=True).endswith(text)
    assert decode_page(meta.encode() + body, is_html=True).endswith(text)
    assert decode_page(f'<?xml version="1.0" encoding="{label}"?>'.encode() + body, is_html=True).endswith(text)
    assert decode_page(body, is_html=False, header_charset=label) == text


def test_the_header_comes_before_the_page_and_a_mark_before_both() -> None:
    page = b'<meta charset="koi8-r">' + "Lungenentzündung".encode("cp1252")
    assert decode_page(page, is_html=True, header_charset="windows-1252").endswith("Lungenentzündung")
    assert decode_page(codecs.BOM_UTF8 + "für".encode(), is_html=True, header_charset="koi8-r") == "für"


@pytest.mark.parametrize("label", ["ascii-8bit", "utf-16", "us-acsii", "nonsense"])
def test_a_wrong_declaration_does_not_spoil_utf8(label: str) -> None:
    page = f'<meta charset="{label}"><p>{FRENCH}'
    assert decode_page(page.encode(), is_html=True) == page


def test_latin_text_declared_as_utf8_is_detected() -> None:
    page = f'<meta charset="utf-8"><p>{FRENCH}'
    assert decode_page(page.encode("cp1252"), is_html=True) == page


def test_a_mark_that_lies_is_passed_over() -> None:
    assert decode_page(codecs.BOM_UTF8 + FRENCH.encode("cp1252"), is_html=False) == FRENCH


def test_a_declaration_in_plain_text_is_no_declaration() -> None:
    text = 'Write <meta charset="koi8-r"> \u2013 never.'
    assert decode_page(text.encode(), is_html=False) == text


def test_a_declaration_after_2048_bytes_is_not_looked_for() -> None:
    page = " " * 2048 + '<meta charset="koi8-r">é'
    assert decode_page(page.encode(), is_html=True) == page


def test_a_page_cut_inside_a_character_stays_utf8() -> None:
    assert decode_page("café, thé, pâté".encode()[:-1], is_html=False) == "café, thé, pât\ufffd"


def test_utf16_cut_inside_a_character_stays_utf16() -> None:
    assert decode_page("mild".encode("utf-16")[:-1], is_html=False) == "mil\ufffd"


@given(
    data=st.binary(),
    is_html=st.booleans(),
    label=st.sampled_from(["", "utf-8", "utf-16", "x-sjis", "idna", "base64", "\0"]),
)
def test_any_bytes_are_decoded(data: bytes, *, is_html: bool, label: str) -> None:
    assert isinstance(decode_page(data, is_html=is_html, header_charset=label), str)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff")))
def test_utf8_is_read_back_unchanged(text: str) -> None:
    assert decode_page(text.encode(), is_html=False) == text
