"""Sentences with exact offsets: the document's structure first, then `sentencex`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Document, Sentence

Span = tuple[int, int]
_LINE = re.compile(r"[^\r\n]+")
_NEWLINES = {ord("\n"): " ", ord("\r"): " "}
MAX_SENTENCE_CHARACTERS = 2_000
_SAFE_CUTS = (re.compile(r"[\r\n]+"), re.compile(r"[;:|]\s+"), re.compile(r"\s+"))


def split_sentences(document: Document) -> list[Sentence]:
    """Split a document into sentences.

    A heading, a table row and a line of code is one each; a paragraph or a list item
    holds one or more. Every character of a block that is not white space lies in
    exactly one sentence.

    Returns:
        In order, not overlapping, without white space at their edges.
    """
    text = document.text
    spans: list[Span] = []
    for block in document.blocks:
        if block.kind in ("paragraph", "list_item"):
            spans.extend(_prose(text, block.start, block.end, document.language))
        elif block.kind == "code":
            lines = _LINE.finditer(text, block.start, block.end)
            spans.extend(
                span for line in lines for span in _limited(text, *line.span())
            )
        else:
            spans.extend(_limited(text, block.start, block.end))
    return [Sentence(start, end) for start, end in spans]


def split_text(text: str, language: str = "en") -> list[Sentence]:
    """Split running text into sentences; blank lines are boundaries too."""
    return [
        Sentence(start, end)
        for paragraph in re.finditer(r"\S(?:.|\n(?![ \t\r]*\n))*", text)
        for start, end in _prose(text, *paragraph.span(), language)
    ]


def _prose(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Split one paragraph; its line ends only wrap it."""
    from sentencex import get_sentence_boundaries

    flat = text[start:end].translate(_NEWLINES)
    for found in get_sentence_boundaries(language, flat):
        yield from _limited(
            text, start + found["start_index"], start + found["end_index"]
        )


def _limited(text: str, start: int, end: int) -> Iterator[Span]:
    """Trim a span, and cut it where it is too long to be a sentence."""
    trimmed = _trimmed(text, start, end)
    if trimmed is None:
        return
    start, end = trimmed
    while end - start > MAX_SENTENCE_CHARACTERS:
        cut = _cut(text, start)
        first = _trimmed(text, start, cut)
        if first:
            yield first
        rest = _trimmed(text, cut, end)
        if rest is None:
            return
        start, end = rest
    yield start, end


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Leave out the white space at the edges; None if nothing is left."""
    piece = text[start:end]
    visible = piece.strip()
    if not visible:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(visible)


def _cut(text: str, start: int) -> int:
    """Find where to cut an over-long span: at a line end, a semicolon, a space."""
    window = text[start : start + MAX_SENTENCE_CHARACTERS]
    for pattern in _SAFE_CUTS:
        cuts = [found.end() for found in pattern.finditer(window)]
        if cuts and cuts[-1] > MAX_SENTENCE_CHARACTERS // 4:
            return start + cuts[-1]
    return start + MAX_SENTENCE_CHARACTERS
