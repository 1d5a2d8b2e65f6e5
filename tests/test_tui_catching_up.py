"""What a view is told before it is there, and what the line at the top keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.message import Message
from textual.widgets import Static

from assistant.tui.app import ChatApp
from assistant.tui.asker import Asker, Notify, Overview, Services
from assistant.tui.history.view import HistoryView
from assistant.tui.library.contents import Contents, Wish
from assistant.tui.library.view import LibraryView
from assistant.tui.messages import HistoryChanged, Opened, OpenFailed
from assistant.tui.search.box import ModeTab
from assistant.tui.search.view import SearchView
from assistant.tui.status import VIEWS
from assistant.tui.view import View
from index.errors import LibraryDamaged, LibraryError
from index.progress import Progress, Report
from index.updating import UpdateReport
from tests.tui_support import MemoryAsker, ask, chat_over, ready, seeds, shown, until

DAMAGED = LibraryDamaged("Segment 3f is cut short.", "Run `quoth doctor`.")


def line(app: ChatApp) -> str:
    """Give what the line at the top says at its right."""
    return shown(app.screen.query_one("#status-state", Static))


def until_set(go: threading.Event) -> Callable[[Notify], None]:
    """Have the library opened no sooner than the event is set."""

    def wait(_: Notify) -> None:
        go.wait(10)

    return wait


class ByWords(MemoryAsker):
    """Searches by words, unless it is told otherwise."""

    def overview(self) -> Overview:
        return replace(super().overview(), search_mode="lexical")


@pytest.mark.parametrize("mode", list(VIEWS))
@pytest.mark.parametrize("kind", ["opened", "failed", "kept"])
async def test_what_happens_before_a_view_is_there_breaks_nothing(
    mode: str, kind: str
) -> None:
    asker = seeds()
    messages: dict[str, Callable[[], Message]] = {
        "opened": lambda: Opened(asker.overview()),
        "failed": lambda: OpenFailed(DAMAGED),
        "kept": lambda: HistoryChanged(3),
    }
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        app.action_show_view(mode)
        # As the app would handle it before the view has composed itself.
        app.post_message(messages[kind]())
        await until(pilot, lambda: app.screen.is_mounted)
        assert isinstance(app.screen, View)
        assert mode == app.screen.MODE
        await pilot.pause()


async def test_a_view_catches_up_with_the_library_opened_before_it_was_there() -> None:
    go = threading.Event()
    app = chat_over(ByWords({"a.txt": "An owl."}), opening=until_set(go))
    async with app.run_test() as pilot:
        app.action_show_view("search")
        app.post_message(Opened(ByWords({}).overview()))
        await until(pilot, lambda: isinstance(app.screen, SearchView))

        def counts() -> list[str]:
            tabs = app.screen.query(ModeTab)
            return [tab.mode for tab in tabs if tab.has_class("-active")]

        await until(pilot, lambda: counts() == ["lexical"])
        go.set()
        await ready(pilot)


async def test_a_view_catches_up_with_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    monkeypatch.setattr(
        HistoryView, "library_failed", lambda _, error: told.append(error)
    )

    def fail(notify: Notify) -> None:
        raise DAMAGED

    app = chat_over(seeds(), opening=fail)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.work[1] == "failed")
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, HistoryView))
        await until(pilot, lambda: told == [DAMAGED])


class Broken:
    """Looks after a library that cannot be read; an update of it fails."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def contents(self) -> Contents:
        raise DAMAGED

    def change(
        self, wish: Wish, report: Report, notify: Callable[[str], None]
    ) -> UpdateReport:
        report(Progress("reading", 1, 2, "files"))
        self.go.wait(10)
        raise LibraryError("It cannot be written.")


def damaged_chat(broken: Broken, opening: Callable[[Notify], Asker]) -> ChatApp:
    app = ChatApp(Services(opening, curator=broken))
    app.animation_level = "none"
    return app


async def test_after_an_update_the_line_says_again_that_the_library_is_damaged() -> (
    None
):
    def fail(notify: Notify) -> Asker:
        raise DAMAGED

    broken = Broken()
    app = damaged_chat(broken, fail)
    async with app.run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: app.work[1] == "failed")
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, LibraryView))
        view = app.screen
        assert isinstance(view, LibraryView)
        await pilot.press("alt+s")
        await until(pilot, lambda: "reading 50 %" in line(app))
        broken.go.set()
        await until(pilot, lambda: not view.updating)
        await until(pilot, lambda: "The library is damaged" in line(app))
        assert app.work == (DAMAGED.title, "failed")


async def test_a_failed_update_leaves_the_opening_in_the_line() -> None:
    go = threading.Event()

    def wait(notify: Notify) -> Asker:
        go.wait(10)
        return seeds()

    broken = Broken()
    broken.go.set()
    app = damaged_chat(broken, wait)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, LibraryView))
        view = app.screen
        assert isinstance(view, LibraryView)
        await pilot.press("alt+s")
        await until(pilot, lambda: "It cannot be written." in view.note.said.plain)
        assert "opening the library" in line(app)
        go.set()
        await ready(pilot)


async def test_a_question_that_fails_with_the_library_leaves_that_in_the_line() -> None:
    def fail(notify: Notify) -> None:
        raise DAMAGED

    app = chat_over(seeds(), opening=fail)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.work[1] == "failed")
        turn = await ask(pilot, "Who is the US envoy for Syria?")
        assert turn.has_class("-failure")
        assert "The library is damaged" in line(app)


async def test_a_library_that_cannot_be_opened_anew_goes_on_answering() -> None:
    asker, tries = seeds(), 0

    def opening(notify: Notify) -> None:
        nonlocal tries
        tries += 1
        if tries > 1:
            raise DAMAGED

    app = chat_over(asker, opening=opening)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        app.open_library(anew=True)
        await until(pilot, lambda: app.work[1] == "failed")
        turn = await ask(pilot, "Who is the US envoy for Syria?")
        assert turn.has_class("-answer")
        assert tries == 2


@pytest.mark.parametrize("missing", [1, 3, 12_345])
async def test_the_line_has_room_for_what_lacks_vectors(missing: int) -> None:
    class Halfway(MemoryAsker):
        def overview(self) -> Overview:
            overview = super().overview()
            library = replace(overview.library, documents=4, chunks=missing)
            return replace(overview, library=replace(library, encoded_chunks=0))

    app = chat_over(Halfway({"a.txt": "An owl."}))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        said = shown(app.screen.query_one("#status"))
        assert f" · {missing:,} by words only" in said
        assert "seeds · 4 docu" in said


async def test_library_and_work_are_told_apart_and_nothing_from_nothing() -> None:
    go = threading.Event()
    app = chat_over(seeds(), opening=until_set(go))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "opening" in line(app))
        assert "·" not in shown(app.screen.query_one("#status"))
        go.set()
        await ready(pilot)
        status = app.screen.query_one("#status")
        assert "seeds · 1 document · ready" in shown(status)
        app.show_work("encoding 25 %")
        await pilot.pause()
        assert "1 document · encoding 25 %" in shown(status)
