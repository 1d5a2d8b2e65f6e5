"""The pane of the view Library that shows one document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.library.columns import state_cell
from assistant.tui.source.body import SourceBody
from assistant.tui.source.lighting import Lighting

if TYPE_CHECKING:
    from assistant.tui.library.contents import DocumentRow
    from assistant.tui.messages import SourceLoaded
    from assistant.tui.source.text import SourceText
    from index.errors import QuothError


class DocumentPane(Vertical):
    """The whole text of a document, as it is in the library."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(id=id)
        self.request = 0
        """Number of the document asked for last."""
        self._shown = ""
        """SHA-256 of the document on the screen; empty while there is none."""

    def compose(self) -> ComposeResult:
        """Put name and state above the text."""
        yield Static("", id="library-document-title", markup=False)
        yield Static("", id="library-document-about", markup=False)
        yield SourceBody(id="library-document-body")

    @property
    def text(self) -> SourceText:
        """The text."""
        return self._body.text

    def announce(self, row: DocumentRow) -> None:
        """Say which document comes, before it is read."""
        self.request += 1
        if self._shown != row.sha256:
            self._shown = ""
            self._body.wait()
        self.query_one("#library-document-title", Static).update(
            wording.plain(row.title, "bold")
        )
        about = Content(" · ").join(
            [
                wording.plain(wording.short_name(row.name)),
                state_cell(row.state),
                Content(counted(row.passages, "passage")),
            ]
        )
        self.query_one("#library-document-about", Static).update(about)

    def show(self, message: SourceLoaded) -> None:
        """Show the document, unless another was asked for since."""
        if message.request == self.request:
            self._shown = message.document.sha256
            self._body.show(message.document, message.lines, Lighting((0, 0)))

    def show_failure(self, request: int, error: QuothError) -> None:
        """Say why there is no document to see."""
        if request == self.request:
            self._shown = ""
            self._body.show_failure(wording.failure_content(error))

    @property
    def _body(self) -> SourceBody:
        return self.query_one(SourceBody)
