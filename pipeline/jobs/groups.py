"""Pages taken together: large enough for the classifier to be fast, small enough for memory and for streaming."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from pipeline.errors import InputError
from pipeline.preprocess.document import Document
from pipeline.preprocess.page import Page

GROUP_CHARACTERS: Final = 500_000
"""Code points of markup or text after which a group is full."""

GROUP_PAGES: Final = 256
"""Pages, failures among them, after which a group is full."""

Item: TypeAlias = Page | Document | InputError


def in_groups(
    pages: Iterable[Item], *, max_characters: int = GROUP_CHARACTERS, max_pages: int = GROUP_PAGES
) -> Iterator[tuple[Item, ...]]:
    """Yield the pages in order, a few at a time; no group is empty."""
    group: list[Item] = []
    characters = 0
    for page in pages:
        group.append(page)
        characters += _characters(page)
        if characters >= max_characters or len(group) >= max_pages:
            yield tuple(group)
            group, characters = [], 0
    if group:
        yield tuple(group)


def _characters(page: Item) -> int:
    if isinstance(page, InputError):
        return 0
    return len(page.content if isinstance(page, Page) else page.text)
