"""One turn of the conversation: the question and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
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
from assistant.render.disagreeing import disagreement_line
from assistant.render.outcomes import near_heading
from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.bidi.visual_order import direction_class
from assistant.tui.fitted_line import FittedLine

if TYPE_CHECKING:
    from textual.events import Click
    from textual.widget import Widget

    from assistant.followup import Reading
    from assistant.records import Event, Quote, Reply
    from assistant.render.explaining import Role
    from index.errors import QuothError


class Sureness(Static):
    """How sure Quoth is of an answer; a click asks why."""

    class Clicked(Message):
        """The reader wants to know why."""

        def __init__(self, card: QuoteCard) -> None:
            super().__init__()
            self.card = card

    def __init__(self, probability: float) -> None:
        """Show a probability as a bar and in words."""
        super().__init__(wording.confidence_bar(probability), classes="card-sure")
        self.tooltip = "Why this answer (w)"

    def on_click(self, event: Click) -> None:
        """Ask why; the card is not followed."""
        event.stop()
        card = next(a for a in self.ancestors if isinstance(a, QuoteCard))
        self.post_message(self.Clicked(card))


class QuoteCard(HorizontalGroup, can_focus=True):
    """A quote with its number and source; Enter or a click follows it."""

    class Followed(Message):
        """The reader wants to see the quote in its source."""

        def __init__(self, card: QuoteCard) -> None:
            super().__init__()
            self.card = card

    def __init__(self, quote: Quote, role: Role) -> None:
        """Make the card.

        Args:
            quote: What to show.
            role: As what.
        """
        super().__init__(classes=f"-{role}")
        self.quote = quote
        self.role = role
        self.claimed = role in ("best", "further")
        """Whether it is given as an answer; else it is near one at best."""
        self._is_first = role == "best" or (
            role == "closest" and quote.citation.marker == 1
        )
        number = self._number(followed=False)
        self._marker = Static(number, classes="card-marker", markup=False)

    def compose(self) -> ComposeResult:
        """Put the number beside the quote and its source."""
        yield self._marker
        with VerticalGroup(classes="card-body"):
            text = wording.quote_content(self.quote, lit_style=_LIT[self.role])
            yield Static(text, classes=f"card-quote {direction_class(text)}")
            with HorizontalGroup(classes="card-foot"):
                source = partial(wording.fitted_source_line, self.quote.citation)
                yield FittedLine(source, classes="card-source")
                if self._is_first:
                    yield Sureness(self.quote.probability)
            if not self.claimed and (lacking := wording.lacking_line(self.quote)):
                yield Static(lacking, classes="card-lacking")

    def mark(self, followed: bool) -> None:
        """Show whether the source pane is at this quote."""
        if followed != self.has_class("-followed"):
            self.set_class(followed, "-followed")
            self._marker.update(self._number(followed=followed))

    def _number(self, *, followed: bool) -> str:
        number = self.quote.citation.marker
        return wording.marker(number, near=not self.claimed, followed=followed)

    def on_click(self, event: Click) -> None:
        """Follow the citation, unless the click ended a selection of text."""
        event.stop()
        if not self.screen.get_selected_text():
            self.post_message(self.Followed(self))


# Words of the question: told apart by more than colour.
_LIT = {
    "best": "underline $text-accent",
    "further": "bold $text-accent",
    "closest": "underline $text-accent",
    "near": "underline",
}


class TurnView(VerticalGroup):
    """A question with its stages, and then its one reply."""

    def __init__(self, turn: int, question: str) -> None:
        """Show the question as asked, before anything is known."""
        super().__init__(classes="-running")
        self.turn = turn
        self.question = question
        self.reply: Reply | None = None
        """The answer or abstention, once there is one."""
        self.reading: Reading | None = None
        """How the question was read; None if that is not known."""
        self._stage = Static("", classes="turn-stage", markup=False)
        self._begun = False
        self._found: Retrieved | None = None

    @property
    def running(self) -> bool:
        """Whether there is no outcome yet."""
        return self.has_class("-running")

    @property
    def followed(self) -> bool:
        """Whether the question was read with those before it."""
        return self.reading is not None and self.reading.depends

    @property
    def cards(self) -> list[QuoteCard]:
        """The quotes in the order of their numbers; none while it runs."""
        return [child for child in self.children if isinstance(child, QuoteCard)]

    def compose(self) -> ComposeResult:
        """Show the question and the stage it is in."""
        asked = wording.plain(
            wording.shortened(self.question, wording.QUESTION_CHARACTERS), "bold"
        )
        yield Static(asked, classes=f"turn-question {direction_class(asked)}")
        yield self._stage

    def wait_for(self, for_what: str, *, newest: bool) -> None:
        """Say what it waits for, unless it has begun.

        Args:
            for_what: In a few words.
            newest: No question was asked after it.
        """
        if not self._begun:
            self._stage.update(wording.waiting_line(for_what, newest=newest))

    def begin(self, passages: int) -> None:
        """Say that it is searched for, unless it has begun.

        Args:
            passages: How many the library has.
        """
        if not self._begun:
            self._begun = True
            doing = f"searching {counted(passages, 'passage')}"
            self._show_stage((), doing, ("weighing", "choosing"))

    async def show_event(self, event: Event) -> bool:
        """Show how far the question is.

        Returns:
            Whether it was the last event.
        """
        self._begun = True
        match event:
            case Understood():
                self.reading = event.reading
            case Retrieved():
                self._found = event
                doing = "weighing their sentences"
                self._show_stage((_found_line(event),), doing, ("choosing",))
            case Weighed():
                sentences = counted(event.sentence_count, "sentence")
                found = () if self._found is None else (_found_line(self._found),)
                self._show_stage((*found, sentences), "choosing", ())
            case Answer():
                self._take(event)
                await self._finish("-answer", _answer(event, self._found))
            case Abstention():
                self._take(event)
                outcome = "-closest" if event.closest else "-abstention"
                await self._finish(outcome, _abstention(event, self._found))
            case Failure():
                await self.show_failure(event.error)
        return not self.running

    async def show_failure(self, error: QuothError) -> None:
        """Show that and why the question could not be answered."""
        content = wording.failure_content(error)
        await self._finish("-failure", [Static(content, classes="turn-failure")])

    def _take(self, reply: Reply) -> None:
        """Keep the reply; one of before says itself how its question was read."""
        self.reply = reply
        self.reading = self.reading or reply.reading

    def _show_stage(self, done: Iterable[str], doing: str, left: Iterable[str]) -> None:
        self._stage.update(wording.stages_line(tuple(done), doing, tuple(left)))

    async def _finish(self, outcome: str, widgets: Iterable[Widget]) -> None:
        self.remove_class("-running")
        self.add_class(outcome)
        await self._stage.remove()
        await self.mount_all([*self._taken_over(), *widgets])

    def _taken_over(self) -> Iterable[Widget]:
        """Say what the question took over from those before it."""
        if self.reading is not None:
            yield from _notes(wording.reading_line(self.reading))


def _found_line(found: Retrieved) -> str:
    passages = counted(found.chunk_count, "passage")
    return f"{passages} of {counted(found.document_count, 'document')}"


def _answer(answer: Answer, found: Retrieved | None) -> Iterable[Widget]:
    """Make the widgets of an answer, the best quote first."""
    yield from _notes(wording.correction_line(answer))
    for number, quote in enumerate(answer.quotes):
        yield QuoteCard(quote, "further" if number else "best")
    for one in answer.disagreements:
        yield from _notes(Content(disagreement_line(one)))
    yield from _notes(wording.uncovered_line(answer))
    yield from _notes(wording.answered_line(answer, found), "turn-took")


def _abstention(abstention: Abstention, found: Retrieved | None) -> Iterable[Widget]:
    """Make the widgets of an abstention: plainly no claim, and what is nearest."""
    lines = [
        wording.abstention_title(abstention),
        wording.uncovered_line(abstention),
        wording.correction_line(abstention),
    ]
    text = Content("\n").join(line for line in lines if line)
    role: Role = "closest" if abstention.closest else "near"
    outcome = "turn-closest" if abstention.closest else "turn-abstention"
    yield Static(text, classes=outcome)
    yield from _notes(Content(near_heading(abstention)))
    for quote in abstention.near_misses:
        yield QuoteCard(quote, role)
    yield from _notes(wording.answered_line(abstention, found), "turn-took")


def _notes(content: Content, classes: str = "turn-note") -> Iterable[Widget]:
    """Make a quiet line, or nothing for no text."""
    if content:
        yield Static(content, classes=classes)
