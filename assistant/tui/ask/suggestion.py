"""A first question for a library that nobody has written one for.

Names that a text speaks of often are asked about, and the first question that the
library answers well is suggested: an example that fails would be worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from assistant.records import Answer, Event

# Words with a capital, one after the other, that do not begin a sentence or a line.
_NAME: Final = re.compile(
    r"(?<=[^\W\d_] )[A-Z][a-zà-ÿ]{2,}(?:[ -](?:of |de |the )?[A-Z][a-zà-ÿ]{2,})*"
)
_TEXT_CHARACTERS: Final = 50_000
_NAMES_ASKED: Final = 6
_SHORTEST_WORD: Final = 5
_MOST_WORDS: Final = 4
_LEAST_CONFIDENCE: Final = 0.5


def suggest_question(text: str, ask: Callable[[str], Iterator[Event]]) -> str:
    """Find a question that the library answers.

    Args:
        text: Of one of its documents; only the beginning is read.
        ask: Answers a question over the library; called up to six times.

    Returns:
        A question that gets a good answer, or "" if none was found.
    """
    for name in frequent_names(text[:_TEXT_CHARACTERS])[:_NAMES_ASKED]:
        # Whether a name is a person's, a place's or a committee's is not known.
        question = f"What is said about {name}?"
        if any(_is_good(event, name) for event in ask(question)):
            return question
    return ""


def _is_good(event: Event, name: str) -> bool:
    """Whether an event is an answer about a name that makes a good impression."""
    return (
        isinstance(event, Answer)
        and event.confidence >= _LEAST_CONFIDENCE
        and not any(term in name for term in event.uncovered_terms)
    )


def frequent_names(text: str) -> list[str]:
    """Give the names in a text: those of several words first, then the most frequent.

    Short single words are left out: too many of them are no names. So are long runs:
    they are an office and a name, or several.
    """
    counts = Counter(match[0] for match in _NAME.finditer(text))
    names = [
        name
        for name in counts
        if (" " in name or len(name) >= _SHORTEST_WORD)
        and len(name.split()) <= _MOST_WORDS
    ]
    return sorted(
        names, key=lambda name: (" " not in name, -counts[name], -len(name), name)
    )
