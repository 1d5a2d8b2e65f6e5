"""One search: words and meaning rank the chunks of a library, fused into hits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from index.candidates import Key, best_by_meaning, best_by_words, gather, score_words
from index.errors import EncoderMissing
from index.phrases import quoted_phrases
from index.querying import asks_for_numbers, encode_query, read_query, term_weights
from index.ranking import SearchSettings, best_hits, make_rankings
from index.records import Hit, SearchMode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoder import Encoder
    from index.spelling import Correction
    from index.terms import QuestionTerm
    from index.view import View


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for."""

    text: str
    mode: SearchMode = "hybrid"
    count: int = 10
    """Hits at most."""
    within: str | None = None
    """A glob of paths, names or file names; None for the whole library."""
    correct_spelling: bool = True
    """Read a word that the library lacks as the nearest one that it has."""
    exact_phrases: bool = False
    """Passages that have its phrases in quotation marks word for word come first. Not
    for questions, where such marks stand around titles."""
    context: tuple[str, ...] = ()
    """Names and words of the conversation that the query leaves out."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """What was found, and how the query was read."""

    hits: tuple[Hit, ...]
    """Best first; equal scores by document name, then by place in it."""
    terms: tuple[QuestionTerm, ...]
    """In the order of the query; a corrected one has the span of what was typed."""
    frequencies: tuple[int, ...]
    """Of each term: the living chunks that hold the most frequent of its stems."""
    corrections: tuple[Correction, ...]
    question_vector: NDArray[np.float32] | None
    """(dimension,), of the corrected text; None when no vectors were searched."""
    text: str
    """The query, with corrected words in place of the typed ones."""
    timings_ms: dict[str, float]
    """Of the steps `terms`, `lexical`, `encoding`, `semantic` and `fusion`."""


def search(
    view: View,
    query: SearchQuery,
    encoder: Encoder | None = None,
    settings: SearchSettings | None = None,
) -> SearchResult:
    """Search a view.

    Args:
        view: Of the library.
        query: What is looked for.
        encoder: Of the library. Without one, and for chunks without vectors, a hybrid
            search ranks by words alone; a lexical one never uses it.
        settings: `SearchSettings()` by default.

    Raises:
        EmptyQuestion: There is no word in the query.
        MissingPath: `within` means no document.
        QuestionTooLong: It has more than `MAX_QUESTION_CHARACTERS`.
        LibraryEmpty: The library holds no document.
        LibraryOutdated: The encoder is not the library's.
        EncoderMissing: A semantic search without an encoder.
    """
    settings = settings or SearchSettings()
    pool, timings = settings.pool, dict[str, float]()
    with _timed(timings, "terms"):
        correct = query.correct_spelling
        read = read_query(
            view, query.text, query.context, encoder, correct_spelling=correct
        )
    if asks_for_numbers(read):
        weight = min(settings.number_weight, settings.semantic_weight)
        settings = replace(settings, semantic_weight=weight)
    if query.mode == "semantic" and encoder is None:
        raise EncoderMissing("A search by meaning needs an encoder.")
    allowed = None if query.within is None else view.chunks_matching(query.within)
    by_words, by_meaning, vector = list[Key](), list[Key](), None
    with _timed(timings, "lexical"):
        weights = term_weights(view, read, settings.context_weight)
        words = score_words(view, weights, allowed)
        if query.mode != "semantic":
            by_words = best_by_words(words, pool)
    if query.mode != "lexical" and encoder is not None and view.encoded_count:
        with _timed(timings, "encoding"):
            vector = encode_query(view, read, encoder)
        with _timed(timings, "semantic"):
            by_meaning = best_by_meaning(view, vector, pool, allowed)
    with _timed(timings, "fusion"):
        found = gather(view, (*by_words, *by_meaning), words, vector)
        rankings = make_rankings(found, by_words, by_meaning, pool)
        phrases = quoted_phrases(query.text) if query.exact_phrases else ()
        hits = best_hits(view, found, rankings, query.mode, vector, settings, phrases)
        best = tuple(islice(hits, query.count))
    return SearchResult(
        *(best, read.terms, read.frequencies, read.corrections, vector, read.text),
        timings,
    )


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    timings[step] = (time.perf_counter() - begin) * 1000
