"""The folder of a run on disk or at a URL: its plan, its ledgers, and the account that appears when all is done.

plan.jsonl                  the files found, how they are cut, and the shards
sentences/SHARD.parquet     results of each shard
documents/SHARD.jsonl.gz
shards/SHARD.json           its ledger, written last: a shard without one that matches is not done
errors.jsonl                from the ledgers, when all shards are done
run.json                    the same, last of all: a folder without it is not whole
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.errors import InputError, UsageError
from pipeline.jobs.ledger import Ledger
from pipeline.jobs.output_folder import OutputFolder
from pipeline.jobs.plan_file import EarlierPlan, plan_lines, read_plan
from pipeline.jobs.planning import Cutting, Plan
from pipeline.jobs.shard_work import ShardTask, files_of, ledger_of
from pipeline.jobs.writers import failure_row, json_line
from pipeline.preprocess.readers.streams import is_url

RUN_FILE: Final = "run.json"
ERRORS_FILE: Final = "errors.jsonl"
PLAN_FILE: Final = "plan.jsonl"
_SUFFIXES: Final = {"sentences": ".parquet", "documents": ".jsonl.gz", "shards": ".json"}


class RunFolder:
    """A folder that holds the results of one run, or will."""

    def __init__(self, output: OutputFolder) -> None:
        self.output = output

    def earlier_plan(self, cutting: Cutting) -> EarlierPlan:
        """Return what a run before this one had planned, empty if there was none."""
        return read_plan(self.output.read(PLAN_FILE), cutting.as_json())

    def make_ready(self, plan: Plan, earlier: EarlierPlan, cutting: Cutting) -> int:
        """Remove the results of shards that are no more, and write the plan.

        Returns:
            The number of shards whose results were removed.

        Raises:
            UsageError: there are results here that winnow has not written.
        """
        planned = {shard.name for shard in plan.shards}
        sizes = {folder: self.output.sizes(folder) for folder in _SUFFIXES}
        outdated = (earlier.shards | _names(sizes, "shards")) - planned
        self._refuse_others_results(sizes, planned | outdated)
        here = _names(sizes, "sentences") | _names(sizes, "documents") | _names(sizes, "shards")
        removed = sorted(outdated & here)
        if removed:
            self.withdraw()
        for name in removed:
            for file in (ledger_of(name), *files_of(name)):
                self.output.remove(file)
        text = "".join(plan_lines(cutting.as_json(), plan.files, (shard.name for shard in plan.shards))).encode()
        if self.output.read(PLAN_FILE) != text:
            self.output.write(PLAN_FILE, text)
        return len(removed)

    def remove_temporary_files(self) -> None:
        """Remove what writers that were killed have left."""
        for folder in ("", *_SUFFIXES):
            self.output.remove_temporary_files(folder)

    def forget(self) -> None:
        """Remove all ledgers: every shard will be done again."""
        self.withdraw()
        for name in self.output.sizes("shards"):
            self.output.remove(f"shards/{name}")

    def withdraw(self) -> None:
        """Remove the account, so that the folder does not look whole while shards are done."""
        for name in (RUN_FILE, ERRORS_FILE):
            self.output.remove(name)

    def is_done(self, tasks: Iterable[ShardTask]) -> Iterator[bool]:
        """Tell of each shard whether a ledger of just this shard is there, and the files that it names."""
        sizes = {f"{folder}/{name}": size for folder in _SUFFIXES for name, size in self.output.sizes(folder).items()}
        for task in tasks:
            name = ledger_of(task.shard.name)
            ledger = self.ledger(task.shard.name) if name in sizes else None
            yield (
                ledger is not None
                and ledger.covers(task.made_from, task.job.page_seconds)
                and set(ledger.files) == set(files_of(task.shard.name))
                and all(sizes.get(file) == size for file, size in ledger.files.items())
            )

    def ledger(self, shard: str) -> Ledger | None:
        """Return the ledger of a shard; None if there is none that can be read."""
        content = self.output.read(ledger_of(shard))
        return None if content is None else Ledger.from_json(content)

    def record(self) -> dict[str, Any] | None:
        """Return `run.json` of a run that is done; None if there is none."""
        try:
            run = json.loads(self.output.read(RUN_FILE) or b"null")
        except ValueError:
            return None
        return run if isinstance(run, dict) else None

    def publish(self, record: Mapping[str, object], failures: Iterable[InputError]) -> None:
        """Write the failures and then the account."""
        with self.output.new_file(ERRORS_FILE) as file:
            for failure in failures:
                file.write(json_line(failure_row(failure)).encode())
        self.output.write(RUN_FILE, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode())

    def refuse_to_hold_inputs(self, inputs: Sequence[str]) -> None:
        """Make sure that a run does not read the results of another, or its own when it is taken up again.

        Raises:
            UsageError: this folder lies in an input folder.
        """
        for given in inputs:
            if _is_inside(self.output.url, given):
                raise UsageError(
                    f"{self.output.url}: it lies in the input folder {given}, so its files would be read as pages; "
                    "choose a folder outside"
                )

    def _refuse_others_results(self, sizes: Mapping[str, Mapping[str, int]], own: set[str]) -> None:
        for folder in ("sentences", "documents"):
            for file in sorted(sizes[folder]):
                name = file.removesuffix(_SUFFIXES[folder])
                if name != file and name not in own:
                    raise UsageError(
                        f"{self.output.url}/{folder}/{file}: no run of winnow here has written it; "
                        "move it away, or choose another folder"
                    )


def _names(sizes: Mapping[str, Mapping[str, int]], folder: str) -> set[str]:
    """The shards that have a file in a folder."""
    suffix = _SUFFIXES[folder]
    return {name.removesuffix(suffix) for name in sizes[folder] if name.endswith(suffix) and name[0] != "."}


def _is_inside(output: str, folder: str) -> bool:
    if is_url(output) or is_url(folder):
        return f"{output}/".startswith(f"{folder.rstrip('/')}/")
    return Path(folder).is_dir() and Path(output).resolve().is_relative_to(Path(folder).resolve())
