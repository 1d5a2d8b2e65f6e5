"""What went wrong with a question, and how far the sentence that answers came.

A sentence that answers can be lost in three places: its passage is not found, its
passage is found too far down to be looked at, or another sentence is put before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.evaluation.conversations import ask, past_turns
from assistant.evaluation.outcomes import AnswerOutcome
from assistant.followup import read_followup
from assistant.records import Abstention
from assistant.session import CANDIDATE_CHUNKS, AnswerSettings
from index.ranking import SearchSettings
from index.searching import SearchQuery, search

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import Question, SourceText
    from assistant.session import Session
    from index.encoder import Encoder
    from index.library import Library

OpenSession = Callable[["Library", AnswerSettings], "Session"]
"""Opens a session over a library, with the models that are to be measured."""

FaultKind = Literal["wrong", "missed", "invented"]
"""A wrong first quote; silence where there is an answer; an answer where none is."""

Loss = Literal["not_retrieved", "not_candidate", "outranked", "repeated", "unsure"]
"""Where the sentence that answers was lost: its passage is not among `LOOKED_FOR`; it
is not among those whose sentences are weighed, or the sentence is none of theirs;
another sentence is before it; one before it says the same; it is first, and not
likely enough."""

LOOKED_FOR = 300
"""Passages among which one that answers is looked for."""
# More than a question ever has.
_ALL_CANDIDATES = 1_000_000
# Above every probability, so that every candidate is a near miss.
_NEVER_SURE = 2.0


@dataclass(frozen=True, slots=True)
class Trace:
    """How far a sentence that answers came."""

    loss: Loss
    passage_rank: int | None
    """Of the first passage that holds one, from 1; None if it was not found."""
    sentence_rank: int | None
    """Of the first such sentence among the candidates, from 1."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A question that went wrong."""

    id: str
    question: str
    kind: str | None
    """Of question, where the set says so."""
    fault: FaultKind
    confidence: float
    shown: str
    """The sentence put forward first; empty if there was none."""
    shown_document: str | None
    expected: str
    """The first place that answers; empty where none is known."""
    expected_document: str | None
    trace: Trace | None
    """None where no place that answers is known."""


class Tracer:
    """Finds out where a sentence that answers was lost."""

    def __init__(
        self,
        library: SetLibrary,
        opened: Library,
        encoder: Encoder,
        settings: AnswerSettings,
        open_session: OpenSession,
    ) -> None:
        """Take what answered, to ask it again for all that it weighed."""
        self._library = library
        self._opened = opened
        self._encoder = encoder
        self._settings = settings
        everything = replace(
            settings, threshold=_NEVER_SURE, near_misses=_ALL_CANDIDATES
        )
        self._session = open_session(opened, everything)

    def trace(self, question: Question) -> Trace | None:
        """Return how far its gold came; None where none is known."""
        if not question.gold:
            return None
        passage = self._passage_rank(question)
        sentence = self._sentence_rank(question)
        if passage is None and sentence is None:
            return Trace("not_retrieved", None, None)
        if sentence == 1:
            return Trace("unsure", passage, 1)
        if sentence is not None:
            return Trace("outranked", passage, sentence)
        within = passage is not None and passage <= CANDIDATE_CHUNKS
        return Trace("repeated" if within else "not_candidate", passage, None)

    def _passage_rank(self, question: Question) -> int | None:
        settings = self._settings
        read = read_followup(question.text, past_turns(question))
        query = SearchQuery(
            read.question,
            mode=settings.mode,
            count=LOOKED_FOR,
            correct_spelling=settings.correct_spelling,
            context=read.context,
        )
        constants = SearchSettings(semantic_weight=settings.semantic_weight)
        with self._opened.open_view() as view:
            encoder = None if settings.mode == "lexical" else self._encoder
            for rank, hit in enumerate(search(view, query, encoder, constants).hits, 1):
                name = self._library.source_id(view.document(hit.document_id).path)
                if question.is_answered_by(name, hit.start, hit.end):
                    return rank
        return None

    def _sentence_rank(self, question: Question) -> int | None:
        reply = ask(self._session, question)
        if not isinstance(reply, Abstention):
            return None
        for rank, quote in enumerate(reply.near_misses, start=1):
            cited = quote.citation
            name = self._library.source_id(cited.document.path)
            if question.is_answered_by(name, cited.start, cited.end):
                return rank
        return None


def find_faults(
    outcomes: Iterable[AnswerOutcome],
    documents: Mapping[str, SourceText],
    trace: Callable[[Question], Trace | None],
) -> tuple[Fault, ...]:
    """Name every question that went wrong: the surest wrong ones first.

    Of the silent ones the least sure come first.

    Args:
        outcomes: Of every question.
        documents: By id, to show what would have been right.
        trace: Finds out where the gold of a question was lost.
    """
    faults = []
    for found in outcomes:
        kind = _fault_of(found)
        if kind is not None:
            faults.append(_fault(found, kind, documents, trace(found.question)))
    return tuple(
        sorted(
            faults,
            key=lambda one: (
                one.confidence if one.fault == "missed" else -one.confidence
            ),
        )
    )


def _fault_of(found: AnswerOutcome) -> FaultKind | None:
    if not found.answered:
        return "missed" if found.question.answerable else None
    if not found.question.answerable:
        return "invented"
    return "wrong" if found.is_right is False else None


def _fault(
    found: AnswerOutcome,
    kind: FaultKind,
    documents: Mapping[str, SourceText],
    trace: Trace | None,
) -> Fault:
    question = found.question
    first = found.sentences[0] if found.sentences else None
    gold = question.gold[0] if question.gold else None
    named = question.document_ids[0] if question.document_ids else None
    return Fault(
        id=question.id,
        question=question.text,
        kind=question.kind,
        fault=kind,
        confidence=found.confidence,
        shown=first.text if first else "",
        shown_document=first.document_id if first else None,
        expected=documents[gold.document_id].text[gold.start : gold.end]
        if gold
        else "",
        expected_document=gold.document_id if gold else named,
        trace=trace,
    )
