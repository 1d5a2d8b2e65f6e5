"""The view Search."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from assistant.tui.view import View


class SearchView(View):
    """Search."""

    MODE = "search"
    ABOUT = "Search."

    def compose_body(self) -> ComposeResult:
        """Lay out nothing yet."""
        yield Static("")
