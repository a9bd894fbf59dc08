"""Single short Docs of any spaCy pipeline, cut without numpy's fixed cost."""

from bisect import bisect_left
from itertools import accumulate
from typing import Final

from spacy.attrs import DEP, ORTH, SPACY
from spacy.tokens import Doc

from pipeline.preprocess.boundaries import MAX_SENTENCE_LENGTH
from pipeline.preprocess.boundary_weights import BoundaryWeights
from pipeline.preprocess.short_texts import ShortTexts, encoded, set_apart, whole_words
from pipeline.preprocess.tokenizer import blank_pipeline

_ATTRIBUTES: Final = [ORTH, SPACY, DEP]


class ShortDocs:
    """Knows the distinct tokens that it has seen, each as it is encoded behind another token and behind a space."""

    def __init__(self, weights: BoundaryWeights) -> None:
        self._nlp = blank_pipeline()
        self._encoded: dict[int, tuple[str, str]] = {}
        self._texts = ShortTexts(weights)

    def __len__(self) -> int:
        return len(self._encoded)

    def sentence_starts(self, doc: Doc) -> bytes | None:
        """A flag for every token of a Doc, 1 where a sentence begins; None if it is not for here to decide."""
        if not len(doc) or doc[-1].idx + len(doc[-1]) > MAX_SENTENCE_LENGTH:
            return None
        table = doc.to_array(_ATTRIBUTES)
        parts = self._parts(doc, table[:, 0].tolist(), [1, *table[:, 1].tolist()])
        starts = None if table[:, 2].any() else self._starts(parts)
        if starts is None:
            return None
        flags = bytearray(len(parts) + 1)
        for token in (0, *starts):
            flags[token] = 1
        return bytes(flags[:-1])

    def _parts(self, doc: Doc, keys: list[int], spaces: list[int]) -> list[str]:
        known = self._encoded
        try:
            return [known[key][space] for key, space in zip(keys, spaces, strict=False)]
        except KeyError:
            for key in {*keys} - known.keys():
                glued = encoded(doc.vocab.strings[key], self._nlp)
                known[key] = glued, set_apart(glued)
            return self._parts(doc, keys, spaces)

    def _starts(self, parts: list[str]) -> list[int] | None:
        """The tokens that begin a sentence: where one begins inside a token, the next."""
        text = "".join(parts)
        whole, places = whole_words(text)
        starts = self._texts.starts(whole)
        if starts is None or len(whole) == len(text) == len(parts):
            return starts
        first = list(accumulate(map(len, parts), initial=0))
        return [bisect_left(first, places[start]) for start in starts]
