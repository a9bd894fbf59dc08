"""`web_sentences`: the sentence boundaries as a component for anybody's spaCy pipeline."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from pipeline.errors import UsageError
from pipeline.preprocess.boundaries import sentence_starts
from pipeline.preprocess.foreign_tokens import ForeignTokens, PieceTable, foreign_tokens, token_string
from pipeline.preprocess.hard_wrap import wrapped_lines
from pipeline.preprocess.markdown import opens_block
from pipeline.preprocess.tokenizer import blank_pipeline

Places: TypeAlias = NDArray[np.int32] | NDArray[np.int64]


@Language.factory("web_sentences", assigns=["token.is_sent_start", "doc.sents"])
def web_sentences(nlp: Language, name: str) -> "WebSentences":
    del nlp, name
    return WebSentences()


class WebSentences:
    """Sets the sentence boundaries of Docs.

    They hardly depend on the pipeline's tokenizer; a token belongs to the sentence in which it starts. A line break
    ends a sentence unless lines are wrapped at a regular width.

    Args:
        max_tokens: what is remembered of distinct tokens is forgotten beyond so many, so that a long run keeps its
            memory. The result does not depend on it.
    """

    def __init__(self, max_tokens: int = 500_000) -> None:
        self.max_tokens = max_tokens
        self._nlp, self._table = blank_pipeline(), PieceTable()

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.sents`.

        Raises:
            UsageError: the Doc has been parsed, which settles its sentences.
        """
        return next(self._split_docs([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Split many Docs, `batch_size` at a time; the result is that of one at a time."""
        for docs in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]  # spaCy types none of it
            yield from self._split_docs(docs)

    def __reduce__(self) -> "tuple[type[WebSentences], tuple[int]]":
        """Pickle nothing that was learned: another process learns anew."""
        return type(self), (self.max_tokens,)

    def _split_docs(self, docs: list[Doc]) -> Iterator[Doc]:
        if len(self._table.keys) > self.max_tokens:
            self._nlp, self._table = blank_pipeline(), PieceTable()
        tokens = foreign_tokens(docs)
        pieces = self._table.read(tokens, docs, self._nlp)
        starts = pieces.start[sentence_starts(pieces, _line_starts(tokens, docs))]
        owner = np.searchsorted(starts, tokens.start, side="right")
        first = np.diff(owner, prepend=0) > 0
        for doc, low, high in zip(docs, tokens.edges, tokens.edges[1:], strict=False):
            _set_sentence_starts(doc, first[low:high])
            yield doc


def _line_starts(tokens: ForeignTokens, docs: Sequence[Doc]) -> NDArray[np.int64]:
    """Code points behind all tokens of a line and not behind the first of the next, for lines that were not wrapped."""
    spaces = np.flatnonzero(tokens.is_space)
    breaks = spaces[_break_lines(tokens.orth[spaces], docs)]
    small = breaks[np.append(tokens.is_lower, False)[breaks + 1]]  # every wrapped paragraph has a small letter there
    unsure = np.unique(np.searchsorted(tokens.edges, small, side="right") - 1)
    sure = ~np.isin(np.searchsorted(tokens.edges, breaks, side="right") - 1, unsure)
    unwrapped = [_unwrapped_starts(docs[number].text) + tokens.shifts[number] for number in unsure.tolist()]
    return np.sort(np.concatenate([tokens.shifts, tokens.start[breaks[sure]], *unwrapped]))


def _break_lines(keys: NDArray[np.uint64], docs: Sequence[Doc]) -> NDArray[np.bool_]:
    """Which tokens of white space break a line."""
    distinct, place = np.unique(keys, return_inverse=True)
    found = [len(f"{token_string(key, docs)}.".splitlines()) > 1 for key in distinct.tolist()]
    return np.asarray(np.array(found, bool)[place])


def _unwrapped_starts(text: str) -> NDArray[np.int64]:
    lines = text.splitlines(keepends=True)
    wrapped = wrapped_lines(lines, [opens_block(line) for line in lines])
    starts = np.cumsum([0, *map(len, lines)][:-1], dtype=np.int64)
    return np.asarray(starts[~np.array(wrapped, bool)])


def set_sentence_starts(doc: Doc, starts: Places) -> NDArray[np.int64]:
    """Begin a sentence with the first token in each of the spans that begin at `starts`, ascending code points.

    White space before the first span belongs to it.

    Returns:
        The indices of the spans in which a token starts.
    """
    places = doc.to_array([IDX]).astype(np.int64).ravel()
    owner = np.maximum(np.searchsorted(starts, places, side="right") - 1, 0)
    first = np.diff(owner, prepend=-1) > 0
    _set_sentence_starts(doc, first)
    return np.asarray(owner[first])


def _set_sentence_starts(doc: Doc, first: NDArray[np.bool_]) -> None:
    if not len(doc):
        return
    if doc.has_annotation("DEP"):
        raise UsageError('the Doc is parsed, its sentences are settled; add web_sentences with before="parser"')
    values = np.where(first, 1, -1)
    values[0] = 1
    doc.from_array([SENT_START], values.astype(np.uint64).reshape(-1, 1))  # type: ignore[arg-type]  # takes uint64
