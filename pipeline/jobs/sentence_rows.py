"""Columns of sentences and probabilities -> the sentence rows of `schema.sentence_schema()`."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
from numpy.typing import NDArray

from pipeline.jobs.cleaning import LabelledSentences
from pipeline.preprocess.document import Document
from pipeline.preprocess.sentences import SentenceBatch
from pipeline.schema import BLOCK_KINDS, LABELS, SCORE_DECIMALS, sentence_schema

if TYPE_CHECKING:
    from pipeline.classifier.explanation import Explanation


def sentence_rows(
    documents: Sequence[Document],
    sentences: SentenceBatch,
    probabilities: NDArray[np.float32],
    *,
    threshold: float = 0.0,
    why: "Sequence[Explanation] | None" = None,
) -> pa.RecordBatch:
    """Make one row for every sentence, document by document, in the order of the text.

    Args:
        documents: the documents of the batch.
        sentences: their sentences.
        probabilities: `(n_sentences, 4)`, columns in the order of `schema.LABELS`.
        threshold: sentences of a lower score are uncertain.
        why: explanations of the sentences, for a column of that name.
    """
    label = most_probable(probabilities)
    schema = sentence_schema(explained=why is not None)
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
        "uncertain": pa.array(is_uncertain(probabilities, threshold)),
        **{f"p_{name}": pa.array(probabilities[:, column]) for column, name in enumerate(LABELS)},
        "why": pa.array([explanation.as_json() for explanation in why or ()], pa.string()),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def most_probable(probabilities: NDArray[np.float32]) -> NDArray[np.int8]:
    """Index into `schema.LABELS` of each sentence's label; of equals, the first."""
    return np.asarray(probabilities.argmax(axis=1), np.int8)


def is_uncertain(probabilities: NDArray[np.float32], threshold: float) -> NDArray[np.bool_]:
    """Whether the score of each sentence, its highest probability, is below `threshold`."""
    return np.asarray(probabilities.max(axis=1, initial=0) < np.float32(threshold))


def labelled_sentences(
    sentences: SentenceBatch, probabilities: NDArray[np.float32], n_documents: int, *, threshold: float = 0.0
) -> list[LabelledSentences]:
    """Part a batch into its documents; sentences of a score below `threshold` are uncertain."""
    label, uncertain = most_probable(probabilities), is_uncertain(probabilities, threshold)
    edges = np.searchsorted(sentences.document, np.arange(n_documents + 1))
    return [
        LabelledSentences(
            sentences.start[first:last],
            sentences.end[first:last],
            label[first:last],
            uncertain[first:last],
        )
        for first, last in pairwise(edges.tolist())
    ]


def json_lines(rows: pa.RecordBatch) -> Iterator[str]:
    """Yield every row as one line of JSON without its line break."""
    names = rows.schema.names
    columns = (_plain_values(name, column) for name, column in zip(names, rows.columns, strict=True))
    for values in zip(*columns, strict=True):
        yield json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)


def _plain_values(name: str, column: pa.Array) -> list[object]:
    if name == "why":
        return [json.loads(explanation) for explanation in column.to_pylist()]
    if not pa.types.is_float32(column.type):
        return list(column.to_pylist())
    return list(np.round(np.asarray(column, np.float64), SCORE_DECIMALS).tolist())


def _repeated(values: Sequence[str], index: NDArray[np.int32]) -> pa.Array:
    """Each value as often as its index, which ascends, occurs; `take` would import all functions of Arrow."""
    counts = np.bincount(index, minlength=len(values)).tolist()
    repeated = [pa.repeat(pa.scalar(value, pa.string()), count) for value, count in zip(values, counts, strict=True)]
    return pa.concat_arrays([pa.array([], pa.string()), *repeated])


def _coded(codes: NDArray[np.int8], names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))


def _place_in_document(document: NDArray[np.int32]) -> NDArray[np.int32]:
    first = np.searchsorted(document, document)
    return (np.arange(len(document)) - first).astype(np.int32)


def _texts(documents: Sequence[Document], sentences: SentenceBatch) -> list[str]:
    texts = [document.text for document in documents]
    places = zip(sentences.document.tolist(), sentences.start.tolist(), sentences.end.tolist(), strict=True)
    return [texts[document][start:end] for document, start, end in places]
