"""The help of each view, the command palette, and a narrow terminal."""

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList, Static

from assistant.look import Look
from assistant.tui.app import ChatApp
from assistant.tui.ask.question_box import QuestionBox
from assistant.tui.look.help_screen import HelpScreen, groups
from assistant.tui.status import VIEWS, ViewTab
from assistant.tui.view import View
from index.errors import LibraryDamaged
from tests.tui_support import (
    MemoryAsker,
    ask,
    chat_over,
    put,
    ready,
    seeds,
    shown,
    until,
)


def help_text(app: ChatApp) -> str:
    return "\n".join(str(line.content) for line in app.screen.query(Static))


@pytest.mark.parametrize("mode", list(VIEWS))
async def test_each_view_has_a_help_of_its_own(mode: str) -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press(VIEWS[mode][0].lower())
        await until(pilot, lambda: isinstance(app.screen, View))
        view = app.screen
        assert isinstance(view, View)
        assert mode == view.MODE
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        text = help_text(app)
        assert view.ABOUT in text
        assert "Go to" not in text
        for key, name in VIEWS.values():
            assert key in text
            assert name in text
        await pilot.press("f1")
        await until(pilot, lambda: app.screen == view)


async def test_the_help_says_how_to_read_an_answer_and_what_the_keys_do() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("f1")
        text = help_text(app)
        for said in (
            "Each quote is a slice of its source", "≈ marks the nearest sentences",
            "Question box", "Ask the question", "Shift+Enter, Alt+Enter, Ctrl+J",
            "Next quote in its source", "Previous quote in its source", "1 … 9",
            "To the citation", "Ctrl+Q",
        ):  # fmt: skip
            assert said in text


async def test_the_help_names_the_keys_that_the_reader_has_chosen() -> None:
    look = Look(keys={"citation.next": "x,ctrl+t"}, keys_set_in="config.toml")
    app = chat_over(seeds(), look=look)
    async with app.run_test() as pilot:
        await ready(pilot)
        view = app.screen
        assert isinstance(view, View)
        rows = {row.description: row.keys for row in groups(view, app)["Answers"]}
        assert rows["Next quote in its source"] == "x, Ctrl+T"
        assert rows["The quote of that number"] == "1 … 9"


async def test_the_help_says_in_which_part_of_the_library_a_key_acts() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("f7")
        await until(pilot, lambda: app.screen.is_mounted and app.screen.query("*"))
        view = app.screen
        assert isinstance(view, View)
        found = groups(view, app)
        keys = {heading: [row.keys for row in rows] for heading, rows in found.items()}
        assert list(keys)[:4] == ["Library", "Path box", "Filter", "List"]
        assert "Search" not in keys
        assert keys["Path box"] == ["Enter", "Tab", "↓", "↑", "Esc"]
        assert {"Enter", "↑, k", "↓, j", "t", "T"} <= set(keys["List"])
        assert keys["Filter"] == ["Enter, ↓"]
        said = [row.description for rows in found.values() for row in rows]
        assert "Take the chosen completion, or add the path" in said
        assert not {"Up", "Down", "Close", "Add", "Open"} & {
            row.description for row in found["Path box"]
        }


@pytest.mark.parametrize("mode", list(VIEWS))
async def test_no_key_of_the_help_has_two_meanings_in_one_place(mode: str) -> None:
    """Escape and Tab have: they lead on step by step."""
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press(VIEWS[mode][0].lower())
        await until(pilot, lambda: app.screen.is_mounted)
        view = app.screen
        assert isinstance(view, View)
        for heading, rows in groups(view, app).items():
            keys = [key for row in rows for key in row.keys.split(", ")]
            keys = [key for key in keys if key not in ("Esc", "Tab")]
            assert len(set(keys)) == len(keys), heading


async def test_the_help_is_read_to_its_end_on_a_small_screen() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("f1")
        assert "Ask: help" in shown(app.screen)
        assert "Esc closes" in shown(app.screen)
        assert "Ctrl+Q" not in shown(app.screen)
        text = app.screen.query_one("#help-text")
        for _ in range(12):
            await pilot.press("pagedown")
        assert text.scroll_offset.y == text.max_scroll_y > 0
        assert "Ctrl+Q" in shown(app.screen)
        assert "Esc closes" in shown(app.screen)
        await pilot.press("q")
        assert isinstance(app.screen, View)


async def test_a_question_mark_is_typed_where_text_is_typed_and_helps_elsewhere() -> (
    None
):
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("question_mark")
        assert app.screen.query_one(QuestionBox).text == "?"
        app.screen.query_one(QuestionBox).clear()
        await ask(pilot, "Who is the US envoy for Syria?")
        await pilot.press("tab", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, View)


def commands(app: ChatApp) -> list[str]:
    return [command.title for command in app.get_system_commands(app.screen)]


async def test_the_palette_has_what_can_be_done_now() -> None:
    asker = seeds()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        first = commands(app)
        assert "Next quote" not in first
        assert "New conversation" not in first
        assert {"Help", "Theme", "Quit", "Go to: Search"} <= set(first)
        await ask(pilot, "Who is the US envoy for Syria?")
        now = commands(app)
        assert {"Next quote", "Source", "Why this answer", "New conversation"} <= set(
            now
        )
        assert "Without context" not in now
        assert "Cancel the question" not in now
        asker.gate.clear()
        await put(pilot, "How many people have been killed in the conflict?")
        assert "Cancel the question" in commands(app)
        asker.gate.set()
        assert len(set(now)) == len(now)
        # Those of Textual that make no sense here, or that have another name.
        assert not {"Keys", "Maximize", "Minimize", "Screenshot"} & set(now)


async def test_help_and_themes_are_reached_from_the_palette() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"help")
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_the_palette_begins_with_what_the_view_can_do() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count > 5)
        first = str(options.get_option_at_index(0).prompt)
        assert first.startswith("Next quote")


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (200, 60)])
async def test_a_narrow_terminal_can_be_worked_in(size: tuple[int, int]) -> None:
    app = chat_over(seeds())
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await ask(pilot, "Who is the US envoy for Syria?")
        await pilot.press("ctrl+n")
        for _, (key, _name) in VIEWS.items():
            await pilot.press(key.lower(), "f1", "escape")
        await pilot.press("f5")
        box = app.screen.query_one(QuestionBox)
        assert box.region.bottom <= size[1]
        assert box.region.width == size[0]
        if size[0] >= 40:
            tabs = app.screen.query(ViewTab)
            assert all(tab.region.right <= size[0] for tab in tabs)


async def test_a_long_name_of_a_library_leaves_the_tabs_whole() -> None:
    app = chat_over(seeds())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        app.library_line = f"{'archive-of-the-' * 5}committee · 12,345 documents"
        app.work = ("1,234,567 by words only", "ready")
        await pilot.pause()
        line = shown(app.screen.query_one("#status"))
        for _, name in VIEWS.values():
            assert name in line
        assert "archive" in line
        assert "…" in line
        assert "· 1,234,567 by words" in line


async def test_letters_appear_at_once_while_the_session_is_busy() -> None:
    asker = seeds()
    asker.gate.clear()
    app = chat_over(asker)
    async with app.run_test() as pilot:
        await ready(pilot)
        await put(pilot, "Who is the US envoy for Syria?")
        await until(pilot, lambda: asker.asked)
        await pilot.press(*"typed")
        # The session still waits: nothing of it was needed for this.
        assert not asker.gate.is_set()
        assert not asker.finished.is_set()
        assert app.screen.query_one(QuestionBox).text == "typed"
        assert "typed" in shown(app.screen.query_one(QuestionBox))
        asker.gate.set()


async def test_letters_appear_at_once_while_the_library_is_opened() -> None:
    import threading

    gate = threading.Event()

    def opening(notify: object) -> None:
        gate.wait(10)

    app = chat_over(seeds(), opening=opening)
    async with app.run_test() as pilot:
        await pilot.press(*"typed")
        assert app.overview is None
        assert "typed" in shown(app.screen.query_one(QuestionBox))
        gate.set()
        await ready(pilot)


async def test_ctrl_c_copies_what_is_selected_and_quits_the_second_time() -> None:
    app = chat_over(seeds())
    async with app.run_test(notifications=True) as pilot:
        await ready(pilot)
        await pilot.press(*"copied")
        app.screen.query_one(QuestionBox).select_all()
        await pilot.press("ctrl+c", "ctrl+c")
        assert app.clipboard == "copied"
        assert not list(app._notifications)
        await pilot.press("end", "ctrl+c")
        (said,) = app._notifications
        assert "Once more to quit" in said.message
        assert app.is_running
        await pilot.press("ctrl+c")
    assert app.return_code == 0


async def test_ctrl_c_quits_from_a_dialog_too() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        await pilot.press("f1", "ctrl+c", "ctrl+c")
    assert app.return_code == 0


async def test_tabs_are_clicked_and_say_their_keys() -> None:
    app = chat_over(seeds())
    async with app.run_test() as pilot:
        await ready(pilot)
        tabs = list(app.screen.query(ViewTab))
        assert [tab.tooltip for tab in tabs] == [
            f"{name} ({key})" for key, name in VIEWS.values()
        ]
        await pilot.click(tabs[2])
        await until(pilot, lambda: app.current_mode == "library")


async def test_a_failed_library_is_said_in_the_line_at_the_top() -> None:
    def fail(notify: object) -> None:
        raise LibraryDamaged("Segment 3f is cut short.", "Run `quoth doctor`.")

    app = chat_over(MemoryAsker({}), opening=fail)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.work[1] == "failed")
        assert "The library is damaged" in shown(app.screen.query_one("#status"))
