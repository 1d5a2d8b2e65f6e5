"""One run of the chat, kept as one conversation of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import ConversationMissing

if TYPE_CHECKING:
    from assistant.history import History
    from assistant.records import Reply


class Recorder:
    """Keeps replies; a conversation begins with its first one."""

    def __init__(self, history: History, conversation: int | None = None) -> None:
        """Keep nothing yet.

        Args:
            history: To write to.
            conversation: To go on with; None begins another.
        """
        self._history = history
        self._conversation = conversation

    def keep(self, reply: Reply) -> int:
        """Keep one reply; return the number of the conversation it is in.

        Raises:
            HistoryError: The history cannot be written.
        """
        if self._conversation is not None:
            try:
                self._history.add_turn(self._conversation, reply)
            except ConversationMissing:
                # Deleted while the chat was open: what is asked from now on is new.
                self._conversation = None
            else:
                return self._conversation
        self._conversation = self._history.begin(reply)
        return self._conversation
