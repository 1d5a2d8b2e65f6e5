import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from assistant.render.sanitize import sanitize
from assistant.tui.cells import drawn, is_narrow
from assistant.tui.wrapping import Layout, make_layout
from index.positions import LineMap

_TEXTS = st.text(
    st.sampled_from("ab é日本語ｗ\t\n\r\x1b\u202e\u200b\u0301👩\u200d👧️⚠"), max_size=120
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
    for start, end in zip(layout.starts, layout.ends, strict=True):
        assert position <= start <= end
        assert text[position:start].strip(" \r\n") == ""
        assert cells(text[start:end]) <= width
        position = end
    assert text[position:].strip(" \r\n") == ""


@pytest.mark.parametrize("plane", range(0, 0x10000, 0x1000))
def test_characters_taken_for_narrow_are_narrow(plane: int) -> None:
    for code in range(plane, plane + 0x1000):
        character = chr(code)
        if character not in "\r\n" and is_narrow(character, 0, 1):
            assert cell_len(sanitize(character)) == 1
