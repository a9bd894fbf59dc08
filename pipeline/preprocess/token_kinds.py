"""What kind of token a string is, as far as sentence boundaries care: some hundred kinds, each with a name.

A word has the name of its class in `token_classes.txt`, written the way the word is written: `article`, `Article` or
`ARTICLE`. That file lists closed classes and the commonest ordinary words, so that a capital on one of them says more
than a capital on a name (Punkt's orthographic heuristic; Kiss & Strunk, Computational Linguistics 32, 2006).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

WORD_CLASSES: Final = (
    "i pronoun object demonstrative article possessive quantifier interrogative subordinator coordinator adverb "
    "preposition auxiliary clitic not no imperative said greeting closing interjection honorific saint reference "
    "joining ending place time latin_dose unit month day extension label postscript scheme word rare letter "
    "dotted mixed"
).split()
_CASES: Final = (str.lower, str.capitalize, str.upper)
_SMALL_ONLY: Final = frozenset({"unit", "latin_dose"})
"""Classes whose words mean something else with a capital: `mm`, but `Mm.` in an interview."""

_MARKS: Final = {
    **dict.fromkeys(".", "stop"),
    **dict.fromkeys(("..", "...", "....", "…"), "ellipsis"),
    **dict.fromkeys("!", "exclamation"),
    **dict.fromkeys("?", "question"),
    **dict.fromkeys("。！？｡", "wide_stop"),
    **dict.fromkeys(",，、", "comma"),
    **dict.fromkeys(";；", "semicolon"),
    **dict.fromkeys(":：", "colon"),
    **dict.fromkeys("-‐‑", "hyphen"),
    **dict.fromkeys(("–", "—", "―", "--", "---"), "dash"),
    **dict.fromkeys("(（", "open_bracket"),
    **dict.fromkeys("[{【", "open_square"),
    **dict.fromkeys(")）", "close_bracket"),
    **dict.fromkeys("]}】", "close_square"),
    **dict.fromkeys("“„‟「『", "open_quote"),
    **dict.fromkeys("‘‚‹", "open_single_quote"),
    **dict.fromkeys("«", "open_guillemet"),
    **dict.fromkeys("”」』", "close_quote"),
    **dict.fromkeys("’›", "close_single_quote"),
    **dict.fromkeys("»", "close_guillemet"),
    **dict.fromkeys('"', "straight_quote"),
    **dict.fromkeys("'`", "straight_single_quote"),
    **dict.fromkeys("•·●▪◦‣■□►▶→✓✔➤", "bullet"),
    **dict.fromkeys("*+", "asterisk"),
    **dict.fromkeys("/\\", "slash"),
    **dict.fromkeys("|¦", "bar"),
    **dict.fromkeys("<", "less"),
    **dict.fromkeys(">", "greater"),
    **dict.fromkeys("@", "at"),
    **dict.fromkeys("%‰°", "percent"),
    **dict.fromkeys("$€£¥", "currency"),
    **dict.fromkeys("#", "hash"),
    **dict.fromkeys("&", "ampersand"),
    **dict.fromkeys("=~^±×÷≤≥", "operator"),
    "://": "address",
}
_SHAPES: Final = (
    ("emoticon", r"[:;=8xX]['o-]?[)(DPpO/|*3]+|<3+|[)(]['-]?[:;=]|\^_?\^"),
    ("rule", r"(?P<mark_of_rule>[-=*~_#+.])(?P=mark_of_rule){2,}"),
    ("superscript", "[¹²³⁰-⁹]+"),
    ("ordinal_number", r"(?i:\d+(?:st|nd|rd|th))"),
    ("digit", r"\d"),
    ("small_number", r"\d{1,2}"),
    ("year", r"(?:1[5-9]|20)\d\d"),
    ("number", r"\d+"),
    ("decimal", r"\d[\d.,:]*\d"),
    ("roman_number", r"[ivx]{2,5}|[IVX]{2,5}"),
    ("address", r"(?i:www\..+|.*\w@\w.*|\w+://.*)"),
    ("number_with_letters", r"\d.*"),
)
# One pattern, whose first alternative that fits the whole token is the last group to close: a dozen calls cost more.
_ANY_SHAPE: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SHAPES))
_LONGEST_NUMERAL: Final = 5
_DOTTED: Final = re.compile(r"[^\W\d_](?:\.[^\W\d_]{1,2})+")
_OTHERS: Final = ("edge", "cited", "emoji", "mark")

KINDS: Final = tuple(
    dict.fromkeys(
        [*_OTHERS, *_MARKS.values(), *(name for name, _ in _SHAPES)]
        + [case(name) for name in WORD_CLASSES for case in _CASES]
    )
)
"""The names of all kinds; a kind's code is its place here. `edge` and `cited` are for those who look at gaps."""


@cache
def _class_of_word() -> dict[str, str]:
    lines = files(__package__).joinpath("token_classes.txt").read_text("utf-8").splitlines()
    found, name = {}, ""
    for line in lines:
        if line.startswith(" "):
            found.update(dict.fromkeys(line.split(), name))
        else:
            name = line.removesuffix(":")
    return found


def token_kind(text: str) -> str:
    """Return the kind of a token that is not blank, one of `KINDS`."""
    if text in _MARKS:
        return _MARKS[text]
    name = _class_of_word().get(text.lower().replace("’", "'"))
    if name is not None and not (name in _SMALL_ONLY and text[0].isupper()):
        return _cased(name, text)
    if len(text) > _LONGEST_NUMERAL and text[0] not in "xX" and text.isalpha():  # most words: fits no shape
        return _cased("rare" if text.islower() or text.istitle() or text.isupper() else "mixed", text)
    shape = _ANY_SHAPE.fullmatch(text)
    if shape:
        return str(shape.lastgroup)
    return _cased(_class_by_form(text), text) if text[0].isalpha() else _kind_of_symbol(text)


def _class_by_form(text: str) -> str:
    if len(text) == 1:
        return "letter"
    if _DOTTED.fullmatch(text):
        return "dotted"
    return "rare" if text.istitle() or text.islower() or text.isupper() else "mixed"


def _cased(name: str, text: str) -> str:
    if text.isupper() and (len(text) > 1 or name == "letter"):
        return name.upper()
    return name.capitalize() if text[0].isupper() else name


def _kind_of_symbol(text: str) -> str:
    if any(unicodedata.category(character) in {"So", "Sk"} for character in text):
        return "emoji"
    return _MARKS.get(text[0], "mark")


def code_of(name: str) -> int:
    """The place of a kind in `KINDS`."""
    return KINDS.index(name)


def codes_of(names: Iterable[str]) -> list[int]:
    return [code_of(name) for name in names]
