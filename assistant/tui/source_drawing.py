"""One row of a source as segments: each character in its cell, in its style.

Segments carry the place of their first character in the document, line and column from
0, as Textual's selection of text by mouse wants it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from assistant.render.sanitize import sanitize
from assistant.tui.arabic import join_letters
from assistant.tui.bidi import (
    find_base,
    find_levels,
    has_rtl,
    mirrored,
    visual_order,
)
from assistant.tui.cells import clusters, drawn, is_narrow

if TYPE_CHECKING:
    from assistant.tui.places import Places
    from assistant.tui.wrapping import Layout
    from index.records import Document

# Characters of the same line on either side of a row that decide how it runs: enough
# for what hangs on a neighbouring word, and no more of a line that has no end.
_CONTEXT = 100
# Within as many characters, a line has a letter.
_FIRST_LETTER = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a document, and the line that it is part of."""

    text: str
    """The whole document."""
    start: int
    end: int
    line_start: int
    line_end: int
    line: int
    """From 0."""

    def around(self) -> tuple[int, int]:
        """Give the part of the line that decides how the row runs."""
        return (
            max(self.line_start, self.start - _CONTEXT),
            min(self.line_end, self.end + _CONTEXT),
        )

    def meta(self, offset: int) -> Style:
        """Tell the place of a character, as a style."""
        return Style.from_meta({"offset": (offset - self.line_start, self.line)})


@dataclass(frozen=True, slots=True)
class Ink:
    """The style of a span of the document."""

    start: int
    end: int
    style: Style


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters that are drawn side by side, in one style."""

    shown: str
    style: Style
    offset: int
    single: bool
    """Whether it is one character, drawn as one character."""


def find_row(places: Places, rows: Layout, number: int) -> tuple[Row, bool]:
    """Give a row, or the last one, and whether its line begins with it."""
    number = min(number, rows.row_count - 1)
    line, first = rows.line_of(number)
    start, end = rows.starts[number], rows.ends[number]
    return Row(places.text, start, end, *places.lines.line_span(line), line - 1), first


def is_heading(document: Document, offset: int) -> bool:
    """Whether an offset is in a heading; they hold no other structure."""
    blocks = document.blocks
    place = bisect_right(blocks, offset, key=attrgetter("end"))
    return (
        place < len(blocks)
        and blocks[place].kind == "heading"
        and blocks[place].start <= offset
    )


def draw_gutter(row: Row, label: str, style: Style) -> Iterator[Segment]:
    """Draw what stands before a row; for the mouse, each cell is the row's start."""
    for character in label:
        yield Segment(character, style + row.meta(row.start))


def draw_row(
    row: Row, inks: Sequence[Ink], width: int, *, visual: bool
) -> list[Segment]:
    """Draw a row of text, filled up with blanks.

    Args:
        row: Which.
        inks: Styles of what is in the row, the strongest first; the last is that of all
            of it.
        width: Cells there are.
        visual: Put characters that run from right to left into the order in which they
            are read, and lines that begin with such at the right.
    """
    base = find_base(row.text[row.line_start : row.line_start + _FIRST_LETTER])
    reordered = visual and (base or has_rtl(row.text[row.start : row.end]))
    if is_narrow(row.text, row.start, row.end) and not reordered:
        return _draw_narrow(row, inks, width)
    spans = clusters(row.text, row.start, row.end)
    order: Sequence[int] = range(len(spans))
    levels, letters, first = [0] * len(spans), row.text, 0
    if reordered:
        levels = _row_levels(row, spans, base)
        order = visual_order(levels)
        first, last = row.around()
        letters = join_letters(row.text[first:last])
    pieces = [
        _draw_cluster(
            (start, end), letters[start - first : end - first], inks, levels[n] == 1
        )
        for n, (start, end) in ((n, spans[n]) for n in order)
    ]
    segments = list(_join(row, [piece for piece in pieces if piece.shown]))
    free = width - sum(segment.cell_length for segment in segments)
    end_style = inks[-1].style + row.meta(row.end)
    if not reordered:
        return [*segments, Segment(" " * free, end_style)]
    # One by one, so that each cell of the blank is the end of the row for the mouse.
    blanks = [Segment(" ", end_style)] * free
    return [*blanks, *segments] if base else [*segments, *blanks]


def _draw_narrow(row: Row, inks: Sequence[Ink], width: int) -> list[Segment]:
    """Draw a row whose characters are one cell each, as they are."""
    inside = [ink for ink in inks if ink.start < row.end and row.start < ink.end]
    cuts = {row.start, row.end}
    for ink in inside:
        cuts.update((max(row.start, ink.start), min(row.end, ink.end)))
    segments = []
    for left, right in pairwise(sorted(cuts)):
        style = _style_at(left, inside) + row.meta(left)
        segments.append(Segment(row.text[left:right], style))
    blank = " " * (width - (row.end - row.start))
    return [*segments, Segment(blank, inks[-1].style + row.meta(row.end))]


def _style_at(offset: int, inks: Sequence[Ink]) -> Style:
    """Give the style of a character: of the first span that holds it."""
    return next(ink.style for ink in inks if ink.start <= offset < ink.end)


def _draw_cluster(
    span: tuple[int, int], letters: str, inks: Sequence[Ink], backwards: bool
) -> _Piece:
    """Draw a character with its marks, as it is or as its mirror image."""
    start, end = span
    shown = drawn(letters)
    if backwards and shown:
        shown = mirrored(shown[0]) + shown[1:]
    single = end - start == 1 == len(shown)
    return _Piece(shown, _style_at(start, inks), start, single)


def _row_levels(row: Row, spans: Sequence[tuple[int, int]], base: int) -> list[int]:
    """Give the level of each cluster of a row, read with what stands around it."""
    start, end = row.around()
    levels = find_levels(sanitize(row.text[start:end]), base)
    found = [levels[span[0] - start] for span in spans]
    for place in range(len(spans) - 1, -1, -1):
        if not row.text[slice(*spans[place])].isspace():
            break
        found[place] = base
    return found


def _join(row: Row, pieces: Sequence[_Piece]) -> Iterator[Segment]:
    """Make one segment of neighbours that are alike and one character each."""
    place = 0
    while place < len(pieces):
        first = pieces[place]
        shown = [first.shown]
        place += 1
        while (
            first.single
            and place < len(pieces)
            and pieces[place].single
            and pieces[place].style is first.style
            and pieces[place].offset == first.offset + len(shown)
        ):
            shown.append(pieces[place].shown)
            place += 1
        yield Segment("".join(shown), first.style + row.meta(first.offset))
