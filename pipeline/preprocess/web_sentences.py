"""`web_sentences`: the sentence boundaries as a component for anybody's spaCy pipeline."""

import re
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.preprocess.boundaries import read_tokens, sentence_starts, token_table

_LINE_BREAK: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


@Language.component("web_sentences", assigns=["token.is_sent_start", "doc.sents"])
def web_sentences(doc: Doc) -> Doc:
    """Set sentence boundaries on a Doc of any tokenizer; a line break always ends a sentence."""
    tokens = read_tokens(token_table(doc))
    line_starts = [line_break.end() for line_break in _LINE_BREAK.finditer(doc.text)]
    starts = tokens.start[sentence_starts(tokens, np.array(line_starts, np.int64))]
    firsts = set(starts.tolist())
    for token in doc:
        token.is_sent_start = token.idx in firsts
    return doc
