"""What the History view has done in threads, and the messages that say what came of it.

SQLite waits for whoever writes, and a long history takes time to search: none of this
may run where keys are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.message import Message

from assistant.history_file import fold
from assistant.tui.session_thread import as_quoth_error
from index.errors import HistoryError

if TYPE_CHECKING:
    from assistant.history import Conversation, History, Turn
    from assistant.tui.asker import Services
    from index.errors import QuothError

LISTED: Final = 500
"""Conversations in the list, at most; a search finds the others."""


class Listed(Message):
    """Conversations were looked for; dropped if others were wanted since."""

    def __init__(
        self,
        request: int,
        words: tuple[str, ...],
        conversations: list[Conversation],
        not_kept: str,
    ) -> None:
        """Give what was found.

        Args:
            request: Number of the search.
            words: Searched for, folded.
            conversations: The newest first, at most one more than `LISTED`.
            not_kept: Why conversations are not kept; "" if they are.
        """
        super().__init__()
        self.request = request
        self.words = words
        self.conversations = conversations
        self.not_kept = not_kept


class ListFailed(Message):
    """The history cannot be read; dropped as `Listed` is."""

    def __init__(self, request: int, error: QuothError) -> None:
        super().__init__()
        self.request = request
        self.error = error


class Previewed(Message):
    """A conversation was read; dropped if the reader has moved on."""

    def __init__(self, request: int, turns: Sequence[Turn] | QuothError) -> None:
        super().__init__()
        self.request = request
        self.turns = turns


class Read(Message):
    """A conversation that is to go on was read."""

    def __init__(self, conversation: Conversation, turns: Sequence[Turn]) -> None:
        super().__init__()
        self.conversation = conversation
        self.turns = turns


class Changed(Message):
    """Something was done; the list is not as it was."""

    def __init__(self, said: str = "") -> None:
        """Give what to say of it, if anything."""
        super().__init__()
        self.said = said


class Exported(Message):
    """A conversation was written to a file, or could not be."""

    def __init__(self, export: Export, error: QuothError | None, taken: bool) -> None:
        """Say what came of it.

        Args:
            export: What was to be written.
            error: Why it was not; None if it was, or if `taken`.
            taken: There is a file of that name.
        """
        super().__init__()
        self.export = export
        self.error = error
        self.taken = taken


class NotDone(Message):
    """What was to be done could not be."""

    def __init__(self, error: QuothError) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True, slots=True)
class Export:
    """A conversation and the file it goes to."""

    conversation: Conversation
    path: Path
    replace: bool = False


def find(services: Services, request: int, search: str) -> Message:
    """List the conversations that have some words."""
    try:
        not_kept = services.not_kept()
        found = _past(services).conversations(search, limit=LISTED + 1)
    except Exception as error:  # shown in the place of the list
        return ListFailed(request, as_quoth_error(error))
    return Listed(request, tuple(fold(search).split()), found, not_kept)


def preview(services: Services, request: int, conversation: int) -> Message:
    """Read a conversation to show it in short."""
    try:
        return Previewed(request, _past(services).turns(conversation))
    except Exception as error:  # shown in the place of the turns
        return Previewed(request, as_quoth_error(error))


def read(services: Services, conversation: int) -> Message:
    """Read a conversation to go on with it."""
    try:
        past = _past(services)
        return Read(past.conversation(conversation), past.turns(conversation))
    except Exception as error:  # shown as why it does not go on
        return NotDone(as_quoth_error(error))


def rename(services: Services, conversation: int, title: str) -> Message:
    """Give a conversation another title."""
    try:
        _past(services).rename(conversation, title)
    except Exception as error:  # shown as why it was not done
        return NotDone(as_quoth_error(error))
    return Changed()


def delete(services: Services, conversation: int, said: str) -> Message:
    """Delete a conversation; say so."""
    try:
        _past(services).delete([conversation])
    except Exception as error:  # shown as why it was not done
        return NotDone(as_quoth_error(error))
    return Changed(said)


def export(services: Services, wanted: Export) -> Message:
    """Write a conversation to a file."""
    from assistant.history_export import export_file

    try:
        turns = _past(services).turns(wanted.conversation.conversation_id)
        export_file(wanted.conversation, turns, wanted.path, replace=wanted.replace)
    except FileExistsError:
        return Exported(wanted, None, taken=True)
    except Exception as error:  # shown as why it was not done
        return Exported(wanted, as_quoth_error(error), taken=False)
    return Exported(wanted, None, taken=False)


def _past(services: Services) -> History:
    """Give the history.

    Raises:
        HistoryError: There is none.
    """
    if services.history is None:
        raise HistoryError("This chat has no history.", "Start it as `quoth`.")
    return services.history
