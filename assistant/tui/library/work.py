"""The view Library as it works: it has the library looked at and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from assistant.tui import wording
from assistant.tui.library.box import PathBox
from assistant.tui.library.lists import LibraryLists
from assistant.tui.library.note import UpdateNote
from assistant.tui.library.thread import LibraryThread
from assistant.tui.view import View

if TYPE_CHECKING:
    from assistant.tui.library.contents import Contents, Wish
    from assistant.tui.library.thread import (
        Committed,
        Looked,
        LookFailed,
        Updated,
        UpdateEnded,
        UpdateReported,
    )
    from index.errors import QuothError


class LibraryWork(View):
    """Keeps the threads, and shows what they say."""

    def __init__(self) -> None:
        """Build the view."""
        super().__init__()
        self._thread: LibraryThread | None = None
        self._wish: Wish | None = None
        self._opened_for = -1
        """Documents for which the library was opened anew."""

    def on_mount(self) -> None:
        """Look what there is."""
        curator = self.chat.services.curator
        if curator is None:
            self.lists.show_failure(Content("There is no library to look after here."))
            return
        self._thread = LibraryThread(curator, self.post_message)
        overview = self.chat.overview
        if overview is None or overview.examples:
            self.query_one(PathBox).focus()
        else:
            self.lists.table.focus()
        self._thread.look()

    def on_unmount(self) -> None:
        """Stop at the next step, without loss."""
        if self._thread is not None:
            self._thread.close()

    def reason_to_stay(self) -> str:
        """Say that documents are being taken in."""
        if self._wish is None:
            return ""
        return (
            "The library is being updated. Leaving stops it without loss; what is left"
            " to do can be done later."
        )

    def library_opened(self) -> None:
        """Look what is in it."""
        self.look()

    def library_failed(self, error: QuothError) -> None:
        """Look for oneself: what cannot be asked may still be mended here."""
        del error
        self.look()

    # What the threads say

    def on_looked(self, message: Looked) -> None:
        """Show what is in the library."""
        self.lists.show_contents(message.contents)
        self._keep_up(message.contents)

    def on_look_failed(self, message: LookFailed) -> None:
        """Say why it cannot be shown."""
        self.lists.show_failure(wording.failure_content(message.error))

    def on_update_reported(self, message: UpdateReported) -> None:
        """Show how far the update is."""
        self.note.show_report(message)
        self._tell_chat()

    def on_committed(self, message: Committed) -> None:
        """Let what was added be asked while its vectors are made."""
        del message
        self.look()
        if self._are_examples:
            self.chat.open_library(anew=True)

    def _keep_up(self, contents: Contents) -> None:
        """Open the library anew where another process, or an update, filled it.

        Once for each count: opening it leads to another look at it.
        """
        overview, count = self.chat.overview, len(contents.documents)
        if overview is None or contents.whose != "own" or count == self._opened_for:
            return
        if overview.library.documents != count:
            self._opened_for = count
            self.chat.open_library(anew=True)

    def on_updated(self, message: Updated) -> None:
        """Say what was done, and have questions answered from it."""
        report = message.report
        self.note.show_done(message)
        if message.wish.kind == "add":
            self.query_one(PathBox).clear_path(message.wish.paths[0])
        changed = report.added + report.updated + report.moved + report.removed
        self._end(changed=bool(changed or report.encoded_count))

    def on_update_ended(self, message: UpdateEnded) -> None:
        """Say what went wrong, or what was stopped; the path stays in the box."""
        self.note.show_end(message)
        self._end(changed=message.committed)

    # What they are asked

    def look(self) -> None:
        """Look again how the files are."""
        if self._thread is not None:
            self._thread.look()

    def stop(self) -> None:
        """Stop the update at its next step."""
        if self._thread is not None and self.updating:
            self._thread.stop()
            self.note.show_stopping()

    def change(self, wish: Wish) -> None:
        """Change the library; asked only while no update runs."""
        if self._thread is None:
            return
        self._wish = wish
        self.note.begin(wish, from_examples=self._are_examples)
        self.lists.set_busy(True)
        self._tell_chat()
        self.refresh_bindings()
        self._thread.change(wish)

    def _end(self, *, changed: bool) -> None:
        """Go on without an update; the note says already how it ended."""
        self._wish = None
        self.lists.set_busy(False)
        self._tell_chat()
        if self.app.screen is not self:
            self.notify(self.note.said.plain, title="Library", markup=False)
        self.look()
        if changed:
            self.chat.open_library(anew=True)
        self.refresh_bindings()

    def _tell_chat(self) -> None:
        """Have the line at the top say what goes on."""
        running = self._wish is not None
        self.chat.background = self.note.progress_words if running else ""
        self.chat.show_work("")

    @property
    def updating(self) -> bool:
        """Whether an update runs."""
        return self._wish is not None

    @property
    def lists(self) -> LibraryLists:
        """What is in the library."""
        return self.query_one(LibraryLists)

    @property
    def note(self) -> UpdateNote:
        """What an update is at, or what came of it."""
        return self.query_one(UpdateNote)

    @property
    def _are_examples(self) -> bool:
        """Whether Quoth's own documents answer, for want of any."""
        overview = self.chat.overview
        return overview is None or overview.examples
