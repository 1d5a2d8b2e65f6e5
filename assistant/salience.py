"""What a conversation is about: its names, and the words of its last questions.

Names are runs of capitalised words (`Michael Ratney`, `University of Kiel`) of past
questions and of the quotes that were shown as answers; words are the others that carry
weight in past questions. What was named often and lately comes first: the sum over its
mentions of the weight of where it stands, falling with each turn since.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assistant.claims import REQUEST
from index.terms import Term, extract_terms, fold, is_stop_word

Origin = Literal["question", "quote"]

LANGUAGE: Final = "en"
"""Of the stems and stop words: the cues of a follow-up are English too."""

# A quote names what was asked about and others beside it; a question, what it is about.
_WEIGHTS: Final[dict[Origin, float]] = {"question": 1.0, "quote": 0.5}
# Names last: the one that "he" stands for may have been typed ten turns ago. Words are
# those of the last two questions: two sets of conversations did no better with more.
_NAME_DECAY: Final = 0.9
_WORD_DECAY: Final = 0.5
_WORD_TURNS: Final = 2
_MOST_NAMES: Final = 3
_MOST_WORDS: Final = 4

# Enough for a paragraph: it bounds the time that a table as an answer would take.
_QUOTE_CHARACTERS: Final = 1_000

# What may stand between two words of one name.
_WITHIN_NAME = re.compile(r"[\s.'’&-]{1,3}")
_POSSESSIVE = re.compile(r"['’]s?$")
# "Explain" and "Tell me" are no part of what a question is about.
_REQUEST = re.compile(rf"^\W*{REQUEST}\b", re.IGNORECASE)
_JOINING: Final = frozenset({"of", "de", "van", "von"})


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A question of the conversation and what was shown as its answer."""

    question: str
    """As typed."""
    quotes: tuple[str, ...]
    """Verbatim, the best first; empty when nothing answered."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A name or a word that a question takes over from the conversation."""

    text: str
    """As written there."""
    origin: Origin
    """Where it was written last."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A name or a word with its terms: two with equal terms are the same."""

    text: str
    terms: tuple[str, ...]


def content_terms(text: str) -> list[Term]:
    """Return the terms of a text that carry weight, in order."""
    return [
        term
        for term in extract_terms(text, LANGUAGE)
        if not _is_stop(text[term.start : term.end])
    ]


def salient(question: str, turns: Sequence[PastTurn]) -> tuple[Taken, ...]:
    """Return what the conversation is about and the question does not say itself.

    Args:
        question: As typed.
        turns: The conversation before it, oldest first.

    Returns:
        Names, then words, the weightiest first; few of each.
    """
    own = frozenset(term.text for term in content_terms(question))
    names: dict[tuple[str, ...], float] = defaultdict(float)
    words: dict[tuple[str, ...], float] = defaultdict(float)
    shown: dict[tuple[str, ...], Taken] = {}
    for age, turn in enumerate(reversed(turns)):
        for origin, text in _texts(turn):
            for name in _names(text):
                names[name.terms] += _WEIGHTS[origin] * _NAME_DECAY**age
                shown.setdefault(name.terms, Taken(name.text, origin))
        if age < _WORD_TURNS:
            for word in _words(_subject(turn.question)):
                words[word.terms] += _WORD_DECAY**age
                shown.setdefault(word.terms, Taken(word.text, "question"))
    _join_short_names(names)
    named = {term for terms in names for term in terms}
    other_names = [one for one in names.items() if not own.issuperset(one[0])]
    other_words = [one for one in words.items() if one[0][0] not in named | own]
    best = _best(other_names)[:_MOST_NAMES] + _best(other_words)[:_MOST_WORDS]
    return tuple(shown[terms] for terms in best)


def _is_stop(written: str) -> bool:
    """Whether a word carries no weight; one in capitals does (`US`)."""
    in_capitals = len(written) > 1 and written.isupper()
    return not in_capitals and is_stop_word(fold(written), LANGUAGE)


def _texts(turn: PastTurn) -> Iterator[tuple[Origin, str]]:
    yield "question", _subject(turn.question)
    for quote in turn.quotes:
        yield "quote", quote[:_QUOTE_CHARACTERS]


def _subject(question: str) -> str:
    """Return a question without the words that only ask for an answer."""
    return _REQUEST.sub("", question, count=1)


def _best(counted: Iterable[tuple[tuple[str, ...], float]]) -> list[tuple[str, ...]]:
    """Order by falling weight, equal ones as they were first met."""
    return [terms for terms, _ in sorted(counted, key=lambda one: -one[1])]


def _words(text: str) -> list[_Phrase]:
    return [_Phrase(text[t.start : t.end], (t.text,)) for t in content_terms(text)]


def _names(text: str) -> Iterator[_Phrase]:
    """Yield the longest runs of capitalised words; a lone stop word is no name."""
    run: list[Term] = []
    joining: list[Term] = []
    for term in extract_terms(text, LANGUAGE):
        written = text[term.start : term.end]
        stop = _is_stop(written)
        before = (joining or run)[-1:]
        apart = before and not _WITHIN_NAME.fullmatch(text[before[0].end : term.start])
        if run and (apart or not (_begins_name(written, stop) or written in _JOINING)):
            yield _name(text, run)
            run, joining = [], []
        if _begins_name(written, stop) and (run or not written[0].isdigit()):
            run += [*joining, term]
            joining = []
        elif run:
            joining.append(term)
    if run:
        yield _name(text, run)


def _begins_name(written: str, stop: bool) -> bool:
    return (written[0].isupper() and not stop) or written[0].isdigit()


def _name(text: str, run: Sequence[Term]) -> _Phrase:
    terms = tuple(
        term.text for term in run if text[term.start : term.end] not in _JOINING
    )
    written = text[run[0].start : run[-1].end]
    return _Phrase(_POSSESSIVE.sub("", written), terms)


def _join_short_names(names: dict[tuple[str, ...], float]) -> None:
    """Count `Ratney` for `Michael Ratney`, where both were written."""
    for short in sorted(names, key=len):
        longer = [
            name
            for name in names
            if len(name) > len(short) and set(short).issubset(name)
        ]
        if longer:
            names[max(longer, key=lambda name: names[name])] += names.pop(short)
