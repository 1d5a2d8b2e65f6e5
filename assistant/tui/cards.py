"""One turn of the conversation: the question and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.records import (
    Abstention,
    Answer,
    Failure,
    Retrieved,
    Understood,
    Weighed,
)
from assistant.render.plural import counted
from assistant.tui import wording

if TYPE_CHECKING:
    from textual.events import Click
    from textual.widget import Widget

    from assistant.followup import Reading
    from assistant.records import Event, Quote
    from index.errors import QuothError


class QuoteCard(HorizontalGroup, can_focus=True):
    """A quote with its number and source; Enter or a click follows it."""

    class Followed(Message):
        """The reader wants to see the quote in its source."""

        def __init__(self, card: QuoteCard) -> None:
            super().__init__()
            self.card = card

    def __init__(self, quote: Quote, *, near: bool = False, best: bool = False) -> None:
        """Make the card.

        Args:
            quote: What to show.
            near: It is no answer, only the nearest there is.
            best: It is the first quote of an answer.
        """
        super().__init__()
        self.quote = quote
        self.near = near
        self.set_class(near, "-near")
        self.set_class(best, "-best")

    def compose(self) -> ComposeResult:
        """Put the number beside the quote and its source."""
        lit = "underline" if self.near else "bold $text-accent"
        text = wording.quote_content(self.quote, lit_style=lit)
        marker = f"{self.quote.citation.marker}"
        with VerticalGroup(classes="card-number"):
            yield Static(marker, classes="card-marker", markup=False)
        with VerticalGroup(classes="card-body"):
            yield Static(text, classes="card-quote")
            source = wording.source_line(self.quote.citation)
            yield Static(source, classes="card-source")

    def on_click(self, event: Click) -> None:
        """Follow the citation, unless the click ended a selection of text."""
        event.stop()
        if not self.screen.get_selected_text():
            self.post_message(self.Followed(self))


class TurnView(VerticalGroup):
    """A question with its stages, and then its one reply."""

    def __init__(self, turn: int, question: str) -> None:
        """Show the question as asked, before anything is known."""
        super().__init__(classes="-running")
        self.turn = turn
        self.question = question
        self._stage = Static("", classes="turn-stage", markup=False)
        self._reading: Reading | None = None

    @property
    def followed(self) -> bool:
        """Whether the question was read with those before it."""
        return self._reading is not None and self._reading.depends

    @property
    def cards(self) -> list[QuoteCard]:
        """The quotes in the order of their numbers; none while it runs."""
        return list(self.query(QuoteCard))

    def compose(self) -> ComposeResult:
        """Show the question and the stage it is in."""
        asked = wording.shortened(self.question, wording.QUESTION_CHARACTERS)
        yield Static(wording.plain(asked, "bold"), classes="turn-question")
        yield self._stage

    def set_stage(self, text: str) -> None:
        """Say what is being done."""
        self._stage.update(text)

    async def show_event(self, event: Event) -> bool:
        """Show how far the question is.

        Returns:
            Whether it was the last event.
        """
        match event:
            case Understood():
                self._reading = event.reading
                self.set_stage("Searching…")
            case Retrieved():
                passages = counted(event.chunk_count, "passage")
                documents = counted(event.document_count, "document")
                self.set_stage(f"Weighing {passages} of {documents}…")
            case Weighed():
                sentences = counted(event.sentence_count, "sentence")
                self.set_stage(f"Choosing from {sentences}…")
            case Answer():
                await self._finish("-answer", _answer(event))
            case Abstention():
                await self._finish("-abstention", _abstention(event))
            case Failure():
                await self.show_failure(event.error)
        return isinstance(event, (Answer, Abstention, Failure))

    async def show_failure(self, error: QuothError) -> None:
        """Show that and why the question could not be answered."""
        content = wording.failure_content(error)
        await self._finish("-failure", [Static(content, classes="turn-failure")])

    async def _finish(self, outcome: str, widgets: Iterable[Widget]) -> None:
        self.remove_class("-running")
        self.add_class(outcome)
        await self._stage.remove()
        await self.mount_all([*self._taken_over(), *widgets])

    def _taken_over(self) -> Iterable[Widget]:
        """Say what the question took over from those before it."""
        if self._reading is not None:
            yield from _notes(wording.reading_line(self._reading))


def _answer(answer: Answer) -> Iterable[Widget]:
    """Make the widgets of an answer, the best quote first."""
    yield from _notes(wording.correction_line(answer))
    for number, quote in enumerate(answer.quotes):
        yield QuoteCard(quote, best=number == 0)
    yield from _notes(wording.uncovered_line(answer))
    yield Static(wording.confidence_line(answer), classes="turn-confidence")


def _abstention(abstention: Abstention) -> Iterable[Widget]:
    """Make the widgets of an abstention: plainly no answer, and what is nearest."""
    yield Static(wording.abstention_title(abstention), classes="turn-abstention")
    yield from _notes(wording.correction_line(abstention))
    yield from _notes(wording.uncovered_line(abstention))
    if abstention.near_misses:
        yield from _notes(Content("Nearest, but no answer:"))
    for quote in abstention.near_misses:
        yield QuoteCard(quote, near=True)


def _notes(content: Content) -> Iterable[Widget]:
    """Make a quiet line, or nothing for no text."""
    if content:
        yield Static(content, classes="turn-note")
