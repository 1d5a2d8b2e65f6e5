"""Tables as text: one row of comma- or tab-separated values is one block."""

from __future__ import annotations

from pathlib import Path

from index.reading.decoding import decode
from index.reading.lines import Line, block_of, split_lines
from index.reading.readtext import ReadText
from index.records import Block

_MAX_ROW_LINES = 50
"""A quoted field may hold line ends; more of them than this and the quote that seems
open is a stray one."""


def read_table(data: bytes, path: Path) -> ReadText:
    """Read a table: every row is a block, quoted line ends included.

    Raises:
        ReadingError: If the bytes are not text; see `decode`.
    """
    text = decode(data, path)
    lines = split_lines(text)
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        stop = _row_stop(text, lines, at)
        row = [line for line in lines[at:stop] if not line.blank]
        if row:
            blocks.append(block_of(row, "table_row"))
        at = stop
    return ReadText(text, tuple(blocks))


def _row_stop(text: str, lines: list[Line], first: int) -> int:
    """Give the number after the last line of the row that begins at line `first`."""
    quotes = 0
    for number in range(first, min(first + _MAX_ROW_LINES, len(lines))):
        line = lines[number]
        quotes += text.count('"', line.start, line.end)
        if quotes % 2 == 0:
            return number + 1
    return first + 1
