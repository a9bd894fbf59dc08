"""Which pages a report shows: all of them, or, of a large run, whole pages drawn evenly from labels and sites.

Stratified sampling with equal shares: pages are told apart by the label that has most of their text, and by site. The
labels take turns, and so do the sites of a label. Within a stratum the order is that of a hash of the page's id, so
that the same run always gives the same pages, in whatever order it read them. The sample is for looking, not for
estimates.
"""

import hashlib
import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from pipeline.audit.report.sentence_files import PageSpan

MAX_SENTENCES: Final = 10_000
MAX_CHARACTERS: Final = 20_000_000
"""A report holds no more of either, unless its first page alone does."""

MAX_SITES: Final = 100
"""Sites that take turns; the others are one more together, so that memory stays bounded."""

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class SampledPage:
    """A page to show, and how many sentences of it, counted from its first."""

    span: PageSpan
    sentences: int

    @property
    def rows(self) -> PageSpan:
        """Where the rows to show stand."""
        return replace(self.span, sentences=self.sentences)


@dataclass(frozen=True, slots=True)
class PageSample:
    """The pages to show.

    Attributes:
        shown: in the order of their rows.
        pages: number of pages that have sentences, shown or not.
        sentences: number of sentences, shown or not.
    """

    shown: tuple[SampledPage, ...]
    pages: int
    sentences: int

    @property
    def shown_sentences(self) -> int:
        return sum(page.sentences for page in self.shown)

    @property
    def cut_pages(self) -> int:
        """How many pages are not shown to their end."""
        return sum(page.sentences < page.span.sentences for page in self.shown)


class PageSampler:
    """Draws a sample from pages that come one by one, in memory that does not grow with their number."""

    def __init__(
        self, sites: Collection[str], max_sentences: int = MAX_SENTENCES, max_characters: int = MAX_CHARACTERS
    ) -> None:
        self._sites = frozenset(sites)
        self._max_sentences = max_sentences
        self._max_characters = max_characters
        self._drawn: dict[tuple[str, int], _Lowest] = {}
        self._pages = 0
        self._sentences = 0

    def offer(self, span: PageSpan) -> None:
        host = host_of(span.url)
        stratum = (host if host in self._sites else "", span.label)
        self._pages += 1
        self._sentences += span.sentences
        self._drawn.setdefault(stratum, _Lowest()).add(span, self._share(span, self._max_sentences // 10))

    def sample(self) -> PageSample:
        """Let the strata take turns until the report is full; a page that no longer fits is passed over."""
        limit = self._page_limit()
        chosen, used = list[SampledPage](), 0.0
        for span in self._in_turns():
            share = self._share(span, limit)
            if not chosen or used + share <= 1 + _ROUNDING:
                chosen.append(SampledPage(span, min(span.sentences, limit)))
                used += share
        return PageSample(tuple(sorted(chosen, key=lambda page: page.span.row)), self._pages, self._sentences)

    def _in_turns(self) -> list[PageSpan]:
        """Labels take turns, among those of a label the sites, and among those of a site the pages."""
        by_label: dict[int, list[list[PageSpan]]] = {}
        for (_, label), lowest in self._drawn.items():
            by_label.setdefault(label, []).append(lowest.in_order())
        return _merged([_merged(sites) for sites in by_label.values()])

    def _page_limit(self) -> int:
        """Sentences of one page that are shown: a long page shall not take the room of all the others."""
        if self._sentences <= self._max_sentences:
            return self._max_sentences
        return max(1, self._max_sentences // max(1, min(10, self._pages)))

    def _share(self, span: PageSpan, limit: int) -> float:
        """The part of the report that a page takes."""
        shown = min(span.sentences, max(1, limit))
        return max(shown / self._max_sentences, span.characters * shown / span.sentences / self._max_characters)


def host_of(url: str) -> str:
    """Return the host of an address, `""` if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class _Lowest:
    """The pages of lowest hash that fill a report."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, PageSpan, float]] = []
        self._share = 0.0

    def add(self, span: PageSpan, share: float) -> None:
        heapq.heappush(self._heap, (-_hash(span.doc_id), -span.row, span, share))
        self._share += share
        while self._share - self._heap[0][3] > 1:
            self._share -= heapq.heappop(self._heap)[3]

    def in_order(self) -> list[PageSpan]:
        return [item[2] for item in sorted(self._heap, reverse=True)]


def _merged(lists: Iterable[list[PageSpan]]) -> list[PageSpan]:
    """The first page of every list, then the second ones, and so on; those of one turn by their hashes."""
    turns = [(turn, _hash(span.doc_id), span.row, span) for pages in lists for turn, span in enumerate(pages)]
    return [item[3] for item in sorted(turns, key=lambda item: item[:3])]


def _hash(doc_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(doc_id.encode(), digest_size=8).digest())
