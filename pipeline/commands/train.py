"""`train.py`: labelled pages in, a measured model folder out."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import CorpusError, OutputError, WinnowError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.training.corpus import LabelledPage
    from pipeline.training.evaluation import Predictions
    from pipeline.training.table import UnitTable


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="train.py", description="Fit and measure a sentence classifier on labelled pages."
    )
    parser.add_argument(
        "corpus", nargs="*", type=Path, help="JSONL files, or folders of them, with labelled pages (default: corpus/)"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("models/local"),
        help="model folder to write (default: models/local)",
    )
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument(
        "--evaluate",
        action="store_true",
        help="only cross-validate by source and print the figures; write no model",
    )
    parser.add_argument(
        "--words",
        type=Path,
        metavar="DIR",
        default=Path("models/words"),
        help="table of word vectors (default: models/words)",
    )
    parser.add_argument(
        "--test-on",
        type=Path,
        metavar="PATH",
        help="measure on the pages of this corpus alone: by cross-validation if they are among those given, "
        "otherwise as pages that nothing is learned from",
    )
    extent.add_argument(
        "--no-evaluation", action="store_true", help="fit without measuring: faster, the card has no figures"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="the same corpora and seed give the same bytes (default: 0)"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="parallel fits (default: 2)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = build_parser().parse_args(arguments)
    try:
        _train(options, " ".join(["python train.py", *map(shlex.quote, arguments or sys.argv[1:])]))
    except WinnowError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("train.py: interrupted, no model was written", file=sys.stderr)
        return 130
    return 0


def _train(options: argparse.Namespace, command: str) -> None:
    from pipeline.classifier.persistence import load_word_vectors  # noqa: PLC0415 - --help must be quick
    from pipeline.training.corpus import read_corpus  # noqa: PLC0415 - the same
    from pipeline.training.table import unit_table  # noqa: PLC0415 - the same

    corpora = options.corpus or [Path("corpus")]
    pages = read_corpus(corpora)
    _say(f"{len(pages)} pages read, {sum(len(page.units) for page in pages)} units; tokenizing")
    table = unit_table(pages, load_word_vectors(options.words))
    results: Mapping[str, Predictions] = {}
    if not options.no_evaluation:
        results = _measured(table, pages, options)
    if not options.evaluate:
        _fit_and_save(options, command, pages, table, results)


def _measured(
    table: "UnitTable", pages: "Sequence[LabelledPage]", options: argparse.Namespace
) -> "Mapping[str, Predictions]":
    from pipeline.training.card import risk_coverage_table, score_table  # noqa: PLC0415 - --help must be quick

    try:
        results = _predictions(table, pages, options)
    except ValueError as error:
        raise CorpusError(f"these pages cannot be cross-validated, try --no-evaluation: {error}") from error
    print(score_table(results), risk_coverage_table(results["whole"]), sep="\n\n")
    return results


def _predictions(
    table: "UnitTable", pages: "Sequence[LabelledPage]", options: argparse.Namespace
) -> "Mapping[str, Predictions]":
    from pipeline.training.corpus import read_corpus  # noqa: PLC0415 - --help must be quick
    from pipeline.training.evaluation import cross_validate, hold_out  # noqa: PLC0415 - the same
    from pipeline.training.table import unit_table  # noqa: PLC0415 - the same

    test_pages = read_corpus([options.test_on]) if options.test_on else pages
    wanted = {page.id for page in test_pages}
    tested = np.repeat([page.id in wanted for page in pages], [len(page.units) for page in pages])
    if not tested.any():
        _say(f"fitting on everything, to be tested on {options.test_on}")
        unseen = unit_table([page for page in test_pages if not page.is_spliced], table.words)
        return hold_out(table, unseen, seed=options.seed, n_jobs=options.jobs)
    _say("cross-validating by source, five folds")
    return cross_validate(table, tested, seed=options.seed, n_jobs=options.jobs)


def _fit_and_save(
    options: argparse.Namespace,
    command: str,
    pages: "Sequence[LabelledPage]",
    table: "UnitTable",
    results: "Mapping[str, Predictions]",
) -> None:
    from pipeline.classifier.abstention import ABSTENTION_FILE  # noqa: PLC0415 - --help must be quick
    from pipeline.classifier.persistence import save_classifier  # noqa: PLC0415 - the same
    from pipeline.classifier.vocabulary import VOCABULARY_FILE  # noqa: PLC0415 - the same
    from pipeline.training.card import TrainingData, metrics_json, model_card  # noqa: PLC0415 - the same
    from pipeline.training.fit import fit_classifier  # noqa: PLC0415 - the same
    from pipeline.training.ngram_vocabulary import column_vocabulary  # noqa: PLC0415 - the same

    _say("fitting on everything")
    try:
        classifier = fit_classifier(table, seed=options.seed, n_jobs=options.jobs)
    except ValueError as error:
        raise CorpusError(f"these pages cannot be learned from: {error}") from error
    data = TrainingData.of([str(path) for path in options.corpus or ["corpus"]], pages)
    card = model_card(options.output.name, command, data, results)
    vocabulary = column_vocabulary(classifier, [page.document() for page in pages])
    documents = {"README.md": card, "metrics.json": metrics_json(data, results), VOCABULARY_FILE: vocabulary.as_json()}
    if results:
        documents[ABSTENTION_FILE] = results["whole"].risk_coverage().as_json()
    try:
        save_classifier(classifier, options.output, documents, table.words)
    except OSError as error:
        raise OutputError(f"{options.output}: cannot write the model ({error.strerror}); choose another -o") from error
    print(f"{options.output}: model written")


def _say(message: str) -> None:
    print(f"train.py: {message}", file=sys.stderr)
