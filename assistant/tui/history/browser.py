"""Conversations to look through: a search, what it finds, and one of them in short."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.history import work as history_work
from assistant.tui.history.conversations import ConversationList, SearchBox
from assistant.tui.history.preview import ConversationPreview

if TYPE_CHECKING:
    from textual.timer import Timer

    from assistant.history import Conversation
    from assistant.tui.asker import Services

# A key that is held repeats every 30 ms or so: what is passed on the way is not read.
_PAUSE_SECONDS: Final = 0.12

_EMPTY: Final = (
    "No conversations yet.",
    "What you ask in the view Ask is kept here, on this machine only. You can find a"
    " conversation by its words, go on with it, and export it with the place of every"
    " quote.",
    "F5 begins one.",
)


class HistoryBrowser(Vertical):
    """Lists conversations; what is highlighted can be read in short."""

    class Moved(Message):
        """Another conversation is highlighted, or none is."""

    class Chosen(Message):
        """A conversation is to go on."""

        def __init__(self, conversation: Conversation) -> None:
            """Say which: another may be highlighted when this is heard of."""
            super().__init__()
            self.conversation = conversation

    def __init__(self, services: Services, *, id: str | None = None) -> None:  # noqa: A002
        """Show nothing yet.

        Args:
            services: Has the history.
            id: Of the widget.
        """
        super().__init__(id=id)
        self._services = services
        self._going_on: int | None = None
        self._list_request = 0
        """Number of the newest search; what comes of others is dropped."""
        self._listed = 0
        """Number of the search that found what is listed."""
        self._entered = False
        """Whether Enter was pressed before what is typed was found."""
        self._preview_request = 0
        self._words: tuple[str, ...] = ()
        """Searched for in what is listed."""
        self._pauses: dict[str, Timer] = {}

    def compose(self) -> ComposeResult:
        """Put the search above the list, and the preview beside that."""
        yield SearchBox(
            id="history-search",
            placeholder="Search titles, questions and quotes",
            compact=True,
        )
        yield Static("", id="history-note", markup=False)
        with Container(id="history-body"):
            yield ConversationList(id="history-list")
            yield ConversationPreview(id="history-preview")
        yield Static("", id="history-instead", markup=False)

    @property
    def current(self) -> Conversation | None:
        """The highlighted conversation; None if there is none."""
        return self.query_one(ConversationList).current

    def refresh_list(self, going_on: int | None) -> None:
        """Have the list read anew: other programs write to it too.

        Args:
            going_on: Number of the conversation in the view Ask.
        """
        self._going_on = going_on
        self._list_request += 1
        services, request = self._services, self._list_request
        search = self.query_one(SearchBox).value
        self._read("find", lambda: history_work.find(services, request, search))

    def forget_enter(self) -> None:
        """Go on with nothing that is still to be found."""
        self._entered = False

    def go_back(self) -> bool:
        """Take the search back, or leave its box; whether there was one to leave."""
        self.forget_enter()
        box = self.query_one(SearchBox)
        if not (box.value or box.has_focus):
            return False
        if not box.value:
            self.focus_list()
        box.value = ""
        return True

    def focus_list(self) -> None:
        """Let single letters act."""
        self.query_one(ConversationList).focus()

    def focus_search(self) -> None:
        """Let words be typed."""
        self.query_one(SearchBox).focus()

    # What comes of it

    def on_listed(self, message: history_work.Listed) -> None:
        """Show what was found, unless something else was looked for since."""
        if message.request != self._list_request:
            return
        self._words = message.words
        note = self.query_one("#history-note", Static)
        note.update(wording.plain(message.not_kept))
        note.display = bool(message.not_kept)
        found = message.conversations[: history_work.LISTED]
        self._show_count(len(found), more=len(message.conversations) > len(found))
        if found:
            instead = Content()
        elif message.words:
            instead = _nothing_found(self.query_one(SearchBox).value)
        else:
            empty = _EMPTY[:1] if message.not_kept else _EMPTY
            instead = Content("\n\n".join(empty))
        self._show(found, instead)
        self._end_search()

    def on_list_failed(self, message: history_work.ListFailed) -> None:
        """Say why there is no list; the chat goes on."""
        if message.request == self._list_request:
            self._show_count(0, more=False)
            self._show((), wording.failure_content(message.error))
            self._end_search()

    async def on_previewed(self, message: history_work.Previewed) -> None:
        """Show a conversation in short, unless the reader is at another."""
        if message.request != self._preview_request:
            return
        preview = self.query_one(ConversationPreview)
        if isinstance(message.turns, Exception):
            await preview.show_failure(message.turns)
        else:
            await preview.show(message.turns, self._words)

    # What the reader does

    def on_option_list_option_highlighted(
        self, message: OptionList.OptionHighlighted
    ) -> None:
        """Read the conversation once the reader stays there."""
        message.stop()
        self._preview_request += 1
        self._after_pause("preview", self._read_preview)
        self.post_message(self.Moved())

    def on_option_list_option_selected(
        self, message: OptionList.OptionSelected
    ) -> None:
        """Go on with it, unless others were found since."""
        message.stop()
        one = self.query_one(ConversationList).conversation(message.option)
        if one is not None:
            self.post_message(self.Chosen(one))

    def on_input_changed(self, message: Input.Changed) -> None:
        """Search when typing pauses; what is on its way is not wanted any more."""
        message.stop()
        self.forget_enter()
        self._list_request += 1
        self._after_pause("find", lambda: self.refresh_list(self._going_on))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go on with what is highlighted, once what is typed is found."""
        message.stop()
        self._entered = True
        if self._listed == self._list_request:
            self._go_on()

    def on_search_box_moved(self, message: SearchBox.Moved) -> None:
        """Move in the list without leaving the search."""
        listed = self.query_one(ConversationList)
        if message.step > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def _show(self, found: list[Conversation] | tuple[()], instead: Content) -> None:
        """Show a list with its preview, or a text in the place of both."""
        now = datetime.now().astimezone()
        self.query_one(ConversationList).show(found, self._going_on, now)
        text = self.query_one("#history-instead", Static)
        text.update(instead)
        text.display = bool(instead)
        self.query_one("#history-body").display = not instead
        self.post_message(self.Moved())

    def _end_search(self) -> None:
        """Do what waited for the list, if the reader is still at it."""
        self._listed = self._list_request
        if self._entered and self.screen.is_active:
            self._go_on()
        self.forget_enter()

    def _go_on(self) -> None:
        """Go on with what is highlighted."""
        self.forget_enter()
        if self.current is not None:
            self.post_message(self.Chosen(self.current))

    def _show_count(self, count: int, *, more: bool) -> None:
        text = counted(count, "conversation")
        if more:
            text = f"the newest {text}; search for others"
        self.query_one(SearchBox).border_subtitle = text if count else ""

    def _read_preview(self) -> None:
        one = self.current
        if one is not None:
            services, request = self._services, self._preview_request
            number = one.conversation_id
            work = history_work.preview
            self._read("preview", lambda: work(services, request, number))

    def _after_pause(self, what: str, then: Callable[[], None]) -> None:
        """Do something once nobody has asked for it for a moment."""
        if what in self._pauses:
            self._pauses[what].stop()
        self._pauses[what] = self.set_timer(_PAUSE_SECONDS, then)

    def _read(self, group: str, work: Callable[[], Message]) -> None:
        """Do something in a thread; its message comes here."""
        self.run_worker(lambda: self.post_message(work()), group=group, thread=True)


def _nothing_found(search: str) -> Content:
    words = wording.plain(wording.shortened(search.strip(), 80), "bold")
    hint = ("Esc shows all conversations.", wording.MUTED)
    return Content.assemble("No conversation has ", words, ".\n\n", hint)
