"""`quoth` itself: the chat on a terminal, a plain question loop elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.cli.ask import answer_lines
from assistant.cli.exits import FOUND
from index.errors import UsageError

if TYPE_CHECKING:
    from assistant.cli.options import Invocation
    from assistant.tui.asker import Earlier


def chat(invocation: Invocation, resume: str | None = None) -> int:
    """Open the chat, or read questions from stdin where there is no screen for it.

    Args:
        invocation: Whose library is asked.
        resume: The number of a conversation to go on with, or `last`.

    Raises:
        UsageError: There is no such conversation, or no screen to show it on.
        HistoryError: The history cannot be read.
    """
    if _has_screen():
        from assistant.cli.chat_services import make_services
        from assistant.look import read_look
        from assistant.tui import run_chat

        earlier = None if resume is None else find_earlier(invocation, resume)
        places = invocation.locations
        look = read_look(places.config_file, places.chat_state)
        services = make_services(invocation, earlier)
        return run_chat(services, earlier=earlier, look=look)
    if resume is not None:
        raise UsageError(
            "A conversation can be resumed on a terminal only.",
            "`quoth history show ID` prints it.",
        )
    asked = False

    def questions() -> Iterator[str]:
        nonlocal asked
        for question in _typed_lines():
            asked = True
            yield question

    code = answer_lines(invocation, questions(), follow=True)
    return code if asked else FOUND


def find_earlier(invocation: Invocation, which: str) -> Earlier:
    """Find a conversation to go on with, and have its library asked.

    Args:
        invocation: Its library becomes that of the conversation, unless one was named.
        which: The conversation's number, or `last`.

    Raises:
        UsageError: There is no such conversation.
        HistoryError: The history cannot be read.
    """
    from assistant.history import History
    from assistant.tui.asker import Earlier

    past = History(invocation.locations.history)
    if which == "last":
        newest = past.conversations(library=invocation.library, limit=1)
        if not newest:
            raise UsageError(
                "There is no conversation to go on with.", "Begin one with `quoth`."
            )
        conversation = newest[0]
    elif which.isascii() and which.isdecimal():
        conversation = past.conversation(int(which))
    else:
        raise UsageError(
            f"{which!r} is not the number of a conversation.",
            "`quoth history` lists the numbers; `last` is the newest.",
        )
    if invocation.library is None:
        invocation.library = conversation.library
    turns = past.turns(conversation.conversation_id)
    replies = [turn.reply for turn in turns]
    return Earlier(conversation.conversation_id, replies)


def _has_screen() -> bool:
    """Whether both ends are a terminal that can place its cursor, or a browser."""
    from assistant.tui import is_in_browser

    return is_in_browser() or (
        sys.stdin.isatty()
        and sys.stdout.isatty()
        and os.environ.get("TERM", "") != "dumb"
    )


def _typed_lines() -> Iterator[str]:
    """Lines of stdin; someone who types them is asked for each."""
    asking = sys.stdin.isatty()
    while True:
        if asking:
            print("? ", end="", file=sys.stderr, flush=True)  # noqa: T201
        line = sys.stdin.readline()
        if not line:
            return
        yield line
