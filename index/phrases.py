"""Phrases in quotation marks: which a query has, and whether a text has them.

Compared as they are read: case, white space and the form of quotation marks, hyphens
and apostrophes make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_FEWEST_WORDS: Final = 2
_MARKED: Final = re.compile(r'"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»')
_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("\u2010\u2011–—", "-"),
    }
)


def quoted_phrases(query: str) -> tuple[str, ...]:
    """Return the phrases of two words and more that stand in double quotation marks.

    Args:
        query: As typed.

    Returns:
        As `has_phrases` takes them, without punctuation at their ends.
    """
    marked = (next(filter(None, found.groups())) for found in _MARKED.finditer(query))
    plain = (_as_read(phrase).strip(" .,;:!?…") for phrase in marked)
    return tuple(one for one in plain if len(one.split()) >= _FEWEST_WORDS)


def has_phrases(text: str, phrases: Sequence[str]) -> bool:
    """Whether a text has every one of some phrases word for word.

    Args:
        text: Verbatim.
        phrases: Of `quoted_phrases`.
    """
    read = _as_read(text)
    return all(phrase in read for phrase in phrases)


def _as_read(text: str) -> str:
    """Return a text without what makes no difference to one who reads it."""
    return " ".join(text.translate(_PLAIN).casefold().split())
