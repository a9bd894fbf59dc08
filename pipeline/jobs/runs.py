"""Many pages, many workers: groups of pages in, finished groups out in the same order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain, islice
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
from threadpoolctl import ThreadpoolController

from pipeline.errors import InputError, ModelError, Reason
from pipeline.jobs.account import Account
from pipeline.jobs.cleaning import CleanedDocument, clean_document, split_document
from pipeline.jobs.groups import GROUP_CHARACTERS, GROUP_PAGES, Item, in_groups
from pipeline.jobs.job import TOO_MUCH_MEMORY, UNEXPECTED, Job, LoadableModel, failed_page
from pipeline.jobs.sentence_rows import labelled_sentences, sentence_rows
from pipeline.jobs.tagging import Tagger, extract_all
from pipeline.jobs.time_limit import TimeLimitExceeded, within
from pipeline.preprocess.page import PageOrError
from pipeline.preprocess.readers.streams import one_line

_GROUPS_BEFORE_WORKERS: Final = 8
"""Groups done in this process before workers, which take a second or two to start, are worth it."""


@dataclass(slots=True)
class GroupResult:
    """What became of a group of pages, all in the order of the input.

    Attributes:
        rows: sentence rows, batch by batch.
        documents: cleaned documents, if asked for.
        failures: pages that could not be done.
        account: counts of the group.
    """

    rows: list[pa.RecordBatch] = field(default_factory=list)
    documents: list[CleanedDocument] = field(default_factory=list)
    failures: list[InputError] = field(default_factory=list)
    account: Account = field(default_factory=Account)

    def fail(self, failure: InputError) -> None:
        self.failures.append(failure)
        self.account.add_failure(failure)

    def extend(self, later: "GroupResult") -> None:
        self.rows += later.rows
        self.documents += later.documents
        self.failures += later.failures
        self.account.add(later.account)


def run(
    pages: Iterable[PageOrError],
    model: LoadableModel,
    job: Job,
    account: Account,
    *,
    workers: int | None = None,
    max_group_characters: int = GROUP_CHARACTERS,
    max_group_pages: int = GROUP_PAGES,
) -> Iterator[GroupResult]:
    """Do every page and yield finished groups in the order of the input.

    Neither the rows nor the documents depend on the number of workers or on how pages are grouped.

    Args:
        pages: what `read_pages` yields; they are read in this process.
        model: loaded once in every process that needs it.
        job: what is done with every page.
        account: counts grow in it as groups are finished.
        workers: processes; 1 for this one alone; None for all cores, once there is enough to do.
        max_group_characters: a group is full beyond so many code points.
        max_group_pages: a group is full with so many pages.

    Raises:
        ModelError: the model cannot be loaded.
        AccountError: at the end, if pages or characters are missing or counted twice.
    """
    counted = _counted(pages, account)
    groups = in_groups(counted, max_characters=max_group_characters, max_pages=max_group_pages)
    for result in _results(groups, model, job, workers):
        account.add(result.account)
        yield result
    account.check()


def process_group(pages: Sequence[Item], tagger: Tagger, job: Job) -> GroupResult:
    """Extract, label and clean a group of pages; never raises for what is in a page.

    If anything unforeseen happens, or the group takes longer than a page may, the pages are done one by one, and the
    one at fault becomes a failure.

    Raises:
        ModelError: the model cannot do what the job asks for.
    """
    try:
        return within(job.page_seconds, partial(_processed, pages, tagger, job), or_die=job.may_die)
    except ModelError:
        raise  # no page is at fault
    except TimeLimitExceeded as error:
        fault: BaseException = error
    except Exception as error:  # noqa: BLE001 - one page must not take the others with it
        fault = error
    result = GroupResult()
    if len(pages) == 1:
        result.fail(_failure(pages[0], fault, job))
        return result
    for page in pages:
        result.extend(process_group([page], tagger, job))
    return result


def _results(
    groups: Iterator[Sequence[Item]], model: LoadableModel, job: Job, workers: int | None
) -> Iterator[GroupResult]:
    if workers is None or workers == 1:
        tagger = model.load()
        threads = ThreadpoolController()
        for group in islice(groups, _GROUPS_BEFORE_WORKERS) if workers is None else groups:
            # Products are so small that more threads would only wait for one another, at full speed.
            with threads.limit(limits=1):
                result = process_group(group, tagger, job)
            yield result
    first = next(groups, None)
    if first is not None:
        from pipeline.jobs.workers import map_in_order  # noqa: PLC0415 - a few pages need no workers

        yield from map_in_order(partial(_process_in_worker, model=model, job=job), chain([first], groups), workers)


def _process_in_worker(pages: Sequence[Item], model: LoadableModel, job: Job) -> GroupResult:
    return process_group(pages, loaded_once(model), job)


@cache
def loaded_once(model: LoadableModel) -> Tagger:
    """Load a model, once in this process."""
    return model.load()


def _processed(pages: Sequence[Item], tagger: Tagger, job: Job) -> GroupResult:
    result = GroupResult()
    documents, failures = extract_all(pages)
    for failure in failures:
        result.fail(failure)
    sentences, probabilities = tagger.label(documents)
    why = tagger.explain_labelled(documents, sentences, probabilities) if job.explain else None
    result.rows = [sentence_rows(documents, sentences, probabilities, threshold=tagger.threshold, why=why)]
    labelled = labelled_sentences(sentences, probabilities, len(documents), threshold=tagger.threshold)
    for document, columns in zip(documents, labelled, strict=True):
        cleaned = clean_document(document, columns, job.keep)
        parts = split_document(document, columns, job.keep) if job.split else [cleaned]
        result.account.add_page(document, columns, cleaned, parts)
        result.documents += parts if job.documents else []
    return result


def _failure(page: Item, fault: BaseException, job: Job) -> InputError:
    if isinstance(fault, TimeLimitExceeded):
        detail = f"it takes longer than {job.page_seconds:g} seconds; leave it out, or raise --page-seconds"
        return failed_page(page, Reason.TOO_SLOW, detail)
    if isinstance(fault, MemoryError):
        return failed_page(page, Reason.OUT_OF_MEMORY, TOO_MUCH_MEMORY)
    detail = f"the program failed on it ({type(fault).__name__}: {one_line(fault)}); please report this"
    return failed_page(page, UNEXPECTED, detail)


def _counted(pages: Iterable[PageOrError], account: Account) -> Iterator[PageOrError]:
    for page in pages:
        account.pages_in += 1
        yield page
