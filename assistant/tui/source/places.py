"""Places in a document as Textual names them in a selection.

`y` is the line, from 0. `x` is twice the column of a character, from 0, or one less for
the end of what is before it: the end of a row is no character, and Textual counts one
on for the end of a selection, since the character under the mouse is selected too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.selection import Selection

from assistant.tui.source.cells import cluster_end

if TYPE_CHECKING:
    from index.positions import LineMap

_WORD = re.compile(r"\w+")
# Characters on either side of a place within which its word is looked for.
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Places:
    """Converts between places and the offsets of one text."""

    text: str
    lines: LineMap

    def place_of(self, offset: int, line: int) -> Offset:
        """Give the place of a character of a line, from 0."""
        return Offset(2 * (offset - self.lines.line_span(line + 1)[0]), line)

    def end_of(self, offset: int, line: int) -> Offset:
        """Give the place of the end of what is before `offset` in a line, from 0."""
        return self.place_of(offset, line) - (1, 0)

    def offset_of(self, place: Offset) -> int:
        """Give the offset of a place; past the end of its line, that end."""
        start, end = self._line_span(place)
        return min(start + max(0, (place.x + 1) // 2), end)

    def span_of(self, selection: Selection) -> tuple[int, int]:
        """Give the offsets of a selection, with the marks of its last character."""
        start, end = 0, len(self.text)
        if selection.start is not None:
            start = cluster_end(self.text, self.offset_of(selection.start))
        if selection.end is not None:
            end = cluster_end(self.text, self.offset_of(selection.end))
        return start, end

    def word_at(self, place: Offset) -> Selection:
        """Select the word at a place, or nothing where there is none."""
        start, end = self._line_span(place)
        offset = self.offset_of(place)
        near = max(start, offset - _LONGEST_WORD), min(end, offset + _LONGEST_WORD)
        for word in _WORD.finditer(self.text, *near):
            if word.start() <= offset < word.end():
                return self._in_line(place, *word.span())
        return self._in_line(place, offset, offset)

    def line_at(self, place: Offset) -> Selection:
        """Select the line of a place."""
        return self._in_line(place, *self._line_span(place))

    def _line_span(self, place: Offset) -> tuple[int, int]:
        line = min(max(place.y, 0), self.lines.line_count - 1)
        return self.lines.line_span(line + 1)

    def _in_line(self, place: Offset, start: int, end: int) -> Selection:
        return Selection(self.place_of(start, place.y), self.end_of(end, place.y))
