"""One shard: its pages in, its files of results and its ledger out. The same call here, in a worker, on a cluster."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import islice
from typing import Protocol

from threadpoolctl import threadpool_limits

from pipeline.errors import AccountError, InputError
from pipeline.jobs.account import Account
from pipeline.jobs.groups import in_groups
from pipeline.jobs.job import Job, LoadableModel, failed_page
from pipeline.jobs.ledger import Ledger
from pipeline.jobs.output_folder import OutputFolder
from pipeline.jobs.shards import Shard
from pipeline.jobs.timed_reading import read_in_time, unread
from pipeline.jobs.writers import DocumentFile, SentenceFile
from pipeline.preprocess.page import MAX_PAGE_BYTES, Page, PageOrError


class NamedModel(LoadableModel, Protocol):
    """A model whose name and digest stand for what it says.

    Attributes:
        name: how results name it.
        digest: hexadecimal.
    """

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ShardTask:
    """All that a worker needs to do a shard; cheap to send to another process.

    Attributes:
        shard: what to read.
        model: loaded once in every process.
        job: what to do with every page.
        output: the folder of the run.
        made_from: the shard's origin, for the ledger.
        max_page_bytes: a page that is larger fails.
        set_aside: pages not to be touched, by their place in the shard from 0, with the reason and the detail.
        unread: parts not to be read, by their place in the shard from 0, likewise.
    """

    shard: Shard
    model: NamedModel
    job: Job
    output: OutputFolder
    made_from: Mapping[str, object]
    max_page_bytes: int = MAX_PAGE_BYTES
    set_aside: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    unread: Mapping[int, tuple[str, str]] = field(default_factory=dict)


def files_of(shard: str) -> tuple[str, str]:
    """Names of a shard's files of results in the folder of the run: sentences and documents."""
    return f"sentences/{shard}.parquet", f"documents/{shard}.jsonl.gz"


def ledger_of(shard: str) -> str:
    """Name of a shard's ledger in the folder of the run."""
    return f"shards/{shard}.json"


def get_ready() -> None:
    """Import what doing pages needs; the process that hands out shards does without it and begins the sooner."""
    import_module("pipeline.jobs.runs")


def do_shard(task: ShardTask) -> Ledger:
    """Do the pages of a shard and write its files, the ledger last.

    Raises:
        ChangedInputError: an input is no longer what was planned.
        OutputError: the system refuses to write.
        ModelError: the model cannot be loaded.
        AccountError: pages or characters of the shard are missing or counted twice.
    """
    started = time.monotonic()
    # Sums must not depend on how they are parted among threads.
    with threadpool_limits(1):
        account, failures = _write_results(task)
    try:
        account.check()
    except AccountError as error:
        raise AccountError(f"shard {task.shard.name}: {error}") from error
    sizes = {name: task.output.size(name) for name in files_of(task.shard.name)}
    seconds = time.monotonic() - started
    ledger = Ledger(task.shard.name, task.made_from, task.job.page_seconds, account, tuple(failures), sizes, seconds)
    task.output.write(ledger_of(task.shard.name), ledger.as_json().encode())
    return ledger


def count_pages(task: ShardTask) -> int:
    """Read a shard and count its pages, unreadable ones among them."""
    return sum(1 for _ in pages_of(task))


def try_reading(task: ShardTask, first: int, last: int) -> None:
    """Read the parts `first` to `last - 1` of a shard and keep nothing: which of them kills its worker?"""
    for _ in read_parts(task, range(first, last)):
        pass


def try_pages(task: ShardTask, first: int, last: int) -> None:
    """Do the pages `first` to `last - 1` of a shard and keep nothing: which of them kills its worker?"""
    from pipeline.jobs.runs import loaded_once, process_group  # noqa: PLC0415 - as in `get_ready`

    tagger = loaded_once(task.model)
    with threadpool_limits(1):
        for group in in_groups(islice(pages_of(task), first, last)):
            process_group(group, tagger, task.job)


def pages_of(task: ShardTask) -> Iterator[PageOrError]:
    """Read the pages of a shard; those set aside come as failures.

    Raises:
        ChangedInputError: an input is no longer what was planned.
    """
    pages = read_parts(task, range(len(task.shard.parts)))
    for number, page in enumerate(pages):
        yield failed_page(page, *task.set_aside[number]) if number in task.set_aside else page


def read_parts(task: ShardTask, numbers: Iterable[int]) -> Iterator[PageOrError]:
    """Read some parts of a shard, up to its limit; the part in which that falls is read on, to compare its digest.

    Raises:
        ChangedInputError: an input is no longer what was planned.
    """
    left = math.inf if task.shard.limit is None else task.shard.limit
    for number in numbers:
        if left <= 0:
            return
        for page in _read_part(task, number):
            if left > 0:
                left -= isinstance(page, Page)
                yield page


def _read_part(task: ShardTask, number: int) -> Iterator[PageOrError]:
    part = task.shard.parts[number]
    if number in task.unread:
        yield unread(part, *task.unread[number])
        return
    yield from read_in_time(part, task.job.page_seconds, max_page_bytes=task.max_page_bytes, or_die=task.job.may_die)


def _write_results(task: ShardTask) -> tuple[Account, list[InputError]]:
    from pipeline.jobs.runs import loaded_once, process_group  # noqa: PLC0415 - as in `get_ready`

    account, failures = Account(), []
    tagger = loaded_once(task.model)
    model = f"{task.model.name}@{task.model.digest[:12]}"
    job = replace(task.job, documents=True)
    with ExitStack() as stack:
        new_files = (stack.enter_context(task.output.new_file(name)) for name in files_of(task.shard.name))
        sentence_file, document_file = new_files
        sentences = stack.enter_context(SentenceFile(sentence_file, explained=job.explain))
        documents = stack.enter_context(DocumentFile(document_file, model))
        for group in in_groups(pages_of(task)):
            result = process_group(group, tagger, job)
            for rows in result.rows:
                sentences.write(rows)
            for document in result.documents:
                documents.write(document)
            failures += result.failures
            account.pages_in += len(group)
            account.add(result.account)
    return account, failures
