"""The text of a source, of any size: only the rows on the screen are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip

from assistant.tui.bidi.visual_order import VisualOrder
from assistant.tui.source.cells import TAB_CELLS
from assistant.tui.source.drawing import (
    Ink,
    Row,
    draw_cells,
    fill_cells,
    find_row,
    is_heading,
    offset_in_cell,
)
from assistant.tui.source.lighting import Lighting
from assistant.tui.source.places import Places
from assistant.tui.source.selectable import SelectableText
from assistant.tui.source.wrapping import (
    Layout,
    make_layout,
    make_window,
)

if TYPE_CHECKING:
    from textual.events import Resize
    from textual.filter import LineFilter

    from index.positions import LineMap
    from index.records import Document

# Rows of a text longer than this are found in a thread, those of a window of so many
# rows around the citation at once: 10 million characters take 0.1 to 0.8 s on one core,
# the window 0.2 to 5 ms.
_LONG_TEXT = 200_000
_WINDOW_ROWS = 200


class SourceText(SelectableText, can_focus=True):
    """A document with numbered lines, wrapped to the pane, scrolled to a citation."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "source-text--gutter",
        "source-text--marked",
        "source-text--cited",
        "source-text--word",
        "source-text--other",
        "source-text--context",
        "source-text--heading",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "A line up", show=False, id="source.up"),
        Binding("down,j", "scroll_down", "A line down", show=False, id="source.down"),
        Binding("home,g", "scroll_home", "To the top", show=False, id="source.top"),
        Binding("end,G", "scroll_end", "To the end", show=False, id="source.end"),
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
        self._rows: Layout | None = None
        self._lighting: Lighting | None = None
        self._gutter = 0
        self._anchor: int | None = None
        """Offset to keep in view when the rows change; None for the cited one."""

    @property
    def lighting(self) -> Lighting | None:
        """What is lit."""
        return self._lighting

    @property
    def has_all_rows(self) -> bool:
        """Whether all rows are found, not only those of a window."""
        return self._rows is not None and self._rows.whole

    def show(self, document: Document, lines: LineMap, lighting: Lighting) -> None:
        """Show a document, scrolled to the cited span."""
        same = self._source is document and self._rows is not None
        if self._source is not document:
            self.select_nothing()
        self._source, self._lighting = document, lighting
        self._places = Places(document.text, lines)
        self._gutter = len(str(lines.line_count)) + 3
        self._anchor = None
        if same:
            self.recentre()
            self.refresh()
        else:
            self._rows = None
            self._lay_out()

    def forget(self) -> None:
        """Show nothing until another document is there."""
        self.select_nothing()
        self._source = self._places = self._rows = self._lighting = None
        self._anchor = None
        self.virtual_size = Size(0, 0)
        self.refresh()

    def recentre(self) -> None:
        """Scroll so that the cited span begins in the upper third, or ends in view."""
        if self._lighting is None or self._rows is None:
            return
        cited, end = self._lighting.cited
        if not self._rows.holds(cited):
            self._show_window(cited)
        height, row = self.scrollable_content_region.height, self._rows.row_of(cited)
        free = height - (self._rows.row_of(max(cited, end - 1)) - row + 1)
        above = max(0, min(height // 3, free))
        self.scroll_to(y=max(0, row - above), animate=False, force=True)

    def action_recentre(self) -> None:
        """Go back to the cited span."""
        self.recentre()

    def action_scroll_home(self) -> None:
        """Go to the start of the document."""
        self._go_to(0)

    def action_scroll_end(self) -> None:
        """Go to the end of the document."""
        self._go_to(len(self._places.text) if self._places is not None else 0)

    def row_span(self, offset: int) -> tuple[int, int]:
        """Give the row of the pane that holds `offset`, and the number of rows."""
        if self._rows is None:
            return (-1, -1)
        return self._rows.row_of(offset) - self.scroll_offset.y, self.size.height

    # Rows

    def _on_resize(self, event: Resize) -> None:
        del event
        if self._rows is None or self._rows.width != self._text_width():
            if self._rows is not None and not self._cited_in_view():
                self._anchor = self._top()
            self._lay_out()
        else:
            self._keep_cited_whole()

    def _keep_cited_whole(self) -> None:
        """Go down by the rows of the cited span that a lower pane would hide."""
        start, end = self._lighting.cited if self._lighting else (0, 0)
        (first, height), (last, _) = self.row_span(start), self.row_span(end - 1)
        if 0 <= first < height <= last:
            hidden = min(first, last - height + 1)
            self.scroll_relative(y=hidden, animate=False, force=True)

    def _cited_in_view(self) -> bool:
        if self._lighting is None:
            return False
        row, height = self.row_span(self._lighting.cited[0])
        return 0 <= row < height

    def _text_width(self) -> int:
        return max(TAB_CELLS, self.scrollable_content_region.width - self._gutter)

    def _top(self) -> int:
        """Give the offset of the first row on the screen."""
        if self._rows is None:
            return 0
        return self._rows.starts[min(self.scroll_offset.y, self._rows.row_count - 1)]

    def _go_to(self, offset: int) -> None:
        """Show the row of an offset first, or as far up as there are rows below it."""
        if self._rows is None:
            return
        if not self._rows.holds(offset):
            self._show_window(offset)
        self.scroll_to(y=self._rows.row_of(offset), animate=False, force=True)

    def _lay_out(self) -> None:
        """Find the rows for the width there is; those around the citation at once."""
        if self._source is None or self._places is None or self.size.width == 0:
            return
        text, lines = self._places.text, self._places.lines
        if len(text) > _LONG_TEXT:
            cited = 0 if self._lighting is None else self._lighting.cited[0]
            self._show_window(cited if self._anchor is None else self._anchor)
            # After the window is drawn: threads take each other's time.
            self.call_after_refresh(
                self._lay_out_long, self._source, lines, self._text_width()
            )
        else:
            self._take(make_layout(text, lines, self._text_width()))
        self._show_anchor()

    def _show_window(self, offset: int) -> None:
        """Show what is around an offset until all rows are found."""
        if self._places is not None:
            rows = _WINDOW_ROWS + 2 * self.size.height
            text, lines = self._places.text, self._places.lines
            self._take(make_window(text, lines, self._text_width(), offset, rows))

    @work(thread=True, exclusive=True, group="layout", exit_on_error=False)
    def _lay_out_long(self, document: Document, lines: LineMap, width: int) -> None:
        layout = make_layout(document.text, lines, width)
        self.post_message(self.LaidOut(document, layout))

    def on_source_text_laid_out(self, message: LaidOut) -> None:
        """Take the rows, unless document or width have changed since."""
        message.stop()
        if message.document is not self._source:
            return
        self._anchor = self._top()
        if message.layout.width == self._text_width():
            self._take(message.layout)
            self._show_anchor()
        else:
            self._lay_out()

    def _take(self, layout: Layout) -> None:
        self._rows = layout
        self.virtual_size = Size(self.scrollable_content_region.width, layout.row_count)
        self.refresh()

    def _show_anchor(self) -> None:
        """Show the place to keep first, or the citation."""
        if self._anchor is None:
            self.recentre()
        else:
            self._go_to(self._anchor)
            self._anchor = None

    # Drawing

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave out the reordering of rows: they are drawn in visual order."""
        filters = super().get_line_filters()
        return [one for one in filters if not isinstance(one, VisualOrder)]

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        number = y + self.scroll_offset.y
        if self._rows is None or self._places is None or number >= self._rows.row_count:
            return Strip.blank(width, base)
        row, first = find_row(self._places, self._rows, number)
        name, bar = "source-text--gutter", " "
        cited = (0, 0) if self._lighting is None else self._lighting.cited
        if cited[0] < row.end and row.start < cited[1]:
            name, bar = "source-text--marked", "▌"
        label = f"{row.line + 1 if first else '':>{self._gutter - 2}}{bar} "
        cells = fill_cells(row, visual=self._is_visual)
        drawn = draw_cells(row, cells, self._inks(row), width - self._gutter)
        strip = Strip([Segment(label, self._style(name)), *drawn])
        return strip.adjust_cell_length(width, base).apply_style(base)

    def place_at(self, x: int, y: int) -> Offset | None:
        """Give the place in the document of a cell of the widget; see `Places`."""
        if self._rows is None or self._places is None:
            return None
        number = y + self.scroll_offset.y
        row, _ = find_row(self._places, self._rows, number)
        if number >= self._rows.row_count:
            return self._places.end_of(row.end, row.line)
        if x < self._gutter:
            return self._places.place_of(row.start, row.line)
        cells = fill_cells(row, visual=self._is_visual)
        width = self.scrollable_content_region.width - self._gutter
        offset = offset_in_cell(row, cells, x - self._gutter, width)
        if offset is None:
            return self._places.end_of(row.end, row.line)
        return self._places.place_of(offset, row.line)

    @property
    def _is_visual(self) -> bool:
        """Whether right-to-left text is put in order here, not by the terminal."""
        filters = self.app.get_line_filters()
        return any(isinstance(one, VisualOrder) for one in filters)

    def _inks(self, row: Row) -> list[Ink]:
        """Give the styles of a row, the strongest first."""
        inks = []
        if self._selected is not None:
            selection = self.screen.get_component_rich_style("screen--selection")
            inks.append(Ink(*self._selected, selection))
        if self._lighting is not None:
            for start, end, name in self._lighting.spans():
                if start < row.end and row.start < end:
                    inks.append(Ink(start, end, self._style(name)))
        plain = Style()
        if self._source is not None and is_heading(self._source, row.start):
            plain = self._style("source-text--heading")
        return [*inks, Ink(row.start, row.end, plain)]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name)
