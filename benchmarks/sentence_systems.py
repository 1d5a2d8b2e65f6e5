"""Ways to choose the answering sentence among those of the chunks that were found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from rank_bm25 import BM25Okapi  # type: ignore[import-untyped]

from assistant.answering import choose, judge
from assistant.evaluation.outcomes import AnswerOutcome, RankedSentence
from assistant.evidence import FEATURES, Candidate
from assistant.scoring import EvidenceModel, load_model
from benchmarks.finding import Found, find
from index.terms import term_texts

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import Question
    from index.encoder import Encoder
    from index.view import View


Scored: TypeAlias = list[tuple[float, Candidate]]
"""Best first; the first score stands for the system's confidence."""
System: TypeAlias = Callable[[Found], Scored]


def first_sentence(found: Found) -> Scored:
    """Take the first sentence of each chunk that is no heading, in their order."""
    by_place = {(c.document_id, c.sentence): c for c in found.candidates}
    scored = []
    for hit in found.result.hits:
        numbers = range(hit.first_sentence, hit.stop_sentence)
        places = ((hit.document_id, number) for number in numbers)
        first = next((by_place[one] for one in places if one in by_place), None)
        if first is not None:
            scored.append((hit.cosine or 0.0, first))
    return scored


def best_cosine(found: Found) -> Scored:
    """Rank by the cosine of the question and the sentence, pooled late."""
    place = FEATURES.index("sentence_cosine")
    return _ranked((c.values[place], c) for c in found.candidates)


def best_bm25(found: Found) -> Scored:
    """Rank by rank_bm25's BM25Okapi over the candidate sentences alone."""
    texts = [_terms(found.view, c) for c in found.candidates]
    if not any(texts):
        return []
    query = [text for t in found.result.terms if not t.stop for text in t.texts]
    scores = BM25Okapi(texts).get_scores(query).tolist()
    return _ranked(zip(scores, found.candidates, strict=True))


def evidence_without(feature: str) -> System:
    """Rank as Quoth does, with the weight of one feature taken away."""
    full = load_model(with_vectors=True)
    model = EvidenceModel(
        {name: weight for name, weight in full.weights.items() if name != feature},
        {name: weight for name, weight in full.odds.items() if name != feature},
    )

    def rank(found: Found) -> Scored:
        judged = judge(found.candidates, model)
        shown = choose(judged, threshold=0.0, quotes=3, near_misses=3).shown
        return [(one.probability, one.candidate) for one in shown]

    return rank


BASELINES: Mapping[str, System] = {
    "first sentence of the best chunk": first_sentence,
    "best sentence by cosine": best_cosine,
    "best sentence by rank_bm25": best_bm25,
}


def ablations() -> dict[str, System]:
    """Return Quoth without each of the features that carry weight."""
    weights = load_model(with_vectors=True).weights
    return {
        f"  without {name}": evidence_without(name)
        for name in FEATURES
        if weights.get(name)
    }


def run_systems(
    library: SetLibrary,
    view: View,
    questions: Sequence[Question],
    encoder: Encoder,
    systems: Mapping[str, System],
) -> dict[str, list[AnswerOutcome]]:
    """Give every system the same sentences for each question."""
    outcomes: dict[str, list[AnswerOutcome]] = {name: [] for name in systems}
    for question in questions:
        begin = time.perf_counter()
        found = find(view, question.text, encoder)
        shared = time.perf_counter() - begin
        for name, system in systems.items():
            begin = time.perf_counter()
            scored = system(found)
            elapsed = shared + time.perf_counter() - begin
            outcomes[name].append(
                AnswerOutcome(
                    question,
                    tuple(_sentence(library, found, one) for _, one in scored[:3]),
                    confidence=scored[0][0] if scored else 0.0,
                    answered=bool(scored),
                    elapsed_ms=elapsed * 1000,
                )
            )
    return outcomes


def _ranked(scored: Iterable[tuple[float, Candidate]]) -> Scored:
    return sorted(scored, key=lambda pair: -pair[0])


def _terms(view: View, candidate: Candidate) -> list[str]:
    document = view.document(candidate.document_id)
    text = document.text[candidate.start : candidate.end]
    return term_texts(text, document.language)


def _sentence(
    library: SetLibrary, found: Found, candidate: Candidate
) -> RankedSentence:
    text = found.view.document(candidate.document_id).text
    return RankedSentence(
        found.source_id(library, candidate),
        candidate.start,
        candidate.end,
        text[candidate.start : candidate.end],
    )
