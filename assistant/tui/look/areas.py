"""What the keys of the chat belong to, and where on a view they act."""

from __future__ import annotations

from typing import Final, NamedTuple


class Area(NamedTuple):
    """A group of keys on the help screen."""

    title: str
    mode: str
    """The only view it is in; empty if it is in several, or in a dialog."""


AREAS: Final = {
    "question": Area("Question box", "ask"),
    "example": Area("First screen", "ask"),
    "quotes": Area("Answers", "ask"),
    "quote": Area("Answers", "ask"),
    "citation": Area("Answers", "ask"),
    "cited": Area("Quote at hand", ""),
    "source": Area("Source", ""),
    "why": Area("Why this answer", "ask"),
    "search": Area("Search", "search"),
    "filter": Area("Search", "search"),
    "results": Area("Search", "search"),
    "result": Area("Search", "search"),
    "library": Area("Library", "library"),
    "list": Area("Library", "library"),
    "history": Area("History", "history"),
    "view": Area("Views", ""),
    "chat": Area("Everywhere", ""),
    "confirm": Area("Dialogs", ""),
    "prompt": Area("Dialogs", ""),
    "help": Area("Dialogs", ""),
    "theme": Area("Dialogs", ""),
}
"""By the part of an id before its dot, in the order of the help screen."""

PLACES: Final = {
    "Conversation": "Quotes",
    "ConversationList": "List",
    "FilterBox": "Filter",
    "FilterInput": "Filter",
    "PathInput": "Path box",
    "QueryBox": "Search box",
    "ResultList": "Results",
    "SearchBox": "Search box",
    "SourceText": "Text of a document",
    "Table": "List",
}
"""What the help calls a part of a view, by its class: its keys act only while it has
the focus, those of the area everywhere in the view."""
