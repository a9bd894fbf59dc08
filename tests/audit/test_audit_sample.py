from itertools import pairwise
from pathlib import Path

import pytest
from sentence_batches import Row, batch, page_rows

from pipeline.audit.audit_sample import AuditPlan, audit_sample, earlier_plan, read_plan
from pipeline.errors import UsageError
from pipeline.schema import WANTED_LABELS

PAGES = [
    page_rows(f"page {page}", [Row(f"sentence {page} {row}", label, 0.5 + row / 80) for row in range(40)])
    for page, label in enumerate(("news", "noise", "treatment", "noise", "noise", "noise"))
]


def draw(size: int, pages: list[list[dict[str, object]]] = PAGES) -> AuditPlan:
    return audit_sample([batch(*pages)], size, "small@1", WANTED_LABELS)[0]


def test_the_plan_counts_the_run_and_names_what_was_drawn() -> None:
    plan, picked = audit_sample([batch(*PAGES)], 60, "small@1", WANTED_LABELS)
    assert sum(stratum.n_sentences for stratum in plan.strata) == 240
    assert sum(stratum.n_characters for stratum in plan.strata) == sum(
        len(row["text"]) for page in PAGES for row in page
    )
    assert sum(stratum.n_sentences for stratum in plan.strata if stratum.kept) == 80
    assert sorted(one.sentence.key for one in picked) == sorted(plan.stratum_of_sentence)
    assert len(picked) == 60


def test_neither_the_order_of_pages_nor_the_batches_matter() -> None:
    one_by_one = [batch(page) for page in reversed(PAGES)]
    again, _ = audit_sample(one_by_one, 60, "small@1", WANTED_LABELS)
    assert again.stratum_of_sentence == draw(60).stratum_of_sentence


def test_a_larger_sample_holds_the_smaller_one() -> None:
    drawn = [set(draw(size).stratum_of_sentence) for size in (50, 100, 200)]
    assert all(smaller <= larger for smaller, larger in pairwise(drawn))


def test_sentences_stand_in_the_order_of_the_pages_which_tells_nothing_about_strata() -> None:
    _, picked = audit_sample([batch(*PAGES)], 60, "small@1", WANTED_LABELS)
    places = [(one.sentence.doc_id, one.sentence.start) for one in picked]
    assert places == sorted(places)


def test_every_sentence_has_the_same_chance_within_its_stratum() -> None:
    pages = [page_rows(f"{page}", [Row(f"sentence {row}", "noise", 0.99) for row in range(10)]) for page in range(400)]
    drawn = draw(1000, pages).stratum_of_sentence
    counts = [sum(key[1] == row for key in drawn) for row in range(10)]
    assert 60 < min(counts) <= max(counts) < 140


def test_a_plan_survives_its_file(tmp_path: Path) -> None:
    plan = draw(60)
    (tmp_path / "audit.json").write_text(plan.as_json(), "utf-8")
    assert read_plan(tmp_path / "audit.json") == plan


@pytest.mark.parametrize("text", ["", "{}", '{"model": "a", "keep": [], "strata": [{}], "sentences": []}'])
def test_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "audit.json").write_text(text)
    with pytest.raises(UsageError, match=r"audit\.json: no plan of an audit; draw a new sample with --audit"):
        read_plan(tmp_path / "audit.json")


def test_a_missing_plan_is_told_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"audit\.json: no plan of an audit here"):
        read_plan(tmp_path / "audit.json")


def test_what_was_drawn_before_is_known_for_the_same_run_only(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    assert earlier_plan(path, draw(60)) == frozenset()
    path.write_text(draw(50).as_json(), "utf-8")
    assert earlier_plan(path, draw(60)) == frozenset(draw(50).stratum_of_sentence)
    assert earlier_plan(path, draw(60, PAGES[:3])) == frozenset()
