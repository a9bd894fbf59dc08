"""Models that do to their process what a page tells them: pages that kill and hang workers, for real."""

import os
import signal
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Final

from pipeline.jobs.models import find_model
from pipeline.jobs.tagging import Tagger
from pipeline.preprocess.document import Document
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter

KILL: Final = "kill -9 the worker"
KILL_ONCE: Final = "kill -9 the worker, but once"
SLEEP: Final = "sleep in Python"
HANG: Final = "hang in native code"


class ObedientSplitter(SentenceSplitter):
    """Does what documents say."""

    def __init__(self, once: Path | None) -> None:
        super().__init__()
        self._once = once

    def split(self, documents: Sequence[Document]) -> SentenceBatch:
        for document in documents:
            self._obey(document.text)
        return super().split(documents)

    def _obey(self, text: str) -> None:
        if text.startswith(KILL_ONCE):
            if self._once is not None and not self._once.exists():
                self._once.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        elif text.startswith(KILL):
            os.kill(os.getpid(), signal.SIGKILL)
        elif text.startswith(SLEEP):
            time.sleep(60)
        elif text.startswith(HANG):
            deque(repeat(None), maxlen=0)  # never looks at signals


@dataclass(frozen=True)
class ObedientModel:
    """A model with an obedient splitter.

    Attributes:
        folder: of the model.
        once: file that remembers that a worker was killed once.
        digest: as of a model folder.
    """

    folder: Path
    once: Path | None = None
    digest: str = "00"

    @property
    def name(self) -> str:
        return self.folder.name

    def load(self) -> Tagger:
        loaded = find_model(self.folder).load()
        return Tagger(ObedientSplitter(self.once), loaded.classifier, words=loaded.words)
