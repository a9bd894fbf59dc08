import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.preprocess.token_kinds import KINDS, code_of, codes_of, token_kind


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("the", "article"),
        ("The", "Article"),
        ("THE", "ARTICLE"),
        ("don’t", "auxiliary"),
        ("Dr", "Honorific"),
        ("mm", "unit"),
        ("Mm", "Rare"),
        ("heart", "word"),
        ("Heart", "Word"),
        ("Xelotril", "Rare"),
        ("iPhone", "mixed"),
        ("i.v", "latin_dose"),
        ("a.k.a", "dotted"),
        ("B", "LETTER"),
        ("é", "letter"),
        ("7", "digit"),
        ("42", "small_number"),
        ("1998", "year"),
        ("2.5", "decimal"),
        ("3rd", "ordinal_number"),
        ("iv", "roman_number"),
        ("²", "superscript"),
        ("5mg", "number_with_letters"),
        ("www.site.com", "address"),
        ("a@site.com", "address"),
        (":-)", "emoticon"),
        ("😊", "emoji"),
        ("=====", "rule"),
        ("...", "ellipsis"),
        ("?!", "question"),
        ("§", "mark"),
    ],
)
def test_a_token_has_the_kind_of_its_form(token: str, kind: str) -> None:
    assert token_kind(token) == kind


@given(st.text(min_size=1, max_size=8).filter(lambda text: not text.isspace()))
def test_every_kind_is_known(token: str) -> None:
    assert token_kind(token) in KINDS


def test_a_code_is_the_place_of_a_kind() -> None:
    assert [KINDS[code] for code in codes_of(["stop", "Article"])] == ["stop", "Article"]
    assert code_of("edge") == 0


def test_kinds_fit_eight_bits() -> None:
    assert len(KINDS) == len(set(KINDS)) <= 256
