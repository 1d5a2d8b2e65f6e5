"""The document of a found passage beside the results, and why it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from assistant.render.found import reasons
from assistant.tui import wording
from assistant.tui.messages import SourceChecked, SourceFailed, SourceLoaded
from assistant.tui.source.pane import SourcePane
from assistant.tui.source.text import SourceText
from index.positions import LineMap

if TYPE_CHECKING:
    from assistant.finding import FoundHit
    from assistant.records import DocumentRef
    from assistant.tui.asker import Asker
    from assistant.tui.session_thread import SessionThread
    from assistant.tui.source.lighting import Lighting


class SearchPreview(SourcePane):
    """Shows one passage of a search in the whole of its document."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(id=id)
        self._hits: Sequence[FoundHit] = ()
        self._request = 0
        self._document_request = 0
        self._document: DocumentRef | None = None
        """The one that is shown, or was asked for."""

    def compose(self) -> ComposeResult:
        """Put the reasons under the text."""
        yield from super().compose()
        yield Static("", id="search-reasons", markup=False)

    def follow(
        self,
        hits: Sequence[FoundHit],
        position: int,
        session: SessionThread,
        *,
        stay: bool = False,
    ) -> None:
        """Show a passage in its document.

        Args:
            hits: Of the search.
            position: Of the passage, from 0.
            session: Reads the document and looks at its file.
            stay: Leave the document scrolled as it is, if it is there already.
        """
        self._hits = hits
        self.announce(hits, position)
        self._show_reasons(hits[position])
        self._request += 1
        document = hits[position].citation.document
        if self._document != document:
            self._document, self._document_request = document, self._request
            self.forget()
            self._load(document, session)
        elif not stay or self.query_one(SourceText).lighting != self.lighting():
            self.show_again()
        self.check(session)

    def check(self, session: SessionThread) -> None:
        """Look what became of the file of the passage that is shown."""
        request, found = self._request, self._quotes[self._position]

        def look(asker: Asker) -> SourceChecked:
            return SourceChecked(request, asker.source_state(found))

        session.run(
            look,
            lambda _: SourceChecked(request, None),
            self.post_message,
            wanted=lambda: request == self._request,
        )

    def lighting(self) -> Lighting:
        """Light the passage softly, and strongly the words that were looked for."""
        found = self._hits[self._position]
        start = found.citation.start
        words = tuple((start + a, start + b) for a, b in found.lit)
        return replace(super().lighting(), others=(), words=words)

    def on_source_loaded(self, message: SourceLoaded) -> None:
        """Show a document, unless another was asked for since."""
        message.stop()
        if message.request == self._document_request:
            self.show(message.document, message.lines)

    def on_source_failed(self, message: SourceFailed) -> None:
        """Show why there is no document to see."""
        message.stop()
        if message.request == self._document_request:
            self._document = None
            self.show_failure(message.error)

    def on_source_checked(self, message: SourceChecked) -> None:
        """Show what became of the file, unless another passage is shown by now."""
        message.stop()
        if message.request == self._request and message.state is not None:
            self.show_state(message.state)

    def _load(self, cited: DocumentRef, session: SessionThread) -> None:
        request = self._document_request

        def read(asker: Asker) -> SourceLoaded:
            document = asker.document(cited)
            return SourceLoaded(request, document, LineMap(document.text))

        session.run(
            read,
            lambda error: SourceFailed(request, error),
            self.post_message,
            wanted=lambda: request == self._document_request,
        )

    def _show_reasons(self, found: FoundHit) -> None:
        lines = [
            Content.assemble(
                (f"{reason.title:<9}", wording.MUTED), wording.plain(reason.text)
            )
            for reason in reasons(found)
        ]
        self.query_one("#search-reasons", Static).update(Content("\n").join(lines))
