"""Passages that a search found: each with its citation, and why it was found.

`quoth search` and the chat's view Search show what is made here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.citations import Citer
from index.candidates import score_words
from index.errors import UsageError
from index.querying import counted_terms
from index.ranking import SearchSettings as SearchConstants
from index.searching import SearchQuery, search
from index.sources import matches
from index.storage import naming_failures
from index.terms import extract_terms, term_hash

if TYPE_CHECKING:
    from assistant.records import Citation
    from assistant.settings import SearchSettings
    from index.encoder import Encoder
    from index.library import Library
    from index.records import Hit, SearchMode
    from index.searching import SearchResult
    from index.spelling import Correction
    from index.terms import QuestionTerm
    from index.view import View

_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is looked for, and where."""

    text: str
    mode: SearchMode = "hybrid"
    count: int = 10
    """Passages at most."""
    within: str | None = None
    """A glob of paths, names or file names; None for the whole library."""


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word of the query, and what it says for a passage."""

    word: str
    """As read."""
    bm25_score: float
    """Its part of the passage's BM25 score; 0 when the passage has it not."""
    in_text: bool
    """False if it stands only in the title or the headings above the passage."""


@dataclass(frozen=True, slots=True)
class FoundHit:
    """One passage of a search."""

    rank: int
    """From 1."""
    text: str
    """Verbatim: the document's text from the citation's start to its end."""
    citation: Citation
    hit: Hit
    words: tuple[FoundWord, ...] = ()
    """Each word of the query that carries weight, in its order; their scores add up to
    the passage's BM25 score."""
    lit: tuple[tuple[int, int], ...] = ()
    """Spans in `text` of those words."""


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What a search found, and how it was read."""

    request: SearchRequest
    within: str | None
    """The glob that was looked in, as `widened` read it."""
    hits: tuple[FoundHit, ...]
    """Best first."""
    corrections: tuple[Correction, ...]
    documents: int
    """In the library."""
    chunks: int
    """In the library."""
    encoded_chunks: int
    """Chunks that have vectors; fewer than `chunks` while they are being built."""
    elapsed_ms: float = field(compare=False)


def find(
    library: Library,
    request: SearchRequest,
    encoder: Callable[[], Encoder],
    settings: SearchSettings,
    *,
    widen: bool = False,
) -> SearchOutcome:
    """Search a library as its settings say.

    Args:
        library: To search.
        request: What is looked for.
        encoder: Loads the library's encoder; called only if vectors are searched.
        settings: Of searches.
        widen: Read a part of a name as `widened` does.

    Raises:
        QuothError: The library or the encoder cannot be used, there is no query, or
            nothing is where it is to be looked for.
    """
    begin = time.perf_counter()
    with library.open_view() as view:
        _check_encoded(view, request)
        within = request.within
        if within is not None and widen:
            within = widened(view, within)
        result = _search(view, request, within, encoder, settings)
        return SearchOutcome(
            request,
            within,
            tuple(cite_hits(view, result.hits, result.terms)),
            result.corrections,
            view.document_count,
            view.chunk_count,
            view.encoded_count,
            (time.perf_counter() - begin) * 1000,
        )


def _check_encoded(view: View, request: SearchRequest) -> None:
    """Refuse to search by meaning where nothing can be found so.

    Raises:
        UsageError: There are passages, and none has a vector.
    """
    if request.mode == "semantic" and view.document_count and not view.encoded_count:
        raise UsageError(
            f"The library {view.name} cannot be searched by meaning yet: none of"
            " its passages has been encoded.",
            "Search by words meanwhile; `quoth sync` encodes them.",
        )


def _search(
    view: View,
    request: SearchRequest,
    within: str | None,
    encoder: Callable[[], Encoder],
    settings: SearchSettings,
) -> SearchResult:
    """Search with the encoder where the request and the library have a use for it."""
    query = SearchQuery(
        request.text,
        mode=request.mode,
        count=request.count,
        within=within,
        correct_spelling=settings.correct_spelling,
        exact_phrases=True,
    )
    needs_encoder = request.mode != "lexical" and view.encoded_count > 0
    return search(
        view,
        query,
        encoder() if needs_encoder else None,
        SearchConstants(semantic_weight=settings.semantic_weight),
    )


def widened(view: View, typed: str) -> str:
    """Read a part of a name, which means no document by itself, as `*part*`.

    Args:
        view: Of the library.
        typed: A glob, or a part of a name without its wildcards.
    """
    if _WILDCARDS.intersection(typed):
        return typed
    with naming_failures(view.path):
        files = view.catalog.files()
    if any(matches(typed, file.path, file.name) for file in files):
        return typed
    return f"*{typed}*"


def cite_hits(
    view: View, hits: Sequence[Hit], terms: Sequence[QuestionTerm] = ()
) -> list[FoundHit]:
    """Give each hit its text, citation and words, in the same order.

    Args:
        view: Where they were found.
        hits: Best first.
        terms: Of the query as it was read; without them there are no words.
    """
    counted = counted_terms(terms)
    asked = frozenset(stem for term in counted for stem in term.texts)
    scores = _word_scores(view, hits, counted)
    citers: dict[int, Citer] = {}
    found = []
    for rank, hit in enumerate(hits, start=1):
        document = view.document(hit.document_id)
        if hit.document_id not in citers:
            citers[hit.document_id] = Citer(hit.document_id, document)
        citation = citers[hit.document_id].cite(rank, hit.start, hit.end)
        text = document.text[hit.start : hit.end]
        # Where no word counts for anything there is none, and nothing to look for.
        terms_there = extract_terms(text, document.language) if hit.bm25_score else []
        there = [term for term in terms_there if term.text in asked]
        texts = {term.text for term in there}
        words = tuple(
            FoundWord(term.word, score, not texts.isdisjoint(term.texts))
            for term, score in scores[rank - 1]
        )
        lit = tuple((term.start, term.end) for term in there)
        found.append(FoundHit(rank, text, citation, hit, words, lit))
    return found


def _word_scores(
    view: View, hits: Sequence[Hit], terms: Sequence[QuestionTerm]
) -> list[list[tuple[QuestionTerm, float]]]:
    """Return for each hit the distinct words with their parts of its BM25 score."""
    distinct: dict[tuple[str, ...], list[QuestionTerm]] = {}
    for term in terms:
        distinct.setdefault(term.texts, []).append(term)
    positions = {
        segment.row.segment_id: position
        for position, segment in enumerate(view.segments)
    }
    with naming_failures(view.path):
        rows = [view.catalog.chunk(hit.chunk_id) for hit in hits]
    places = [(positions[row.segment_id], row.row) for row in rows if row is not None]
    found: list[list[tuple[QuestionTerm, float]]] = [[] for _ in hits]
    for texts, same in distinct.items():
        # A word given twice counts twice, as in the search.
        weights = [
            (term_hash(stem), len(same) * float(weight))
            for stem, weight in zip(texts, view.idf(texts), strict=True)
        ]
        scores = score_words(view, weights, None)
        for words, (position, row) in zip(found, places, strict=True):
            words.append((same[0], float(scores[position][row])))
    return found
