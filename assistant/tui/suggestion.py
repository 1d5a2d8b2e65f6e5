"""A first question for a library that nobody has written one for.

Names that a text speaks of often are asked about, and the first question that the
library really answers is suggested: an example that fails would be worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from assistant.records import Answer, Event

# Words with a capital, one after the other, that do not begin a sentence or a line.
_NAME: Final = re.compile(
    r"(?<=[^\W\d_] )[A-Z][a-zà-ÿ]{2,}(?:[ -](?:of |de |the )?[A-Z][a-zà-ÿ]{2,}){0,3}"
)
_TEXT_CHARACTERS: Final = 50_000
_NAMES_ASKED: Final = 4
_SHORTEST_WORD: Final = 5


def suggest_question(text: str, ask: Callable[[str], Iterator[Event]]) -> str:
    """Find a question that the library answers.

    Args:
        text: Of one of its documents; only the beginning is read.
        ask: Answers a question over the library; called up to eight times.

    Returns:
        A question that gets an answer, or "" if none was found.
    """
    for name in frequent_names(text[:_TEXT_CHARACTERS])[:_NAMES_ASKED]:
        # A name of several words may be a person's; a single word is rather a thing.
        forms = ("Who is {}?", "What is {}?") if " " in name else ("What is {}?",)
        for form in forms:
            question = form.format(name)
            if any(isinstance(event, Answer) for event in ask(question)):
                return question
    return ""


def frequent_names(text: str) -> list[str]:
    """Give the names in a text: those of several words first, then the most frequent.

    Short single words are left out: too many of them are no names.
    """
    counts = Counter(match[0] for match in _NAME.finditer(text))
    names = [name for name in counts if " " in name or len(name) >= _SHORTEST_WORD]
    return sorted(
        names, key=lambda name: (" " not in name, -counts[name], -len(name), name)
    )
