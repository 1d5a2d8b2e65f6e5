"""What the terminal chat works with, over the real library and history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from assistant.cli.options import Invocation
    from assistant.finding import SearchOutcome, SearchRequest
    from assistant.recording import Recorder
    from assistant.records import Cited, DocumentRef, Event, Reply
    from assistant.session import Session
    from assistant.source_state import SourceState
    from assistant.tui.asker import Earlier, Notify, Overview, Services
    from assistant.workspace import Workspace
    from index.library import Library
    from index.progress import Progress
    from index.records import Document

_NAMES_SHOWN: Final = 5
_SEEDS_EXAMPLE: Final = "Who is the US envoy for Syria?"


def make_services(invocation: Invocation, earlier: Earlier | None = None) -> Services:
    """Give what the chat works with; nothing is opened or read yet.

    Args:
        invocation: Whose library is asked.
        earlier: A conversation that goes on.
    """
    from assistant.cli.chat_curator import LibraryCurator
    from assistant.history import History
    from assistant.tui.asker import Services

    replies = earlier.replies if earlier else ()
    return Services(
        lambda notify: open_asker(invocation, notify, replies),
        keeper=HistoryKeeper(invocation, earlier.conversation if earlier else None),
        history=History(invocation.locations.history),
        not_kept=lambda: why_not_kept(invocation),
        choose_library=lambda name: choose_library(invocation, name),
        curator=LibraryCurator(invocation),
    )


def why_not_kept(invocation: Invocation) -> str:
    """Say why the chat keeps nothing, and what changes that; "" if it does.

    Raises:
        ConfigError: A setting is wrong.
    """
    configuration = invocation.configuration
    if configuration.settings.history.enabled:
        return ""
    origin, source = configuration.origins.get("history.enabled", ("default", ""))
    remedy = f"Set `enabled = true` under `[history]` in {source}"
    if origin == "environment":
        remedy = f"Unset {source}"
    return (
        "New conversations are not kept: the setting `history.enabled` is false."
        f" {remedy}, and start Quoth again."
    )


def choose_library(invocation: Invocation, name: str) -> Callable[[], None]:
    """Have another library opened next; return what takes that back.

    Raises:
        LibraryMissing: There is none of that name.
    """
    from assistant.workspace import SEEDS_LIBRARY
    from index.errors import LibraryMissing

    names = invocation.locations.library_names()
    if name not in (*names, SEEDS_LIBRARY):
        raise LibraryMissing(
            f"There is no library {name} any more; there are: {', '.join(names)}.",
            f"Make it with `quoth --library {name} add PATH`.",
        )
    before = invocation.library
    invocation.choose_library(name)
    return lambda: invocation.choose_library(before)


class HistoryKeeper:
    """Keeps replies in the history, unless the settings say that none are kept.

    The settings are read when the first reply is there, not before the first frame.
    """

    def __init__(self, invocation: Invocation, conversation: int | None) -> None:
        """Keep nothing yet.

        Args:
            invocation: Whose history is written.
            conversation: Number of the one that goes on; None begins another.
        """
        self._invocation = invocation
        self._conversation = conversation
        self._recorder: Recorder | None = None

    def keep(self, reply: Reply) -> int | None:
        """Keep a reply as the last of the conversation; return its number, if kept."""
        if not self._invocation.configuration.settings.history.enabled:
            return None
        if self._recorder is None:
            from assistant.history import History
            from assistant.recording import Recorder

            past = History(self._invocation.locations.history)
            self._recorder = Recorder(past, self._conversation)
        return self._recorder.keep(reply)

    def go_on_with(self, conversation: int | None) -> None:
        """Keep what comes in a conversation of before; None begins another."""
        self._conversation, self._recorder = conversation, None


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
        from assistant.tui.asker import Overview
        from assistant.tui.suggestion import suggest_question
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


def open_asker(
    invocation: Invocation, notify: Notify, earlier: Sequence[Reply] = ()
) -> SessionAsker:
    """Open library and session; told to the screen, since stderr is under it.

    Args:
        invocation: Whose library is asked.
        notify: Shows a line about work in progress.
        earlier: Replies of the conversation that goes on, the oldest first.
    """
    from assistant.workspace import Workspace

    workspace = Workspace(
        invocation.locations,
        invocation.configuration.settings,
        notify=notify,
        load_encoder=invocation.load_encoder,
    )

    def progress(step: Progress) -> None:
        notify(f"{step.stage} {step.done:,}/{step.total:,} {step.unit}")

    library = workspace.open_library(progress)
    session = workspace.open_session(progress)
    asker = SessionAsker(session, library, workspace)
    asker.resume(earlier)
    notify("loading the encoder…")
    workspace.encoder()
    notify("")
    return asker
