import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.app import App
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.pilot import Pilot

from assistant.render.sanitize import sanitize
from assistant.tui.bidi.algorithm import mirrored
from assistant.tui.bidi.visual_order import VisualOrder
from assistant.tui.source.cells import drawn
from assistant.tui.source.drawing import (
    Ink,
    draw_cells,
    fill_cells,
    find_row,
    offset_in_cell,
)
from assistant.tui.source.lighting import Lighting
from assistant.tui.source.places import Places
from assistant.tui.source.text import SourceText
from assistant.tui.source.wrapping import make_layout
from assistant.tui.view import View
from index.positions import LineMap
from tests.tui_support import make_document, until

TEXTS = st.text(
    st.sampled_from("ab (1)é日本\t\n\r\x1bאבםسل٣\u202e\u200b\u0301\u05b0👩\u200d⚠🇫"),
    max_size=80,
)
PLAIN, LIT = Style(), Style(bold=True)


class Desk(View):
    """A view with nothing but a source."""

    def compose(self) -> Iterator[SourceText]:
        yield SourceText()


class Reader(App[int]):
    CSS = """
    SourceText { overflow: hidden scroll; height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.copied = ""

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.push_screen(Desk())

    def get_line_filters(self) -> list[LineFilter]:
        return [VisualOrder()]

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text


@asynccontextmanager
async def reading(
    text: str, cited: tuple[int, int] = (0, 1), size: tuple[int, int] = (40, 12)
) -> AsyncIterator[tuple[Pilot[int], SourceText]]:
    app = Reader()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        source = app.screen.query_one(SourceText)
        source.show(make_document("text.txt", text), LineMap(text), Lighting(cited))
        await until(pilot, lambda: source.has_all_rows)
        yield pilot, source


def screen(source: SourceText) -> list[str]:
    return [source.render_line(y).text for y in range(source.size.height)]


async def drag(pilot: Pilot[int], start: Offset, end: Offset) -> None:
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=end)
    await pilot.mouse_up(offset=end)


# Selection

PARAGRAPHS = "The quick brown fox jumps over the lazy dog.\r\n\r\nSecond\tparagraph."
GUTTER = 4


async def test_selected_text_is_that_of_the_document() -> None:
    async with reading(PARAGRAPHS, size=(30, 10)) as (pilot, source):
        assert screen(source)[1].startswith(" " * GUTTER + "over the lazy dog.")
        await drag(pilot, Offset(GUTTER + 4, 0), Offset(GUTTER + 5, 3))
        wanted = "quick brown fox jumps over the lazy dog.\r\n\r\nSecond"
        assert pilot.app.screen.get_selected_text() == wanted
        await pilot.press("ctrl+c")
        assert isinstance(pilot.app, Reader)
        assert pilot.app.copied == wanted


async def test_what_is_selected_is_shown_and_the_gutter_is_not() -> None:
    async with reading(PARAGRAPHS, cited=(70, 71), size=(30, 10)) as (pilot, source):
        await drag(pilot, Offset(GUTTER + 4, 0), Offset(GUTTER + 3, 1))
        style = source.screen.get_component_rich_style("screen--selection")
        selected = [
            "".join(
                segment.text
                for segment in source.render_line(y)
                if segment.style and segment.style.bgcolor == style.bgcolor
            )
            for y in range(3)
        ]
        assert selected == ["quick brown fox jumps", "over", ""]


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        # From line numbers, from behind the end of a row, and backwards.
        (Offset(0, 1), Offset(GUTTER + 3, 1), "over"),
        (Offset(GUTTER, 1), Offset(28, 1), "over the lazy dog."),
        (Offset(GUTTER, 0), Offset(28, 0), "The quick brown fox jumps"),
        (Offset(GUTTER + 3, 1), Offset(GUTTER + 22, 0), "mps over"),
        (Offset(GUTTER, 3), Offset(GUTTER + 2, 8), "Second\tparagraph."),
    ],
)
async def test_selection_ends_where_the_mouse_is(
    start: Offset, end: Offset, wanted: str
) -> None:
    async with reading(PARAGRAPHS, size=(30, 10)) as (pilot, _):
        await drag(pilot, start, end)
        assert pilot.app.screen.get_selected_text() == wanted


async def test_wide_characters_and_marks_are_selected_whole() -> None:
    text = "日本語 e\u0301e\u0301 👩\u200d👧 ok"
    async with reading(text) as (pilot, source):
        assert screen(source)[0].rstrip() == " 1▌ 日本語 e\u0301e\u0301 👩👧 ok"
        for first, last in ((4, 6), (5, 7)):  # Either half of a wide character.
            await drag(pilot, Offset(first, 0), Offset(last, 0))
            assert pilot.app.screen.get_selected_text() == "日本"
        await drag(pilot, Offset(11, 0), Offset(12, 0))
        assert pilot.app.screen.get_selected_text() == "e\u0301e\u0301"


async def test_right_to_left_text_is_selected_as_it_is_read() -> None:
    text = "אמר John Smith, בן 42."
    async with reading(text) as (pilot, source):
        row = screen(source)[0]
        assert row.rstrip().endswith(".42 ןב ,John Smith רמא")
        right = len(row.rstrip()) - 1
        await drag(pilot, Offset(right, 0), Offset(right - 2, 0))
        assert pilot.app.screen.get_selected_text() == "אמר"
        john = row.index("John")
        await drag(pilot, Offset(john, 0), Offset(john + 3, 0))
        assert pilot.app.screen.get_selected_text() == "John"
        await drag(pilot, Offset(right, 0), Offset(6, 0))
        assert pilot.app.screen.get_selected_text() == text


async def test_a_double_click_selects_a_word_and_a_triple_one_the_line() -> None:
    async with reading(PARAGRAPHS, size=(30, 10)) as (pilot, _):
        await pilot.click(offset=Offset(GUTTER + 6, 0), times=2)
        assert pilot.app.screen.get_selected_text() == "quick"
        await pilot.click(offset=Offset(GUTTER + 6, 1), times=3)
        assert pilot.app.screen.get_selected_text() == PARAGRAPHS.split("\r\n")[0]


async def test_selection_stays_with_its_text_and_goes_with_its_document() -> None:
    async with reading(PARAGRAPHS, size=(30, 10)) as (pilot, source):
        await drag(pilot, Offset(GUTTER + 4, 0), Offset(GUTTER + 8, 0))
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        assert pilot.app.screen.get_selected_text() == "quick"
        other = "Another text."
        source.show(make_document("b.txt", other), LineMap(other), Lighting((0, 1)))
        assert not pilot.app.screen.get_selected_text()


# Drawing


def rows_of(text: str, width: int, *, visual: bool) -> Iterator[tuple[str, str, int]]:
    """Give of each row its text, what is drawn of it, and its cells."""
    places = Places(text, LineMap(text))
    layout = make_layout(text, places.lines, width)
    for number in range(layout.row_count):
        row, _ = find_row(places, layout, number)
        cells = fill_cells(row, visual=visual)
        segments = list(draw_cells(row, cells, [Ink(row.start, row.end, PLAIN)], width))
        assert sum(segment.cell_length for segment in segments) == width
        yield text[row.start : row.end], "".join(cells.shown), sum(cells.counts)


@given(TEXTS, st.integers(4, 20), st.booleans())
@settings(deadline=None)
def test_every_row_is_drawn_whole(text: str, width: int, visual: bool) -> None:
    for part, shown, cells in rows_of(text, width, visual=visual):
        assert cells <= width
        if visual:
            assert _letters(shown) == _letters(drawn(part))
        else:
            assert shown == drawn(part)


def _letters(text: str) -> list[str]:
    """Give the characters of a text without form and order."""
    plain = unicodedata.normalize("NFKD", text)
    return sorted(min(one, mirrored(one)) for one in plain)


@given(TEXTS, st.integers(4, 20))
@settings(deadline=None)
def test_every_cell_leads_to_the_character_it_shows(text: str, width: int) -> None:
    places = Places(text, LineMap(text))
    layout = make_layout(text, places.lines, width)
    for number in range(layout.row_count):
        row, _ = find_row(places, layout, number)
        cells = fill_cells(row, visual=True)
        found = [offset_in_cell(row, cells, cell, width) for cell in range(width)]
        inside = [offset for offset in found if offset is not None]
        seen = {
            offset
            for offset, count in zip(cells.offsets, cells.counts, strict=True)
            if count
        }
        assert set(inside) - {row.start} == seen - {row.start}


def lit(text: str, start: int, end: int, width: int = 40) -> list[tuple[str, bool]]:
    """Give the segments of a text in one row, and whether each is lit."""
    places = Places(text, LineMap(text))
    row, _ = find_row(places, make_layout(text, places.lines, width), 0)
    inks = [Ink(start, end, LIT), Ink(row.start, row.end, PLAIN)]
    cells = fill_cells(row, visual=True)
    return [
        (segment.text, segment.style is LIT)
        for segment in draw_cells(row, cells, inks, width)
    ]


def test_a_lit_span_is_lit_where_it_is_seen() -> None:
    text = "the book תולדות העם now"
    assert lit(text, 9, 15) == [
        ("the book םעה ", False),
        ("תודלות", True),
        (" now", False),
        (" " * 17, False),
    ]


def test_a_lit_span_of_both_directions_is_in_several_parts() -> None:
    text = "אמר John Smith אתמול"
    assert [part for part, is_lit in lit(text, 0, 8) if is_lit] == ["John", " רמא"]
    assert [part for part, is_lit in lit(text, 4, 20) if is_lit] == ["לומתא John Smith"]


def test_a_line_that_begins_right_to_left_begins_at_the_right() -> None:
    assert lit("שלום 42", 0, 0, 12)[0] == (" " * 5, False)
    assert "".join(part for part, _ in lit("שלום 42", 0, 0, 12)) == "     42 םולש"


def test_arabic_is_joined_over_the_edge_of_what_is_lit() -> None:
    assert [part for part, _ in lit("محمد", 0, 2, 4)] == ["ﺪﻤ", "ﺤﻣ"]


def test_nothing_that_acts_on_the_terminal_is_drawn() -> None:
    text = "".join(map(chr, range(0x250))) + "\u2028\u202e\u2066\ud800"
    for _, shown, _ in rows_of(text, 30, visual=True):
        assert sanitize(shown) == shown
        assert "\t" not in shown


# Large texts


async def test_a_window_is_shown_at_once_and_stays_in_place() -> None:
    text = "\n".join(f"Line {number} 日本." for number in range(30_000))
    cited = text.index("Line 15000 ")
    app = Reader()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        source = app.screen.query_one(SourceText)
        document, lines = make_document("long.txt", text), LineMap(text)
        source.show(document, lines, Lighting((cited, cited + 10)))
        assert not source.has_all_rows
        before = screen(source)
        assert any("Line 15000 " in row for row in before)
        assert before[4].lstrip().startswith("15001▌")
        await until(pilot, lambda: source.has_all_rows)
        assert screen(source) == before
        assert source.virtual_size.height == 30_000


@pytest.mark.parametrize("key", ["home", "end"])
async def test_both_ends_are_there_before_all_rows_are(key: str) -> None:
    text = "\n".join(f"Line {number} 日本." for number in range(30_000))
    middle = len(text) // 2
    app = Reader()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        source = app.screen.query_one(SourceText)
        source.show(
            make_document("long.txt", text), LineMap(text), Lighting((middle, middle))
        )
        end = key == "end"
        source.action_scroll_end() if end else source.action_scroll_home()
        wanted = "Line 29999 " if end else "Line 0 "
        assert any(wanted in row for row in screen(source))
        await until(pilot, lambda: source.has_all_rows)
        assert any(wanted in row for row in screen(source))


async def test_one_line_of_megabytes_is_read_like_any_other() -> None:
    item = '{"name": "名前", "value": 42}, '
    text = f"[{item * 60_000}]"
    cited = text.index(item, len(text) // 2)
    async with reading(text, (cited, cited + 6)) as (pilot, source):
        assert '{"name' in "".join(screen(source))
        source.focus()
        await pilot.press("end")
        await until(pilot, lambda: "]" in screen(source)[-1])
        await pilot.press("c")
        assert 0 <= source.row_span(cited)[0] < 12
        await pilot.resize_terminal(60, 12)
        await until(
            pilot, lambda: source.has_all_rows and '{"name' in "".join(screen(source))
        )
        assert 0 <= source.row_span(cited)[0] < 12
