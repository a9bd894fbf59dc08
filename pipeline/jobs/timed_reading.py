"""Parts of inputs, read under a limit to the time until the next page, and with no error but those foreseen."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from pipeline.errors import InputError, Reason, WinnowError
from pipeline.jobs.job import TOO_MUCH_MEMORY, UNEXPECTED
from pipeline.jobs.time_limit import TimeLimitExceeded, within
from pipeline.preprocess.file_parts import FilePart, read_part
from pipeline.preprocess.page import MAX_PAGE_BYTES, PageOrError
from pipeline.preprocess.readers.streams import one_line

_BYTES_PER_SECOND: Final = 1_000_000
"""So fast any input is read, slow networks among them; what takes longer than this and a page's time is stuck."""


def reading_seconds(n_bytes: int, page_seconds: float) -> float:
    """The time that reading so many bytes, and the page at their end, may take."""
    return page_seconds + n_bytes / _BYTES_PER_SECOND


def read_in_time(
    part: FilePart, page_seconds: float, *, max_page_bytes: int = MAX_PAGE_BYTES, or_die: bool = False
) -> Iterator[PageOrError]:
    """Yield the pages of a part; where reading gets stuck or fails, a failure stands for the rest of it.

    Args:
        part: what to read.
        page_seconds: the time limit of a page; for each, reading may take the time for the bytes of the part on top,
            and for those before it, which may have to be decompressed.
        max_page_bytes: a page that is larger fails.
        or_die: end the process, which is a worker, if it is stuck in native code.

    Raises:
        ChangedInputError: the file is not what it was.
    """
    before = part.span.start.position if part.span else 0
    seconds = reading_seconds(before + part.size, page_seconds)
    pages = read_part(part, max_page_bytes=max_page_bytes)
    while True:
        try:
            page = within(seconds, partial(next, pages, None), or_die=or_die)
        except TimeLimitExceeded:
            yield unread(part, *too_slow_to_read(page_seconds))
            return
        except WinnowError:
            raise
        except MemoryError:
            yield unread(part, Reason.OUT_OF_MEMORY, TOO_MUCH_MEMORY)
            return
        except Exception as error:  # noqa: BLE001 - an input must not take the others with it
            what = f"the program failed on reading it ({type(error).__name__}: {one_line(error)}); please report this"
            yield unread(part, UNEXPECTED, what)
            return
        if page is None:
            return
        yield page


def unread(part: FilePart, reason: str, detail: str) -> InputError:
    """Say why a part, or the rest of it, is not read."""
    place = f"part at byte {part.span.start.position}" if part.span and part.span.start.position else ""
    return InputError(part.source, reason, detail, place)


def too_slow_to_read(page_seconds: float) -> tuple[str, str]:
    """Reason and detail of a part that was too slow."""
    how_long = f"takes longer than {page_seconds:g} seconds and the time for its bytes"
    return Reason.TOO_SLOW, f"reading it, or the rest of it, {how_long}; leave it out, or raise --page-seconds"
