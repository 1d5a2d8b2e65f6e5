"""Styled lines: what is to be shown, before it is known where.

Every text in a line has been sanitised by who made it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Style = Literal["text", "marker", "lit", "context", "source", "note", "title"]

_RICH_STYLES: Final[dict[Style, str]] = {
    "text": "",
    "marker": "bold cyan",
    "lit": "bold",
    "context": "dim",
    "source": "cyan",
    "note": "dim",
    "title": "bold",
}

# Longer lines are hard to read; a narrower terminal gets what it has.
_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style."""

    text: str
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; on a terminal it wraps between words."""

    spans: tuple[Span, ...] = ()
    indent: int = 0
    """Columns before it, and before what of it wraps."""
    label: Span | None = None
    """Stands within the indent of the first row, such as a marker."""

    @property
    def plain(self) -> str:
        """The line in full, without style."""
        label = self.label.text if self.label else ""
        text = "".join(span.text for span in self.spans)
        return (label.ljust(self.indent) + text).rstrip()


def line(text: str, style: Style = "text", indent: int = 0) -> Line:
    """Make a line of one style."""
    return Line((Span(text, style),), indent)


def write_lines(lines: Iterable[Line], stream: TextIO) -> None:
    """Write lines: wrapped and in colour on a terminal, whole and bare elsewhere.

    `NO_COLOR` takes the colours away and leaves the wrapping.
    """
    if not stream.isatty():
        stream.writelines(f"{one.plain}\n" for one in lines)
        return
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    width = min(console.width, _WIDEST)
    for one in lines:
        for row in _wrap(one, console, width):
            console.print(row, soft_wrap=True)


def _wrap(one: Line, console: Console, width: int) -> list[Text]:
    """Break one line into rows of at most `width` columns."""
    from rich.text import Text

    text = Text.assemble(*((s.text, _RICH_STYLES[s.style]) for s in one.spans))
    # Not so deep that no word fits beside it.
    indent = min(one.indent, width // 2)
    rows = text.wrap(console, max(width - indent, 1)) if text.plain else [text]
    made = []
    for number, row in enumerate(rows):
        head = Text(" " * indent)
        if number == 0 and one.label is not None:
            # A style given to Text itself would be that of all that is added to it.
            label = one.label.text.ljust(indent)
            head = Text().append(label, _RICH_STYLES[one.label.style])
        row.rstrip()
        made.append(head + row)
    return made
