"""From chosen sentences to quotes: verbatim, cited, with what they lean on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.citations import Citer
from assistant.leaning import leans, leans_further
from assistant.records import Grounds, PassageFound, Quote, WordFound
from index.terms import extract_terms

if TYPE_CHECKING:
    from assistant.answering import Judged
    from assistant.evidence import Candidate
    from assistant.records import Citation
    from assistant.scoring import EvidenceModel
    from assistant.wanted import Wanted
    from index.records import Hit
    from index.view import View


def make_quotes(
    view: View,
    wanted: Sequence[Wanted],
    shown: Sequence[Judged],
    hits: Sequence[Hit],
    model: EvidenceModel,
) -> tuple[Quote, ...]:
    """Make the quotes of the chosen sentences, numbered from 1 in their order.

    A sentence that another leans on is not repeated before it if it is a quote above.

    Args:
        view: Whose sentences they are.
        wanted: Words of the question: they are lit.
        shown: The chosen sentences.
        hits: The chunks that they are of, among others.
        model: That weighed them.
    """
    found = {hit.chunk_id: (rank, hit) for rank, hit in enumerate(hits, start=1)}
    citers: dict[int, Citer] = {}
    quotes: list[Quote] = []
    said: set[tuple[int, int, int]] = set()
    for marker, judged in enumerate(shown, start=1):
        number = judged.candidate.document_id
        if number not in citers:
            citers[number] = Citer(number, view.document(number))
        rank, hit = found[judged.candidate.chunk_id]
        grounds = _grounds(wanted, judged, hit, rank, model)
        cited = citers[number].cite(
            marker, judged.candidate.start, judged.candidate.end
        )
        leant_on = _leant_on(view, judged.candidate, view.document(number).text)
        if leant_on is not None and (number, *leant_on) in said:
            leant_on = None  # It is a quote above.
        said.add((number, judged.candidate.start, judged.candidate.end))
        quotes.append(_quote(view, wanted, judged, cited, model, grounds, leant_on))
    return tuple(quotes)


def _quote(
    view: View,
    wanted: Sequence[Wanted],
    judged: Judged,
    citation: Citation,
    model: EvidenceModel,
    grounds: Grounds,
    before: tuple[int, int] | None,
) -> Quote:
    candidate = judged.candidate
    document = view.document(candidate.document_id)
    text = document.text[candidate.start : candidate.end]
    asked = frozenset().union(*(word.texts for word in wanted))
    terms = extract_terms(text, document.language)
    return Quote(
        text=text,
        citation=citation,
        context_before=document.text[slice(*before)] if before else None,
        context_start=before[0] if before else None,
        probability=judged.probability,
        features=model.explain(candidate.values),
        lit=tuple((t.start, t.end) for t in terms if t.text in asked),
        grounds=grounds,
    )


def _grounds(
    wanted: Sequence[Wanted],
    judged: Judged,
    hit: Hit,
    rank: int,
    model: EvidenceModel,
) -> Grounds:
    """Say why a sentence of a found chunk was weighed as it was."""
    candidate = judged.candidate
    return Grounds(
        odds=model.explain_odds(candidate.values, judged.lead),
        words=tuple(_found(word, candidate) for word in wanted),
        lexical_rank=hit.lexical_rank,
        semantic_rank=hit.semantic_rank,
        passage=PassageFound(
            rank=rank,
            rank_before_feedback=hit.rank_before_feedback,
            bm25_score=hit.bm25_score,
            cosine=hit.cosine,
            sentence_cosine=hit.sentence_cosine,
            feedback_cosine=hit.feedback_cosine,
        ),
    )


def _found(word: Wanted, candidate: Candidate) -> WordFound:
    if not word.texts.isdisjoint(candidate.terms):
        return WordFound(word.word, "quote", word.typed)
    near = not word.texts.isdisjoint(candidate.passage_terms)
    return WordFound(word.word, "around" if near else "nowhere", word.typed)


def _leant_on(view: View, candidate: Candidate, text: str) -> tuple[int, int] | None:
    """Span of the sentence, seldom two, that a candidate needs to be understood."""
    before = _sentence_before(view, candidate.document_id, candidate.sentence)
    said = text[candidate.start : candidate.end]
    if before is None or not leans(said, text[slice(*before)]):
        return None
    further = _sentence_before(view, candidate.document_id, candidate.sentence - 1)
    if further is not None and leans_further(said, text[slice(*before)]):
        return further[0], before[1]
    return before


def _sentence_before(
    view: View, document: int, sentence: int
) -> tuple[int, int] | None:
    """Span of the sentence before, if it is one: a heading is cited already."""
    if sentence == 0:
        return None
    start, end = (int(offset) for offset in view.sentences(document)[sentence - 1])
    return None if start in view.heading_starts(document) else (start, end)
