"""Acting on a citation: copying it, opening its file at the line, opening it as it is.

Independent of what a view shows: a view that has citations says which is at hand.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Literal

from textual.app import SuspendNotSupported
from textual.binding import Binding
from textual.message import Message

from assistant.editors import editor_command
from assistant.opening import original_command, run, start
from assistant.render.file_state import quote_with_source
from assistant.source_state import check_citation
from assistant.tui import wording
from assistant.tui.view import Command, View
from index.errors import QuothError, UsageError

if TYPE_CHECKING:
    from types import FrameType

    from assistant.editors import EditorCommand
    from assistant.records import Cited
    from assistant.source_state import SourceState

Purpose = Literal["edit", "open"]

# Cells of a message in a corner, on a screen of 80 columns.
_TOAST_CELLS = 36

_ACTIONS = ("copy_citation", "edit_citation", "open_citation")

# Text of formats with another media type was taken out of them: an editor would show
# something else, at another line.
_TEXT_TYPES = ("text/", "application/json", "application/toml", "application/yaml",
               "application/xml", "application/sql")  # fmt: skip


KEYS: Final = (
    Binding(
        *("y,alt+y", "copy_citation", "Copy"),
        tooltip="Copy the quote and where it stands",
        id="cited.copy",
    ),
    Binding(
        *("e,alt+e", "edit_citation", "Edit"),
        tooltip="Open the file in your editor, at the line",
        id="cited.edit",
    ),
    Binding(
        *("o,alt+o", "open_citation", "Open the file with its own program"),
        show=False,
        id="cited.open",
    ),
)
"""For the end of a view's own bindings: its first ones are those always shown."""


class CitingView(View):
    """A view with citations, one of which is at hand; its bindings end with `KEYS`."""

    class FileLookedAt(Message):
        """The file that is to be opened was looked at."""

        def __init__(self, cited: Cited, state: SourceState, purpose: Purpose) -> None:
            super().__init__()
            self.cited = cited
            self.state = state
            self.purpose: Purpose = purpose

    class OpeningFailed(Message):
        """A program that was started for a file has ended with an error."""

        def __init__(self, program: str, code: int) -> None:
            super().__init__()
            self.program = program
            self.code = code

    def citation_at_hand(self) -> Cited | None:
        """Give what the actions act on; None while there is nothing."""
        return None

    def file_left(self, cited: Cited) -> None:
        """Take notice that the file of a citation may have been changed."""

    def commands(self) -> Iterator[Command]:
        """Add the actions on a citation to those of the view."""
        yield from super().commands()
        if self.citation_at_hand() is not None:
            yield from _COMMANDS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the actions while there is a citation."""
        if action in _ACTIONS:
            return self.citation_at_hand() is not None
        return super().check_action(action, parameters)

    def action_copy_citation(self) -> None:
        """Copy the quote and where it stands, by way of the terminal."""
        if cited := self.citation_at_hand():
            self.app.copy_to_clipboard(quote_with_source(cited))
            place = wording.fitted_source_line(cited.citation, _TOAST_CELLS).plain
            self.notify(place, title="Copied", timeout=3, markup=False)

    def action_edit_citation(self) -> None:
        """Open the file in the reader's editor, at the line where the quote is now."""
        self._look("edit", "An editor cannot be opened from the browser.")

    def action_open_citation(self) -> None:
        """Open the file with the program that the system has for it."""
        self._look("open", "A file cannot be opened from the browser.")

    def on_citing_view_file_looked_at(self, message: FileLookedAt) -> None:
        """Open the file, or say why not."""
        message.stop()
        try:
            _check_there(message.cited, message.state)
            if message.purpose == "edit":
                self._edit(message.cited, message.state)
            else:
                path = message.cited.citation.document.path
                self._start(original_command(path))
        except UsageError as error:
            self._say(error)

    def on_citing_view_opening_failed(self, message: OpeningFailed) -> None:
        """Say that a program did not do what it was started for."""
        message.stop()
        self._say(
            UsageError(
                f"{message.program} ended with the error {message.code}.",
                "Open the file by hand, or set the variable EDITOR.",
            )
        )

    def _look(self, purpose: Purpose, not_in_browser: str) -> None:
        """Look at the file at hand, in a thread: it may have to be read."""
        cited = self.citation_at_hand()
        if cited is None:
            return
        if self.app.is_web:
            path = cited.citation.document.path
            self._say(UsageError(not_in_browser, f"The file is {path}."))
            return

        def look() -> None:
            state = check_citation(cited)
            self.post_message(self.FileLookedAt(cited, state, purpose))

        self.run_worker(look, thread=True, exclusive=True, group="opening")

    def _edit(self, cited: Cited, state: SourceState) -> None:
        """Open the editor.

        Raises:
            UsageError: It cannot be opened.
        """
        citation = cited.citation
        document = citation.document
        if not document.media_type.startswith(_TEXT_TYPES):
            raise UsageError(
                f"{document.name} is no text file that an editor could show.",
                "Press o to open it with its own program.",
            )
        line, column = state.line or citation.line, state.column or citation.column
        command = editor_command(document.path, line, column)
        if command.in_terminal:
            self._run(command)
            self.file_left(cited)
        else:
            self._start(command.arguments)

    def _run(self, command: EditorCommand) -> None:
        """Give the terminal to an editor until it ends.

        Raises:
            UsageError: It cannot be started.
        """
        failed: UsageError | None = None
        code = 0
        try:
            with self.app.suspend(), self._without_interrupts():
                # What leaves the block would leave the screen suspended.
                try:
                    code = run(command.arguments)
                except UsageError as error:
                    failed = error
        except SuspendNotSupported:
            raise UsageError(
                f"{command.name} needs the terminal, which the chat cannot leave here.",
                "Set the variable VISUAL to an editor with a window of its own.",
            ) from None
        if failed is not None:
            raise failed
        if code:
            self.post_message(self.OpeningFailed(command.name, code))

    @contextmanager
    def _without_interrupts(self) -> Iterator[None]:
        """Let Ctrl+C reach the editor alone; it is sent to every process on a terminal.

        With a handler that does nothing: an ignored signal would be ignored by the
        editor, too.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)
        before = signal.signal(signal.SIGINT, _do_nothing)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            # Of what came meanwhile the loop hears once it runs: before its timers.
            loop.call_later(0, self.chat.handle_signals)

    def _start(self, arguments: tuple[str, ...]) -> None:
        """Start a program with a window of its own.

        Raises:
            UsageError: It cannot be started.
        """
        name = arguments[0].replace("\\", "/").rpartition("/")[2]

        def failed(code: int) -> None:
            self.post_message(self.OpeningFailed(name, code))

        start(arguments, failed)
        self.notify(f"Opened with {wording.flat(name)}", timeout=3, markup=False)

    def _say(self, error: QuothError) -> None:
        text = wording.flat(f"{error.message} {error.remedy}".strip())
        self.notify(text, title=error.title, severity="warning", markup=False)


_COMMANDS = (
    Command("Copy", "Copy the quote and where it stands", "copy_citation"),
    Command("Edit", "Open the file in your editor, at the line", "edit_citation"),
    Command("Original", "Open the file with its own program", "open_citation"),
)


def _check_there(cited: Cited, state: SourceState) -> None:
    """Make sure that there is a file to open.

    Raises:
        UsageError: It is gone or cannot be read.
    """
    name = cited.citation.document.name
    if state.condition == "missing":
        raise UsageError(
            f"{name} is not there any more.",
            "What was indexed of it is still shown here.",
        )
    if state.condition == "unreadable":
        raise UsageError(f"{name}: {state.reason}")


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Take a signal without an effect."""
    del number, frame
