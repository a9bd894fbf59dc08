"""The pages that contenders are timed on: raw ones where there are some, else generated from the sample pages."""

import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.preprocess.page import Page
from pipeline.preprocess.pages import read_pages

ROOT: Final = Path(__file__).parents[2]
SAMPLES: Final = ROOT / "corpus" / "samples"
RAW_PAGES: Final = ROOT.parent / "shared" / "pages" / "pages.jsonl.gz"

_FEWEST_OF_A_SITE: Final = 40
_TEXT: Final = re.compile(r"(?<=>)[^<>]+(?=<)")
_SITE_LINES: Final = 60
"""Lines of the menu and the footer that every generated page of one site carries."""


def mixed_pages(n_pages: int) -> list[Page]:
    """Pages of many sites, evenly taken from the raw ones; as often as it takes if there are fewer."""
    if not RAW_PAGES.exists():
        return generated_pages(n_pages)
    pages = [page for group in _raw_pages_by_site().values() for page in group]
    random.Random(0).shuffle(pages)  # noqa: S311 - not for secrets
    return pages[:n_pages]


def pages_of_one_site(n_pages: int) -> list[Page]:
    """Pages that share their menus and footers: of the raw ones, the site that repeats its lines most."""
    if not RAW_PAGES.exists():
        return generated_pages(n_pages, one_site=True)
    sites = [pages for pages in _raw_pages_by_site().values() if len(pages) >= _FEWEST_OF_A_SITE]
    return max(sites, key=_repeated_share)[:n_pages]


def with_turned_lines(html: str, n_words: int) -> str:
    """A page whose texts begin with another word: new sentences of old words, as on the next page of a crawl."""

    def turned(text: re.Match[str]) -> str:
        words = text[0].split(" ")
        turn = n_words % len(words)
        return " ".join(words[turn:] + words[:turn])

    return _TEXT.sub(turned, html)


def generated_pages(n_pages: int, *, one_site: bool = False) -> list[Page]:
    """Make HTML pages of the sentences of the sample pages, the same at every call."""
    choice = random.Random(0)  # noqa: S311 - not for secrets
    lines = sorted({line for page in read_pages([SAMPLES]) if isinstance(page, Page) for line in _lines(page)})
    menu = choice.sample(lines, min(_SITE_LINES, len(lines))) if one_site else []
    return [_generated_page(number, menu, choice.choices(lines, k=20), choice) for number in range(n_pages)]


def _generated_page(number: int, menu: list[str], lines: list[str], choice: random.Random) -> Page:
    navigation = "".join(f"<li><a href='#'>{line}</a></li>" for line in menu)
    body = "".join(f"<p>{line} {choice.getrandbits(32):x}</p>" for line in lines)
    html = f"<!DOCTYPE html><html><body><ul>{navigation}</ul><main>{body}</main></body></html>"
    return Page(f"generated/{number}", "", "generated", html, is_html=True)


def _lines(page: Page) -> list[str]:
    return [line.strip() for line in page.content.splitlines() if line.strip() and "<" not in line and "{" not in line]


def _raw_pages_by_site() -> dict[str, list[Page]]:
    sites: dict[str, list[Page]] = defaultdict(list)
    with gzip.open(RAW_PAGES, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            sites[row["source"]].append(Page(row["id"], row["url"], row["source"], row["html"], is_html=True))
    return sites


def _repeated_share(pages: Iterable[Page]) -> float:
    """Share of the markup's characters that stand in lines seen before."""
    lines = Counter(line for page in pages for line in page.content.splitlines())
    total = sum(len(line) * count for line, count in lines.items())
    return 1 - sum(map(len, lines)) / total if total else 0.0
