"""What every reader returns, and the form of a reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.records import Block


@dataclass(frozen=True, slots=True)
class ReadText:
    """A file's text and structure, as its reader found them."""

    text: str
    """All offsets of the document refer to this text; it is never changed again."""
    blocks: tuple[Block, ...]
    """In order, not overlapping, without white space at their edges."""
    title: str | None = None
    """The document's own title; None if it states none."""
    page_starts: tuple[int, ...] = ()
    """Offset at which each page begins; empty where the format has no pages."""


Reader = Callable[[bytes, Path], ReadText]
"""Turns a file's bytes into text; the path is for its name in messages.

Raises `ReadingError` when it cannot.
"""
