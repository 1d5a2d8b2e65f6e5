"""Places in a document as Textual names them in a selection: line and column from 0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.selection import Selection

from assistant.tui.cells import cluster_end

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

    def offset_of(self, place: Offset) -> int:
        """Give the offset of a place; past the end of its line, that end."""
        start, end = self._line_span(place)
        return min(start + max(place.x, 0), end)

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
        first = self._line_span(place)[0]
        return Selection(Offset(start - first, place.y), Offset(end - first, place.y))
