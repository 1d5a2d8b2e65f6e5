"""The view of past conversations: found, read in short, gone on with, taken along."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from assistant.tui import wording
from assistant.tui.history import work as history_work
from assistant.tui.history.browser import HistoryBrowser
from assistant.tui.history.changes import Changes
from assistant.tui.history.prompt import Prompt
from assistant.tui.history.resuming import Resuming
from assistant.tui.view import Command, View

if TYPE_CHECKING:
    from textual.message import Message

    from assistant.history import Conversation
    from index.errors import QuothError

_ON_ONE: Final = ("rename", "delete", "export", "resume")
_OF_LIST: Final = ("search", "back", "new_conversation")


class HistoryView(View):
    """Find conversations of before; resume, rename, export or delete them."""

    MODE = "history"
    ABOUT = (
        "Every conversation is kept here, on this machine only, the newest first. Type"
        " / to search titles, questions and quotes; Enter goes on with the highlighted"
        " conversation in the view Ask."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{key},alt+{key}", action, name, id=f"history.{action}")
            for key, action, name in (
                ("r", "rename", "Rename"),
                ("d", "delete", "Delete"),
                ("x", "export", "Export"),
            )
        ),
        Binding("delete", "delete", "Delete", show=False, id="history.remove"),
        Binding("slash", "search", "Search", id="history.search"),
        Binding("f9,plus", "new_conversation", "New", id="history.new"),
        Binding("escape", "back", "Back", show=False, id="history.back"),
    ]
    COMMANDS_OF_VIEW: ClassVar = (
        Command("Resume", "Go on with the highlighted conversation", "resume"),
        Command("Rename", "Give the conversation another title", "rename"),
        Command("Export", "Write the conversation to a file", "export"),
        Command("Delete", "Delete the conversation for good", "delete"),
        Command("Search", "Search titles, questions and quotes", "search"),
        Command("New conversation", "Begin another conversation", "new_conversation"),
    )

    def __init__(self) -> None:
        """Show nothing yet; the list is read whenever the view is shown."""
        super().__init__()
        self._resuming = Resuming(self)
        self._changes = Changes(self)

    def compose_body(self) -> ComposeResult:
        """Put what is asked under what it is asked of."""
        yield HistoryBrowser(self.chat.services, id="history-browser")
        yield Prompt(id="history-prompt")

    # What is told

    def on_mount(self) -> None:
        """Let single letters act at once."""
        self._browser.focus_list()

    def on_screen_resume(self) -> None:
        """Read the list anew; what was typed before the view was left is past."""
        self._browser.forget_enter()
        self.refresh_list()

    def history_changed(self) -> None:
        """Follow what was kept."""
        self.refresh_list()

    def library_opened(self) -> None:
        """Go on with what waited for it."""
        self._resuming.library_opened()

    def library_failed(self, error: QuothError) -> None:
        """Stay with the library that is open."""
        self._resuming.library_failed(error)

    def on_changed(self, message: history_work.Changed) -> None:
        """Follow what was done."""
        if message.said:
            self.say(message.said)
        self.refresh_list()

    def on_exported(self, message: history_work.Exported) -> None:
        """Say where the export is, or ask what to do instead."""
        self._changes.exported(message)

    def on_read(self, message: history_work.Read) -> None:
        """Go on with a conversation, over its library."""
        self._resuming.begin(message.conversation, message.turns)

    def on_not_done(self, message: history_work.NotDone) -> None:
        """Say why something could not be done."""
        self.say_error(message.error)
        self.refresh_list()

    # What the reader does

    def on_history_browser_moved(self) -> None:
        """Offer the keys for what is highlighted now."""
        self.refresh_bindings()

    def on_history_browser_chosen(self, message: HistoryBrowser.Chosen) -> None:
        """Go on with it, once nothing is asked any more."""
        if self._prompt.is_open:
            self._prompt.focus_line()
        else:
            self._resume(message.conversation)

    def on_prompt_closed(self) -> None:
        """Go back to the list."""
        self._browser.focus_list()
        self.refresh_bindings()

    def action_search(self) -> None:
        """Go to the search."""
        self._browser.focus_search()

    def action_back(self) -> None:
        """Leave what is asked, the search, then the view."""
        if self._prompt.is_open:
            self._prompt.close()
        elif not self._browser.go_back():
            self.chat.switch_mode("ask")

    async def action_new_conversation(self) -> None:
        """Begin another conversation in the view Ask."""
        await self.chat.resume(None, ())

    def action_resume(self) -> None:
        """Go on with the highlighted conversation in the view Ask."""
        one = self._browser.current
        if one is not None:
            self._resume(one)

    def action_rename(self) -> None:
        """Ask for another title of the highlighted conversation."""
        self._ask(self._changes.rename)

    def action_delete(self) -> None:
        """Ask whether to delete the highlighted conversation."""
        self._ask(self._changes.delete)

    def action_export(self) -> None:
        """Ask for the file to write the highlighted conversation to."""
        self._ask(self._changes.export)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what has something to act on; while the bar asks, to leave it."""
        if action not in (*_ON_ONE, *_OF_LIST):
            return super().check_action(action, parameters)
        if not self.is_mounted:
            return False
        if self._prompt.is_open:
            return action == "back"
        return action in _OF_LIST or self._browser.current is not None

    # What these need

    def refresh_list(self) -> None:
        """Have the list read anew."""
        self._browser.refresh_list(self.chat.conversation)

    def say(self, text: str) -> None:
        """Say what was done."""
        self.notify(wording.flat(text), markup=False)

    def say_error(self, error: QuothError) -> None:
        """Say what could not be done, and what helps."""
        text = wording.flat(str(error))
        self.notify(text, title=error.title, severity="error", markup=False)

    def work(self, work: Callable[[], Message]) -> None:
        """Do something in a thread; its message comes here."""
        self.run_worker(lambda: self.post_message(work()), thread=True)

    @property
    def _browser(self) -> HistoryBrowser:
        return self.query_one(HistoryBrowser)

    @property
    def _prompt(self) -> Prompt:
        return self.query_one(Prompt)

    def _ask(self, question: Callable[[Conversation], None]) -> None:
        one = self._browser.current
        if one is not None:
            question(one)
            self.refresh_bindings()

    def _resume(self, one: Conversation) -> None:
        if one.conversation_id == self.chat.conversation:
            self.chat.switch_mode("ask")
        else:
            services, number = self.chat.services, one.conversation_id
            self.work(lambda: history_work.read(services, number))
