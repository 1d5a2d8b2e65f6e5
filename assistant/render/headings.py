"""Which headings above a quote say something that its document's name does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")

# File names made of titles are often cut short, and leave out marks and suffixes.
_SAID_SHARE: Final = 0.6


def headings_beyond(headings: Sequence[str], *said: str) -> tuple[str, ...]:
    """Leave out the outermost heading if it only repeats what is shown anyway.

    Args:
        headings: Outermost first.
        said: What is shown beside them: the document's name, its title.
    """
    if headings and any(_repeats(headings[0], one) for one in said):
        return tuple(headings[1:])
    return tuple(headings)


def _repeats(heading: str, said: str) -> bool:
    """Whether most words of a heading are said already."""
    words = _words(heading)
    if not words:
        return False
    return len(words & _words(said)) >= _SAID_SHARE * len(words)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
