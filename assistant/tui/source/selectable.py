"""A text that the mouse selects as it is in its document, however it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.scroll_view import ScrollView

if TYPE_CHECKING:
    from textual.events import Click
    from textual.geometry import Offset
    from textual.selection import Selection

    from assistant.tui.source.places import Places


class SelectableText(ScrollView):
    """Knows which place of its document each cell shows; a `View` asks for it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Have no document, and nothing selected."""
        super().__init__(id=id)
        self._places: Places | None = None
        self._selected: tuple[int, int] | None = None

    def place_at(self, x: int, y: int) -> Offset | None:
        """Give the place in the document of a cell of the widget; see `Places`.

        None where there is none, as in a text that draws nothing yet.
        """
        return None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Give the selected text as it is in the document."""
        if self._places is None:
            return None
        start, end = self._places.span_of(selection)
        return self._places.text[start:end], "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self._selected = None
        if selection is not None and self._places is not None:
            self._selected = self._places.span_of(selection)
        self.refresh()

    def select_nothing(self) -> None:
        """Leave only what is selected elsewhere."""
        if self._selected is not None:
            others = self.screen.selections.items()
            self.screen.selections = {key: one for key, one in others if key != self}

    def on_click(self, event: Click) -> None:
        """Select a word by a double click, a line by a triple one."""
        if event.chain not in (2, 3) or self._places is None:
            return
        event.prevent_default()
        event.stop()
        place = self.place_at(event.x, event.y)
        if place is not None:
            by_word = event.chain == 2
            select = self._places.word_at if by_word else self._places.line_at
            self.screen.selections = {self: select(place)}
