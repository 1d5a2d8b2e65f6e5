"""Excerpts: whole words, and the most of what was looked for."""

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.render.excerpt import excerpt

TEXT = (
    "The harbour was quiet all morning. Nobody had seen the storm that was to come."
    " At noon the storm broke over the town, and the damage to the harbour was great."
    " In the evening people began to count what they had lost."
)


def spans(text: str, *words: str) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer("|".join(words), text)]


def shown(length: int, *words: str) -> str:
    start, end = excerpt(TEXT, spans(TEXT, *words) if words else [], length)
    return TEXT[start:end]


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("All of it.", [(0, 3)], 40) == (0, 10)


def test_without_a_word_the_beginning_is_shown() -> None:
    assert shown(50) == "The harbour was quiet all morning. Nobody had seen"


def test_different_words_count_more_than_many() -> None:
    text = (
        "storm storm storm "
        + "and so on " * 20
        + "storm and damage. The end of it all."
    )
    start, end = excerpt(text, spans(text, "storm", "damage"), 40)
    assert "storm and damage" in text[start:end]


def test_words_stand_with_something_before_and_after_them() -> None:
    found = shown(80, "broke", "damage")
    assert "storm broke over the town, and the damage to" in found
    assert not found.startswith("broke")


@given(
    st.text(st.sampled_from("ab .\u3042"), max_size=120),
    st.lists(st.tuples(st.integers(0, 119), st.integers(1, 12)), max_size=5),
    st.integers(12, 60),
)
def test_an_excerpt_is_within_the_text_and_holds_a_lit_word(
    text: str, starts: list[tuple[int, int]], length: int
) -> None:
    lit = sorted((a, min(a + n, len(text))) for a, n in starts if a < len(text))
    start, end = excerpt(text, lit, length)
    assert 0 <= start <= end <= len(text)
    assert end - start <= length
    if lit and len(text) > length:
        assert any(start <= a and b <= end for a, b in lit)
