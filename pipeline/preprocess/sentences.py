"""`Document`s -> one `SentenceBatch`: the only place that tokenizes. From here on there are columns, not objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.vocab import Vocab

from pipeline.preprocess.boundaries import Tokens, block_starts, sentence_starts
from pipeline.preprocess.chunks import ChunkTable
from pipeline.preprocess.extract import Block, Document
from pipeline.preprocess.tokenizer import web_tokenizer
from pipeline.schema import BLOCK_KINDS

_GAP: Final = "\n"
"""Between texts: it keeps the last token of one from touching the first of the next."""

MAX_CHUNK_BYTES: Final = 64_000_000
"""What the tokens of chunks that were seen before may take in memory, up to one batch more."""

_KIND_CODES: Final = {kind: code for code, kind in enumerate(BLOCK_KINDS)}


@dataclass(frozen=True, slots=True)
class SentenceBatch:
    """Sentences of a batch of documents as columns; the sentences of a document stand together, in order.

    Attributes:
        document: index of the document in the batch, `(n_sentences,)`.
        start: first code point in the document's text, `(n_sentences,)`.
        end: one past the last code point, `(n_sentences,)`.
        kind: index into `schema.BLOCK_KINDS`, `(n_sentences,)`.
        level: heading rank or list depth, 0 elsewhere, `(n_sentences,)`.
        linked: share of the block's characters that stand in links, `(n_sentences,)`.
        tokens: the tokens of all sentences, `n_tokens` long; their places count from the start of the batch.
        token_offsets: sentence i owns tokens `token_offsets[i]:token_offsets[i + 1]`, `(n_sentences + 1,)`.
    """

    document: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    kind: NDArray[np.int8]
    level: NDArray[np.int8]
    linked: NDArray[np.float32]
    tokens: Tokens
    token_offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)

    def take(self, index: NDArray[np.int64]) -> "SentenceBatch":
        """Some of the sentences, in the order of `index`; their tokens keep their places."""
        counts = np.diff(self.token_offsets)[index]
        ends = np.cumsum(counts)
        token = np.arange(counts.sum()) + np.repeat(self.token_offsets[index] - ends + counts, counts)
        return SentenceBatch(
            self.document[index],
            self.start[index],
            self.end[index],
            self.kind[index],
            self.level[index],
            self.linked[index],
            self.tokens.take(token),
            np.concatenate(([0], ends)),
        )


def batch_text(documents: Sequence[Document]) -> str:
    """The text in which the tokens of a batch have their places."""
    return _GAP.join(document.text for document in documents)


class SentenceSplitter:
    """Splits documents with a tokenizer of its own.

    Args:
        max_lexemes: the vocabulary, which grows with every new word, and what is known of chunks are renewed beyond
            this size, so that a long run keeps its memory. The result does not depend on it.
    """

    def __init__(self, max_lexemes: int = 100_000) -> None:
        self.max_lexemes = max_lexemes
        self.forget()

    @property
    def n_lexemes(self) -> int:
        """Distinct tokens that it knows at the moment."""
        return self._chunks.n_lexemes

    def split(self, documents: Sequence[Document]) -> SentenceBatch:
        """Cut every document into sentences; a line or block break always ends one."""
        return self._batch(documents, at_breaks_only=False)

    def split_lines(self, documents: Sequence[Document]) -> SentenceBatch:
        """Take every block as one sentence: how pages that people have already cut up and labelled are read."""
        return self._batch(documents, at_breaks_only=True)

    def _batch(self, documents: Sequence[Document], *, at_breaks_only: bool) -> SentenceBatch:
        if self._is_full():
            self.forget()
        shifts = np.cumsum([0, *(len(document.text) + len(_GAP) for document in documents)], dtype=np.int64)
        tokens = self._chunks.read(batch_text(documents))
        breaks = _block_starts(documents, shifts)
        starts = block_starts(tokens, breaks) if at_breaks_only else sentence_starts(tokens, breaks)
        return _assemble(documents, shifts, tokens, np.flatnonzero(starts), breaks)

    def _is_full(self) -> bool:
        chunks = self._chunks
        return chunks.n_lexemes > self.max_lexemes or chunks.n_bytes > MAX_CHUNK_BYTES or not chunks.is_whole

    def forget(self) -> None:
        """Begin anew with an empty vocabulary."""
        # What else is known of a token is found out from its form.
        self._chunks = ChunkTable(web_tokenizer(Vocab()))


def _block_starts(documents: Sequence[Document], shifts: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = [len(document.blocks) for document in documents]
    starts = np.fromiter((block.start for block in _blocks(documents)), np.int64, sum(counts))
    return starts + np.repeat(shifts[:-1], counts)


def _blocks(documents: Sequence[Document]) -> chain[Block]:
    return chain.from_iterable(document.blocks for document in documents)


def _assemble(
    documents: Sequence[Document],
    shifts: NDArray[np.int64],
    tokens: Tokens,
    first: NDArray[np.int64],
    breaks: NDArray[np.int64],
) -> SentenceBatch:
    start, end = tokens.start[first], tokens.end[np.append(first, len(tokens))[1:] - 1]
    document = np.searchsorted(shifts, start, side="right") - 1
    block = np.searchsorted(breaks, start, side="right") - 1
    layout = np.array(
        [
            (_KIND_CODES[block.kind], block.level, block.linked / (block.end - block.start))
            for block in _blocks(documents)
        ],
        np.float32,
    ).reshape(-1, 3)[block]
    return SentenceBatch(
        document=document.astype(np.int32),
        start=(start - shifts[document]).astype(np.int32),
        end=(end - shifts[document]).astype(np.int32),
        kind=layout[:, 0].astype(np.int8),
        level=layout[:, 1].astype(np.int8),
        linked=layout[:, 2],
        tokens=tokens,
        token_offsets=np.append(first, len(tokens)),
    )
