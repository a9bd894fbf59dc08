import pytest
import spacy

from pipeline.preprocess.web_sentences import web_sentences

CUT = {
    "Dr. Amsel rang. She said to rest.": ["Dr. Amsel rang.", "She said to rest."],
    "A heading without a stop\nThen a line.": ["A heading without a stop\n", "Then a line."],
    "One line only": ["One line only"],
}


@pytest.mark.parametrize("text", CUT)
def test_web_sentences_cuts_a_doc_of_the_english_tokenizer(text: str) -> None:
    doc = web_sentences(spacy.blank("en")(text))
    assert [sentence.text for sentence in doc.sents] == CUT[text]


def test_web_sentences_can_be_added_to_any_pipeline_by_name() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("web_sentences")
    assert [len(list(doc.sents)) for doc in nlp.pipe(["Eins. Zwei.", "", "  \n "])] == [2, 0, 1]
