"""Whether a question leans on the conversation, and what it takes over from it.

A question leans when it points at something that it does not name: by a pronoun without
an antecedent ("when did he resign?"), by an opening ("what about Kiel?"), by "another"
or "else", by "the group" of which the conversation spoke, or by saying hardly anything
("how many?"). Any other question is left as it is. The rules are English; no rule reads
a question in another language, unless it has no more than a word or two.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.leaning import TIMES
from assistant.question import answer_kind
from assistant.salience import PastTurn, Taken, content_terms, salient
from index.terms import Term, extract_terms

if TYPE_CHECKING:
    from assistant.records import Reply

# The subject of a conversation is among its last turns; more of them only take time.
MAX_TURNS: Final = 12

# A question of fewer words than this, none of them a name, says too little to stand
# alone ("how many were sold?"); one of as many does if the conversation goes on with
# one of them ("how many copies were sold?").
_FEW_WORDS: Final = 2
# After so many words the pronoun of a sentence mostly stands for one of them: "which
# town council sold the harbour after it burnt down?".
_ENOUGH_WORDS: Final = 4

_OPENING = re.compile(
    r"\W*(?:(?:what|how) about|and|but|also|then|or|because|yes|ok|(?:no|so)(?=,)|"
    r"any(?:thing)? (?:other|else|more)|(?:what|who|where|how|when) else)\b",
    re.IGNORECASE,
)
# They open "any sisters?" and "any restrictions on keeping pets in the flat?".
_WEAK_OPENING = re.compile(r"\W*(?:any(?:thing)?|no|so)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:(?<!each )others?|(?<!one )another|else|ones|same(?!-))\b", re.IGNORECASE
)
_OTHER_THAN = re.compile(r"\b(?:than|besides|except|as|for)\b", re.IGNORECASE)
_PERSONAL: Final = re.compile(r"he|she|it|they|him|hers?|them|his|its|theirs?")
_POSSESSIVE: Final = frozenset({"his", "her", "their"})
_DEMONSTRATIVE: Final = frozenset({"this", "these", "those"})
# After these words "that" points; elsewhere it mostly joins two clauses.
_BEFORE_THAT: Final = re.compile(
    "is|was|do|does|did|about|of|to|for|in|with|and|after|before|like|why"
)
# "it" that stands for nothing: "is it true that", "does it take", "was it he who".
_EMPTY_IT = re.compile(
    r"\bit (?:takes?|took|rains?|mean)\b|\b(?:is|was|be|would) it "
    r"(?:(?:\w+ )?(?:true|possible|legal|safe|worth|better)|that|who)\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\bthe (\w+)(?! (?:of|for|between|that|who|which)\b)")
# What points at nothing: words in quotation marks, "this year", "those who".
_POINTLESS = re.compile(
    rf"\"[^\"]*\"|“[^”]*”|\b(?:this|these)\s+(?:{TIMES})\b|"
    r"\bthose\s+(?:who|whose|that|which)\b",
    re.IGNORECASE,
)

# The subject of a clause comes after one of these words: "what should employees do if".
_CLAUSE: Final = (
    "is|are|was|were|do|does|did|can|could|may|might|must|shall|should|will|would|"
    "if|when|whether|once|while|unless|before|after"
)
_SUBJECT = re.compile(
    # Neither "what are the names of their", nor "did they do a tour for their".
    rf"\b(?!do an?\b)(?!(?:(?<=what )|(?<=who )|(?<=which ))(?:is|are|was|were)\b)"
    rf"(?:{_CLAUSE})\s+"
    r"(?:(?P<article>an?|any|each|every|the)\s+|(?:all|many|most|some)\s+)?",
    re.IGNORECASE,
)
_BEGINS_CLAUSE: Final = re.compile(f"{_CLAUSE}|and|because|since|that|until")
_PLURAL: Final = re.compile(r"\w+[^\Ws]s|people|children|\w*men|police|staff")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was read."""

    question: str
    """As typed."""
    depends: bool
    """It leans on the conversation, and something in that could be taken over."""
    added: tuple[Taken, ...]
    """What it takes over, the weightiest first; empty unless it depends."""

    @property
    def context(self) -> tuple[str, ...]:
        """What is taken over, as written."""
        return tuple(taken.text for taken in self.added)


def read_followup(question: str, turns: Sequence[PastTurn]) -> Reading:
    """Read a question as the next of a conversation.

    Args:
        question: As typed.
        turns: The conversation before it, oldest first; the last `MAX_TURNS` count.
    """
    recent = turns[-MAX_TURNS:]
    if not recent or not _leans(question, recent):
        return Reading(question, False, ())
    added = salient(question, recent)
    return Reading(question, bool(added), added)


class Conversation:
    """The last turns of one conversation; those before them are forgotten."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._turns: deque[PastTurn] = deque(maxlen=MAX_TURNS)

    def read(self, question: str, *, follow: bool = True) -> Reading:
        """Read a question as the next of this conversation, or else by itself."""
        return read_followup(question, tuple(self._turns) if follow else ())

    def commit(self, reply: Reply) -> None:
        """Keep an answer, or that there was none, as the last turn."""
        quotes = tuple(
            f"{quote.context_before or ''} {quote.text}".strip()
            for quote in reply.quotes
        )
        self._turns.append(PastTurn(reply.question, quotes))

    def recall(self, turns: Sequence[PastTurn]) -> None:
        """Take these for all that was said so far."""
        self.clear()
        self._turns.extend(turns)

    def clear(self) -> None:
        """Forget every turn."""
        self._turns.clear()


def _leans(question: str, turns: Sequence[PastTurn]) -> bool:
    return (
        bool(_OPENING.match(question))
        or _opens_short(question)
        or _points(question)
        or _asks_for_other(question)
        or _says_little(question, turns)
        or _speaks_of_known(question, turns)
    )


def _opens_short(question: str) -> bool:
    """Whether it opens as if it went on, and says too little for a beginning."""
    return bool(_WEAK_OPENING.match(question)) and not _says_enough(
        question, content_terms(question)
    )


def _points(question: str) -> bool:
    """Whether a pronoun has no antecedent in the question itself."""
    text = _POINTLESS.sub(lambda found: " " * len(found[0]), question)
    terms = extract_terms(text, "en")
    words = [text[term.start : term.end].casefold() for term in terms]
    content = content_terms(text)
    for place, (term, word) in enumerate(zip(terms, words, strict=True)):
        if word in _DEMONSTRATIVE:
            return True
        if word == "that" and (place == 0 or _BEFORE_THAT.fullmatch(words[place - 1])):
            return True
        if not _PERSONAL.fullmatch(word) or (word == "it" and _EMPTY_IT.search(text)):
            continue
        before = [one for one in content if one.end <= term.start]
        if not (
            _says_enough(text, before)
            or (word in _POSSESSIVE and "who" in words[:place])
            or _has_subject(text, before, words[: place + 1])
        ):
            return True
    return False


def _has_subject(text: str, before: Sequence[Term], words: Sequence[str]) -> bool:
    """Whether the last of the words, a pronoun, may stand for a subject before it.

    It may where it is possessive or the subject of the next clause: "do employees get
    in their first year", "employees do if they are sick".
    """
    pronoun = words[-1]
    begins_clause = _BEGINS_CLAUSE.fullmatch("".join(words[-2:-1]))
    if not (pronoun in _POSSESSIVE or pronoun == "its" or begins_clause):
        return False
    return any(
        _agrees(pronoun, (found["article"] or "").casefold(), subject)
        for found in _SUBJECT.finditer(text)
        if (subject := _words_at(text, before, found.end()))
    )


def _agrees(pronoun: str, article: str, subject: Sequence[str]) -> bool:
    """Whether a pronoun is of the number of a subject; "a tenant" may be anybody."""
    if article not in ("", "the"):
        return True
    plural = any(_PLURAL.fullmatch(word) for word in subject)
    if pronoun.startswith("the"):
        return plural
    return pronoun.startswith("it") and article == "the" and not plural


def _words_at(text: str, terms: Sequence[Term], start: int) -> list[str]:
    """Return the one of the terms that begins there, and the next if beside it."""
    found = []
    for term in terms:
        if term.start == start:
            found.append(text[start : term.end].casefold())
            start = term.end + 1
    return found[:2]


def _says_enough(text: str, terms: Sequence[Term]) -> bool:
    """Whether there are words enough to go by, or a name among them."""
    return len(terms) >= _ENOUGH_WORDS or _has_name(text, terms)


def _has_name(text: str, terms: Sequence[Term]) -> bool:
    """Whether one of the terms is a number, or capitalised and not the first word."""
    first = len(text) - len(text.lstrip(" \t\"'“‘¿¡("))
    return any(
        text[term.start].isdigit()
        or (text[term.start].isupper() and term.start > first)
        for term in terms
    )


def _asks_for_other(question: str) -> bool:
    """Whether it asks for another one and does not say than which."""
    return bool(
        _OTHER.search(question)
        and not _OTHER_THAN.search(question)
        and not _has_name(question, content_terms(question))
    )


def _says_little(question: str, turns: Sequence[PastTurn]) -> bool:
    """Whether hardly a word carries weight; "what is primatology?" asks enough."""
    content = content_terms(question)
    if len(content) > _FEW_WORDS or _has_name(question, content):
        return False
    if content and answer_kind(question) == "definition":
        return False
    return len(content) < _FEW_WORDS or _spoke_of(turns, content)


def _speaks_of_known(question: str, turns: Sequence[PastTurn]) -> bool:
    """Whether it names nothing but "the group" of which the conversation spoke."""
    if _has_name(question, content_terms(question)):
        return False
    heads = [
        term
        for match in _DEFINITE.finditer(question)
        if match[1].islower()
        for term in content_terms(match[1])
    ]
    return bool(heads) and _spoke_of(turns, heads)


def _spoke_of(turns: Sequence[PastTurn], terms: Sequence[Term]) -> bool:
    """Whether one of the terms stands in the conversation."""
    texts = {term.text for term in terms}
    return any(
        term.text in texts
        for turn in turns
        for text in (turn.question, *turn.quotes)
        for term in content_terms(text)
    )
