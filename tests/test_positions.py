from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.positions import LineMap, page_of

TEXTS = st.text(alphabet="ab \n\r\x0c\u2028é😀", max_size=60)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (1, 1)),
        ("ab", 2, (1, 3)),
        ("a\nb", 2, (2, 1)),
        ("a\r\nb", 1, (1, 2)),
        ("a\r\nb", 2, (1, 3)),
        ("a\r\nb", 3, (2, 1)),
        ("a\rb", 2, (2, 1)),
        ("a\x0cb\u2028c", 4, (1, 5)),
        ("a\n", 2, (2, 1)),
        ("😀é\nz", 3, (2, 1)),
    ],
)
def test_line_and_column_of_an_offset(
    text: str, offset: int, expected: tuple[int, int]
) -> None:
    assert LineMap(text).line_column(offset) == expected


def test_a_line_span_leaves_the_line_end_out() -> None:
    lines = LineMap("one\r\n\rtwo\n")
    assert [lines.line_span(n) for n in range(1, 5)] == [
        (0, 3),
        (5, 5),
        (6, 9),
        (10, 10),
    ]
    assert lines.line_count == 4


@pytest.mark.parametrize("offset", [-1, 4])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    with pytest.raises(IndexError, match="offset"):
        LineMap("abc").line_column(offset)


@pytest.mark.parametrize("line", [0, 2])
def test_a_line_that_is_not_there_is_refused(line: int) -> None:
    with pytest.raises(IndexError, match="line"):
        LineMap("abc").line_span(line)


@settings(deadline=None)
@given(TEXTS)
def test_lines_are_those_of_universal_newlines(text: str) -> None:
    lines = LineMap(text)
    found = [text[slice(*lines.line_span(n))] for n in range(1, lines.line_count + 1)]
    expected = io.StringIO(text, newline=None).read().split("\n")
    assert found == expected


@settings(deadline=None)
@given(TEXTS, st.data())
def test_line_and_column_lead_back_to_the_offset(
    text: str, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, len(text)))
    lines = LineMap(text)
    line, column = lines.line_column(offset)
    start, end = lines.line_span(line)
    assert start + column - 1 == offset
    # Only the second half of a "\r\n" lies after the end of its line.
    assert offset <= end or text[end : offset + 1] == "\r\n"


@pytest.mark.parametrize(
    ("starts", "offset", "page"),
    [((), 5, None), ((0, 10, 10, 20), 9, 1), ((0, 10, 10, 20), 10, 3), ((3,), 0, 1)],
)
def test_page_of_an_offset(
    starts: tuple[int, ...], offset: int, page: int | None
) -> None:
    assert page_of(starts, offset) == page
