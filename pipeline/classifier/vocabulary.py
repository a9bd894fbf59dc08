"""Names of n-grams: those of a text's own, and the best-known one of each hashed column."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.classifier.features import ATTRIBUTE_OF_CHANNEL, BIGRAM_CHANNELS, CHANNELS
from pipeline.errors import ModelError
from pipeline.preprocess.boundaries import Tokens
from pipeline.preprocess.tokenizer import LEXICAL_FORMS

VOCABULARY_FILE: Final = "vocabulary.json"
"""In a model's folder: by channel, the names of columns."""


@dataclass(frozen=True, slots=True)
class NgramNames:
    """Reads n-grams where they stand.

    Attributes:
        text: the text of a batch of documents, `preprocess.sentences.batch_text`.
        tokens: its tokens.
    """

    text: str
    tokens: Tokens

    def name(self, channel: str, token: int) -> str:
        """The n-gram of a channel that begins with a token; a space between two."""
        last = token + 1 if channel in BIGRAM_CHANNELS else token
        return " ".join(self._form(number, ATTRIBUTE_OF_CHANNEL[channel]) for number in range(token, last + 1))

    def _form(self, token: int, attribute: int) -> str:
        return LEXICAL_FORMS[attribute](self.text[self.tokens.start[token] : self.tokens.end[token]])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-gram by which a hashed column is best known: the most frequent one in training.

    Attributes:
        ngrams: channel and name, by column.
    """

    ngrams: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def better_known(self, column: int, channel: str, name: str) -> str:
        """Channel and name of the n-gram that a column mostly stood for in training; empty if that is this one."""
        known = self.ngrams.get(column, (channel, name))
        return "" if known == (channel, name) else " ".join(known)

    def as_json(self) -> str:
        by_channel: dict[str, dict[int, str]] = {channel: {} for channel in CHANNELS}
        for column, (channel, name) in sorted(self.ngrams.items()):
            by_channel[channel][column] = name
        return json.dumps(by_channel, ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def from_json(cls, text: str, place: str) -> "Vocabulary":
        """Read what `as_json` wrote.

        Raises:
            ModelError: naming `place`, if it is something else.
        """
        try:
            channels = json.loads(text).items()
            return cls(
                {int(column): (channel, str(name)) for channel, names in channels for column, name in names.items()}
            )
        except (ValueError, AttributeError) as error:
            raise ModelError(f"{place}: not a vocabulary; train the model again with train.py") from error
