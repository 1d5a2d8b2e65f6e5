"""The session of the terminal chat, over the real library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from assistant.cli.options import Invocation
    from assistant.finding import SearchOutcome, SearchRequest
    from assistant.records import Cited, DocumentRef, Event, Reply
    from assistant.session import Session
    from assistant.source_state import SourceState
    from assistant.tui.asker import Notify, Overview
    from assistant.workspace import Workspace
    from index.library import Library
    from index.progress import Progress
    from index.records import Document

_NAMES_SHOWN: Final = 5
_SEEDS_EXAMPLE: Final = "Who is the US envoy for Syria?"


class SessionOpener:
    """Opens library and session, and opens them anew; the encoder is loaded once.

    Work is told to the screen, since stderr is under it.
    """

    def __init__(self, invocation: Invocation) -> None:
        """Open nothing yet; what the invocation names may change in between."""
        self._invocation = invocation
        self._workspace: Workspace | None = None

    def __call__(self, notify: Notify) -> SessionAsker:
        """Open what the invocation names now.

        Args:
            notify: Shows a line about work in progress.
        """
        from assistant.workspace import Workspace

        settings = self._invocation.configuration.settings
        workspace = self._workspace
        if workspace is None:
            workspace = self._workspace = Workspace(
                self._invocation.locations,
                settings,
                notify=notify,
                load_encoder=self._invocation.load_encoder,
            )
        workspace.settings = settings

        def progress(step: Progress) -> None:
            notify(f"{step.stage} {100 * step.done // max(1, step.total)} %")

        library = workspace.open_library(progress)
        asker = SessionAsker(workspace.open_session(progress), library, workspace)
        notify("loading the encoder…")
        workspace.encoder()
        notify("loading the reader…")
        workspace.reader()
        notify("")
        return asker


class SessionAsker:
    """A session as the chat needs it."""

    def __init__(
        self, session: Session, library: Library, workspace: Workspace
    ) -> None:
        self._session = session
        self._library = library
        self._workspace = workspace

    def ask(self, question: str, *, follow: bool = True) -> Iterator[Event]:
        """Answer one question."""
        return self._session.ask(question, follow=follow)

    def document(self, cited: DocumentRef) -> Document:
        """Give the document of a citation."""
        return self._session.source(cited)

    def search(self, request: SearchRequest) -> SearchOutcome:
        """Search the library."""
        from assistant.finding import find

        settings = self._workspace.settings.search
        encoder = self._workspace.encoder
        return find(self._library, request, encoder, settings, widen=True)

    def document_names(self) -> Sequence[str]:
        """Give the names of all documents."""
        with self._library.open_view() as view:
            return tuple(file.name for file in view.catalog.files())

    def source_state(self, cited: Cited) -> SourceState:
        """Say what became of the file of a citation."""
        return self._session.source_states([cited])[0]

    def resume(self, replies: Sequence[Reply]) -> None:
        """Go on with a conversation, or with none."""
        self._session.forget()
        for reply in replies:
            self._session.remember(reply)

    def overview(self) -> Overview:
        """Say what is loaded."""
        from assistant.records import LibraryRef
        from assistant.tui.ask.suggestion import suggest_question
        from assistant.tui.asker import Overview
        from assistant.workspace import SEEDS_LIBRARY

        with self._library.open_view() as view:
            library = LibraryRef(
                view.name,
                view.fingerprint,
                view.document_count,
                view.chunk_count,
                view.encoded_count,
            )
            files = view.catalog.files()[:_NAMES_SHOWN]
            text = view.document(files[0].document_id).text if files else ""
        example = _SEEDS_EXAMPLE
        if library.name != SEEDS_LIBRARY:
            example = suggest_question(text, self._session.aside().ask)
        names = tuple(file.name for file in files)
        return Overview(
            library,
            names,
            example,
            threshold=self._session.threshold,
            examples=library.name == SEEDS_LIBRARY,
            search_mode=self._workspace.settings.search.mode,
        )
