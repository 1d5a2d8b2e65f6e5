"""The text of a document in its pane, or what there is to say while there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from assistant.tui import wording
from assistant.tui.source.text import SourceText

if TYPE_CHECKING:
    from textual.timer import Timer

    from assistant.tui.source.lighting import Lighting
    from index.positions import LineMap
    from index.records import Document

# A document is there within some milliseconds, unless a question runs before it.
_PATIENCE_SECONDS: Final = 0.3


class SourceBody(Vertical):
    """Shows one document at a time, and none under the name of another."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(id=id)
        self._patience: Timer | None = None

    def compose(self) -> ComposeResult:
        """Put the text under what is said instead of it."""
        yield Static("", id="source-failure", markup=False)
        yield SourceText(id="source-text")

    @property
    def text(self) -> SourceText:
        """The text."""
        return self.query_one(SourceText)

    def wait(self) -> None:
        """Show nothing of the document before; say so if the next is long in coming.

        The text stays in its place, and keeps the focus.
        """
        self._say(Content(""))
        self.text.forget()
        self._patience = self.set_timer(_PATIENCE_SECONDS, self._say_reading)

    def show(self, document: Document, lines: LineMap, lighting: Lighting) -> None:
        """Show a document."""
        self._say(Content(""))
        self.text.show(document, lines, lighting)

    def show_failure(self, content: Content) -> None:
        """Say why there is no document, in its place."""
        self._say(content)
        self.text.display = False

    def _say_reading(self) -> None:
        self._say(Content.styled("Reading …", wording.MUTED))

    def _say(self, content: Content) -> None:
        """Say something above the text, or nothing."""
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        said = self.query_one("#source-failure", Static)
        said.update(content)
        said.display = bool(content)
        self.text.display = True
