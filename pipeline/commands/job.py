"""The job that a call's options describe."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pipeline.classifier.abstention import DECIDES_NOTHING
from pipeline.commands.options import ClassifyOptions
from pipeline.jobs.account import Account
from pipeline.jobs.groups import GROUP_PAGES
from pipeline.jobs.job import Job
from pipeline.jobs.models import ModelFolder, find_model
from pipeline.preprocess.pages import read_pages

if TYPE_CHECKING:
    from pipeline.jobs.runs import GroupResult


def chosen_model(options: ClassifyOptions, say: Callable[[object], None]) -> ModelFolder:
    """Find the model of a call, and say so if it has to leave every sentence undecided.

    Raises:
        ModelError: there is no such model, or `--max-error` is given and nothing is known about its errors.
    """
    model = find_model(options.model)
    if options.max_error is None:
        return model
    model = model.abstaining(options.max_error)
    if model.threshold == DECIDES_NOTHING:
        say(f"--max-error {options.max_error:g}: {model.name} cannot promise that; every sentence is uncertain")
    return model


def do_job(
    options: ClassifyOptions, model: ModelFolder, account: Account, *, page_by_page: bool = False
) -> Iterator["GroupResult"]:
    """Do the pages of a call.

    Args:
        options: the call.
        model: labels the sentences.
        account: counts grow in it.
        page_by_page: hand out every page as soon as it is done, for people who watch; slower.

    Raises:
        ModelError: the model cannot be loaded.
        AccountError: at the end, if the account does not balance.
    """
    from pipeline.jobs.runs import run  # noqa: PLC0415 - a run into a folder needs no spaCy but in its workers

    return run(
        read_pages(options.inputs, limit=options.limit, max_page_bytes=options.page_bytes),
        model,
        job_of(options),
        account,
        workers=options.workers or (1 if page_by_page else None),
        max_group_pages=1 if page_by_page else GROUP_PAGES,
    )


def job_of(options: ClassifyOptions, *, may_die: bool = False) -> Job:
    """What a call does with every page, in processes that may die or in one that may not."""
    return Job(
        frozenset(options.keep),
        options.split,
        explain=options.explain,
        page_seconds=options.page_seconds,
        may_die=may_die,
    )
