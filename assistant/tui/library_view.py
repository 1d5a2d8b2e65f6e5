"""The view of the library: what is in it, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from assistant.records import DocumentRef
from assistant.tui import library_wording, wording
from assistant.tui.confirm import Confirm
from assistant.tui.library_box import PathBox
from assistant.tui.library_contents import DocumentRow, LeftOutRow, RootRow, Wish
from assistant.tui.library_document import DocumentPane
from assistant.tui.library_lists import LibraryLists
from assistant.tui.library_pace import Pace
from assistant.tui.library_thread import LibraryThread
from assistant.tui.view import Command, View

if TYPE_CHECKING:
    from assistant.tui.library_thread import (
        Committed,
        Looked,
        LookFailed,
        Updated,
        UpdateEnded,
        UpdateReported,
    )
    from assistant.tui.messages import SourceFailed, SourceLoaded
    from index.errors import QuothError

_OPEN = "-document"
_ANSWERED_FROM = {
    True: "Questions are answered from your documents now.",
    False: "The library is empty now.",
}


class LibraryView(View):
    """See what is in the library; add, sync and remove."""

    MODE = "library"
    ABOUT = (
        "What is in the library, and how the files are now. Add a file or a folder by"
        " its path; a sync takes up what has changed on disk. Nothing here changes a"
        " file of yours, and questions are answered while documents are added."
    )
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_document", "Close", id="library.close"),
        Binding("escape", "clear_filter", "All", id="library.all"),
        Binding("escape", "stop", "Stop", id="library.stop"),
        Binding("escape", "focus_list", "Back", id="library.list"),
        Binding("a,alt+a", "focus_box", "Add", id="library.type"),
        Binding("s,alt+s", "sync", "Sync", id="library.sync"),
        Binding("d,delete,alt+d", "remove", "Remove", id="library.remove"),
        Binding("r,alt+r", "look", "Rescan", id="library.look"),
        Binding("slash,alt+f", "focus_filter", "Filter", id="library.filter"),
        Binding("left", "turn(-1)", "Lists", key_display="←→", id="library.left"),
        Binding("right", "turn(1)", "Next list", show=False, id="library.right"),
    ]
    COMMANDS_OF_VIEW: ClassVar = (
        Command("Add", "Type the path of a file or folder to add", "focus_box"),
        Command("Sync", "Take up what has changed on disk", "sync"),
        Command("Rescan", "Look again how the files are", "look"),
        Command("Remove", "Take the chosen row out of the library", "remove"),
        Command("Stop", "Stop the update, without loss", "stop"),
        Command("Filter", "Show only rows that hold a text", "focus_filter"),
        Command("Documents", "List the documents", "show_list('documents')"),
        Command("Left out", "List what was left out and why", "show_list('left-out')"),
        Command("Added", "List the files and folders added", "show_list('added')"),
        Command("Rebuild the library", "Make the whole index anew", "rebuild"),
    )

    def __init__(self) -> None:
        """Build the view."""
        super().__init__()
        self._thread: LibraryThread | None = None
        self._wish: Wish | None = None
        self._pace = Pace()
        self._doing = ""

    def compose_body(self) -> ComposeResult:
        """Put the box above the lists, and a document beside them."""
        yield PathBox(id="library-path")
        yield Static("", id="library-note", markup=False)
        with Horizontal(id="library-body"):
            yield LibraryLists(id="library-lists")
            yield DocumentPane(id="library-document")

    def on_mount(self) -> None:
        """Look what there is."""
        self._say(Content(""))
        curator = self.chat.services.curator
        if curator is None:
            self._lists.show_failure(Content("There is no library to look after here."))
            return
        self._thread = LibraryThread(curator, self.post_message)
        overview = self.chat.overview
        if overview is None or overview.examples:
            self.query_one(PathBox).focus()
        else:
            self._lists.table.focus()
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
        self.action_look()

    def library_failed(self, error: QuothError) -> None:
        """Look for oneself: what cannot be asked may still be mended here."""
        del error
        self.action_look()

    # What the threads say

    def on_looked(self, message: Looked) -> None:
        """Show what is in the library."""
        self._lists.show_contents(message.contents)

    def on_look_failed(self, message: LookFailed) -> None:
        """Say why it cannot be shown."""
        self._lists.show_failure(wording.failure_content(message.error))

    def on_update_reported(self, message: UpdateReported) -> None:
        """Show how far the update is."""
        self._doing = message.note
        if message.progress is not None:
            self._pace.take(message.progress)
        self._show_progress()

    def on_committed(self, message: Committed) -> None:
        """Let what was added be asked while its vectors are made."""
        del message
        self.action_look()
        if self._are_examples:
            self.chat.open_library(anew=True)

    def on_updated(self, message: Updated) -> None:
        """Say what was done, and have questions answered from it."""
        report, wish = message.report, message.wish
        said = library_wording.report_content(wish, report)
        if report.document_count == 0 or (self._are_examples and report.added):
            now = _ANSWERED_FROM[report.document_count > 0]
            said = Content.assemble(said, (f"\n  {now}", wording.MUTED))
        if wish.kind == "add":
            self.query_one(PathBox).clear()
        self._end(said)
        changed = report.added + report.updated + report.moved + report.removed
        if changed or report.encoded_count:
            self.chat.open_library(anew=True)

    def on_update_ended(self, message: UpdateEnded) -> None:
        """Say what went wrong, or what was stopped; the path stays in the box."""
        if message.error is not None:
            self._end(wording.failure_content(message.error))
        else:
            self._end(
                library_wording.stopped_content(
                    message.wish, committed=message.committed
                )
            )
        if message.committed:
            self.chat.open_library(anew=True)

    def on_source_loaded(self, message: SourceLoaded) -> None:
        """Show a document."""
        self._pane.show(message)

    def on_source_failed(self, message: SourceFailed) -> None:
        """Say why there is no document to see."""
        self._pane.show_failure(message.request, message.error)

    # What the reader does

    def on_path_box_submitted(self, message: PathBox.Submitted) -> None:
        """Add what was typed."""
        if self.check_action("add", ()):
            self._change(Wish("add", (message.path,)))
        elif self._wish is not None:
            self.notify("Wait for the update that runs, or stop it with Esc.")
        elif self._lists.contents is not None:
            self._say(library_wording.standing_line(self._lists.contents))

    def on_path_box_left_down(self) -> None:
        """Go from the box to the list."""
        self._lists.table.focus()

    def on_table_left_up(self) -> None:
        """Go from the first row to the box."""
        self.query_one(PathBox).focus()

    def on_table_opened(self) -> None:
        """Show the chosen row: the document, the reason, what is below the folder."""
        row = self._lists.table.chosen_row
        if isinstance(row, DocumentRow):
            self._open(row)
        elif isinstance(row, LeftOutRow):
            self._say(
                Content.assemble(
                    wording.plain(row.path, "bold"), "\n", wording.plain(row.reason)
                )
            )
        elif isinstance(row, RootRow):
            self._lists.show_list("documents")
            self._lists.set_filter(row.path + ("/" if row.is_folder else ""))

    def action_close_document(self) -> None:
        """Close the document."""
        self.remove_class(_OPEN)
        self._lists.table.focus()
        self.refresh_bindings()

    def action_clear_filter(self) -> None:
        """Show all rows again."""
        self._lists.set_filter("")
        self._lists.table.focus()

    def action_stop(self) -> None:
        """Stop the update at its next step."""
        if self._thread is not None and self._wish is not None:
            self._thread.stop()
            self._doing = "Stopping…"
            self._show_progress()

    def action_focus_list(self) -> None:
        """Go to the list."""
        self._lists.table.focus()

    def action_focus_box(self) -> None:
        """Go to the box."""
        self.query_one(PathBox).focus()

    def action_focus_filter(self) -> None:
        """Go to the filter."""
        self._lists.filter.focus()

    def action_turn(self, step: int) -> None:
        """Show the list after or before."""
        self._lists.turn(step)

    def action_show_list(self, name: str) -> None:
        """Show a list."""
        match name:
            case "documents" | "left-out" | "added":
                self._lists.show_list(name)
                self._lists.table.focus()

    def action_look(self) -> None:
        """Look again how the files are."""
        if self._thread is not None:
            self._thread.look()

    def action_sync(self) -> None:
        """Take up what has changed on disk."""
        self._change(Wish("sync"))

    def action_rebuild(self) -> None:
        """Make the whole index anew."""
        self._change(Wish("rebuild"))

    def action_remove(self) -> None:
        """Take the chosen row out of the library, once that is confirmed."""
        row = self._lists.table.chosen_row
        if row is None:
            return
        wish = Wish("remove", (row.path,))
        title, text = library_wording.removal_words(row)

        def remove(wanted: bool | None) -> None:
            if wanted and self._wish is None:
                self._change(wish)

        self.app.push_screen(Confirm(title, text, "Remove"), remove)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        contents = self._lists.contents if self.is_mounted else None
        free = self._wish is None and self._thread is not None
        mine = contents is None or contents.whose != "fixed"
        match action:
            case "close_document":
                return self.has_class(_OPEN)
            case "clear_filter":
                return bool(self._lists.filter.value)
            case "stop":
                return self._wish is not None
            case "focus_list":
                return self.focused is not self._lists.table
            case "focus_box":
                return mine and not self.query_one(PathBox).has_focus_within
            case "add":
                return free and mine
            case "sync" | "rebuild":
                added = contents is None or bool(contents.roots)
                return free and mine and added
            case "remove":
                chosen = self.is_mounted and self._lists.table.chosen_row is not None
                return free and chosen and contents is not None and self._is_own
        return super().check_action(action, parameters)

    # How it is done

    @property
    def _lists(self) -> LibraryLists:
        return self.query_one(LibraryLists)

    @property
    def _pane(self) -> DocumentPane:
        return self.query_one(DocumentPane)

    @property
    def _are_examples(self) -> bool:
        """Whether Quoth's own documents answer, for want of any."""
        overview = self.chat.overview
        return overview is None or overview.examples

    @property
    def _is_own(self) -> bool:
        """Whether the rows on the screen are of the user's library."""
        contents = self._lists.contents
        if contents is None or contents.whose == "fixed":
            return False
        return contents.whose == "own" or self._lists.shown != "documents"

    def _change(self, wish: Wish) -> None:
        if self._thread is None:
            return
        self._wish, self._pace = wish, Pace()
        self._doing = library_wording.beginning_words(wish)
        self._show_progress()
        self._lists.set_busy(True)
        self.refresh_bindings()
        self._thread.change(wish)

    def _end(self, said: Content) -> None:
        self._wish = None
        self.chat.background = ""
        self.chat.show_work("")
        self._say(said)
        self._lists.set_busy(False)
        if self.app.screen is not self:
            self.notify(said.plain, title="Library", markup=False)
        self.action_look()
        self.refresh_bindings()

    def _show_progress(self) -> None:
        if self._wish is None:
            return
        cells = library_wording.BAR_CELLS * (2 if self.has_class("-wide") else 1)
        self._say(
            library_wording.progress_line(self._pace, self._doing, bar_cells=cells)
        )
        self.chat.background = library_wording.progress_words(self._pace, self._doing)
        self.chat.show_work("")

    def _say(self, content: Content) -> None:
        note = self.query_one("#library-note", Static)
        note.update(content)
        note.display = bool(content)

    def _open(self, row: DocumentRow) -> None:
        pane = self._pane
        pane.announce(row)
        self.add_class(_OPEN)
        self.refresh_bindings()
        cited = DocumentRef(
            *(row.document_id, row.path, row.name, row.title, row.sha256),
            row.media_type,
        )
        self.chat.session.load(pane.request, cited, self.post_message)
        self.call_after_refresh(partial(self._focus_shown, pane))

    def _focus_shown(self, pane: DocumentPane) -> None:
        """Go to the document where it covers the list."""
        if not self._lists.display:
            pane.text.focus()
