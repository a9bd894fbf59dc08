"""The folder of a finished run, read again: what was run, and its sentences, page by page."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # the same

from pipeline.errors import UsageError

RUN_FILE: Final = "run.json"
_ROWS_AT_ONCE: Final = 65_536


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A folder that `classify -o` has written.

    Attributes:
        path: the folder.
        inputs: what was read.
        model: name and first twelve digits of the digest, `NAME@DIGEST`.
        keep: labels that its cleaned documents keep.
        limit: pages that were done at most; None for all.
    """

    path: Path
    inputs: tuple[str, ...]
    model: str
    keep: tuple[str, ...]
    limit: int | None

    @classmethod
    def open(cls, path: Path) -> "FinishedRun":
        """Read `run.json`.

        Raises:
            UsageError: there is none, or it is damaged.
        """
        try:
            run = json.loads((path / RUN_FILE).read_bytes())
            model, options = run["model"], run["options"]
            name = short_name(model["name"], model["digest"])
            return cls(path, tuple(run["inputs"]), name, tuple(options["keep"]), options["limit"])
        except OSError as error:
            raise UsageError(
                f"{path}: no finished run here; give the -o folder of one, or INPUT to make one"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path / RUN_FILE}: damaged; do the run again with --no-resume") from error

    def sentences(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield sentence rows of whole pages, tens of thousands at a time, labels and kinds as plain strings.

        Args:
            columns: names from `schema.sentence_schema()`, `sent_id` among them; None for all.

        Raises:
            UsageError: a file cannot be read.
        """
        return whole_pages(self._batches(columns))

    def _batches(self, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
        for path in sorted((self.path / "sentences").glob("*.parquet")):
            try:
                with pq.ParquetFile(path) as file:
                    yield from file.iter_batches(_ROWS_AT_ONCE, columns=None if columns is None else list(columns))
            except (OSError, pa.ArrowException) as error:
                raise UsageError(f"{path}: cannot be read; do the run again with --no-resume") from error


def short_name(name: str, digest: str) -> str:
    """How results name a model."""
    return f"{name}@{digest[:12]}"


def whole_pages(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut a stream of rows anew, so that no page is parted; labels and kinds come out as plain strings."""
    waiting: list[pa.RecordBatch] = []
    for batch in map(plain_strings, batches):
        first = batch["sent_id"].to_numpy()
        (begins,) = (first == 0).nonzero()
        if not len(begins):
            waiting.append(batch)
            continue
        last = int(begins[-1])
        waiting.append(batch.slice(0, last))
        yield from _joined(waiting)
        waiting = [batch.slice(last)]
    yield from _joined(waiting)


def plain_strings(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same rows without dictionaries, which may differ from batch to batch."""
    columns = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _joined(batches: Sequence[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    full = [batch for batch in batches if batch.num_rows]
    if full:
        yield from pa.Table.from_batches(full).combine_chunks().to_batches()
