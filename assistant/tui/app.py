"""The terminal chat: puts the widgets together and decides what a key does.

The session works in a thread of its own (`SessionThread`); its messages carry the
number of their turn, and those of a turn that is over are dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.widgets import Footer

from assistant.records import Answer
from assistant.tui import wording
from assistant.tui.cards import QuoteCard
from assistant.tui.messages import (
    NotKept,
    Opened,
    OpenFailed,
    Progress,
    SourceFailed,
    SourceLoaded,
    TurnEvent,
)
from assistant.tui.question_box import QuestionBox
from assistant.tui.reading_area import ReadingArea
from assistant.tui.session_thread import SessionThread
from assistant.tui.status import StatusLine
from assistant.tui.welcome import Example, Welcome

if TYPE_CHECKING:
    from textual.screen import Screen

    from assistant.records import Abstention
    from assistant.tui.asker import Keep, OpenSession, Overview

# From this width on, source and conversation stand side by side; from this height on,
# a narrow screen has room for both, one below the other.
WIDE, TALL = 110, 36

_COMMANDS = (
    ("Next quote", "Show the next quote in its source", "walk(1)"),
    ("Previous quote", "Show the quote before in its source", "walk(-1)"),
    ("Source", "Show or hide the source beside the conversation", "toggle_source"),
    ("Without context", "Ask again, read without the conversation", "ask_alone"),
    ("Question", "Go to the question box", "focus_question"),
    ("Quotes", "Go to the quotes of the newest answer", "focus_quotes"),
)


class ChatApp(App[int]):
    """Ask questions; read the answers beside their sources."""

    TITLE = "Quoth"
    CSS_PATH = "chat.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (as Textual declares it)
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-short"),
        (TALL, "-tall"),
    ]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel_question", "Cancel", id="chat.cancel"),
        Binding("escape", "close_source", "Close", id="source.close"),
        Binding("escape", "focus_question", "Back", id="chat.question"),
        Binding("slash,i", "focus_question", "Ask", show=False, id="chat.type"),
        Binding("n,ctrl+n,f3", "walk(1)", "Next", id="citation.next"),
        Binding("p,shift+f3", "walk(-1)", "Previous", False, id="citation.previous"),
        Binding("f4,u", "ask_alone", "Without context", id="chat.alone"),
        Binding("f2,ctrl+o", "toggle_source", "Source", id="source.toggle"),
        *(
            Binding(f"{n}", f"follow_number({n})", f"Quote {n}", False, id=f"quote.{n}")
            for n in range(1, 10)
        ),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="chat.quit"),
    ]

    def __init__(
        self,
        open_session: OpenSession,
        *,
        keep: Keep | None = None,
        earlier: Sequence[Answer | Abstention] = (),
    ) -> None:
        """Build the chat; the session is opened once the first frame is there.

        Args:
            open_session: Makes the session. Runs in the session's thread, and is given
                a function that shows a line about work in progress.
            keep: Takes every reply, to keep it for later. Runs in the same thread.
            earlier: Replies of a conversation that goes on, the oldest first.
        """
        super().__init__()
        self._session = SessionThread(open_session, self.post_message, keep)
        self._earlier = earlier
        self._turn = len(self._earlier)
        self._unfinished: dict[int, str] = {}
        self._overview: Overview | None = None
        self._opening = False

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield StatusLine(id="status")
        yield ReadingArea(id="reading")
        yield QuestionBox(id="question")
        yield Footer(show_command_palette=True)

    def on_mount(self) -> None:
        """Show the first frame, then open the session."""
        self.query_one(QuestionBox).focus()
        self.call_after_refresh(self._restore)
        self.call_after_refresh(self._open)

    def on_unmount(self) -> None:
        """Let the session's thread end."""
        self._session.close()

    # What the session says

    def on_progress(self, message: Progress) -> None:
        """Show how far a long work is."""
        self._show_state(message.text)

    def on_opened(self, message: Opened) -> None:
        """Say what is loaded."""
        self._overview, self._opening = message.overview, False
        self.query_one(Welcome).show_overview(message.overview)
        library = wording.library_line(message.overview)
        self.query_one(StatusLine).show_library(library)
        self._show_state("")

    def on_open_failed(self, message: OpenFailed) -> None:
        """Say why nothing can be asked; the next question tries again."""
        self._opening = False
        self.query_one(Welcome).show_failure(message.error)
        self.query_one(StatusLine).show_state(message.error.title, "failed")

    async def on_turn_event(self, message: TurnEvent) -> None:
        """Show an event, unless its question was cancelled since."""
        if message.turn not in self._unfinished:
            return
        conversation = self._reading.conversation
        if await conversation.show_event(message.turn, message.event):
            self._unfinished.pop(message.turn, None)
            self._show_state("")
            self.refresh_bindings()
            if isinstance(message.event, Answer) and self.size.width >= WIDE:
                self._reading.follow_beside(message.turn)

    def on_not_kept(self, message: NotKept) -> None:
        """Say that this conversation is not kept; it goes on."""
        text = wording.flat(str(message.error))
        self.notify(text, title=message.error.title, severity="warning", markup=False)

    def on_source_loaded(self, message: SourceLoaded) -> None:
        """Pass a document on to the pane."""
        self._reading.on_source_loaded(message)

    def on_source_failed(self, message: SourceFailed) -> None:
        """Pass on why there is no document to see."""
        self._reading.on_source_failed(message)

    # What the reader does

    async def on_question_box_asked(self, message: QuestionBox.Asked) -> None:
        """Put a question to the session; it waits its turn."""
        await self._ask(message.question)

    async def on_example_chosen(self, message: Example.Chosen) -> None:
        """Ask the example."""
        box = self.query_one(QuestionBox)
        box.asked.add(message.question)
        box.focus()
        await self._ask(message.question)

    def on_quote_card_followed(self, message: QuoteCard.Followed) -> None:
        """Show a quote in its source."""
        cards = self._reading.conversation.cards_beside(message.card)
        self._reading.follow(cards, cards.index(message.card))

    def on_reading_area_document_wanted(
        self, message: ReadingArea.DocumentWanted
    ) -> None:
        """Have a document read in the session's thread."""
        self._session.load(message.request, message.cited)

    def on_reading_area_changed(self) -> None:
        """Offer the keys for what is on the screen now."""
        self.refresh_bindings()

    def on_conversation_left_at_end(self) -> None:
        """Go from the last quote to the box below it."""
        self.query_one(QuestionBox).focus()

    def action_cancel_question(self) -> None:
        """Stop the question asked last and put it back into the box."""
        turn, question = self._unfinished.popitem()
        self._session.cancel(turn)
        self.call_later(self._reading.conversation.remove_turn, turn)
        box = self.query_one(QuestionBox)
        box.give_back(question)
        box.focus()
        self.refresh_bindings()

    def action_close_source(self) -> None:
        """Close the source."""
        self._reading.close()

    def action_toggle_source(self) -> None:
        """Open or close the source."""
        self._reading.toggle()

    def action_walk(self, step: int) -> None:
        """Show the quote after or before."""
        self._reading.walk(step)

    def action_follow_number(self, number: int) -> None:
        """Show a quote by its number."""
        self._reading.follow_number(number)

    async def action_ask_alone(self) -> None:
        """Ask the newest question again, read without the conversation."""
        view = self._reading.conversation.turns[-1]
        await self._ask(view.question, follow=False)

    def action_focus_question(self) -> None:
        """Go to the question box."""
        self.query_one(QuestionBox).focus()

    def action_focus_quotes(self) -> None:
        """Go to the newest quotes."""
        self._reading.focus_quotes()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what has something to act on."""
        match action:
            case "cancel_question":
                return bool(self._unfinished)
            case "ask_alone":
                return not self._unfinished and self._reading.conversation.followed
            case "close_source":
                return self._reading.source_is_open
            case "focus_question":
                return not isinstance(self.screen.focused, QuestionBox)
            case "focus_quotes" | "walk" | "toggle_source" | "follow_number":
                return self._reading.source_is_open or bool(self.query(QuoteCard))
        return True

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Add the chat's own actions to the command palette."""
        yield from super().get_system_commands(screen)
        for title, description, action in _COMMANDS:
            yield SystemCommand(title, description, partial(self.run_action, action))

    @property
    def _reading(self) -> ReadingArea:
        return self.query_one(ReadingArea)

    async def _ask(self, question: str, *, follow: bool = True) -> None:
        """Show a question and hand it to the session, behind those before it."""
        self._turn += 1
        self._unfinished[self._turn] = question
        waiting = self._overview is None
        stage = "Waiting for the library…" if waiting else "Searching…"
        await self._reading.conversation.add(self._turn, question, stage)
        self._open()
        self._session.ask(self._turn, question, follow=follow)
        self.refresh_bindings()

    async def _restore(self) -> None:
        """Show the turns of before."""
        if self._earlier:
            await self._reading.conversation.restore(self._earlier)
            for reply in self._earlier:
                self.query_one(QuestionBox).asked.add(reply.question)

    def _open(self) -> None:
        """Open the session, unless a question has made it begin already."""
        if self._opening or self._overview is not None:
            return
        self._opening = True
        self._show_state("opening the library…")
        self._session.open()

    def _show_state(self, text: str) -> None:
        """Show work in progress, or without any how the library is."""
        status = self.query_one(StatusLine)
        if text:
            status.show_state(text)
        elif self._overview is not None:
            status.show_state(wording.encoder_line(self._overview), "ready")
