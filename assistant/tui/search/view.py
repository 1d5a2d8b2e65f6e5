"""The view Search: passages while one types, and why each was found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widgets import Input

from assistant.finding import SearchRequest
from assistant.tui import citing
from assistant.tui.search import wording as search_wording
from assistant.tui.search.box import MODES, FilterBox, ModeTab, QueryBox
from assistant.tui.search.frame import SearchFrame
from assistant.tui.search.messages import NamesRead, Searched, SearchFailed
from assistant.tui.search.results import ResultList
from assistant.tui.source.text import SourceText
from assistant.tui.view import Command

if TYPE_CHECKING:
    from textual.timer import Timer

    from assistant.finding import SearchOutcome
    from assistant.tui.asker import Asker
    from index.errors import QuothError
    from index.records import SearchMode

# A search waits for the next letter of a word that is being typed: letters of a fast
# writer are about 0.1 s apart.
_PAUSE_SECONDS: Final = 0.12
# What takes longer than this is said to be going on.
_PATIENCE_SECONDS: Final = 0.3
# More than one reads through before typing another word; each costs a millisecond.
_COUNT: Final = 30


class SearchView(SearchFrame):
    """Finds passages while one types; shows where they stand and why they came."""

    MODE = "search"
    ABOUT = (
        "Type words, or what you mean by them: passages come while you type, the"
        " nearest first, each with the reason why it was found. Those that have a"
        ' phrase in "quotation marks" word for word come before all others.'
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="search.back"),
        Binding("escape", "clear", "Clear", show=False, id="search.clear"),
        Binding(
            "m,alt+m",
            "next_mode",
            "Mode",
            tooltip="Search by words, by meaning, or both",
            id="search.mode",
        ),
        Binding(
            "f,alt+i",
            "focus_filter",
            "In",
            tooltip="Only in documents of that path or name",
            id="search.filter",
        ),
        Binding(
            "a,alt+a",
            "ask_this",
            "Ask this",
            tooltip="Ask the text as a question",
            id="search.ask",
        ),
        Binding("slash,i", "focus_query", "Search", show=False, id="search.type"),
        Binding("n,ctrl+n,f3", "move(1)", "Next", show=False, id="result.next"),
        Binding("p,shift+f3", "move(-1)", "Previous", False, id="result.previous"),
        Binding("f2,ctrl+o", "toggle_preview", "Source", False, id="search.source"),
        *citing.KEYS,
    ]
    COMMANDS_OF_VIEW: ClassVar = (
        Command("Search by both", "Words and meaning count", "set_mode('hybrid')"),
        Command("Search by words", "Only words count", "set_mode('lexical')"),
        Command("Search by meaning", "Only meaning counts", "set_mode('semantic')"),
        Command("Search in", "Search only some of the documents", "focus_filter"),
        Command("Ask this", "Ask what was searched for as a question", "ask_this"),
        Command("Next passage", "Go to the next passage", "move(1)"),
        Command("Previous passage", "Go to the passage before", "move(-1)"),
        Command("Source", "Show or hide the document of the passage", "toggle_preview"),
        Command("Query", "Go to the search box", "focus_query"),
    )

    def __init__(self) -> None:
        """Begin with nothing looked for."""
        super().__init__()
        self._mode: SearchMode = "hybrid"
        self._mode_chosen = False
        self._number = 0
        """Of the newest search; what earlier ones find is dropped."""
        self._asked: SearchRequest | None = None
        self._found: SearchOutcome | None = None
        self._pause: Timer | None = None
        self._names_wanted = True

    def on_mount(self) -> None:
        """Let the reader type at once."""
        self.show_mode(self._mode)
        self.show_nothing(search_wording.guide())
        self.query_one(QueryBox).focus()

    def library_opened(self) -> None:
        """Search again: the library may hold something else now."""
        overview = self.chat.overview
        if overview is not None and not self._mode_chosen:
            self._mode = overview.search_mode
            self.show_mode(self._mode)
        self._names_wanted = True
        self._search(again=True)

    def library_failed(self, error: QuothError) -> None:
        """Say why nothing can be found."""
        if self._asked is not None:
            self._drop()
            self.show_failure(error)

    # Searching

    def on_input_changed(self, message: Input.Changed) -> None:
        """Search once the reader pauses."""
        del message
        self._stop_pause()
        self._pause = self.set_timer(_PAUSE_SECONDS, self._search)

    def _search(self, *, again: bool = False) -> None:
        """Have what is typed searched for in the session's thread.

        Args:
            again: Also if it is what was searched for last.
        """
        self._stop_pause()
        request = self._request()
        if request == self._asked and not again:
            return
        self._number += 1
        self._asked = request
        if request is None:
            self._drop()
            self.show_nothing(search_wording.guide())
            return
        number = self._number
        self.chat.open_library()
        self.chat.session.run(
            lambda asker: Searched(number, asker.search(request)),
            lambda error: SearchFailed(number, error),
            self.post_message,
            wanted=lambda: number == self._number,
        )
        self.set_timer(_PATIENCE_SECONDS, partial(self._say_busy, number))

    def _request(self) -> SearchRequest | None:
        """Give what is typed; None while there is nothing to look for."""
        text = self.query_one(QueryBox).value.strip()
        within = self.query_one(FilterBox).value.strip() or None
        return SearchRequest(text, self._mode, _COUNT, within) if text else None

    def on_searched(self, message: Searched) -> None:
        """Show what was found, unless something else was typed since."""
        if message.number == self._number:
            self._number += 1
            before, self._found = self._found, message.outcome
            again = before is not None and before.request == message.outcome.request
            self.show_found(message.outcome, again=again)

    def on_search_failed(self, message: SearchFailed) -> None:
        """Show why nothing could be looked for, unless something else was typed."""
        if message.number == self._number:
            self._drop()
            self.show_failure(message.error)

    def _say_busy(self, number: int) -> None:
        """Say that a search still goes on."""
        if number == self._number:
            self.say(search_wording.busy(opened=self.chat.overview is not None))

    def _drop(self) -> None:
        """Want no result any more of what is under way."""
        self._number += 1
        self._found = None

    def _stop_pause(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    # What the reader does

    def on_mode_tab_chosen(self, message: ModeTab.Chosen) -> None:
        """Search by what was clicked."""
        self.action_set_mode(message.mode)

    def on_result_list_chosen(self, message: ResultList.Chosen) -> None:
        """Show the passage that the reader has come to, unless others came since."""
        if message.found is self.results.chosen:
            self.follow()
            if message.opened:
                self.action_open()

    def on_descendant_focus(self) -> None:
        """Have the names read once the reader wants to type one; offer other keys."""
        self.refresh_bindings()
        if self._names_wanted and isinstance(self.focused, FilterBox):
            self._names_wanted = False
            self.chat.session.run(
                _read_names, lambda _: NamesRead(()), self.post_message
            )

    def on_names_read(self, message: NamesRead) -> None:
        """Complete names from now on."""
        self.query_one(FilterBox).names.set(message.names)

    def action_set_mode(self, mode: SearchMode) -> None:
        """Have words, meaning or both count."""
        self._mode, self._mode_chosen = mode, True
        self.show_mode(self._mode)
        self._search()

    def action_next_mode(self) -> None:
        """Have the next of words, meaning and both count."""
        modes = list(MODES)
        self.action_set_mode(modes[(modes.index(self._mode) + 1) % len(modes)])

    def action_move(self, step: int) -> None:
        """Go to the passage before or after."""
        self.results.action_move(step)

    def action_page(self, step: int) -> None:
        """Go a page up or down in the results."""
        self.results.action_page(step)

    def action_open(self) -> None:
        """Go to the document of the passage; what is still being typed comes first."""
        if self._request() != self._asked or self._found is None:
            self._search(again=True)
        elif self._found.hits:
            self.open_preview()
            self.call_after_refresh(self.query_one(SourceText).focus)

    def action_toggle_preview(self) -> None:
        """Show or hide the document."""
        if self.preview.has_focus_within or self.preview_covers:
            self.action_back()
        else:
            self.action_open()

    def action_back(self) -> None:
        """Go a step back: from the document to the results, from those to the box."""
        in_preview = self.preview.has_focus_within
        self.close_preview()
        if in_preview:
            self.call_after_refresh(self.results.focus)
        else:
            self.query_one(QueryBox).focus()

    def action_clear(self) -> None:
        """Empty the box."""
        self.query_one(QueryBox).value = ""

    def action_focus_query(self) -> None:
        """Go to the search box."""
        self.query_one(QueryBox).focus()

    def action_focus_filter(self) -> None:
        """Go to the box that says where to search."""
        self.query_one(FilterBox).focus()

    def action_focus_results(self) -> None:
        """Go to the results, or where there are none to the next box."""
        if self.has_results:
            self.results.focus()
        else:
            self.focus_next()

    async def action_ask_this(self) -> None:
        """Ask what was searched for as a question."""
        await self.chat.ask(self.query_one(QueryBox).value.strip())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what has something to act on."""
        match action:
            case "back":
                at_query = isinstance(self.focused, QueryBox)
                return self.preview_covers or not at_query
            case "clear":
                return bool(self.query_one(QueryBox).value)
            case "ask_this":
                return bool(self.query_one(QueryBox).value.strip())
            case "move" | "page" | "toggle_preview":
                return self.has_results
        return super().check_action(action, parameters)


def _read_names(asker: Asker) -> NamesRead:
    return NamesRead(asker.document_names())
