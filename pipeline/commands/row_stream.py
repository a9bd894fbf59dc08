"""The sentence rows of a call as they come, for those who look at all of them once."""

from collections.abc import Callable, Iterator

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipeline.audit.finished_run import short_name, whole_pages
from pipeline.commands.job import do_job
from pipeline.commands.options import ClassifyOptions
from pipeline.jobs.account import Account
from pipeline.jobs.models import ModelFolder


def row_stream(
    options: ClassifyOptions, model: ModelFolder, account: Account, say: Callable[[object], None]
) -> Iterator[pa.RecordBatch]:
    """Yield rows of whole pages, labels as plain strings.

    Args:
        options: the call.
        model: labels the sentences.
        account: counts grow in it.
        say: prints a failure.
    """
    return whole_pages(_rows(options, model, account, say))


def short_name_of(model: ModelFolder) -> str:
    return short_name(model.name, model.digest)


def _rows(
    options: ClassifyOptions, model: ModelFolder, account: Account, say: Callable[[object], None]
) -> Iterator[pa.RecordBatch]:
    for result in do_job(options, model, account):
        for failure in result.failures:
            say(failure)
        yield from result.rows
