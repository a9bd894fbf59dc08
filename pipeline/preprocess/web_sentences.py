"""`web_sentences`: the sentence boundaries as a component for anybody's spaCy pipeline."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX
from spacy.language import Language
from spacy.pipeline import Sentencizer
from spacy.tokens import Doc

from pipeline.errors import UsageError
from pipeline.preprocess.boundaries import sentence_starts
from pipeline.preprocess.boundary_weights import shipped_weights
from pipeline.preprocess.foreign_tokens import DistinctTokens, ForeignTokens, TokenTable
from pipeline.preprocess.hard_wrap import wrapped_lines
from pipeline.preprocess.markdown import opens_block
from pipeline.preprocess.short_docs import ShortDocs

Places: TypeAlias = NDArray[np.int32] | NDArray[np.int64]

_BATCH_TOKENS: Final = 8_000
_SENTENCIZER: Final = Sentencizer(overwrite=True)


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
        self._table, self._short = TokenTable(), ShortDocs(shipped_weights())

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.sents`.

        Raises:
            UsageError: the Doc has been parsed, which settles its sentences.
        """
        self._forget()
        flags = self._short.sentence_starts(doc)
        if flags is None:
            self._split_docs([doc])
        else:
            _set_sentence_starts([doc], [flags])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Split many Docs, at most `batch_size` at a time; the result is that of one at a time."""
        for docs in _batches(stream, batch_size):
            self._forget()
            self._split_docs(docs)
            yield from docs

    def __reduce__(self) -> "tuple[type[WebSentences], tuple[int]]":
        """Pickle nothing that was learned: another process learns anew."""
        return type(self), (self.max_tokens,)

    def _forget(self) -> None:
        if len(self._table) + len(self._short) > self.max_tokens:
            self._table, self._short = TokenTable(), ShortDocs(shipped_weights())

    def _split_docs(self, docs: list[Doc]) -> None:
        tokens = self._table.read(docs)
        pieces = self._table.distinct.of(tokens)
        starts = pieces.start[sentence_starts(pieces, _line_starts(tokens, self._table.distinct, docs))]
        first = np.zeros(len(tokens.start) + 1, np.uint8)
        first[np.searchsorted(tokens.start, starts)] = 1  # where one begins inside a token, the next token
        first[tokens.edges] = 1
        flags, edges = first.tobytes(), tokens.edges.tolist()
        _set_sentence_starts(docs, [flags[low:high] for low, high in pairwise(edges)])


def _batches(stream: Iterable[Doc], batch_size: int) -> Iterator[list[Doc]]:
    """Docs of some thousand tokens, which stay in the processor's caches from one step to the next."""
    docs: list[Doc] = []
    n_tokens = 0
    for doc in stream:
        docs.append(doc)
        n_tokens += len(doc)
        if n_tokens >= _BATCH_TOKENS or len(docs) == batch_size:
            yield docs
            docs, n_tokens = [], 0
    if docs:
        yield docs


def _line_starts(tokens: ForeignTokens, distinct: DistinctTokens, docs: Sequence[Doc]) -> NDArray[np.int64]:
    """Code points behind all tokens of a line and not behind the first of the next, for lines that were not wrapped."""
    breaks = np.flatnonzero(distinct.breaks_line[tokens.number])
    if not len(breaks):
        return tokens.shifts
    following = np.append(tokens.number, tokens.number[-1])[breaks + 1]
    small = breaks[distinct.is_lower[following]]  # every wrapped paragraph has a small letter there
    unsure = np.unique(np.searchsorted(tokens.edges, small, side="right") - 1)
    sure = ~np.isin(np.searchsorted(tokens.edges, breaks, side="right") - 1, unsure)
    unwrapped = [_unwrapped_starts(docs[number].text) + tokens.shifts[number] for number in unsure.tolist()]
    return np.sort(np.concatenate([tokens.shifts, tokens.start[breaks[sure]], *unwrapped]))


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
    if doc.has_annotation("DEP") and len(doc):
        raise UsageError('the Doc is parsed, its sentences are settled; add web_sentences with before="parser"')
    _set_sentence_starts([doc], [first.tobytes()])
    return np.asarray(owner[first])


def _set_sentence_starts(docs: list[Doc], flags: list[bytes]) -> None:
    """Begin a sentence with each token whose flag is 1: spaCy's own component does that fastest."""
    _SENTENCIZER.set_annotations(docs, flags)
