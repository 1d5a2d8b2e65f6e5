"""Plain text: paragraphs, list items and headings by how the lines stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from index.reading.decoding import decode
from index.reading.lines import Line, block_of, runs, split_lines
from index.reading.readtext import ReadText
from index.records import Block

_SENTENCE_END = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f:;]['\"\u201d\u2019\u00bb)\]]*$"
)
# Signs of a bullet say nothing and stay outside the block; numbers may be dates
# ("3. May"), initials or references, so they stay in it.
_BULLET = re.compile(r"[-*+\u2022\u2023\u25e6\u25aa\u2013][ \t]+(?=\S)")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}[.)]|[a-z]\)|[ivx]{1,4}\))[ \t]+(?=\S)")
_NUMBERED_HEADING = re.compile(
    r"(\d{1,2}(?:\.\d{1,2})*)\.?[ \t]+[A-Z]|[IVX]{1,5}\. +[A-Z]"
)
_NAMED_HEADING = re.compile(
    r"(?:chapter|part|section|appendix|book|act|scene|article)[\s\u00a0]+"
    r"(?:\d{1,3}|[IVXLC]{1,7}|[A-Z])\b",
    re.IGNORECASE,
)
_UNDERLINE = re.compile(r"([=~*#_-])\1{2,}$")
_RULE = re.compile(r"[^\w\s]{3,}$")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*\d", re.IGNORECASE
)
_NO_HEADING_START = "\"'\u201c\u2018([{<|>=#@$%&/\\"
_SMALL_WORD = re.compile(
    r"(?:a|an|and|as|at|but|by|for|from|in|into|nor|of|on|or|the|to|vs|with)$"
)
_HEADING_CHARACTERS = 80
_HEADING_WORDS = 12
_WRAP_COLUMNS = 100
"""Text wrapped by hand or by an editor mostly keeps its lines under this; longer lines
are paragraphs of a program that wraps on the screen."""
_WIDEST_WRAP = 200
_NARROW_COLUMNS = 40
"""Nothing but verse is as narrow as this: such lines are a list or an address."""
_WRAPPED_COLUMNS = 50
"""A line at least this long may have been broken for its width."""


def read_plain(data: bytes, path: Path) -> ReadText:
    """Read plain text of any encoding; the title is a heading it begins with.

    Raises:
        ReadingError: If the bytes are not text; see `decode`.
    """
    text = decode(data, path)
    blocks = plain_blocks(text)
    title = None
    if blocks and blocks[0].kind == "heading":
        title = text[blocks[0].start : blocks[0].end]
    return ReadText(text, tuple(blocks), title)


def plain_blocks(text: str) -> list[Block]:
    """Find the blocks of plain text: blank lines part them, then what lines say."""
    blocks: list[Block] = []
    groups = runs(split_lines(text))
    for number, group in enumerate(groups):
        first = text[group[0].start : group[0].end]
        if len(group) > 1 and _is_underlined(text, group):
            level = 1 if text[group[1].start] in "=#*" else 2
            blocks.append(block_of(group[:1], "heading", level))
            blocks.extend(_body_blocks(text, group[2:]))
        # A heading stands over something, so the last lines of a text are none.
        elif len(group) == 1 and number + 1 < len(groups):
            level = heading_level(first, opening=number == 0)
            if level:
                blocks.append(block_of(group, "heading", level))
            else:
                blocks.extend(_body_blocks(text, group))
        else:
            blocks.extend(_body_blocks(text, group))
    return blocks


def heading_level(line: str, *, opening: bool = False) -> int:
    """Give the level of a heading that a line standing alone reads as; 0 for none.

    Few false alarms matter more than finding all: a wrong heading goes in front of
    every passage that follows. So it is short and does not end as a sentence does. The
    line a text opens with is level 1 and only has to begin with a capital or a figure;
    else it is numbered (level 2 and its depth), named ("Chapter 2") or in capitals
    (level 2), or capitalised word by word (level 3, which parts no chunks).
    """
    words = _WORD.findall(line)
    if not words or len(line) > _HEADING_CHARACTERS or len(words) > _HEADING_WORDS:
        return 0
    if _NAMED_HEADING.match(line):
        return 1 if opening else 2
    if _SENTENCE_END.search(line) or line[-1] in ",-\u2013\u2014" or _DATE.search(line):
        return 0
    if line[0] in _NO_HEADING_START or "  " in line or "\t" in line:
        return 0
    numbered = _NUMBERED_HEADING.match(line)
    if opening:
        return 1 if line[0].isupper() or line[0].isdigit() else 0
    if numbered:
        return min(6, 2 + (numbered[1] or "").count("."))
    if ": " in line or not line[0].isupper():
        return 0
    letters = [c for c in line if c.isalpha()]
    if len(letters) > 3 and all(c.isupper() for c in letters):
        return 2
    return 3 if _is_capitalised(words) else 0


def _is_capitalised(words: Sequence[str]) -> bool:
    """Whether all words but the small ones begin with a capital ("Notes on Method")."""
    if len(words) == 1 and not words[0].istitle():
        return False
    return len(words) <= 8 and all(
        word[0].isupper() or word[0].isdigit() or _SMALL_WORD.match(word)
        for word in words
    )


def _is_underlined(text: str, group: Sequence[Line]) -> bool:
    """Whether the first line is a heading underlined with signs."""
    first, second = group[0], group[1]
    length = second.end - second.start
    return (
        _UNDERLINE.match(text[second.start : second.end]) is not None
        and first.end - first.start <= _HEADING_CHARACTERS
        and length >= 0.5 * (first.end - first.start)
        and _WORD.search(text, first.start, first.end) is not None
    )


def _body_blocks(text: str, group: Sequence[Line]) -> list[Block]:
    """Make blocks of lines that no blank line parts."""
    if len(group) > 1 and sum("|" in text[a.start : a.end] for a in group) == len(
        group
    ):
        return [block_of([line], "table_row") for line in group]
    blocks: list[Block] = []
    paragraph: list[Line] = []
    item: list[Line] = []
    head = Line(0, 0, 0)
    for line in group:
        content = text[line.start : line.end]
        if _RULE.fullmatch(content):
            _close(text, blocks, paragraph, item)
        elif _starts_item(text, content, paragraph, in_list=bool(item)):
            _close(text, blocks, paragraph, item)
            bullet = _BULLET.match(content)
            start = line.start + (bullet.end() if bullet else 0)
            item.append(Line(start, line.end, line.indent))
            head = line
        elif item and (line.indent > head.indent or _may_be_wrapped(item[-1])):
            item.append(line)
        else:
            if item:
                _close(text, blocks, paragraph, item)
            paragraph.append(line)
    _close(text, blocks, paragraph, item)
    return blocks


def _starts_item(
    text: str, content: str, paragraph: Sequence[Line], *, in_list: bool
) -> bool:
    """Whether a line begins a list item: the first of a list follows no open clause."""
    if not (_BULLET.match(content) or _NUMBERED.match(content)):
        return False
    if in_list or not paragraph:
        return True
    last = paragraph[-1]
    ended = _SENTENCE_END.search(text[last.start : last.end])
    return ended is not None or not _may_be_wrapped(last)


def _may_be_wrapped(line: Line) -> bool:
    return line.end - line.start >= _WRAPPED_COLUMNS


def _close(
    text: str, blocks: list[Block], paragraph: list[Line], item: list[Line]
) -> None:
    """Append what is open as blocks, and empty it."""
    if item:
        blocks.append(block_of(item, "list_item"))
    elif paragraph and lines_are_paragraphs(text, paragraph):
        blocks.extend(block_of([line], "paragraph") for line in paragraph)
    elif paragraph:
        blocks.append(block_of(paragraph, "paragraph"))
    paragraph.clear()
    item.clear()


def lines_are_paragraphs(text: str, group: Sequence[Line]) -> bool:
    """Tell whether each of these lines is a paragraph, or all are one, wrapped.

    A line break that only serves the width of the page falls inside sentences, and
    leaves lines of about one length. So the lines are paragraphs if three of four (the
    last left out) end as a sentence does, if all are too narrow to be wrapped and none
    ends within a clause, or if one is too long, unless all are about as long.
    """
    if len(group) < 2:
        return False
    broken = group[:-1]
    ends = sum(bool(_SENTENCE_END.search(text[a.start : a.end])) for a in broken)
    if ends >= 0.75 * len(broken):
        return True
    lengths = [line.end - line.start for line in group]
    longest = max(lengths)
    if longest <= _WRAP_COLUMNS:
        verse = any(text[line.end - 1] in ",-\u2013\u2014" for line in broken)
        return longest < _NARROW_COLUMNS and not verse
    alike = all(length >= 0.7 * longest for length in lengths[:-1])
    return longest > _WIDEST_WRAP or not alike or ends > len(broken) / 2
