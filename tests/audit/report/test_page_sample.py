from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.report.page_sample import PageSample, PageSampler, host_of
from pipeline.audit.report.sentence_files import PageSpan

SITES = ["a.example", "b.example"]


def span(row: int, sentences: int, *, site: str = "", label: int = 3, characters: int = 1) -> PageSpan:
    return PageSpan(row, sentences, characters, label, f"page {row}", f"https://{site}/" if site else "")


def sample(spans: list[PageSpan], most: int = 100, characters: int = 10_000) -> PageSample:
    sampler = PageSampler(SITES, most, characters)
    for page in spans:
        sampler.offer(page)
    return sampler.sample()


@given(st.lists(st.integers(1, 30), max_size=6))
def test_a_small_run_is_shown_whole(lengths: list[int]) -> None:
    spans = [span(row, length) for row, length in enumerate(lengths)]
    drawn = sample(spans, most=180)
    assert [page.span for page in drawn.shown] == spans
    assert (drawn.shown_sentences, drawn.cut_pages) == (sum(lengths), 0)


@given(st.lists(st.integers(1, 90), min_size=1, max_size=300))
def test_a_large_run_never_shows_more_than_fits_and_counts_what_it_leaves_out(lengths: list[int]) -> None:
    drawn = sample([span(row, length) for row, length in enumerate(lengths)])
    assert 0 < drawn.shown_sentences <= 100
    assert (drawn.pages, drawn.sentences) == (len(lengths), sum(lengths))


def test_the_order_of_the_pages_does_not_change_the_sample() -> None:
    spans = [span(row, 5, site=SITES[row % 2], label=row % 4) for row in range(400)]
    assert sample(spans).shown == sample(spans[::-1]).shown


def test_labels_and_sites_take_turns() -> None:
    spans = [span(row, 10, site="a.example") for row in range(300)]
    spans += [span(row, 10, site="b.example") for row in range(300, 320)]
    spans += [span(row, 10, label=0) for row in range(320, 330)]
    drawn = sample(spans)
    strata = Counter((host_of(page.span.url), page.span.label) for page in drawn.shown)
    assert strata[("", 0)] == 5
    assert sorted(strata[(site, 3)] for site in SITES) == [2, 3]


def test_a_long_page_is_cut_where_it_would_take_the_room_of_others() -> None:
    drawn = sample([span(row, 1000) for row in range(20)])
    assert [page.sentences for page in drawn.shown] == [10] * 10
    assert drawn.cut_pages == 10


def test_a_single_page_has_the_whole_report() -> None:
    assert [page.sentences for page in sample([span(0, 1000)]).shown] == [100]


def test_characters_fill_a_report_too() -> None:
    assert len(sample([span(row, 1, characters=4000) for row in range(9)]).shown) == 2


def test_a_page_that_alone_is_too_large_is_shown() -> None:
    assert len(sample([span(0, 1, characters=90_000)]).shown) == 1


def test_an_address_without_a_host_has_none() -> None:
    assert [host_of(url) for url in ("https://a.example:80/x", "", "a/b", "https://[x")] == ["a.example", "", "", ""]
