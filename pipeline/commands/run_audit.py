"""What people are to look at of a finished run: review queue, audit sample, comparison, drift."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from shutil import get_terminal_size
from typing import Final

from pipeline.audit.audit_sample import PLAN_FILE, audit_sample, earlier_plan
from pipeline.audit.card_figures import card_figures
from pipeline.audit.compare import COLUMNS as COMPARED_COLUMNS
from pipeline.audit.compare import Comparer, aligned
from pipeline.audit.drift import COLUMNS as DRIFT_COLUMNS
from pipeline.audit.drift import CardFigures, RunFigures, drift
from pipeline.audit.finished_run import FinishedRun
from pipeline.audit.review import review_queue
from pipeline.audit.review_files import refuse_to_overwrite_labels, review_writer, write_review
from pipeline.audit.whole_file import written
from pipeline.commands.audit_options import AUDIT_FILE
from pipeline.commands.audit_tables import comparison_lines, drift_lines, drift_warning
from pipeline.commands.job import chosen_model
from pipeline.commands.options import ClassifyOptions
from pipeline.commands.row_stream import row_stream, short_name_of
from pipeline.errors import ModelError
from pipeline.jobs.account import Account
from pipeline.jobs.models import find_model

COMPARISON_FILE: Final = "compare.json"
CHANGES_FILE: Final = "compare.jsonl"
DRIFT_FILE: Final = "drift.json"

Say = Callable[[object], None]


def refuse_unwritable(options: ClassifyOptions, path: Path) -> None:
    """Tell before the work is done that its result could not be written.

    Raises:
        UsageError: a file's name asks for no known format, or it holds labels.
    """
    sample = options.audit.sample_file or path / AUDIT_FILE if options.audit.sample else None
    for file in (options.audit.review, sample):
        if file:
            review_writer(file)
            refuse_to_overwrite_labels(file)


def audit_run(options: ClassifyOptions, path: Path, say: Say) -> None:
    """Do what the options ask for of the run in a folder, and warn if the run parts from its model's card.

    Raises:
        UsageError: there is no finished run.
        OutputError: a file cannot be written.
    """
    run = FinishedRun.open(path)
    tell = _nothing if options.quiet else say
    _watch_drift(options, run, say)
    if options.audit.review:
        queue = review_queue(run.sentences(), options.audit.review_size, run.model)
        write_review(options.audit.review, queue.picked)
        tell(f"{options.audit.review}: {queue.summary()}")
    if options.audit.sample:
        _draw(run, options.audit.sample, options.audit.sample_file or path / AUDIT_FILE, tell)
    if options.audit.compare:
        _compare(options, run, options.audit.compare, say)


def _draw(run: FinishedRun, size: int, path: Path, tell: Say) -> None:
    plan, picked = audit_sample(run.sentences(), size, run.model, run.keep)
    # What people may have labelled already is not put before them again.
    earlier = earlier_plan(run.path / PLAN_FILE, plan) if path.resolve() != (run.path / AUDIT_FILE).resolve() else ()
    fresh = [one for one in picked if one.sentence.key not in earlier]
    write_review(path, fresh)
    with written(run.path / PLAN_FILE) as file:
        file.write(plan.as_json())
    before = f" ({len(picked) - len(fresh):,} of them before, not repeated here)" if earlier else ""
    files = f"EARLIER {path}" if earlier else path
    tell(f"{path}: {plan.summary()}{before}; fill in new_label, then: --audit-result {files} -o {run.path}")


def _compare(options: ClassifyOptions, run: FinishedRun, other: str, say: Say) -> None:
    again = replace(options, inputs=run.inputs, limit=run.limit, model=other, max_error=None, explain=False)
    model = chosen_model(again, say)
    comparer = Comparer(run.model, short_name_of(model))
    rows = row_stream(again, model, Account(), _nothing)
    with written(run.path / CHANGES_FILE) as file:
        for pair in aligned(run.sentences(COMPARED_COLUMNS), rows):
            for changed in comparer.add(*pair):
                file.write(json.dumps(asdict(changed), ensure_ascii=False) + "\n")
    comparison = comparer.comparison()
    with written(run.path / COMPARISON_FILE) as file:
        file.write(json.dumps(comparison.as_json(), ensure_ascii=False, indent=1) + "\n")
    print(*comparison_lines(comparison, get_terminal_size().columns), sep="\n")


def _watch_drift(options: ClassifyOptions, run: FinishedRun, say: Say) -> None:
    card = _card_of(options, run)
    if card is None:
        if options.audit.drift:
            say(f"nothing is known of what {run.model} was measured on: name the model's folder with --model")
        return
    found = drift(RunFigures.of(run.sentences(DRIFT_COLUMNS)), card)
    if found is None:
        return
    with written(run.path / DRIFT_FILE) as file:
        file.write(json.dumps(found.as_json(), indent=1) + "\n")
    if options.audit.drift:
        print(*drift_lines(found), sep="\n")
    if found.is_shift:
        say(drift_warning(found))


def _card_of(options: ClassifyOptions, run: FinishedRun) -> CardFigures | None:
    """The figures of the model that made the run, if it is here and was measured."""
    try:
        model = find_model(options.model or run.model.partition("@")[0])
    except ModelError:
        return None
    return card_figures(model.path) if short_name_of(model) == run.model else None


def _nothing(_: object) -> None:
    pass
