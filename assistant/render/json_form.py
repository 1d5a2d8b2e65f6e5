"""Replies and search results as JSON: exact, and the same keys in the same order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.records import Abstention, Answer
from assistant.render.sanitize import escape_json

if TYPE_CHECKING:
    from assistant.finding import FoundHit
    from assistant.records import (
        Disagreement,
        DocumentRef,
        Feature,
        Grounds,
        Quote,
        Reply,
    )
    from index.records import SearchMode
    from index.spelling import Correction

JsonObject = dict[str, object]


def reply_form(reply: Reply, *, explain: bool = False) -> JsonObject:
    """Give a reply as plain values.

    Args:
        reply: To give.
        explain: With the `features` and `grounds` of each quote.
    """
    library = reply.library
    return {
        "question": reply.question,
        "answered": isinstance(reply, Answer),
        "closest": isinstance(reply, Abstention) and reply.closest,
        "confidence": reply.confidence,
        "quotes": [_quote_form(quote, explain) for quote in reply.quotes],
        "near_misses": [_quote_form(quote, explain) for quote in reply.near_misses],
        "disagreements": [_disagreement_form(one) for one in reply.disagreements],
        "uncovered_terms": list(reply.uncovered_terms),
        "corrections": [_correction_form(one) for one in reply.corrections],
        "read_with": _taken_over(reply),
        "library": {
            "name": library.name,
            "fingerprint": library.fingerprint,
            "documents": library.documents,
            "chunks": library.chunks,
        },
        "timings_ms": dict(reply.timings_ms),
    }


def search_form(
    query: str, mode: SearchMode, hits: Sequence[FoundHit], *, explain: bool = False
) -> JsonObject:
    """Give the result of a search as plain values.

    Args:
        query: As typed.
        mode: Of the search.
        hits: Best first.
        explain: With the raw scores of each hit.
    """
    return {
        "query": query,
        "mode": mode,
        "hits": [_hit_form(hit, explain) for hit in hits],
    }


def to_json(value: object) -> str:
    """Write one line of JSON, in the characters of the text itself.

    Escaped is what a terminal would act on, what some readers take for the end of a
    line, and lone surrogates, which no stream can carry.
    """
    return escape_json(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _taken_over(reply: Reply) -> list[str]:
    """Empty for a question that was read by itself, or kept before that was kept."""
    return [] if reply.reading is None else list(reply.reading.context)


def _quote_form(quote: Quote, explain: bool) -> JsonObject:
    citation = quote.citation
    form: JsonObject = {
        "marker": citation.marker,
        "text": quote.text,
        "context_before": quote.context_before,
        "document": _document_form(citation.document),
        "start": citation.start,
        "end": citation.end,
        "line": citation.line,
        "column": citation.column,
        "page": citation.page,
        "headings": list(citation.headings),
        "score": quote.probability,
    }
    if explain:
        form["features"] = [_feature_form(feature) for feature in quote.features]
        form["grounds"] = _grounds_form(quote.grounds)
    return form


def _grounds_form(grounds: Grounds | None) -> JsonObject | None:
    """Null in a conversation that was kept before there were any."""
    if grounds is None:
        return None
    passage = grounds.passage
    return {
        "odds": [{"name": name, "log_odds": adds} for name, adds in grounds.odds],
        "words": [asdict(word) for word in grounds.words],
        "lexical_rank": grounds.lexical_rank,
        "semantic_rank": grounds.semantic_rank,
        "passage": None if passage is None else asdict(passage),
    }


def _disagreement_form(disagreement: Disagreement) -> JsonObject:
    values = [
        {"marker": one.marker, "text": one.text, "start": one.start, "end": one.end}
        for one in disagreement.values
    ]
    return {"values": values}


def _document_form(document: DocumentRef) -> JsonObject:
    return {
        "path": document.path,
        "title": document.title,
        "sha256": document.sha256,
        "media_type": document.media_type,
    }


def _feature_form(feature: Feature) -> JsonObject:
    return {"name": feature.name, "value": feature.value, "weight": feature.weight}


def _correction_form(correction: Correction) -> JsonObject:
    return {
        "typed": correction.typed,
        "start": correction.start,
        "end": correction.end,
        "read_as": correction.read_as,
    }


def _hit_form(found: FoundHit, explain: bool) -> JsonObject:
    hit, citation = found.hit, found.citation
    form: JsonObject = {
        "rank": found.rank,
        "score": hit.score,
        "text": found.text,
        "document": _document_form(citation.document),
        "start": citation.start,
        "end": citation.end,
        "line": citation.line,
        "page": citation.page,
        "lexical_rank": hit.lexical_rank,
        "semantic_rank": hit.semantic_rank,
        "word_for_word": hit.word_for_word,
    }
    if explain:
        form["bm25_score"] = hit.bm25_score
        form["cosine"] = hit.cosine
        form["sentence_cosine"] = hit.sentence_cosine
        form["feedback_cosine"] = hit.feedback_cosine
        form["feedback_sentence_cosine"] = hit.feedback_sentence_cosine
        form["words"] = [
            {"word": word.word, "bm25_score": word.bm25_score, "in_text": word.in_text}
            for word in found.words
        ]
    return form
