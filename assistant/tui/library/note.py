"""The line under the box: what an update is at, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from assistant.tui import wording
from assistant.tui.library import wording as library_wording
from assistant.tui.library.pace import Pace

if TYPE_CHECKING:
    from assistant.tui.library.contents import LeftOutRow, Wish
    from assistant.tui.library.thread import Updated, UpdateEnded, UpdateReported


class UpdateNote(Static):
    """Shows one thing at a time, and takes no room for none."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Say nothing yet."""
        super().__init__("", id=id, markup=False)
        self.display = False
        self.said = Content("")
        self._pace = Pace()
        self._doing = ""
        self._from_examples = False
        self._stopping = False

    def say(self, content: Content) -> None:
        """Say something instead of what is there."""
        self.said = content
        self.update(content)
        self.display = bool(content)

    def begin(self, wish: Wish, *, from_examples: bool) -> None:
        """Say that an update begins.

        Args:
            wish: What it is to do.
            from_examples: Quoth's own documents answer before it.
        """
        self._pace, self._from_examples = Pace(), from_examples
        self._stopping = False
        self._doing = library_wording.beginning_words(wish)
        self._show_progress()

    def show_report(self, message: UpdateReported) -> None:
        """Show how far an update is; nothing more once it is to stop."""
        if self._stopping:
            return
        self._doing = message.note
        if message.progress is not None:
            self._pace.take(message.progress)
        self._show_progress()

    def show_stopping(self) -> None:
        """Say that the update stops as soon as it can."""
        self._stopping, self._doing = True, "Stopping…"
        self.say(library_wording.stopping_line())

    def show_done(self, message: Updated) -> None:
        """Say what an update did, and what is answered from now."""
        report = message.report
        said = library_wording.report_content(message.wish, report)
        now = ""
        if report.document_count == 0:
            now = "The library is empty now."
        elif self._from_examples:
            now = "Questions are answered from your documents now."
        if now:
            said = Content.assemble(said, (f"\n  {now}", wording.MUTED))
        self.say(said)

    def show_end(self, message: UpdateEnded) -> None:
        """Say why an update failed, or what stopping it left."""
        if message.error is not None:
            self.say(wording.failure_content(message.error))
            return
        committed = message.committed
        self.say(library_wording.stopped_content(message.wish, committed=committed))

    def show_reason(self, row: LeftOutRow) -> None:
        """Say in full why a file was left out."""
        path, reason = wording.plain(row.path, "bold"), wording.plain(row.reason)
        self.say(Content.assemble(path, "\n", reason))

    @property
    def progress_words(self) -> str:
        """How far the update is, in few words."""
        return library_wording.progress_words(self._pace, self._doing)

    def _show_progress(self) -> None:
        cells = self.app.size.width - self.styles.padding.width
        pace, doing = self._pace, self._doing
        self.say(library_wording.progress_line(pace, doing, cells=cells))
