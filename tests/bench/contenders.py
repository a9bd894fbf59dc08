"""What winnow is measured against. Each does its whole work on pages of markup in memory, in one process.

Everything is loaded and fitted before the clock starts; tokenizers and caches are new in every round, as at the
beginning of a crawl.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any, Final

from bench_pages import ROOT

from pipeline.preprocess.page import Page

_TRAINING_UNITS: Final = 5_000
_ENCODED_SENTENCES: Final = 512
"""Sentences that stand for all: the encoder would take minutes a round."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a contender has done in a round.

    Attributes:
        pages: pages.
        sentences: sentences labelled, 0 for one that labels none.
        share: of the whole work; below 1 the time has to be extrapolated.
        begin: when the work that counts began, process and wall clock, in seconds; None for the round's beginning.
    """

    pages: int
    sentences: int
    share: float = 1.0
    begin: tuple[float, float] | None = None


Round = Callable[[Sequence[Page]], Work]


Contender = Callable[[str | None], Callable[[], Round]]
"""Takes a model's name, loads and fits, and returns what makes a fresh round ready; imports when called."""


def winnow(model: str | None) -> Callable[[], Round]:
    """The whole pipeline: rows of sentences and cleaned documents, every block labelled."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - a contender alone imports what it needs

    from pipeline.jobs.groups import in_groups  # noqa: PLC0415 - the same
    from pipeline.jobs.job import Job  # noqa: PLC0415 - the same
    from pipeline.jobs.models import load_model  # noqa: PLC0415 - the same
    from pipeline.jobs.runs import process_group  # noqa: PLC0415 - the same
    from pipeline.schema import WANTED_LABELS  # noqa: PLC0415 - the same

    tagger, job = load_model(model), Job(frozenset(WANTED_LABELS))

    def round_(pages: Sequence[Page]) -> Work:
        n_sentences = 0
        with threadpool_limits(1):
            for group in in_groups(pages):
                n_sentences += sum(rows.num_rows for rows in process_group(group, tagger, job).rows)
        return Work(len(pages), n_sentences)

    def fresh() -> Round:
        tagger.forget()
        return round_

    return fresh


def winnow_labels(model: str | None) -> Callable[[], Round]:
    """What of winnow the encoder stands against: sentences found and labelled in text that is extracted already."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - a contender alone imports what it needs

    from pipeline.jobs.groups import in_groups  # noqa: PLC0415 - the same
    from pipeline.jobs.models import load_model  # noqa: PLC0415 - the same
    from pipeline.jobs.tagging import extract_all  # noqa: PLC0415 - the same

    tagger = load_model(model)

    def round_(pages: Sequence[Page]) -> Work:
        groups = [extract_all(group)[0] for group in in_groups(pages)]
        begin = process_time(), perf_counter()
        with threadpool_limits(1):
            n_sentences = sum(len(tagger.label(documents)[0]) for documents in groups)
        return Work(len(pages), n_sentences, begin=begin)

    def fresh() -> Round:
        tagger.forget()
        return round_

    return fresh


def trafilatura_tfidf(_model: str | None) -> Callable[[], Round]:
    """(a) What most would write: main content, sentencizer, TF-IDF of words and characters, logistic regression."""
    import trafilatura  # noqa: PLC0415 - an extra for developers

    return _tfidf(lambda html: trafilatura.extract(html, fast=True) or "")


def resiliparse_tfidf(_model: str | None) -> Callable[[], Round]:
    """(b) The same with another extraction of the main content."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - a contender imports what it needs

    return _tfidf(lambda html: extract_plain_text(html, main_content=True))


def encoder(_model: str | None) -> Callable[[], Round]:
    """(c) all-MiniLM-L6-v2 and logistic regression, on a sample of the sentences that winnow finds."""
    import torch  # noqa: PLC0415 - an extra for developers
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the same

    from pipeline.jobs.tagging import extract_all  # noqa: PLC0415 - the same
    from pipeline.preprocess.sentences import SentenceSplitter  # noqa: PLC0415 - the same
    from pipeline.training.encoder import load_encoder  # noqa: PLC0415 - the same

    torch.set_num_threads(1)
    model, splitter = load_encoder(), SentenceSplitter()
    units, labels = _training_units(200)
    classifier = LogisticRegression(max_iter=200).fit(model.encode(units), labels)

    def fresh() -> Round:
        return round_

    def round_(pages: Sequence[Page]) -> Work:
        texts = sentence_texts(pages)
        begin = process_time(), perf_counter()
        sample = texts[:: max(1, len(texts) // _ENCODED_SENTENCES)]
        classifier.predict_proba(model.encode(sample))
        return Work(len(pages), len(texts), len(sample) / len(texts), begin)

    def sentence_texts(pages: Sequence[Page]) -> list[str]:
        documents, _ = extract_all(pages)
        found = splitter.split(documents)
        places = zip(found.document.tolist(), found.start.tolist(), found.end.tolist(), strict=True)
        return [documents[document].text[start:end] for document, start, end in places]

    return fresh


def floor(_model: str | None) -> Callable[[], Round]:
    """(d) Resiliparse reads every page and spaCy's blank English tokenizer cuts the text; nothing else is done."""
    import spacy  # noqa: PLC0415 - a contender alone imports what it needs
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - the same

    def fresh() -> Round:
        tokenizer = spacy.blank("en").tokenizer

        def round_(pages: Sequence[Page]) -> Work:
            for page in pages:
                tokenizer(extract_plain_text(page.content))
            return Work(len(pages), 0)

        return round_

    return fresh


CONTENDERS: Final[dict[str, Contender]] = {
    "winnow": winnow,
    "winnow_labels": winnow_labels,
    "a_trafilatura_tfidf": trafilatura_tfidf,
    "b_resiliparse_tfidf": resiliparse_tfidf,
    "c_encoder": encoder,
    "d_floor": floor,
}


def _tfidf(extract: Callable[[str], str]) -> Callable[[], Round]:
    import spacy  # noqa: PLC0415 - a contender alone imports what it needs

    classifier = _fitted_tfidf()

    def fresh() -> Round:
        nlp = spacy.blank("en")
        nlp.add_pipe("sentencizer")
        nlp.max_length = 100_000_000

        def round_(pages: Sequence[Page]) -> Work:
            sentences = [
                sentence.text
                for page in pages
                for sentence in nlp(extract(page.content)).sents
                if sentence.text.strip()
            ]
            if sentences:
                classifier.predict_proba(sentences)
            return Work(len(pages), len(sentences))

        return round_

    return fresh


def _fitted_tfidf() -> Any:  # noqa: ANN401 - scikit-learn ships no types
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a contender imports what it needs
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the same
    from sklearn.pipeline import make_pipeline, make_union  # noqa: PLC0415 - the same

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LogisticRegression(max_iter=1000)).fit(
        *_training_units(_TRAINING_UNITS)
    )


def _training_units(n_units: int) -> tuple[list[str], list[str]]:
    """Texts and labels, evenly taken from the corpus."""
    units = [
        (unit["text"], unit["label"])
        for path in sorted((ROOT / "corpus").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        for unit in json.loads(line)["units"]
        if unit.get("label")
    ]
    chosen = units[:: max(1, len(units) // n_units)]
    return [text for text, _ in chosen], [label for _, label in chosen]
