import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_lines import LINES, MIXED, NEWS, NOISE, TREATMENT, page
from numpy.typing import NDArray
from threadpoolctl import threadpool_info, threadpool_limits

from pipeline.classifier.persistence import load_classifier, load_word_vectors, save_classifier
from pipeline.errors import AccountError, InputError, ModelError
from pipeline.jobs.account import Account
from pipeline.jobs.groups import GROUP_CHARACTERS, GROUP_PAGES
from pipeline.jobs.job import Job, LoadableModel
from pipeline.jobs.models import find_model
from pipeline.jobs.runs import GroupResult, run
from pipeline.jobs.tagging import Tagger
from pipeline.preprocess.document import Document
from pipeline.preprocess.page import Page, PageOrError
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter
from pipeline.schema import WANTED_LABELS

KEEP_WANTED = Job(frozenset(WANTED_LABELS))
LINE = st.sampled_from([line for lines in LINES.values() for line in lines])
CONTENT = st.lists(LINE | st.just("<b>Menu</b>"), max_size=5).map("\n".join)


class SplitterThatFails(SentenceSplitter):
    """Fails on every batch that holds a certain word."""

    def split(self, documents: Sequence[Document]) -> SentenceBatch:
        for document in documents:
            if "boom" in document.text:
                raise RuntimeError(f"cannot split\n{document.id}")
            if "swell" in document.text:
                raise MemoryError
        return super().split(documents)


class SplitterThatTellsItsProcess(SentenceSplitter):
    def split(self, documents: Sequence[Document]) -> SentenceBatch:
        del documents
        raise RuntimeError(f"process {os.getpid()}")


@dataclass(frozen=True)
class ModelThatTellsItsProcess:
    def load(self) -> Tagger:
        return Tagger(SplitterThatTellsItsProcess(), NoClassifier())


class NoClassifier:
    classes_ = np.array(["news"])

    def predict_proba(self, X: sp.csr_matrix, *, pages: NDArray[np.int32]) -> NDArray[np.float32]:
        raise NotImplementedError


@dataclass(frozen=True)
class FailingModel:
    folder: Path

    def load(self) -> Tagger:
        return Tagger(SplitterThatFails(), load_classifier(self.folder), words=load_word_vectors(self.folder))


def done(
    pages: Iterable[PageOrError],
    model: LoadableModel,
    job: Job = KEEP_WANTED,
    *,
    workers: int | None = None,
    max_pages: int = GROUP_PAGES,
    max_characters: int = GROUP_CHARACTERS,
) -> tuple[GroupResult, Account]:
    """Run to the end and put the groups together."""
    account, whole = Account(), GroupResult()
    limits = {"max_group_pages": max_pages, "max_group_characters": max_characters}
    for result in run(pages, model, job, account, workers=workers, **limits):
        whole.extend(result)
    return whole, account


def rows_of(result: GroupResult) -> list[dict[str, Any]]:
    return [row for batch in result.rows for row in batch.to_pylist()]


def test_rows_and_documents_come_in_the_order_of_the_pages(model_folder: Path) -> None:
    pages = [page(f"{NOISE}\n{TREATMENT}", "b"), page(NEWS, "a")]
    result, account = done(pages, find_model(model_folder))
    assert [(row["doc_id"], row["label"]) for row in rows_of(result)] == [
        ("b", "noise"),
        ("b", "treatment"),
        ("a", "news"),
    ]
    assert [(document.id, document.text.strip()) for document in result.documents] == [
        ("b", TREATMENT),
        ("a", NEWS),
    ]
    assert (account.pages_in, account.pages_done, account.pages_failed) == (2, 2, 0)


def test_a_split_page_gives_a_document_for_each_label(model_folder: Path) -> None:
    result, account = done([page(MIXED)], find_model(model_folder), Job(frozenset(["news", "noise"]), split=True))
    assert [document.id for document in result.documents] == ["page#news", "page#noise"]
    assert account.characters_kept == sum(document.characters_kept for document in result.documents)


def test_every_failure_keeps_its_reason_and_its_place_in_the_order(model_folder: Path) -> None:
    pages: list[PageOrError] = [
        page(" ", "blank"),
        InputError("gone.txt", "missing", "no such file"),
        page(NEWS),
        page("<i></i>", "bare", is_html=True),
    ]
    result, account = done(pages, find_model(model_folder))
    assert [(failure.source, failure.reason) for failure in result.failures] == [
        ("blank", "no_text"),
        ("gone.txt", "missing"),
        ("bare", "no_text"),
    ]
    assert dict(account.failures) == {"no_text": 2, "missing": 1}
    assert account.pages_done == 1


def test_a_page_the_program_fails_on_does_not_take_its_group_with_it(model_folder: Path) -> None:
    pages = [page(NEWS, "a"), page("boom", "b"), page(" ", "c"), page(NEWS, "d")]
    result, account = done(pages, FailingModel(model_folder))
    assert [row["doc_id"] for row in rows_of(result)] == ["a", "d"]
    assert [str(failure) for failure in result.failures] == [
        "b: the program failed on it (RuntimeError: cannot split b); please report this",
        "c: there is no visible text; leave it out",
    ]
    assert dict(account.failures) == {"unexpected": 1, "no_text": 1}


def test_a_page_that_needs_too_much_memory_fails_alone_and_says_so(model_folder: Path) -> None:
    result, _ = done([page(NEWS, "a"), page("swell", "b")], FailingModel(model_folder))
    assert [row["doc_id"] for row in rows_of(result)] == ["a"]
    assert [(failure.reason, str(failure)) for failure in result.failures] == [
        ("out_of_memory", "b: it needs more memory than a worker may take; leave it out, or raise --page-bytes")
    ]


def test_the_failing_page_of_a_file_is_named(model_folder: Path) -> None:
    in_file = Page("row 7", "", "pages.jsonl", "boom", is_html=False)
    result, _ = done([in_file], FailingModel(model_folder))
    assert (result.failures[0].source, result.failures[0].place) == ("pages.jsonl", "page row 7")


def test_a_page_that_vanishes_is_told_at_the_end(model_folder: Path) -> None:
    class Forgetful(Account):
        def add(self, part: Account) -> None:
            """Lose what is given."""

    results = run([page(NEWS)], find_model(model_folder), KEEP_WANTED, Forgetful(), workers=1)
    with pytest.raises(AccountError, match=r"1 pages in, but 0 done \+ 0 failed"):
        list(results)


def test_no_pages_balance(model_folder: Path) -> None:
    _, account = done([], find_model(model_folder))
    assert account == Account()


def test_a_model_that_cannot_be_loaded_is_told_by_workers_too(model_folder: Path) -> None:
    @dataclass(frozen=True)
    class Unreadable:
        def load(self) -> Tagger:
            raise ModelError("broken: the model is refused")

    assert model_folder.exists()
    for workers in (None, 1, 2):
        with pytest.raises(ModelError, match="broken"):
            done([page(NEWS)], Unreadable(), workers=workers)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(CONTENT, st.booleans()), max_size=8), st.integers(1, 3), st.integers(1, 60))
def test_results_depend_neither_on_workers_nor_on_groups(
    model_folder: Path, contents: list[tuple[str, bool]], max_pages: int, max_characters: int
) -> None:
    pages = [page(text, f"{number}", is_html=html) for number, (text, html) in enumerate(contents)]
    expected, account = done(pages, find_model(model_folder), workers=1)
    for workers in (1, 2, None):
        result, same_account = done(
            pages, find_model(model_folder), workers=workers, max_pages=max_pages, max_characters=max_characters
        )
        assert rows_of(result) == rows_of(expected)
        assert result.documents == expected.documents
        assert [str(failure) for failure in result.failures] == [str(failure) for failure in expected.failures]
        assert same_account.as_json() == account.as_json()


def test_workers_take_over_once_there_is_enough_to_do() -> None:
    pages = [page(NEWS, f"{number}") for number in range(20)]
    result, _ = done(pages, ModelThatTellsItsProcess(), max_pages=1)
    is_here = [f"process {os.getpid()})" in failure.detail for failure in result.failures]
    assert is_here == [True] * 8 + [False] * 12


def test_a_single_worker_is_this_process() -> None:
    pages = [page(NEWS, f"{number}") for number in range(20)]
    result, _ = done(pages, ModelThatTellsItsProcess(), workers=1, max_pages=1)
    assert all(f"process {os.getpid()})" in failure.detail for failure in result.failures)


def test_a_page_is_done_on_one_thread_and_the_caller_keeps_its_own(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def threads() -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info()}

    seen = []

    def see_threads(*_arguments: object) -> GroupResult:
        seen.append(threads())
        return GroupResult()

    monkeypatch.setattr("pipeline.jobs.runs.process_group", see_threads)
    with threadpool_limits(2):
        next(run([page(NEWS)], find_model(model_folder), KEEP_WANTED, Account(), workers=1))
        assert (seen, threads()) == ([{1}], {2})


def test_characters_of_uncertain_sentences_are_counted_apart(measured_model_folder: Path) -> None:
    undecided = find_model(measured_model_folder).abstaining(0.01)
    result, account = done([page(MIXED)], undecided)
    assert all(row["uncertain"] for row in rows_of(result))
    assert [document.text for document in result.documents] == [""]
    assert (account.characters_kept, account.characters_removed, account.characters_uncertain) == (0, 0, len(MIXED))


def test_sentences_are_explained_only_if_the_job_says_so(model_folder: Path) -> None:
    explained, _ = done([page(MIXED)], find_model(model_folder), Job(frozenset(["news"]), explain=True))
    plain, _ = done([page(MIXED)], find_model(model_folder))
    rows = rows_of(explained)
    assert [json.loads(row.pop("why"))["label"] for row in rows] == [row["label"] for row in rows]
    assert rows == rows_of(plain)


def test_explanations_do_not_depend_on_workers_or_groups(measured_model_folder: Path) -> None:
    pages = [page(f"{line}\n{MIXED}", line) for lines in LINES.values() for line in lines]
    job = Job(frozenset(WANTED_LABELS), explain=True)
    expected, _ = done(pages, find_model(measured_model_folder), job, workers=1)
    result, _ = done(pages, find_model(measured_model_folder), job, workers=2, max_pages=2)
    assert rows_of(result) == rows_of(expected)


def test_a_model_that_cannot_explain_is_at_fault_and_not_the_page(model_folder: Path, tmp_path: Path) -> None:
    save_classifier(load_classifier(model_folder), tmp_path, {"vocabulary.json": "[]"}, load_word_vectors(model_folder))
    with pytest.raises(ModelError, match="not a vocabulary"):
        done([page(MIXED)], find_model(tmp_path), Job(frozenset(["news"]), explain=True), workers=1)
