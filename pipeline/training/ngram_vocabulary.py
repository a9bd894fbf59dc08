"""The names of a classifier's weightiest columns: which n-gram each of them mostly stands for in the training pages."""

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.features import CHANNELS, ChannelNgrams, channel_ngrams
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.vocabulary import NgramNames, Vocabulary
from pipeline.preprocess.document import Document
from pipeline.preprocess.sentences import SentenceSplitter, batch_text

MAX_ENTRIES: Final = 50_000
MAX_BYTES: Final = 2_000_000
_BYTES_AROUND_A_NAME: Final = len('"1048575":,')


def column_vocabulary(
    classifier: SentenceClassifier,
    documents: Sequence[Document],
    *,
    max_entries: int = MAX_ENTRIES,
    max_bytes: int = MAX_BYTES,
) -> Vocabulary:
    """Name the columns that can add most to a logit, as many as the limits allow.

    Args:
        classifier: fitted.
        documents: what it was fitted on, one block a sentence.
        max_entries: columns that are named at most.
        max_bytes: of the vocabulary as JSON, about.
    """
    sentences = SentenceSplitter().split_lines(documents)
    columns = _weightiest_columns(classifier, max_entries)
    column, channel, token = _most_frequent(list(channel_ngrams(sentences)), columns)
    names = NgramNames(batch_text(documents), sentences.tokens)
    ngrams = {
        int(one): (CHANNELS[number], names.name(CHANNELS[number], int(place)))
        for one, number, place in zip(column, channel, token, strict=True)
    }
    named = [one for one in columns.tolist() if one in ngrams]
    sizes = [len(json.dumps(ngrams[one][1], ensure_ascii=False).encode()) + _BYTES_AROUND_A_NAME for one in named]
    n_kept = int(np.searchsorted(np.cumsum(sizes), max_bytes, side="right"))
    return Vocabulary({one: ngrams[one] for one in named[:n_kept]})


def _weightiest_columns(classifier: SentenceClassifier, n_columns: int) -> NDArray[np.int64]:
    """Hashed columns by their largest weight, idf included, the largest first."""
    weighting = classifier.weighting_
    coef = classifier.first_.linear.coef[: len(weighting.columns)]
    weight = np.abs(coef - coef.mean(axis=1, keepdims=True)).max(axis=1) * weighting.idf
    return np.asarray(weighting.columns[np.argsort(-weight, kind="stable")[:n_columns]])


def _most_frequent(
    channels: Sequence[ChannelNgrams], columns: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of each column that occurs its most frequent n-gram: column, channel number and first token of an occurrence."""
    counted = [_counted(number, one, columns) for number, one in enumerate(channels)]
    column, count, channel, token = np.concatenate(counted, axis=1)
    order = np.lexsort((token, channel, -count, column))
    _, first = np.unique(column[order], return_index=True)
    best = order[first]
    return column[best], channel[best], token[best]


def _counted(number: int, ngrams: ChannelNgrams, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Column, count, channel number and first token of every distinct n-gram in `columns`, `(4, n_ngrams)`."""
    wanted = np.isin(ngrams.columns, columns)
    _, first, count = np.unique(ngrams.keys[wanted], return_index=True, return_counts=True)
    column, token = ngrams.columns[wanted][first], ngrams.token[wanted][first]
    return np.stack([column.astype(np.int64), count, np.full_like(count, number), token])
