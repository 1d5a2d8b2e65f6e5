"""The one thread that a session lives in: opened, asked and read there, in order.

A session holds a database connection and an encoder, neither of which may be used from
several threads, so these are not workers of a pool but jobs of a single thread. The
screen never waits for it: jobs answer with messages to whoever wanted them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from assistant.records import Failure, Reply
from assistant.tui.asker import SessionClosed
from assistant.tui.messages import (
    HistoryChanged,
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
    from assistant.tui.asker import Asker, Services

Post = Callable[["Message"], object]
"""Takes a message for a part of the screen; may be called from any thread."""

# Turns that a session opened anew is told of: a question leans on the last few.
_REMEMBERED: Final = 12


class SessionThread:
    """Runs the session's work and posts what comes of it."""

    def __init__(
        self, services: Services, post: Post, earlier: Sequence[Reply] = ()
    ) -> None:
        """Start nothing yet.

        Args:
            services: Makes the session, and keeps its replies.
            post: Takes what concerns the whole screen.
            earlier: Replies of a conversation that goes on, the oldest first.
        """
        self._services = services
        self._told_not_kept = False
        self._post = post
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="quoth-session")
        self._asker: Asker | None = None
        self._replies: deque[Reply] = deque(earlier, maxlen=_REMEMBERED)
        self._open_error = QuothError("The library is not open.")
        self._closed = threading.Event()
        self._cancelled: set[int] = set()

    def open(self) -> None:
        """Open the session, or open it anew; posts Progress, then Opened or OpenFailed.

        The conversation goes on over what is opened.
        """
        self._submit(self._open)

    def ask(self, turn: int, question: str, post: Post, *, follow: bool = True) -> None:
        """Ask a question after those before it.

        Args:
            turn: Its number.
            question: As typed.
            post: Takes its events as TurnEvent.
            follow: Read it with the conversation so far, if it leans on that.
        """
        self._submit(lambda: self._ask(turn, question, post, follow))

    def cancel(self, turn: int) -> None:
        """Stop a question at its next event, or keep it from starting."""
        self._cancelled.add(turn)

    def load(self, request: int, cited: DocumentRef, post: Post) -> None:
        """Read a document; posts SourceLoaded or SourceFailed."""

        def read(asker: Asker) -> Message:
            document = asker.document(cited)
            return SourceLoaded(request, document, LineMap(document.text))

        self.run(read, lambda error: SourceFailed(request, error), post)

    def resume(
        self, replies: Sequence[Reply], conversation: int | None, post: Post
    ) -> None:
        """Go on with a conversation of before, or begin another.

        Args:
            replies: Of the conversation, the oldest first; none for another.
            conversation: Its number in the history; None begins another.
            post: Takes NotKept, if what comes cannot be kept.
        """
        self._submit(lambda: self._resume(replies, conversation, post))

    def run(
        self,
        work: Callable[[Asker], Message],
        failed: Callable[[QuothError], Message],
        post: Post,
        *,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Do work with the session after what waits before it.

        Args:
            work: Gives the message that says what came of it.
            failed: Gives the message that says why nothing did.
            post: Takes the one or the other.
            wanted: Asked when its turn has come; if not, nothing is done and posted.
        """

        def job() -> None:
            if not wanted():
                return
            try:
                message = work(self._require())
            except Exception as error:  # shown by whoever wanted the work
                message = failed(as_quoth_error(error))
            self._send(message, post)

        self._submit(job)

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

    def _send(self, message: Message, post: Post | None = None) -> None:
        """Post a message, or end the job when the screen is gone."""
        if self._closed.is_set():
            raise SessionClosed
        (post or self._post)(message)

    def _notify(self, text: str) -> None:
        self._send(Progress(text))

    def _open(self) -> None:
        try:
            asker = self._services.open_session(self._notify)
            asker.resume(self._replies)
            overview = asker.overview()
        except Exception as error:  # the screen shows it; the thread must live on
            self._open_error = as_quoth_error(error)
            self._send(OpenFailed(self._open_error))
        else:
            self._asker = asker
            self._send(Opened(overview))

    def _ask(self, turn: int, question: str, post: Post, follow: bool) -> None:
        try:
            if turn in self._cancelled:
                return
            for event in self._require().ask(question, follow=follow):
                if turn in self._cancelled:
                    return
                self._send(TurnEvent(turn, event), post)
                if isinstance(event, Reply):
                    self._replies.append(event)
                    self._keep_reply(event, post)
        except Exception as error:  # shown as the failure of this question
            failure = Failure(question, as_quoth_error(error))
            self._send(TurnEvent(turn, failure), post)
        finally:
            self._cancelled.discard(turn)

    def _resume(
        self, replies: Sequence[Reply], conversation: int | None, post: Post
    ) -> None:
        self._replies.clear()
        self._replies.extend(replies)
        if self._asker is not None:
            self._asker.resume(replies)
        if self._services.keeper is not None:
            try:
                self._services.keeper.go_on_with(conversation)
            except Exception as error:  # what comes is answered, kept or not
                self._send(NotKept(as_quoth_error(error)), post)
            else:
                self._send(HistoryChanged(conversation))

    def _keep_reply(self, reply: Reply, post: Post) -> None:
        """Keep a reply; that it could not be is said once, and is no failure of it."""
        if self._services.keeper is None:
            return
        try:
            conversation = self._services.keeper.keep(reply)
        except Exception as error:  # the answer stands, kept or not
            if not self._told_not_kept:
                self._told_not_kept = True
                self._send(NotKept(as_quoth_error(error)), post)
        else:
            self._send(HistoryChanged(conversation))

    def _require(self) -> Asker:
        if self._asker is None:
            raise self._open_error
        return self._asker


def as_quoth_error(error: Exception) -> QuothError:
    """Give errors that nobody foresaw the form of those that somebody did."""
    if isinstance(error, QuothError):
        return error
    return QuothError(
        f"{type(error).__name__}: {error}",
        "This is a fault in Quoth: run `quoth doctor` and report what it says.",
    )
