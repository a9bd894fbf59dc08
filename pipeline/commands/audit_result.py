"""`--audit-result`: labels of an audit in, shares over the whole run out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from pipeline.audit.audit_sample import PLAN_FILE, read_plan
from pipeline.audit.estimate import estimate
from pipeline.audit.whole_file import written
from pipeline.commands.audit_tables import estimate_lines
from pipeline.errors import UsageError
from pipeline.training.corrections import read_corrections

RESULT_FILE: Final = "audit-result.json"


def print_estimate(paths: Sequence[Path], folder: Path | None, say: Callable[[object], None]) -> int:
    """Print the estimate, write it beside the plan, and return the exit status.

    Args:
        paths: the sentences of an audit, labelled, in any format of `training.annotations`.
        folder: the run's; None for that in which the first file lies.
        say: prints what was left out.

    Raises:
        UsageError: there is no plan, or no label of a sentence in it.
        CorpusError: the file cannot be read.
        OutputError: the result cannot be written.
    """
    folder = folder or paths[0].parent
    names = ", ".join(map(str, paths))
    plan = read_plan(folder / PLAN_FILE)
    corrections = read_corrections(paths)
    if corrections.n_repeated or corrections.n_unlabelled:
        say(corrections.summary())
    result = estimate(plan, {correction.key: correction.new_label for correction in corrections.sentences})
    if not result.n_labelled:
        raise UsageError(f"{names}: no sentence of {folder / PLAN_FILE} is labelled here; fill in new_label")
    if result.n_foreign:
        say(f"{names}: {result.n_foreign} labelled sentences are not in {folder / PLAN_FILE}; they count for nothing")
    if result.n_labelled < result.n_drawn:
        say(f"{result.n_drawn - result.n_labelled} sentences have no label; they are taken to be like the others")
    with written(folder / RESULT_FILE) as file:
        file.write(json.dumps({"model": plan.model, "keep": plan.keep, **asdict(result)}, indent=1) + "\n")
    print(f"{folder}: labels of {plan.model}; wanted: {', '.join(plan.keep)}")
    print(*estimate_lines(result), sep="\n")
    return 0
