"""Numbers that depend on content alone, to draw samples by: the same sentences are drawn whatever the order of pages.

The sentences with the smallest hashes are a simple random sample (bottom-k sampling, Cohen & Kaplan, 2007), which needs
no more memory than the sample and no second pass.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
from numpy.typing import NDArray

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


def text_hash(text: str) -> int:
    """64 bits of BLAKE2b."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def text_hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(text_hash, texts), np.uint64)


def sentence_hashes(rows: pa.RecordBatch) -> NDArray[np.uint64]:
    """Hash of each sentence's document and place, `(n_sentences,)`."""
    documents = rows["doc_id"].dictionary_encode()
    of_document = text_hashes(documents.dictionary.to_pylist())[documents.indices.to_numpy()]
    return mixed(of_document + rows["start"].to_numpy().astype(np.uint64) * _GOLDEN)


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 64-bit numbers evenly (finalizer of SplitMix64, Steele, Lea & Flood, OOPSLA 2014)."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return np.asarray(values ^ (values >> np.uint64(31)))
