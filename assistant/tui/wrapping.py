"""Which characters of a text stand in which row of a pane of a given width.

Rows are found once for a text and a width; a pane then draws only those it shows.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from assistant.render.sanitize import sanitize

if TYPE_CHECKING:
    from index.positions import LineMap

TAB_CELLS = 4

# All but letters, digits and punctuation that take one cell each: a text of these alone
# needs no look at its characters. Latin, Greek and Cyrillic without combining marks,
# quotation marks and dashes.
_NOT_NARROW = re.compile(
    "[^\n\r\x20-\x7e\xa1-\xac\xae-\u02ff\u0384-\u038a\u038e-\u03a1\u03a3-\u03ff"
    "\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac]"
)
_VARIATION_SELECTOR = "\ufe0f"


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The rows of a text at one width."""

    width: int
    """In cells."""
    starts: array[int]
    """Offset at which each row begins, ascending."""
    ends: array[int]
    """Half-open end of each row; the space a row was broken at is in none."""
    first_rows: array[int]
    """The row that each line begins with."""

    @property
    def row_count(self) -> int:
        """The number of rows, at least 1."""
        return len(self.starts)

    def row_of(self, offset: int) -> int:
        """Give the row that holds the character at `offset`, from 0."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def line_of(self, row: int) -> tuple[int, bool]:
        """Give the line of a row, from 1, and whether the row begins it."""
        line = bisect_right(self.first_rows, row)
        return line, self.first_rows[line - 1] == row


class _Widths(dict[str, int]):
    """Cells that a character takes on the screen, as it is shown."""

    def __missing__(self, character: str) -> int:
        from rich.cells import cell_len

        if character == "\t":
            cells = TAB_CELLS
        elif character == _VARIATION_SELECTOR:
            # It makes the character before it wide: counted here, so that a row is
            # never wider than the sum over its characters.
            cells = 1
        else:
            cells = cell_len(sanitize(character))
        self[character] = cells
        return cells


_WIDTHS = _Widths()


def make_layout(text: str, lines: LineMap, width: int) -> Layout:
    """Break every line of a text into rows of at most `width` cells.

    Rows break at spaces, between wide characters, and inside a word only where it is
    longer than a row.

    Args:
        text: The whole text, as it was read: not yet made harmless for the screen.
        lines: Of the same text.
        width: In cells, at least 2 (a wide character takes two).
    """
    layout = Layout(max(2, width), array("I"), array("I"), array("I"))
    plain = _NOT_NARROW.search(text) is None
    for line in range(1, lines.line_count + 1):
        start, end = lines.line_span(line)
        layout.first_rows.append(len(layout.starts))
        if plain or _NOT_NARROW.search(text, start, end) is None:
            _break_narrow(text, start, end, layout)
        else:
            _break_measured(text, start, end, layout)
    return layout


def _break_narrow(text: str, start: int, end: int, layout: Layout) -> None:
    """Break a line whose characters take one cell each."""
    width = layout.width
    while end - start > width:
        space = text.rfind(" ", start, start + width + 1)
        stop, following = (space, space + 1) if space > start else (start + width,) * 2
        layout.starts.append(start)
        layout.ends.append(stop)
        start = following
    layout.starts.append(start)
    layout.ends.append(end)


def _break_measured(text: str, start: int, end: int, layout: Layout) -> None:
    """Break a line by the width of each of its characters."""
    cells = list(map(_WIDTHS.__getitem__, text[start:end]))
    until = list(accumulate(cells))  # cells of the line up to and with a character
    row, used = 0, 0
    while row < len(cells) and until[-1] - used > layout.width:
        limit = max(bisect_right(until, used + layout.width, row), row + 1)
        stop, following = _break_at(text, start, row, limit, cells)
        layout.starts.append(start + row)
        layout.ends.append(start + stop)
        row, used = following, until[following - 1]
    layout.starts.append(start + row)
    layout.ends.append(end)


def _break_at(
    text: str, start: int, row: int, limit: int, cells: list[int]
) -> tuple[int, int]:
    """Find where a row ends and the next begins, relative to the line's start.

    Args:
        text: The whole text.
        start: Offset at which the line begins.
        row: Where the row begins.
        limit: The first character that does not fit in.
        cells: Of each character of the line.
    """
    for position in range(limit, row, -1):
        if text[start + position] == " ":
            return position, position + 1
        if cells[position] == 2 or cells[position - 1] == 2:
            return position, position
    return limit, limit
