"""The view of the library, over a real one with an encoder that is a pure function."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._footer import FooterKey

from assistant.cli.chat_services import make_services
from assistant.cli.options import Invocation
from assistant.locations import find_locations
from assistant.tui.app import ChatApp
from assistant.tui.ask.welcome import OwnFolder
from assistant.tui.asker import Services
from assistant.tui.confirm import Confirm
from assistant.tui.library.box import PathBox, PathInput
from assistant.tui.library.columns import natural, size_words
from assistant.tui.library.contents import Contents, DocumentRow, Wish
from assistant.tui.library.document import DocumentPane
from assistant.tui.library.lists import FilterInput
from assistant.tui.library.pace import Pace
from assistant.tui.library.paths import (
    Completion,
    common_start,
    complete,
    meant_path,
)
from assistant.tui.library.view import LibraryView
from assistant.tui.library.wording import duration, progress_line
from assistant.tui.source.text import SourceText
from index.encoder import PassageVectors
from index.locking import writer_lock
from index.progress import Progress, Report
from index.records import Passage
from index.updating import UpdateReport
from tests.fakes import WordEncoder
from tests.library_support import built, write
from tests.tui_support import ask, hold, ready, seeds, shown, until

FERRY = "The night ferry leaves Calais at nine. It reaches Dover before noon.\n"
ARCHIVE = "The town archive opens on Monday. Visitors need a ticket.\n"


class HeldEncoder(WordEncoder):
    """Waits in the thread that writes, when it counts pieces or when it encodes."""

    def __init__(self) -> None:
        super().__init__(dimension=64)
        self.reading = threading.Event()
        self.encoding = threading.Event()
        self.waits = threading.Event()
        self.reading.set()
        self.encoding.set()

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        self._wait_for(self.reading)
        return super().count_pieces(texts)

    def encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        self._wait_for(self.encoding)
        return super().encode_passages(passages)

    def _wait_for(self, gate: threading.Event) -> None:
        if threading.current_thread().name.startswith("quoth-writing"):
            if not gate.is_set():
                self.waits.set()
            gate.wait(20)

    def go_on(self) -> None:
        self.reading.set()
        self.encoding.set()


def chat(encoder: WordEncoder | None = None, library: str | None = None) -> ChatApp:
    """Make a chat over the real library of this test."""
    used = encoder or WordEncoder(dimension=64)
    services = make_services(Invocation(library, load_encoder=lambda _: used))
    app = ChatApp(services)
    app.animation_level = "none"
    return app


def own_library(*paths: Path) -> Path:
    """Build the default library of this test."""
    return built(find_locations().library("default"), *paths)


async def go_to_library(pilot: Pilot[int]) -> LibraryView:
    """Press F7, and wait for the list."""
    await ready(pilot)
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(pilot.app.screen, LibraryView))
    view = pilot.app.screen
    assert isinstance(view, LibraryView)
    await until(pilot, lambda: view.lists.contents is not None)
    return view


@asynccontextmanager
async def in_library(
    size: tuple[int, int],
) -> AsyncIterator[tuple[Pilot[int], LibraryView]]:
    """Open a chat of its own, and in it the view of the library."""
    async with chat().run_test(size=size) as pilot:
        yield pilot, await go_to_library(pilot)


def type_path(view: LibraryView, text: object) -> PathInput:
    """Put a path into the box, as if it were typed."""
    line = view.query_one(PathInput)
    line.focus()
    line.value = ""
    line.insert_text_at_cursor(str(text))
    return line


async def add(pilot: Pilot[int], view: LibraryView, path: object) -> None:
    """Add a path, and wait for what comes of it."""
    line = type_path(view, path)
    await until(pilot, lambda: line.has_focus)
    await pilot.press("enter")
    await done(pilot, view)


async def done(pilot: Pilot[int], view: LibraryView) -> None:
    """Wait for the end of an update, and for the list after it."""
    await until(pilot, lambda: not view.updating)
    await settled(pilot)


async def settled(pilot: Pilot[int]) -> None:
    """Wait for the library to be opened anew, and looked at."""
    app = pilot.app
    assert isinstance(app, ChatApp)
    await until(pilot, lambda: app.work[1] == "ready")


def is_focused(app: ChatApp, widget: Widget) -> bool:
    return app.focused is widget


def is_shown(app: ChatApp, screen: Screen[None]) -> bool:
    return app.screen is screen


def note(view: LibraryView) -> str:
    return view.note.said.plain


def keys(view: LibraryView) -> str:
    """Give what the line at the bottom says."""
    return " ".join(
        f"{key.key_display} {key.description}" for key in view.query(FooterKey)
    )


def standing(view: LibraryView) -> str:
    return shown(view.query_one("#library-standing", Static))


def dialog(app: ChatApp) -> str:
    """Give the words of the question that is asked, without its frame."""
    if not isinstance(app.screen, Confirm):
        return ""
    parts = [shown(part) for part in app.screen.query(Static)]
    return " ".join(" ".join(parts).split())


async def asked(pilot: Pilot[int], words: str) -> None:
    """Wait for a question that holds some words."""
    app = pilot.app
    assert isinstance(app, ChatApp)
    await until(pilot, lambda: words in dialog(app))


def rows(view: LibraryView) -> list[str]:
    """Give the names of the rows in the list."""
    return [
        row.name if isinstance(row, DocumentRow) else row.path
        for row in view.lists.table.rows
    ]


def states(view: LibraryView) -> dict[str, str]:
    contents = view.lists.contents
    assert contents is not None
    return {row.name: row.state for row in contents.documents}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "papers" / "ferry.txt", FERRY)
    write(tmp_path / "papers" / "archive.txt", ARCHIVE)
    return tmp_path / "papers"


# What the first screens say


async def test_the_first_screen_leads_here_and_the_seeds_explain_themselves() -> None:
    app = chat()
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        assert "F7 adds your own files" in shown(app.query_one(OwnFolder))
        view = await go_to_library(pilot)
        assert "These are Quoth's own examples." in standing(view)
        assert "Add a folder to begin your own library." in standing(view)
        assert rows(view) == ["seeds/syria-ceasefire.txt"]
        assert isinstance(app.focused, PathInput)
        await pilot.press("down")
        assert is_focused(app, view.lists.table)
        await pilot.press("d", "s")
        assert is_shown(app, view)
        assert not view.updating


async def test_a_library_of_ones_own_is_listed_and_the_hint_is_gone(
    folder: Path,
) -> None:
    own_library(folder)
    app = chat()
    async with app.run_test() as pilot:
        await ready(pilot)
        assert not app.query_one(OwnFolder).display
        view = await go_to_library(pilot)
        assert is_focused(app, view.lists.table)
        assert rows(view) == ["papers/archive.txt", "papers/ferry.txt"]
        assert set(states(view).values()) == {"in step"}
        assert "All are in step" in standing(view)


async def test_the_library_of_the_seeds_says_that_it_stays_as_it_is(
    folder: Path,
) -> None:
    app = chat(library="seeds")
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        assert "stay as they are" in standing(view)
        await add(pilot, view, folder)
        assert "The library seeds holds what comes with Quoth." in note(view)
        assert "Leave `--library` out" in note(view)


async def test_without_a_library_to_look_after_it_says_so() -> None:
    app = ChatApp(Services(lambda _: seeds()))
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, LibraryView))
        view = app.screen
        assert isinstance(view, LibraryView)
        await until(pilot, lambda: "no library to look after" in standing(view))
        await pilot.press("s")
        assert not view.updating


# Completion


def test_a_path_is_completed_folders_first_and_hidden_ones_only_after_a_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Letters", "ledger.txt", ".lepers", "other", "le\x1bft", "le\ne"):
        path = tmp_path / name
        path.mkdir() if name[0] in "L." else path.write_text("x")
    found = complete(f"{tmp_path}/le").found
    assert [one.text for one in found] == [
        f"{tmp_path}/Letters/",
        f"{tmp_path}/ledger.txt",
    ]
    assert [one.name for one in complete(f"{tmp_path}/.").found] == [".lepers"]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert complete("~").found[0].text == "~/"
    assert complete("~/o").found[0].text == "~/other"
    monkeypatch.chdir(tmp_path)
    assert complete("oth").found[0].text == "other"
    assert complete(f"{tmp_path}/nothing/x").found == ()
    assert complete("a\0b/").found == ()


def test_many_completions_are_counted(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"file-{number:02}").write_text("x")
    completions = complete(f"{tmp_path}/f")
    assert len(completions.found) == 50
    assert completions.more == 10


def test_what_completions_share_is_found_in_any_case() -> None:
    def named(*texts: str) -> list[Completion]:
        return [Completion(text, text, False) for text in texts]

    assert common_start(named("/a/Report-1", "/a/report-2"), "/a/r") == "/a/Report-"
    assert common_start(named("/a/x", "/a/y"), "/a/") == "/a/"
    assert common_start(named("/a/ab", "/a/abc"), "/a/") == "/a/ab"


def test_a_path_may_be_pasted_as_file_managers_give_it(tmp_path: Path) -> None:
    path = tmp_path / "my notes.txt"
    path.write_text("x")
    assert meant_path(f" {path} ") == str(path)
    assert meant_path(f"'{path}'") == str(path)
    assert meant_path(str(path).replace(" ", "\\ ")) == str(path)
    assert meant_path(path.as_uri()) == str(path)
    assert meant_path("'gone'") == "'gone'"
    quoted = tmp_path / "'quoted'"
    quoted.write_text("x")
    assert meant_path(str(quoted)) == str(quoted)


async def test_tab_completes_and_enter_adds(folder: Path) -> None:
    (folder.parent / "parcels").mkdir()
    async with in_library(size=(80, 24)) as (pilot, view):
        box = view.query_one(PathBox)
        await until(pilot, lambda: is_focused(view.chat, box.line))
        line = type_path(view, f"{folder.parent}/p")
        await pilot.press("tab")
        await until(pilot, lambda: line.value == f"{folder.parent}/pa")
        await until(pilot, lambda: box.is_open)
        assert "papers/" in shown(box.menu)
        assert "parcels/" in shown(box.menu)
        await pilot.press("down", "enter")
        assert line.value == f"{folder}/"
        await until(pilot, lambda: box.is_open and "ferry.txt" in shown(box.menu))
        assert not view.updating
        await pilot.press("escape")
        assert not box.is_open
        assert line.has_focus
        await until(pilot, lambda: "Esc Back" in keys(view))
        await pilot.press("enter", "down")
        assert view.lists.table.has_focus
        await done(pilot, view)
        await until(pilot, lambda: len(rows(view)) == 2)
        assert line.value == ""


async def test_a_click_takes_a_completion_and_tab_goes_on_from_an_empty_box(
    folder: Path,
) -> None:
    async with in_library(size=(80, 24)) as (pilot, view):
        box = view.query_one(PathBox)
        line = type_path(view, f"{folder}/")
        await until(pilot, lambda: box.is_open)
        await pilot.click(box.menu, offset=(4, 1))
        assert line.value == f"{folder}/ferry.txt"
        assert line.has_focus
        box.clear()
        await pilot.press("tab")
        assert not line.has_focus


async def test_nothing_that_acts_on_a_terminal_gets_into_the_box() -> None:
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        line = type_path(view, "/a\x1b[2Jb\tc\x9bd")
        assert line.value == "/a␛[2Jb c\N{REPLACEMENT CHARACTER}d"
        assert "\x1b" not in shown(line)


# Adding


async def test_what_is_added_is_answered_from_and_the_seeds_are_left(
    folder: Path,
) -> None:
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        await add(pilot, view, folder)
        assert "2 added" in note(view)
        assert "Questions are answered from your documents now." in note(view)
        assert "default · 2 documents" in shown(app.screen.query_one("#status"))
        await until(pilot, lambda: set(states(view).values()) == {"in step"})
        assert rows(view) == ["papers/archive.txt", "papers/ferry.txt"]
        await pilot.press("f5")
        turn = await ask(pilot, "When does the night ferry leave Calais?")
        assert "leaves Calais at nine" in shown(turn)


async def test_progress_is_shown_here_and_at_the_top(folder: Path) -> None:
    encoder = HeldEncoder()
    encoder.encoding.clear()
    app = chat(encoder)
    async with app.run_test(size=(100, 30)) as pilot:
        view = await go_to_library(pilot)
        type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, lambda: "Encoding" in note(view))
        assert "0 of 2 passages" in note(view)
        assert "Esc Stop" in keys(view)
        await until(pilot, lambda: states(view) != {})
        await until(
            pilot,
            lambda: "encoding 0 %" in shown(app.screen.query_one("#status-state")),
        )
        encoder.go_on()
        await done(pilot, view)
        assert "2 passages encoded" in note(view)


async def test_questions_are_answered_while_documents_are_read(folder: Path) -> None:
    encoder = HeldEncoder()
    encoder.reading.clear()
    app = chat(encoder)
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        await pilot.press("f5")
        turn = await ask(pilot, "Who is the US envoy for Syria?")
        assert turn.has_class("-answer")
        assert view.updating
        encoder.go_on()
        await done(pilot, view)


async def test_documents_are_found_by_their_words_while_vectors_are_made(
    folder: Path,
) -> None:
    encoder = HeldEncoder()
    encoder.encoding.clear()
    app = chat(encoder)
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        await until(pilot, lambda: set(states(view).values()) == {"by words only"})
        await until(pilot, lambda: app.overview and not app.overview.examples)
        await pilot.press("f5")
        turn = await ask(pilot, "When does the town archive open to visitors?")
        assert "archive.txt" in shown(turn)
        assert view.updating
        encoder.go_on()
        await done(pilot, view)


async def test_a_stop_while_reading_leaves_everything_as_it_was(folder: Path) -> None:
    encoder = HeldEncoder()
    encoder.reading.clear()
    app = chat(encoder)
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        line = type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        await pilot.press("escape")
        assert "Stopping" in note(view)
        encoder.go_on()
        await done(pilot, view)
        assert "Stopped." in note(view)
        assert "as it was before" in note(view)
        assert line.value == str(folder)
        assert rows(view) == ["seeds/syria-ceasefire.txt"]
        await pilot.press("enter")
        await done(pilot, view)
        assert "2 added" in note(view)


async def test_a_stop_while_encoding_keeps_the_documents_and_a_sync_does_the_rest(
    folder: Path,
) -> None:
    encoder = HeldEncoder()
    encoder.encoding.clear()
    # More than one batch, so that there is a step to stop at.
    for number in range(130):
        write(folder / f"{number}.txt", f"Gate number {number} is by the sea.")
    app = chat(encoder)
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        await pilot.press("escape")
        encoder.go_on()
        await done(pilot, view)
        assert "What was read is in the library." in note(view)
        await until(pilot, lambda: "132 words only" in standing(view))
        assert len(rows(view)) == 132
        await pilot.press("alt+s")
        await done(pilot, view)
        assert "132 passages encoded" in note(view)
        await until(pilot, lambda: "All are in step" in standing(view))


async def test_a_path_typed_while_another_is_added_stays(folder: Path) -> None:
    encoder = HeldEncoder()
    encoder.reading.clear()
    app = chat(encoder)
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        line = type_path(view, folder / "ferry.txt")
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        type_path(view, folder / "archive.txt")
        await pilot.press("enter")
        encoder.go_on()
        await done(pilot, view)
        assert "1 added" in note(view)
        assert line.value == str(folder / "archive.txt")
        await pilot.press("enter")
        await done(pilot, view)
        assert line.value == ""
        await until(pilot, lambda: len(rows(view)) == 2)


async def test_one_update_at_a_time(folder: Path) -> None:
    encoder = HeldEncoder()
    encoder.reading.clear()
    app = chat(encoder)
    async with app.run_test(notifications=True) as pilot:
        view = await go_to_library(pilot)
        line = type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        await pilot.press("enter", "alt+s")
        assert line.value == str(folder)
        assert len(app._notifications) == 1
        encoder.go_on()
        await done(pilot, view)
        assert "2 added" in note(view)


async def test_the_end_of_an_update_is_told_in_the_other_views(folder: Path) -> None:
    encoder = HeldEncoder()
    encoder.reading.clear()
    app = chat(encoder)
    async with app.run_test(notifications=True) as pilot:
        view = await go_to_library(pilot)
        type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        await pilot.press("f5")
        encoder.go_on()
        await done(pilot, view)
        assert ["2 added" in one.message for one in app._notifications] == [True]


# What goes wrong


async def test_errors_are_shown_beside_the_box_and_the_path_is_kept(
    folder: Path,
) -> None:
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        missing = folder / "[red]no such"
        await add(pilot, view, missing)
        assert "No such file or folder" in note(view)
        assert f"There is no file or folder {missing}." in note(view)
        assert "Check the spelling" in note(view)
        assert view.query_one(PathInput).value == str(missing)
        assert "[red" in shown(view.note)
        assert rows(view) == ["seeds/syria-ceasefire.txt"]


async def test_what_cannot_be_read_is_listed_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path / "odd" / "empty.txt", "")
    (tmp_path / "odd" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        await add(pilot, view, tmp_path / "odd")
        assert "could be read as text" in note(view)
        assert view.query_one(PathInput).value == str(tmp_path / "odd")
        await until(pilot, lambda: view.lists.contents and view.lists.contents.left_out)
        assert "Left out 2" in shown(view.query_one("#library-head"))
        write(tmp_path / "odd" / "good.txt", FERRY)
        await pilot.press("enter")
        await done(pilot, view)
        assert "1 added · 2 left out" in note(view)
        assert "odd/picture.png · There is no reader for .png files." in note(view)
        view.lists.table.focus()
        await pilot.press("right")
        assert rows(view) == [
            str(tmp_path / "odd" / "empty.txt"),
            str(tmp_path / "odd" / "picture.png"),
        ]
        assert "There is no reader for .png files." in shown(view.lists.table)
        await pilot.press("down", "enter")
        assert note(view).startswith(str(tmp_path / "odd" / "picture.png"))


async def test_a_library_that_another_process_writes_to_says_so(folder: Path) -> None:
    path = own_library(folder)
    write(folder / "new.txt", "A new file.")
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        with writer_lock(path):
            await pilot.press("s")
            await done(pilot, view)
        assert "The library is being written" in note(view)
        assert "Wait until it has finished" in note(view)
        await pilot.press("s")
        await done(pilot, view)
        assert "1 added" in note(view)


async def test_what_another_process_added_is_counted_at_the_top(folder: Path) -> None:
    own_library(folder / "ferry.txt")
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        status = app.screen.query_one("#status")
        assert "default · 1 document " in shown(status)
        own_library(folder / "archive.txt")
        await pilot.press("r")
        await until(pilot, lambda: len(rows(view)) == 2)
        await until(pilot, lambda: "default · 2 documents " in shown(status))
        await settled(pilot)


async def test_a_damaged_library_is_shown_as_such(folder: Path) -> None:
    path = own_library(folder)
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        (path / "catalog.sqlite3").write_bytes(b"nothing of the kind" * 100)
        for name in ("catalog.sqlite3-wal", "catalog.sqlite3-shm"):
            (path / name).unlink(missing_ok=True)
        await pilot.press("r")
        await until(pilot, lambda: "The library is damaged" in standing(view))
        assert rows(view) == []


# Changes on disk


async def test_states_are_looked_at_and_a_sync_reports_what_it_did(
    folder: Path, tmp_path: Path
) -> None:
    write(folder / "gone.txt", "This one goes away.")
    write(folder / "touched.txt", "This one is only touched.")
    own_library(folder)
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        write(folder / "ferry.txt", FERRY + "It is blue.\n")
        write(folder / "touched.txt", "This one is only touched.")
        write(folder / "new.txt", "This one is new.")
        (folder / "gone.txt").unlink()
        (folder / "new.png").write_bytes(b"\x89PNG")
        await pilot.press("r")
        await until(pilot, lambda: "s syncs them" in standing(view))
        assert states(view) == {
            "papers/archive.txt": "in step",
            "papers/ferry.txt": "changed",
            "papers/gone.txt": "gone",
            "papers/touched.txt": "in step",
        }
        assert "1 gone from disk · 1 changed · 2 new files" in standing(view)
        await pilot.press("s")
        await done(pilot, view)
        assert "1 added · 1 updated · 1 removed · 1 left out" in note(view)
        await until(pilot, lambda: "All are in step" in standing(view))
        await pilot.press("s")
        await done(pilot, view)
        assert "Nothing to do" in note(view)
        os.rename(folder, tmp_path / "elsewhere")
        await pilot.press("r")
        await until(pilot, lambda: "3 out of reach" not in standing(view))
        await until(pilot, lambda: "out of reach" in standing(view))
        await pilot.press("s")
        await done(pilot, view)
        assert "is not there now, or empty; its documents were kept" in note(view)


async def test_the_rows_can_be_sorted_filtered_and_their_folders_listed(
    folder: Path,
) -> None:
    write(folder / "long.txt", ARCHIVE * 200)
    own_library(folder)
    async with in_library(size=(120, 30)) as (pilot, view):
        table = view.lists.table
        assert rows(view)[0] == "papers/archive.txt"
        await pilot.press("T")
        assert rows(view)[0] == "papers/long.txt"
        await pilot.press("t", "t", "t")
        assert "Passages ▾" in shown(table)
        assert rows(view)[0] == "papers/long.txt"
        await pilot.click(table, offset=(3, 0))
        assert rows(view)[0] == "papers/archive.txt"
        await pilot.press("slash", "f", "e", "r", "r")
        assert isinstance(view.chat.focused, FilterInput)
        assert rows(view) == ["papers/ferry.txt"]
        await pilot.press("x")
        assert "No row holds ferrx. Esc shows all." in shown(table)
        await pilot.press("escape")
        assert is_focused(view.chat, table)
        assert len(rows(view)) == 3
        await pilot.press("left")
        assert rows(view) == [str(folder)]
        assert "folder" in shown(table)
        await pilot.press("enter")
        assert len(rows(view)) == 3
        assert view.lists.filter.value == f"{folder}/"


async def test_the_list_stays_sorted_as_it_was_where_there_is_less_room(
    folder: Path,
) -> None:
    """Beside a document there are fewer columns: State is the second, not the third."""
    write(folder / "broken.bin.txt", "Broken or not.")
    write(folder / "zebra.md", "# Zebra\n\nIt has stripes.\n")
    own_library(folder)
    write(folder / "zebra.md", "# Zebra\n\nIt has black stripes.\n")
    async with in_library(size=(160, 50)) as (pilot, view):
        table = view.lists.table
        await pilot.press("t", "t")
        assert "State ▴" in shown(table)
        assert rows(view)[0] == "papers/zebra.md"
        before = rows(view)
        await pilot.press("enter")
        await until(pilot, lambda: view.query_one(DocumentPane).display)
        await until(pilot, lambda: "Title" not in shown(table))
        assert "State ▴" in shown(table)
        view.look()
        await until(pilot, lambda: "State ▴" in shown(table))
        await settled(pilot)
        assert rows(view) == before
        await pilot.press("t")
        assert "Kind ▴" in shown(table)
        assert rows(view)[-1] != "papers/broken.bin.txt"
        await pilot.press("escape")
        await until(pilot, lambda: "Title" in shown(table))
        assert "Kind ▴" in shown(table)


async def test_sorted_by_a_column_that_has_no_room_the_list_stays_so(
    folder: Path,
) -> None:
    write(folder / "long.txt", ARCHIVE * 200)
    own_library(folder)
    async with in_library(size=(160, 50)) as (pilot, view):
        table = view.lists.table
        await pilot.press("t")
        assert "Title ▴" in shown(table)
        await pilot.press("t", "t", "t", "t")
        assert "Size ▾" in shown(table)
        assert rows(view)[0] == "papers/long.txt"
        await pilot.press("enter")
        await until(pilot, lambda: "Size" not in shown(table))
        assert not set("▴▾") & set(shown(table))
        view.lists.set_filter("papers")
        await pilot.pause()
        assert not set("▴▾") & set(shown(table))
        assert rows(view)[0] == "papers/long.txt"
        await pilot.press("t")
        assert "Name ▴" in shown(table)
        await pilot.press("T")
        assert "Name ▾" in shown(table)


async def test_a_document_is_shown_beside_the_list_and_over_it_where_it_is_narrow(
    folder: Path,
) -> None:
    own_library(folder)
    async with in_library(size=(140, 30)) as (pilot, view):
        await pilot.press("down", "enter")
        pane = view.query_one(DocumentPane)
        await until(pilot, lambda: "leaves Calais at nine" in shown(pane))
        assert "papers/ferry.txt · ✓ in step · 1 passage" in shown(pane)
        assert is_focused(view.chat, view.lists.table)
        await pilot.press("escape")
        assert not pane.display
        held = hold(view.chat)
        await pilot.press("enter")
        assert "leaves Calais at nine" in shown(pane)
        await pilot.press("up", "enter")
        assert "papers/archive.txt · ✓ in step · 1 passage" in shown(pane)
        assert "leaves Calais" not in shown(pane)
        await until(pilot, lambda: "Reading …" in shown(pane))
        held.set()
        await until(pilot, lambda: "opens on Monday" in shown(pane))
        await pilot.press("escape")
        await pilot.resize_terminal(80, 24)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(view.chat.focused, SourceText))
        assert not view.lists.display
        await pilot.press("escape")
        assert view.lists.display
        assert is_focused(view.chat, view.lists.table)


# Removing


async def test_a_document_goes_once_that_is_confirmed_and_its_file_stays(
    folder: Path,
) -> None:
    own_library(folder)
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        await pilot.press("d")
        await asked(pilot, "papers/archive.txt")
        assert "The file on disk stays as it is." in dialog(app)
        await pilot.press("escape")
        assert is_shown(app, view)
        assert len(rows(view)) == 2
        await pilot.press("delete", "enter")
        await done(pilot, view)
        assert "1 removed" in note(view)
        await until(pilot, lambda: rows(view) == ["papers/ferry.txt"])
        assert (folder / "archive.txt").exists()
        assert "default · 1 document" in shown(app.screen.query_one("#status"))


async def test_after_the_last_document_the_examples_answer_again(folder: Path) -> None:
    own_library(folder)
    app = chat()
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        await pilot.press("left", "d")
        await asked(pilot, "With it 2 documents go out")
        await pilot.click("#confirm-yes")
        await done(pilot, view)
        assert "2 removed" in note(view)
        assert "The library is empty now." in note(view)
        await until(pilot, lambda: "Quoth's own examples" in standing(view))
        assert "seeds · 1 document" in shown(app.screen.query_one("#status"))


HOSTILE = ("[@click=app.quit]x[1].txt", "a\x1b[2J\x07b.txt", "two\nlines.txt", "*.txt")


async def test_names_are_shown_as_they_are_and_meant_to_the_letter(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "odd"
    for number, name in enumerate((*HOSTILE, "@x1.txt", "x.txt")):
        write(folder / name, f"Gate number {number} is by the sea.")
    own_library(folder)
    async with in_library(size=(100, 30)) as (pilot, view):
        text = shown(view.lists.table)
        assert "odd/[@click=app.quit]x[1].txt" in text
        assert "odd/a␛[2J␇b.txt" in text
        assert "odd/two lines.txt" in text
        assert "\x1b" not in text
        for name in ("*.txt", "[@click=app.quit]x[1].txt"):
            view.lists.table.action_edge(False)
            while view.lists.table.chosen_row.path != str(folder / name):  # type: ignore[union-attr]
                await pilot.press("down")
            await pilot.press("d")
            await asked(pilot, name)
            await pilot.press("y")
            await done(pilot, view)
            assert "1 removed" in note(view)
        await until(pilot, lambda: len(rows(view)) == 4)
        assert "odd/x.txt" in rows(view)


# Many rows, and the end


class Fixed:
    """Has so many documents, and none of them can be changed."""

    def __init__(self, count: int) -> None:
        self._contents = Contents(
            "default",
            "own",
            tuple(
                DocumentRow(
                    document_id=number,
                    path=f"/d/{number}.txt",
                    name=f"d/{number}.txt",
                    title=f"Number {number}",
                    sha256="0" * 64,
                    media_type="text/plain",
                    passages=1,
                    size=number,
                    changed=0.0,
                    state="in step",
                )
                for number in range(count)
            ),
        )

    def contents(self) -> Contents:
        return self._contents

    def change(
        self, wish: Wish, report: Report, notify: Callable[[str], None]
    ) -> UpdateReport:
        raise AssertionError("nothing is changed here")


async def test_thousands_of_rows_are_no_more_widgets() -> None:
    counts = []
    for count in (1, 5_000):
        app = ChatApp(Services(lambda _: seeds(), curator=Fixed(count)))
        app.animation_level = "none"
        async with app.run_test(size=(100, 30)) as pilot:
            view = await go_to_library(pilot)
            counts.append(len(view.query("*")))
            view.lists.table.focus()
            await pilot.press("end")
            assert f"d/{count - 1}.txt" in shown(view.lists.table)
            if count > 1:
                await pilot.press("slash", *"4321")
                assert rows(view) == ["d/4321.txt"]
    assert counts[0] == counts[1]


async def test_leaving_while_it_works_is_asked_and_then_stops_it(folder: Path) -> None:
    encoder = HeldEncoder()
    encoder.reading.clear()
    app = chat(encoder)
    async with app.run_test() as pilot:
        view = await go_to_library(pilot)
        type_path(view, folder)
        await pilot.press("enter")
        await until(pilot, encoder.waits.is_set)
        await pilot.press("ctrl+q")
        await asked(pilot, "stops it without loss")
        await pilot.press("escape")
        assert is_shown(app, view)
        await pilot.press("ctrl+q", "enter")
    encoder.go_on()
    writer = next(
        (one for one in threading.enumerate() if "quoth-writing" in one.name), None
    )
    if writer is not None:
        writer.join(10)
    assert not find_locations().library("default").joinpath("roots.json").exists()


# In words and numbers


def test_a_rate_and_a_time_left_come_with_the_first_half_second() -> None:
    moment = [10.0]
    pace = Pace(lambda: moment[0])
    pace.take(Progress("encoding", 100, 1_100, "chunks"))
    assert pace.rate is None
    assert pace.seconds_left is None
    moment[0] += 2.0
    pace.take(Progress("encoding", 300, 1_100, "chunks"))
    assert pace.rate == 100.0
    assert pace.seconds_left == 8.0
    pace.take(Progress("merging", 0, 8, "chunks"))
    assert pace.rate is None


def test_the_bar_of_an_update_takes_what_its_words_leave() -> None:
    pace = Pace()
    pace.take(Progress("encoding", 500, 1_000, "chunks"))
    words = "● Encoding 500 of 1,000 passages"
    line = progress_line(pace, "", cells=len(words) + 11).plain
    assert line == "● Encoding ━━━━━───── 500 of 1,000 passages"
    assert progress_line(pace, "", cells=len(words) + 5).plain == words
    assert progress_line(pace, "", cells=200).plain.count("━") == 16


def test_numbers_in_words() -> None:
    assert [duration(s) for s in (0.2, 99, 100, 3_599, 4_800)] == [
        "1 s",
        "99 s",
        "2 min",
        "1 h 0 min",
        "1 h 20 min",
    ]
    sizes = (0, 999, 1_000, 9_949, 9_960, 12_345_678, 999_960_000_000)
    assert [size_words(size) for size in sizes] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "9.9 kB",
        "10 kB",
        "12 MB",
        "1000 GB",
    ]
    assert sorted(["b10", "B9", "a"], key=natural) == ["a", "B9", "b10"]
