"""Pages as Arrow batches in, sentences as Arrow batches out: one pure function for engines with workers of their own.

Spark, whose executors need winnow installed:

    schema = pyspark.sql.pandas.types.from_arrow_schema(tagged_schema())
    pages.mapInArrow(functools.partial(tag_batches, model=find_model()), schema)

Ray:

    def tag(table):
        return pa.Table.from_batches(tag_batches(table.to_batches(), find_model()), tagged_schema())

    pages.map_batches(tag, batch_format="pyarrow")

Both call it for one partition at a time, on any machine and as often as they like: it reads and writes nothing else,
and the same batches give the same rows.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipeline.errors import InputError
from pipeline.jobs.groups import in_groups
from pipeline.jobs.job import Job, LoadableModel
from pipeline.jobs.runs import loaded_once, process_group
from pipeline.preprocess.page import Page, PageOrError
from pipeline.preprocess.readers.rows import page_of_row
from pipeline.schema import WANTED_LABELS, sentence_schema

_COLUMNS: Final = ("id", "url", "text", "html", "content")
_ROWS_AT_A_TIME: Final = 64


def tagged_schema() -> pa.Schema:
    """`schema.sentence_schema()` with plain strings, and a last column `failure`, null but for pages that failed."""
    plain = [
        pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type)
        for field in sentence_schema()
    ]
    return pa.schema([*plain, pa.field("failure", pa.string())])


def tag_batches(
    batches: Iterable[pa.RecordBatch], model: LoadableModel, job: Job | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the sentences of all pages, in order; a page that failed has one row, with the reason in `failure`.

    Args:
        batches: a page a row, with a column `text`, `html` or `content`, and perhaps `id` and `url`; pages without
            an id are numbered over the batches given.
        model: loaded once in this process.
        job: limits for a page; its labels and documents play no part.

    Returns:
        Batches of `tagged_schema()`.

    Raises:
        ModelError: the model cannot be loaded.
    """
    chosen = job or Job(frozenset(WANTED_LABELS), documents=False)
    for group in in_groups(_pages(batches)):
        result = process_group(group, loaded_once(model), chosen)
        for rows in result.rows:
            yield _tagged(rows)
        if result.failures:
            yield _failed(result.failures)


def _pages(batches: Iterable[pa.RecordBatch]) -> Iterator[PageOrError]:
    number = 0
    for batch in batches:
        known = batch.select([name for name in _COLUMNS if name in batch.schema.names])
        for start in range(0, batch.num_rows, _ROWS_AT_A_TIME):
            for row in known.slice(start, _ROWS_AT_A_TIME).to_pylist():
                number += 1
                page = page_of_row(row, source="", number=number, place="")
                name = row.get("id")
                yield _named(page, f"#{number}" if name is None else str(name))


def _named(page: PageOrError, name: str) -> PageOrError:
    """Let failures name the row and no file."""
    if isinstance(page, InputError):
        return InputError(name, page.reason, page.detail)
    return Page(name, page.url, name, page.content, page.is_html)


def _tagged(rows: pa.RecordBatch) -> pa.RecordBatch:
    schema = tagged_schema()
    columns = [rows.column(field.name).cast(field.type) for field in schema if field.name != "failure"]
    return pa.RecordBatch.from_arrays([*columns, pa.nulls(rows.num_rows, pa.string())], schema=schema)


def _failed(failures: Iterable[InputError]) -> pa.RecordBatch:
    rows = [{"doc_id": failure.source, "failure": f"{failure.reason}: {failure.detail}"} for failure in failures]
    return pa.RecordBatch.from_pylist(rows, tagged_schema())
