"""The rows that the reader reads: their form, their limits, and windows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reader.pairs import (
    AFTER_PIECES,
    BEFORE_PIECES,
    LONGEST_ROW,
    QUESTION_PIECES,
    SENTENCE_PIECES,
    TITLE_PIECES,
    Context,
    Row,
    make_row,
    pad,
    windows,
)

MARKS = (101, 102)

pieces = st.lists(st.integers(1000, 2000), max_size=200)


def test_a_row_is_question_title_before_sentence_after() -> None:
    row = make_row([1, 2], [5, 6], Context([3], [4], [7, 8]), MARKS)
    assert row.ids == (101, 1, 2, 102, 3, 102, 4, 102, 5, 6, 102, 7, 8)
    assert row.types == (0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0)


def test_what_is_missing_leaves_no_mark_of_its_own() -> None:
    row = make_row([1], [5], Context([], [], []), MARKS)
    assert row.ids == (101, 1, 102, 102, 5, 102)
    assert row.types == (0, 0, 0, 0, 1, 1)


def test_each_part_keeps_what_stands_nearest_to_the_sentence() -> None:
    long = list(range(1000, 1200))
    row = make_row(long, long, Context(long, long, long), MARKS)
    assert len(row.ids) == LONGEST_ROW
    assert row.ids[1 : 1 + QUESTION_PIECES] == tuple(long[:QUESTION_PIECES])
    title = 2 + QUESTION_PIECES
    assert row.ids[title : title + TITLE_PIECES] == tuple(long[:TITLE_PIECES])
    before = title + TITLE_PIECES + 1
    assert row.ids[before : before + BEFORE_PIECES] == tuple(long[-BEFORE_PIECES:])
    assert row.ids[-AFTER_PIECES:] == tuple(long[:AFTER_PIECES])


@given(pieces, pieces, pieces, pieces, pieces)
def test_only_the_sentence_is_marked_and_no_row_is_too_long(
    question: list[int],
    sentence: list[int],
    title: list[int],
    before: list[int],
    after: list[int],
) -> None:
    row = make_row(question, sentence, Context(title, before, after), MARKS)
    assert len(row.ids) == len(row.types) <= LONGEST_ROW
    asked = [piece for piece, kind in zip(row.ids, row.types, strict=True) if kind]
    assert asked == [*sentence[:SENTENCE_PIECES], MARKS[1]]


@given(st.lists(st.integers(0, 9), max_size=700))
def test_windows_leave_nothing_out(sentence: list[int]) -> None:
    numbered = list(range(len(sentence)))
    cut = windows(numbered)
    assert {piece for window in cut for piece in window} == set(numbered)
    assert all(len(window) <= SENTENCE_PIECES for window in cut)
    assert len(cut) == 1 or len(sentence) > SENTENCE_PIECES


def test_padding_is_masked() -> None:
    ids, types, mask = pad([Row((7, 8, 9), (0, 1, 1)), Row((5,), (1,))])
    assert ids.tolist() == [[7, 8, 9], [5, 0, 0]]
    assert types.tolist() == [[0, 1, 1], [1, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert ids.dtype == types.dtype == mask.dtype == np.int64


@pytest.mark.parametrize(("length", "width"), [(3, 4), (4, 4), (5, 8)])
def test_a_width_can_be_rounded_up(length: int, width: int) -> None:
    arrays = pad([Row((7,) * length, (1,) * length), Row((5,), (1,))], 4)
    assert [array.shape for array in arrays] == [(2, width)] * 3
    assert arrays[2].sum(1).tolist() == [length, 1]


@pytest.mark.parametrize("length", [0, 1, SENTENCE_PIECES])
def test_a_short_sentence_is_one_window(length: int) -> None:
    assert [len(window) for window in windows(list(range(length)))] == [length]
