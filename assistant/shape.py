"""Whether a question asks for one thing or for several, and for which.

Rules for English; what they do not know asks for one thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from assistant.question import AnswerKind, answer_kind
from index.terms import is_stop_word, term_texts

Form = Literal["one", "comparison", "parts"]


@dataclass(frozen=True, slots=True)
class Need:
    """One of the things that a question asks for at once."""

    words: frozenset[str]
    """Terms that this one has and the others have not; empty if it has none."""
    kind: AnswerKind
    """Of the answer to it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a question asks for."""

    form: Form
    needs: tuple[Need, ...] = ()
    """The sides of a comparison, the parts of a question in parts; else none."""


_ASKING: Final = re.compile(
    r"\b(?:who(?:m|se)?|what|when|where|why|which|how)\b", re.IGNORECASE
)
# "Who found it and when?": a question word after "and" begins another question; a verb
# does so only with its pronoun ("and is she"). After a comma alone it mostly does not:
# "When the bank closed, who bought it?"
_NEXT_PART: Final = re.compile(
    r"(?:,?\s+and|[;?])\s+(?:(?:also|then)\s+)?(?:(?:in|at|by|to|for|from|with|of)\s+)?"
    r"(?=(?:who(?:m|se)?|what|when|where|why|which|how)\b|"
    r"(?:is|are|was|were|did|does|do|has|have|can|will)\s+(?:he|she|it|they)\b)",
    re.IGNORECASE,
)
_SIDES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:differences?|distinctions?|comparison|similarit(?:y|ies))\s+"
        r"between\s+(?P<a>.+?)\s+and\s+(?P<b>.+)",
        r"\bcompare\s+(?P<a>.+?)\s+(?:and|with|to)\s+(?P<b>.+)",
        r"\bhow\s+(?:do|does|did|is|are|was|were)\s+(?P<a>.+?)\s+(?:differ(?:ent)?\s+from|"
        r"compared?\s+(?:to|with))\s+(?P<b>.+)",
        r"\b(?:which|who)\b.*\b(?:\w+er|more|less|better|worse)\b[^,:]*[,:]\s*(?P<a>.+?)\s+"
        r"or\s+(?P<b>.+)",
        r"^(?:.*\bof\s+)?(?P<a>.+?)\s+(?:vs\.?|versus)\s+(?P<b>.+)",
    )
)


def question_shape(question: str) -> Shape:
    """Say what a question asks for.

    Args:
        question: As typed.
    """
    for pattern in _SIDES:
        if (found := pattern.search(question)) is not None:
            sides = (found["a"], found["b"])
            needs = _needs(sides, ("other", "other"))
            if all(need.words for need in needs):
                return Shape("comparison", needs)
    parts = _parts(question)
    if len(parts) > 1:
        return Shape("parts", _needs(parts, tuple(answer_kind(part) for part in parts)))
    return Shape("one")


def _parts(question: str) -> tuple[str, ...]:
    """Cut a question where another one begins; the first must ask something itself."""
    cuts = [
        cut
        for cut in _NEXT_PART.finditer(question)
        if _ASKING.search(question[: cut.start()])
    ]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(question)]
    return tuple(question[a:b] for a, b in zip(starts, ends, strict=True))


def _needs(texts: tuple[str, ...], kinds: tuple[AnswerKind, ...]) -> tuple[Need, ...]:
    words = [frozenset(term_texts(" ".join(_telling(text)), "en")) for text in texts]
    return tuple(
        Need(own.difference(*(w for w in words if w is not own)), kind)
        for own, kind in zip(words, kinds, strict=True)
    )


def _telling(text: str) -> list[str]:
    """Return the words of a part that say what it is about."""
    words = re.findall(r"[\w'’-]+", text)
    return [w for w in words if not (is_stop_word(w, "en") or _ASKING.fullmatch(w))]
