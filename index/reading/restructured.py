"""reStructuredText: headings, lists, tables and literal blocks, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from index.reading.decoding import decode
from index.reading.lines import Line, block_of, runs, split_lines
from index.reading.readtext import ReadText
from index.records import Block, BlockKind

# Two points alone begin a comment, two colons a literal block.
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}$|([=~^\"'`#*+-])\2$")
_BULLET = re.compile(
    r"(?:[-*+•‣](?:[ \t]+|$))+|\(?(?:\d{1,3}|[a-zA-Z#])[.)][ \t]+(?=\S)"
)
_FIELD = re.compile(r":(?P<name>[^:\s][^:]*):(?:[ \t]+|$)")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_DIRECTIVE = re.compile(r"(?:\|[^|]+\|[ \t]+)?([\w:+.-]+?) ?::(?:[ \t]+|$)")
_TABLE_RULE = re.compile(r"(?:[=]{2,}(?:[ \t]+[=]{2,})+|\+[-=+]+\+)$")
_MAX_DEPTH = 50
"""Directives nested deeper are read as plain paragraphs; nobody writes so many."""

# A directive that no list names holds prose: anybody may define one.
_DROPPED = frozenset([
    "autosummary", "contents", "date", "default-domain", "default-role", "highlight",
    "highlightlang", "image", "include", "index", "literalinclude", "meta", "role",
    "sectnum", "tabularcolumns", "toctree", "unicode"
])  # fmt: skip
"""What they hold is names, places and settings, no text of this file."""
_CODE = frozenset([
    "code", "code-block", "code-cell", "digraph", "doctest", "graph", "graphviz",
    "ipython", "jupyter-execute", "math", "mermaid", "parsed-literal", "plantuml",
    "plot", "productionlist", "prompt", "raw", "sourcecode", "testcleanup", "testcode",
    "testoutput", "testsetup", "tikz", "uml"
])  # fmt: skip
_CODE_IN_ARGUMENT = frozenset(("math", "parsed-literal"))
_NO_TEXT_IN_ARGUMENT = frozenset([
    "container", "cssclass", "currentmodule", "figure", "ifconfig", "namespace", "only",
    "program", "rst-class"
])  # fmt: skip
"""A class, a file, a name or a condition; so is that of `autoclass` and its like."""
_TEXT_OPTIONS = frozenset(("caption", "header"))
"""Options that a reader of the page sees: over code, and the head of a `csv-table`."""


def read_restructured(data: bytes, path: Path) -> ReadText:
    """Read reStructuredText; the title is its first heading.

    Adornments, comments, targets, substitutions and the options of directives are in no
    block, nor are directives without a text of their own (`toctree`, `image`). Under a
    code directive stands code; under any other one prose, and beside it too.

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
    indent: int = 0
    """Columns that a heading is indented by: those of the directive it stands in."""
    depth: int = 0
    """How many directives these lines stand in."""

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
            and self.lines[self.at].indent
            == self.lines[self.at + 1].indent
            == self.indent
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
        head = self.lines[self.at]
        self.at += 1
        # With nothing beside and right under it, a comment is empty and ends there.
        if marker.end() == len(content) and not self._content(self.at):
            return True
        inner = self._indented(head.indent)
        if directive := _DIRECTIVE.match(content, marker.end()):
            rest = Line(head.start + directive.end(), head.end, head.indent)
            self._directive(directive.group(1).lower(), [rest, *inner])
        elif note := re.match(r"\[[^\]]+\][ \t]+(?=\S)", content[marker.end() :]):
            skip = marker.end() + note.end()
            note_lines = [Line(head.start + skip, head.end, head.indent), *inner]
            self.blocks.extend(block_of(run, "paragraph") for run in runs(note_lines))
        return True

    def _directive(self, name: str, lines: list[Line]) -> None:
        """Make the blocks of a directive; the first line is what stands beside it."""
        # With their domain: `rst:role` documents a role, which `role` only defines.
        # What a substitution puts in is a word; if it takes several lines, it is prose.
        if name in _DROPPED or (name == "replace" and len(lines) == 1):
            return
        name = name.rpartition(":")[2]
        kind: BlockKind = "code" if name in _CODE else "paragraph"
        told = name in _CODE_IN_ARGUMENT or not (
            name in _CODE or name in _NO_TEXT_IN_ARGUMENT or name.startswith("auto")
        )
        argument, options, body = self._parts(lines)
        if told and argument:
            self.blocks.append(block_of(argument, kind))
        visible: BlockKind = "table_row" if name == "csv-table" else "paragraph"
        self.blocks.extend(block_of(option, visible) for option in options)
        if name in _CODE:
            self.blocks.extend(block_of(run, "code") for run in runs(body))
        elif name == "csv-table":
            rows = (line for line in body if not line.blank)
            self.blocks.extend(block_of([row], "table_row") for row in rows)
        elif self.depth == _MAX_DEPTH:
            self.blocks.extend(block_of(run, "paragraph") for run in runs(body))
        else:
            self._nested(body)

    def _parts(
        self, lines: list[Line]
    ) -> tuple[list[Line], list[list[Line]], list[Line]]:
        """Take a directive apart: its argument, the options readers see, its body.

        The argument ends at an option or a blank line; without one, what is no option
        is body, even with no blank line before it.
        """
        stop = 0 if lines[0].blank else self._until_option(lines, 1)
        argument, at = lines[:stop], stop or 1
        options = []
        while at < len(lines) and (found := self._option(lines[at])):
            stop = at + 1
            while (
                stop < len(lines)
                and lines[stop].indent > lines[at].indent
                and not self._option(lines[stop])
            ):
                stop += 1
            value = Line(lines[at].start + found.end(), lines[at].end, lines[at].indent)
            if found["name"] in _TEXT_OPTIONS:
                options.extend(runs([value, *lines[at + 1 : stop]])[:1])
            at = stop
        return argument, options, lines[at:]

    def _until_option(self, lines: list[Line], at: int) -> int:
        """Give the number of the first line from `at` that is blank or an option."""
        while at < len(lines) and not (lines[at].blank or self._option(lines[at])):
            at += 1
        return at

    def _option(self, line: Line) -> re.Match[str] | None:
        """Match an option of a directive (``:name: value``)."""
        return _FIELD.match(self.text[line.start : line.end])

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

    def _nested(self, lines: list[Line]) -> None:
        """Scan the body of a directive as a text of its own."""
        indent = next((line.indent for line in lines if not line.blank), 0)
        inner = _Scanner(
            self.text, lines, styles=self.styles, indent=indent, depth=self.depth + 1
        )
        inner.scan()
        self.blocks.extend(inner.blocks)

    def _body(self) -> None:
        """Eat a paragraph, a list item or a field, and a literal block after it."""
        head = self.lines[self.at]
        content = self._content(self.at)
        marker = _BULLET.match(content)
        skip = marker.end() if marker else 0
        if not marker and (marker := _FIELD.match(content)):
            # A name of several words says of what: ":param host: Where it runs."
            skip = 1 if " " in marker["name"] else marker.end()
        body: list[Line] = []
        if skip < len(content):
            body.append(Line(head.start + skip, head.end, head.indent))
        self.at += 1
        while self.at < len(self.lines) and not self.lines[self.at].blank:
            line = self.lines[self.at]
            if self._ends_body(line, head, is_item=marker is not None):
                break
            body.append(line)
            self.at += 1
        has_literal = bool(body) and self.text.endswith(
            "::", body[0].start, body[-1].end
        )
        if has_literal and body[-1].end - body[-1].start == 2:
            body.pop()
        if body:
            self.blocks.append(block_of(body, "list_item" if marker else "paragraph"))
        if has_literal:
            literal = self._indented(head.indent)
            self.blocks.extend(block_of(run, "code") for run in runs(literal))

    def _ends_body(self, line: Line, head: Line, *, is_item: bool) -> bool:
        """Whether a line begins something new though no blank line parts it."""
        content = self.text[line.start : line.end]
        if is_item:
            starts = _BULLET.match(content) or _FIELD.match(content)
            return line.indent <= head.indent or bool(starts)
        return line.indent < head.indent
