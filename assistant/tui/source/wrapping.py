"""Which characters of a text stand in which row of a pane of a given width.

Rows are found once for a text and a width; a pane then draws only those it shows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.tui.source.cells import TAB_CELLS, CellCounts, inside_flag, is_narrow

if TYPE_CHECKING:
    from index.positions import LineMap

# Closing and opening marks of Chinese and Japanese, and small kana (JLREQ, GB/T 15834).
_NOT_FIRST = frozenset(
    "、。，．・：；？！）］｝」』】〕》〉’”…‥ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"  # noqa: RUF001
)
_NOT_LAST = frozenset("（［｛「『【〔《〈‘“")  # noqa: RUF001


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The rows of a text, or of a part of it, at one width."""

    width: int
    """In cells."""
    starts: array[int]
    """Offset at which each row begins, ascending."""
    ends: array[int]
    """Half-open end of each row; the space a row was broken at is in none."""
    first_rows: array[int]
    """The row that each line begins with."""
    first_line: int = 1
    """The line of the first row."""
    whole: bool = True
    """Whether all rows of the text are here."""

    @property
    def row_count(self) -> int:
        """The number of rows, at least 1."""
        return len(self.starts)

    def row_of(self, offset: int) -> int:
        """Give the row that holds the character at `offset`, from 0."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def holds(self, offset: int) -> bool:
        """Whether the character at `offset` is in a row, or between two."""
        return self.whole or self.starts[0] <= offset <= self.ends[-1]

    def line_of(self, row: int) -> tuple[int, bool]:
        """Give the line of a row, from 1, and whether the row begins it."""
        place = bisect_right(self.first_rows, row) - 1
        return self.first_line + place, self.first_rows[place] == row


def make_layout(text: str, lines: LineMap, width: int) -> Layout:
    """Break every line of a text into rows.

    Rows break at spaces, between wide characters, and inside a word only where it is
    longer than a row; never between a character and its marks.

    Args:
        text: The whole text, as it was read: not yet made harmless for the screen.
        lines: Of the same text.
        width: In cells; at least `TAB_CELLS` are taken.
    """
    layout = Layout(max(TAB_CELLS, width), array("I"), array("I"), array("I"))
    _break_lines(text, lines, layout, range(1, lines.line_count + 1), (0, len(text)))
    return layout


def make_window(
    text: str, lines: LineMap, width: int, offset: int, rows: int
) -> Layout:
    """Break what is around an offset into rows: quick for a text of any length.

    Rows are those of `make_layout`, but for a line that is longer than the window:
    its rows begin where the window does.

    Args:
        text: The whole text.
        lines: Of the same text.
        width: In cells.
        offset: What stands there is in the window.
        rows: At least as many are on either side, where the text has them and no line
            ends before the pane does.
    """
    width = max(TAB_CELLS, width)
    reach = rows * width
    offset = max(0, min(offset, len(text)))
    within = max(0, offset - reach), min(len(text), offset + reach)
    centre = lines.line_column(offset)[0]
    first = max(lines.line_column(within[0])[0], centre - rows)
    last = min(lines.line_column(within[1])[0], centre + rows)
    layout = Layout(width, array("I"), array("I"), array("I"), first, False)
    _break_lines(text, lines, layout, range(first, last + 1), within)
    return layout


def _break_lines(
    text: str, lines: LineMap, layout: Layout, which: range, within: tuple[int, int]
) -> None:
    """Add the rows of some lines; of long ones only those that are `within`."""
    longest = within[1] - within[0]
    measured = CellCounts(text, within[1])
    for line in which:
        start, end = lines.line_span(line)
        if end - start > longest:
            start, end = max(start, within[0]), min(end, within[1])
        layout.first_rows.append(len(layout.starts))
        if is_narrow(text, start, end):
            _break_narrow(text, start, end, layout)
        else:
            measured.cover(start, end)
            _break_measured(text, start, end, layout, measured)


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


def _break_measured(
    text: str, start: int, end: int, layout: Layout, measured: CellCounts
) -> None:
    """Break a line by the cells of each of its characters."""
    while measured.between(start, end) > layout.width:
        limit = measured.fitting(start, end, layout.width)
        stop, following = _break_at(text, (start, end), limit, measured)
        layout.starts.append(start)
        layout.ends.append(stop)
        start = following
    layout.starts.append(start)
    layout.ends.append(end)


def _break_at(
    text: str, rest: tuple[int, int], limit: int, measured: CellCounts
) -> tuple[int, int]:
    """Find where a row ends and the next begins.

    Args:
        text: The whole text.
        rest: From the start of the row to the end of the line.
        limit: The first character that does not fit in.
        measured: Covers the line.
    """
    start, end = rest
    right = measured.between(limit, limit + 1)
    after = measured.between(limit + 1, limit + 2) if limit + 1 < end else 1
    for place in range(limit, start, -1):
        left = measured.between(place - 1, place)
        if text[place] == " " and after:
            return place, place + 1
        if (
            right
            and 2 in (left, right)
            and text[place] not in _NOT_FIRST
            and text[place - 1] not in _NOT_LAST
        ):
            return place, place
        right, after = left, right
    if limit - 1 > start and inside_flag(text, limit, start):
        limit -= 1
    return limit, limit
