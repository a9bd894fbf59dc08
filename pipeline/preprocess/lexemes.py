"""All that is known of a token by its form alone, found out once for each form."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.lang.lex_attrs import is_punct
from spacy.strings import get_string_id

from pipeline.preprocess.growing import GrowingArray, Numbers
from pipeline.preprocess.token_kinds import KINDS, token_kind
from pipeline.preprocess.tokenizer import LEXICAL_FORMS
from pipeline.preprocess.tokens import Tokens

_KIND_CODES: Final = {kind: code for code, kind in enumerate(KINDS)}


class LexemeTable:
    """The columns of `Tokens` that depend on the form alone, for every distinct form so far."""

    def __init__(self) -> None:
        self._numbers = Numbers[str]()
        self._hashes = _Hashes()
        self._keys = GrowingArray(np.empty((0, 5), np.uint64))
        self._kinds = GrowingArray(np.empty(0, np.uint8))
        self._looks = GrowingArray(np.empty((0, 4), bool))
        self._lengths = GrowingArray(np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def is_whole(self) -> bool:
        """Whether no exception, such as that of a time limit, has broken off `numbers` half-way."""
        return len(self._numbers) == len(self._lengths)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Code points of each form, `(n_forms,)`."""
        return self._lengths.values

    def numbers(self, forms: Sequence[str]) -> NDArray[np.int64]:
        """The row of each form in this table, `(n_forms,)`."""
        numbers, new = self._numbers.of(forms)
        if new:
            self._keys.extend(self._lexical_keys(new))
            self._kinds.extend(np.array([_KIND_CODES[token_kind(form)] for form in new], np.uint8))
            looks = (_is_punct, str.istitle, str.isupper, str.islower)
            self._looks.extend(np.stack([np.fromiter(map(look, new), bool, len(new)) for look in looks], axis=1))
            self._lengths.extend(np.fromiter(map(len, new), np.int64))  # last: from now on they are known
        return numbers

    def tokens(self, numbers: NDArray[np.integer], start: NDArray[np.int64]) -> Tokens:
        """Tokens of these forms that begin at these code points."""
        keys, looks = self._keys.values[numbers], self._looks.values[numbers]
        end = start + self.lengths[numbers]
        return Tokens(keys[:, :4], keys[:, 4], self._kinds.values[numbers], start, end, *looks.T)

    def _lexical_keys(self, forms: Sequence[str]) -> NDArray[np.uint64]:
        """The lexical hashes of each form and that of the form as written, `(n_forms, 5)`."""
        lower, *shapes_and_affixes = (map(form_of, forms) for form_of in LEXICAL_FORMS)
        often_seen = [map(self._hashes.__getitem__, strings) for strings in shapes_and_affixes]
        hashes = (map(get_string_id, lower), *often_seen, map(get_string_id, forms))
        return np.stack([np.fromiter(column, np.uint64, len(forms)) for column in hashes], axis=1)


class _Hashes(dict[str, int]):
    """spaCy's numbers of shapes and affixes, most of which have been asked for before."""

    def __missing__(self, string: str) -> int:
        number = self[string] = get_string_id(string)
        return number


def _is_punct(form: str) -> bool:
    return not form[0].isalnum() and is_punct(form)
