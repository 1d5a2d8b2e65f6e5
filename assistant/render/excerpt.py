"""The part of a passage that shows best why it was found."""

from __future__ import annotations

from collections.abc import Sequence

# A cut moves as far as this to leave words whole.
_LONGEST_WORD = 24


def excerpt(text: str, lit: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    """Choose the span of a text with the most of what is lit: different words first.

    Args:
        text: In one line.
        lit: Half-open spans of words, in order.
        length: Characters, at most.

    Returns:
        A half-open span of whole words, unless they are very long.
    """
    if len(text) <= length:
        return 0, len(text)
    start, last = _densest(text, lit, length)
    if last <= length:
        return 0, max(last, _word_end(text, length))
    # What is lit stands a little after the beginning, so that it can be read.
    begin = min(max(0, start - (length - (last - start)) // 2), len(text) - length)
    begin = min(start, begin + _to_word(text, begin))
    return begin, max(last, _word_end(text, min(len(text), begin + length)))


def _densest(text: str, lit: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    """Return the span from the first to the last lit word of the best window."""
    best, chosen = (0, 0), (0, 0)
    for number, (start, _) in enumerate(lit):
        inside = [span for span in lit[number:] if span[1] <= start + length]
        different = {text[a:b].casefold() for a, b in inside}
        if (len(different), len(inside)) > best:
            best = (len(different), len(inside))
            chosen = (start, inside[-1][1])
    return chosen


def _to_word(text: str, begin: int) -> int:
    """Return how many characters to leave out so that a word comes first."""
    if begin == 0 or text[begin - 1].isspace():
        return 0
    space = text.find(" ", begin, begin + _LONGEST_WORD)
    return 0 if space < 0 else space + 1 - begin


def _word_end(text: str, end: int) -> int:
    """Return where the last whole word before an offset ends."""
    if end == len(text) or text[end].isspace():
        return end
    space = text.rfind(" ", max(0, end - _LONGEST_WORD), end)
    return end if space < 0 else space
