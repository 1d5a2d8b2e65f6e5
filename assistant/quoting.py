"""From chosen sentences to quotes: verbatim, cited, with what they lean on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answering import leans
from assistant.citations import Citer
from assistant.records import Quote
from assistant.scoring import load_model
from index.terms import extract_terms

if TYPE_CHECKING:
    from assistant.answering import Judged
    from assistant.evidence import Candidate
    from assistant.wanted import Wanted
    from index.view import View


def make_quotes(
    view: View,
    wanted: Sequence[Wanted],
    shown: Sequence[Judged],
    *,
    with_vectors: bool,
) -> tuple[Quote, ...]:
    """Make the quotes of the chosen sentences, numbered from 1 in their order.

    Args:
        view: Whose sentences they are.
        wanted: Words of the question: they are lit.
        shown: The chosen sentences.
        with_vectors: Which of the two models weighed them.
    """
    citers: dict[int, Citer] = {}
    quotes = []
    for marker, judged in enumerate(shown, start=1):
        number = judged.candidate.document_id
        if number not in citers:
            citers[number] = Citer(number, view.document(number))
        quotes.append(
            _quote(view, wanted, judged, citers[number], marker, with_vectors)
        )
    return tuple(quotes)


def _quote(
    view: View,
    wanted: Sequence[Wanted],
    judged: Judged,
    citer: Citer,
    marker: int,
    with_vectors: bool,
) -> Quote:
    candidate = judged.candidate
    document = view.document(candidate.document_id)
    text = document.text[candidate.start : candidate.end]
    before = _sentence_before(view, candidate) if leans(text) else None
    asked = frozenset().union(*(word.texts for word in wanted))
    terms = extract_terms(text, document.language)
    return Quote(
        text=text,
        citation=citer.cite(marker, candidate.start, candidate.end),
        context_before=document.text[slice(*before)] if before else None,
        context_start=before[0] if before else None,
        probability=judged.probability,
        features=load_model(with_vectors=with_vectors).explain(candidate.values),
        lit=tuple((t.start, t.end) for t in terms if t.text in asked),
    )


def _sentence_before(view: View, candidate: Candidate) -> tuple[int, int] | None:
    """Span of the sentence before, if it is one: a heading is cited already."""
    if candidate.sentence == 0:
        return None
    spans = view.sentences(candidate.document_id)
    start, end = (int(offset) for offset in spans[candidate.sentence - 1])
    headings = view.heading_starts(candidate.document_id)
    return None if start in headings else (start, end)
