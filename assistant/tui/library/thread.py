"""The threads that look at the library and change it, apart from the session's.

So questions are answered while documents are indexed, and the list can be looked at
anew meanwhile. What changes the library has an encoder of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from textual.message import Message

from assistant.tui.session_thread import as_quoth_error

if TYPE_CHECKING:
    from assistant.tui.library.contents import Contents, Curator, Wish
    from index.errors import QuothError
    from index.progress import Progress
    from index.updating import UpdateReport

Post = Callable[[Message], object]

# The screen shows ten reports a second; a fast disk makes thousands.
_POST_SECONDS: Final = 0.1


class Looked(Message):
    """What is in the library."""

    def __init__(self, contents: Contents) -> None:
        super().__init__()
        self.contents = contents


class LookFailed(Message):
    """The library cannot be read."""

    def __init__(self, error: QuothError) -> None:
        super().__init__()
        self.error = error


class UpdateReported(Message):
    """How far an update is, and what it is at."""

    def __init__(self, progress: Progress | None, note: str = "") -> None:
        super().__init__()
        self.progress = progress
        self.note = note


class Committed(Message):
    """The documents are in the library; their vectors follow."""


class Updated(Message):
    """An update is done."""

    def __init__(self, wish: Wish, report: UpdateReport) -> None:
        super().__init__()
        self.wish = wish
        self.report = report


class UpdateEnded(Message):
    """An update was stopped, or failed."""

    def __init__(self, wish: Wish, error: QuothError | None, committed: bool) -> None:
        """Say how it ended.

        Args:
            wish: What it was to do.
            error: Why it failed; None when the user stopped it.
            committed: Its documents are in the library, some without vectors.
        """
        super().__init__()
        self.wish = wish
        self.error = error
        self.committed = committed


class Stopped(BaseException):
    """The user stopped an update; like KeyboardInterrupt, nothing may keep it."""


class NewestOnly:
    """A thread that does the newest job it was given, and drops those before it.

    It never keeps the program from ending, however slow the disk is that it waits for:
    its jobs only read.
    """

    def __init__(self, name: str) -> None:
        """Start with the first job."""
        self._name = name
        self._job: Callable[[], None] | None = None
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, job: Callable[[], None]) -> None:
        """Do a job next, in place of one that waits."""
        with self._wake:
            self._job = job
            self._wake.notify()
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._work, name=self._name, daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Do no more."""
        self.submit(_end)

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._job is not None)
                job, self._job = self._job, None
            if job is None or job is _end:
                return
            job()


def _end() -> None:
    """Stand for the last job."""


class LibraryThread:
    """Has the library looked at and changed, and posts what comes of it."""

    def __init__(self, curator: Curator, post: Post) -> None:
        """Start nothing yet.

        Args:
            curator: Does the work.
            post: Takes messages; may be called from any thread.
        """
        self._curator = curator
        self._post = post
        self._looker = NewestOnly("quoth-looking")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="quoth-writing")
        self._stop = threading.Event()
        self._closed = False
        self._due = 0.0
        self._committed = False

    def look(self) -> None:
        """Post Looked, or LookFailed."""
        self._looker.submit(self._look)

    def change(self, wish: Wish) -> None:
        """Change the library; posts UpdateReported, Committed, Updated, UpdateEnded.

        One at a time: who asks waits for the end of the one before.
        """
        self._stop.clear()
        self._writer.submit(self._change, wish)

    def stop(self) -> None:
        """Stop the update at its next step."""
        self._stop.set()

    def close(self) -> None:
        """Stop at the next step, and post nothing more."""
        self._closed = True
        self._stop.set()
        self._looker.close()
        self._writer.shutdown(wait=False, cancel_futures=True)

    def _send(self, message: Message) -> None:
        if not self._closed:
            self._post(message)

    def _look(self) -> None:
        try:
            self._send(Looked(self._curator.contents()))
        except Exception as error:  # shown in place of the list
            self._send(LookFailed(as_quoth_error(error)))

    def _change(self, wish: Wish) -> None:
        self._due, self._committed = 0.0, False
        try:
            self._check()
            report = self._curator.change(wish, self._report, self._notify)
        except Stopped:
            self._send(UpdateEnded(wish, None, self._committed))
        except Exception as error:  # shown beside the box
            failed = as_quoth_error(error)
            self._send(UpdateEnded(wish, failed, self._committed))
        else:
            self._send(Updated(wish, report))

    def _report(self, progress: Progress) -> None:
        self._check()
        if progress.stage != "reading" and not self._committed:
            self._committed = True
            self._send(Committed())
            self._due = 0.0
        now = time.monotonic()
        if now >= self._due:
            self._due = now + _POST_SECONDS
            self._send(UpdateReported(progress))

    def _notify(self, text: str) -> None:
        self._check()
        if text:
            self._send(UpdateReported(None, text))

    def _check(self) -> None:
        """Raise Stopped when the user wants that."""
        if self._stop.is_set():
            raise Stopped
