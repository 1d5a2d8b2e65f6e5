"""The lists of the view Library: documents, what was left out, what was added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from assistant.tui.library import columns as library_columns
from assistant.tui.library import wording as library_wording
from assistant.tui.library.contents import DocumentRow, LeftOutRow, RootRow
from assistant.tui.library.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.tui.library.contents import Contents

ListName = Literal["documents", "left-out", "added"]
Row = DocumentRow | LeftOutRow | RootRow

_TITLES: Final[dict[ListName, str]] = {
    "documents": "Documents",
    "left-out": "Left out",
    "added": "Added",
}
_COLUMNS: Final[dict[ListName, Any]] = {
    "documents": library_columns.DOCUMENT_COLUMNS,
    "left-out": library_columns.LEFT_OUT_COLUMNS,
    "added": library_columns.ROOT_COLUMNS,
}


class ListTab(Static):
    """The name of a list and how long it is; a click shows it."""

    class Chosen(Message):
        """The reader wants to see a list."""

        def __init__(self, name: ListName) -> None:
            super().__init__()
            self.name = name

    def __init__(self, name: ListName) -> None:
        """Name a list."""
        super().__init__(_TITLES[name], id=f"library-tab-{name}", markup=False)
        self._list: ListName = name

    def show_count(self, count: int) -> None:
        """Say how long the list is."""
        self.update(f"{_TITLES[self._list]} {count:,}")
        self.set_class(self._list == "left-out" and count > 0, "-some")

    def on_click(self) -> None:
        """Show the list."""
        self.post_message(self.Chosen(self._list))


class FilterInput(Input):
    """Shows only the rows that hold what is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "screen.focus_list", "To the list", id="list.filter"),
    ]


class LibraryLists(Vertical):
    """One list at a time, under the names of all and a line on how things stand."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin without contents."""
        super().__init__(id=id)
        self.contents: Contents | None = None
        self.shown: ListName = "documents"
        self._busy = False
        self._filter = ""

    def compose(self) -> ComposeResult:
        """Put names and filter above the list."""
        with Horizontal(id="library-head"):
            for name in _TITLES:
                yield ListTab(name)
            yield FilterInput(
                placeholder="Filter (f)", id="library-filter", compact=True
            )
        yield Static("", id="library-standing", markup=False)
        yield Table[Row](id="library-table")

    def on_mount(self) -> None:
        """Begin with the documents."""
        self.show_list("documents")

    @property
    def table(self) -> Table[Row]:
        """The list on the screen."""
        return self.query_one(Table)

    @property
    def filter(self) -> FilterInput:
        """What rows are to hold."""
        return self.query_one(FilterInput)

    def show_contents(self, contents: Contents) -> None:
        """Show what is in the library; the chosen row stays chosen."""
        self.contents = contents
        counts = (contents.documents, contents.left_out, contents.roots)
        for name, rows in zip(_TITLES, counts, strict=True):
            self.query_one(f"#library-tab-{name}", ListTab).show_count(len(rows))
        self._say(library_wording.standing_line(contents, busy=self._busy))
        self._show_rows()

    def set_busy(self, busy: bool) -> None:
        """Say what is to be done only while nothing is under way."""
        self._busy = busy
        if self.contents is not None:
            self._say(library_wording.standing_line(self.contents, busy=busy))

    def show_failure(self, content: Content) -> None:
        """Say why nothing can be listed."""
        self.contents = None
        self._say(content)
        self._show_rows()

    def show_list(self, name: ListName) -> None:
        """Show another list."""
        self.shown = name
        for other in _TITLES:
            tab = self.query_one(f"#library-tab-{other}", ListTab)
            tab.set_class(other == name, "-active")
        self.table.set_columns(_COLUMNS[name])
        self._show_rows()

    def turn(self, step: int) -> None:
        """Show the list after or before."""
        names = list(_TITLES)
        place = (names.index(self.shown) + step) % len(names)
        self.show_list(names[place])

    def set_filter(self, text: str) -> None:
        """Show only rows that hold a text."""
        self.filter.value = text

    def on_list_tab_chosen(self, message: ListTab.Chosen) -> None:
        """Show the list that was clicked."""
        message.stop()
        self.show_list(message.name)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Filter by what is typed now."""
        message.stop()
        self._filter = message.value.strip().casefold()
        self._show_rows()

    def _say(self, content: Content) -> None:
        standing = self.query_one("#library-standing", Static)
        standing.update(content)
        standing.display = bool(content)

    def _show_rows(self) -> None:
        rows = self._rows()
        wanted = self._filter
        if wanted:
            rows = [row for row in rows if wanted in _text_of(row)]
        empty = library_wording.empty_line(self.shown, wanted)
        self.table.show(rows, lambda row: row.path, empty)
        self.screen.refresh_bindings()

    def _rows(self) -> Sequence[Row]:
        if self.contents is None:
            return ()
        match self.shown:
            case "documents":
                return self.contents.documents
            case "left-out":
                return self.contents.left_out
            case "added":
                return self.contents.roots


def _text_of(row: Row) -> str:
    """Give what a filter looks into."""
    parts = [row.path]
    if isinstance(row, DocumentRow):
        parts += [row.name, row.title, row.state]
    elif isinstance(row, LeftOutRow):
        parts += [row.name, row.reason]
    return "\n".join(parts).casefold()
