"""Pages in, labelled sentences out: what `load_model()` returns."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import scipy.sparse as sp
from numpy.typing import NDArray

from pipeline.classifier.features import sentence_features
from pipeline.classifier.reading import SentenceReader
from pipeline.classifier.stages import FittedStages
from pipeline.classifier.word_vectors import NO_WORD_VECTORS, WordVectors
from pipeline.errors import InputError, ModelError
from pipeline.jobs.cleaning import CleanedDocument, clean_document
from pipeline.jobs.groups import in_groups
from pipeline.jobs.sentence_rows import labelled_sentences, most_probable, sentence_rows
from pipeline.preprocess.document import Document
from pipeline.preprocess.extract import extract
from pipeline.preprocess.page import Page
from pipeline.preprocess.sentences import SentenceBatch, SentenceSplitter, batch_text
from pipeline.schema import LABELS, SCORE_DECIMALS, WANTED_LABELS

if TYPE_CHECKING:
    from pipeline.classifier.explanation import Explanation
    from pipeline.classifier.vocabulary import Vocabulary


class SentencePredictor(Protocol):
    """What a Tagger needs of a classifier.

    Attributes:
        classes_: names of labels, `(n_classes,)`.
    """

    classes_: NDArray[Any]

    def predict_proba(self, X: sp.csr_matrix, *, pages: NDArray[np.int32]) -> NDArray[np.floating[Any]]:
        """Return `(n_sentences, n_classes)` in the order of `classes_`; sentences of equal `pages` stand together."""
        ...


class Tagger:
    """A splitter and a classifier that work together.

    Args:
        splitter: cuts documents into sentences.
        classifier: gives the sentences their probabilities.
        name: how results name the model.
        digest: hexadecimal digest of the model's files; empty when it has none.
        words: the word vectors that the classifier was trained with.
        threshold: sentences whose score is lower are uncertain.
        read_vocabulary: called before the first explanation, which says by it which n-grams collide; by default
            none does.

    Raises:
        ModelError: the classifier knows a class that is no label.
    """

    def __init__(
        self,
        splitter: SentenceSplitter,
        classifier: SentencePredictor,
        name: str = "",
        digest: str = "",
        *,
        words: WordVectors = NO_WORD_VECTORS,
        threshold: float = 0.0,
        read_vocabulary: "Callable[[], Vocabulary] | None" = None,
    ) -> None:
        self.splitter = splitter
        self.classifier = classifier
        self.name = name
        self.digest = digest
        self.words = words
        self.threshold = threshold
        self._read_vocabulary = read_vocabulary
        self._columns = _label_columns(classifier)
        self._reader = SentenceReader(classifier, words) if isinstance(classifier, FittedStages) else None

    def tag(
        self,
        pages: Iterable[Page | Document | InputError],
        *,
        on_error: Callable[[InputError], object] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Yield sentence rows (`schema.sentence_schema()`), one batch for every group of pages.

        How pages are grouped changes no row. What `read_pages` yields can be given as it is.

        Args:
            pages: pages, extracted documents, or the failures of a reader.
            on_error: called with every failure, after which the rest goes on.

        Raises:
            InputError: a page cannot be read and `on_error` is not given.
        """
        for group in in_groups(pages):
            documents, failures = extract_all(group)
            for failure in failures:
                if on_error is None:
                    raise failure
                on_error(failure)
            yield sentence_rows(documents, *self.label(documents), threshold=self.threshold)

    def clean(self, document: Document | Page, keep: Collection[str] = WANTED_LABELS) -> CleanedDocument:
        """Keep the sentences of one document that carry one of the labels in `keep` and are not uncertain.

        Raises:
            InputError: the page cannot be read.
            UsageError: a name in `keep` is no label.
        """
        documents = [extract(document) if isinstance(document, Page) else document]
        (labelled,) = labelled_sentences(*self.label(documents), len(documents), threshold=self.threshold)
        return clean_document(documents[0], labelled, keep)

    def label(self, documents: Sequence[Document]) -> tuple[SentenceBatch, NDArray[np.float32]]:
        """Return the sentences of all documents and their probabilities, `(n_sentences, 4)`.

        Columns are in the order of `schema.LABELS`; values are rounded to six decimals.
        """
        sentences = self.splitter.split(documents)
        if not len(sentences):
            return sentences, np.empty((0, len(LABELS)), np.float32)
        probabilities = np.zeros((len(sentences), len(LABELS)))
        probabilities[:, self._columns] = self._of_classes(sentences)
        return sentences, np.round(probabilities, SCORE_DECIMALS).astype(np.float32)

    def _of_classes(self, sentences: SentenceBatch) -> NDArray[np.floating[Any]]:
        if self._reader is not None:
            return self._reader.predict_proba(sentences)
        features = sentence_features(sentences, self.words)
        return self.classifier.predict_proba(features, pages=sentences.document)

    def forget(self) -> None:
        """Drop what is remembered of earlier pages to save time; no result depends on it."""
        self.splitter.forget()
        if self._reader is not None:
            self._reader.forget()

    def explain(self, documents: Sequence[Document]) -> "list[Explanation]":
        """Say of every sentence of all documents why it got its label, in the order of `label`.

        Raises:
            ModelError: the classifier is none that can be explained, or the model's vocabulary is damaged.
        """
        return self.explain_labelled(documents, *self.label(documents))

    def explain_labelled(
        self, documents: Sequence[Document], sentences: SentenceBatch, probabilities: NDArray[np.float32]
    ) -> "list[Explanation]":
        """As `explain`, for sentences that `label` has returned."""
        from pipeline.classifier.explanation import explain  # noqa: PLC0415 - most calls want no explanations

        if not isinstance(self.classifier, FittedStages):
            raise ModelError(f"a {type(self.classifier).__name__} cannot be explained; use a model of train.py")
        if not len(sentences):
            return []
        # The reverse of `_columns`: a label that the classifier has never met is never the likeliest.
        class_of_label = np.full(len(LABELS), -1)
        class_of_label[self._columns] = np.arange(len(self._columns))
        target = class_of_label[most_probable(probabilities)]
        text = batch_text(documents)
        return explain(self.classifier, sentences, text, target, vocabulary=self._vocabulary, vectors=self.words)

    @cached_property
    def _vocabulary(self) -> "Vocabulary":
        from pipeline.classifier.vocabulary import Vocabulary  # noqa: PLC0415 - only explanations need it

        return Vocabulary() if self._read_vocabulary is None else self._read_vocabulary()


def extract_all(
    pages: Iterable[Page | Document | InputError],
) -> tuple[list[Document], list[InputError]]:
    """Extract every page; failures, those given among them, are in the order of the input."""
    documents, failures = [], []
    for page in pages:
        try:
            documents.append(_extracted(page))
        except InputError as failure:
            failures.append(failure)
    return documents, failures


def _label_columns(classifier: SentencePredictor) -> list[int]:
    """Places of the classifier's classes in `schema.LABELS`; a label it has never met has no probability."""
    names = [str(name) for name in classifier.classes_]
    unknown = sorted(set(names).difference(LABELS))
    if unknown:
        raise ModelError(f"the model knows {', '.join(unknown)}, which winnow does not; train it with train.py")
    return [LABELS.index(name) for name in names]


def _extracted(page: Page | Document | InputError) -> Document:
    if isinstance(page, InputError):
        raise page
    return extract(page) if isinstance(page, Page) else page
