"""What corrections change: cross-validation without and with them, on the same folds.

A correction is judged only by models that learned neither it, nor another one of its site, nor the same text elsewhere:
that a model repeats what it has been told proves nothing. In each fold one model learns from the corpus alone and one
from the corpus and the corrections outside the fold; both are tested on the sites under test and on the fold's
corrections.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier.model import SentenceClassifier
from pipeline.errors import WorseModelError
from pipeline.schema import LABELS
from pipeline.training.evaluation import Predictions, TestedPart, folds, pooled, stitched
from pipeline.training.fit import fit_classifier, label_probabilities
from pipeline.training.table import NO_LABEL, UnitTable

MARGIN: Final = 0.005
"""Macro-F1 may fall by so much, on whole and on stitched pages: a judgement; smaller changes were
seen to come by chance."""

_N_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class CorrectionResults:
    """Predictions while the tested sources were unseen, without and with what the corrections teach.

    Attributes:
        without: of the corpus, `whole` and `stitched`, by models of the corpus alone.
        with_corrections: the same by models that learned the corrections too.
        corrected_without: of the corrected sentences, by models of the corpus alone.
        corrected_unseen: of the corrected sentences, by models that learned the others.
    """

    without: Mapping[str, Predictions]
    with_corrections: Mapping[str, Predictions]
    corrected_without: Predictions
    corrected_unseen: Predictions

    def macro_f1_change(self) -> dict[str, float]:
        return {
            name: self.with_corrections[name].scores().macro_f1 - without.scores().macro_f1
            for name, without in self.without.items()
        }

    def refuse_worse(self, margin: float = MARGIN) -> None:
        """Compare the macro-F1.

        Raises:
            WorseModelError: it fell by more than `margin`.
        """
        for name, change in self.macro_f1_change().items():
            if change < -margin:
                raise WorseModelError(
                    f"with the corrections the macro-F1 on {name} pages falls by {-change:.3f}, more than {margin}; "
                    "no model was written; look at the corrections again, or add --allow-worse to write it"
                )


def measure_corrections(
    table: UnitTable,
    first_page: int,
    tested: NDArray[np.bool_],
    *,
    seed: int = 0,
    n_jobs: int | None = None,
) -> CorrectionResults:
    """Cross-validate without and with corrections.

    Args:
        table: the corpus, then the corrections.
        first_page: number of the first page that is a correction.
        tested: units of the corpus that may be tested, `(n_units,)`; those of corrections are not looked at.
        seed: of the fits.
        n_jobs: parallel fits.

    Raises:
        CorpusError: too few sources can be tested.
    """
    parts: dict[str, list[TestedPart]] = {}
    for train, test, corrected in _folds(table, first_page, tested):
        corpus_only = train.take(np.flatnonzero(train.page < first_page))
        for name, learned in (("without", corpus_only), ("with", _without_texts_of(corrected, train, first_page))):
            classifier = fit_classifier(learned, seed=seed, n_jobs=n_jobs)
            for what, part in (("whole", test), ("stitched", stitched(test)), ("corrected", corrected)):
                if len(part):
                    parts.setdefault(f"{name} {what}", []).append((part, label_probabilities(classifier, part)))
    results = {name: pooled(tested_parts) for name, tested_parts in parts.items()}
    return CorrectionResults(
        without={what: results[f"without {what}"] for what in ("whole", "stitched")},
        with_corrections={what: results[f"with {what}"] for what in ("whole", "stitched")},
        corrected_without=results["without corrected"],
        corrected_unseen=results["with corrected"],
    )


def _folds(
    table: UnitTable, first_page: int, tested: NDArray[np.bool_]
) -> Iterator[tuple[UnitTable, UnitTable, UnitTable]]:
    """Training table, test table of the corpus, and corrections that are held out."""
    is_correction = table.page >= first_page
    sources = sorted(set(table.source[is_correction]))
    fold_of_source = {source: number % _N_FOLDS for number, source in enumerate(sources)}
    fold = np.array([fold_of_source.get(source, -1) for source in table.source])
    for number, (train, test) in enumerate(folds(table, tested & ~is_correction, _N_FOLDS)):
        held = is_correction & (fold == number)
        corrected = table.take(np.flatnonzero(held))
        # A correction of a corpus site that is under test is already left out of `train`.
        others = ~np.isin(train.page, corrected.page)
        yield train.take(np.flatnonzero(others)), test, corrected


def _without_texts_of(corrected: UnitTable, train: UnitTable, first_page: int) -> UnitTable:
    """`train`, where corrections lose their label if the same text is to be tested."""
    texts = set(corrected.text[corrected.label != NO_LABEL])
    known = (train.page >= first_page) & np.array([text in texts for text in train.text], bool)
    return train.with_labels(np.where(known, NO_LABEL, train.label))


def macro_f1_table(results: CorrectionResults) -> str:
    """Cross-validated macro-F1 without and with the corrections, as a Markdown table."""
    rows = ["| pages | macro-F1 without corrections | with | change |", "|---|---|---|---|"]
    for name, change in results.macro_f1_change().items():
        before, after = (side[name].scores().macro_f1 for side in (results.without, results.with_corrections))
        rows.append(f"| {name} | {before:.3f} | {after:.3f} | {change:+.3f} |")
    return "\n".join(rows)


def corrected_table(results: CorrectionResults, old_labels: Sequence[str], learned: Predictions) -> str:
    """Share of corrected sentences that get the label people gave them, by label, as a Markdown table.

    Args:
        results: of the cross-validation.
        old_labels: what the model that was corrected had said, in the order of the corrections; empty if unknown.
        learned: predictions of the model that learned all corrections, in the order of the corrections.
    """
    given = np.array(LABELS)[learned.label]
    said = np.array(old_labels, object) == given
    heading = "| corrected to | sentences | right when corrected | without corrections | unseen | learned |"
    rows = [heading, "|---" * 6 + "|"]
    for name, codes in [*((label, [code]) for code, label in enumerate(LABELS)), ("all", list(range(len(LABELS))))]:
        here = np.isin(learned.label, codes)
        if here.any():
            judged = [results.corrected_without, results.corrected_unseen, learned]
            shares = [said[here].mean(), *(one.hit[np.isin(one.label, codes)].mean() for one in judged)]
            rows.append(f"| {name} | {here.sum()} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return "\n".join(rows)


def correction_predictions(classifier: SentenceClassifier, table: UnitTable, first_page: int) -> Predictions:
    """What a classifier says of the corrected sentences, in their order."""
    part = table.take(np.flatnonzero(table.page >= first_page))
    return pooled([(part, label_probabilities(classifier, part))])
