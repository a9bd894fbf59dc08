"""A spaCy tokenizer for scraped text, three to four times as fast as the English one.

spaCy's English rules spend their time on exceptions ("don't", emoticons, units) and on a URL pattern that every unseen
word is matched against; a classifier of sentences needs neither. These rules part a word from the marks around it and
from what a scraper has glued to it ("park.For"), and nothing else.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_LOWER, IS_PUNCT, IS_SPACE, IS_TITLE, IS_UPPER, LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.lang.lex_attrs import is_punct, word_shape
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokenizer import Tokenizer
from spacy.vocab import Vocab

from pipeline.preprocess.token_kinds import token_kind

AFFIX_LENGTH: Final = 4
"""Characters of the prefix and suffix that every lexeme carries, lower-cased."""

MAX_TOKEN_LENGTH: Final = 400
"""Code points of the longest token; longer runs without a space, such as encoded data, are parted."""

_EMOTICON: Final = r"[:;=]['-]?[)(DP](?!\w)"
_RULE: Final = r"([-=*~#+])\1{2,}"
_PREFIX: Final = re.compile(rf"^(?:{_EMOTICON}|{_RULE}|[^\w\s])")
# A search that might begin anywhere in a rule would take time with the square of its length.
_WHOLE_RULE: Final = "|".join(rf"(?<!{mark}){mark}{{3,}}" for mark in map(re.escape, "-=*~#+"))
_SUFFIX: Final = re.compile(rf"(?:['’]s|(?<![\w]){_EMOTICON}|{_WHOLE_RULE}|[^\w\s])$")
_INFIX: Final = re.compile(
    r"(?<=[^\W_])[-–—/,:;()\[\]\"“”!?…&+=<>|]+(?=[^\W_])"  # well-known, and/or, note:text
    r"|(?<=[^\W\d_]{2})(?<!\bPh)\.(?=[A-Z\d¹²³⁰-⁹]|[\"”’)\]]+[A-Z])"  # park.For, basis.1, park.”For, but Ph.D.
    r"|(?<=[^\W\d_]{2}[.!?])[\"”’)\]]+(?=[A-Z])"
    r"|(?<=[^\W\d_])\.(?=[A-Z][a-z])"
    r"|[.]{2,}"
    r"|[。！？｡]"
)
_LONGEST_SHAPED: Final = 100  # spaCy says "LONG" of what is longer
_SMALL: Final = "xxxx"
_DIGITS: Final = "dddd"
_PIECE: Final = re.compile(rf".{{1,{MAX_TOKEN_LENGTH // 2}}}", re.DOTALL)

_PLAIN_MARK: Final = r"[^\w\s:;=\-*~#+]"  # neither an emoticon nor a rule can begin with it
_ORDINARY: Final = re.compile(
    rf"(?=.{{1,{MAX_TOKEN_LENGTH}}}\Z)(?!\W*['’]s(?!\w))(?:{_PLAIN_MARK}*|[^\w\s:;=])"
    rf"[^\W_]+(?:[-–—/,:…&+|][^\W_]+)*(?:['’]s)?{_PLAIN_MARK}*[^\w\s]?",
    re.DOTALL,
)

ORDINARY_TOKEN: Final = re.compile(r"[^\W_]+|(?<=[^\W_])['’]s(?!\w)|[^\w\s]")
"""The tokens of an ordinary run."""


def is_ordinary(run: str) -> bool:
    """Whether the rules make words, a possessive and single marks of a run without white space, and nothing else.

    There is no stop inside it, no emoticon, no rule.
    """
    return _ORDINARY.fullmatch(run) is not None


@cache
def string_keys(strings: tuple[str, ...]) -> NDArray[np.uint64]:
    """The numbers by which spaCy knows strings, in any vocabulary, shape `(n_strings,)`."""
    return np.array([get_string_id(string) for string in strings], np.uint64)


def _lower_prefix(text: str) -> str:
    return text[:AFFIX_LENGTH].lower()


def _lower_suffix(text: str) -> str:
    return text[-AFFIX_LENGTH:].lower()


def shape_of(text: str) -> str:
    """As spaCy's `word_shape`, which goes through words of small letters and numbers character by character."""
    if len(text) < _LONGEST_SHAPED and text.isalpha():
        if text.islower():
            return _SMALL[: len(text)]
        if text[0].isupper() and text[1:].islower():
            return "X" + _SMALL[: len(text) - 1]
    elif len(text) < _LONGEST_SHAPED and text.isdigit():
        return _DIGITS[: len(text)]
    return word_shape(text)


LEXICAL_FORMS: Final[tuple[Callable[[str], str], ...]] = (str.lower, shape_of, _lower_prefix, _lower_suffix)
"""What a token's four lexical hashes are the hashes of: lower-cased form, shape, first and last four characters."""


def web_vocabulary() -> Vocab:
    """A vocabulary whose lexemes carry only what is read: PREFIX and SUFFIX are four characters, NORM is the kind."""
    return Vocab(
        lex_attr_getters={
            LOWER: str.lower,
            NORM: token_kind,
            SHAPE: shape_of,
            PREFIX: _lower_prefix,
            SUFFIX: _lower_suffix,
            IS_SPACE: str.isspace,
            IS_PUNCT: is_punct,
            IS_TITLE: str.istitle,
            IS_UPPER: str.isupper,
            IS_LOWER: str.islower,
        }
    )


def _infixes(text: str) -> Iterator[re.Match[str]]:
    """Where a run without a space is parted; spaCy takes what lies between two matches as a token, too."""
    return _INFIX.finditer(text) if len(text) <= MAX_TOKEN_LENGTH else _PIECE.finditer(text)


def web_tokenizer(vocab: Vocab) -> Tokenizer:
    return Tokenizer(
        vocab,
        prefix_search=_PREFIX.search,
        suffix_search=_SUFFIX.search,
        infix_finditer=_infixes,
    )


def blank_pipeline() -> Language:
    """A spaCy pipeline that only tokenizes, with a vocabulary of its own."""
    nlp = Language(vocab=web_vocabulary(), create_tokenizer=lambda language: web_tokenizer(language.vocab))
    nlp.max_length = sys.maxsize  # the limit guards parsers; this pipeline has none
    return nlp
