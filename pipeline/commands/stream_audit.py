"""`--review` and `--compare` without a folder: pages in, and what people are to look at out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import get_terminal_size

from pipeline.audit.compare import Comparer, aligned
from pipeline.audit.review import review_queue
from pipeline.audit.review_files import refuse_to_overwrite_labels, review_writer, write_review
from pipeline.commands.audit_tables import comparison_lines
from pipeline.commands.job import chosen_model
from pipeline.commands.options import SOME_FAILED, ClassifyOptions
from pipeline.commands.row_stream import row_stream, short_name_of
from pipeline.jobs.account import Account

Say = Callable[[object], None]


def audit_stream(options: ClassifyOptions, say: Say) -> int:
    """Do what the options ask for; return the exit status.

    Raises:
        UsageError: the file's name asks for no known format, or it holds labels.
        OutputError: it cannot be written.
    """
    account = Account()
    if options.audit.review:
        _review(options, options.audit.review, account, say)
    if options.audit.compare:
        _compare(options, options.audit.compare, account, say)
    return SOME_FAILED if account.pages_failed else 0


def _review(options: ClassifyOptions, path: Path, account: Account, say: Say) -> None:
    review_writer(path)  # a wrong name is told before the work is done
    refuse_to_overwrite_labels(path)
    model = chosen_model(options, say)
    rows = row_stream(options, model, account, say)
    queue = review_queue(rows, options.audit.review_size, short_name_of(model))
    write_review(path, queue.picked)
    if not options.quiet:
        say(f"{path}: {queue.summary()}")


def _compare(options: ClassifyOptions, other: str, account: Account, say: Say) -> None:
    model = chosen_model(options, say)
    again = replace(options, model=other, max_error=None)
    other_model = chosen_model(again, say)
    comparer = Comparer(short_name_of(model), short_name_of(other_model))
    first = row_stream(options, model, account, say)
    # The same pages fail for the same reasons: once is enough.
    second = row_stream(again, other_model, Account(), lambda _: None)
    for pair in aligned(first, second):
        for _ in comparer.add(*pair):
            pass
    print(*comparison_lines(comparer.comparison(), get_terminal_size().columns), sep="\n")
