"""The view of the library: what is in it, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from assistant.records import DocumentRef
from assistant.tui.confirm import Confirm
from assistant.tui.library import wording as library_wording
from assistant.tui.library.box import PathBox
from assistant.tui.library.contents import DocumentRow, LeftOutRow, RootRow, Wish
from assistant.tui.library.document import DocumentPane
from assistant.tui.library.lists import LibraryLists
from assistant.tui.library.note import UpdateNote
from assistant.tui.library.work import LibraryWork
from assistant.tui.view import Command

if TYPE_CHECKING:
    from assistant.tui.messages import SourceFailed, SourceLoaded

_OPEN = "-document"


class LibraryView(LibraryWork):
    """See what is in the library; add, sync and remove."""

    MODE = "library"
    ABOUT = (
        "What is in the library, and how the files are now. Add a file or a folder by"
        " its path; a sync takes up what has changed on disk. Nothing here changes a"
        " file of yours, and questions are answered while documents are added."
    )
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "close_document",
            "Close",
            tooltip="Close the document",
            id="library.close",
        ),
        Binding(
            "escape",
            "clear_filter",
            "All",
            tooltip="Show all rows again, without the filter",
            id="library.all",
        ),
        Binding(
            "escape",
            "stop",
            "Stop",
            tooltip="Stop the update, without loss",
            id="library.stop",
        ),
        Binding(
            "escape",
            "focus_list",
            "Back",
            tooltip="From the path or the filter to the list",
            id="library.list",
        ),
        Binding(
            "a,alt+a",
            "focus_box",
            "Add",
            tooltip="Type the path of a file or folder to add",
            id="library.type",
        ),
        Binding(
            "s,alt+s",
            "sync",
            "Sync",
            tooltip="Take up what has changed on disk",
            id="library.sync",
        ),
        Binding(
            "d,delete,alt+d",
            "remove",
            "Remove",
            tooltip="Take the chosen row out of the library",
            id="library.remove",
        ),
        Binding(
            "r,alt+r",
            "look",
            "Rescan",
            tooltip="Look again how the files are",
            id="library.look",
        ),
        Binding(
            "f,alt+i,slash",
            "focus_filter",
            "Filter",
            tooltip="Show only rows that hold a text",
            id="library.filter",
        ),
        Binding(
            "left",
            "turn(-1)",
            "Lists",
            key_display="←→",
            tooltip="The list before: documents, left out, added",
            id="library.left",
        ),
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

    def compose_body(self) -> ComposeResult:
        """Put the box above the lists, and a document beside them."""
        yield PathBox(id="library-path")
        yield UpdateNote(id="library-note")
        with Horizontal(id="library-body"):
            yield LibraryLists(id="library-lists")
            yield DocumentPane(id="library-document")

    # What the session says

    def on_source_loaded(self, message: SourceLoaded) -> None:
        """Show a document."""
        self._pane.show(message)

    def on_source_failed(self, message: SourceFailed) -> None:
        """Say why there is no document to see."""
        self._pane.show_failure(message.request, message.error)

    # What the reader does

    def on_path_box_submitted(self, message: PathBox.Submitted) -> None:
        """Add what was typed."""
        if self.updating:
            self.notify("Wait for the update that runs, or stop it with Esc.")
        else:
            self.change(Wish("add", (message.path,)))

    def on_path_box_left_down(self) -> None:
        """Go from the box to the list."""
        self.lists.table.focus()

    def on_table_left_up(self) -> None:
        """Go from the first row to the box."""
        self.query_one(PathBox).focus()

    def on_table_opened(self) -> None:
        """Show the chosen row: the document, the reason, what is below the folder."""
        row = self.lists.table.chosen_row
        if isinstance(row, DocumentRow):
            self._open(row)
        elif isinstance(row, LeftOutRow):
            self.note.show_reason(row)
        elif isinstance(row, RootRow):
            self.lists.show_list("documents")
            self.lists.set_filter(row.path + ("/" if row.is_folder else ""))

    def action_close_document(self) -> None:
        """Close the document."""
        self.remove_class(_OPEN)
        self.lists.table.focus()
        self.refresh_bindings()

    def action_clear_filter(self) -> None:
        """Show all rows again."""
        self.lists.set_filter("")
        self.lists.table.focus()

    def action_stop(self) -> None:
        """Stop the update at its next step."""
        self.stop()

    def action_focus_list(self) -> None:
        """Go to the list."""
        self.lists.table.focus()

    def action_focus_box(self) -> None:
        """Go to the box."""
        self.query_one(PathBox).focus()

    def action_focus_filter(self) -> None:
        """Go to the filter."""
        self.lists.filter.focus()

    def action_turn(self, step: int) -> None:
        """Show the list after or before."""
        self.lists.turn(step)

    def action_show_list(self, name: str) -> None:
        """Show a list."""
        match name:
            case "documents" | "left-out" | "added":
                self.lists.show_list(name)
                self.lists.table.focus()

    def action_look(self) -> None:
        """Look again how the files are."""
        self.look()

    def action_sync(self) -> None:
        """Take up what has changed on disk."""
        self.change(Wish("sync"))

    def action_rebuild(self) -> None:
        """Make the whole index anew."""
        self.change(Wish("rebuild"))

    def action_remove(self) -> None:
        """Take the chosen row out of the library, once that is confirmed."""
        row = self.lists.table.chosen_row
        if row is None:
            return
        wish = Wish("remove", (row.path,))
        what, text = library_wording.removal_words(row)

        def remove(wanted: bool | None) -> None:
            if wanted and not self.updating:
                self.change(wish)

        self.app.push_screen(
            Confirm("Remove from the library?", text, "Remove", what=what), remove
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        contents = self.lists.contents
        free = not self.updating and self._thread is not None
        mine = contents is None or contents.whose != "fixed"
        match action:
            case "close_document":
                return self.has_class(_OPEN)
            case "clear_filter":
                return bool(self.lists.filter.value)
            case "stop":
                return self.updating
            case "focus_list":
                return self.focused is not self.lists.table
            case "focus_box":
                return mine and not self.query_one(PathBox).has_focus_within
            case "sync" | "rebuild":
                added = contents is None or bool(contents.roots)
                return free and mine and added
            case "remove":
                chosen = self.lists.table.chosen_row is not None
                return free and chosen and self._is_own
        return super().check_action(action, parameters)

    # How it is done

    @property
    def _pane(self) -> DocumentPane:
        return self.query_one(DocumentPane)

    @property
    def _is_own(self) -> bool:
        """Whether the rows on the screen are of the user's library."""
        contents = self.lists.contents
        if contents is None or contents.whose == "fixed":
            return False
        return contents.whose == "own" or self.lists.shown != "documents"

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
        if not self.lists.display:
            pane.text.focus()
