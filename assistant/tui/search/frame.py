"""What the view Search shows: boxes, results, and the document beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Static

from assistant.tui.citing import CitingView
from assistant.tui.search import wording as search_wording
from assistant.tui.search.box import MODES, FilterBox, ModeTab, QueryBox
from assistant.tui.search.preview import SearchPreview
from assistant.tui.search.results import ResultList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.content import Content

    from assistant.finding import FoundHit, SearchOutcome
    from assistant.records import Cited
    from index.errors import QuothError
    from index.records import SearchMode

_OPEN, _FOUND = "-preview", "-found"


class SearchFrame(CitingView):
    """The view without the searching: what it is told to show, it shows."""

    def compose_body(self) -> ComposeResult:
        """Put the boxes above the results, and the document beside them."""
        with Horizontal(id="search-boxes"):
            yield QueryBox(id="search-query")
            yield FilterBox(id="search-filter")
        with Horizontal(id="search-line"):
            for mode in MODES:
                yield ModeTab(mode)
            yield Static("", id="search-said", markup=False)
        yield Static("", id="search-note", markup=False, classes="-empty")
        with Container(id="search-area"):
            with Vertical(id="search-list"):
                yield Static("", id="search-guide", markup=False)
                yield ResultList(id="search-results")
            yield SearchPreview(id="search-preview")

    @property
    def results(self) -> ResultList:
        """The passages."""
        return self.query_one(ResultList)

    @property
    def preview(self) -> SearchPreview:
        """The document of the chosen passage."""
        return self.query_one(SearchPreview)

    @property
    def has_results(self) -> bool:
        """Whether there are passages on the screen."""
        return self.has_class(_FOUND)

    @property
    def preview_covers(self) -> bool:
        """Whether the document was opened over the results, or below them."""
        return self.has_class(_OPEN) and not self.has_class("-wide")

    def show_mode(self, mode: SearchMode) -> None:
        """Show what counts."""
        for tab in self.query(ModeTab):
            tab.set_class(tab.mode == mode, "-active")

    def show_found(self, found: SearchOutcome, *, again: bool) -> None:
        """Show what a search has found, the best of it chosen.

        Args:
            found: To show.
            again: It was looked for before: the reader stays at the passage, if it is
                still there.
        """
        stay = self._place_of_chosen(found.hits) if again else None
        self.say(search_wording.count(found))
        self._show_note(search_wording.note(found))
        self._show_guide(None if found.hits else search_wording.nothing(found))
        self.results.show(found.hits, stay or 0)
        self.set_class(bool(found.hits), _FOUND)
        if found.hits:
            self.follow(stay=stay is not None)
        else:
            self.close_preview()
        self.refresh_bindings()

    def show_nothing(self, guide: Content) -> None:
        """Show no results, but what there is to say instead."""
        self.say("")
        self._show_note(None)
        self._show_guide(guide)
        self.results.show(())
        self.remove_class(_FOUND)
        self.close_preview()
        self.refresh_bindings()

    def show_failure(self, error: QuothError) -> None:
        """Show why nothing can be found."""
        self.show_nothing(search_wording.failure(error))

    def say(self, text: Content | str) -> None:
        """Say in a few words how a search went, or goes."""
        self.query_one("#search-said", Static).update(text)

    def follow(self, *, stay: bool = False) -> None:
        """Have the chosen passage shown in its document.

        Args:
            stay: Leave a document that is shown already scrolled as it is.
        """
        results = self.results
        session = self.chat.session
        self.preview.follow(results.hits, results.position, session, stay=stay)

    def open_preview(self) -> None:
        """Show the document where it is not beside the results anyway."""
        self.add_class(_OPEN)

    def close_preview(self) -> None:
        """Show the results only, where there is no room for both."""
        self.remove_class(_OPEN)

    def citation_at_hand(self) -> Cited | None:
        """Give the passage that is chosen."""
        return self.results.chosen

    def file_left(self, cited: Cited) -> None:
        """Look again at a file that may have been edited."""
        del cited
        if self.has_results:
            self.preview.check(self.chat.session)

    def _place_of_chosen(self, hits: Sequence[FoundHit]) -> int | None:
        """Find the chosen passage among others; None if it is not there."""
        chosen = self.results.chosen
        if chosen is None:
            return None
        place = _place(chosen)
        return next((n for n, hit in enumerate(hits) if _place(hit) == place), None)

    def _show_guide(self, guide: Content | None) -> None:
        shown = self.query_one("#search-guide", Static)
        shown.display = guide is not None
        self.results.display = guide is None
        if guide is not None:
            shown.update(guide)

    def _show_note(self, note: Content | None) -> None:
        shown = self.query_one("#search-note", Static)
        shown.set_class(not note, "-empty")
        shown.update(note or "")


def _place(found: FoundHit) -> tuple[str, int]:
    """Give the document of a passage and where it begins there."""
    return found.citation.document.path, found.citation.start
