"""Files that do to the process that opens them what stands in them: inputs that kill and hang readers, for real."""

import os
import signal
import time
from collections import deque
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import fsspec  # type: ignore[import-untyped]  # fsspec ships no types
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]  # the same
from killer_pages import HANG, KILL, SLEEP, ObedientModel

from pipeline.jobs.planning import Cutting

ARMED: Final = ".armed"
"""Beside a file: it is obeyed from now on."""


class ObedientFileSystem(LocalFileSystem):  # type: ignore[misc]  # it has no type
    """Files of this machine as `obedient://PATH`."""

    protocol = "obedient"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.removeprefix("obedient://")))

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:  # noqa: ANN401 - as fsspec has it
        if Path(path).with_name(ARMED).exists():
            obey(Path(path).read_text())
        return super()._open(path, mode, **options)


def obey(text: str) -> None:
    if text.startswith(KILL):
        os.kill(os.getpid(), signal.SIGKILL)
    elif text.startswith(SLEEP):
        time.sleep(60)
    elif text.startswith(HANG):
        deque(repeat(None), maxlen=0)  # never looks at signals


@dataclass(frozen=True)
class ObedientCutting(Cutting):
    """Takes this module, and so the file system, to every process that it is sent to."""


@dataclass(frozen=True)
class ModelWithObedientFiles(ObedientModel):
    """The same for workers that have cut nothing."""


fsspec.register_implementation("obedient", ObedientFileSystem, clobber=True)
