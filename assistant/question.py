"""What kind of answer a question asks for, and whether a sentence is of that kind.

Rules for English; a question in another language, or one that no rule knows, is of
the kind `other`, which every sentence half agrees with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from assistant.dates import FULL_MONTH, MONTH
from assistant.letters import CAPITAL
from assistant.number_words import NUMBER_WORD
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
# Of a question from the word on that asks.
_PATTERNS: Final[tuple[tuple[AnswerKind, str], ...]] = (
    ("time", rf"when\b|(?:what|which)\s+(?:{_TIME_UNIT})\b|how long ago\b"),
    (
        "number",
        r"how\s+(?:many|much|old|long|far|tall|large|big|high|deep|often|fast|"
        r"heavy|wide)\b|(?:what|which)\s+(?:percent|percentage|number|amount|"
        r"proportion|share)\b|what\b.*\bthe\s+(?:\w+\s+)?number of\b|how\b.*\bcosts?\b",
    ),
    ("reason", r"why\b|how come\b|what\b.*\b(?:reasons?|causes?|purpose)\b"),
    ("person", r"who(?:m|se)?\b"),
    ("place", rf"where\b|(?:what|which)\s+(?:{_PLACE})\b"),
    ("definition", r"what does\b.*\bmean\b"),
)
_ASKED: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS
)
_DEFINING = re.compile(r"\bdefin(?:e|ition)\b", re.IGNORECASE)
# "What is a black hole?", but not "what is the deadline?" or "what is my salary?", as
# these ask for a property. "What is the Treaty of Rome?" asks for a definition again,
# and "what is the GDP of France?" does not.
_WHAT_IS = re.compile(
    r"\W*(?i:what(?:['’]s|\s+is|\s+are|\s+was|\s+were))\s+(?:(?i:an?\s+)?"
    r"(?!(?i:the|th(?:is|at|ese|ose|ere|ey)|my|your|his|her|its?|our|their|s?he)\b)"
    r"[\w'’-]+(?:\s+[\w'’-]+)?|"
    rf"the\s+(?!{CAPITAL}+\s+of\b){CAPITAL}[\w'’-]*"
    rf"(?:\s+(?:of|the|and|for|{CAPITAL}[\w'’-]*))*)\W*"
)

# They say what is asked for, not of what; an answer has another word in their place.
_ONLY_ASKS: Final = re.compile(
    r"abbreviation|acronym|bec[ao]mes?|call(?:ed)?|c[ao]mes?|dates?|"
    r"happen(?:s|ed|ing)?|kinds?|locat(?:ed|ion)|mean(?:s|t|ing)?|name(?:d|s)?|s|sorts?|"
    r"stands?|terms?|types?|years?",
    re.IGNORECASE,
)

_QUESTION_WORD = re.compile(
    r"\b(?:who(?:m|se)?|what|when|where|why|which|how)\b", re.IGNORECASE
)
# "The man who stole it", "what happens when it fails": these words also begin a clause.
_CLAUSE_WORD = re.compile(r"who(?:m|se)?|when|where|why", re.IGNORECASE)
# They ask at the end, before "did" (not in "who did"), after nothing, "and", "tell me".
_ASKS_HERE = re.compile(r"\W*$|(?<!o)\s+d(?:o|oes|id)\b", re.IGNORECASE)
_ASKS_AFTER = re.compile(
    r"(?:^|[.;?!]\s|\b(?:and|but|or|so|then|please|exactly|(?:tell|known?|say|ask|wonder|"
    r"explain|show|remember|understand|learn|see|out|sure|clear)(?:\s+(?:me|us|you))?))"
    r"\W*$",
    re.IGNORECASE,
)
# Unless the question begins with a verb ("is the house in which") they also ask after
# an introduction or a preposition, and as in "during the war who was king".
_VERB = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|"
    r"may|might|must)\b"
)
_PREPOSITION = (
    r"\b(?:in|at|on|by|to|for|from|with|of|since|until|till|about|after|before|under|"
    r"during|as)\b"
)
_VERB_FIRST = re.compile(rf"\W*{_VERB}", re.IGNORECASE)
_INTRODUCED = re.compile(rf"(?:[,:–—-]|{_PREPOSITION})\W*$", re.IGNORECASE)
_PREPOSITION_FIRST = re.compile(rf"\W*{_PREPOSITION}", re.IGNORECASE)
_VERB_NEXT = re.compile(rf"\s+{_VERB}", re.IGNORECASE)
# Enough of what stands before a word to find these in.
_BEFORE_LENGTH = 40
# "When the bank closed, who bought it?"
_CONDITION = re.compile(
    rf"(?:when|where)\s+(?!{_VERB})[^,]*,\s*(?:\w+\s+)?{_QUESTION_WORD.pattern}",
    re.IGNORECASE,
)

_NUMBER = re.compile(
    rf"\d|\b(?:{NUMBER_WORD}|dozens?|hundreds|thousands|millions|billions|trillions|half|"
    r"twice|once)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b(?:1\d{{3}}|20\d{{2}})s?\b|\b(?:{FULL_MONTH}|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?)\b|"
    rf"\b\d{{1,2}}\s+{MONTH}(?!\w)|\b{MONTH}\s+\d|"
    # A year of less than four digits, but not "in 300 cases".
    r"\b(?:[Ii]n\s+\d{3}|AD\s+\d{1,3})\b(?!,\d|\.\d|\s*%|\s+[a-z]{4,}s\b)|"
    r"\b\d+\s*(?:AD|BCE?|CE)\b|\b\d+(?:st|nd|rd|th)\b|\b\d{1,2}:\d{2}\b|"
    r"(?i:\b\d{1,2}\s?[ap]\.?m\b|\bo['’]clock\b|\bnoon\b|\bmidnight\b|"
    r"\bcentur|\bago\b|\byears?\b|\bdecades?\b|\btoday\b|\byesterday\b|\btomorrow\b"
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
    r"\b(?:in|at|from|near|of|to|on|between|across|around)\s+(?:the\s+)?"
    rf"{CAPITAL}\w+"
)
# A capital that does not begin the sentence or a quotation in it.
_NAME = re.compile(rf"(?<!^)(?<![.!?:\"“”'‘(]\s)(?<![\"“'‘(])\b{CAPITAL}[\w’'-]+")
_WORD_RUN = rf"{CAPITAL}[\w’'-]*\.?"
_FULL_NAME = re.compile(
    rf"\b{_WORD_RUN}(?:\s+(?:(?:de|van|von|bin|al|la)\s+)?{_WORD_RUN})+"
)
_LONE_PERSON = re.compile(
    r"\b(?:by|Mr|Mrs|Ms|Dr|Prof|Sir|President|Minister|King|Queen|Pope)\.?\s+"
    rf"(?P<after>{CAPITAL}[\w’'-]+)|\b(?P<before>{CAPITAL}[\w’'-]+)\s+"
    r"(?:said|says|told|wrote|added|argued|claimed|warned)\b"
)


def answer_kind(question: str) -> AnswerKind:
    """Say what kind of answer a question asks for.

    Args:
        question: As typed.
    """
    asked = _asking_part(question)
    for kind, pattern in _ASKED:
        if pattern.match(asked):
            return kind
    if _WHAT_IS.fullmatch(question) or _DEFINING.search(question):
        return "definition"
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


def only_asks(word: str) -> bool:
    """Whether a word of a question is one that its answer need not have.

    As "happened" in "What happened?" and "year" in "In what year?". Rules for English.

    Args:
        word: As typed, or a piece of one: the "s" of "AARP 's".
    """
    return _ONLY_ASKS.fullmatch(word) is not None


def _asking_part(question: str) -> str:
    """Return a question from its first word on that asks; empty if there is none."""
    for found in _QUESTION_WORD.finditer(question):
        if not _CONDITION.match(question, found.start()) and (
            not _CLAUSE_WORD.fullmatch(found.group()) or _asks(question, found)
        ):
            return question[found.start() :]
    return ""


def _asks(question: str, word: re.Match[str]) -> bool:
    """Say whether "who", "when" and the like ask, rather than begin a clause."""
    start, end = word.span()
    before = (question, max(0, start - _BEFORE_LENGTH), start)
    if _ASKS_HERE.match(question, end) or _ASKS_AFTER.search(*before):
        return True
    if _VERB_FIRST.match(question):
        return False
    return bool(
        _INTRODUCED.search(*before)
        or (_PREPOSITION_FIRST.match(question) and _VERB_NEXT.match(question, end))
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
