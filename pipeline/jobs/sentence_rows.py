"""Columns of sentences and probabilities -> the sentence rows of `schema.sentence_schema()`."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
from numpy.typing import NDArray

from pipeline.jobs.cleaning import LabelledSentences
from pipeline.preprocess.document import Document
from pipeline.preprocess.sentences import SentenceBatch
from pipeline.schema import BLOCK_KINDS, LABELS, sentence_schema

DECIMALS = 6
"""Decimals of every probability that leaves the program."""


def sentence_rows(
    documents: Sequence[Document], sentences: SentenceBatch, probabilities: NDArray[np.float32]
) -> pa.RecordBatch:
    """Make one row for every sentence, document by document, in the order of the text.

    Args:
        documents: the documents of the batch.
        sentences: their sentences.
        probabilities: `(n_sentences, 4)`, columns in the order of `schema.LABELS`.
    """
    label = most_probable(probabilities)
    schema = sentence_schema()
    columns = {
        "doc_id": _repeated([document.id for document in documents], sentences.document),
        "url": _repeated([document.url for document in documents], sentences.document),
        "sent_id": pa.array(_place_in_document(sentences.document)),
        "start": pa.array(sentences.start),
        "end": pa.array(sentences.end),
        "text": pa.array(_texts(documents, sentences), pa.string()),
        "kind": _coded(sentences.kind, BLOCK_KINDS),
        "label": _coded(label, LABELS),
        "score": pa.array(probabilities[np.arange(len(label)), label]),
        "uncertain": pa.array(np.zeros(len(label), np.bool_)),
        **{f"p_{name}": pa.array(probabilities[:, column]) for column, name in enumerate(LABELS)},
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def most_probable(probabilities: NDArray[np.float32]) -> NDArray[np.int8]:
    """Index into `schema.LABELS` of each sentence's label; of equals, the first."""
    return np.asarray(probabilities.argmax(axis=1), np.int8)


def labelled_sentences(
    sentences: SentenceBatch, probabilities: NDArray[np.float32], n_documents: int
) -> list[LabelledSentences]:
    """Part a batch into its documents."""
    label = most_probable(probabilities)
    edges = np.searchsorted(sentences.document, np.arange(n_documents + 1))
    return [
        LabelledSentences(
            sentences.start[first:last],
            sentences.end[first:last],
            label[first:last],
            np.zeros(last - first, np.bool_),
        )
        for first, last in pairwise(edges.tolist())
    ]


def json_lines(rows: pa.RecordBatch) -> Iterator[str]:
    """Yield every row as one line of JSON without its line break."""
    names = rows.schema.names
    columns = (_plain_values(column) for column in rows.columns)
    for values in zip(*columns, strict=True):
        yield json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)


def _plain_values(column: pa.Array) -> list[object]:
    if not pa.types.is_float32(column.type):
        return list(column.to_pylist())
    return list(np.round(np.asarray(column, np.float64), DECIMALS).tolist())


def _repeated(values: Sequence[str], index: NDArray[np.int32]) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(index))


def _coded(codes: NDArray[np.int8], names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))


def _place_in_document(document: NDArray[np.int32]) -> NDArray[np.int32]:
    first = np.searchsorted(document, document)
    return (np.arange(len(document)) - first).astype(np.int32)


def _texts(documents: Sequence[Document], sentences: SentenceBatch) -> list[str]:
    texts = [document.text for document in documents]
    places = zip(sentences.document.tolist(), sentences.start.tolist(), sentences.end.tolist(), strict=True)
    return [texts[document][start:end] for document, start, end in places]
