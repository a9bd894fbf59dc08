"""`python -m pipeline.commands.segmentation`: fit the weights of the sentence boundaries, or measure what they do."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import OutputError, WinnowError

if TYPE_CHECKING:
    from spacy.language import Language

EXAMPLE_WEIGHT: Final = 12.0
N_SILVER: Final = 70_000
RIDGE: Final = 0.15
_N_ROUNDS: Final = 7
_LONGEST_TEXT: Final = 20_000
_N_TEXTS: Final = 300


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.commands.segmentation", description=__doc__)
    tasks = parser.add_subparsers(required=True, metavar="fit|measure")
    fit = tasks.add_parser("fit", help="fit the weights on annotated examples and unlabelled texts")
    fit.add_argument("texts", type=Path, help="gzipped JSONL with a text in each line, nobody's labels needed")
    fit.add_argument(
        "--examples", type=Path, metavar="DIR", default=Path("corpus/boundaries"), help="one sentence a line"
    )
    fit.add_argument("-o", "--output", type=Path, metavar="FILE", default=_shipped_file(), help="the file to write")
    fit.add_argument("--silver", type=int, metavar="N", default=N_SILVER, help=f"paragraphs of the texts ({N_SILVER})")
    fit.add_argument("--seed", type=int, default=0, help="the same inputs and seed give the same bytes (default: 0)")
    fit.set_defaults(run=_fit)
    measure = tasks.add_parser("measure", help="print F1 by file, and the speed against spaCy's sentencizer")
    measure.add_argument("files", type=Path, nargs="+", help="one sentence a line, a blank line between paragraphs")
    measure.add_argument("--texts", type=Path, help="gzipped JSONL to measure the speed on instead of the files")
    measure.set_defaults(run=_measure)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    options = build_parser().parse_args(arguments)
    try:
        options.run(options)
    except WinnowError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _shipped_file() -> Path:
    return Path(__file__).parents[1] / "preprocess" / "boundary_weights.npz"


def _fit(options: argparse.Namespace) -> None:
    # scikit-learn takes a second to load, which a mistyped option need not wait for
    from pipeline.training.boundary_examples import read_examples  # noqa: PLC0415 - see above
    from pipeline.training.boundary_fit import (  # noqa: PLC0415 - see above
        fit_boundary_weights,
        labelled_gaps,
        silver_paragraphs,
    )
    from pipeline.training.clear_paragraphs import read_texts  # noqa: PLC0415 - see above

    examples = labelled_gaps(read_examples(options.examples))
    silver = labelled_gaps(silver_paragraphs(list(read_texts(options.texts)), options.silver, options.seed))
    for name, gaps in (("examples", examples), ("silver", silver)):
        print(f"{name:10}{len(gaps.begins):9,} gaps{gaps.begins.sum():9,} boundaries{gaps.n_missed:7,} out of reach")
    weights = fit_boundary_weights([(examples, EXAMPLE_WEIGHT), (silver, 1.0)], C=RIDGE, seed=options.seed)
    try:
        with options.output.open("wb") as stream:
            weights.save(stream)
    except OSError as error:
        raise OutputError(f"{options.output}: cannot be written ({error.strerror}); choose another with -o") from error
    print(f"{(weights.weights != 0).sum():,} weights in {options.output} ({options.output.stat().st_size:,} bytes)")


def _measure(options: argparse.Namespace) -> None:
    from pipeline.training.boundary_evaluation import pipeline_with, score_boundaries  # noqa: PLC0415 - spaCy is slow
    from pipeline.training.boundary_examples import read_paragraphs  # noqa: PLC0415 - see above

    pipelines = {name: pipeline_with(name) for name in ("sentencizer", "web_sentences")}
    print(f"{'':24}{'':>15}{'precision':>10}{'recall':>10}{'F1':>10}")
    texts: list[str] = []
    for path in options.files:
        paragraphs = read_paragraphs(path)
        texts += [" ".join(paragraph) for paragraph in paragraphs]
        for name, nlp in pipelines.items():
            score = score_boundaries(paragraphs, nlp)
            print(f"{path.name:24}{name:>15}{score.precision:10.3f}{score.recall:10.3f}{score.f1:10.4f}")
    if options.texts is not None:
        from pipeline.training.clear_paragraphs import read_texts  # noqa: PLC0415 - see above

        texts = [text[:_LONGEST_TEXT] for text, _ in zip(read_texts(options.texts), range(_N_TEXTS), strict=False)]
    _print_speed(texts, pipelines)


def _print_speed(texts: list[str], pipelines: "dict[str, Language]") -> None:
    from pipeline.preprocess.document import Document  # noqa: PLC0415 - spaCy is slow to load
    from pipeline.preprocess.markdown import read_markdown  # noqa: PLC0415 - see above
    from pipeline.preprocess.sentences import SentenceSplitter  # noqa: PLC0415 - see above
    from pipeline.training.boundary_evaluation import pipeline_with, seconds_each  # noqa: PLC0415 - see above

    english, splitter = pipeline_with(None), SentenceSplitter()
    documents = [Document("", "", "", text, read_markdown(text), is_html=False) for text in texts]
    runs: dict[str, Callable[[], object]] = {
        "tokenizing alone": partial(_pipe, english, texts),
        **{f"+ {name}": partial(_pipe, nlp, texts) for name, nlp in pipelines.items()},
        "winnow's own, all new": lambda: SentenceSplitter().split(documents),
        "winnow's own, all known": lambda: splitter.split(documents),
        **{f"+ {name}, singly": partial(_each, nlp, texts) for name, nlp in pipelines.items()},
    }
    seconds = dict(zip(runs, seconds_each(list(runs.values()), _N_ROUNDS), strict=True))
    n_characters = sum(map(len, texts))
    print(f"\n{'':24}{'seconds':>15}{'MB/s':>10}{'speed':>10}  (sentencizer = 1; {n_characters:,} characters)")
    for name, one in seconds.items():
        unit = seconds["+ sentencizer, singly" if name.endswith("singly") else "+ sentencizer"]
        print(f"{name:24}{one:15.3f}{n_characters / one / 1e6:10.2f}{unit / one:10.2f}")


def _pipe(nlp: "Language", texts: list[str]) -> None:
    for _ in nlp.pipe(texts):
        pass


def _each(nlp: "Language", texts: list[str]) -> None:
    for text in texts:
        nlp(text)


if __name__ == "__main__":
    sys.exit(main())
