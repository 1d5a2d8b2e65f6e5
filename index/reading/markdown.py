"""Markdown: the blocks a CommonMark parser finds, at their places in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.reading.decoding import decode
from index.reading.lines import Line, block_of, runs, split_lines
from index.reading.readtext import ReadText
from index.records import Block, BlockKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FENCE = re.compile(r"(?P<mark>---|\+\+\+)[ \t]*$")
# A rule across the page looks like a fence; what follows it is no setting.
_SETTING = {
    "---": re.compile(
        r"""[\w.-]+[ \t]*:(?:[ \t]|$)|(["'])[^"']+\1[ \t]*:(?:[ \t]|$)"""
    ),
    "+++": re.compile(r"""[\w."'-]+[ \t]*="""),
}
_YAML_LINE = re.compile(r"""[\w."'/ -]+:(?:[ \t]|$)|-(?:[ \t]|$)|[#\]}]""")
_TITLE = re.compile(r"title[ \t]*[:=][ \t]*(?P<title>.+)$", re.IGNORECASE)
_HTML_HIDDEN = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE
)
# Tags that stand inside a sentence do not part it.
_HTML_TAG = re.compile(
    r"</?(?!(?:a|abbr|b|cite|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u)"
    r"\b)[a-z][^<>]*>|<[!?][^<>]*>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w")


def read_markdown(data: bytes, path: Path) -> ReadText:
    """Read Markdown; the title is its first heading of level 1, else front matter's.

    A heading's block is its words without the marks around them, a list item's and a
    table row's likewise. Front matter and comments are in no block.

    Raises:
        ReadingError: If the bytes are not text; see `decode`.
    """
    text = decode(data, path)
    lines = split_lines(text)
    body, title = _front_matter(text, lines)
    # The parser is given empty lines for the front matter, so that its line numbers
    # are those of the file.
    source = "\n" * body + text[_line_start(text, lines, body) :]
    blocks: list[Block] = []
    headings: list[str] = []
    for token, kind in _leaves(_parser().parse(source)):
        found = list(_token_blocks(text, lines, token, kind))
        blocks.extend(found)
        if kind == "heading" and token.tag == "h1" and found:
            headings.append(_inline_text(token))
    blocks = [block for block in blocks if block.end > block.start]
    return ReadText(text, tuple(_in_order(blocks)), next(iter(headings), title))


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables; made once, and only read after that."""
    from markdown_it import MarkdownIt

    # What is nested deeper is left out by the parser; nobody writes 100 levels.
    return MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")


def _line_start(text: str, lines: list[Line], number: int) -> int:
    """Offset of the first character of line `number` (from 0), white space included."""
    if number == 0:
        return 0
    if number >= len(lines):
        return len(text)
    start = lines[number].start
    while start > 0 and text[start - 1] not in "\r\n":
        start -= 1
    return start


def _front_matter(text: str, lines: list[Line]) -> tuple[int, str | None]:
    """Find YAML or TOML front matter: the number of its lines and the title in it.

    As for Pandoc, no blank line follows the opening fence. One line at least is a
    setting, and in YAML, whose fence is a rule across the page too, every line that is
    not indented is of YAML's form.
    """
    opening = _FENCE.match(text[lines[0].start : lines[0].end])
    if not opening or lines[0].start != 0 or len(lines) < 2 or lines[1].blank:
        return 0, None
    mark = opening["mark"]
    title = None
    has_setting = False
    for number, line in enumerate(lines[1:], start=1):
        content = text[line.start : line.end]
        closing = _FENCE.match(content)
        if (closing and closing["mark"] == mark) or (mark, content) == ("---", "..."):
            return (number + 1, title) if has_setting else (0, None)
        if line.indent > 0 or line.blank:
            continue
        if mark == "---" and not _YAML_LINE.match(content):
            return 0, None
        has_setting = has_setting or _SETTING[mark].match(content) is not None
        named = _TITLE.match(content)
        if named and title is None:
            title = named["title"].strip().strip("\"'") or None
    return 0, None


def _leaves(tokens: list[Token]) -> Iterator[tuple[Token, BlockKind]]:
    """Give the tokens that hold text, with the kind of block each one is."""
    open_kinds: list[BlockKind] = ["paragraph"]
    tag = ""
    row: Token | None = None
    for token in tokens:
        if token.type == "list_item_open":
            open_kinds.append("list_item")
        elif token.type == "list_item_close":
            open_kinds.pop()
        elif token.type == "tr_open":
            row = token
            yield token, "table_row"
        elif token.type == "tr_close":
            row = None
        elif token.type == "heading_open":
            tag = token.tag
        elif token.type == "heading_close":
            tag = ""
        elif token.type in ("fence", "code_block"):
            yield token, "code"
        elif token.type == "html_block":
            yield token, "paragraph"
        elif token.type == "inline" and token.content.strip() and row is None:
            token.tag = tag
            yield token, "heading" if tag else open_kinds[-1]


def _token_blocks(
    text: str, lines: list[Line], token: Token, kind: BlockKind
) -> Iterator[Block]:
    """Make the blocks of one token, at their places in the source."""
    if token.map is None:
        return
    first, stop = token.map
    covered = lines[first : min(stop, len(lines))]
    if token.type == "fence":
        # The line that closes the fence is inside the map, unless the file ends first.
        inner = covered[1 : 1 + token.content.count("\n")]
        yield from (block_of(run, "code") for run in runs(inner))
    elif kind == "code":
        yield from (block_of(run, "code") for run in runs(covered))
    elif token.type == "html_block":
        yield from _html_blocks(text, covered)
    elif kind == "table_row":
        row = covered[0]
        content = text[row.start : row.end].strip("| \t")
        start = text.index(content, row.start) if content else row.start
        yield Block(start, start + len(content), kind)
    else:
        yield _inline_block(text, covered, token, kind)


def _inline_block(
    text: str, covered: list[Line], token: Token, kind: BlockKind
) -> Block:
    """Locate the content of a paragraph or heading inside its source lines.

    The parser gives the content without the marks of lists and quotes in front of its
    lines, and without those of a heading: so its first and last line are looked up.
    """
    level = int(token.tag[1]) if kind == "heading" else 0
    parts = token.content.strip().split("\n")
    visible = [line for line in covered if not line.blank]
    first = visible[0]
    last = visible[min(len(parts), len(visible)) - 1]
    start = text.find(parts[0].strip(), first.start, first.end)
    tail = parts[-1].strip()
    end = text.rfind(tail, last.start, last.end)
    return Block(
        first.start if start < 0 else start,
        last.end if end < 0 else end + len(tail),
        kind,
        level,
    )


def _html_blocks(text: str, covered: list[Line]) -> Iterator[Block]:
    """Make a paragraph of each run of words between the tags of an HTML block."""
    visible = [line for line in covered if not line.blank]
    if not visible:
        return
    start, end = visible[0].start, visible[-1].end
    source = _HTML_HIDDEN.sub(lambda m: "\0" * len(m.group()), text[start:end])
    source = _HTML_TAG.sub(lambda m: "\0" * len(m.group()), source)
    for run in re.finditer(r"[^\0]+", source):
        if _WORD.search(_ANY_TAG.sub("", run.group())):
            lead = len(run.group()) - len(run.group().lstrip())
            at = start + run.start() + lead
            yield Block(at, at + len(run.group().strip()), "paragraph")


def _inline_text(token: Token) -> str:
    """Give the words of a heading without emphasis, links and code marks."""
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )


def _in_order(blocks: list[Block]) -> list[Block]:
    """Put blocks in order, and drop what overlaps its predecessor."""
    ordered: list[Block] = []
    for block in sorted(blocks, key=lambda block: (block.start, block.end)):
        if not ordered or block.start >= ordered[-1].end:
            ordered.append(block)
    return ordered
