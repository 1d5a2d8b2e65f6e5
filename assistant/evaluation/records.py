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
class Place:
    """A span of a document that answers."""

    document_id: str
    start: int
    end: int

    def is_shown_by(self, document_id: str, start: int, end: int) -> bool:
        """Tell whether a quote shares a character with it."""
        return document_id == self.document_id and start < self.end and self.start < end


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
    """In `document_id`; empty when unanswerable, and where only documents are known."""
    answerable: bool
    history: tuple[Turn, ...]
    rewrite: str | None
    """The question made self-contained, where the set gives it."""
    rationale_sets: tuple[tuple[int, ...], ...]
    """Alternative sets of sentence numbers, each sufficient evidence."""
    gold_sentence: int | str | None
    """The answering sentence as the set gives it, by number or in words."""
    elsewhere: tuple[Place, ...] = ()
    """Spans of other documents that answer as well."""
    needs: tuple[tuple[int, ...], ...] = ()
    """Parts of the answer: for each, the numbers of the places of `gold` any one of
    which gives it. Empty where the set does not tell."""
    kind: str | None = None
    """What kind of question it is, where the set says so."""
    split: str | None = None
    """What it is kept for, such as tuning, where the set says so."""

    @property
    def gold(self) -> tuple[Place, ...]:
        """Every place that answers: `answers`, then `elsewhere`."""
        if self.document_id is None:
            return self.elsewhere
        here = tuple(Place(self.document_id, *span) for span in self.answers)
        return here + self.elsewhere

    @property
    def parts(self) -> tuple[tuple[int, ...], ...]:
        """The parts of the answer; one, which any place gives, without `needs`."""
        whole = tuple(range(len(self.gold)))
        return self.needs or ((whole,) if whole else ())

    def is_answered_by(self, document_id: str, start: int, end: int) -> bool:
        """Tell whether a quote shares a character with a gold answer span."""
        return any(place.is_shown_by(document_id, start, end) for place in self.gold)


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
    answers: tuple[str, ...] = ()
    """The answers in words, where the set gives them."""


DataSet = RetrievalSet | AnswerSet | BoundarySet
