"""The line at the top: the library, its size, and what is going on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from assistant.tui import wording


class StatusLine(Horizontal):
    """Name and library at the left, the state of the work at the right."""

    def compose(self) -> ComposeResult:
        """Show the name before anything is known."""
        yield Static("Quoth", id="status-name", markup=False)
        yield Static("", id="status-library", markup=False)
        yield Static("", id="status-state", markup=False)

    def show_library(self, text: str) -> None:
        """Say which library is open."""
        self.query_one("#status-library", Static).update(wording.plain(text))

    def show_state(self, text: str, kind: str = "busy") -> None:
        """Say what is going on.

        Args:
            text: In a few words.
            kind: "busy", "ready" or "failed"; gives the colour.
        """
        state = self.query_one("#status-state", Static)
        state.update(wording.plain(text))
        for name in ("busy", "ready", "failed"):
            state.set_class(name == kind, f"-{name}")
