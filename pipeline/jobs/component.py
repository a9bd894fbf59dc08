"""The spaCy component `winnow`: sentences and their labels in anybody's pipeline.

nlp = spacy.blank("en")
nlp.add_pipe("winnow")
for sentence in nlp(text).sents:
    print(sentence._.label, sentence._.score, sentence)
"""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from pipeline.errors import UsageError
from pipeline.jobs.cleaning import LabelledSentences
from pipeline.jobs.models import find_model
from pipeline.jobs.sentence_rows import labelled_sentences
from pipeline.preprocess.document import Document
from pipeline.preprocess.markdown import read_markdown
from pipeline.preprocess.web_sentences import set_sentence_starts
from pipeline.schema import LABELS

EXTENSIONS: Final = ("label", "score")


@Language.factory(
    "winnow",
    assigns=["doc.sents", "token.is_sent_start", "span._.label", "span._.score"],
    default_config={"model": None},
)
def create_winnow_component(nlp: Language, name: str, model: str | None) -> "WinnowComponent":
    """Make the component; `model` is a name or a folder, None the shipped one."""
    del nlp, name
    return WinnowComponent(model)


class WinnowComponent:
    """Cuts a Doc into sentences and labels them.

    Sentences are found in the Doc's text, whatever tokens it has; a token belongs to the sentence in which it starts. A
    sentence in which no token of the Doc starts is not seen.

    Args:
        model: name or folder of a model; None for the shipped one.

    Raises:
        ModelError: there is no such model.
        UsageError: another component has defined `span._.label` or `span._.score`.
    """

    def __init__(self, model: str | None = None) -> None:
        _define_extensions()
        self.model = model
        self._tagger = find_model(model).load()

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.sents`, and label and score of each sentence.

        Raises:
            UsageError: the Doc has been parsed, which settles its sentences.
        """
        return next(self._label_docs([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Label many Docs, `batch_size` at a time; the result is that of one at a time."""
        for docs in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]  # spaCy types none of it
            yield from self._label_docs(docs)

    def __reduce__(self) -> "tuple[type[WinnowComponent], tuple[str | None]]":
        """Pickle by the model's name: another process loads it there."""
        return type(self), (self.model,)

    def _label_docs(self, docs: list[Doc]) -> Iterator[Doc]:
        # `extract` would repair the text, and sentences would no longer be where the Doc's tokens are.
        documents = [Document("", "", "", doc.text, read_markdown(doc.text), is_html=False) for doc in docs]
        sentences, probabilities = self._tagger.label(documents)
        labelled = labelled_sentences(sentences, probabilities, len(documents))
        scores = np.array_split(
            probabilities.max(axis=1, initial=0), np.searchsorted(sentences.document, np.arange(1, len(docs)))
        )
        for doc, columns, score in zip(docs, labelled, scores, strict=True):
            _annotate(doc, columns, score)
            yield doc


def _define_extensions() -> None:
    for extension in EXTENSIONS:
        if not Span.has_extension(extension):
            Span.set_extension(extension, default=None)
        elif Span.get_extension(extension) != (None, None, None, None):
            raise UsageError(f"span._.{extension} is already defined by another component; remove it to use winnow")


def _annotate(doc: Doc, sentences: LabelledSentences, score: NDArray[np.float32]) -> None:
    if not len(doc):
        return
    if doc.has_annotation("DEP"):
        raise UsageError('the Doc is parsed, its sentences are settled; add winnow with before="parser"')
    seen = _set_sentence_starts(doc, sentences)
    for span, index in zip(doc.sents, seen, strict=True):
        if len(sentences.label):
            span._.label = LABELS[sentences.label[index]]
            span._.score = float(score[index])


def _set_sentence_starts(doc: Doc, sentences: LabelledSentences) -> list[int]:
    """Mark the first token of each sentence; return the indices of the sentences that have one."""
    return list(set_sentence_starts(doc, sentences.start).tolist())
