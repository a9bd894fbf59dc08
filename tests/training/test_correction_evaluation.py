from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from labelled_pages import labelled_page, small_corpus

from pipeline.errors import WorseModelError
from pipeline.schema import LABELS
from pipeline.training import correction_evaluation
from pipeline.training.corpus import LabelledPage
from pipeline.training.correction_evaluation import (
    CorrectionResults,
    corrected_table,
    macro_f1_table,
    measure_corrections,
)
from pipeline.training.evaluation import Predictions
from pipeline.training.table import NO_LABEL, UnitTable, unit_table

N_CORPUS_PAGES = 12
PERFECT = Predictions(np.arange(4), np.eye(4, dtype=np.float32), np.array(list("abcd"), object))
WRONG = replace(PERFECT, proba=np.eye(4, dtype=np.float32)[[1, 0, 3, 2]])


def correction(number: int, source: str, text: str = "") -> LabelledPage:
    units: list[tuple[str, str | None]] = [
        ("Before.", None),
        (text or f"Corrected {number}.", "news"),
        ("After.", None),
    ]
    return labelled_page(f"correction {number}", source, units)


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[UnitTable]]:
    """Run the cross-validation on corrections and give back the tables that were learned from, fold by fold."""
    tables: list[UnitTable] = []

    def fit(table: UnitTable, **_: object) -> UnitTable:
        tables.append(table)
        return table

    def say_noise(_: object, table: UnitTable) -> np.ndarray:
        return np.tile(np.eye(4, dtype=np.float32)[LABELS.index("noise")], (len(table), 1))

    def run(*corrections: LabelledPage) -> list[UnitTable]:
        table = unit_table([*small_corpus(), *corrections])
        measure_corrections(table, N_CORPUS_PAGES, np.ones(len(table), bool))
        return tables

    monkeypatch.setattr(correction_evaluation, "fit_classifier", fit)
    monkeypatch.setattr(correction_evaluation, "label_probabilities", say_noise)
    return run


def corrections_in(table: UnitTable) -> list[str]:
    labelled = (table.page >= N_CORPUS_PAGES) & (table.label != NO_LABEL)
    return sorted(table.text[labelled])


def test_of_each_pair_of_models_the_first_learns_no_correction(learned: Callable[..., list[UnitTable]]) -> None:
    tables = learned(correction(0, "gorse"), correction(1, "hazel"))
    assert [corrections_in(table) for table in tables[::2]] == [[]] * 5


def test_a_correction_is_tested_by_a_model_that_has_not_learned_its_site(
    learned: Callable[..., list[UnitTable]],
) -> None:
    pages = [correction(0, "gorse"), correction(1, "gorse"), correction(2, "hazel")]
    assert [corrections_in(table) for table in learned(*pages)[1::2]] == [
        ["Corrected 2."],
        ["Corrected 0.", "Corrected 1."],
        *[["Corrected 0.", "Corrected 1.", "Corrected 2."]] * 3,
    ]


def test_not_even_the_neighbours_of_a_tested_correction_are_learned_from(
    learned: Callable[..., list[UnitTable]],
) -> None:
    tables = learned(correction(0, "gorse"), correction(1, "hazel"))[1::2]
    assert ["gorse" in table.source for table in tables] == [False, True, True, True, True]


def test_the_same_text_corrected_elsewhere_is_not_learned_from(learned: Callable[..., list[UnitTable]]) -> None:
    pages = [correction(0, "gorse", "Log in"), correction(1, "hazel", "Log in")]
    assert [corrections_in(table) for table in learned(*pages)[1::2]] == [[], [], *[["Log in", "Log in"]] * 3]


def test_a_correction_of_a_corpus_site_is_not_learned_while_the_site_is_tested(
    learned: Callable[..., list[UnitTable]],
) -> None:
    tables = learned(correction(0, "alder"))[1::2]
    assert all(not corrections_in(table) for table in tables if "alder" not in table.source)


def test_both_sides_are_measured_on_the_same_units() -> None:
    pages = small_corpus(pages_of_a_site=4)
    table = unit_table([*pages, correction(0, "gorse"), correction(1, "hazel")])
    results = measure_corrections(table, len(pages), np.ones(len(table), bool), n_jobs=1)
    for name in ("whole", "stitched"):
        assert results.without[name].label.tolist() == results.with_corrections[name].label.tolist()
    assert results.corrected_without.label.tolist() == [2, 2]
    assert sorted(results.corrected_unseen.source) == ["gorse", "hazel"]


def results(without: Predictions, with_corrections: Predictions) -> CorrectionResults:
    return CorrectionResults(
        {"whole": without, "stitched": without},
        {"whole": with_corrections, "stitched": with_corrections},
        corrected_without=WRONG,
        corrected_unseen=PERFECT,
    )


def test_a_model_that_got_worse_is_refused_and_one_that_did_not_is_not() -> None:
    results(WRONG, PERFECT).refuse_worse()
    results(PERFECT, PERFECT).refuse_worse()
    with pytest.raises(
        WorseModelError, match=r"macro-F1 on whole pages falls by 1.000, more than 0.005.*--allow-worse"
    ):
        results(PERFECT, WRONG).refuse_worse()


def test_a_fall_within_the_margin_is_let_pass() -> None:
    results(PERFECT, WRONG).refuse_worse(margin=1)


def test_the_table_shows_both_sides_and_the_change() -> None:
    assert macro_f1_table(results(WRONG, PERFECT)).splitlines()[2:] == [
        "| whole | 0.000 | 1.000 | +1.000 |",
        "| stitched | 0.000 | 1.000 | +1.000 |",
    ]


def test_the_corrected_sentences_are_told_by_label_and_all_together() -> None:
    table = corrected_table(results(WRONG, PERFECT), ["treatment", "noise", "", "news"], PERFECT)
    assert table.splitlines()[2:] == [
        "| treatment | 1 | 1.000 | 0.000 | 1.000 | 1.000 |",
        "| clinical_research | 1 | 0.000 | 0.000 | 1.000 | 1.000 |",
        "| news | 1 | 0.000 | 0.000 | 1.000 | 1.000 |",
        "| noise | 1 | 0.000 | 0.000 | 1.000 | 1.000 |",
        "| all | 4 | 0.250 | 0.000 | 1.000 | 1.000 |",
    ]
