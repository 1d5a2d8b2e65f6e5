"""What kind of answer a question asks for, and whether a sentence is of that kind.

Rules for English; a question in another language, or one that no rule knows, is of
the kind `other`, which every sentence half agrees with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from index.terms import is_stop_word

AnswerKind = Literal[
    "person", "place", "time", "number", "reason", "definition", "other"
]

UNDECIDED: Final = 0.5
"""Agreement where the question asks for no kind that a rule knows."""

_TIME_UNIT = "year|date|day|month|century|decade|time|week"
_PLACE = (
    "country|countries|city|cities|state|place|town|village|continent|region|island|"
    "county|province|district|capital"
)
_PATTERNS: Final[tuple[tuple[AnswerKind, str], ...]] = (
    ("time", rf"\bwhen\b|\b(?:what|which)\s+(?:{_TIME_UNIT})\b|\bhow long ago\b"),
    (
        "number",
        r"\bhow\s+(?:many|much|old|long|far|tall|large|big|high|deep|often|fast|"
        r"heavy|wide)\b|\b(?:what|which)\s+(?:percent|percentage|number|amount|"
        r"proportion|share)\b|\bnumber of\b|\bhow\b.*\bcosts?\b",
    ),
    ("reason", r"\bwhy\b|\bhow come\b|\bwhat\b.*\b(?:reasons?|causes?|purpose)\b"),
    ("person", r"\bwho(?:m|se)?\b"),
    ("place", rf"\bwhere\b|\b(?:what|which)\s+(?:{_PLACE})\b"),
    (
        "definition",
        r"^\s*what(?:'s|\s+is|\s+are|\s+was|\s+were)\s+(?:an?\s+)?[\w'-]+"
        r"(?:\s+[\w'-]+)?\s*\??\s*$|\bwhat does\b.*\bmean\b|\bdefin(?:e|ition)\b",
    ),
)
_ASKED: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS
)

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|"
    "thousands?|millions?|billions?|trillions?|half|twice|once"
)
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:1\d{3}|20\d{2})s?\b|\b(?:January|February|March|April|May|June|July|August|"
    r"September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"|\b\d+(?:st|nd|rd|th)\b|\b\d{1,2}:\d{2}\b|"
    r"(?i:\bcentur|\bago\b|\byears?\b|\bdecades?\b|\btoday\b|\byesterday\b|\btomorrow\b"
    r"|\b(?:last|next|this) (?:week|month|night))"
)
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|as a result|therefore|caus(?:e|es|"
    r"ed|ing)|reasons?|owing to|thanks to|hoping to|fear(?:s|ing)?|"
    r"to (?:prevent|avoid|allow|make|ensure|protect|stop))\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(?:is|are|was|were)\s+(?:an?|the|any|one)\b|\b(?:refers?|referred) to\b|"
    r"\bmeans?\b|\b(?:is|are) (?:called|known|defined)\b",
    re.IGNORECASE,
)
_PLACE_NAMED = re.compile(
    r"\b(?:in|at|from|near|of|to|on|between|across|around)\s+(?:the\s+)?[A-Z]\w+"
)
# A capital that does not begin the sentence or a quotation in it.
_NAME = re.compile(r"(?<!^)(?<![.!?:\"“”'‘(]\s)(?<![\"“'‘(])\b[A-Z][\w’'-]+")
_WORD_RUN = r"[A-Z][\w’'-]*\.?"
_FULL_NAME = re.compile(
    rf"\b{_WORD_RUN}(?:\s+(?:(?:de|van|von|bin|al|la)\s+)?{_WORD_RUN})+"
)
_LONE_PERSON = re.compile(
    r"\b(?:by|Mr|Mrs|Ms|Dr|Prof|Sir|President|Minister|King|Queen|Pope)\.?\s+"
    r"(?P<after>[A-Z][\w’'-]+)|\b(?P<before>[A-Z][\w’'-]+)\s+"
    r"(?:said|says|told|wrote|added|argued|claimed|warned)\b"
)


def answer_kind(question: str) -> AnswerKind:
    """Say what kind of answer a question asks for.

    Args:
        question: As typed.
    """
    for kind, pattern in _ASKED:
        if pattern.search(question):
            return kind
    return "other"


def agreement(kind: AnswerKind, sentence: str, question_names: frozenset[str]) -> float:
    """Say whether a sentence holds something of the kind that is asked for.

    Args:
        kind: Of the question.
        sentence: Verbatim.
        question_names: From `question_words`; a name that the question itself has is
            no answer to it.

    Returns:
        1 if it does, 0 if not, `UNDECIDED` where no kind is asked for.
    """
    if kind == "other":
        return UNDECIDED
    if kind == "person":
        return float(_names_person(sentence, question_names))
    if kind == "place":
        named = any(name not in question_names for name in _names_in(sentence))
        return float(named and bool(_PLACE_NAMED.search(sentence)))
    pattern = {
        "number": _NUMBER,
        "time": _TIME,
        "reason": _REASON,
        "definition": _DEFINITION,
    }[kind]
    return float(bool(pattern.search(sentence)))


def question_words(question: str) -> frozenset[str]:
    """Return the words of a question as `agreement` compares them: "Syria's" is syria.

    Args:
        question: As typed.
    """
    return frozenset(
        form
        for word in question.split()
        if (bare := word.strip("'’‘“”?.!,;:\"()"))
        for form in (bare.casefold(), _bare(bare))
    )


def _names_in(sentence: str) -> Iterator[str]:
    """Yield the capitalised words of a sentence but its first, case folded."""
    for match in _NAME.finditer(sentence):
        yield _bare(match.group())


def _names_person(sentence: str, question_names: frozenset[str]) -> bool:
    """Say whether a sentence has a name of two words, or a lone one like a person's.

    Words of the question do not count, and the first word only if it is no stop word.
    """
    for match in _FULL_NAME.finditer(sentence):
        words = [_bare(word) for word in match.group().split()]
        if is_stop_word(words[0], "en"):
            words = words[1:]
        if len([word for word in words if word not in question_names]) > 1:
            return True
    return any(
        _bare(match["after"] or match["before"]) not in question_names
        for match in _LONE_PERSON.finditer(sentence)
    )


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).rstrip(".").casefold()
