"""What the chat asks of a session, and what it says of it on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant.finding import SearchOutcome, SearchRequest
    from assistant.history import History
    from assistant.records import (
        Abstention,
        Answer,
        Cited,
        DocumentRef,
        Event,
        LibraryRef,
        Reply,
    )
    from assistant.source_state import SourceState
    from assistant.tui.library.contents import Curator
    from index.records import Document, SearchMode


@dataclass(frozen=True, slots=True)
class Overview:
    """The library in a few words, for the first screen and the status line."""

    library: LibraryRef
    document_names: tuple[str, ...]
    """The first few, in the library's order; not all of a large library."""
    example: str
    """A question that the library can be expected to answer; "" for none."""
    threshold: float = 0.0
    """Least probability with which a sentence is given as the answer; 0: any is."""
    search_mode: SearchMode = "hybrid"
    """What counts in a search, unless the reader says otherwise."""
    examples: bool = False
    """Whether the documents are those that come with Quoth."""


class Asker(Protocol):
    """A session, as far as the chat needs one. Called from one thread only."""

    def ask(self, question: str, *, follow: bool = True) -> Iterator[Event]:
        """Give events, the last one an Answer, an Abstention or a Failure.

        Args:
            question: As typed.
            follow: Read it with the conversation so far, if it leans on that.
        """
        ...

    def document(self, cited: DocumentRef) -> Document:
        """Give the whole document that a citation points into, as it was quoted."""
        ...

    def source_state(self, cited: Cited) -> SourceState:
        """Say what became of the file of a citation since it was indexed."""
        ...

    def overview(self) -> Overview:
        """Say what is loaded."""
        ...

    def search(self, request: SearchRequest) -> SearchOutcome:
        """Give the passages that are nearest to a query."""
        ...

    def document_names(self) -> Sequence[str]:
        """Give the names of all documents, as shown."""
        ...

    def resume(self, replies: Sequence[Reply]) -> None:
        """Go on with a conversation, or with none for no replies.

        Args:
            replies: Of the conversation, the oldest first.
        """
        ...


class Keeper(Protocol):
    """Keeps conversations for later. Called from the session's thread only."""

    def keep(self, reply: Reply) -> int | None:
        """Keep a reply as the last of the conversation.

        Returns:
            The conversation's number; None if, by the settings, nothing is kept.
        """
        ...

    def go_on_with(self, conversation: int | None) -> None:
        """Keep what comes in a conversation of before; None begins another."""
        ...


Notify = Callable[[str], None]
"""Takes a line about work in progress, such as `indexing 3/20`; "" when it is done.

Raises SessionClosed when the chat has ended and the work is to stop."""

OpenSession = Callable[[Notify], Asker]

ChooseLibrary = Callable[[str], Callable[[], None]]
"""Has another library opened next; gives what takes that back.

Raises LibraryMissing."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A conversation of before that goes on."""

    conversation: int
    """Its number in the history."""
    replies: Sequence[Answer | Abstention]
    """The oldest first; at least one."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the chat works with; all but the session may be missing."""

    open_session: OpenSession
    """Makes the session. Runs in a thread, once the first frame is on the screen."""
    keeper: Keeper | None = None
    history: History | None = None
    """Conversations of before, to be looked through."""
    not_kept: Callable[[], str] = str
    """Says why conversations are not kept, and what changes that; "" if they are. May
    be called from any thread."""
    choose_library: ChooseLibrary | None = None
    curator: Curator | None = None
    """Looks after the library: what is in it, and what changes it."""


class SessionClosed(BaseException):
    """The chat has ended; like KeyboardInterrupt, no part of the work may keep it."""
