"""The boxes of the view Search: what is looked for, where, and what counts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from index.records import SearchMode

MODES: Final[dict[SearchMode, tuple[str, str]]] = {
    "hybrid": ("Both", "Passages with these words, and those that mean the same."),
    "lexical": ("Words", "Passages with these words; rare words count more."),
    "semantic": ("Meaning", "Passages that mean the same, whatever their words."),
}
"""What counts in a search: its name and what it finds, in the order of the tabs."""


class SearchBox(Input):
    """A line to type in, as the style sheet has it."""


class QueryBox(SearchBox):
    """What is looked for; keys that mean nothing in a line go through the results."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.move(-1)", "Up", show=False, id="search.up"),
        Binding("down", "screen.move(1)", "Down", show=False, id="search.down"),
        Binding("pageup", "screen.page(-1)", "Page up", False, id="search.page_up"),
        Binding("pagedown", "screen.page(1)", "Page down", False, id="search.page"),
        Binding("enter", "screen.open", "Open", id="search.open"),
        Binding("tab", "screen.focus_results", "Results", False, id="search.results"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(id=id, placeholder="Search your documents…")


class FilterBox(SearchBox):
    """Where it is looked for: a glob, or a part of a name; Tab completes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.focus_query", "Search", id="filter.done"),
        Binding("tab", "complete", "Complete", show=False, id="filter.complete"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty: everywhere."""
        self.names = Names()
        super().__init__(id=id, placeholder="in all documents", suggester=self.names)
        self.tooltip = "Names to search in: report, notes/*, *.pdf (Alt+I)"

    def action_complete(self) -> None:
        """Take the completion, or without any move on."""
        completed = self.names.complete(self.value)
        if completed is None or completed == self.value:
            self.screen.focus_next()
        else:
            self.value = completed
            self.cursor_position = len(completed)


class Names(Suggester):
    """Completes names of documents, a folder at a time."""

    def __init__(self) -> None:
        """Know no names yet."""
        super().__init__(use_cache=False, case_sensitive=True)
        self._names: list[tuple[str, str]] = []

    def set(self, names: Sequence[str]) -> None:
        """Take the names there are."""
        self._names = sorted((name.casefold(), name) for name in names)

    def complete(self, typed: str) -> str | None:
        """Give the first name that begins so, up to its next folder; None for none."""
        folded = typed.casefold()
        place = bisect_left(self._names, (folded, ""))
        if not folded or place == len(self._names):
            return None
        key, name = self._names[place]
        # Folding changes the length of some letters: such names are not completed.
        if not key.startswith(folded) or len(key) != len(name):
            return None
        folder = name.find("/", len(typed))
        return name if folder < 0 else name[: folder + 1]

    async def get_suggestion(self, value: str) -> str | None:
        """Give the completion of what is typed."""
        return self.complete(value)


class ModeTab(Static):
    """What counts in a search; a click chooses it."""

    class Chosen(Message):
        """The reader wants this to count."""

        def __init__(self, mode: SearchMode) -> None:
            super().__init__()
            self.mode: SearchMode = mode

    def __init__(self, mode: SearchMode) -> None:
        """Name a mode."""
        name, finds = MODES[mode]
        super().__init__(name, markup=False)
        self.mode: SearchMode = mode
        self.tooltip = f"{finds} (Alt+M)"

    def on_click(self) -> None:
        """Choose it."""
        self.post_message(self.Chosen(self.mode))
