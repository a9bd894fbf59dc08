from dataclasses import replace
from pathlib import Path

import pytest
from run_folders import Sentence, ShownPage, page, write_run

from pipeline.audit.report.flow import FlowPicture
from pipeline.audit.report.run_flow import LabelShares, label_shares, narrow_flow, wide_flow
from pipeline.audit.report.writing import make_report

FAILURE = {"source": "a.pdf", "place": "", "reason": "binary", "detail": "not text"}
PAGE = page(
    "a",
    Sentence("x" * 50, "treatment"),
    Sentence("x" * 20, "news"),
    Sentence("x" * 20),
    Sentence("x" * 10, "news", 0.3, uncertain=True),
)


def flows(tmp_path: Path, *pages: ShownPage) -> tuple[LabelShares, FlowPicture, FlowPicture]:
    report = make_report(write_run(tmp_path / "out", pages, failures=[FAILURE]))
    shares = label_shares(report.record, report.totals)
    return shares, wide_flow(report.record, shares), narrow_flow(report.record, shares)


def test_characters_are_shared_out_to_labels_and_outcomes(tmp_path: Path) -> None:
    shares, _, _ = flows(tmp_path, PAGE)
    assert shares.kept == pytest.approx((0.5, 0, 0.2, 0))
    assert shares.removed == pytest.approx((0, 0, 0, 0.2))
    assert shares.undecided == pytest.approx(0.1)


def test_a_picture_tells_what_went_in_and_what_became_of_it(tmp_path: Path) -> None:
    _, wide, _ = flows(tmp_path, PAGE)
    told = {(node.stage.title, node.stage.detail) for node in wide.nodes}
    assert {("2", "pages went in"), ("1", "page failed"), ("100", "characters")} <= told
    assert {("70% kept", "70 characters"), ("20% removed", "20 characters")} <= told
    assert {("10% undecided", "10 characters"), ("undecided", "1 sentence"), ("news", "1 sentence")} <= told


def test_half_of_the_pages_are_half_as_wide(tmp_path: Path) -> None:
    _, wide, narrow = flows(tmp_path, PAGE)
    heights = {node.stage.kind: node.height for node in wide.nodes}
    assert heights["failed"] == pytest.approx(heights["kept"] + heights["removed"] + heights["undecided"])
    assert {node.stage.kind for node in narrow.nodes} == {node.stage.kind for node in wide.nodes} - {"failed"}


def test_headings_of_emptied_sections_flow_from_their_label_to_what_is_removed(tmp_path: Path) -> None:
    report = make_report(write_run(tmp_path / "out", [PAGE]))
    record = replace(report.record, characters={**report.record.characters, "kept": 60, "removed": 30})
    shares = label_shares(record, report.totals)
    assert sum(shares.kept) == pytest.approx(0.6)
    assert sum(shares.removed) == pytest.approx(0.3)
    assert shares.removed[0] > 0


def test_a_run_without_text_has_a_picture_too(tmp_path: Path) -> None:
    shares, wide, _ = flows(tmp_path)
    assert shares == LabelShares((0, 0, 0, 0), (0, 0, 0, 0), 0, (0, 0, 0, 0), 0)
    assert [ribbon.title for ribbon in wide.ribbons] == ["1 page failed"]
