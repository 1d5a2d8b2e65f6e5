"""`quoth` itself: the chat on a terminal, a plain question loop elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from assistant.cli.ask import answer_lines
from assistant.cli.exits import FOUND
from index.errors import UsageError

if TYPE_CHECKING:
    from assistant.cli.options import Invocation
    from assistant.recording import Recorder
    from assistant.records import Abstention, Answer, DocumentRef, Event, Reply
    from assistant.session import Session
    from assistant.tui.asker import Asker, Notify, Overview
    from index.library import Library
    from index.progress import Progress
    from index.records import Document

_NAMES_SHOWN: Final = 5
_SEEDS_EXAMPLE: Final = "Who is the US envoy for Syria?"


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
        from assistant.tui import run_chat

        number, earlier = (
            (None, []) if resume is None else find_earlier(invocation, resume)
        )
        return run_chat(
            lambda notify: open_asker(invocation, notify, earlier),
            keep=keeping(invocation, number),
            earlier=earlier,
        )
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


def find_earlier(
    invocation: Invocation, which: str
) -> tuple[int, list[Answer | Abstention]]:
    """Find a conversation to go on with, and have its library asked.

    Args:
        invocation: Its library becomes that of the conversation, unless one was named.
        which: The conversation's number, or `last`.

    Returns:
        The number, and the replies of the conversation, the oldest first.

    Raises:
        UsageError: There is no such conversation.
        HistoryError: The history cannot be read.
    """
    from assistant.history import History

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
    return conversation.conversation_id, [turn.reply for turn in turns]


def keeping(
    invocation: Invocation, conversation: int | None
) -> Callable[[Reply], None]:
    """Give what keeps the chat's replies, unless the settings say that none are kept.

    The settings are read when the first reply is there, not before the first frame.
    """
    recorder: Recorder | None = None

    def keep(reply: Reply) -> None:
        nonlocal recorder
        if not invocation.configuration.settings.history.enabled:
            return
        if recorder is None:
            from assistant.history import History
            from assistant.recording import Recorder

            past = History(invocation.locations.history)
            recorder = Recorder(past, conversation)
        recorder.keep(reply)

    return keep


def _has_screen() -> bool:
    """Whether both ends are a terminal that can place its cursor."""
    return (
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


class _Asker:
    """A session as the chat needs it."""

    def __init__(self, session: Session, library: Library) -> None:
        self._session = session
        self._library = library

    def ask(self, question: str, *, follow: bool = True) -> Iterator[Event]:
        """Answer one question."""
        return self._session.ask(question, follow=follow)

    def document(self, cited: DocumentRef) -> Document:
        """Give the document of a citation."""
        return self._session.source(cited)

    def overview(self) -> Overview:
        """Say what is loaded."""
        from assistant.records import LibraryRef
        from assistant.tui.asker import Overview
        from assistant.tui.suggestion import suggest_question
        from assistant.workspace import SEEDS_LIBRARY

        with self._library.open_view() as view:
            library = LibraryRef(
                view.name,
                view.fingerprint,
                view.document_count,
                view.chunk_count,
                view.encoded_count,
            )
            files = view.catalog.files()[:_NAMES_SHOWN]
            text = view.document(files[0].document_id).text if files else ""
        example = _SEEDS_EXAMPLE
        if library.name != SEEDS_LIBRARY:
            example = suggest_question(text, self._session.aside().ask)
        return Overview(library, tuple(file.name for file in files), example)


def open_asker(
    invocation: Invocation, notify: Notify, earlier: Sequence[Reply] = ()
) -> Asker:
    """Open library and session; told to the screen, since stderr is under it.

    Args:
        invocation: Whose library is asked.
        notify: Shows a line about work in progress.
        earlier: Replies of the conversation that goes on, the oldest first.
    """
    from assistant.workspace import Workspace

    workspace = Workspace(
        invocation.locations,
        invocation.configuration.settings,
        notify=notify,
        load_encoder=invocation.load_encoder,
    )

    def progress(step: Progress) -> None:
        notify(f"{step.stage} {step.done:,}/{step.total:,} {step.unit}")

    library = workspace.open_library(progress)
    session = workspace.open_session(progress)
    for reply in earlier:
        session.remember(reply)
    asker = _Asker(session, library)
    notify("loading the encoder…")
    workspace.encoder()
    notify("")
    return asker
