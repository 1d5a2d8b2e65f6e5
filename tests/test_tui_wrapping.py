import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from assistant.render.sanitize import sanitize
from assistant.tui.source.cells import (
    TAB_CELLS,
    cluster_end,
    clusters,
    drawn,
    is_narrow,
)
from assistant.tui.source.wrapping import Layout, make_layout, make_window
from index.positions import LineMap

_TEXTS = st.text(
    st.sampled_from("ab é日本語。「\t\n\r\x1b\u202e\u200b\u0301👩\u200d👧️⚠🇫א"),
    max_size=120,
)


def rows(text: str, width: int) -> list[str]:
    layout = make_layout(text, LineMap(text), width)
    return [text[a:b] for a, b in zip(layout.starts, layout.ends, strict=True)]


def cells(text: str) -> int:
    return cell_len(drawn(text))


def test_rows_break_at_spaces() -> None:
    assert rows("the quick brown fox", 10) == ["the quick", "brown fox"]


def test_a_word_longer_than_a_row_is_cut() -> None:
    assert rows("abcdefghij kl", 4) == ["abcd", "efgh", "ij", "kl"]


def test_wide_characters_take_two_cells_and_break_anywhere() -> None:
    assert rows("日本語の文", 5) == ["日本", "語の", "文"]


def test_narrow_and_wide_text_in_one_line() -> None:
    assert rows("Tokyo 東京 is", 9) == ["Tokyo 東", "京 is"]


def test_every_line_begins_a_row() -> None:
    text = "one\n\ntwo three\r\nfour"
    layout = make_layout(text, LineMap(text), 5)
    assert [layout.line_of(row) for row in range(layout.row_count)] == [
        (1, True),
        (2, True),
        (3, True),
        (3, False),
        (4, True),
    ]


def test_an_empty_text_is_one_row() -> None:
    assert rows("", 10) == [""]


def test_the_row_of_an_offset() -> None:
    text = "the quick brown fox"
    layout = make_layout(text, LineMap(text), 10)
    assert [layout.row_of(offset) for offset in (0, 8, 9, 10, 18, 19)] == [
        0, 0, 0, 1, 1, 1,
    ]  # fmt: skip


@given(_TEXTS, st.integers(4, 30))
@settings(deadline=None)
def test_rows_fit_and_lose_only_spaces_and_line_ends(text: str, width: int) -> None:
    layout: Layout = make_layout(text, LineMap(text), width)
    position = 0
    for row, (start, end) in enumerate(zip(layout.starts, layout.ends, strict=True)):
        assert position <= start <= end
        assert text[position:start].strip(" \r\n") == ""
        assert cells(text[start:end]) <= width
        assert cells(text[start:end]) == sum(map(cells, text[start:end]))
        assert layout.row_of(start) == row or start == end
        assert cluster_end(text, start) == start
        position = end
    assert text[position:].strip(" \r\n") == ""


@given(_TEXTS, st.integers(4, 30), st.integers(0, 120), st.integers(1, 5))
@settings(deadline=None)
def test_a_window_has_the_rows_of_the_whole(
    text: str, width: int, offset: int, rows: int
) -> None:
    lines = LineMap(text)
    whole = make_layout(text, lines, width)
    window = make_window(text, lines, width, offset, rows)
    assert window.holds(min(offset, len(text)))
    longest = max(
        end - start
        for start, end in map(lines.line_span, range(1, lines.line_count + 1))
    )
    if longest <= rows * width:
        first = whole.starts.index(window.starts[0])
        assert window.starts == whole.starts[first : first + window.row_count]
        assert window.ends == whole.ends[first : first + window.row_count]
        for row in range(window.row_count):
            assert window.line_of(row) == whole.line_of(first + row)


def test_a_window_of_a_line_without_end_is_small() -> None:
    text = "x" * 1_000_000
    window = make_window(text, LineMap(text), 80, 500_000, 100)
    assert window.row_count == 200
    assert window.starts[0] <= 500_000 <= window.ends[-1]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        # Marks, emoji with a variation selector, and flags are never cut.
        ("abcde\u0301\u0323f", 5, ["abcde\u0301\u0323", "f"]),
        ("🇫🇷🇩🇪🇮🇹", 5, ["🇫🇷🇩🇪", "🇮🇹"]),
        ("abc⚠\ufe0fd", 4, ["abc⚠\ufe0f", "d"]),
        # A mark stays with the space it stands on.
        ("abcd \u0301e", 5, ["abcd \u0301", "e"]),
        # No row of Chinese or Japanese begins with a full stop or ends with an opening.
        ("東京です。いい", 8, ["東京で", "す。いい"]),
        ("日本「東京」", 6, ["日本", "「東", "京」"]),
        ("הלכתי הביתה", 6, ["הלכתי", "הביתה"]),
    ],
)
def test_where_rows_break(text: str, width: int, expected: list[str]) -> None:
    assert rows(text, width) == expected


def test_what_has_no_form_is_not_drawn() -> None:
    assert drawn("👩\u200d👧⚠\ufe0f\u00ad\u200b\u200e.") == "👩👧⚠."
    assert drawn("a\tb\x1b") == "a    b␛"


@given(_TEXTS)
@settings(deadline=None)
def test_clusters_are_the_whole_text(text: str) -> None:
    line = text.replace("\n", "").replace("\r", "")
    spans = clusters(line, 0, len(line))
    assert "".join(line[start:end] for start, end in spans) == line
    assert all(cells(line[start:end]) <= TAB_CELLS for start, end in spans)
    assert all(cells(line[start]) > 0 for start, _ in spans[1:])


def test_more_than_a_block_is_measured() -> None:
    line = "東京は日本の首都 " * 10
    text = "\n".join([line] * 13_000)
    layout = make_layout(text, LineMap(text), 40)
    one = make_layout(line, LineMap(line), 40)
    assert layout.row_count == 13_000 * one.row_count
    last = layout.row_count - one.row_count
    shift = layout.starts[last]
    assert [start - shift for start in layout.starts[last:]] == list(one.starts)


@pytest.mark.parametrize("plane", range(0, 0x10000, 0x1000))
def test_characters_taken_for_narrow_are_narrow(plane: int) -> None:
    for code in range(plane, plane + 0x1000):
        character = chr(code)
        if character not in "\r\n" and is_narrow(character, 0, 1):
            assert cell_len(sanitize(character)) == 1
