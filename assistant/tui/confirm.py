"""A question that is answered with yes or no before something is done."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui import wording


class ConfirmKey(Static):
    """One of the two answers; a click gives it."""

    def __init__(self, key: str, name: str, action: str, *, id: str) -> None:  # noqa: A002
        """Name a key and what it does.

        Args:
            key: As on the keyboard.
            name: What it does, in a word.
            action: Of the dialog.
            id: Of the widget.
        """
        text = Content.assemble((f"{key:<7}", "bold $text-primary"), name)
        super().__init__(text, id=id, markup=False)
        self._action = action

    async def on_click(self) -> None:
        """Give this answer."""
        await self.screen.run_action(self._action)


class Confirm(ModalScreen[bool]):
    """Asks once; Escape does nothing of what was asked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "Yes", id="confirm.yes"),
        Binding("escape,n", "answer(False)", "No", id="confirm.no"),
    ]

    def __init__(self, title: str, text: str, yes: str, *, what: str = "") -> None:
        """Prepare to ask.

        Args:
            title: The question, of any origin.
            text: What it means, of any origin; a sentence or two.
            yes: What is done, in a word.
            what: Name of what it is done to, of any origin.
        """
        super().__init__()
        self._title = wording.plain(title, "bold")
        self._what = wording.plain(what, "bold $text-primary")
        self._text = wording.plain(text)
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Put the two answers under the question."""
        with Vertical(id="confirm"):
            yield Static(self._title, id="confirm-title", markup=False)
            if self._what:
                yield Static(self._what, id="confirm-what", markup=False)
            yield Static(self._text, id="confirm-text", markup=False)
            yield ConfirmKey("Enter", self._yes, "answer(True)", id="confirm-yes")
            yield ConfirmKey("Esc", "Cancel", "answer(False)", id="confirm-no")

    def action_answer(self, wanted: bool) -> None:
        """End with the answer."""
        self.dismiss(wanted)
