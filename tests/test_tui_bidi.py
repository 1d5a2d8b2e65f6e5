import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import Static

from assistant.look import read_look
from assistant.tui.app import ChatApp
from assistant.tui.ask.cards import QuoteCard
from assistant.tui.bidi.algorithm import find_base, find_levels, mirrored, visual_order
from assistant.tui.bidi.arabic import join_letters
from assistant.tui.bidi.terminal_order import is_ordered_here
from assistant.tui.bidi.visual_order import (
    VisualOrder,
    cell_before_order,
    with_direction,
)
from tests.tui_support import MemoryAsker, ask, chat_over, ready, shown

LETTERS = "abאבגדהدسم12٣٤ .,:+-$%()[]«»\u0301\u05b0\u064e"
BOLD, PLAIN = Style(bold=True), Style()


def seen(text: str, base: int | None = None) -> str:
    """Give a row of cells as the algorithm says it is seen."""
    levels = find_levels(text, find_base(text) if base is None else base)
    return "".join(
        mirrored(text[place]) if levels[place] == 1 else text[place]
        for place in visual_order(levels)
    )


def in_order(*parts: tuple[str, Style]) -> list[tuple[str, Style | None]]:
    """Give what the filter makes of the segments of a row."""
    segments = [Segment(text, style) for text, style in parts]
    ordered = VisualOrder().apply(segments, Color(0, 0, 0))
    return [(segment.text, segment.style) for segment in ordered]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("שלום", "םולש"),
        ("The word שלום means peace.", "The word םולש means peace."),
        ("שלום 123 עולם", "םלוע 123 םולש"),
        ("מחיר: 1,250.50 ש״ח", "ח״ש 1,250.50 :ריחמ"),
        ("car (מכונית) is", "car (תינוכמ) is"),
        ("אמר John Smith, בן 42.", ".42 ןב ,John Smith רמא"),
        ("see שלום (עולם)", "see (םלוע) םולש"),
        ("عام 2023 م", "م 2023 ماع"),
        ("12-14 אב", "בא 12-14"),
        ("", ""),
    ],
)
def test_rows_are_seen_in_order(text: str, expected: str) -> None:
    assert seen(text) == expected


def test_tabs_and_what_ends_a_row_run_as_the_paragraph() -> None:
    assert seen("ab \tג", 1) == "ג\t ab"
    assert seen("אב  ", 0) == "בא  "


@given(st.text(st.sampled_from(LETTERS), max_size=14), st.sampled_from([0, 1]))
@settings(deadline=None, max_examples=400)
def test_the_order_is_that_of_another_implementation(text: str, base: int) -> None:
    """It has no tabs: unicode-bidi leaves rows without a letter of level 1 alone."""
    levels = find_levels(text, base)
    ours = "".join(text[place] for place in visual_order(levels))
    assert ours == get_display(text, base_dir="LR"[base])


@given(st.text(max_size=30))
@settings(deadline=None)
def test_every_character_is_drawn_once(text: str) -> None:
    levels = find_levels(text, 0)
    assert sorted(visual_order(levels)) == list(range(len(text)))
    assert all(level in (0, 1, 2) for level in levels)


def test_brackets_are_mirrored_and_nothing_else_is() -> None:
    assert mirrored("(") == ")"
    assert mirrored("«") == "»"
    assert mirrored("<") == ">"
    assert mirrored("a") == "a"
    for code in range(0x3000):
        character = chr(code)
        if unicodedata.mirrored(character):
            assert mirrored(mirrored(character)) == character
        else:
            assert mirrored(character) == character


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("محمد", "ﻣﺤﻤﺪ"),
        ("كتاب", "ﻛﺘﺎﺏ"),
        ("پدر", "ﭘﺪﺭ"),
        ("مُحَمَّد", "ﻣُﺤَﻤَّﺪ"),
        ("می\u200cروم", "ﻣﯽ\u200cﺭﻭﻡ"),
        ("abc", "abc"),
    ],
)
def test_arabic_letters_are_joined(word: str, forms: str) -> None:
    assert join_letters(word) == forms
    assert unicodedata.normalize("NFKC", forms) == unicodedata.normalize("NFKC", word)


def test_each_character_keeps_its_style() -> None:
    assert in_order(("the ", PLAIN), ("של", BOLD), ("ום", PLAIN), (" end", PLAIN)) == [
        ("the םו", PLAIN),
        ("לש", BOLD),
        (" end", PLAIN),
    ]


def test_frames_and_columns_stay_where_they_are() -> None:
    assert in_order(("│ שלום עולם   אב │", PLAIN)) == [("│ םלוע םולש   בא │", PLAIN)]


def test_a_marked_paragraph_runs_left_in_all_its_rows() -> None:
    marked = with_direction(Content("שלום ABC"))
    style = Style.from_meta({"runs_left": True})
    assert [span.style.meta for span in marked.spans if not isinstance(span.style, str)]
    assert in_order(("ABC, שלום.", style)) == [(".םולש ,ABC", style)]
    assert in_order(("ABC, שלום.", PLAIN)) == [("ABC, םולש.", PLAIN)]
    assert not with_direction(Content("ABC שלום")).spans


def test_rows_without_such_text_are_not_touched() -> None:
    segments = [Segment("plain (text) 日本"), Segment("👩\u200d👧")]
    assert VisualOrder().apply(segments, Color(0, 0, 0)) is segments


@given(st.text(st.sampled_from(LETTERS + "日👩\u200d⚠\ufe0f│"), max_size=30))
@settings(deadline=None)
def test_a_row_keeps_its_cells(text: str) -> None:
    row = f"א{text}"
    ordered = VisualOrder().apply([Segment(row, PLAIN)], Color(0, 0, 0))
    assert sum(segment.cell_length for segment in ordered) == cell_len(row)


def test_the_mouse_finds_what_is_seen() -> None:
    row = [Segment("ab שלום"), Segment("")]
    # Seen: `ab םולש`; the last letter stands in cell 3.
    assert [cell_before_order(row, cell) for cell in range(8)] == [
        0, 1, 2, 6, 5, 4, 3, 7,
    ]  # fmt: skip
    assert cell_before_order([Segment("plain")], 2) == 2


@pytest.mark.parametrize(
    ("setting", "environment", "ordered"),
    [
        ("auto", {}, True),
        ("auto", {"VTE_VERSION": "7600"}, True),
        ("auto", {"VTE_VERSION": "7600", "TMUX": "/tmp/tmux"}, False),
        ("auto", {"VTE_VERSION": "5200", "TMUX": "/tmp/tmux"}, True),
        ("auto", {"KONSOLE_VERSION": "240800"}, False),
        ("auto", {"KITTY_WINDOW_ID": "1"}, False),
        ("auto", {"TERM_PROGRAM": "Apple_Terminal"}, False),
        ("auto", {"KONSOLE_VERSION": "240800", "TEXTUAL_DRIVER": "x:Y"}, True),
        ("quoth", {"KONSOLE_VERSION": "240800"}, True),
        ("terminal", {}, False),
    ],
)
def test_who_puts_text_in_order(
    setting: str, environment: Mapping[str, str], ordered: bool
) -> None:
    assert is_ordered_here(setting, environment) is ordered


def test_the_setting_is_read(tmp_path: Path) -> None:
    file, none = tmp_path / "config.toml", tmp_path / "none"
    assert read_look(none, none, {}).bidi == "auto"
    file.write_text('[chat]\nbidi = "terminal"\n')
    assert read_look(file, none, {}).bidi == "terminal"
    assert read_look(file, none, {"QUOTH_CHAT__BIDI": "quoth"}).bidi == "quoth"


def hebrew_chat() -> ChatApp:
    text = "העיר תל אביב (Tel Aviv) נוסדה בשנת 1909."
    app = chat_over(MemoryAsker({"city.txt": f"{text}\nEnd of it."}))
    app.visual_order.enabled = True
    return app


async def test_cards_are_read_from_the_right() -> None:
    app = hebrew_chat()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        view = await ask(pilot, "תל אביב נוסדה")
        quote = view.query_one(QuoteCard).query_one(".card-quote", Static)
        assert shown(quote).strip() == ".1909 תנשב הדסונ (Tel Aviv) ביבא לת ריעה"
        assert shown(quote).endswith("ריעה")
        app.visual_order.enabled = False
        app.refresh(layout=True)
        quote.refresh(layout=True)
        await pilot.pause()
        assert "העיר תל אביב (Tel Aviv) נוסדה בשנת 1909." in shown(quote)


async def test_what_is_selected_of_a_card_is_what_is_seen() -> None:
    app = hebrew_chat()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        view = await ask(pilot, "תל אביב נוסדה")
        quote = view.query_one(QuoteCard).query_one(".card-quote", Static)
        y = quote.content_region.y
        right = quote.content_region.right - 1
        await pilot.mouse_down(offset=Offset(right, y))
        await pilot.hover(offset=Offset(right - 3, y))
        await pilot.mouse_up(offset=Offset(right - 3, y))
        assert app.screen.get_selected_text() == "העיר"
