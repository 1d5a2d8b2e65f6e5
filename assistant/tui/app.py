"""The terminal chat: its views, the session behind them, and what holds for all.

The session works in a thread of its own (`SessionThread`); what it does for a view it
says to that view, in messages that carry a number, and late ones are dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from assistant.look import Look
from assistant.tui import wording
from assistant.tui.ask.view import AskView
from assistant.tui.bidi.terminal_order import is_ordered_here
from assistant.tui.bidi.visual_order import VisualOrder
from assistant.tui.confirm import Confirm
from assistant.tui.messages import HistoryChanged, Opened, OpenFailed, Progress
from assistant.tui.session_thread import SessionThread
from assistant.tui.status import VIEWS, ViewTab
from assistant.tui.terminal_app import TerminalApp
from assistant.tui.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.filter import LineFilter
    from textual.screen import Screen

    from assistant.records import Abstention, Answer
    from assistant.tui.asker import Earlier, Overview, Services
    from index.errors import QuothError

# From this width on, source and conversation stand side by side; from this height on,
# a narrow screen has room for both, one below the other.
WIDE, TALL = 110, 36

_OPENING = "opening the library…"


class ChatApp(TerminalApp):
    """Ask questions; read the answers beside their sources."""

    TITLE = "Quoth"
    CSS_PATH: ClassVar = [
        "styles/chat.tcss",
        "styles/source.tcss",
        "styles/cards.tcss",
        "styles/why.tcss",
        "styles/search.tcss",
        "styles/library.tcss",
        "styles/history.tcss",
        "styles/terminal.tcss",
    ]
    DEFAULT_MODE = "ask"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (as Textual declares it)
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-short"),
        (TALL, "-tall"),
    ]

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            # Before the question box, which would select text with F6 and F7.
            Binding(
                key.lower(),
                f"show_view('{mode}')",
                name,
                show=False,
                priority=True,
                id=f"view.{mode}",
            )
            for mode, (key, name) in VIEWS.items()
        ),
    ]

    library_line: reactive[str] = reactive("")
    """The library in a few words; empty until it is open."""
    work: reactive[tuple[str, str]] = reactive(("", "busy"))
    """What is going on, and its kind: busy, ready or failed."""

    def __init__(
        self,
        services: Services,
        *,
        earlier: Earlier | None = None,
        look: Look | None = None,
    ) -> None:
        """Build the chat; the session is opened once the first frame is there.

        Args:
            services: What it works with.
            earlier: A conversation that goes on.
            look: Colours and keys; None for those that Quoth comes with.
        """
        look = look or Look()
        super().__init__(look)
        self.visual_order = VisualOrder(is_ordered_here(look.bidi, os.environ))
        """Puts right-to-left text in order, unless the terminal does."""
        self.services = services
        replies = earlier.replies if earlier else ()
        self.session = SessionThread(services, self.post_message, replies)
        self.overview: Overview | None = None
        """What is loaded; None until the library is open."""
        self.failure: QuothError | None = None
        """Why the library could not be opened the last time; None if it could."""
        self.conversation = earlier.conversation if earlier else None
        """Number in the history of the one going on; None while nothing of it is."""
        self._opening = False
        self._open_again = False
        self.background = ""
        """What goes on beside the questions, in a few words; empty for nothing."""
        self._views: dict[str, View] = {}
        """Those that are there, and can be told something, by their modes."""
        self.add_mode("ask", lambda: AskView(earlier))
        self.add_mode("search", _search_view)
        self.add_mode("library", _library_view)
        self.add_mode("history", _history_view)

    def on_mount(self) -> None:
        """Show the first frame, then open the session."""
        self.call_after_refresh(self.open_library)

    def on_unmount(self) -> None:
        """Let the session's thread end."""
        self.session.close()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Put right-to-left text in order, in every widget."""
        order = [self.visual_order] if self.visual_order.enabled else []
        return [*order, *super().get_line_filters()]

    # The library

    def open_library(self, *, anew: bool = False) -> None:
        """Open the library, unless that is done or under way.

        Args:
            anew: Open it again, since what the settings or the updates mean by it may
                have changed.
        """
        if self._opening:
            self._open_again = self._open_again or anew
            return
        if self.overview is not None and not anew:
            return
        self._opening = True
        self.work = (_OPENING, "busy")
        self.session.open()

    def on_progress(self, message: Progress) -> None:
        """Show how far a long work is."""
        self.show_work(message.text)

    def on_opened(self, message: Opened) -> None:
        """Say what is loaded."""
        self.overview, self.failure = message.overview, None
        self.library_line = wording.library_line(message.overview)
        self.show_work("")
        for view in self._views.values():
            view.library_opened()
        self._end_opening()

    def on_open_failed(self, message: OpenFailed) -> None:
        """Say why the library could not be opened.

        The next question tries again, unless a library is open from before: that goes
        on answering until the next update or choice of a library.
        """
        self.failure = message.error
        self.work = (message.error.title, "failed")
        for view in self._views.values():
            view.library_failed(message.error)
        self._end_opening()

    def _end_opening(self) -> None:
        """Begin anew if the library has changed since it was begun to be opened."""
        again, self._opening, self._open_again = self._open_again, False, False
        if again:
            self.open_library(anew=True)

    def on_history_changed(self, message: HistoryChanged) -> None:
        """Tell the views: a reply was kept, or another conversation goes on."""
        self.conversation = message.conversation
        for view in self._views.values():
            view.history_changed()

    def show_work(self, text: str) -> None:
        """Show work in progress, or without any how the library is."""
        if text or self.background:
            self.work = (text or self.background, "busy")
        elif self.overview is not None:
            self.work = (wording.encoder_line(self.overview), "ready")
        elif self._opening:
            self.work = (_OPENING, "busy")
        elif self.failure is not None:
            self.work = (self.failure.title, "failed")

    # The views

    def on_view_composed(self, message: View.Composed) -> None:
        """Tell a view what has happened before, and from now on what happens."""
        view = self._views[message.view.MODE] = message.view
        if self.overview is not None:
            view.library_opened()
        if self.failure is not None:
            view.library_failed(self.failure)

    def on_view_tab_chosen(self, message: ViewTab.Chosen) -> None:
        """Go to the view whose name was clicked."""
        self.switch_mode(message.mode)

    async def action_quit(self) -> None:
        """Leave; while a view is at work, only if that is wanted twice."""
        reasons = (view.reason_to_stay() for view in self._views.values())
        reason = next(filter(None, reasons), None)
        if reason is None or isinstance(self.screen, Confirm):
            await super().action_quit()
            return

        def leave(wanted: bool | None) -> None:
            if wanted:
                self.exit()

        self.push_screen(Confirm("Leave Quoth?", reason, "Leave"), leave)

    def action_show_view(self, mode: str) -> None:
        """Go to a view."""
        self.switch_mode(mode)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a dialog before going to another view."""
        if action == "show_view":
            return isinstance(self.screen, View)
        return super().check_action(action, parameters)

    async def resume(
        self, conversation: int | None, replies: Sequence[Answer | Abstention]
    ) -> None:
        """Go on with a conversation of before, or begin another, in the view Ask.

        Args:
            conversation: Its number in the history; None begins another.
            replies: Its replies, the oldest first.
        """
        await self.switch_mode("ask")
        view = self._views.get("ask")
        if isinstance(view, AskView):
            await view.resume(conversation, replies)

    async def ask(self, question: str) -> None:
        """Ask a question in the view Ask."""
        await self.switch_mode("ask")
        view = self._views.get("ask")
        if isinstance(view, AskView):
            await view.ask(question)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Add the actions of the view, and the views, to the command palette."""
        if isinstance(screen, View):
            for command in screen.commands():
                run = partial(self.run_action, command.action, screen)
                yield SystemCommand(command.title, command.description, run)
        for mode, (key, name) in VIEWS.items():
            run = partial(self.run_action, f"show_view('{mode}')")
            yield SystemCommand(f"Go to: {name}", f"Show the view {name} ({key})", run)
        yield from super().get_system_commands(screen)


def _search_view() -> View:
    from assistant.tui.search.view import SearchView

    return SearchView()


def _library_view() -> View:
    from assistant.tui.library.view import LibraryView

    return LibraryView()


def _history_view() -> View:
    from assistant.tui.history.view import HistoryView

    return HistoryView()
