"""A conversation to take along: as Markdown to read, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.records import Answer
from assistant.render.json_form import JsonObject, reply_form
from assistant.render.markdown import block_quote, code_span, escape_line
from assistant.render.plain import confidence_in_words
from assistant.render.sanitize import escape_json

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.history import Conversation, Turn
    from assistant.records import Quote, Reply


def conversation_form(conversation: Conversation) -> JsonObject:
    """Give a conversation without its turns as plain values; times are in UTC."""
    return {
        "id": conversation.conversation_id,
        "title": conversation.title,
        "library": conversation.library,
        "created": _moment(conversation.created),
        "updated": _moment(conversation.updated),
        "questions": conversation.turn_count,
    }


def history_form(conversation: Conversation, turns: Sequence[Turn]) -> JsonObject:
    """Give a conversation with its replies, each as `quoth ask --json` prints it."""
    replies = [
        {"created": _moment(turn.created), "reply": reply_form(turn.reply)}
        for turn in turns
    ]
    return {**conversation_form(conversation), "turns": replies}


def export_json(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """Write a conversation as JSON of several lines, exact to the character."""
    form = history_form(conversation, turns)
    text = json.dumps(form, ensure_ascii=False, allow_nan=False, indent=2)
    return escape_json(text) + "\n"


def export_markdown(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """Write a conversation as Markdown in which no text of a document is interpreted.

    Each quote is a block quote, and under it where it stands: path, line, page,
    characters and the SHA-256 of the file, as in JSON.
    """
    return "\n\n".join(_paragraphs(conversation, turns)) + "\n"


def _paragraphs(conversation: Conversation, turns: Sequence[Turn]) -> Iterator[str]:
    yield f"# {escape_line(conversation.title)}"
    yield (
        f"Asked of the library {code_span(conversation.library)},"
        f" {_date(conversation.created)}."
    )
    for turn in turns:
        yield f"## {escape_line(turn.reply.question)}"
        yield from _reply(turn.reply)


def _reply(reply: Reply) -> Iterator[str]:
    sure = confidence_in_words(reply.confidence)
    if isinstance(reply, Answer):
        for quote in reply.quotes:
            yield from _quote(quote)
        yield f"Confidence: {sure}."
    else:
        yield f"The documents do not answer this. Confidence that they do: {sure}."
        if reply.near_misses:
            yield "Nearest sentences, none of them an answer:"
        for quote in reply.near_misses:
            yield from _quote(quote)
    for correction in reply.corrections:
        typed, read_as = escape_line(correction.typed), escape_line(correction.read_as)
        yield f"Read “{typed}” as “{read_as}”."
    if reply.uncovered_terms:
        words = ", ".join(escape_line(word) for word in reply.uncovered_terms)
        yield f"Nothing shown covers: {words}."


def _quote(quote: Quote) -> Iterator[str]:
    citation = quote.citation
    if quote.context_before is not None:
        yield f"Before it: {escape_line(quote.context_before)}"
    yield block_quote(quote.text)
    page = "" if citation.page is None else f", page {citation.page}"
    yield (
        f"Source {citation.marker}: {code_span(citation.document.path)},"
        f" line {citation.line}, column {citation.column}{page},"
        f" characters {citation.start}–{citation.end},"
        f" sha256 {code_span(citation.document.sha256)}"
    )


def _moment(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _date(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
