"""The account of a whole run, from the ledgers of its shards: right however often the run was broken off."""

import sys
from collections.abc import Iterator

from pipeline.errors import AccountError, InputError
from pipeline.jobs.account import Account
from pipeline.jobs.code_version import code_version
from pipeline.jobs.ledger import Ledger
from pipeline.jobs.planning import Plan
from pipeline.jobs.run_folder import RunFolder


def account_of_run(folder: RunFolder, plan: Plan) -> dict[str, object]:
    """Sum up the ledgers of all shards, and inputs that could not be read, as `run.json` holds them.

    Raises:
        AccountError: pages or characters of a shard are missing or counted twice, or its ledger is gone.
    """
    account, seconds = Account(), 0.0
    for failure in plan.failures:
        account.pages_in += 1
        account.add_failure(failure)
    for ledger in _ledgers(folder, plan):
        _check(ledger)
        account.pages_in += ledger.account.pages_in
        account.add(ledger.account)
        seconds += ledger.seconds
    account.check()
    versions = {"python": ".".join(map(str, sys.version_info[:3])), **code_version()}
    return {**account.as_json(), "versions": versions, "seconds": round(seconds, 3)}


def failures_of_run(folder: RunFolder, plan: Plan) -> Iterator[InputError]:
    """Yield inputs that could not be read, then the failures of every shard, in the order of the plan."""
    yield from plan.failures
    for ledger in _ledgers(folder, plan):
        yield from ledger.failures


def _ledgers(folder: RunFolder, plan: Plan) -> Iterator[Ledger]:
    for shard in plan.shards:
        ledger = folder.ledger(shard.name)
        if ledger is None:
            raise AccountError(f"shard {shard.name}: its ledger is gone; give the same command again")
        yield ledger


def _check(ledger: Ledger) -> None:
    try:
        ledger.account.check()
    except AccountError as error:
        raise AccountError(f"shard {ledger.shard}: {error}") from error
    if len(ledger.failures) != ledger.account.pages_failed:
        raise AccountError(
            f"shard {ledger.shard}: the account does not balance: {ledger.account.pages_failed} pages failed, but "
            f"{len(ledger.failures)} reasons; add --no-resume to do it again"
        )
