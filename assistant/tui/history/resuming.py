"""Going on with a conversation, over the library that it was with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import LibraryError, QuothError

if TYPE_CHECKING:
    from assistant.history import Conversation, Turn
    from assistant.tui.history.view import HistoryView


@dataclass
class _Waiting:
    """A conversation that waits for its library."""

    conversation: Conversation
    turns: Sequence[Turn]
    take_back: Callable[[], None] | None = None
    """Has the library before opened next; None before another was chosen."""
    opened: int = 0
    """How often its library was asked for."""


class Resuming:
    """Has the library of a conversation opened, if it is not, and then goes on.

    A question can only be asked of the library that is open, and what it is answered is
    kept in its conversation: the one goes with the other.
    """

    def __init__(self, view: HistoryView) -> None:
        """Wait for nothing."""
        self._view = view
        self._waiting: _Waiting | None = None

    def begin(self, conversation: Conversation, turns: Sequence[Turn]) -> None:
        """Go on with a conversation, at once or when its library is open."""
        if self._waiting is not None:
            return
        self._waiting = _Waiting(conversation, turns)
        self._go_on()

    def library_opened(self) -> None:
        """Go on with what waits, unless another library was opened."""
        if self._waiting is not None:
            self._go_on()

    def library_failed(self, error: QuothError) -> None:
        """Give up what waits."""
        if self._waiting is not None:
            self._give_up(error)

    def _go_on(self) -> None:
        waiting = self._waiting
        if waiting is None:
            return
        chat, name = self._view.chat, waiting.conversation.library
        if chat.overview is not None and chat.overview.library.name == name:
            self._waiting = None
            replies = [turn.reply for turn in waiting.turns]
            number = waiting.conversation.conversation_id
            self._view.call_later(chat.resume, number, replies)
            return
        choose = chat.services.choose_library
        # The first opening may have been under way for another library.
        if choose is None or waiting.opened == 2:
            self._give_up(LibraryError(f"The library {name} could not be opened."))
            return
        try:
            if waiting.take_back is None:
                waiting.take_back = choose(name)
        except QuothError as error:
            self._give_up(error)
            return
        waiting.opened += 1
        chat.open_library(anew=True)

    def _give_up(self, error: QuothError) -> None:
        """Say that the conversation cannot go on; the chat stays as it was."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        if waiting.take_back is not None:
            waiting.take_back()
        if self._view.chat.overview is not None:
            self._view.chat.show_work("")
        self._view.say_error(error)
