"""The list of conversations, and the box that searches it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.tui.history import wording as history_wording
from assistant.tui.history.prompt import LineInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click

    from assistant.history import Conversation


class ConversationList(OptionList):
    """Conversations, the newest first; Enter or a second click chooses one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Resume", id="history.resume"),
        Binding("j", "cursor_down", "Down", show=False, id="history.down"),
        Binding("k", "cursor_up", "Up", show=False, id="history.up"),
        Binding("g", "first", "First", show=False, id="history.first"),
        Binding("G", "last", "Last", show=False, id="history.last"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin with none."""
        super().__init__(id=id, markup=False, compact=True)
        self._conversations: dict[int, Conversation] = {}

    @property
    def current(self) -> Conversation | None:
        """The highlighted one; None if there is none."""
        option = self.highlighted_option
        return None if option is None else self.conversation(option)

    def conversation(self, option: Option) -> Conversation | None:
        """Give the conversation of a row; None if it is not listed any more."""
        return None if option.id is None else self._conversations.get(int(option.id))

    def show(
        self, conversations: Sequence[Conversation], going_on: int | None, now: datetime
    ) -> None:
        """Show conversations; the highlight stays where it is, as far as it can.

        Args:
            conversations: The newest first.
            going_on: Number of the one in the view Ask.
            now: In the time zone of the reader.
        """
        before, place = self.current, self.highlighted or 0
        self._conversations = {one.conversation_id: one for one in conversations}
        options = []
        for number, one in enumerate(conversations):
            is_current = one.conversation_id == going_on
            prompt = history_wording.row(one, now, going_on=is_current)
            options.append(Option(prompt, str(one.conversation_id)))
            if before is not None and one.conversation_id == before.conversation_id:
                place = number
        self.set_options(options)
        if options:
            self.highlighted = min(place, len(options) - 1)

    def on_click(self, event: Click) -> None:
        """Highlight what is clicked; OptionList would choose it at once."""
        event.prevent_default()
        clicked = event.style.meta.get("option")
        if clicked is None:
            return
        if clicked == self.highlighted:
            self.action_select()
        self.highlighted = clicked


class SearchBox(LineInput):
    """Searches the list; the arrow keys move in that while typing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False, id="history.next"),
        Binding("up", "move(-1)", "Up", show=False, id="history.previous"),
    ]

    class Moved(Message):
        """The reader moves in the list."""

        def __init__(self, step: int) -> None:
            """Say how far: 1 is down, -1 up."""
            super().__init__()
            self.step = step

    def action_move(self, step: int) -> None:
        """Move in the list."""
        self.post_message(self.Moved(step))
