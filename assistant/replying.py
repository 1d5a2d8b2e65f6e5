"""From what was chosen to the reply: quotes, what nothing covers, what is disputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from assistant.question import only_asks
from assistant.quoting import make_quotes
from assistant.records import (
    Abstention,
    Answer,
    Disagreement,
    Disputed,
    LibraryRef,
)

if TYPE_CHECKING:
    from assistant.answering import Choice
    from assistant.evidence import Candidate
    from assistant.followup import Reading
    from assistant.wanted import Wanted
    from assistant.weighing import Weighing
    from index.searching import SearchResult
    from index.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known of a question when its quotes are chosen."""

    result: SearchResult
    wanted: Sequence[Wanted]
    weighing: Weighing
    choice: Choice


def make_reply(view: View, reading: Reading, found: Found) -> Answer | Abstention:
    """Make the reply to a question, its timings left empty.

    Args:
        view: The library's state that was searched.
        reading: How the question was read.
        found: What was found and chosen.
    """
    choice, result, wanted = found.choice, found.result, found.wanted
    quotes = make_quotes(view, wanted, choice.shown, result.hits, found.weighing.model)
    covered = frozenset().union(*(j.candidate.passage_terms for j in choice.shown))
    kind = Answer if choice.answered else partial(Abstention, closest=choice.closest)
    return kind(
        question=reading.question,
        confidence=choice.confidence,
        quotes=quotes if choice.answered else (),
        near_misses=() if choice.answered else quotes,
        uncovered_terms=tuple(
            w.word
            for w in wanted
            if w.typed and w.texts.isdisjoint(covered) and not only_asks(w.word)
        ),
        corrections=result.corrections,
        library=LibraryRef(
            view.name,
            view.fingerprint,
            view.document_count,
            view.chunk_count,
            view.encoded_count,
        ),
        timings_ms={},
        reading=reading,
        disagreements=_disagreements(choice),
    )


def text_of(view: View, candidate: Candidate) -> str:
    """Return a candidate's sentence."""
    document = view.document(candidate.document_id)
    return document.text[candidate.start : candidate.end]


def _disagreements(choice: Choice) -> tuple[Disagreement, ...]:
    """Say which of the shown quotes cannot all be right; their numbers are from 1."""
    values = tuple(
        Disputed(place + 1, claim.value.text, claim.value.start, claim.value.end)
        for place, claim in choice.contested
    )
    return (Disagreement(values),) if values else ()
