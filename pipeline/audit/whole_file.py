"""Files that appear only when they are complete."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pipeline.errors import OutputError


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """Open a UTF-8 file for writing, which takes its name at the end; after an exception nothing remains of it.

    Raises:
        OutputError: the system refuses to write.
    """
    temporary = path.with_name(f".{path.name}.unfinished")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)
