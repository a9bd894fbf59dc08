"""`Document` + labelled sentences -> cleaned documents and their account of characters."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UsageError
from pipeline.jobs.rendering import KeptBlock, render_markdown, render_text
from pipeline.jobs.sections import blocks_with_content
from pipeline.preprocess.extract import Document
from pipeline.schema import LABELS


@dataclass(frozen=True, slots=True)
class LabelledSentences:
    """A document's sentences as columns of length `n_sentences`, in the order of the text.

    Attributes:
        start: first code point in the document's text.
        end: one past the last code point.
        label: index into `schema.LABELS`.
        uncertain: whether the model abstains.
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    label: NDArray[np.int8]
    uncertain: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CleanedDocument:
    """What is left of a document, and what became of every character of its text.

    Attributes:
        id: the document's; after `split_document` with `#LABEL` behind it.
        url: the document's.
        source: the document's.
        text: kept sentences, plain; empty if none is.
        markdown: the same with headings, lists, tables, quotes and code marked.
        label_counts: kept sentences by label, in the order of `schema.LABELS`; only labels that occur.
        characters_kept: code points of the document's text that belong to sentences kept.
        characters_removed: code points that belong to other labels or to headings without content.
        characters_uncertain: code points that belong to sentences left out because the model abstains.
    """

    id: str
    url: str
    source: str
    text: str
    markdown: str
    label_counts: Mapping[str, int]
    characters_kept: int
    characters_removed: int
    characters_uncertain: int


def clean_document(
    document: Document,
    sentences: LabelledSentences,
    keep: Collection[str],
    *,
    keep_uncertain: bool = False,
) -> CleanedDocument:
    """Keep the sentences that carry one of the labels in `keep`.

    A heading with nothing kept under it, up to the next heading of the same or a higher rank, is removed
    whatever its own label, and counts as removed: neither its characters nor its sentences are kept ones.

    Characters kept, removed and uncertain add up to `len(document.text)`. White space belongs to the sentence
    before it, at the beginning of the text to the first; a text without sentences is removed.

    Args:
        document: as extracted.
        sentences: all of its sentences.
        keep: names from `schema.LABELS`.
        keep_uncertain: treat sentences that the model abstains on as their label says, instead of leaving
            them out and counting them as uncertain.

    Raises:
        UsageError: a name in `keep` is no label.
    """
    labelled = _label_mask(keep)[sentences.label]
    uncertain = np.zeros_like(labelled) if keep_uncertain else sentences.uncertain
    block_of = _blocks_of(document, sentences)
    kept = _without_empty_sections(document, block_of, labelled & ~uncertain)
    shares = _characters_of(document, sentences)
    blocks = _kept_blocks(document, sentences, block_of, np.flatnonzero(kept))
    kept_characters, uncertain_characters = int(shares[kept].sum()), int(shares[uncertain].sum())
    counts = np.bincount(sentences.label[kept], minlength=len(LABELS)).tolist()
    return CleanedDocument(
        id=document.id,
        url=document.url,
        source=document.source,
        text=render_text(document, blocks),
        markdown=render_markdown(document, blocks),
        label_counts={label: count for label, count in zip(LABELS, counts, strict=True) if count},
        characters_kept=kept_characters,
        characters_removed=len(document.text) - kept_characters - uncertain_characters,
        characters_uncertain=uncertain_characters,
    )


def split_document(
    document: Document,
    sentences: LabelledSentences,
    keep: Collection[str],
    *,
    keep_uncertain: bool = False,
) -> list[CleanedDocument]:
    """Make one cleaned document for every label in `keep` that has a kept sentence, in the order of `LABELS`.

    Each accounts for the whole text, so that characters it removed may be kept in another. A heading goes
    with the sentences of its own label only.

    Raises:
        UsageError: a name in `keep` is no label.
    """
    mask = _label_mask(keep)
    labels = [label for label, wanted in zip(LABELS, mask, strict=True) if wanted]
    parts = [clean_document(document, sentences, {label}, keep_uncertain=keep_uncertain) for label in labels]
    return [
        replace(part, id=f"{part.id}#{label}") for label, part in zip(labels, parts, strict=True) if part.label_counts
    ]


def _label_mask(keep: Collection[str]) -> NDArray[np.bool_]:
    unknown = sorted(set(keep).difference(LABELS))
    if unknown:
        raise UsageError(f"no such label: {', '.join(unknown)}; choose from {', '.join(LABELS)}")
    return np.array([label in keep for label in LABELS])


def _blocks_of(document: Document, sentences: LabelledSentences) -> NDArray[np.intp]:
    starts = np.fromiter((block.start for block in document.blocks), np.int64, len(document.blocks))
    return np.searchsorted(starts, sentences.start, side="right") - 1


def _characters_of(document: Document, sentences: LabelledSentences) -> NDArray[np.int64]:
    """Code points of each sentence with the white space that belongs to it."""
    if not len(sentences.start):
        return np.empty(0, np.int64)
    return np.diff(sentences.start[1:], prepend=0, append=len(document.text))


def _without_empty_sections(
    document: Document, block_of: NDArray[np.intp], kept: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    has_kept = np.bincount(block_of[kept], minlength=len(document.blocks)) > 0
    return kept & blocks_with_content(document, has_kept)[block_of]


def _kept_blocks(
    document: Document, sentences: LabelledSentences, block_of: NDArray[np.intp], kept: NDArray[np.intp]
) -> list[KeptBlock]:
    """What is kept of each block: runs of neighbours as they stood, a space where sentences are missing."""
    if not len(kept):
        return []
    block = block_of[kept]
    begins = np.flatnonzero((np.diff(kept, prepend=-2) != 1) | (np.diff(block, prepend=-1) != 0))
    ends = np.append(begins[1:], len(kept)) - 1
    texts: dict[int, list[str]] = {}
    spans = zip(block[begins], sentences.start[kept[begins]], sentences.end[kept[ends]], strict=True)
    for index, start, end in spans:
        texts.setdefault(int(index), []).append(document.text[start:end])
    return [KeptBlock(index, document.blocks[index], " ".join(runs)) for index, runs in texts.items()]
