import pytest

from pipeline.audit.audit_sample import AuditPlan
from pipeline.audit.estimate import estimate
from pipeline.audit.strata import Stratum
from pipeline.schema import WANTED_LABELS
from pipeline.training.corrections import SentenceKey


def stratum(n_sentences: int, *, kept: bool, length: int = 10) -> Stratum:
    return Stratum(kept, 0, 1, n_sentences, n_sentences * length, 0.1)


def sample(
    strata: list[Stratum], labels: list[list[str]], lengths: tuple[int, ...] = (10,)
) -> tuple[AuditPlan, dict[SentenceKey, str]]:
    """A plan by which each stratum's sentences are labelled as given, empty for no label."""
    keys: dict[SentenceKey, int] = {}
    given: dict[SentenceKey, str] = {}
    for number, of_stratum in enumerate(labels):
        for place, label in enumerate(of_stratum):
            key = (f"stratum {number}", place, 0, lengths[place % len(lengths)])
            keys[key] = number
            given |= {key: label} if label else {}
    return AuditPlan("small@1", WANTED_LABELS, tuple(strata), keys), given


def test_shares_are_weighted_to_the_run() -> None:
    plan, labels = sample(
        [stratum(1000, kept=True), stratum(9000, kept=False)],
        [["news"] * 80 + ["noise"] * 20, ["treatment"] * 10 + ["noise"] * 90],
    )
    result = estimate(plan, labels)
    assert result.wanted_removed.interval.share == pytest.approx(900 / 1700)
    assert result.noise_kept.interval.share == pytest.approx(200 / 8300)
    assert (result.n_drawn, result.n_labelled, result.n_foreign) == (200, 200, 0)


def test_characters_are_counted_by_the_length_of_sentences() -> None:
    plan, labels = sample(
        [stratum(100, kept=True), stratum(100, kept=False)], [["news"] * 4, ["news", "noise"] * 2], lengths=(30, 10)
    )
    result = estimate(plan, labels)
    assert result.wanted_removed.interval.share == pytest.approx(50 / 150)
    assert result.wanted_removed_characters.interval.share == pytest.approx(750 / 1750)


def test_sentences_without_a_label_are_taken_to_be_like_the_others() -> None:
    strata = [stratum(1000, kept=True), stratum(1000, kept=False)]
    plan, labels = sample(strata, [["news"] * 50 + [""] * 50, ["news"] * 5 + ["noise"] * 45])
    result = estimate(plan, labels)
    assert result.wanted_removed.interval.share == pytest.approx(100 / 1100)
    assert (result.n_drawn, result.n_labelled) == (150, 100)


def test_labels_of_other_sentences_count_for_nothing() -> None:
    strata = [stratum(1000, kept=True), stratum(1000, kept=False)]
    plan, labels = sample(strata, [["news"] * 50, ["noise"] * 50])
    result = estimate(plan, {**labels, ("elsewhere", 0, 0, 1): "news"})
    assert (result.wanted_removed.interval.share, result.n_foreign) == (0, 1)


def test_what_only_has_unlabelled_strata_is_unknown_in_the_interval() -> None:
    plan, labels = sample([stratum(1000, kept=True), stratum(1000, kept=False)], [["news"] * 50, [""]])
    interval = estimate(plan, labels).wanted_removed.interval
    assert interval.low < 0.05
    assert interval.high > 0.45


def test_a_run_that_is_labelled_through_is_known() -> None:
    plan, labels = sample([stratum(4, kept=True), stratum(4, kept=False)], [["news"] * 4, ["news"] + ["noise"] * 3])
    share = estimate(plan, labels).wanted_removed
    assert [share.interval.low, share.interval.high] == pytest.approx([0.2, 0.2])
    assert share.more_labels == 0


def test_nothing_wanted_found_leaves_the_share_unknown() -> None:
    plan, labels = sample([stratum(100, kept=True), stratum(100, kept=False)], [["noise"] * 9, ["noise"] * 9])
    assert estimate(plan, labels).wanted_removed.interval.share is None
    assert estimate(plan, labels).wanted_removed.more_labels is None


def test_so_many_more_labels_halve_the_interval() -> None:
    strata = [stratum(1_000_000, kept=True), stratum(1_000_000, kept=False)]
    found = [["news"] * 80 + ["noise"] * 20, ["news"] * 20 + ["noise"] * 80]
    first = estimate(*sample(strata, found)).wanted_removed
    assert first.more_labels is not None
    factor = 1 + first.more_labels / 200
    assert 3.5 < factor < 4.5
    more = [[label for label in of_stratum for _ in range(round(factor))] for of_stratum in found]
    second = estimate(*sample(strata, more)).wanted_removed
    assert second.interval.width == pytest.approx(first.interval.width / 2, rel=0.05)
