"""Copying a citation, opening its file, and what the pane says of the file."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from textual.app import SuspendNotSupported
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Static
from textual.widgets._toast import Toast

from assistant.source_state import UNCHANGED, SourceState
from assistant.tui.app import ChatApp
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.ask.reading_area import ReadingArea
from assistant.tui.messages import SourceChecked
from index.reading import read_file
from tests.tui_support import (
    MemoryAsker,
    ask,
    chat_over,
    newest,
    ready,
    seeds,
    shown,
    until,
)

WIDE, NARROW = (140, 40), (80, 24)
OAK = "The treasure is buried under the old oak."
ELM = "Nobody buried a treasure under the elm."
TEXT = f"# Trees\n\n{OAK}\n\n{ELM}\n"
QUESTION = "Where is the treasure buried?"


class DiskAsker(MemoryAsker):
    """Quotes files that are on the disk."""

    def __init__(self, *paths: Path) -> None:
        super().__init__({})
        self.documents = [read_file(path) for path in paths]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "trees.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Make an editor of a name, which notes what it was given in the file returned."""

    def make(name: str, then: str = "") -> Path:
        noted = tmp_path / "noted"
        body = f"open({str(noted)!r}, 'w').write(repr(sys.argv[1:]))"
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n{then}\n", "utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(path))
        return noted

    return make


def suspensions(app: ChatApp, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note when the chat leaves the terminal, which it has none of in a test."""
    noted: list[str] = []

    @contextmanager
    def suspend() -> Iterator[None]:
        noted.append("left")
        yield
        noted.append("back")

    monkeypatch.setattr(app, "suspend", suspend)
    return noted


def told(app: ChatApp) -> str:
    """Give all that was told in passing."""
    return "\n".join(f"{n.title} {n.message}" for n in app._notifications)


def state_of(app: ChatApp) -> str:
    return str(app.screen.query_one("#source-state", Static).content)


async def asked(pilot: Pilot[int], question: str = QUESTION) -> None:
    await ready(pilot)
    await ask(pilot, question)


SAID = [
    (SourceState("unchanged"), "unchanged", ""),
    (SourceState("moved", 57, 3, 2), "moved to line 57, p. 2", "as it was indexed"),
    (SourceState("moved", 1, 1), "changed elsewhere", "Library (F7)"),
    (SourceState("changed"), "changed", "no longer in the file. Library (F7)"),
    (SourceState("changed", reason="Too large."), "changed", "Too large. Library"),
    (SourceState("missing"), "file is gone", "Shown as it was indexed."),
    (SourceState("unreadable", reason="\x1b[2JNo."), "unreadable", "␛[2JNo."),
]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_pane_says_what_became_of_the_file(size: tuple[int, int]) -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test(size=size) as pilot:
        await asked(pilot, "Who is the US envoy for Syria?")
        if size == NARROW:
            await pilot.press("ctrl+n")
        for state, said, note in SAID:
            asker.states[asker.documents[0].name] = state
            app.screen.query_one(ReadingArea).check_again()
            await until(pilot, partial(says, app, said))
            assert said in shown(app.screen.query_one("#source-head"))
            line = app.screen.query_one("#source-note")
            assert line.display == bool(note)
            assert not note or note in " ".join(shown(line).split())
            # The text that was indexed is shown all the same.
            text = shown(app.screen.query_one("#source-text"))
            assert "The US Special Envoy" in text


def says(app: ChatApp, said: str) -> bool:
    return state_of(app) == said


async def test_each_quote_has_its_own_state_and_late_ones_are_dropped() -> None:
    asker = MemoryAsker({"a.txt": f"{OAK}\n", "b.txt": "Treasure is buried.\n"})
    asker.states = {"a.txt": SourceState("missing"), "b.txt": SourceState("changed")}
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        names = [card.quote.citation.document.name for card in newest(pilot).cards]
        words = {"a.txt": "file is gone", "b.txt": "changed"}

        def shows(position: int) -> Callable[[], bool]:
            return lambda: state_of(app) == words[names[position]]

        await until(pilot, shows(0))
        for position in (1, 0, 1):
            await pilot.press("ctrl+n")
            await until(pilot, shows(position))
        late = SourceChecked(app.screen.query_one(ReadingArea).request - 1, UNCHANGED)
        app.screen.post_message(late)
        await pilot.pause()
        assert shows(1)()


async def test_the_state_of_a_document_that_changed_in_the_library_is_said_too(
    file: Path,
) -> None:
    asker = DiskAsker(file)
    app = chat_over(asker)
    async with app.run_test(size=NARROW) as pilot:
        await asked(pilot)
        asker.documents = [replace(asker.documents[0], sha256="1" * 64)]
        asker.states["trees.md"] = SourceState("moved", 9, 1)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: state_of(app) == "moved to line 9")
        assert app.screen.query_one("#source-failure").display


async def test_two_quotes_of_a_document_that_is_on_its_way() -> None:
    asker = MemoryAsker({"other.txt": "An oak was felled.\n", "trees.md": TEXT})
    app = chat_over(asker)
    async with app.run_test(size=NARROW) as pilot:
        await asked(pilot, "Was an oak felled?")
        await pilot.press("ctrl+n")
        text = app.screen.query_one("#source-text")
        await until(pilot, lambda: "was felled" in shown(text))
        await pilot.press("escape")
        await ask(pilot, "Is the treasure under the elm?")
        await pilot.press("ctrl+n", "ctrl+n")
        await until(pilot, lambda: "# Trees" in shown(text))
        assert not app.screen.query_one("#source-failure").display


@pytest.mark.parametrize("keys", [("tab", "y"), ("alt+y",)])
async def test_a_quote_is_copied_with_its_place(
    keys: tuple[str, ...], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = chat_over(DiskAsker(file))
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        written: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        await pilot.press(*keys)
        await until(pilot, lambda: app.clipboard)
        assert app.clipboard == f"“{OAK}”\n— trees.md:3\n"
        sent = base64.b64encode(app.clipboard.encode()).decode()
        assert f"\x1b]52;c;{sent}\a" in written
        assert "Copied trees.md:3" in told(app)


async def test_what_was_copied_is_told_in_one_line() -> None:
    name = f"{'a-long-name-' * 4}end.md"
    app = chat_over(MemoryAsker({name: f"{OAK}\n"}))
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await asked(pilot)
        await pilot.press("alt+y")
        await until(pilot, lambda: app.screen.query(Toast))
        rows = shown(app.screen.query_one(Toast)).split("\n")
        assert any("…" in row and row.endswith("-end.md:1") for row in rows)


async def test_what_is_at_hand_is_focused_or_followed_or_the_newest(
    file: Path,
) -> None:
    app = chat_over(DiskAsker(file))
    async with app.run_test(size=NARROW) as pilot:
        await asked(pilot)
        cards = newest(pilot).cards
        assert len(cards) > 1
        copied = [f"“{card.quote.text}”" for card in cards]
        await pilot.press("alt+y")
        assert app.clipboard.startswith(copied[0])
        cards[1].focus()
        await pilot.press("y")
        assert app.clipboard.startswith(copied[1])
        app.screen.query_one(QuestionBox).focus()
        await pilot.press("ctrl+n", "alt+y")
        assert app.clipboard.startswith(copied[0])
        await pilot.press("ctrl+n", "alt+y")
        assert app.clipboard.startswith(copied[1])


async def test_letters_are_typed_in_the_box_and_nothing_is_there_without_a_quote(
    file: Path,
) -> None:
    app = chat_over(DiskAsker(file))
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert "Copy" not in titles
        await pilot.press("alt+y", "alt+e", "alt+o", "y", "e", "o")
        assert app.screen.query_one(QuestionBox).text == "yeo"
        assert app.clipboard == ""
        assert told(app) == ""
        app.screen.query_one(QuestionBox).text = ""
        await ask(pilot, QUESTION)
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert {"Copy", "Edit", "Original"} <= set(titles)
        await pilot.press("y", "e", "o")
        assert app.screen.query_one(QuestionBox).text == "yeo"


async def test_a_chord_with_alt_is_not_typed(file: Path) -> None:
    app = chat_over(DiskAsker(file))
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        # As a terminal's Escape and letter arrive: with the letter as text.
        app.post_message(Key("alt+y", "y"))
        await until(pilot, lambda: app.clipboard)
        assert app.screen.query_one(QuestionBox).text == ""


@pytest.mark.parametrize("keys", [("tab", "e"), ("alt+e",)])
async def test_an_editor_opens_where_the_quote_is_now(
    keys: tuple[str, ...],
    file: Path,
    editor: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noted = editor("vim")
    asker = DiskAsker(file)
    app = chat_over(asker)
    left = suspensions(app, monkeypatch)
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        await until(pilot, lambda: state_of(app) == "unchanged")
        file.write_text("One.\n\nTwo.\n\n" + TEXT, encoding="utf-8")
        # What the editor did to the file shows as soon as it is left.
        asker.states["trees.md"] = SourceState("moved", 7, 1)
        await pilot.press(*keys)
        await until(pilot, lambda: left == ["left", "back"])
        assert noted.read_text() == repr(["+7", str(file)])
        await until(pilot, lambda: state_of(app) == "moved to line 7")


async def test_an_editor_with_a_window_does_not_stop_the_chat(
    file: Path, editor: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = editor("code")
    app = chat_over(DiskAsker(file))
    left = suspensions(app, monkeypatch)
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        await pilot.press("alt+e")
        await until(pilot, lambda: noted.exists() and noted.read_text())
        assert noted.read_text() == repr(["-g", f"{file}:3:1"])
        assert left == []
        assert "Opened with code" in told(app)


async def test_an_editor_that_fails_is_named(
    file: Path, editor: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(app: ChatApp, said: str) -> bool:
        return said in told(app)

    for name in ("vim", "code"):
        editor(name, "sys.exit(3)")
        app = chat_over(DiskAsker(file))
        suspensions(app, monkeypatch)
        async with app.run_test(size=WIDE) as pilot:
            await asked(pilot)
            await pilot.press("alt+e")
            await until(pilot, partial(fails, app, f"{name} ended with the error 3."))


async def test_what_keeps_a_file_from_being_opened_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(variable, raising=False)
    asker = DiskAsker(file)
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        await pilot.press("alt+e")
        await until(pilot, lambda: "no-such-editor was not found" in told(app))
        await pilot.press("alt+o")
        await until(pilot, lambda: "no screen here to open trees.md" in told(app))
        file.unlink()
        await pilot.press("alt+e")
        await until(pilot, lambda: "trees.md is not there any more" in told(app))


async def test_the_original_is_opened_by_the_system(
    file: Path, editor: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = editor("xdg-open")
    folder = os.path.dirname(os.environ["VISUAL"])
    monkeypatch.setenv("PATH", folder)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("sys.platform", "linux")
    app = chat_over(DiskAsker(file))
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        await pilot.press("tab", "o")
        await until(pilot, lambda: noted.exists() and noted.read_text())
        assert noted.read_text() == repr([str(file)])


async def test_text_that_was_taken_out_of_a_file_has_no_line_in_it(
    file: Path, editor: Callable[[str], Path]
) -> None:
    noted = editor("vim")
    asker = DiskAsker(file)
    asker.documents = [replace(asker.documents[0], media_type="application/pdf")]
    app = chat_over(asker)
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        await pilot.press("alt+e")
        await until(pilot, lambda: "no text file" in told(app))
        assert not noted.exists()


async def test_in_a_browser_it_says_that_it_cannot(
    file: Path, editor: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = editor("code")
    app = chat_over(DiskAsker(file))
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        monkeypatch.setattr(type(app), "is_web", True)
        await pilot.press("alt+e")
        await until(pilot, lambda: "cannot be opened from the browser" in told(app))
        assert not noted.exists()


async def test_where_the_terminal_cannot_be_left_it_says_so(
    file: Path, editor: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = editor("vim")
    app = chat_over(DiskAsker(file))

    def refuse() -> None:
        raise SuspendNotSupported

    monkeypatch.setattr(app, "suspend", refuse)
    async with app.run_test(size=WIDE) as pilot:
        await asked(pilot)
        await pilot.press("alt+e")
        await until(pilot, lambda: "needs the terminal" in told(app))
        assert not noted.exists()


async def test_f2_opens_at_the_newest_answer(file: Path) -> None:
    app = chat_over(DiskAsker(file))
    async with app.run_test(size=NARROW) as pilot:
        await asked(pilot)
        first = newest(pilot).cards
        await pilot.press("ctrl+n", "ctrl+n")
        assert first[1].has_class("-followed")
        await pilot.press("f2", "f2")
        # No answer came between: it opens where it was.
        assert first[1].has_class("-followed")
        await pilot.press("f2")
        await ask(pilot, "Is the treasure under the elm?")
        cards = newest(pilot).cards
        await pilot.press("f2")
        assert cards[0].has_class("-followed")
        await pilot.press("f2")
        first[0].focus()
        await pilot.press("f2")
        assert first[0].has_class("-followed")
