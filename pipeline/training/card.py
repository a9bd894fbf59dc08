"""The model card: what a model was trained on and how good it is, as Markdown and as JSON."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from pipeline.classifier.abstention import DECIDES_NOTHING
from pipeline.schema import LABELS
from pipeline.training.corpus import LabelledPage
from pipeline.training.evaluation import N_BINS, Predictions

MAX_ERRORS: Final = (0.01, 0.02, 0.03, 0.05, 0.1, 0.15)


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a model learned from, in numbers.

    Attributes:
        corpora: files and folders.
        n_pages: pages.
        n_sources: sites.
        n_units: units by label, without those of silver labels.
        n_silver: units of silver labels, by label.
        licenses: pages by licence.
    """

    corpora: tuple[str, ...]
    n_pages: int
    n_sources: int
    n_units: dict[str, int]
    n_silver: dict[str, int]
    licenses: dict[str, int]

    @classmethod
    def of(cls, corpora: Sequence[str], pages: Sequence[LabelledPage]) -> "TrainingData":
        labels, silver = (
            Counter(unit.label for page in pages for unit in page.units if unit.label and unit.is_silver is is_silver)
            for is_silver in (False, True)
        )
        return cls(
            corpora=tuple(corpora),
            n_pages=len(pages),
            n_sources=len({unit.source for page in pages for unit in page.units}),
            n_units={label: labels[label] for label in LABELS},
            n_silver={label: silver[label] for label in LABELS},
            licenses=dict(Counter(page.license or "not stated" for page in pages).most_common()),
        )


def metrics_json(data: TrainingData, results: Mapping[str, Predictions]) -> str:
    measured = {name: asdict(predictions.scores()) for name, predictions in results.items()}
    return json.dumps({"data": asdict(data), "cross_validation": measured}, indent=2, sort_keys=True) + "\n"


def score_table(results: Mapping[str, Predictions]) -> str:
    """The protocol's figures, one row for whole and one for stitched pages, as a Markdown table."""
    rows = ["| pages | macro-F1 | accuracy | wanted recall | noise recall | ECE |", "|---|---|---|---|---|---|"]
    for name, predictions in results.items():
        figures = " | ".join(f"{value:.3f}" for value in asdict(predictions.scores()).values())
        rows.append(f"| {name} | {figures} |")
    return "\n".join(rows)


def label_table(predictions: Predictions) -> str:
    """Precision, recall, F1 and number of units of each label, as a Markdown table."""
    guess, codes = predictions.guess, list(range(len(LABELS)))
    measures = [
        measure(predictions.label, guess, labels=codes, average=None, zero_division=0)
        for measure in (precision_score, recall_score, f1_score)
    ]
    counts = np.bincount(predictions.label, minlength=len(LABELS))
    rows = ["| label | precision | recall | F1 | units |", "|---|---|---|---|---|"]
    for code, label in enumerate(LABELS):
        figures = " | ".join(f"{values[code]:.3f}" for values in measures)
        rows.append(f"| `{label}` | {figures} | {counts[code]} |")
    return "\n".join(rows)


def confusion_table(predictions: Predictions) -> str:
    """True labels down, given labels across, as a Markdown table."""
    matrix = confusion_matrix(predictions.label, predictions.guess, labels=range(len(LABELS)))
    rows = ["| true \\ given | " + " | ".join(LABELS) + " |", "|---" * (len(LABELS) + 1) + "|"]
    rows += [
        f"| `{label}` | " + " | ".join(map(str, counts)) + " |" for label, counts in zip(LABELS, matrix, strict=True)
    ]
    return "\n".join(rows)


def hardest_sources(predictions: Predictions, n_sources: int = 10, min_units: int = 30) -> str:
    """The sites on which most is wrong, as a Markdown table."""
    names, code = np.unique(predictions.source.astype(str), return_inverse=True)
    counts = np.bincount(code)
    accuracy = np.bincount(code, predictions.hit) / counts
    order = [index for index in np.argsort(accuracy) if counts[index] >= min_units][:n_sources]
    rows = ["| source | accuracy | units |", "|---|---|---|"]
    return "\n".join(rows + [f"| {names[index]} | {accuracy[index]:.3f} | {counts[index]} |" for index in order])


def reliability_table(predictions: Predictions) -> str:
    """Mean score and share of right labels of units with like scores, as a Markdown table; fifteen bins at most."""
    in_bin = np.ceil(predictions.score * N_BINS).astype(int)
    rows = ["| score | mean score | right | units |", "|---|---|---|---|"]
    for number in np.unique(in_bin):
        here = in_bin == number
        score, right = predictions.score[here].mean(), predictions.hit[here].mean()
        span = f"{(number - 1) / N_BINS:.3f} to {number / N_BINS:.3f}"
        rows.append(f"| {span} | {score:.3f} | {right:.3f} | {here.sum()} |")
    return "\n".join(rows)


def risk_coverage_table(predictions: Predictions) -> str:
    """Errors among the highest-scored units, a tenth of them to all, as a Markdown table."""
    curve = predictions.risk_coverage()
    rows = ["| decided | score from | wrong among them | bound on other sites |", "|---|---|---|---|"]
    nearest = np.abs(np.array(curve.coverage)[:, None] - np.arange(1, 11) / 10).argmin(axis=0)
    for index in np.unique(nearest):
        figures = curve.coverage, curve.threshold, curve.error, curve.bound
        rows.append("| " + " | ".join(f"{column[index]:.3f}" for column in figures) + " |")
    return "\n".join(rows)


def max_error_table(results: Mapping[str, Predictions], max_errors: Sequence[float] = MAX_ERRORS) -> str:
    """What `--max-error` comes to on whole pages, by which the threshold is chosen, and on stitched ones."""
    curve = results["whole"].risk_coverage()
    names = [column for name in results for column in (f"decided, {name}", f"wrong, {name}")]
    rows = ["| `--max-error` | score from | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    for max_error in max_errors:
        threshold = curve.threshold_for(max_error)
        figures = [figure for predictions in results.values() for figure in _decided(predictions, threshold)]
        shown = ["none" if threshold == DECIDES_NOTHING else f"{threshold:.3f}", *figures]
        rows.append(f"| {max_error:g} | " + " | ".join(shown) + " |")
    return "\n".join(rows)


def _decided(predictions: Predictions, threshold: float) -> tuple[str, str]:
    """Share of units that score enough, and of wrong ones among them."""
    decided = predictions.score >= threshold
    return f"{decided.mean():.3f}", f"{1 - predictions.hit[decided].mean():.3f}" if decided.any() else "-"


def model_card(
    name: str,
    command: str,
    data: TrainingData,
    results: Mapping[str, Predictions],
    more_sections: Sequence[str] = (),
) -> str:
    silver = f"; silver labels: {_listed(data.n_silver)}" if any(data.n_silver.values()) else ""
    licenses = "\n".join(f"- {license_name}: {count} pages" for license_name, count in data.licenses.items())
    parts = [
        f"# Model card: {name}",
        (
            "Labels each sentence of a scraped health page as `treatment`, `clinical_research`, `news` or `noise`: "
            "hashed token attributes and logistic regression, then small neural networks that read the neighbours' "
            "words and likely labels. Made with\n\n"
            f"    {command}"
        ),
        "## Data",
        (
            f"{data.n_pages} pages from {data.n_sources} sources ({', '.join(data.corpora)}); "
            f"labelled units: {_listed(data.n_units)}{silver}. Licences of the pages:"
        ),
        licenses,
    ]
    if results:
        parts += _measured(results)
    parts += more_sections
    return "\n\n".join(parts) + "\n"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {label}" for label, count in counts.items())


def _measured(results: Mapping[str, Predictions]) -> list[str]:
    whole = results["whole"]
    return [
        "## Quality on unseen sites",
        (
            "Five folds by source: no site is tested by a model that has seen it. *Whole*: pages as they stood. "
            "*Stitched*: the same units in runs of one to three, shuffled into pages of nine, where neighbours "
            "mislead. Wanted recall: share of treatment, clinical_research and news that is not called noise. ECE: "
            "expected calibration error over 15 bins."
        ),
        score_table(results),
        "### By label, whole pages",
        label_table(whole),
        "### Confusions, whole pages",
        confusion_table(whole),
        "### Hardest sources, whole pages",
        hardest_sources(whole),
        "### Calibration, whole pages",
        reliability_table(whole),
        "## Abstention",
        (
            "What is wrong among the sentences with the highest scores, whole pages, and the bound (nine times in ten, "
            "over sites drawn like those here) that `--max-error` goes by. It promises nothing about a single site or "
            "label, nor about pages stitched from many sources."
        ),
        risk_coverage_table(whole),
        max_error_table(results),
    ]
