"""One row of a source: which character stands in which cell, and in what style."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment

from assistant.render.sanitize import sanitize
from assistant.tui.bidi.algorithm import (
    find_base,
    find_levels,
    has_rtl,
    mirrored,
    visual_order,
)
from assistant.tui.bidi.arabic import join_letters
from assistant.tui.source.cells import clusters, drawn, is_narrow

if TYPE_CHECKING:
    from rich.style import Style

    from assistant.tui.source.places import Places
    from assistant.tui.source.wrapping import Layout
    from index.records import Document

# Characters of the same line on either side of a row that decide how it runs: enough
# for what hangs on a neighbouring word, and no more of a line that has no end. Their
# edges are the same for several rows, which are then resolved once.
_CONTEXT = 100
_CONTEXT_STEP = 512
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
        before = max(0, self.start - self.line_start - _CONTEXT) // _CONTEXT_STEP
        after = -(-(self.end - self.line_start + _CONTEXT) // _CONTEXT_STEP)
        return (
            self.line_start + before * _CONTEXT_STEP,
            min(self.line_end, self.line_start + after * _CONTEXT_STEP),
        )


@dataclass(frozen=True, slots=True)
class Ink:
    """The style of a span of the document."""

    start: int
    end: int
    style: Style


@dataclass(frozen=True, slots=True)
class Cells:
    """What stands in the cells of a row: characters with their marks, left to right."""

    offsets: Sequence[int]
    """Where in the document each begins."""
    shown: Sequence[str]
    """What is drawn for each; tabs as spaces, some not at all."""
    counts: Sequence[int]
    """Cells of each."""
    from_right: bool = False
    """Whether the row begins at the right."""


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


def fill_cells(row: Row, *, visual: bool) -> Cells:
    """Put the characters of a row into cells.

    Args:
        row: Which.
        visual: Put characters that run from right to left into the order in which they
            are read, and lines that begin with such at the right.
    """
    text, start, end = row.text, row.start, row.end
    base = find_base(text[row.line_start : row.line_start + _FIRST_LETTER])
    reordered = visual and (base or has_rtl(text[start:end]))
    if not reordered and is_narrow(text, start, end):
        return Cells(range(start, end), text[start:end], [1] * (end - start))
    spans = clusters(text, start, end)
    if not reordered:
        shown = [_drawn(text[left:right]) for left, right in spans]
        return Cells([span[0] for span in spans], shown, list(map(cell_len, shown)))
    first, last = row.around()
    levels = find_levels(sanitize(text[first:last]), base)
    of_row = [levels[span[0] - first] for span in spans]
    _level_blanks(text, spans, of_row, base)
    letters = join_letters(text[first:last])
    offsets, shown = [], []
    for place in visual_order(of_row):
        left, right = spans[place]
        one = _drawn(letters[left - first : right - first])
        if one and of_row[place] == 1:
            one = mirrored(one[0]) + one[1:]
        offsets.append(left)
        shown.append(one)
    return Cells(offsets, shown, list(map(cell_len, shown)), from_right=bool(base))


def draw_cells(
    row: Row, cells: Cells, inks: Sequence[Ink], width: int
) -> Iterator[Segment]:
    """Draw what is in the cells of a row, filled up with blanks.

    Args:
        row: Which.
        cells: What stands in its cells.
        inks: Styles of what is in the row, the strongest first; the last is that of all
            of it.
        width: Cells there are.
    """
    rest = inks[-1].style
    styles = [rest] * (row.end - row.start)
    for ink in reversed(inks):
        left, right = max(row.start, ink.start), min(row.end, ink.end)
        if left < right:
            styles[left - row.start : right - row.start] = [ink.style] * (right - left)
    blank = Segment(" " * max(0, width - sum(cells.counts)), rest)
    if cells.from_right and blank.text:
        yield blank
    pairs = zip(
        (styles[at - row.start] for at in cells.offsets), cells.shown, strict=True
    )
    for _, alike in groupby(pairs, lambda pair: id(pair[0])):
        run = list(alike)
        if text := "".join(shown for _, shown in run):
            yield Segment(text, run[0][0])
    if not cells.from_right and blank.text:
        yield blank


def offset_in_cell(row: Row, cells: Cells, cell: int, width: int) -> int | None:
    """Give the offset of the character in a cell of a row.

    Args:
        row: Which.
        cells: What stands in its cells.
        cell: From 0, with the blanks.
        width: Cells there are.

    Returns:
        None beyond the end of the row, on the right or, where the row begins there, on
        the left. Before its beginning, the first character.
    """
    edges = list(accumulate(cells.counts, initial=0))
    if cells.from_right:
        cell -= width - edges[-1]
    if 0 <= cell < edges[-1]:
        return cells.offsets[bisect_right(edges, cell) - 1]
    return None if cells.from_right == (cell < 0) and row.start < row.end else row.start


_drawn = lru_cache(maxsize=4_096)(drawn)


def _level_blanks(
    text: str, spans: Sequence[tuple[int, int]], levels: list[int], base: int
) -> None:
    """Give blanks at the end of a row the level of the paragraph (L1)."""
    for place in range(len(spans) - 1, -1, -1):
        if not text[slice(*spans[place])].isspace():
            break
        levels[place] = base
