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
    quoter = _Quoter(view, wanted, hits, model)
    return tuple(quoter.quote(marker, one) for marker, one in enumerate(shown, start=1))


class _Quoter:
    """Makes the quotes of one answer, and remembers what it has said."""

    def __init__(
        self,
        view: View,
        wanted: Sequence[Wanted],
        hits: Sequence[Hit],
        model: EvidenceModel,
    ) -> None:
        self._view = view
        self._wanted = wanted
        self._asked = frozenset().union(*(word.texts for word in wanted))
        self._hits = {hit.chunk_id: (rank, hit) for rank, hit in enumerate(hits, 1)}
        self._model = model
        self._citers: dict[int, Citer] = {}
        self._said: set[tuple[int, int, int]] = set()

    def quote(self, marker: int, judged: Judged) -> Quote:
        candidate = judged.candidate
        number, start, end = candidate.document_id, candidate.start, candidate.end
        document = self._view.document(number)
        if number not in self._citers:
            self._citers[number] = Citer(number, document)
        before = _leant_on(self._view, candidate, document.text)
        if before is not None and (number, *before) in self._said:
            before = None  # It is a quote above.
        self._said.add((number, start, end))
        rank, hit = self._hits[candidate.chunk_id]
        text = document.text[start:end]
        terms = extract_terms(text, document.language)
        return Quote(
            text=text,
            citation=self._citers[number].cite(marker, start, end),
            context_before=document.text[slice(*before)] if before else None,
            context_start=before[0] if before else None,
            probability=judged.probability,
            features=self._model.explain(candidate.values),
            lit=tuple((t.start, t.end) for t in terms if t.text in self._asked),
            grounds=_grounds(self._wanted, judged, hit, rank, self._model),
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
