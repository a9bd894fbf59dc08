"""`web_sentences`: the sentence boundaries as a component for anybody's spaCy pipeline."""

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.preprocess.boundaries import read_tokens, sentence_starts, token_table


@Language.component("web_sentences", assigns=["token.is_sent_start", "doc.sents"])
def web_sentences(doc: Doc) -> Doc:
    """Set sentence boundaries on a Doc of any tokenizer; a line break always ends a sentence."""
    tokens = read_tokens(token_table(doc))
    line_starts = np.cumsum([len(line) for line in doc.text.splitlines(keepends=True)], dtype=np.int64)
    starts = tokens.start[sentence_starts(tokens, line_starts)]
    firsts = set(starts.tolist())
    for token in doc:
        token.is_sent_start = token.idx in firsts
    return doc
