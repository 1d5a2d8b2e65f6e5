"""Plain text: paragraphs, list items and headings by how the lines stand."""

from __future__ import annotations

import re
from pathlib import Path

from index.reading.decoding import decode
from index.reading.lines import Line, block_of, runs, split_lines
from index.reading.readtext import ReadText
from index.records import Block

_SENTENCE_END = re.compile(r"[.!?…。\uff01\uff1f:;]['\"”\u2019»)\]]*$")
_BULLET = re.compile(r"(?:[-*+•‣◦▪\u2013]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t]+(?=\S)")
_NUMBERED_HEADING = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.|[A-Z]\.)[ \t]+[A-Z]"
)
_NAMED_HEADING = re.compile(
    r"(?:chapter|part|section|appendix|book|act|scene|article)\b", re.IGNORECASE
)
_RULE = re.compile(r"[^\w\s]{3,}$")
_SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "nor",
        "of",
        "on",
        "or",
        "the",
        "to",
        "vs",
        "with",
    ]
)
_WRAP_COLUMNS = 100
"""Text wrapped by hand or by an editor keeps its lines under this; longer lines are
paragraphs of a program that wraps on the screen."""
_HEADING_CHARACTERS = 80


def read_plain(data: bytes, path: Path) -> ReadText:
    """Read plain text of any encoding.

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
        alone = len(group) == 1 and len(groups) > 1
        first = text[group[0].start : group[0].end]
        # A heading stands over something, so the last line of a text is none.
        if alone and number + 1 < len(groups) and is_heading(first, first=number == 0):
            blocks.append(block_of(group, "heading", _heading_level(first, number)))
        else:
            blocks.extend(_body_blocks(text, group))
    return blocks


def is_heading(line: str, *, first: bool = False) -> bool:
    """Tell whether a line that stands alone reads as a heading.

    Few false alarms matter more than finding all: a wrong heading goes in front of
    every passage that follows. So it is short, does not end as a sentence does, and is
    numbered, named ("Chapter 2"), in capitals, or capitalised word by word; the first
    line of a text only has to be short, and to begin with a capital or a figure.
    """
    words = re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", line)
    if not words or len(line) > _HEADING_CHARACTERS or len(words) > 12:
        return False
    if _SENTENCE_END.search(line) or line[-1] in ",-" or _RULE.match(line):
        return False
    if line[0] in "\"'“\u2018([{<|>=#@$%&/\\" or "  " in line or "\t" in line:
        return False
    if _NUMBERED_HEADING.match(line) or _NAMED_HEADING.match(line):
        return len(words) > 1
    if first:
        return line[0].isupper() or line[0].isdigit()
    letters = [c for c in line if c.isalpha()]
    if len(letters) > 3 and all(c.isupper() for c in letters):
        return True
    weighty = [word for word in words if word not in _SMALL_WORDS]
    return (
        len(words) <= 8
        and line[0].isupper()
        and all(word[0].isupper() or word[0].isdigit() for word in weighty)
        and not line[0].isdigit()
    )


def _heading_level(line: str, group_number: int) -> int:
    """Level of a heading: the title 1, numbered ones by their depth, the rest 2."""
    if group_number == 0:
        return 1
    number = re.match(r"\d{1,2}(?:\.\d{1,2})*", line)
    if number:
        return min(6, 2 + number.group().count("."))
    return 2


def _body_blocks(text: str, group: list[Line]) -> list[Block]:
    """Make blocks of lines that no blank line parts."""
    blocks: list[Block] = []
    paragraph: list[Line] = []
    item: list[Line] = []
    for line in group:
        content = text[line.start : line.end]
        if _RULE.fullmatch(content):
            _flush(text, blocks, paragraph, item)
            continue
        bullet = _BULLET.match(content)
        if bullet and (item or not paragraph or _looks_like_list(text, paragraph)):
            _flush(text, blocks, paragraph, item)
            item.append(Line(line.start + bullet.end(), line.end, line.indent))
        elif item:
            item.append(line)
        else:
            paragraph.append(line)
    _flush(text, blocks, paragraph, item)
    return blocks


def _looks_like_list(text: str, paragraph: list[Line]) -> bool:
    """Whether a list may begin after these lines: they end a sentence or clause."""
    last = paragraph[-1]
    return bool(_SENTENCE_END.search(text[last.start : last.end]))


def _flush(
    text: str, blocks: list[Block], paragraph: list[Line], item: list[Line]
) -> None:
    """Append what is open as blocks, and close it."""
    if item:
        blocks.append(block_of(item, "list_item"))
    elif paragraph and lines_are_paragraphs(text, paragraph):
        blocks.extend(block_of([line], "paragraph") for line in paragraph)
    elif paragraph:
        blocks.append(block_of(paragraph, "paragraph"))
    paragraph.clear()
    item.clear()


def lines_are_paragraphs(text: str, group: list[Line]) -> bool:
    """Tell whether each of these lines is a paragraph, or all are one, wrapped.

    They are paragraphs if one of them is too long to have been wrapped, or if at
    least three of four (the last left out) end as a sentence does: a line break
    that only serves the width of the page falls inside sentences.
    """
    if len(group) < 2:
        return False
    if any(line.end - line.start > _WRAP_COLUMNS for line in group):
        return True
    ends = [
        bool(_SENTENCE_END.search(text[line.start : line.end])) for line in group[:-1]
    ]
    return sum(ends) >= 0.75 * len(ends)
