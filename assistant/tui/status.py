"""The line at the top: the views, the library, and what is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from assistant.tui import wording

if TYPE_CHECKING:
    from assistant.tui.app import ChatApp

VIEWS: Final = {
    "ask": ("F5", "Ask"),
    "search": ("F6", "Search"),
    "library": ("F7", "Library"),
    "history": ("F8", "History"),
}
"""Mode of each view: its key and its name, in the order of the tabs."""


class ViewTab(Static):
    """The name of a view; a click goes there."""

    class Chosen(Message):
        """The reader wants to go to a view."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, mode: str, *, active: bool) -> None:
        """Name a view.

        Args:
            mode: A key of `VIEWS`.
            active: It is the one on the screen.
        """
        key, name = VIEWS[mode]
        super().__init__(name, markup=False, classes="-active" if active else "")
        self.tooltip = f"{name} ({key})"
        self._mode = mode

    def on_click(self) -> None:
        """Go to the view."""
        self.post_message(self.Chosen(self._mode))


class StatusLine(Horizontal):
    """The views at the left, the library and the state of the work at the right."""

    def __init__(self, mode: str, *, id: str | None = None) -> None:  # noqa: A002
        """Stand at the top of a view."""
        super().__init__(id=id)
        self._mode = mode

    def compose(self) -> ComposeResult:
        """Show the views before anything is known."""
        yield Static("Quoth", id="status-name", markup=False)
        for mode in VIEWS:
            yield ViewTab(mode, active=mode == self._mode)
        yield Static("", id="status-library", markup=False)
        yield Static("·", id="status-between", markup=False)
        yield Static("", id="status-state", markup=False)

    def on_mount(self) -> None:
        """Follow what the chat says."""
        app: ChatApp = self.app  # type: ignore[assignment]
        self.watch(app, "library_line", self._show_library)
        self.watch(app, "work", self._show_work)

    def _show_library(self, text: str) -> None:
        self.query_one("#status-library", Static).update(wording.plain(text))
        self._separate()

    def _show_work(self, work: tuple[str, str]) -> None:
        text, kind = work
        state = self.query_one("#status-state", Static)
        state.update(wording.plain(text))
        for name in ("busy", "ready", "failed"):
            state.set_class(name == kind, f"-{name}")
        self._separate()

    def _separate(self) -> None:
        """Put a sign between the two, where both are there."""
        app: ChatApp = self.app  # type: ignore[assignment]
        both = bool(app.library_line and app.work[0])
        self.query_one("#status-between").display = both
