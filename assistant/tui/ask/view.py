"""The view of the conversation: questions, answers, and their sources beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from assistant.tui import citing, wording
from assistant.tui.ask import keys as ask_keys
from assistant.tui.ask.cards import QuoteCard, Sureness
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.ask.reading_area import ReadingArea
from assistant.tui.ask.welcome import Example, Welcome
from assistant.tui.citing import CitingView
from assistant.tui.messages import SourceChecked

if TYPE_CHECKING:
    from assistant.records import Abstention, Answer, Cited
    from assistant.tui.ask.conversation import Conversation
    from assistant.tui.asker import Earlier
    from assistant.tui.messages import (
        NotKept,
        SourceFailed,
        SourceLoaded,
        TurnEvent,
    )
    from index.errors import QuothError


class AskView(CitingView):
    """Ask questions; read the answers beside their sources."""

    MODE = "ask"
    ABOUT = (
        "Type a question and press Enter. The answer is made of sentences of your"
        " documents, word for word; follow a number to the place it comes from."
    )
    NOTES: ClassVar = ask_keys.NOTES
    BINDINGS: ClassVar[list[BindingType]] = [*ask_keys.BINDINGS, *citing.KEYS]
    COMMANDS_OF_VIEW: ClassVar = ask_keys.COMMANDS

    def __init__(self, earlier: Earlier | None = None) -> None:
        """Build the view.

        Args:
            earlier: A conversation that goes on.
        """
        super().__init__()
        self._earlier = earlier
        self._turn = len(earlier.replies) if earlier else 0
        self._unfinished: dict[int, str] = {}

    def compose_body(self) -> ComposeResult:
        """Put the question box under conversation and source."""
        yield ReadingArea(id="reading")
        yield QuestionBox(id="question")

    def on_mount(self) -> None:
        """Let the reader type at once."""
        self.query_one(QuestionBox).focus()
        if self._earlier is not None:
            self.call_after_refresh(self._restore, self._earlier.replies, self._turn)

    def library_opened(self) -> None:
        """Say what is loaded."""
        overview = self.chat.overview
        if overview is not None:
            self.query_one(Welcome).show_overview(overview)
            self._conversation.library_opened(overview.library.chunks)

    def library_failed(self, error: QuothError) -> None:
        """Say why nothing can be asked."""
        self.query_one(Welcome).show_failure(error)

    async def resume(
        self, conversation: int | None, replies: Sequence[Answer | Abstention]
    ) -> None:
        """Go on with a conversation of before, or begin another.

        Args:
            conversation: Its number in the history; None begins another.
            replies: Its replies, the oldest first.
        """
        for turn in self._unfinished:
            self.chat.session.cancel(turn)
        self._unfinished.clear()
        self._reading.put_away()
        await self._conversation.clear()
        self.chat.session.resume(replies, conversation, self.post_message)
        if replies:
            self._turn += len(replies)
            await self._restore(replies, self._turn)
        self.query_one(QuestionBox).focus()
        self.refresh_bindings()

    # What the session says

    async def on_turn_event(self, message: TurnEvent) -> None:
        """Show an event, unless its question was cancelled since."""
        if message.turn not in self._unfinished:
            return
        if await self._conversation.show_event(message.turn, message.event):
            self._unfinished.pop(message.turn, None)
            self.chat.show_work("")
            self.refresh_bindings()
            if self.has_class("-wide"):
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
        await self.ask(message.question)

    async def ask(self, question: str) -> None:
        """Ask a question as if it had been typed."""
        box = self.query_one(QuestionBox)
        box.asked.add(question)
        box.focus()
        await self._ask(question)

    def on_quote_card_followed(self, message: QuoteCard.Followed) -> None:
        """Show a quote in its source."""
        cards = self._conversation.cards_beside(message.card)
        self._reading.follow(cards, cards.index(message.card))

    def on_sureness_clicked(self, message: Sureness.Clicked) -> None:
        """Show what a probability is made of."""
        self._explain(message.card)

    def on_reading_area_document_wanted(
        self, message: ReadingArea.DocumentWanted
    ) -> None:
        """Have a document read in the session's thread."""
        self.chat.session.load(message.request, message.cited, self.post_message)

    def on_source_checked(self, message: SourceChecked) -> None:
        """Pass on what became of a cited file."""
        self._reading.on_source_checked(message)

    def on_reading_area_state_wanted(self, message: ReadingArea.StateWanted) -> None:
        """Have a file looked at in the session's thread."""
        self.chat.session.run(
            lambda asker: SourceChecked(
                message.request, asker.source_state(message.cited)
            ),
            lambda error: SourceChecked(message.request, None),
            self.post_message,
            wanted=lambda: message.wanted,
        )

    def on_reading_area_changed(self) -> None:
        """Offer the keys for what is on the screen now."""
        self.refresh_bindings()

    def on_conversation_left_at_end(self) -> None:
        """Go from the last quote to the box below it."""
        self.query_one(QuestionBox).focus()

    def citation_at_hand(self) -> Cited | None:
        """Give the quote that the reader is at."""
        has_quotes = self._conversation.has_quotes
        return self._reading.at_hand().quote if has_quotes else None

    def file_left(self, cited: Cited) -> None:
        """Look again at a file that may have been edited."""
        self._reading.check_again()

    def action_cancel_question(self) -> None:
        """Stop the question asked last and put it back into the box."""
        turn, question = self._unfinished.popitem()
        self.chat.session.cancel(turn)
        self.call_later(self._conversation.remove_turn, turn)
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

    def action_why(self) -> None:
        """Show the evidence for the quote that the reader is at."""
        self._explain(self._reading.at_hand())

    async def action_ask_alone(self) -> None:
        """Ask the newest question again, read without the conversation."""
        view = self._conversation.turns[-1]
        await self._ask(view.question, follow=False)

    async def action_new_conversation(self) -> None:
        """Begin another conversation; this one is kept."""
        await self.resume(None, ())

    def action_focus_question(self) -> None:
        """Go to the question box."""
        self.query_one(QuestionBox).focus()

    def action_focus_quotes(self) -> None:
        """Go to the newest quotes."""
        self._reading.focus_quotes()

    def action_focus_source(self) -> None:
        """Go into the source."""
        self._reading.focus_source()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what has something to act on."""
        match action:
            case "cancel_question":
                return bool(self._unfinished)
            case "ask_alone":
                return not self._unfinished and self._conversation.followed
            case "new_conversation":
                return bool(self._conversation.turns)
            case "close_source":
                return self._reading.source_is_open
            case "focus_question":
                return not isinstance(self.focused, QuestionBox)
            case "why":
                return self._conversation.has_quotes
            case "focus_source":
                return self._reading.source_is_alone
            case "focus_quotes":
                return (
                    self._conversation.has_quotes and not self._reading.source_is_alone
                )
            case "walk" | "toggle_source" | "follow_number":
                return self._reading.source_is_open or self._conversation.has_quotes
        return super().check_action(action, parameters)

    def _explain(self, card: QuoteCard) -> None:
        """Show the evidence for a quote; the reader comes back to that walked to."""
        from assistant.tui.ask.why_panel import WhyPanel

        turn = self._conversation.turn_of(card)
        cards = turn.cards
        if turn.reply is None:
            return
        overview = self.chat.overview
        panel = WhyPanel(
            turn.reply,
            cards.index(card),
            reading=turn.reading,
            threshold=overview.threshold if overview else 0.0,
        )

        def come_back(position: int | None) -> None:
            if position is not None and cards[position] is not card:
                self._reading.go_to(cards, position)

        self.app.push_screen(panel, come_back)

    @property
    def _reading(self) -> ReadingArea:
        return self.query_one(ReadingArea)

    @property
    def _conversation(self) -> Conversation:
        return self._reading.conversation

    async def _ask(self, question: str, *, follow: bool = True) -> None:
        """Show a question and hand it to the session, behind those before it."""
        if not self._conversation.is_attached:
            return  # The chat is being left: nothing can be shown any more.
        self._turn += 1
        self._unfinished[self._turn] = question
        self._reading.uncover()
        await self._conversation.add(self._turn, question)
        self.chat.open_library()
        self.chat.session.ask(self._turn, question, self.post_message, follow=follow)
        self.refresh_bindings()

    async def _restore(
        self, replies: Sequence[Answer | Abstention], last_turn: int
    ) -> None:
        """Show the turns of before, the last of that number."""
        await self._conversation.restore(replies, last_turn)
        for reply in replies:
            self.query_one(QuestionBox).asked.add(reply.question)
