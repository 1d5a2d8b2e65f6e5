"""The view Library."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from assistant.tui.view import View


class LibraryView(View):
    """Library."""

    MODE = "library"
    ABOUT = "Library."

    def compose_body(self) -> ComposeResult:
        """Lay out nothing yet."""
        yield Static("")
