"""The conversation: turns below each other, the newest in view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.ask.cards import QuoteCard, TurnView
from assistant.tui.ask.welcome import Welcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.records import Abstention, Answer, Event

# Turns kept on the screen: each is some fifteen widgets, and a question takes Textual
# some 8 ms more for each of them (0.15 s at 6, 0.3 s at 30, 1 s at 100).
MAX_TURNS = 40

# Turns of a resumed conversation that are shown: more would make its reader wait.
RESTORED_TURNS = 30

# Rows from the end within which the view still follows new turns.
_NEAR_END = 3


class Conversation(VerticalScroll, can_focus=False):
    """Holds the turns, and moves between their quotes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "To the quote above", False, id="quotes.up"),
        Binding("down,j", "move(1)", "To the quote below", False, id="quotes.down"),
        Binding(
            "enter",
            "follow",
            "Show source",
            tooltip="Show the quote in its source",
            id="quotes.follow",
        ),
    ]

    class LeftAtEnd(Message):
        """The reader moved on from the last quote."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin without a turn."""
        super().__init__(id=id)
        self._revealed: TurnView | None = None
        """The turn that is kept in view, until the reader looks elsewhere."""
        self._bringing_up = False
        self._passages: int | None = None
        """How many the library has; None until it is open."""
        self._left_out = 0
        """Turns of this conversation that are not on the screen any more."""

    def compose(self) -> ComposeResult:
        """Begin with the first screen."""
        yield Welcome()
        yield Static("", id="left-out", classes="turn-note")

    @property
    def turns(self) -> list[TurnView]:
        """The turns on the screen, the oldest first."""
        return [child for child in self.children if isinstance(child, TurnView)]

    def turn(self, number: int) -> TurnView | None:
        """Find a turn by its number."""
        return next((view for view in self.turns if view.turn == number), None)

    async def add(self, number: int, question: str) -> None:
        """Show a new question, which waits for those before it."""
        self.query_one(Welcome).display = False
        view = TurnView(number, question)
        await self.mount(view)
        self._show_waiting()
        for old in self.turns[:-MAX_TURNS]:
            await old.remove()
            self._leave_out(self._left_out + 1)
        self._reveal(view)

    async def clear(self) -> None:
        """Take all turns away."""
        with self.app.batch_update():
            for view in self.turns:
                await view.remove()
        self._leave_out(0)
        self.query_one(Welcome).display = True

    async def restore(
        self, replies: Sequence[Answer | Abstention], last_turn: int
    ) -> None:
        """Show the newest turns of before, the last in view; say how many are not.

        Args:
            replies: All of them, the oldest first; at least one.
            last_turn: Number of the last.
        """
        self.query_one(Welcome).display = False
        self._leave_out(max(0, len(replies) - RESTORED_TURNS))
        shown = replies[self._left_out :]
        first_turn = last_turn - len(shown) + 1
        views = [TurnView(n, r.question) for n, r in enumerate(shown, first_turn)]
        with self.app.batch_update():
            await self.mount_all(views, after=self.query_one("#left-out"))
            for view, reply in zip(views, shown, strict=True):
                await view.show_event(reply)
        self._reveal(views[-1])

    async def remove_turn(self, number: int) -> None:
        """Take a cancelled question away."""
        view = self.turn(number)
        if view is not None:
            await view.remove()
        self.query_one(Welcome).display = not self.turns
        self._show_waiting()

    async def show_event(self, number: int, event: Event) -> bool:
        """Show an event of a turn.

        Returns:
            Whether the turn is over.
        """
        view = self.turn(number)
        if view is None:
            return True
        near_end = self.scroll_offset.y >= self.max_scroll_y - _NEAR_END
        following = near_end or self._revealed is not None
        over = await view.show_event(event)
        if over:
            self._show_waiting()
        if following:
            self._reveal(view)
        return over

    def library_opened(self, passages: int) -> None:
        """Begin with what waits for the library.

        Args:
            passages: How many it has.
        """
        self._passages = passages
        self._show_waiting()

    @property
    def followed(self) -> bool:
        """Whether the newest question was read with those before it."""
        return bool(self.turns) and self.turns[-1].followed

    @property
    def has_quotes(self) -> bool:
        """Whether there is a quote in any turn."""
        return next(self._cards(), None) is not None

    def newest_cards(self) -> list[QuoteCard]:
        """Give the quotes of the newest turn that has some."""
        cards = (view.cards for view in reversed(self.turns))
        return next((found for found in cards if found), [])

    def cards_beside(self, card: QuoteCard) -> list[QuoteCard]:
        """Give the quotes of the turn that a card is of."""
        return self.turn_of(card).cards

    def turn_of(self, card: QuoteCard) -> TurnView:
        """Give the turn that a card is of."""
        return next(a for a in card.ancestors if isinstance(a, TurnView))

    def mark(self, marked: QuoteCard | None, *, reveal: bool = True) -> None:
        """Show which quote the source pane is at.

        Args:
            marked: The quote; None for no source.
            reveal: Bring it into view.
        """
        for card in self._cards():
            card.mark(card is marked)
        if marked is not None and reveal:
            self.let_go()
            self.scroll_to_widget(marked, animate=False)

    def action_move(self, step: int) -> None:
        """Focus the quote after or before the focused one."""
        cards = list(self._cards())
        focused = self.screen.focused
        if not isinstance(focused, QuoteCard) or focused not in cards:
            return
        self.let_go()
        position = cards.index(focused) + step
        if position >= len(cards):
            self.post_message(self.LeftAtEnd())
        elif position >= 0:
            cards[position].focus()

    def action_follow(self) -> None:
        """Show the focused quote in its source."""
        if isinstance(focused := self.screen.focused, QuoteCard):
            self.post_message(QuoteCard.Followed(focused))

    def _cards(self) -> Iterator[QuoteCard]:
        """Give the quotes of all turns; cheaper than to query the whole tree."""
        for view in self.turns:
            yield from view.cards

    def _leave_out(self, count: int) -> None:
        """Say how many turns there were before those on the screen."""
        self._left_out = count
        line = self.query_one("#left-out", Static)
        line.display = count > 0
        line.update(_left_out_line(count))

    def _show_waiting(self) -> None:
        """Say of each question without an outcome whether it is its turn."""
        unfinished = [view for view in self.turns if view.running]
        for place, view in enumerate(unfinished):
            if place == 0 and self._passages is not None:
                view.begin(self._passages)
                continue
            before = "the question before it" if place else "the library"
            view.wait_for(before, newest=view is unfinished[-1])

    def _reveal(self, view: TurnView) -> None:
        """Bring a turn into view, its question first if it is taller than the view."""
        self._revealed = view
        self.call_after_refresh(self._bring_up)

    def _bring_up(self) -> None:
        if self._revealed is None or not self._revealed.is_attached:
            return
        self._bringing_up = True
        self.scroll_to_widget(
            self._revealed, animate=False, top=True, force=True, immediate=True
        )
        self._bringing_up = False

    def watch_virtual_size(self) -> None:
        """Keep a turn in view while its cards are being laid out, one by one."""
        if self._revealed is not None:
            self.call_after_refresh(self._bring_up)

    def let_go(self) -> None:
        """Leave the view where the reader puts it."""
        self._revealed = None

    def scroll_to(self, *place: Any, **how: Any) -> None:  # noqa: ANN401 (Textual's)
        """Scroll; what did not come from here was the reader's wish."""
        if not self._bringing_up:
            self.let_go()
        super().scroll_to(*place, **how)

    def on_mouse_scroll_up(self) -> None:
        """Leave the view to the wheel."""
        self.let_go()

    def on_mouse_scroll_down(self) -> None:
        """Leave the view to the wheel."""
        self.let_go()


def _left_out_line(count: int) -> Content:
    """Say that more was asked than is shown."""
    text = f"{counted(count, 'earlier question')}: see History (F8)."
    return Content.styled(text, wording.MUTED)
