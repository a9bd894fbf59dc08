"""Where sentences begin, decided for all tokens of a text at once.

A sentence begins with every block; inside a block, behind every full-width stop, and wherever the learned weights find
that more speaks for it than against it. No sentence is longer than `MAX_SENTENCE_LENGTH`. The decision reads kinds of
tokens that spaCy has cached with its lexemes, so its cost does not depend on the words.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.preprocess.boundary_weights import BoundaryWeights, shipped_weights
from pipeline.preprocess.gaps import candidates, gap_columns
from pipeline.preprocess.surroundings import Surroundings, mask, surroundings
from pipeline.preprocess.token_kinds import code_of
from pipeline.preprocess.tokens import ATTRIBUTES, KindedTokens, Tokens, read_tokens, token_table

__all__ = [
    "ATTRIBUTES",
    "MAX_SENTENCE_LENGTH",
    "Tokens",
    "block_starts",
    "read_tokens",
    "sentence_starts",
    "token_table",
]

MAX_SENTENCE_LENGTH: Final = 1_000
"""Code points of the longest sentence. Longer runs are cut where the most speaks for it, in their second half: at best
where the weights would nearly have cut, otherwise behind a semicolon, a colon, a dash or a comma, or between words."""

_BREATHS: Final = {"semicolon": 120, "colon": 90, "bar": 90, "dash": 80, "bullet": 80, "comma": 60}
"""What a mark adds to the score of the gap behind it, in the unit of the weights, where a run must be cut."""

LIST_NUMBERS: Final = "digit small_number roman_number letter Letter LETTER"
_INSIDE_WORD: Final = -1_000


def sentence_starts(
    tokens: KindedTokens, breaks: NDArray[np.int64], weights: BoundaryWeights | None = None
) -> NDArray[np.bool_]:
    """Tell which tokens begin a sentence.

    Args:
        tokens: the tokens of one text, none longer than `tokenizer.MAX_TOKEN_LENGTH`.
        breaks: ascending code points at which a block of the layout begins; a sentence never crosses one.
        weights: others than the shipped ones.

    Returns:
        A mask of shape `(n_tokens,)`; its first element is true.
    """
    weights = weights or shipped_weights()
    starts = block_starts(tokens, breaks)
    around = surroundings(tokens, starts)
    gaps = candidates(around)
    begins = (weights.scores(gap_columns(around, gaps)) > 0) | _after_wide_stop(around, gaps)
    begins &= ~_after_first_marker(around, gaps)
    starts[gaps[begins] + 1] = True
    _cut_long_runs(tokens, around, weights, starts)
    return starts


def block_starts(tokens: KindedTokens, breaks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which tokens are the first of their block, with the arguments and the shape of `sentence_starts`."""
    block = np.searchsorted(breaks, tokens.start, side="right")
    starts = np.empty(len(tokens), dtype=bool)
    starts[:1] = True
    starts[1:] = block[1:] != block[:-1]
    return starts


def _after_wide_stop(around: Surroundings, gaps: NDArray[np.int64]) -> NDArray[np.bool_]:
    wide = around.kind[np.maximum(around.run[gaps], 0)] == code_of("wide_stop")
    return np.asarray(wide & around.in_run[gaps])


def _after_first_marker(around: Surroundings, gaps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which gaps stand behind a number or letter with a period that open their block: `2. Rest`."""
    run = np.maximum(around.run[gaps], 1)
    short = mask(LIST_NUMBERS)[around.kind[run - 1]]
    return np.asarray(around.in_run[gaps] & short & (run == gaps) & (run - 1 == around.block[gaps]))


def _cut_long_runs(
    tokens: KindedTokens, around: Surroundings, weights: BoundaryWeights, starts: NDArray[np.bool_]
) -> None:
    """Set further `starts` until no sentence is longer than `MAX_SENTENCE_LENGTH`; few are."""
    first = np.flatnonzero(starts)
    end = np.append(first, len(tokens))[1:]
    too_long = tokens.end[end - 1] - tokens.start[first] > MAX_SENTENCE_LENGTH
    for low, high in zip(first[too_long].tolist(), end[too_long].tolist(), strict=True):
        starts[_cuts(tokens, around, weights, low, high)] = True


def _cuts(tokens: KindedTokens, around: Surroundings, weights: BoundaryWeights, low: int, high: int) -> list[int]:
    """The tokens at which the sentence `tokens[low:high]` is cut."""
    block = around.block_at(low)
    gaps = np.arange(low, high - 1) - around.block[low]
    scores = weights.scores(gap_columns(block, gaps)) + np.where(block.glued[gaps + 1], _INSIDE_WORD, 0)
    for name, bonus in _BREATHS.items():
        scores += np.where(mask(name)[block.kind[gaps]], bonus, 0)
    cuts, begin = [], low
    while tokens.end[high - 1] - tokens.start[begin] > MAX_SENTENCE_LENGTH:
        reach = tokens.start[begin] + np.array([MAX_SENTENCE_LENGTH // 2, MAX_SENTENCE_LENGTH])
        near, far = np.searchsorted(tokens.end[low : high - 1], reach, side="right").tolist()
        near = max(min(near, far - 1), begin - low)
        begin = low + near + int(scores[near:far].argmax()) + 1
        cuts.append(begin)
    return cuts
