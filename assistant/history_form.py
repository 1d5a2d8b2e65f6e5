"""Replies as they are stored, and back.

A stored reply is two objects: the form that scripts know (`render.json_form`), exactly,
and beside it what that leaves out and the chat needs to show the reply again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.records import (
    Abstention,
    Answer,
    Citation,
    Disagreement,
    Disputed,
    DocumentRef,
    Feature,
    Grounds,
    LibraryRef,
    PassageFound,
    Quote,
    Reply,
    WordFound,
)
from assistant.render.json_form import JsonObject, reply_form, to_json
from index.spelling import Correction

if TYPE_CHECKING:
    from assistant.followup import Reading

NO_DOCUMENT = 0
"""The number of a document of a stored reply: it is found by path and hash."""


def dump_reply(reply: Reply) -> tuple[str, str]:
    """Write a reply as JSON: the form of scripts, and the details beside it."""
    details = {
        "encoded_chunks": reply.library.encoded_chunks,
        "reading": _reading_details(reply.reading),
        "quotes": [_quote_details(quote) for quote in reply.quotes],
        "near_misses": [_quote_details(quote) for quote in reply.near_misses],
    }
    return to_json(reply_form(reply)), to_json(details)


def load_reply(form_json: str, details_json: str) -> Answer | Abstention:
    """Make a reply of what `dump_reply` wrote.

    The documents of its citations have the number `NO_DOCUMENT`, since those of a
    library change.

    Raises:
        ValueError, KeyError, TypeError: It is not what `dump_reply` writes.
    """
    form, details = json.loads(form_json), json.loads(details_json)
    library = form["library"]
    # What was kept before there were closest passages has none.
    closest = partial(Abstention, closest=form.get("closest", False))
    kind = Answer if form["answered"] else closest
    return kind(
        question=form["question"],
        confidence=form["confidence"],
        quotes=_load_quotes(form["quotes"], details["quotes"]),
        near_misses=_load_quotes(form["near_misses"], details["near_misses"]),
        uncovered_terms=tuple(form["uncovered_terms"]),
        corrections=tuple(Correction(**one) for one in form["corrections"]),
        library=LibraryRef(
            name=library["name"],
            fingerprint=library["fingerprint"],
            documents=library["documents"],
            chunks=library["chunks"],
            encoded_chunks=details["encoded_chunks"],
        ),
        timings_ms=dict(form["timings_ms"]),
        reading=_load_reading(form["question"], details.get("reading")),
        # What was kept before disagreements were looked for has none.
        disagreements=tuple(
            Disagreement(tuple(Disputed(**value) for value in one["values"]))
            for one in form.get("disagreements", ())
        ),
    )


def _reading_details(reading: Reading | None) -> JsonObject | None:
    if reading is None:
        return None
    added = [[taken.text, taken.origin] for taken in reading.added]
    return {"depends": reading.depends, "added": added}


def _load_reading(question: str, details: Mapping[str, Any] | None) -> Reading | None:
    """Make a reading; rows from before it was kept have none."""
    if details is None:
        return None
    # Not where the module begins: the chat imports it before its first frame.
    from assistant.followup import Reading
    from assistant.salience import Taken

    added = tuple(Taken(text, origin) for text, origin in details["added"])
    return Reading(question, details["depends"], added)


def _quote_details(quote: Quote) -> JsonObject:
    citation = quote.citation
    return {
        "name": citation.document.name,
        "prefix": citation.prefix,
        "suffix": citation.suffix,
        "context_start": quote.context_start,
        "features": [[one.name, one.value, one.weight] for one in quote.features],
        "lit": [list(span) for span in quote.lit],
        "grounds": _grounds_details(quote.grounds),
    }


def _grounds_details(grounds: Grounds | None) -> JsonObject | None:
    if grounds is None:
        return None
    return {
        "odds": [list(part) for part in grounds.odds],
        "words": [[one.word, one.where, one.typed] for one in grounds.words],
        "lexical_rank": grounds.lexical_rank,
        "semantic_rank": grounds.semantic_rank,
        "passage": None if grounds.passage is None else asdict(grounds.passage),
    }


def _load_grounds(details: Mapping[str, Any] | None) -> Grounds | None:
    if details is None:
        return None
    passage = details.get("passage")
    return Grounds(
        odds=tuple((name, adds) for name, adds in details["odds"]),
        words=tuple(WordFound(*one) for one in details["words"]),
        lexical_rank=details["lexical_rank"],
        semantic_rank=details["semantic_rank"],
        passage=None if passage is None else PassageFound(**passage),
    )


def _load_quotes(
    forms: Sequence[Mapping[str, Any]], details: Sequence[Mapping[str, Any]]
) -> tuple[Quote, ...]:
    pairs = zip(forms, details, strict=True)
    return tuple(_load_quote(form, detail) for form, detail in pairs)


def _load_quote(form: Mapping[str, Any], detail: Mapping[str, Any]) -> Quote:
    document = form["document"]
    return Quote(
        text=form["text"],
        citation=Citation(
            marker=form["marker"],
            document=DocumentRef(
                document_id=NO_DOCUMENT,
                path=document["path"],
                name=detail["name"],
                title=document["title"],
                sha256=document["sha256"],
                media_type=document["media_type"],
            ),
            start=form["start"],
            end=form["end"],
            line=form["line"],
            column=form["column"],
            page=form["page"],
            headings=tuple(form["headings"]),
            prefix=detail["prefix"],
            suffix=detail["suffix"],
        ),
        context_before=form["context_before"],
        context_start=detail["context_start"],
        probability=form["score"],
        features=tuple(Feature(*one) for one in detail["features"]),
        lit=tuple((start, end) for start, end in detail["lit"]),
        grounds=_load_grounds(detail.get("grounds")),
    )
