"""The pane with the source of a citation: where it stands, and the text itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, get_args

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, Vertical
from textual.content import Content
from textual.widgets import Static

from assistant.records import Quote
from assistant.source_state import Condition
from assistant.tui import wording
from assistant.tui.fitted_line import FittedLine
from assistant.tui.source.body import SourceBody
from assistant.tui.source.lighting import Lighting
from assistant.tui.status import VIEWS
from index.errors import SourceChanged

if TYPE_CHECKING:
    from assistant.records import Citation, Cited
    from assistant.source_state import SourceState
    from index.errors import QuothError
    from index.positions import LineMap
    from index.records import Document


class SourcePane(Vertical):
    """Shows one quote of a series in the whole of its document."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty and closed."""
        super().__init__(id=id)
        self._quotes: Sequence[Cited] = ()
        self._position = 0
        self._loaded: tuple[Document, LineMap] | None = None

    def compose(self) -> ComposeResult:
        """Put the place above the text."""
        with HorizontalGroup(id="source-head"):
            yield Static("", id="source-title", markup=False)
            yield Static("", id="source-state", markup=False)
        yield FittedLine(id="source-place")
        yield Static("", id="source-note", markup=False)
        yield SourceBody(id="source-body")

    def announce(self, quotes: Sequence[Cited], position: int) -> None:
        """Say what will be shown, before its document is read."""
        self._quotes, self._position = quotes, position
        citation = quotes[position].citation
        count = f"{citation.marker} of {len(quotes)}"
        title = wording.plain(citation.document.title, "bold")
        self.query_one("#source-title", Static).update(title)
        place = partial(_place, f" {count} ", citation)
        self.query_one("#source-place", FittedLine).show(place)
        self._show_state(None)

    def forget(self) -> None:
        """Show no text until the document of the announced quote is there."""
        self._loaded = None
        self.query_one(SourceBody).wait()

    def show(self, document: Document, lines: LineMap) -> None:
        """Show the document of the announced quote, if it is where it was."""
        self._loaded = (document, lines)
        quote = self._quotes[self._position]
        if document.text[quote.citation.start : quote.citation.end] != quote.text:
            name = quote.citation.document.name
            self.show_failure(
                SourceChanged(
                    f"{name} is read otherwise now than when it was quoted.",
                    "Ask again to have it quoted as it is now.",
                )
            )
            return
        self.query_one(SourceBody).show(document, lines, self.lighting())

    def lighting(self) -> Lighting:
        """Say what is lit in the document of the announced quote."""
        return _lighting(self._quotes, self._position)

    def show_again(self) -> None:
        """Show the announced quote in the document that is there already."""
        if self._loaded is not None:
            self.show(*self._loaded)

    def show_state(self, state: SourceState) -> None:
        """Show what became of the announced quote's file since it was indexed."""
        self._show_state(state)

    def show_failure(self, error: QuothError) -> None:
        """Show why the document cannot be shown."""
        self.query_one(SourceBody).show_failure(wording.failure_content(error))

    def _show_state(self, state: SourceState | None) -> None:
        """Show the state in a word or two, and what follows from it in a line.

        Args:
            state: None while it is not known.
        """
        citation = self._quotes[self._position].citation
        said = _in_words(state, citation) if state else ""
        note = _note(state) if state else Content("")
        word = self.query_one("#source-state", Static)
        word.update(said)
        for condition in get_args(Condition):
            is_it = state is not None and state.condition == condition
            word.set_class(is_it, f"-{condition}")
        line = self.query_one("#source-note", Static)
        line.update(note)
        line.display = bool(note)


def _place(count: str, citation: Citation, width: int) -> Content:
    """Say which quote of how many it is, and where it stands."""
    left = width - len(count) - 1
    line = wording.fitted_source_line(citation, left, whole_path=True)
    return Content.assemble((count, "$text-accent"), " ", line)


def _lighting(quotes: Sequence[Cited], position: int) -> Lighting:
    """Light the followed quote, and more softly the others of its document."""
    quote = quotes[position]
    citation = quote.citation
    context = None
    if (
        isinstance(quote, Quote)
        and quote.context_start is not None
        and quote.context_before is not None
    ):
        context = (quote.context_start, quote.context_start + len(quote.context_before))
    others = tuple(
        (other.citation.start, other.citation.end)
        for other in quotes
        if other is not quote and other.citation.document == citation.document
    )
    return Lighting((citation.start, citation.end), context, others)


def _in_words(state: SourceState, citation: Citation) -> str:
    """Say in a few words what became of a file."""
    match state.condition:
        case "moved" if (state.line, state.page) == (citation.line, citation.page):
            return "changed elsewhere"
        case "moved":
            page = "" if state.page is None else f", p. {state.page}"
            return f"moved to line {state.line}{page}"
        case "missing":
            return "file is gone"
        case condition:
            return condition


def _note(state: SourceState) -> Content:
    """Say what follows from it for the reader; empty for nothing."""
    key, library = VIEWS["library"]
    sync = f"{library} ({key}) brings it up to date."
    match state.condition:
        case "moved":
            return Content(f"Shown as it was indexed. {sync}")
        case "changed" if state.reason:
            return wording.plain(f"Shown as it was indexed. {state.reason} {sync}")
        case "changed":
            return Content(f"The quote is no longer in the file. {sync}")
        case "missing":
            return Content("Shown as it was indexed.")
        case "unreadable":
            return wording.plain(f"Shown as it was indexed. {state.reason}")
        case _:
            return Content("")
