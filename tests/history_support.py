"""Replies for tests of the history: quotes of real files, made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from assistant.citations import Citer
from assistant.records import (
    Abstention,
    Answer,
    Feature,
    Grounds,
    LibraryRef,
    PassageFound,
    Quote,
    WordFound,
)
from index.reading import read_file
from index.records import Document
from index.spelling import Correction

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOTES = (
    "# Cats\n\nCats sleep sixteen hours a day.\nThey hunt\nat night.\n\n"
    "Ünïcode stands here too: naïve 猫 🐈 cats.\n"
)


def minutes() -> Iterator[datetime]:
    """A clock that goes on by a minute whenever it is read."""
    return (BEGIN + timedelta(minutes=n) for n in count())


def write_notes(folder: Path, text: str = NOTES, name: str = "cats.md") -> Document:
    """Write a file and read it."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return read_file(path, name)


def make_quote(document: Document, text: str, marker: int = 1) -> Quote:
    """Quote the first place that has a text."""
    start = document.text.index(text)
    citation = Citer(7, document).cite(marker, start, start + len(text))
    features = (Feature("coverage", 0.5, 2.25),)
    words = (WordFound("cats", "quote", True), WordFound("fish", "nowhere", False))
    passage = PassageFound(2, 3, 4.5, 0.25, 0.5, 0.375)
    odds = (("start", -1.5), ("coverage", 3.25))
    grounds = Grounds(odds, words, 1, None, passage)
    return Quote(text, citation, None, None, 0.875, features, ((0, 4),), grounds)


def make_answer(
    question: str, *quotes: Quote, library: str = "notes", confidence: float = 0.875
) -> Answer:
    """Answer with quotes, numbered anew."""
    numbered = tuple(
        replace(quote, citation=replace(quote.citation, marker=marker))
        for marker, quote in enumerate(quotes, start=1)
    )
    return Answer(
        question=question,
        confidence=confidence,
        quotes=numbered,
        near_misses=(),
        uncovered_terms=("sixteen",),
        corrections=(Correction("slep", 0, 4, "sleep"),),
        library=LibraryRef(library, "f" * 64, 3, 9, 8),
        timings_ms={"total": 12.5},
    )


def make_abstention(question: str, *near: Quote, library: str = "notes") -> Abstention:
    """Answer nothing; show what is near."""
    reply = make_answer(question, *near, library=library, confidence=0.125)
    return Abstention(
        question=reply.question,
        confidence=reply.confidence,
        quotes=(),
        near_misses=reply.quotes,
        uncovered_terms=reply.uncovered_terms,
        corrections=(),
        library=reply.library,
        timings_ms={},
    )
