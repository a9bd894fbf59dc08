from dataclasses import replace
from pathlib import Path

import pytest
from run_folders import Sentence, page, sentence_table, write_run

from pipeline.audit.report.charts import score_histograms, site_bars
from pipeline.audit.report.run_record import Host, RunRecord, read_run_record
from pipeline.audit.report.sentence_totals import SentenceTotals


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    return read_run_record(write_run(tmp_path / "out", []))


def test_bars_are_as_high_as_their_share_of_the_tallest() -> None:
    rows = [Sentence("a", "news", 0.97)] * 3 + [Sentence("b", "news", 0.3, uncertain=True)]
    totals = SentenceTotals()
    for batch in sentence_table([page("a", *rows)]).to_batches():
        totals.add(batch)
    news = score_histograms(totals)[2]
    assert (news.label, news.sentences) == ("news", 4)
    assert (news.bars[14].low, news.bars[14].high, news.bars[14].decided_height) == (0.95, 1.0, 1.0)
    assert news.bars[1].undecided == 1
    assert news.bars[1].undecided_height == pytest.approx(1 / 3)


def test_a_site_shows_its_mix(record: RunRecord) -> None:
    (bar,) = site_bars(replace(record, hosts=(Host("a.example", (1, 0, 2, 1)),)))
    assert [(segment.place, segment.width) for segment in bar.segments] == [
        (0, 0.25),
        (0.25, 0),
        (0.25, 0.5),
        (0.75, 0.25),
    ]


def test_sites_beyond_the_tenth_are_one_bar(record: RunRecord) -> None:
    hosts = [Host(f"{number}.example", (1, 0, 0, 0)) for number in range(12)]
    *_, rest = site_bars(replace(record, hosts=(*hosts, Host("(others)", (7, 0, 0, 0), 40))))
    assert (rest.hosts, rest.sentences) == (42, 9)


def test_a_site_without_sentences_has_no_bar(record: RunRecord) -> None:
    assert site_bars(record) == []
