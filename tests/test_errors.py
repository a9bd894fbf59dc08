import pickle

import pytest

from pipeline.errors import (
    AccountError,
    CorpusError,
    InputError,
    ModelError,
    OutputError,
    Reason,
    UsageError,
    WinnowError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError, 2),
        (InputError, 1),
        (OutputError, 1),
        (ModelError, 2),
        (CorpusError, 2),
        (AccountError, 3),
    ],
)
def test_every_error_has_its_exit_status(error: type[WinnowError], status: int) -> None:
    assert issubclass(error, WinnowError)
    assert error.exit_status == status


def test_a_failure_names_file_place_and_what_is_wrong() -> None:
    assert str(InputError("a.csv", Reason.NO_TEXT, "it is blank", "row 7")) == "a.csv, row 7: it is blank"
    assert str(InputError("a.csv", Reason.NO_TEXT, "it is blank")) == "a.csv: it is blank"


def test_a_failure_can_be_given_its_place_later_and_keeps_its_cause() -> None:
    failure = InputError("a.csv", Reason.CORRUPT, "a quote never closes")
    failure.__cause__ = ValueError("unclosed")
    placed = failure.at("row 7")
    assert str(placed) == "a.csv, row 7: a quote never closes"
    assert placed.reason == Reason.CORRUPT
    assert placed.__cause__ is failure.__cause__


def test_a_failure_comes_back_whole_from_another_process() -> None:
    failure = pickle.loads(pickle.dumps(InputError("a.csv", Reason.MISSING, "no such file", "row 7")))  # noqa: S301 - ours
    assert (failure.source, failure.reason, failure.detail, failure.place) == (
        "a.csv",
        "missing",
        "no such file",
        "row 7",
    )
    assert str(failure) == "a.csv, row 7: no such file"
