"""The lines of a text with their offsets, and blocks made of runs of lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.positions import LineMap
from index.records import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Line:
    """One line, by the offsets of its first and last visible character."""

    start: int
    """Of the first character that is no white space; of the line if there is none."""
    end: int
    """After the last one; equal to `start` for a blank line."""
    indent: int
    """Columns before `start`, a tab reaching the next multiple of 8."""

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but white space."""
        return self.start == self.end


def split_lines(text: str) -> list[Line]:
    """Give all lines of `text`, in order; line n is element n - 1."""
    line_map = LineMap(text)
    lines = []
    for number in range(1, line_map.line_count + 1):
        start, end = line_map.line_span(number)
        raw = text[start:end]
        visible = raw.strip()
        if not visible:
            lines.append(Line(start, start, 0))
            continue
        lead = len(raw) - len(raw.lstrip())
        indent = len(raw[:lead].expandtabs()) if "\t" in raw[:lead] else lead
        lines.append(Line(start + lead, start + lead + len(visible), indent))
    return lines


def block_of(lines: Sequence[Line], kind: BlockKind, level: int = 0) -> Block:
    """Make one block of a run of lines whose first and last are not blank."""
    return Block(lines[0].start, lines[-1].end, kind, level)


def runs(lines: Iterable[Line]) -> list[list[Line]]:
    """Group lines into runs that blank lines part."""
    found: list[list[Line]] = []
    open_run = False
    for line in lines:
        if line.blank:
            open_run = False
        elif open_run:
            found[-1].append(line)
        else:
            found.append([line])
            open_run = True
    return found
