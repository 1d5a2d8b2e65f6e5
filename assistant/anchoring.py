"""Finds a quote again in a text that has changed since it was quoted.

By the W3C's text-quote selector: the quote itself, and the characters that stood before
and after it, which tell its occurrences apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

_SPACES: Final = re.compile(r"\s+")
_LONG_SPACES: Final = re.compile(r"\s\s+")

# Of a text as short and frequent as "Yes." the first so many places are compared.
_MOST_PLACES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Selector:
    """What a quote was, and where it stood."""

    quote: str
    prefix: str
    """The characters before it."""
    suffix: str
    start: int
    """Its offset in the text it was taken from."""


def find_again(text: str, selector: Selector) -> tuple[int, int] | None:
    """Find a quote in a text; the time it takes grows with the text only.

    A quote that was broken into other lines counts as the same: white space is
    compared as one space where the quote is not found to the character.

    Args:
        text: As it is now.
        selector: Of the text as it was.

    Returns:
        The half-open span of the quote where it fits best: most of what stood around it
        stands there, and of equal places the nearest to where it was. None if it is
        nowhere.
    """
    if not selector.quote.strip():
        return None
    found = _find(text, selector)
    if found is not None:
        return found, found + len(selector.quote)
    folded = Selector(
        _fold(selector.quote),
        _fold(selector.prefix),
        _fold(selector.suffix),
        selector.start,
    )
    found = _find(_fold(text), folded)
    if found is None:
        return None
    return _unfolded(text, found), _unfolded(text, found + len(folded.quote))


def _find(text: str, selector: Selector) -> int | None:
    """Find the best place of a quote, to the character."""
    whole = f"{selector.prefix}{selector.quote}{selector.suffix}"
    before = selector.start - len(selector.prefix)
    at = _nearest(text, whole, max(0, before))
    if at is not None:
        return at + len(selector.prefix)
    places = islice(_places(text, selector.quote), _MOST_PLACES)
    return max(
        (at for at in places if _is_whole(text, at, selector)),
        key=lambda at: (_context(text, at, selector), -abs(at - selector.start)),
        default=None,
    )


def _nearest(text: str, part: str, offset: int) -> int | None:
    """Find the occurrence of a part that begins nearest to an offset."""
    after = text.find(part, offset)
    before = text.rfind(part, 0, offset + len(part))
    found = [at for at in (before, after) if at >= 0]
    return min(found, key=lambda at: abs(at - offset), default=None)


def _places(text: str, part: str) -> Iterator[int]:
    """Yield where a part begins in a text."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def _is_whole(text: str, at: int, selector: Selector) -> bool:
    """Whether a quote of whole words stands there as whole words, too."""
    quote, end = selector.quote, at + len(selector.quote)
    edges = (
        (selector.prefix[-1:], text[max(0, at - 1) : at], quote[0]),
        (selector.suffix[:1], text[end : end + 1], quote[-1]),
    )
    return all(_joins(was, edge) or not _joins(now, edge) for was, now, edge in edges)


def _joins(one: str, other: str) -> bool:
    """Whether two characters belong to one word."""
    return one.isalnum() and other.isalnum()


def _context(text: str, at: int, selector: Selector) -> int:
    """Count the characters around a place that stood around the quote."""
    before = text[max(0, at - len(selector.prefix)) : at]
    end = at + len(selector.quote)
    after = text[end : end + len(selector.suffix)]
    return _common(before[::-1], selector.prefix[::-1]) + _common(
        after, selector.suffix
    )


def _common(one: str, other: str) -> int:
    """Count the characters with which two texts begin alike."""
    pairs = zip(one, other, strict=False)
    return next(
        (count for count, (a, b) in enumerate(pairs) if a != b),
        min(len(one), len(other)),
    )


def _fold(text: str) -> str:
    return _SPACES.sub(" ", text)


def _unfolded(text: str, offset: int) -> int:
    """Give the offset in a text of an offset in its folded form."""
    longer = 0
    for run in _LONG_SPACES.finditer(text):
        if run.start() - longer >= offset:
            break
        longer += len(run[0]) - 1
    return offset + longer
