"""What the session's thread tells the screen; its handlers run in the screen's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from assistant.records import Event
    from assistant.source_state import SourceState
    from assistant.tui.asker import Overview
    from index.errors import QuothError
    from index.positions import LineMap
    from index.records import Document


class Progress(Message):
    """A line about work in progress; empty when it is done."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Opened(Message):
    """The library can be asked."""

    def __init__(self, overview: Overview) -> None:
        super().__init__()
        self.overview = overview


class OpenFailed(Message):
    """The library could not be opened."""

    def __init__(self, error: QuothError) -> None:
        super().__init__()
        self.error = error


class TurnEvent(Message):
    """One event of one question; dropped by the screen if its turn is over."""

    def __init__(self, turn: int, event: Event) -> None:
        super().__init__()
        self.turn = turn
        self.event = event


class NotKept(Message):
    """A reply could not be kept for later; said once."""

    def __init__(self, error: QuothError) -> None:
        super().__init__()
        self.error = error


class HistoryChanged(Message):
    """A reply was kept, or another conversation goes on."""

    def __init__(self, conversation: int | None) -> None:
        """Say which conversation goes on; None for one of which nothing is kept."""
        super().__init__()
        self.conversation = conversation


class SourceLoaded(Message):
    """A document for the source pane; dropped if another was asked for since."""

    def __init__(self, request: int, document: Document, lines: LineMap) -> None:
        super().__init__()
        self.request = request
        self.document = document
        self.lines = lines


class SourceFailed(Message):
    """The document of a citation could not be read from the library."""

    def __init__(self, request: int, error: QuothError) -> None:
        super().__init__()
        self.request = request
        self.error = error


class SourceChecked(Message):
    """What became of a cited file; dropped if another quote was followed since."""

    def __init__(self, request: int, state: SourceState | None) -> None:
        """Take the state; None if it could not be found out."""
        super().__init__()
        self.request = request
        self.state = state
