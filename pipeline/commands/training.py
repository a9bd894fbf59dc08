"""What `train.py` does: read, measure, fit, write."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.abstention import ABSTENTION_FILE
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.persistence import load_word_vectors, save_classifier
from pipeline.classifier.vocabulary import VOCABULARY_FILE
from pipeline.errors import CorpusError, OutputError
from pipeline.training.card import TrainingData, metrics_json, model_card, risk_coverage_table, score_table
from pipeline.training.corpus import LabelledPage, read_corpus
from pipeline.training.correction_evaluation import (
    CorrectionResults,
    corrected_table,
    correction_predictions,
    macro_f1_table,
    measure_corrections,
)
from pipeline.training.correction_pages import correction_pages
from pipeline.training.corrections import Corrections, read_corrections
from pipeline.training.evaluation import Predictions, cross_validate, cross_validate_and_fit, hold_out
from pipeline.training.fit import fit_classifier
from pipeline.training.ngram_vocabulary import column_vocabulary
from pipeline.training.silver import read_silver_labels, with_silver_labels
from pipeline.training.site_figures import SITES_FILE
from pipeline.training.table import UnitTable, unit_table


def train(options: argparse.Namespace, command: str) -> None:
    """Do one call of `train.py`.

    Args:
        options: the call.
        command: how it was called, for the card.

    Raises:
        CorpusError: the pages or corrections cannot be read, measured or learned from.
        WorseModelError: corrections made the model worse.
        OutputError: the model cannot be written.
    """
    corpus = _corpus(options)
    corrections = read_corrections(options.corrections)
    pages = [*corpus, *correction_pages(corrections.sentences)]
    _say(f"{len(corpus)} pages read, {sum(len(page.units) for page in corpus)} units; tokenizing")
    table = unit_table(pages, load_word_vectors(options.words))
    if options.corrections:
        _train_with_corrections(options, command, pages, table, corrections)
        return
    if options.evaluate:
        _measured(table, pages, options)
        return
    results, classifier = _measured_and_fitted(table, pages, options)
    _write(options, command, pages, table, classifier, results=results)


def _corpus(options: argparse.Namespace) -> list[LabelledPage]:
    pages = read_corpus(options.corpus or [Path("corpus")])
    return pages if options.silver is None else with_silver_labels(pages, read_silver_labels(options.silver))


def _train_with_corrections(
    options: argparse.Namespace,
    command: str,
    pages: Sequence[LabelledPage],
    table: UnitTable,
    corrections: Corrections,
) -> None:
    _say(f"corrections: {corrections.summary()}")
    if not corrections.sentences:
        raise CorpusError(f"{options.corrections[0]}: no labelled sentence to learn from; fill in new_label")
    n_pages = len(pages) - len(corrections.sentences)
    changes = None if options.no_evaluation else _measured_changes(table, pages[:n_pages], options)
    classifier = _fitted(table, options)
    results: Mapping[str, Predictions] = {}
    section = ""
    if changes is not None:
        results, section = changes.with_corrections, _section(changes, corrections, classifier, table, n_pages)
        print(score_table(results), section, sep="\n\n")
    if options.evaluate:
        return
    if changes is not None and not options.allow_worse:
        changes.refuse_worse()
    _write(options, command, pages, table, classifier, results=results, section=section)


def _measured_changes(
    table: UnitTable, corpus: Sequence[LabelledPage], options: argparse.Namespace
) -> CorrectionResults:
    tested = _tested_units(corpus, options)
    if not tested.any():
        raise CorpusError(
            f"{options.test_on}: corrections are measured by cross-validation, so these pages must be among those given"
        )
    _say("cross-validating by source without and with the corrections, five folds each")
    n_corrected = len(table) - len(tested)
    tested = np.append(tested, np.zeros(n_corrected, bool))
    try:
        return measure_corrections(table, len(corpus), tested, seed=options.seed, n_jobs=options.jobs)
    except ValueError as error:
        raise CorpusError(f"these pages cannot be cross-validated: {error}") from error


def _section(
    changes: CorrectionResults,
    corrections: Corrections,
    classifier: SentenceClassifier,
    table: UnitTable,
    first_page: int,
) -> str:
    learned = correction_predictions(classifier, table, first_page)
    old_labels = [correction.old_label for correction in corrections.sentences]
    parts = [
        "## Corrections",
        (
            f"{corrections.summary()}. Share of the corrected sentences that get the label people gave them: by the "
            "model that was corrected; by models of the corpus alone; by models that learned other corrections, but "
            "none of that site; by the model written here, which has been told them."
        ),
        corrected_table(changes, old_labels, learned),
        "Cross-validated on the same folds:",
        macro_f1_table(changes),
    ]
    return "\n\n".join(parts)


def _measured_and_fitted(
    table: UnitTable, pages: Sequence[LabelledPage], options: argparse.Namespace
) -> tuple[Mapping[str, Predictions], SentenceClassifier]:
    tested = _tested_units(pages, options)
    if options.no_evaluation or not tested.any():
        results = {} if options.no_evaluation else _measured(table, pages, options)
        return results, _fitted(table, options)
    _say("cross-validating by source, five folds, and fitting on everything beside them")
    with _pages_that_can_be_measured():
        results, classifier = cross_validate_and_fit(table, tested, seed=options.seed, n_jobs=options.jobs)
    _print_scores(results)
    return results, classifier


def _measured(
    table: UnitTable, pages: Sequence[LabelledPage], options: argparse.Namespace
) -> Mapping[str, Predictions]:
    with _pages_that_can_be_measured():
        results = _predictions(table, pages, options)
    _print_scores(results)
    return results


@contextmanager
def _pages_that_can_be_measured() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise CorpusError(f"these pages cannot be cross-validated, try --no-evaluation: {error}") from error


def _print_scores(results: Mapping[str, Predictions]) -> None:
    print(score_table(results), risk_coverage_table(results["whole"]), sep="\n\n")


def _predictions(
    table: UnitTable, pages: Sequence[LabelledPage], options: argparse.Namespace
) -> Mapping[str, Predictions]:
    tested = _tested_units(pages, options)
    if not tested.any():
        _say(f"fitting on everything, to be tested on {options.test_on}")
        unseen = unit_table([page for page in read_corpus([options.test_on]) if not page.is_spliced], table.words)
        return hold_out(table, unseen, seed=options.seed, n_jobs=options.jobs)
    _say("cross-validating by source, five folds")
    return cross_validate(table, tested, seed=options.seed, n_jobs=options.jobs)


def _tested_units(pages: Sequence[LabelledPage], options: argparse.Namespace) -> NDArray[np.bool_]:
    """Units of the pages to be tested; of none, if `--test-on` names pages that are not among those given."""
    wanted = {page.id for page in (read_corpus([options.test_on]) if options.test_on else pages)}
    return np.repeat([page.id in wanted for page in pages], [len(page.units) for page in pages])


def _fitted(table: UnitTable, options: argparse.Namespace) -> SentenceClassifier:
    _say("fitting on everything")
    try:
        return fit_classifier(table, seed=options.seed, n_jobs=options.jobs)
    except ValueError as error:
        raise CorpusError(f"these pages cannot be learned from: {error}") from error


def _write(
    options: argparse.Namespace,
    command: str,
    pages: Sequence[LabelledPage],
    table: UnitTable,
    classifier: SentenceClassifier,
    *,
    results: Mapping[str, Predictions],
    section: str = "",
) -> None:
    silver = [] if options.silver is None else [options.silver]
    read = [*(options.corpus or ["corpus"]), *silver, *options.corrections]
    data = TrainingData.of([str(path) for path in read], pages)
    documents = {
        "README.md": model_card(options.output.name, command, data, results, [section] if section else []),
        "metrics.json": metrics_json(data, results),
        VOCABULARY_FILE: column_vocabulary(classifier, [page.document() for page in pages]).as_json(),
    }
    if results:
        documents[ABSTENTION_FILE] = results["whole"].risk_coverage().as_json()
        figures = results["whole"].site_figures
        documents |= {} if figures is None else {SITES_FILE: figures.as_json()}
    try:
        save_classifier(classifier, options.output, documents, table.words)
    except OSError as error:
        raise OutputError(f"{options.output}: cannot write the model ({error.strerror}); choose another -o") from error
    print(f"{options.output}: model written")


def _say(message: str) -> None:
    print(f"train.py: {message}", file=sys.stderr)
