"""The bar under the list that asks for a title or the name of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from assistant.render.sanitize import sanitize

Then = Callable[[str], object]
"""Takes what was typed."""


class LineInput(Input):
    """A line of text in which nothing is that a terminal would act on."""

    def validate_value(self, value: str) -> str:
        """Let no such character in, from the clipboard or elsewhere."""
        return sanitize(value).replace("\n", " ").replace("\t", " ")


class Prompt(VerticalGroup):
    """Asks one thing at a time; Enter gives it, Escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave it", id="prompt.leave"),
    ]

    class Closed(Message):
        """Nothing is asked any more."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Ask nothing yet."""
        super().__init__(id=id)
        self._then: Then | None = None

    def compose(self) -> ComposeResult:
        """Put the question above the line, and complaints under it."""
        yield Static("", id="prompt-question", markup=False)
        yield LineInput(id="prompt-input", compact=True, select_on_focus=False)
        yield Static("", id="prompt-complaint", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether something is asked."""
        return self._then is not None

    def ask(
        self,
        question: Content,
        text: str,
        then: Then,
        *,
        selection: Selection | None = None,
    ) -> None:
        """Ask for a line of text; the bar stays until it is closed.

        Args:
            question: What for.
            text: To begin with.
            then: Takes the line.
            selection: What typing replaces; all of it by default.
        """
        self._then = then
        self.add_class("-open")
        self.query_one("#prompt-question", Static).update(question)
        self.complain(Content())
        box = self.query_one(LineInput)
        box.value = text
        box.selection = selection or Selection(0, len(box.value))
        box.focus()

    def focus_line(self) -> None:
        """Go to the line that is asked for."""
        self.query_one(LineInput).focus()

    def complain(self, content: Content) -> None:
        """Say why what was given cannot be taken; empty takes that back."""
        complaint = self.query_one("#prompt-complaint", Static)
        complaint.update(content)
        complaint.display = bool(content)

    def close(self) -> None:
        """Ask nothing any more."""
        self._then = None
        self.remove_class("-open")
        self.post_message(self.Closed())

    def action_leave(self) -> None:
        """Leave it."""
        self.close()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Hand the line on."""
        message.stop()
        if self._then is not None:
            self._then(message.value)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Take a complaint away once something is typed."""
        message.stop()
        self.complain(Content())
