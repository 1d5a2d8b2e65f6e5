"""The view History."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from assistant.tui.view import View


class HistoryView(View):
    """History."""

    MODE = "history"
    ABOUT = "History."

    def compose_body(self) -> ComposeResult:
        """Lay out nothing yet."""
        yield Static("")
