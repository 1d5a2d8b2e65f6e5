"""A list with columns, of any length: only the rows on the screen are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

if TYPE_CHECKING:
    from textual.events import Click, Resize
    from textual.style import Style

Row = TypeVar("Row")

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list."""

    title: str
    cell: Callable[[Row], Content]
    """What it shows of a row; called only for rows on the screen."""
    order: Callable[[Row], Any]
    """What rows are sorted by; equal rows stay by the first column."""
    width: int = 0
    """In cells; 0 for a share of what the others leave."""
    right: bool = False
    """Whether it ends, not begins, at one line: numbers."""
    greatest_first: bool = False
    """Which way it is sorted first."""
    from_width: int = 0
    """Least width of the list at which it is shown."""


class Table(ScrollView, Generic[Row], can_focus=True):
    """Rows of records below their titles; one of them is chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--titles",
        "table--chosen",
        "table--chosen-blurred",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", tooltip="Open the row", id="list.open"),
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home,g", "edge(False)", "Top", show=False, id="list.top"),
        Binding("end,G", "edge(True)", "End", show=False, id="list.end"),
        Binding(
            "t", "sort_next", "Sort", tooltip="Sort by the next column", id="list.sort"
        ),
        Binding(
            "T",
            "sort_back",
            "Turn round",
            show=False,
            tooltip="Sort the other way round",
            id="list.turn",
        ),
    ]

    chosen: reactive[int] = reactive(0, repaint=True)
    """Position of the row that keys act on."""

    class Opened(Message):
        """The reader wants to see the chosen row."""

    class LeftUp(Message):
        """The reader moved up from the first row."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(id=id)
        self._columns: Sequence[Column[Row]] = ()
        self._given: Sequence[Row] = ()
        self._rows: list[Row] = []
        self._empty = Content("")
        self._sorted_by: Column[Row] | None = None
        """What the rows are sorted by, on the screen or not; None without columns."""
        self._descending = False

    @property
    def rows(self) -> Sequence[Row]:
        """The rows, in the order shown."""
        return self._rows

    @property
    def chosen_row(self) -> Row | None:
        """The row that keys act on; None in an empty list."""
        return self._rows[self.chosen] if self.chosen < len(self._rows) else None

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Have other columns, and no rows yet."""
        self._columns = columns
        self._sorted_by, self._descending = next(iter(columns), None), False
        self._rows, self._given, self.chosen = [], (), 0
        self.show(())

    def show(
        self,
        rows: Sequence[Row],
        same: Callable[[Row], Any] = id,
        empty: Content | None = None,
    ) -> None:
        """Show rows; the chosen one stays chosen.

        Args:
            rows: In any order.
            same: Gives what two versions of one row have in common.
            empty: Said where there is none; what was said last by default.
        """
        self._empty = self._empty if empty is None else empty
        before, position = self.chosen_row, self.chosen
        self._given = rows
        self._sort()
        if before is not None:
            kept = same(before)
            places = (n for n, row in enumerate(self._rows) if same(row) == kept)
            position = next(places, min(position, len(self._rows) - 1))
        self.chosen = max(0, position)
        self.virtual_size = Size(self.size.width, len(self._rows) + 1)
        self._reveal()
        self.refresh()

    def action_sort_next(self) -> None:
        """Sort by the next column that is on the screen; after the last, the first."""
        if self._sorted_by is not None:
            shown = self._shown_columns()
            later = self._columns[self._columns.index(self._sorted_by) + 1 :]
            self.sort_by(next((one for one in later if one in shown), shown[0]))

    def action_sort_back(self) -> None:
        """Sort by the same column, the other way round."""
        if self._sorted_by is not None:
            self.sort_by(self._sorted_by)

    def sort_by(self, column: Column[Row]) -> None:
        """Sort by a column; by the one it is sorted by already, the other way round."""
        if column is self._sorted_by:
            self._descending = not self._descending
        else:
            self._sorted_by = column
            self._descending = column.greatest_first
        self.show(self._given)

    def action_open(self) -> None:
        """Show the chosen row."""
        if self.chosen_row is not None:
            self.post_message(self.Opened())

    def action_move(self, step: int) -> None:
        """Choose the row after or before."""
        if self.chosen + step < 0:
            self.post_message(self.LeftUp())
        self._choose(self.chosen + step)

    def action_page(self, step: int) -> None:
        """Choose a row one screen further."""
        self._choose(self.chosen + step * max(1, self._height - 1))

    def action_edge(self, end: bool) -> None:
        """Choose the first row or the last."""
        self._choose(len(self._rows) - 1 if end else 0)

    def on_click(self, event: Click) -> None:
        """Choose the row that was clicked, open it at a second click; or sort."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y == 0:
            self._click_title(place.x)
        elif place.y - 1 + self.scroll_offset.y < len(self._rows):
            self._choose(place.y - 1 + self.scroll_offset.y)
            if event.chain > 1:
                self.action_open()

    def on_resize(self, _: Resize) -> None:
        """Keep the chosen row in view."""
        self.virtual_size = Size(self.size.width, len(self._rows) + 1)
        self._reveal()

    def render_line(self, y: int) -> Strip:
        """Draw the titles, or one row."""
        width = self.scrollable_content_region.width
        columns = self._shown_columns()
        widths = self._widths(columns, width)
        if y == 0:
            titles = [self._title(one) for one in columns]
            return self._draw(columns, titles, widths, "table--titles")
        position = y - 1 + self.scroll_offset.y
        if position == 0 and not self._rows:
            return self._draw_line(Content(" ") + self._empty, self.visual_style)
        if position >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[position]
        name = ""
        if position == self.chosen:
            name = "table--chosen" if self.has_focus else "table--chosen-blurred"
        return self._draw(columns, [one.cell(row) for one in columns], widths, name)

    def _draw(
        self,
        columns: Sequence[Column[Row]],
        cells: Sequence[Content],
        widths: Sequence[int],
        name: str,
    ) -> Strip:
        line = Content(" ")
        for column, cell, width in zip(columns, cells, widths, strict=True):
            shown = cell.truncate(width, ellipsis=True)
            room = max(0, width - shown.cell_length)
            padded = shown.pad_left(room) if column.right else shown.pad_right(room)
            line = line + padded.pad_right(_GAP)
        style = self.get_visual_style(name) if name else self.visual_style
        return self._draw_line(line, style)

    def _draw_line(self, line: Content, style: Style) -> Strip:
        width = self.scrollable_content_region.width
        strips = Visual.to_strips(
            self, line.truncate(width, pad=True), width, 1, style, apply_selection=False
        )
        return strips[0].adjust_cell_length(width, style.rich_style)

    def _title(self, column: Column[Row]) -> Content:
        arrow = ""
        if column is self._sorted_by:
            arrow = " ▾" if self._descending else " ▴"
        return Content(f"{column.title}{arrow}")

    def _shown_columns(self) -> list[Column[Row]]:
        width = self.scrollable_content_region.width
        return [one for one in self._columns if one.from_width <= width]

    def _widths(self, columns: Sequence[Column[Row]], width: int) -> list[int]:
        """Give each column's cells; those without a width share what is left."""
        left = width - 1 - sum(one.width + _GAP for one in columns)
        sharing = sum(not one.width for one in columns)
        share = max(8, left // sharing) if sharing else 0
        return [one.width or share for one in columns]

    def _click_title(self, x: int) -> None:
        columns = self._shown_columns()
        end = 1
        widths = self._widths(columns, self.scrollable_content_region.width)
        for column, width in zip(columns, widths, strict=True):
            end += width + _GAP
            if x < end:
                self.sort_by(column)
                return

    @property
    def _height(self) -> int:
        """Rows on the screen at a time."""
        return max(1, self.scrollable_content_region.height - 1)

    def _sort(self) -> None:
        if self._sorted_by is None:
            self._rows = list(self._given)
            return
        first = self._columns[0]
        rows = sorted(self._given, key=first.order)
        if self._sorted_by is not first or self._descending:
            rows.sort(key=self._sorted_by.order, reverse=self._descending)
        self._rows = rows

    def _choose(self, position: int) -> None:
        self.chosen = max(0, min(position, len(self._rows) - 1))
        self._reveal()

    def _reveal(self) -> None:
        """Scroll as little as brings the chosen row into view."""
        top = self.scroll_offset.y
        if self.chosen < top:
            top = self.chosen
        elif self.chosen >= top + self._height:
            top = self.chosen - self._height + 1
        self.scroll_to(y=top, animate=False, force=True)
