"""Rows of any widget, with what runs from right to left put into visual order.

A row of a widget is not a paragraph: it may hold a frame, columns, and parts of several
texts. So each part between frames and wide gaps is put in order by itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import split_graphemes
from rich.segment import Segment
from textual.filter import LineFilter
from textual.style import Style

from assistant.render.sanitize import sanitize
from assistant.tui.bidi.algorithm import (
    find_base,
    find_levels,
    has_rtl,
    is_rtl_alone,
    mirrored,
    visual_order,
)
from assistant.tui.bidi.arabic import join_letters

if TYPE_CHECKING:
    from textual.color import Color
    from textual.content import Content
    from textual.widget import Widget

# What stands between two frames or gaps, without blanks around it.
_PART = re.compile("[^ \u2500-\u259f]+(?: [^ \u2500-\u259f]+)*")
_JOINER = "\u200d"
_RUNS_LEFT: Final = "runs_left"
"""Key in the meta of a segment: it is of a paragraph that begins right to left."""


class _Placed(NamedTuple):
    """A character with its marks."""

    start: int
    """Offset in the row as it was."""
    cells: int
    shown: str


class VisualOrder(LineFilter):
    """Puts rows into visual order, for terminals that leave order to the program."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Put one row in order, each character in the style it had."""
        del background
        placed = _place(segments)
        if placed is None:
            return segments
        styles = [segment.style for segment in segments for _ in segment.text]
        ordered: list[Segment] = []
        for one in placed:
            style = styles[one.start]
            if ordered and ordered[-1].style is style:
                ordered[-1] = Segment(ordered[-1].text + one.shown, style)
            else:
                ordered.append(Segment(one.shown, style))
        return ordered


def with_direction(content: Content) -> Content:
    """Mark a paragraph that begins right to left, so that each row of it runs so."""
    if has_rtl(content.plain) and find_base(content.plain):
        return content.stylize(Style.from_meta({_RUNS_LEFT: True}))
    return content


def direction_class(content: Content) -> str:
    """Give the class of a widget that shows a paragraph: `-runs-left`, or none."""
    runs_left = has_rtl(content.plain) and find_base(content.plain)
    return "-runs-left" if runs_left else ""


def column_in_text(widget: Widget, x: int, y: int) -> int:
    """Give the column where what is seen in column `x` would be if left in order.

    Textual looks for the text under the mouse in rows as they are before filters.

    Args:
        widget: What is under the mouse.
        x: Column of the widget's content.
        y: Row of the widget's content.
    """
    inside = x >= 0 and 0 <= y < widget.content_size.height
    filters = widget.get_line_filters()
    if not inside or not any(isinstance(one, VisualOrder) for one in filters):
        return x
    return cell_before_order(list(widget.render_line(y)), x)


def cell_before_order(segments: Sequence[Segment], cell: int) -> int:
    """Give the cell that held, before the row was put in order, what `cell` shows."""
    placed = _place(segments)
    if placed is None or cell < 0:
        return cell
    seen = list(accumulate((one.cells for one in placed), initial=0))
    if cell >= seen[-1]:
        return cell
    number = bisect_right(seen, cell) - 1
    before = sum(one.cells for one in placed if one.start < placed[number].start)
    return before + cell - seen[number]


def _place(segments: Sequence[Segment]) -> tuple[_Placed, ...] | None:
    """Give a row in visual order; None for one that is in it already."""
    if not any(has_rtl(segment.text) for segment in segments):
        return None
    text = "".join(segment.text for segment in segments)
    left = "".join(
        segment.text
        if segment.style and segment.style.meta.get(_RUNS_LEFT)
        else " " * len(segment.text)
        for segment in segments
    )
    bases = tuple(
        int(is_rtl_alone(part[0]) or left[part.start() : part.end()] == part[0])
        for part in _PART.finditer(text)
    )
    return _arrange(text, bases)


@lru_cache(maxsize=512)
def _arrange(text: str, bases: tuple[int, ...]) -> tuple[_Placed, ...]:
    """Put the parts of a row in order.

    Args:
        text: The row.
        bases: The level of each of its parts.
    """
    shown = join_letters(text)
    spans = split_graphemes(text)[0]
    levels = [0] * len(text)
    order = list(range(len(spans)))
    starts = [span[0] for span in spans]
    for part, base in zip(_PART.finditer(text), bases, strict=True):
        levels[slice(*part.span())] = find_levels(sanitize(part[0]), base)
        first, last = (bisect_left(starts, edge) for edge in part.span())
        inside = [levels[start] for start in starts[first:last]]
        order[first:last] = [first + place for place in visual_order(inside)]
    placed = []
    for start, end, cells in (spans[place] for place in order):
        # What a joiner at its end joined is not what comes after it now.
        one = shown[start:end].rstrip(_JOINER)
        if one and levels[start] == 1:
            one = mirrored(one[0]) + one[1:]
        placed.append(_Placed(start, cells, one))
    return tuple(placed)
