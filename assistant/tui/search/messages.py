"""What the session's thread tells the view Search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from assistant.finding import SearchOutcome
    from index.errors import QuothError


class Searched(Message):
    """What a query found; dropped if another was typed since."""

    def __init__(self, number: int, outcome: SearchOutcome) -> None:
        super().__init__()
        self.number = number
        self.outcome = outcome


class SearchFailed(Message):
    """Why a query could not be looked for; dropped if another was typed since."""

    def __init__(self, number: int, error: QuothError) -> None:
        super().__init__()
        self.number = number
        self.error = error


class NamesRead(Message):
    """The names of all documents; none if they could not be read."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names
