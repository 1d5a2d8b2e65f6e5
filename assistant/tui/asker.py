"""What the chat asks of a session, and what it says of it on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant.records import DocumentRef, Event, LibraryRef, Reply
    from index.records import Document


@dataclass(frozen=True, slots=True)
class Overview:
    """The library in a few words, for the first screen and the status line."""

    library: LibraryRef
    document_names: tuple[str, ...]
    """The first few, in the library's order; not all of a large library."""
    example: str
    """A question that the library can be expected to answer; "" for none."""


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

    def overview(self) -> Overview:
        """Say what is loaded."""
        ...


Notify = Callable[[str], None]
"""Takes a line about work in progress, such as `indexing 3/20`; "" when it is done.

Raises SessionClosed when the chat has ended and the work is to stop."""

OpenSession = Callable[[Notify], Asker]

Keep = Callable[["Reply"], None]
"""Keeps a reply for later; called from the thread of the session."""


class SessionClosed(BaseException):
    """The chat has ended; like KeyboardInterrupt, no part of the work may keep it."""
