"""Clear paragraphs written the way the web writes: without capitals or stops, with smiles, citations, letterheads.

Whatever is done to the sentences, where they begin stays known. Each change stands for a habit that spoils boundaries
or feigns them.
"""

import random
import re
from collections.abc import Callable
from itertools import count, cycle
from typing import Final, TypeAlias

from pipeline.training.boundary_examples import GLUE
from pipeline.training.letters import as_letter

Change: TypeAlias = Callable[[list[str], random.Random], list[str]]
SentenceChange: TypeAlias = Callable[[str, random.Random], str]

_NAME: Final = re.compile(r"(?<=[a-z,] )([A-Z][a-z]+) ([A-Z][a-z]+)\b(?!\.)")
_HONORIFICS: Final = "Dr. Mr. Mrs. Prof. Gen. Sen. Gov. Capt. Rev. Lt. Ms. Drs.".split()
_SMILES: Final = ":) :-) :( ;) :D :P 😊 ❤ 👍 😂😂".split()
_CITATIONS: Final = ".% | [%].|. [%]|.[%]| %.|.%,%| [%,%].|.(%)|. [%][%]".split("|")
_SHOUTS: Final = "... !! !!! .. ? ?? ! ?! !".split()
_LATIN: Final = "e.g. i.e. approx. vs. cf. esp. ca. a.k.a. incl.".split()
_BULLETS: Final = ("- ", "* ", "• ", "● ", "{}. ", "{}) ", "({}) ", "{letter}. ", "{letter}) ", "({letter}) ")
_ENCLOSURES: Final = (('"', '"'), ("“", "”"), ("(", ")"), ("‘", "’"), ('"', '"'))
_RULES: Final = ("***", "-----", "=====", "________", "*****", "---")
_LINKS: Final = (
    "http://gardens.example http://trailmaps.example http://knitpics.example http://soupblog.example railpass.example "
    "http://www.bird-cams.example/nest/index.html http://tunes.example/a/2005.09/img_14.jpg www.cheaptea.example "
    "http://www.papers.example/view?id=8293&f=7"
).split()


def as_they_stand(sentences: list[str], _: random.Random) -> list[str]:
    return sentences


def _each(change: SentenceChange, share: float = 1.0) -> Change:
    """The change, made to about that share of the sentences."""
    return lambda sentences, chance: [
        change(sentence, chance) if chance.random() < share else sentence for sentence in sentences
    ]


def without_first_capital(sentence: str, _: random.Random) -> str:
    return sentence if re.match(r"I\b|[A-Z]{2}", sentence) else sentence[0].lower() + sentence[1:]


def without_period(sentence: str, _: random.Random) -> str:
    return sentence.removesuffix(".")


def shouted(sentence: str, chance: random.Random) -> str:
    return re.sub(r"[.]$", chance.choice(_SHOUTS), sentence)


def smiling(sentence: str, chance: random.Random) -> str:
    bare = sentence if chance.random() < 1 / 2 or sentence[-1] not in ".!?" else sentence[:-1]
    return f"{bare} {chance.choice(_SMILES)}"


def citing(sentence: str, chance: random.Random) -> str:
    pattern = chance.choice(_CITATIONS).replace("%", str(chance.randint(1, 70)))
    return re.sub(r"[.]$", pattern, sentence)


def enclosed(sentence: str, chance: random.Random) -> str:
    return chance.choice(['"%s"', "(%s)", "“%s”", "« %s »", "« %s »", "‘%s’"]) % sentence


def with_loose_stop(sentence: str, _: random.Random) -> str:
    return re.sub(r"(?<=\w)([.!?])$", r" \1", sentence)


def with_hesitations(sentence: str, chance: random.Random) -> str:
    return re.sub(
        r"(?<=[a-z]), (?=[a-z])",
        lambda comma: chance.choice(["... ", " ... ", "... "]) if chance.random() < 1 / 2 else comma[0],
        sentence,
    )


def with_quoted_phrase(sentence: str, chance: random.Random) -> str:
    opening, closing = chance.choice(_ENCLOSURES)
    return re.sub(
        r"(?<=[a-z] )([a-z]+(?: [a-z]+){1,5})(?=[ ,.])",
        lambda phrase: opening + phrase[0].capitalize() + closing,
        sentence,
        count=1,
    )


def with_invented_name(sentence: str, _: random.Random) -> str:
    return re.sub(
        r"(?<=[a-z] )([a-z]{4,}(?: [a-z]{4,}){1,3})(?= [a-z])", lambda name: name[0].title(), sentence, count=1
    )


def with_short_sentences(sentences: list[str], chance: random.Random) -> list[str]:
    found: list[str] = []
    for sentence in sentences:
        found.append(sentence)
        words = [word for word in sentence.split() if word.isalpha() and word.islower()]
        if words and chance.random() < 0.4:  # noqa: PLR2004 - a share
            found.append(" ".join(words[: chance.choice([1, 1, 2, 3])]).capitalize() + chance.choice(".....?!"))
    return found


def with_address(sentence: str, chance: random.Random) -> str:
    return re.sub(
        r"(?<=[a-z] )(?:the|a|an|this) [a-z]+(?= [a-z])",
        lambda phrase: chance.choice(_LINKS) if chance.random() < 1 / 4 else phrase[0],
        sentence,
    )


def with_latin(sentence: str, chance: random.Random) -> str:
    return re.sub(
        r"(?<=[a-z]) (?=[a-z]+ )",
        lambda space: f" {chance.choice(_LATIN)} " if chance.random() < 0.06 else space[0],  # noqa: PLR2004 - a share
        sentence,
    )


def with_titles_and_initials(sentence: str, chance: random.Random) -> str:
    def written(name: re.Match[str]) -> str:
        first, last = name.groups()
        initial = chance.choice("ABCDEFGHJKLMNPRST")
        forms = (
            [f"{first} {initial}. {last}"] * 8
            + [f"{first[0]}. {last}"] * 4
            + [f"{first[0]}. {last[0]}. {last}"] * 2
            + [f"{first[0]}.{last[0]}. {last}", f"St. {last}", f"{first}, Jr.", f"the U.S. {last}"]
            + [f"{chance.choice(_HONORIFICS)} {last}"] * 3
        )
        return chance.choice(forms)

    return _NAME.sub(written, sentence)


def glued(sentences: list[str], chance: random.Random) -> list[str]:
    return [f"{sentence}{GLUE}" if chance.random() < 1 / 2 else sentence for sentence in sentences[:-1]] + sentences[
        -1:
    ]


def quoted_together(sentences: list[str], chance: random.Random) -> list[str]:
    first = chance.randrange(len(sentences))
    last = min(len(sentences) - 1, first + chance.randint(1, 3))
    opening, closing = chance.choice(_ENCLOSURES)
    changed = list(sentences)
    changed[first] = opening + changed[first]
    changed[last] = changed[last] + closing
    return changed


def as_list(sentences: list[str], chance: random.Random) -> list[str]:
    mark = chance.choice(_BULLETS)
    keep_stops = "{" in mark or chance.random() < 1 / 2
    return [
        mark.format(number, letter=letter) + (sentence if keep_stops else sentence.removesuffix("."))
        for number, letter, sentence in zip(count(1), cycle("abcdefghij"), sentences)
    ]


def _with_lines(lines: tuple[str, ...] | list[str], share: float, *, most: int) -> Change:
    def changed(sentences: list[str], chance: random.Random) -> list[str]:
        found: list[str] = []
        for sentence in sentences:
            found.append(sentence)
            found += [chance.choice(lines) for _ in range(most) if chance.random() < share]
        return found

    return changed


CHANGES: Final[tuple[tuple[int, Change], ...]] = (
    (30, as_they_stand),
    (8, _each(lambda sentence, _: sentence.lower())),
    (8, _each(without_first_capital)),
    (5, _each(without_first_capital, 0.4)),
    (8, _each(without_period, 0.5)),
    (5, _each(shouted, 0.5)),
    (8, _each(smiling, 0.5)),
    (3, glued),
    (4, _each(citing, 0.5)),
    (2, _each(lambda sentence, _: sentence.upper())),
    (6, _each(enclosed, 0.3)),
    (5, quoted_together),
    (4, _each(with_loose_stop)),
    (8, as_letter),
    (4, _with_lines(_LINKS, 0.3, most=3)),
    (3, _with_lines(_RULES, 0.5, most=1)),
    (4, as_list),
    (5, _each(with_hesitations)),
    (3, _each(with_latin)),
    (3, _each(with_address)),
    (5, with_short_sentences),
    (4, _each(with_quoted_phrase, 0.4)),
    (4, _each(with_invented_name, 0.5)),
)
"""How often, and what is done to a paragraph."""

_CHANGED_TWICE: Final = 0.12


def damaged(sentences: list[str], chance: random.Random) -> list[str]:
    """The sentences of a paragraph, changed; glued ones end in `GLUE`."""
    changed = _each(with_titles_and_initials, 0.7)(sentences, chance)
    change = _any_change(chance)
    changed = change(changed, chance)
    if chance.random() < _CHANGED_TWICE and change is not glued:
        changed = _any_change(chance)(changed, chance)
    return changed


def _any_change(chance: random.Random) -> Change:
    return chance.choices([change for _, change in CHANGES], [often for often, _ in CHANGES])[0]
