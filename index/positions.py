"""Offsets to lines, columns and pages, and back: the only owner of each conversion."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

# What Python's universal newlines and editors call the end of a line. A form feed or
# a Unicode line separator ends none: editors would number the lines differently.
_LINE_END = re.compile(r"\r\n?|\n")


class LineMap:
    r"""The lines of one text, which end at ``\n``, ``\r\n`` or a lone ``\r``.

    Lines and columns count from 1, columns in characters. After a final line end there
    is one more, empty line, so that every offset from 0 to `len(text)` has a place.
    """

    __slots__ = ("_ends", "_length", "_starts")

    def __init__(self, text: str) -> None:
        """Find the lines of `text`, in one pass."""
        self._starts = [0]
        self._ends = []
        for end in _LINE_END.finditer(text):
            self._ends.append(end.start())
            self._starts.append(end.end())
        self._ends.append(len(text))
        self._length = len(text)

    @property
    def line_count(self) -> int:
        """The number of lines, at least 1."""
        return len(self._starts)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Give line and column of the character at `offset`, both from 1.

        Raises:
            IndexError: If `offset` is not in 0 to `len(text)`.
        """
        if not 0 <= offset <= self._length:
            raise IndexError(f"offset {offset} is not in 0 to {self._length}")
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_span(self, line: int) -> tuple[int, int]:
        """Give the half-open span of a line, its line end left out.

        Raises:
            IndexError: If there is no such line; the first is 1.
        """
        if not 1 <= line <= len(self._starts):
            raise IndexError(f"line {line} is not in 1 to {len(self._starts)}")
        return self._starts[line - 1], self._ends[line - 1]


def page_of(page_starts: Sequence[int], offset: int) -> int | None:
    """Give the page that holds the character at `offset`, from 1.

    Args:
        page_starts: Offset at which each page begins, ascending.
        offset: In characters.

    Returns:
        None where the document has no pages. Text before the first page is on page 1.
    """
    if not page_starts:
        return None
    return max(1, bisect_right(page_starts, offset))
