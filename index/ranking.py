"""Two rankings of chunks fused, each chunk scored by both.

    score = w * semantic + (1 - w) * lexical
    w = weight * min(1, best cosine / known cosine)
    semantic = (1 - s) * cosine + s * sentence cosine
    lexical = BM25

Each side is scaled to 0 to 1 over the union of the best `pool` of both rankings. See
`index.fusion.convex` for the source. A hybrid search fuses twice: the second time with
the cosines of the question after feedback (`index.feedback`), with chunks and with
their sentences alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.candidates import COSINE_RESOLUTION, Candidate, Key, rank, score_meaning
from index.feedback import draw_question
from index.fusion import SEMANTIC_WEIGHT, convex, min_max, theoretical_min_max
from index.phrases import has_phrases
from index.records import Hit, SearchMode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.view import View


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """The constants of a search."""

    pool: int = 150
    """Chunks taken from each ranking; the best ten lie within the first hundred of one
    side, and each more costs the reading of its sentence vectors."""
    semantic_weight: float = SEMANTIC_WEIGHT
    """Of the semantic side, 0 to 1, when the question's meaning is known."""
    known_cosine: float = 0.45
    """Of the best chunk of a question whose meaning is known; above 0. To a name or a
    code that the encoder never learnt nothing is near, and which chunk is a little less
    far says nothing: there words count for more, the farther the more. From .4 to .5
    more names are found, and from .5 on a collection loses."""
    number_weight: float = 0.1
    """Of the semantic side where numbers alone are asked for: it orders what words
    leave equal."""
    sentence_share: float = 0.5
    """Of the best sentence's cosine in the semantic side, 0 to 1: halfway between chunk
    and sentence, as neither alone is better on every collection."""
    feedback_chunks: int = 5
    """Best chunks that a hybrid search learns from; three do as well, eight worse."""
    feedback_weight: float = 0.4
    """Of what was learnt against the question's 1: the question has the upper hand. On
    collections 0.5 does as well, on questions about a passage a little worse."""
    context_weight: float = 0.5
    """Of a word of the conversation against the query's 1; 0.3 to 0.7 do as well."""


@dataclass(frozen=True, slots=True)
class Rankings:
    """The rank of each chunk that a side found."""

    lexical: dict[Key, int]
    semantic: dict[Key, int]


def make_rankings(
    candidates: dict[Key, Candidate],
    by_words: list[Key],
    by_meaning: list[Key],
    pool: int,
) -> Rankings:
    """Rank what each side found.

    Args:
        candidates: Every chunk that either found, scored by both.
        by_words: Those found by their words.
        by_meaning: Those found by their vectors.
        pool: Chunks of a ranking at most.
    """
    return Rankings(
        rank(candidates, by_words, lambda one: one.bm25_score, pool),
        rank(candidates, by_meaning, lambda one: one.cosine or 0.0, pool),
    )


def best_hits(
    view: View,
    candidates: Mapping[Key, Candidate],
    rankings: Rankings,
    mode: SearchMode,
    vector: NDArray[np.float32] | None,
    settings: SearchSettings,
    phrases: Sequence[str] = (),
) -> Iterator[Hit]:
    """Fuse the rankings, a hybrid search twice, and yield the hits, the best first.

    Chunks that have the phrases word for word come before all others: if there are any,
    their scores lie in the upper half, and those of the others in the lower one.

    Args:
        view: Whose chunks they are.
        candidates: Every chunk of the rankings, scored by both sides.
        rankings: Of words and of meaning.
        mode: Which of them count.
        vector: Of the question, (dimension,); None where no vectors were searched.
        settings: The weights.
        phrases: Of `index.phrases`.
    """
    scores = _fuse(candidates, rankings, mode, settings)
    learnt: Mapping[Key, tuple[float, float]] = {}
    before: dict[Key, int] = {}
    if mode == "hybrid" and vector is not None:
        ordered = _ordered(candidates, scores)
        before = {key: rank for rank, key in enumerate(ordered, start=1)}
        best = ordered[: settings.feedback_chunks]
        drawn = draw_question(view, vector, best, settings.feedback_weight)
        learnt = score_meaning(view, scores, drawn)
        scores = _fuse(candidates, rankings, mode, settings, learnt)
    having = _having(view, candidates, rankings, phrases) if phrases else set()
    if having:
        scores = {key: (score + (key in having)) / 2 for key, score in scores.items()}
    for key in _ordered(candidates, scores):
        yield replace(
            _hit(candidates[key], scores[key], key, rankings, learnt.get(key)),
            rank_before_feedback=before.get(key),
            word_for_word=key in having,
        )


def _having(
    view: View,
    candidates: Mapping[Key, Candidate],
    rankings: Rankings,
    phrases: Sequence[str],
) -> set[Key]:
    """Return the chunks, of those found by their words, that have every phrase."""

    def text_of(key: Key) -> str:
        place = candidates[key].place
        return view.document(place.document_id).text[place.start : place.end]

    return {key for key in rankings.lexical if has_phrases(text_of(key), phrases)}


def _fuse(
    candidates: Mapping[Key, Candidate],
    rankings: Rankings,
    mode: SearchMode,
    settings: SearchSettings,
    learnt: Mapping[Key, tuple[float, float]] | None = None,
) -> dict[Key, float]:
    """Score the union of both rankings, 0 to 1.

    Args:
        candidates: Every chunk of the rankings.
        rankings: Of words and of meaning.
        mode: Which of them count.
        settings: The weights.
        learnt: Cosines of chunk and best sentence after feedback, in place of those of
            the question as it was asked.
    """
    keys = list(dict.fromkeys((*rankings.lexical, *rankings.semantic)))
    lexical = theoretical_min_max(
        {key: candidates[key].bm25_score for key in keys}, least_possible=0.0
    )
    own = _meaning(_own_cosines(candidates, keys), settings)
    cosines = own if learnt is None else _meaning(learnt, settings)
    semantic = min_max(cosines, COSINE_RESOLUTION)
    if mode == "lexical":
        return lexical
    if mode == "semantic":
        return semantic
    # A chunk without a vector yet is neither held back nor preferred for that.
    both = {key: semantic.get(key, lexical[key]) for key in keys}
    return convex(lexical, both, settings.semantic_weight * _known(own, settings))


def _known(own: Mapping[Key, float], settings: SearchSettings) -> float:
    """Return how far the question's meaning is known, 0 to 1.

    Args:
        own: Its nearness to each chunk, as it was asked.
        settings: From where on it counts as known.
    """
    best = max(own.values(), default=0.0)
    return min(1.0, max(0.0, best / settings.known_cosine))


def _meaning(
    cosines: Mapping[Key, tuple[float, float]], settings: SearchSettings
) -> dict[Key, float]:
    """Return how near each chunk is in meaning, of its cosine and its sentences'."""
    share = settings.sentence_share
    return {
        key: (1 - share) * of_chunk + share * of_sentence
        for key, (of_chunk, of_sentence) in cosines.items()
    }


def _own_cosines(
    candidates: Mapping[Key, Candidate], keys: Sequence[Key]
) -> dict[Key, tuple[float, float]]:
    """Return the cosines of the chunks that have vectors, and of their sentences."""
    return {
        key: (one.cosine, one.sentence_cosine)
        for key in keys
        if (one := candidates[key]).cosine is not None
        and one.sentence_cosine is not None
    }


def _ordered(
    candidates: Mapping[Key, Candidate], scores: Mapping[Key, float]
) -> list[Key]:
    """Return the chunks, best first; equal ones by document name and place."""
    return sorted(scores, key=lambda key: (-scores[key], candidates[key].order))


def _hit(
    candidate: Candidate,
    score: float,
    key: Key,
    rankings: Rankings,
    learnt: tuple[float, float] | None,
) -> Hit:
    place = candidate.place
    feedback_cosine, feedback_sentence_cosine = learnt or (None, None)
    return Hit(
        chunk_id=place.chunk_id,
        document_id=place.document_id,
        start=place.start,
        end=place.end,
        first_sentence=place.first_sentence,
        stop_sentence=place.stop_sentence,
        score=score,
        bm25_score=candidate.bm25_score,
        cosine=candidate.cosine,
        sentence_cosine=candidate.sentence_cosine,
        lexical_rank=rankings.lexical.get(key),
        semantic_rank=rankings.semantic.get(key),
        feedback_cosine=feedback_cosine,
        feedback_sentence_cosine=feedback_sentence_cosine,
    )
