"""The History view's words: times, rows of the list, and conversations in short."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from assistant.history_file import fold
from assistant.records import Abstention, Answer
from assistant.render.plural import counted
from assistant.tui import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.history import Conversation, Turn
    from assistant.records import Quote

_FOUND: Final = "bold $text-accent underline"
_QUOTE_CHARACTERS: Final = 400
_TITLE_CHARACTERS: Final = 300
_DAYS_NAMED: Final = 7


def when(moment: datetime, now: datetime) -> str:
    """Say when something was, as short as it can be told from everything before.

    Args:
        moment: What to say.
        now: In the time zone of the reader.
    """
    local = moment.astimezone(now.tzinfo)
    day = local.date()
    time = f"{local:%H:%M}"
    if day == now.date():
        return f"today {time}"
    if day == now.date() - timedelta(days=1):
        return f"yesterday {time}"
    if now.date() - timedelta(days=_DAYS_NAMED) < day < now.date():
        return f"{local:%A} {time}"
    date = f"{day.day} {local:%B}"
    return f"{date} {time}" if day.year == now.year else f"{date} {day.year}"


def row(conversation: Conversation, now: datetime, *, going_on: bool) -> Content:
    """Describe a conversation in two lines: its title; when, library, questions.

    Args:
        conversation: To describe.
        now: In the time zone of the reader.
        going_on: It is the one in the view Ask.
    """
    return Content.assemble(
        title(conversation),
        "\n",
        ("● going on · ", "$text-success") if going_on else "",
        (about(conversation, now), wording.MUTED),
    )


def about(conversation: Conversation, now: datetime) -> str:
    """Say when a conversation was, over which library, and how long it is."""
    questions = counted(conversation.turn_count, "question")
    library = wording.flat(conversation.library)
    return f"{when(conversation.updated, now)} · {library} · {questions}"


def title(conversation: Conversation) -> Content:
    """Give the title; one of white space only would be an empty row."""
    text = wording.flat(wording.shortened(conversation.title, _TITLE_CHARACTERS))
    return Content.styled(text, "bold") if text.strip() else Content("(no title)")


def named(conversation: Conversation) -> str:
    """Give the title within a sentence."""
    return f"“{wording.shortened(title(conversation).plain, 60)}”"


def turn_question(turn: Turn, words: Sequence[str]) -> Content:
    """Give the question of a turn, what is searched for lit."""
    asked = wording.shortened(turn.reply.question, wording.QUESTION_CHARACTERS)
    return lit(wording.plain(asked, "bold"), words)


def turn_outcome(turn: Turn, words: Sequence[str]) -> Content:
    """Give what became of a question: a quote and its place, or that there is none.

    Args:
        turn: Of the history.
        words: Searched for; the first quote that has one is shown, else the first.
    """
    reply = turn.reply
    quotes = reply.quotes or reply.near_misses
    quote = next((one for one in quotes if has_any(one.text, words)), None)
    if isinstance(reply, Answer) and quotes:
        return _quoted(quote or quotes[0], words)
    said = "○ not in the documents"
    if isinstance(reply, Abstention) and reply.closest:
        said = "◐ perhaps: the closest passage"
        quote = quote or quotes[0]
    outcome = Content.styled(said, wording.MUTED)
    if quote is None:
        return outcome
    return Content("\n").join([outcome, _quoted(quote, words)])


def has_any(text: str, words: Sequence[str]) -> bool:
    """Whether a text has one of the folded words."""
    folded = fold(text) if words else ""
    return any(word in folded for word in words)


def lit(content: Content, words: Sequence[str]) -> Content:
    """Light words in a text, in any case."""
    if not words:
        return content
    pattern = "|".join(re.escape(word) for word in words)
    for found in re.finditer(pattern, content.plain, re.IGNORECASE):
        content = content.stylize(_FOUND, found.start(), found.end())
    return content


def _quoted(quote: Quote, words: Sequence[str]) -> Content:
    text = wording.shortened(quote.text, _QUOTE_CHARACTERS)
    alone = replace(quote, text=text, context_before=None, context_start=None, lit=())
    place = wording.source_line(quote.citation).stylize(wording.MUTED)
    return Content("\n").join([lit(wording.quote_content(alone), words), place])
