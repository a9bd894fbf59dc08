"""Corrections -> labelled pages: the corrected sentence with its label, its neighbours without one."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.sentences import SentenceSplitter
from pipeline.schema import BlockKind
from pipeline.training.corpus import LabelledPage, Unit
from pipeline.training.corrections import Correction

LICENSE: Final = "corrections"


def correction_pages(corrections: Sequence[Correction]) -> list[LabelledPage]:
    """One page for each correction; its source is the site, if the URL is known, otherwise the document."""
    contexts = _sentences([text for one in corrections for text in (one.before, one.after)])
    return [
        _page(correction, contexts[2 * number], contexts[2 * number + 1])
        for number, correction in enumerate(corrections)
    ]


def _page(correction: Correction, before: Sequence[str], after: Sequence[str]) -> LabelledPage:
    source = _site(correction)

    def units(texts: Sequence[str], label: str | None) -> Iterator[Unit]:
        return (Unit(text, label, BlockKind.PARAGRAPH, source) for text in texts)

    corrected = " ".join(correction.text.split())
    name = f"correction {correction.key!r}"
    return LabelledPage(
        name, source, LICENSE, (*units(before, None), *units([corrected], correction.new_label), *units(after, None))
    )


def _sentences(texts: Sequence[str]) -> list[list[str]]:
    """Cut texts of several sentences, joined by spaces, up again."""
    lines = [" ".join(text.split()) for text in texts]
    documents = [Document("", "", "", line, read_markdown(line), is_html=False) for line in lines]
    cut: list[list[str]] = [[] for _ in lines]
    batch = SentenceSplitter().split(documents)
    for number, start, end in zip(batch.document.tolist(), batch.start.tolist(), batch.end.tolist(), strict=True):
        cut[number].append(lines[number][start:end])
    return cut


def _site(correction: Correction) -> str:
    for address in (correction.url, correction.key[0]):
        try:
            host = urlsplit(address).hostname
        except ValueError:
            continue
        if host:
            return host
    return correction.key[0]
