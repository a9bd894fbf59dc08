"""`classify -o DIR`: results into a folder."""

import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pipeline.commands.job import chosen_model, do_job
from pipeline.commands.options import SOME_FAILED, ClassifyOptions, winnow_version
from pipeline.commands.plain import plain_line
from pipeline.commands.progress import progress
from pipeline.commands.report import add_report, remove_outdated_report
from pipeline.jobs.account import Account
from pipeline.jobs.models import ModelFolder
from pipeline.jobs.run_folder import RunFolder, RunIdentity, files_summary
from pipeline.preprocess.pages import find_files

_PACKAGES: Final = ("numpy", "pyarrow", "resiliparse", "scikit-learn", "scipy", "spacy")


def write_results(options: ClassifyOptions, path: Path, say: Callable[[object], None]) -> int:
    """Do the pages of a call and write the results, unless the folder already holds them.

    Args:
        options: the call.
        path: the folder.
        say: prints a failure.

    Returns:
        The exit status.
    """
    model, folder = chosen_model(options, say), RunFolder(path)
    identity = _identity(options, model)
    record = folder.finished_run(identity) if options.resume else None
    outcome = "already done; add --no-resume to do it again"
    if record is None:
        folder.refuse_to_hold_inputs(options.inputs)
        started = time.monotonic()
        account = _write(options, folder, model, say)
        outcome = f"written in {time.monotonic() - started:.1f} s"
        record = _record(identity, account, seconds=time.monotonic() - started)
        folder.publish(record)
        remove_outdated_report(path)
    if options.report:
        outcome += f"; {plain_line(str(add_report(path)))}: look and correct"
    if not options.quiet:
        print(_summary(record, path, outcome))
    return SOME_FAILED if _section(record, "pages").get("failed") else 0


def _write(options: ClassifyOptions, folder: RunFolder, model: ModelFolder, say: Callable[[object], None]) -> Account:
    account = Account()
    watched = progress(sys.stderr, shown=sys.stderr.isatty() and not options.quiet)
    name = f"{model.name}@{model.digest[:12]}"
    with folder.results(name, explained=options.explain) as parts, watched as show:
        for result in do_job(options, model, account):
            parts.write(result.rows, result.documents, result.failures)
            for failure in result.failures:
                say(failure)
            show(account)
    return account


def _identity(options: ClassifyOptions, model: ModelFolder) -> RunIdentity:
    return RunIdentity(
        inputs=options.inputs,
        files=files_summary(find_files(options.inputs)),
        options={
            "keep": list(options.keep),
            "split": options.split,
            "limit": options.limit,
            "max_error": options.max_error,
            "explain": options.explain,
        },
        model={"name": model.name, "digest": model.digest},
    )


def _record(identity: RunIdentity, account: Account, *, seconds: float) -> dict[str, object]:
    versions = {"winnow": winnow_version(), "python": platform.python_version()}
    return {
        **identity.as_json(),
        **account.as_json(),
        "versions": versions | {package: version(package) for package in _PACKAGES},
        "seconds": round(seconds, 3),
    }


def _summary(record: dict[str, object], path: Path, outcome: str) -> str:
    pages, characters = _section(record, "pages"), _section(record, "characters")
    return (
        f"{pages['in']:,} pages = {pages['done']:,} done + {pages['failed']:,} failed; "
        f"{characters['in']:,} characters = {characters['kept']:,} kept + {characters['removed']:,} removed + "
        f"{characters['uncertain']:,} uncertain; {plain_line(str(path))}: {outcome}"
    )


def _section(record: dict[str, object], name: str) -> dict[str, Any]:
    section = record[name]
    if not isinstance(section, dict):
        raise TypeError(f"{name} is no object")
    return section
