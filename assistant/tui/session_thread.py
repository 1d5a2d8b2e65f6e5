"""The one thread that a session lives in: opened, asked and read there, in order.

A session holds a database connection and an encoder, neither of which may be used from
several threads, so these are not workers of a pool but jobs of a single thread. The
screen never waits for it: jobs answer with messages.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from assistant.records import Failure, Reply
from assistant.tui.asker import SessionClosed
from assistant.tui.messages import (
    NotKept,
    Opened,
    OpenFailed,
    Progress,
    SourceFailed,
    SourceLoaded,
    TurnEvent,
)
from index.errors import QuothError
from index.positions import LineMap

if TYPE_CHECKING:
    from textual.message import Message

    from assistant.records import DocumentRef
    from assistant.tui.asker import Asker, Keep, OpenSession


class SessionThread:
    """Runs the session's work and posts what comes of it."""

    def __init__(
        self,
        open_session: OpenSession,
        post: Callable[[Message], object],
        keep: Keep | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            open_session: Makes the session; runs in the thread.
            post: Takes a message for the screen; called from the thread.
            keep: Takes every reply that was posted; runs in the thread.
        """
        self._keep = keep
        self._told_not_kept = False
        self._open_session = open_session
        self._post = post
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="quoth-session")
        self._asker: Asker | None = None
        self._open_error = QuothError("The library is not open.")
        self._closed = threading.Event()
        self._cancelled: set[int] = set()

    def open(self) -> None:
        """Open the session; posts Progress, then Opened or OpenFailed."""
        self._submit(self._open)

    def ask(self, turn: int, question: str, *, follow: bool = True) -> None:
        """Ask a question after those before it; posts its events as TurnEvent.

        Args:
            turn: Its number.
            question: As typed.
            follow: Read it with the conversation so far, if it leans on that.
        """
        self._submit(lambda: self._ask(turn, question, follow))

    def cancel(self, turn: int) -> None:
        """Stop a question at its next event, or keep it from starting."""
        self._cancelled.add(turn)

    def load(self, request: int, cited: DocumentRef) -> None:
        """Read a document; posts SourceLoaded or SourceFailed."""
        self._submit(lambda: self._load(request, cited))

    def close(self) -> None:
        """Let the running job stop at its next step and drop those that wait."""
        self._closed.set()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _submit(self, job: Callable[[], None]) -> None:
        if not self._closed.is_set():
            self._executor.submit(self._run, job)

    def _run(self, job: Callable[[], None]) -> None:
        """Run a job; the end of the chat ends it without a word."""
        try:
            if not self._closed.is_set():
                job()
        except SessionClosed:
            return

    def _send(self, message: Message) -> None:
        """Post a message, or end the job when the screen is gone."""
        if self._closed.is_set():
            raise SessionClosed
        self._post(message)

    def _notify(self, text: str) -> None:
        self._send(Progress(text))

    def _open(self) -> None:
        try:
            self._asker = self._open_session(self._notify)
            overview = self._asker.overview()
        except Exception as error:  # the screen shows it; the thread must live on
            self._open_error = _as_quoth_error(error)
            self._send(OpenFailed(self._open_error))
        else:
            self._send(Opened(overview))

    def _ask(self, turn: int, question: str, follow: bool) -> None:
        try:
            if turn in self._cancelled:
                return
            for event in self._require().ask(question, follow=follow):
                if turn in self._cancelled:
                    return
                self._send(TurnEvent(turn, event))
                if isinstance(event, Reply):
                    self._keep_reply(event)
        except Exception as error:  # shown as the failure of this question
            self._send(TurnEvent(turn, Failure(question, _as_quoth_error(error))))

    def _keep_reply(self, reply: Reply) -> None:
        """Keep a reply; that it could not be is said once, and is no failure of it."""
        if self._keep is None:
            return
        try:
            self._keep(reply)
        except Exception as error:  # the answer stands, kept or not
            if not self._told_not_kept:
                self._told_not_kept = True
                self._send(NotKept(_as_quoth_error(error)))

    def _load(self, request: int, cited: DocumentRef) -> None:
        try:
            document = self._require().document(cited)
            message: Message = SourceLoaded(request, document, LineMap(document.text))
        except Exception as error:  # shown in the source pane
            message = SourceFailed(request, _as_quoth_error(error))
        self._send(message)

    def _require(self) -> Asker:
        if self._asker is None:
            raise self._open_error
        return self._asker


def _as_quoth_error(error: Exception) -> QuothError:
    """Give errors that nobody foresaw the form of those that somebody did."""
    if isinstance(error, QuothError):
        return error
    return QuothError(
        f"{type(error).__name__}: {error}",
        "This is a fault in Quoth: run `quoth doctor` and report what it says.",
    )
