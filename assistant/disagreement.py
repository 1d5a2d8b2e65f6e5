"""Sentences of different documents that give different numbers or dates for one thing.

Meant to be right rather than complete: two sentences disagree only when both say nearly
all that the question says, share most of their own words, give one value each, of the
same unit, and differ in no other name or number that could make them speak of different
things; one that denies says neither. See `quantities` and `dates` for what differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.dates import Day, days_differ, find_days
from assistant.letters import CAPITAL
from assistant.quantities import Amount, amounts_differ, find_amounts
from assistant.question import AnswerKind
from index.terms import is_stop_word, term_texts

# Of the question's words, and of the shorter sentence's: what both have. Under a half
# two sentences about a subject share as much by chance.
_ASKED_SHARE: Final = 0.75
_SHARED: Final = 0.5

_HOW_MANY: Final = re.compile(
    r"\b(?:how\s+many|number\s+of)\s+(?P<thing>[\w’'-]+(?:\s+[\w’'-]+){0,3}?)(?=\s+(?:is|are|was|"
    r"were|do|does|did|has|have|had|can|could|will|would|in|on|of|at|for|from)\b|[?.]|$)",
    re.IGNORECASE,
)
_NAME: Final = re.compile(rf"(?<![.!?\"“]\s)(?<!^)\b{CAPITAL}[\w’'-]+")
_OPENING: Final = re.compile(rf"\W*(?P<word>{CAPITAL}[\w’'-]+)")
_DENIAL: Final = re.compile(
    r"\b(?:not|no|never|nor|nobody|none|neither|cannot|hardly)\b|"
    r"\Bn['’]t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The value that a sentence gives for what is asked."""

    value: Amount | Day
    unit: str
    """What is counted or measured, as a term; empty for a date."""
    words: frozenset[str]
    """Terms of the sentence that carry meaning, numbers left out."""
    names: frozenset[str]
    """Its names and its other numbers, folded, those of the question left out."""
    opening: frozenset[str] = frozenset()
    """Its first word where that may be a name: "Berlin's zoo keeps 30 owls"."""


def read_claim(question: str, kind: AnswerKind, sentence: str) -> Claim | None:
    """Return the one value that a sentence gives for what is asked, if it gives one.

    Args:
        question: As typed.
        kind: Of its answer; only numbers and times are compared.
        sentence: Verbatim.
    """
    asked = _words(question)
    thing = _thing_counted(question) if kind == "number" else frozenset()
    words = _words(sentence)
    topic = asked - thing
    if not topic or len(topic & words) < _ASKED_SHARE * len(topic):
        return None
    value = _value(kind, thing, sentence)
    if value is None:
        return None
    rest = f"{sentence[: value.start]} {sentence[value.end :]}"
    if _DENIAL.search(rest):
        return None
    unit = "" if isinstance(value, Day) else _unit(value, thing)
    names = _particulars(rest) - _particulars(f"- {question}")
    return Claim(value, unit, words, names, _opening(sentence) - asked)


def claims_disagree(one: Claim, other: Claim) -> bool:
    """Say whether two claims are about the same thing and cannot both be true."""
    shared = len(one.words & other.words)
    if shared < _SHARED * min(len(one.words), len(other.words)):
        return False
    if _own_names(one, other) and _own_names(other, one):
        return False
    a, b = one.value, other.value
    if isinstance(a, Amount) and isinstance(b, Amount):
        return one.unit == other.unit and amounts_differ(a, b)
    return isinstance(a, Day) and isinstance(b, Day) and days_differ(a, b)


def find_rivals(
    claims: Sequence[Claim | None], same_source: Callable[[int, int], bool]
) -> tuple[int, ...]:
    """Return which claims stand against the first and against each other.

    Args:
        claims: Of the sentences, the best first; None where one makes no claim.
        same_source: Whether two of them, by number, are of one document: what that says
            twice, it corrects or speaks of two things.

    Returns:
        Numbers of a sentence for each value, the first first; empty if none differs.
    """
    if not claims or (first := claims[0]) is None:
        return ()
    found = [(0, first)]
    for number, claim in enumerate(claims):
        if claim is not None and all(
            claims_disagree(known, claim) and not same_source(place, number)
            for place, known in found
        ):
            found.append((number, claim))
    return tuple(number for number, _ in found) if len(found) > 1 else ()


def _own_names(one: Claim, other: Claim) -> frozenset[str]:
    """Return names and numbers of a claim that the other does not have."""
    return (one.names | one.opening) - other.names - other.words


def _value(
    kind: AnswerKind, thing: frozenset[str], sentence: str
) -> Amount | Day | None:
    """Return the only value of the kind; None where there are several or none."""
    found: list[Amount] | list[Day] = []
    if kind == "time":
        found = find_days(sentence)
    elif kind == "number":
        amounts = [one for one in find_amounts(sentence) if one.units]
        found = [one for one in amounts if not thing or thing & {*one.units}]
    return found[0] if len(found) == 1 else None


def _unit(value: Amount, thing: frozenset[str]) -> str:
    """Return the thing that the question counts, or the word after the number."""
    return next((unit for unit in value.units if unit in thing), value.units[0])


def _thing_counted(question: str) -> frozenset[str]:
    """Return the last word of "how many old owls": the sentence has to count those."""
    found = _HOW_MANY.search(question)
    words = found["thing"].split() if found else []
    return frozenset(term_texts(words[-1], "en")) if words else frozenset()


def _words(text: str) -> frozenset[str]:
    telling = [
        word
        for word in re.findall(r"[^\W\d_][\w’'-]*", text)
        if not is_stop_word(word.casefold(), "en")
        and word.casefold() not in _QUESTION_WORDS
    ]
    return frozenset(term_texts(" ".join(telling), "en"))


_QUESTION_WORDS: Final = frozenset(
    (
        "who",
        "whom",
        "whose",
        "what",
        "when",
        "where",
        "why",
        "which",
        "how",
        "many",
        "much",
        "year",
        "date",
        "day",
    )
)


def _opening(sentence: str) -> frozenset[str]:
    """Return the terms of the first word if it carries meaning."""
    found = _OPENING.match(sentence)
    return _words(found["word"]) if found else frozenset()


def _particulars(text: str) -> frozenset[str]:
    """Return names, numbers and ordinals: what tells one event from another."""
    names = [match.group() for match in _NAME.finditer(text)]
    numbers = re.findall(r"\b\d[\w.,]*\b", text)
    ordinals = re.findall(
        r"(?i)\b(?:first|second|third|fourth|fifth|last|final)\b", text
    )
    return frozenset(term_texts(" ".join([*names, *numbers, *ordinals]), "en"))
