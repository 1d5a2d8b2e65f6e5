"""How many cells of the screen the characters of a text take."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from assistant.render.sanitize import sanitize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TAB_CELLS = 4

# All but letters, digits and punctuation that take one cell each: a text of these alone
# needs no look at its characters. Latin, Greek and Cyrillic without combining marks,
# quotation marks and dashes.
_NOT_NARROW = re.compile(
    "[^\n\r\x20-\x7e\xa1-\xac\xae-\u02ff\u0384-\u038a\u038e-\u03a1\u03a3-\u03ff"
    "\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac]"
)

# Characters without a form of their own, on whose width terminals disagree: some take
# emoji that are joined for one and some for several. Not drawn, they are of one width
# everywhere. Soft hyphens, joiners, directional marks, variation selectors.
_UNDRAWN = (0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x200F, *range(0x2060, 0x2065), 0xFEFF)
_DRAWN: dict[int, str | None] = {
    0x09: " " * TAB_CELLS,
    **dict.fromkeys((*_UNDRAWN, 0xFE0E, 0xFE0F)),
}

_LINE_END = re.compile("[\r\n]")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")

# Characters measured at a time: ten bytes each meanwhile.
_BLOCK = 1_000_000
_UNKNOWN = 255


def drawn(text: str) -> str:
    """Give what is drawn for a text: harmless, with tabs as spaces.

    Its cells are the sum over those of its characters, one by one.
    """
    return sanitize(text).translate(_DRAWN)


def is_narrow(text: str, start: int, end: int) -> bool:
    """Whether each character of a part takes one cell and is drawn as it is."""
    return _NOT_NARROW.search(text, start, end) is None


def clusters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Give the spans of characters with the marks that stand on them."""
    if start == end:
        return []
    edges = [start, *(n for n in range(start + 1, end) if _cells(text[n]))]
    if _FLAG_LETTER.search(text, start, end):
        edges = [edge for edge in edges if not inside_flag(text, edge, start)]
    return list(zip(edges, [*edges[1:], end], strict=True))


def cluster_end(text: str, offset: int) -> int:
    """Give the first offset from `offset` on that is inside no cluster."""
    while 0 < offset < len(text) and not _LINE_END.search(text, offset - 1, offset + 1):
        if _cells(text[offset]) and not inside_flag(text, offset, 0):
            break
        offset += 1
    return offset


class CellCounts:
    """Cells of a text up to each character, a block at a time."""

    def __init__(self, text: str, limit: int) -> None:
        """Measure nothing yet.

        Args:
            text: The whole text.
            limit: What is beyond is measured only when asked for.
        """
        self._text = text
        self._limit = limit
        self._start = self._end = 0
        self._until = array("I", [0])

    def cover(self, start: int, end: int) -> None:
        """Measure from `start` on, unless that was done; to `end` at least."""
        if start < self._start or end > self._end:
            self._start = start
            self._end = max(end, min(self._limit, start + _BLOCK))
            self._until = _measure(self._text[start : self._end])

    def between(self, start: int, end: int) -> int:
        """Count the cells of a part."""
        until = self._until
        return until[end - self._start] - until[start - self._start]

    def fitting(self, start: int, end: int, width: int) -> int:
        """Give the end of what fits into `width` cells; all marks are with it."""
        until, first = self._until, start - self._start
        limit = until[first] + width
        # A character has as a rule a cell at least, so the end is near.
        near = min(end - self._start, first + width)
        if near < end - self._start and until[near + 1] <= limit:
            near = end - self._start
        return bisect_right(until, limit, first, near + 1) - 1 + self._start


def inside_flag(text: str, place: int, start: int) -> bool:
    """Whether a flag of two letters, counted from `start`, would be cut at `place`."""
    if not _FLAG_LETTER.match(text, place):
        return False
    before = place
    while before > start and _FLAG_LETTER.match(text, before - 1):
        before -= 1
    return (place - before) % 2 == 1


@cache
def _cells(character: str) -> int:
    """Count the cells that a character takes on the screen."""
    from rich.cells import cell_len

    return cell_len(drawn(character))


@cache
def _table() -> NDArray[np.uint8]:
    """Hold the cells of each code point, once it was asked for."""
    import numpy as np

    return np.full(0x110000, _UNKNOWN, np.uint8)


def _measure(text: str) -> array[int]:
    """Give the cells of a text up to each character, and of all of it."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    table = _table()
    cells = table[codes]
    missing = codes[cells == _UNKNOWN]
    if missing.size:
        for code in np.unique(missing).tolist():
            table[code] = _cells(chr(code))
        cells = table[codes]
    until = array("I", [0])
    until.frombytes(np.cumsum(cells, dtype=np.uint32).tobytes())
    return until
