import numpy as np
from labelled_lines import LINES, document

from pipeline.classifier.features import column_of
from pipeline.classifier.model import SentenceClassifier
from pipeline.classifier.vocabulary import Vocabulary
from pipeline.preprocess.tokenizer import string_keys
from pipeline.training.ngram_vocabulary import column_vocabulary

LABELLED = [document(line, line) for lines in LINES.values() for line in lines]


def column(word: str) -> int:
    return int(column_of("word", string_keys((word,)))[0])


def test_a_column_is_named_after_the_ngram_that_falls_into_it(line_classifier: SentenceClassifier) -> None:
    ngrams = column_vocabulary(line_classifier, LABELLED).ngrams
    assert ngrams[column("cookies")] == ("word", "cookies")
    assert ("word_bigram", "all cookies") in ngrams.values()
    assert ("shape", "xxxx") in ngrams.values()


def test_every_column_that_the_model_reads_is_named_if_there_is_room(line_classifier: SentenceClassifier) -> None:
    vocabulary = column_vocabulary(line_classifier, LABELLED)
    assert sorted(vocabulary.ngrams) == line_classifier.weighting_.columns.tolist()


def test_of_ngrams_in_one_column_the_most_frequent_one_gives_its_name(line_classifier: SentenceClassifier) -> None:
    wanted = column("cookies")
    twin = next(word for word in map(str, range(10**7)) if column(word) == wanted)
    for count, name in ((1, "cookies"), (4, twin)):
        documents = [document(f"Cookies cookies and {' '.join([twin] * count)}")]
        assert column_vocabulary(line_classifier, documents).ngrams[wanted] == ("word", name)


def test_the_weightiest_columns_come_first(line_classifier: SentenceClassifier) -> None:
    weighting = line_classifier.weighting_
    coef = line_classifier.first_.linear.coef[: len(weighting.columns)]
    weight = np.abs(coef - coef.mean(axis=1, keepdims=True)).max(axis=1) * weighting.idf
    few = column_vocabulary(line_classifier, LABELLED, max_entries=10).ngrams
    assert len(few) == 10
    assert min(weight[np.isin(weighting.columns, list(few))]) >= sorted(weight)[-10]


def test_a_vocabulary_keeps_to_its_size(line_classifier: SentenceClassifier) -> None:
    overhead = len(Vocabulary().as_json())
    for limit in (0, 100, 1000):
        vocabulary = column_vocabulary(line_classifier, LABELLED, max_bytes=limit)
        assert len(vocabulary.as_json().encode()) <= limit + overhead
    assert 40 < len(vocabulary.ngrams) < len(line_classifier.weighting_.columns)


def test_columns_that_do_not_occur_have_no_name(line_classifier: SentenceClassifier) -> None:
    assert column("cookies") not in column_vocabulary(line_classifier, [document("Rest.")]).ngrams
