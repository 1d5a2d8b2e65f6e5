"""A conversation to take along: as Markdown to read, as JSON for programs."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.records import Abstention, Answer
from assistant.render.disagreeing import disagreement_line
from assistant.render.json_form import JsonObject, reply_form
from assistant.render.markdown import block_quote, code_span, escape_line
from assistant.render.outcomes import (
    confidence_said,
    near_heading,
    outcome_title,
    unfinished,
)
from assistant.render.plain import confidence_in_words
from assistant.render.sanitize import escape_json
from index.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.history import Conversation, Turn
    from assistant.records import Quote, Reply


# Of a file's name, in characters: four bytes each stay under the 255 of most systems.
_NAME_CHARACTERS: Final = 60


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


def export_name(conversation: Conversation, folder: Path) -> str:
    """Make a name for an export in Markdown that no file in a folder has yet."""
    words = re.sub(r"[\W_]+", "-", conversation.title.casefold()).strip("-")
    stem = words[:_NAME_CHARACTERS].strip("-")
    stem = stem or f"conversation-{conversation.conversation_id}"
    name, number = f"{stem}.md", 1
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}.md"
    return name


def export_file(
    conversation: Conversation,
    turns: Sequence[Turn],
    path: Path,
    *,
    replace: bool = False,
) -> None:
    """Write a conversation to a file: as JSON if its name ends so, else as Markdown.

    Args:
        conversation: To write.
        turns: Its turns.
        path: Of the file.
        replace: Take the place of a file that is there; it is lost only when the new
            one is whole.

    Raises:
        FileExistsError: There is a file, and it is not to be replaced.
        UsageError: The file cannot be written.
    """
    as_json = path.suffix.casefold() == ".json"
    text = (export_json if as_json else export_markdown)(conversation, turns)
    save_export(path, text, replace=replace)


def save_export(path: Path, text: str, *, replace: bool = False) -> None:
    """Write an export to a file; see `export_file`.

    Raises:
        FileExistsError: There is a file, and it is not to be replaced.
        UsageError: The file cannot be written.
    """
    try:
        if path.is_dir():
            raise UsageError(
                f"{path} is a folder.", "Give the name of a new file in it."
            )
        if replace:
            _replace(path, text)
        else:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except FileExistsError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"The file {path} cannot be written: {reason}.",
            "Give the path of a new file in a folder that you may write to.",
        ) from error


def _replace(path: Path, text: str) -> None:
    """Write beside a file what then takes its place, with its permissions."""
    number, beside = tempfile.mkstemp(prefix=".quoth-", dir=path.parent)
    try:
        with open(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if path.exists():
            shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


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
    if isinstance(reply, Abstention):
        yield f"{outcome_title(reply)} {confidence_said(reply)}: {sure}."
        if heading := near_heading(reply):
            yield heading
    for quote in (*reply.quotes, *reply.near_misses):
        yield from _quote(quote)
    if isinstance(reply, Answer):
        yield f"Confidence: {sure}."
        for disagreement in reply.disagreements:
            yield escape_line(disagreement_line(disagreement))
    for correction in reply.corrections:
        typed, read_as = escape_line(correction.typed), escape_line(correction.read_as)
        yield f"Read “{typed}” as “{read_as}”."
    if reply.reading is not None and reply.reading.added:
        words = ", ".join(escape_line(taken.text) for taken in reply.reading.added)
        yield f"Read with: {words}."
    if reply.uncovered_terms:
        words = ", ".join(escape_line(word) for word in reply.uncovered_terms)
        yield f"Nothing shown covers: {words}."
    if said := unfinished(reply.library):
        yield f"{said}."


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
