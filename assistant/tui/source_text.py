"""The text of a source, of any size: only the rows on the screen are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import work
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from assistant.render.sanitize import sanitize
from assistant.tui.wrapping import TAB_CELLS, Layout, make_layout

if TYPE_CHECKING:
    from rich.style import Style
    from textual.events import Resize

    from index.positions import LineMap
    from index.records import Document

# Rows of a text longer than this are found in a thread: 0.1 s for 10 million narrow
# characters, 1.5 s for wide ones, on one core.
_LONG_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Lighting:
    """Which spans of a document are lit, and how."""

    cited: tuple[int, int]
    """The quote that is followed."""
    context: tuple[int, int] | None = None
    """The sentence it leans on."""
    others: tuple[tuple[int, int], ...] = ()
    """Further quotes of the same answer in the same document."""

    def spans(self) -> Iterator[tuple[int, int, str]]:
        """Give spans with the name of their style, the strongest first."""
        yield *self.cited, "source-text--cited"
        for other in self.others:
            yield *other, "source-text--other"
        if self.context is not None:
            yield *self.context, "source-text--context"


class SourceText(ScrollView, can_focus=True):
    """A document with numbered lines, wrapped to the pane, scrolled to a citation."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "source-text--gutter",
        "source-text--marked",
        "source-text--cited",
        "source-text--other",
        "source-text--context",
        "source-text--heading",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False, id="source.up"),
        Binding("down,j", "scroll_down", "Down", show=False, id="source.down"),
        Binding("home,g", "scroll_home", "Top", show=False, id="source.top"),
        Binding("end,G", "scroll_end", "End", show=False, id="source.end"),
        Binding("c", "recentre", "To the citation", show=False, id="source.cited"),
    ]

    class LaidOut(Message):
        """The rows of a long text were found."""

        def __init__(self, document: Document, layout: Layout) -> None:
            super().__init__()
            self.document = document
            self.layout = layout

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Show nothing yet."""
        super().__init__(id=id)
        self._source: Document | None = None
        self._lines: LineMap | None = None
        self._rows: Layout | None = None
        self._lighting: Lighting | None = None
        self._gutter = 0
        self._anchor: int | None = None
        """Offset to keep in view when the rows change; None for the cited one."""

    @property
    def lighting(self) -> Lighting | None:
        """What is lit."""
        return self._lighting

    def show(self, document: Document, lines: LineMap, lighting: Lighting) -> None:
        """Show a document, scrolled to the cited span."""
        same = self._source is document and self._rows is not None
        self._source, self._lines, self._lighting = document, lines, lighting
        self._gutter = len(str(lines.line_count)) + 3
        self._anchor = None
        if same:
            self.recentre()
            self.refresh()
        else:
            self._rows = None
            self._lay_out()

    def recentre(self) -> None:
        """Scroll so that the cited span begins in the upper third."""
        if self._lighting is not None and self._rows is not None:
            row = self._rows.row_of(self._lighting.cited[0])
            third = self.scrollable_content_region.height // 3
            self.scroll_to(y=max(0, row - third), animate=False, force=True)

    def action_recentre(self) -> None:
        """Go back to the cited span."""
        self.recentre()

    def row_span(self, offset: int) -> tuple[int, int]:
        """Give the row of the pane that holds `offset`, and the number of rows."""
        if self._rows is None:
            return (-1, -1)
        return self._rows.row_of(offset) - self.scroll_offset.y, self.size.height

    def _on_resize(self, event: Resize) -> None:
        del event
        if self._rows is None or self._rows.width != self._text_width():
            if self._rows is not None and not self._cited_in_view():
                self._anchor = self._rows.starts[
                    min(self.scroll_offset.y, self._rows.row_count - 1)
                ]
            self._lay_out()

    def _cited_in_view(self) -> bool:
        if self._lighting is None:
            return False
        row, height = self.row_span(self._lighting.cited[0])
        return 0 <= row < height

    def _text_width(self) -> int:
        return max(2, self.scrollable_content_region.width - self._gutter)

    def _lay_out(self) -> None:
        """Find the rows for the width there is; at once unless the text is long."""
        if self._source is None or self._lines is None or self.size.width == 0:
            return
        if len(self._source.text) > _LONG_TEXT:
            self._lay_out_long(self._source, self._lines, self._text_width())
        else:
            layout = make_layout(self._source.text, self._lines, self._text_width())
            self._use(layout)

    @work(thread=True, exclusive=True, group="layout", exit_on_error=False)
    def _lay_out_long(self, document: Document, lines: LineMap, width: int) -> None:
        layout = make_layout(document.text, lines, width)
        self.post_message(self.LaidOut(document, layout))

    def on_source_text_laid_out(self, message: LaidOut) -> None:
        """Take the rows, unless document or width have changed since."""
        message.stop()
        current = message.document is self._source
        if current and message.layout.width == self._text_width():
            self._use(message.layout)

    def _use(self, layout: Layout) -> None:
        self._rows = layout
        self.virtual_size = Size(self.scrollable_content_region.width, layout.row_count)
        if self._anchor is None:
            self.recentre()
        else:
            self.scroll_to(y=layout.row_of(self._anchor), animate=False, force=True)
            self._anchor = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        row = y + self.scroll_offset.y
        if self._rows is None or row >= self._rows.row_count:
            return Strip.blank(width, base)
        segments = [*self._draw_gutter(row), *self._draw_text(row)]
        return Strip(segments).adjust_cell_length(width, base).apply_style(base)

    def _draw_gutter(self, row: int) -> Iterator[Segment]:
        """Draw the line number, and a bar where the citation is."""
        rows, lighting = self._rows, self._lighting
        if rows is None or lighting is None:
            return
        line, first = rows.line_of(row)
        number = str(line) if first else ""
        start, end = rows.starts[row], rows.ends[row]
        cited = lighting.cited[0] < end and start < lighting.cited[1]
        name = "source-text--marked" if cited else "source-text--gutter"
        style = self.get_component_rich_style(name)
        bar = "▌" if cited else " "
        yield Segment(f"{number:>{self._gutter - 2}}{bar} ", style)

    def _draw_text(self, row: int) -> Iterator[Segment]:
        """Draw the characters of a row, each in the style of its spans."""
        if self._rows is None or self._source is None or self._lighting is None:
            return
        start, end = self._rows.starts[row], self._rows.ends[row]
        spans = [
            (max(start, a), min(end, b), name)
            for a, b, name in self._lighting.spans()
            if a < end and start < b
        ]
        edges = sorted({start, end, *(edge for a, b, _ in spans for edge in (a, b))})
        plain = self._plain_style(start)
        for left, right in pairwise(edges):
            name = next((n for a, b, n in spans if a <= left and right <= b), None)
            style = plain if name is None else self._style(name)
            shown = sanitize(self._source.text[left:right])
            yield Segment(shown.replace("\t", " " * TAB_CELLS), style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name)

    def _plain_style(self, offset: int) -> Style | None:
        """Give headings their own style; they hold no other structure."""
        if self._source is None:
            return None
        blocks = self._source.blocks
        low, high = 0, len(blocks)
        while low < high:
            middle = (low + high) // 2
            if blocks[middle].end <= offset:
                low = middle + 1
            else:
                high = middle
        if low < len(blocks) and blocks[low].kind == "heading":
            in_heading = blocks[low].start <= offset
            return self._style("source-text--heading") if in_heading else None
        return None
