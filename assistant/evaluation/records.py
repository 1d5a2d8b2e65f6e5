"""The records of data sets: documents, questions, and where the answers stand.

All offsets are characters, half-open, into the `text` of a document exactly as the file
gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document of a data set."""

    id: str
    title: str
    """Empty where the set has none."""
    text: str
    """May be empty: some collections hold titles alone."""
    sentences: tuple[Span, ...]
    """Gold sentences; none where the set has none, and one may be empty."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a retrieval set."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Which documents are relevant to which query."""

    name: str
    documents: tuple[SourceText, ...]
    queries: tuple[Query, ...]
    gains: Mapping[str, Mapping[str, float]]
    """Query id to document id to relevance grade; a query may have none."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of the conversation before a question."""

    speaker: str
    """`user` or `agent`."""
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and where its answer stands."""

    id: str
    text: str
    document_id: str | None
    """The document that `answers` point into."""
    document_ids: tuple[str, ...]
    """Every document that answers; empty when none does or none is known."""
    answers: tuple[Span, ...]
    """Empty when unanswerable, and where only the documents are known."""
    answerable: bool
    history: tuple[Turn, ...]
    rewrite: str | None
    """The question made self-contained, where the set gives it."""
    rationale_sets: tuple[tuple[int, ...], ...]
    """Alternative sets of sentence numbers, each sufficient evidence."""
    gold_sentence: int | str | None
    """The answering sentence as the set gives it, by number or in words."""

    def is_answered_by(self, document_id: str, start: int, end: int) -> bool:
        """Tell whether a quote shares a character with a gold answer span."""
        return document_id == self.document_id and any(
            start < stop and first < end for first, stop in self.answers
        )


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """Questions with the spans that answer them."""

    name: str
    documents: tuple[SourceText, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class BoundarySet:
    """Texts with their sentence boundaries."""

    name: str
    documents: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True)
class TrainingCase:
    """A question, a passage cut into sentences, and those that answer."""

    question: str
    title: str
    sentences: tuple[str, ...]
    gold: tuple[int, ...]
    """Indexes into `sentences`; empty when unanswerable."""
    answerable: bool
    source: str
    """Name of the set it comes from."""


DataSet = RetrievalSet | AnswerSet | BoundarySet
