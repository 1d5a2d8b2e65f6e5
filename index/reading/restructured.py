"""reStructuredText: headings, lists, tables and literal blocks, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from index.reading.decoding import decode
from index.reading.lines import Line, block_of, runs, split_lines
from index.reading.readtext import ReadText
from index.records import Block

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}$|([=~^\"'`#*+:.-])\2$")
_BULLET = re.compile(r"(?:[-*+•‣]|\(?(?:\d{1,3}|[a-zA-Z#])[.)])[ \t]+(?=\S)")
_FIELD = re.compile(r":[^:\s][^:]*:(?:[ \t]+|$)")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_DIRECTIVE = re.compile(r"(?:\|[^|]+\|[ \t]+)?([\w:+.-]+?)::(?:[ \t]+|$)")
_TABLE_RULE = re.compile(r"(?:[=]{2,}(?:[ \t]+[=]{2,})+|\+[-=+]+\+)$")
_CODE_DIRECTIVES = frozenset(
    [
        "code",
        "code-block",
        "sourcecode",
        "literalinclude",
        "parsed-literal",
        "math",
        "raw",
        "highlight",
        "productionlist",
        "doctest",
        "testcode",
        "prompt",
    ]
)
_PROSE_DIRECTIVES = frozenset(
    [
        "note",
        "warning",
        "tip",
        "hint",
        "important",
        "caution",
        "danger",
        "attention",
        "error",
        "admonition",
        "seealso",
        "versionadded",
        "versionchanged",
        "deprecated",
        "topic",
        "sidebar",
        "epigraph",
    ]
)


def read_restructured(data: bytes, path: Path) -> ReadText:
    """Read reStructuredText; the title is its first heading.

    Adornments, comments, targets and the options of directives are in no block. The
    text under a note or a warning is prose, that under a code directive is code.

    Raises:
        ReadingError: If the bytes are not text; see `decode`.
    """
    text = decode(data, path)
    scanner = _Scanner(text, split_lines(text))
    scanner.scan()
    title = next((b for b in scanner.blocks if b.kind == "heading"), None)
    return ReadText(
        text, tuple(scanner.blocks), text[title.start : title.end] if title else None
    )


@dataclass
class _Scanner:
    """Goes through the lines once; each method eats the lines it knows."""

    text: str
    lines: list[Line]
    at: int = 0
    blocks: list[Block] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    """Heading adornments in the order met: the first is level 1."""

    def scan(self) -> None:
        """Make the blocks of all lines."""
        while self.at < len(self.lines):
            if self.lines[self.at].blank:
                self.at += 1
            elif not (self._heading() or self._table() or self._explicit()):
                self._body()

    def _content(self, number: int) -> str:
        if number >= len(self.lines):
            return ""
        line = self.lines[number]
        return self.text[line.start : line.end]

    def _heading(self) -> bool:
        """Eat a heading, with or without a line over it, or a transition."""
        here, below = self._content(self.at), self._content(self.at + 1)
        if _ADORNMENT.match(here):
            under = self._content(self.at + 2)
            if below and under[:1] == here[:1] and _ADORNMENT.match(under):
                self._add_heading(self.at + 1, here[0] * 2)
                self.at += 3
                return True
            if not _TABLE_RULE.match(here):
                self.at += 1
                return True
            return False
        if (
            _ADORNMENT.match(below)
            and not _TABLE_RULE.match(here)
            and self.lines[self.at].indent == self.lines[self.at + 1].indent == 0
            and len(below) >= min(len(here), 4)
        ):
            self._add_heading(self.at, below[0])
            self.at += 2
            return True
        return False

    def _add_heading(self, number: int, style: str) -> None:
        if style not in self.styles:
            self.styles.append(style)
        level = min(6, self.styles.index(style) + 1)
        self.blocks.append(block_of([self.lines[number]], "heading", level))

    def _table(self) -> bool:
        """Eat a simple or a grid table; every line that is no rule is a row."""
        if not _TABLE_RULE.match(self._content(self.at)):
            return False
        grid = self._content(self.at).startswith("+")
        rules = 0
        while self.at < len(self.lines):
            line, content = self.lines[self.at], self._content(self.at)
            if _TABLE_RULE.match(content):
                rules += 1
                closes = not grid and rules > 1 and not self._content(self.at + 1)
                self.at += 1
                if closes:
                    break
                continue
            if line.blank and (grid or rules > 2):
                break
            row = content.strip("| \t") if grid else content
            if row:
                start = self.text.index(row, line.start)
                self.blocks.append(Block(start, start + len(row), "table_row"))
            self.at += 1
        return True

    def _explicit(self) -> bool:
        """Eat a directive, a comment, a target or a footnote."""
        content = self._content(self.at)
        marker = _EXPLICIT.match(content)
        if not marker:
            return False
        indent = self.lines[self.at].indent
        head = self.lines[self.at]
        directive = _DIRECTIVE.match(content[marker.end() :])
        self.at += 1
        inner = self._indented(indent)
        if directive:
            name = directive.group(1).rpartition(":")[2]
            argument = marker.end() + directive.end()
            if name in _PROSE_DIRECTIVES and argument < len(content):
                head = Line(head.start + argument, head.end, indent)
                together = 0
                while together < len(inner) and not inner[together].blank:
                    together += 1
                self.blocks.append(block_of([head, *inner[:together]], "paragraph"))
                inner = inner[together:]
            if name in _CODE_DIRECTIVES:
                body = self._without_options(inner)
                self.blocks.extend(block_of(run, "code") for run in runs(body))
            elif name in _PROSE_DIRECTIVES:
                self._nested(self._without_options(inner))
        elif note := re.match(r"\[[^\]]+\][ \t]+(?=\S)", content[marker.end() :]):
            skip = marker.end() + note.end()
            note_lines = [Line(head.start + skip, head.end, indent), *inner]
            self.blocks.extend(block_of(run, "paragraph") for run in runs(note_lines))
        return True

    def _indented(self, indent: int) -> list[Line]:
        """Eat the lines that stand further in than `indent`, blank ones between."""
        first = self.at
        last = first
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.blank:
                if line.indent <= indent:
                    break
                last = self.at + 1
            self.at += 1
        self.at = max(last, first)
        return self.lines[first:last]

    def _without_options(self, lines: list[Line]) -> list[Line]:
        """Leave out the option lines (``:name: value``) a directive begins with."""
        count = 0
        while count < len(lines) and _FIELD.match(
            self.text[lines[count].start : lines[count].end]
        ):
            count += 1
        return lines[count:]

    def _nested(self, lines: list[Line]) -> None:
        """Scan the body of a directive as a text of its own."""
        inner = _Scanner(self.text, lines, styles=self.styles)
        inner.scan()
        self.blocks.extend(inner.blocks)

    def _body(self) -> None:
        """Eat a paragraph, a list item or a field, and a literal block after it."""
        head = self.lines[self.at]
        content = self._content(self.at)
        bullet = _BULLET.match(content)
        name = None if bullet else _FIELD.match(content)
        skip = bullet or name
        body: list[Line] = []
        if skip and skip.end() < len(content):
            body.append(Line(head.start + skip.end(), head.end, head.indent))
        elif not skip:
            body.append(head)
        self.at += 1
        while self.at < len(self.lines) and not self.lines[self.at].blank:
            line = self.lines[self.at]
            if self._ends_body(line, head, is_item=skip is not None):
                break
            body.append(line)
            self.at += 1
        if body:
            self.blocks.append(block_of(body, "list_item" if skip else "paragraph"))
            if self.text[body[0].start : body[-1].end].endswith("::"):
                literal = self._indented(head.indent)
                self.blocks.extend(block_of(run, "code") for run in runs(literal))

    def _ends_body(self, line: Line, head: Line, *, is_item: bool) -> bool:
        """Whether a line begins something new though no blank line parts it."""
        content = self.text[line.start : line.end]
        if is_item:
            starts = _BULLET.match(content) or _FIELD.match(content)
            return line.indent <= head.indent or bool(starts)
        return line.indent < head.indent
