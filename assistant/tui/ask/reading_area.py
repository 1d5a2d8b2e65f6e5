"""Conversation and source pane together: following citations from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message

from assistant.tui.ask.cards import QuoteCard
from assistant.tui.ask.conversation import Conversation
from assistant.tui.source.pane import SourcePane
from assistant.tui.source.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.records import Cited, DocumentRef
    from assistant.tui.messages import SourceChecked, SourceFailed, SourceLoaded

_OPEN = "-source"


class ReadingArea(Container):
    """Keeps which quote is followed; the app fetches the documents."""

    class DocumentWanted(Message):
        """The source pane needs a document; answered with `request` in it."""

        def __init__(self, request: int, cited: DocumentRef) -> None:
            super().__init__()
            self.request = request
            self.cited = cited

    class StateWanted(Message):
        """The source pane needs the state of a file; answered with `request` in it."""

        def __init__(self, request: int, cited: Cited, area: ReadingArea) -> None:
            super().__init__()
            self.request = request
            self.cited = cited
            self._area = area

        @property
        def wanted(self) -> bool:
            """Whether no other quote was followed since."""
            return self._area.request == self.request

    class Changed(Message):
        """The pane was opened or closed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin with the pane closed."""
        super().__init__(id=id)
        self._cards: Sequence[QuoteCard] = ()
        self._position = 0
        self.request = 0
        """Number of what was asked for last."""
        self._document_request = 0
        self._loaded: DocumentRef | None = None
        """The document in the pane, or on its way there."""
        self.opens_by_itself = True
        """Whether an answer opens the pane; not after the reader has closed it."""

    def compose(self) -> ComposeResult:
        """Put the source after the conversation."""
        yield Conversation(id="conversation")
        yield SourcePane(id="source")

    @property
    def conversation(self) -> Conversation:
        """The turns."""
        return self.query_one(Conversation)

    @property
    def source(self) -> SourcePane:
        """The pane."""
        return self.query_one(SourcePane)

    @property
    def source_is_open(self) -> bool:
        """Whether the pane is on the screen."""
        return self.has_class(_OPEN)

    @property
    def followed(self) -> QuoteCard | None:
        """The card whose quote was shown last, while it is on the screen."""
        if self._position < len(self._cards):
            card = self._cards[self._position]
            return card if card.is_attached else None
        return None

    def follow(
        self, cards: Sequence[QuoteCard], position: int, *, reveal: bool = True
    ) -> None:
        """Show a quote in its source, one of a series to walk through.

        Args:
            cards: The series.
            position: Of the quote in it.
            reveal: Bring its card into view; a new answer is in view already.
        """
        self._cards, self._position = cards, position
        self.opens_by_itself = True
        card_had_focus = isinstance(self.screen.focused, QuoteCard)
        if not self.source_is_open:
            self._show_source(True)
            self.post_message(self.Changed())
        card = cards[position]
        self.source.announce([other.quote for other in cards], position)
        self.conversation.mark(card, reveal=reveal)
        if card_had_focus:
            self.call_after_refresh(self._focus_followed, card)
        self._fetch(card)

    def follow_beside(self, turn: int) -> None:
        """Show the best quote of a new answer, unless the reader closed the pane.

        So it is with what is perhaps an answer, for the reader to judge. A near miss
        does not open it, but takes the place of what was asked before.
        """
        view = self.conversation.turn(turn)
        if view is None or not view.cards:
            return
        near = view.cards[0].role == "near"
        if self.source_is_open if near else self.opens_by_itself:
            self.follow(view.cards, 0, reveal=False)

    def uncover(self) -> None:
        """Close the pane where it covers a question that was just asked."""
        if not self.conversation.display:
            self.put_away()

    def put_away(self) -> None:
        """Close the pane; unlike `close`, it says nothing of what the reader wants."""
        if self.source_is_open:
            self._show_source(False)
            self.conversation.mark(None)
            self.post_message(self.Changed())

    def follow_number(self, number: int) -> None:
        """Show a quote by its number, of the answer that the reader is at."""
        focused = self.screen.focused
        if isinstance(focused, QuoteCard):
            cards: Sequence[QuoteCard] = self.conversation.cards_beside(focused)
        elif self.source_is_open and self.followed is not None:
            cards = self._cards
        else:
            cards = self.conversation.newest_cards()
        if 1 <= number <= len(cards):
            self.follow(cards, number - 1)

    def at_hand(self) -> QuoteCard:
        """Give the quote that the reader is at: focused, followed, or the newest best.

        One that is followed counts if the reader is in its source, or has asked nothing
        since. There must be a quote in the conversation.
        """
        focused = self.screen.focused
        if isinstance(focused, QuoteCard):
            return focused
        newest = self.conversation.newest_cards()
        followed = self.followed if self.source_is_open else None
        if followed is not None and (
            followed in newest or self.source.has_focus_within
        ):
            return followed
        return newest[0]

    def go_to(self, cards: Sequence[QuoteCard], position: int) -> None:
        """Be at a quote: in its source if that is open, else in the conversation."""
        if self.source_is_open:
            self.follow(cards, position)
        else:
            cards[position].focus()

    def walk(self, step: int) -> None:
        """Show the quote after or before; after the last comes the first."""
        if self.source_is_open and self.followed is not None:
            self.follow(self._cards, (self._position + step) % len(self._cards))
        elif cards := self.conversation.newest_cards():
            self.follow(cards, 0 if step > 0 else len(cards) - 1)

    def toggle(self) -> None:
        """Close the pane, or open it at the quote that the reader is at.

        That is the focused one, else the one of the newest answer that was followed
        last, else the best of that.
        """
        if self.source_is_open:
            self.close()
            return
        followed, cards = self.followed, self.conversation.newest_cards()
        focused = self.screen.focused
        if isinstance(focused, QuoteCard):
            cards = self.conversation.cards_beside(focused)
            self.follow(cards, cards.index(focused))
        elif followed in cards:
            self.follow(self._cards, self._position)
        elif cards:
            self.follow(cards, 0)

    def close(self) -> None:
        """Close the pane; the focus goes back to the card it came from."""
        inside = self.source.has_focus_within
        self.put_away()
        self.opens_by_itself = False
        if inside and self.followed is not None:
            self.call_after_refresh(self.followed.focus)

    @property
    def source_is_alone(self) -> bool:
        """Whether there is a source, and beside it no quote to go to."""
        if not self.conversation.display:
            return True
        return self.source_is_open and not self.conversation.newest_cards()

    def focus_source(self) -> None:
        """Go into the source."""
        self.query_one(SourceText).focus()

    def focus_quotes(self) -> None:
        """Go to the newest quotes."""
        self.conversation.newest_cards()[0].focus()

    def on_source_loaded(self, message: SourceLoaded) -> None:
        """Show a document, unless another was asked for since."""
        if message.request == self._document_request:
            self.source.show(message.document, message.lines)

    def on_source_failed(self, message: SourceFailed) -> None:
        """Show why there is no document to see."""
        if message.request == self._document_request:
            self._loaded = None
            self.source.show_failure(message.error)

    def on_source_checked(self, message: SourceChecked) -> None:
        """Show what became of the file, unless another quote was followed since."""
        if message.request == self.request and message.state is not None:
            self.source.show_state(message.state)

    def check_again(self) -> None:
        """Look again what became of the file of the quote on the screen."""
        if self.source_is_open and self.followed is not None:
            self.request += 1
            cited = self.followed.quote
            self.post_message(self.StateWanted(self.request, cited, self))

    def _show_source(self, shown: bool) -> None:
        """Open or close the pane; its and the conversation's own styles hang on it.

        Those of the cards do not: to work them out again takes 0.3 s for 30 turns.
        """
        self.set_class(shown, _OPEN, update=False)
        self.app.stylesheet.update_nodes((self.conversation, self.source))

    def _fetch(self, card: QuoteCard) -> None:
        """Ask for the card's document, and whether its file is still the same.

        A document that is there already is shown at once.
        """
        document = card.quote.citation.document
        self.request += 1
        if self._loaded == document:
            self.source.show_again()
        else:
            self._loaded, self._document_request = document, self.request
            self.source.forget()
            self.post_message(self.DocumentWanted(self.request, document))
        self.post_message(self.StateWanted(self.request, card.quote, self))

    def _focus_followed(self, card: QuoteCard) -> None:
        """Focus the card, or the source where that covers the conversation."""
        if self.source_is_open and not self.conversation.display:
            self.query_one(SourceText).focus()
        else:
            card.focus()
