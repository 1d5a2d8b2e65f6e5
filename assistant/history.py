"""Past conversations of the chat: one SQLite file, apart from every library.

A connection lives for one call, so that threads and processes may share a history, and
nothing is open between two questions. Only what was answered, or was not for want of
evidence, is kept; no file is made before there is something to keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from assistant.history_file import (
    check_whole,
    fold,
    naming_failures,
    reading,
    storable,
    writing,
)
from assistant.history_form import dump_reply, load_reply
from assistant.records import Abstention, Answer, Reply
from index.errors import ConversationMissing, HistoryError

if TYPE_CHECKING:
    import sqlite3

# Of an integer in SQLite.
_GREATEST_NUMBER: Final = 2**63 - 1

_SELECT: Final = """
SELECT c.conversation_id, c.title, c.library, c.created, c.updated,
    (SELECT count(*) FROM turns t WHERE t.conversation_id = c.conversation_id)
FROM conversations c
"""

_HAS_WORD: Final = (
    "(instr(fold(c.title), ?) OR EXISTS (SELECT 1 FROM turns t"
    " WHERE t.conversation_id = c.conversation_id AND instr(t.searched, ?)))"
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One run of the chat, with those that went on with it."""

    conversation_id: int
    title: str
    """The first question, unless it was renamed."""
    library: str
    """The name of the one that was asked first."""
    created: datetime
    """UTC, as all times here."""
    updated: datetime
    """When the last question was answered."""
    turn_count: int
    """Questions that were kept, from 1."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and what became of it."""

    kind: Literal["answer", "abstention"]
    reply: Answer | Abstention
    """As it was shown; its documents have no number (`history_form.NO_DOCUMENT`)."""
    created: datetime


def _now() -> datetime:
    return datetime.now(UTC)


class History:
    """The conversations of one file, which need not exist."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = _now) -> None:
        """Name a history; nothing is opened or made.

        Args:
            path: Of the SQLite file.
            now: Tells the time, UTC.
        """
        self.path = path
        self._now = now

    def begin(self, reply: Reply) -> int:
        """Keep the first turn of a new conversation; return the conversation's number.

        Raises:
            HistoryError: The history cannot be written.
        """
        with writing(self.path) as connection:
            cursor = connection.execute(
                "INSERT INTO conversations (title, library, created, updated)"
                " VALUES (?, ?, '', '')",
                (storable(" ".join(reply.question.split())), reply.library.name),
            )
            conversation = int(cursor.lastrowid or 0)
            moment = self._add(connection, conversation, reply)
            connection.execute(
                "UPDATE conversations SET created = ? WHERE conversation_id = ?",
                (moment, conversation),
            )
        return conversation

    def add_turn(self, conversation: int, reply: Reply) -> None:
        """Keep a further turn of a conversation.

        Raises:
            ConversationMissing: It has been deleted.
            HistoryError: The history cannot be written.
        """
        with self._writing_to(conversation) as connection:
            _require(connection, conversation)
            self._add(connection, conversation, reply)

    def conversations(
        self,
        search: str | None = None,
        *,
        library: str | None = None,
        limit: int | None = None,
    ) -> list[Conversation]:
        """List conversations, the one that went on last first.

        Args:
            search: Words that the title, or the questions and quotes, must hold, in any
                case.
            library: Only conversations with this library.
            limit: The most to list.

        Raises:
            HistoryError: The history cannot be read.
        """
        conditions: list[str] = []
        values: list[object] = []
        if library is not None:
            conditions.append("c.library = ?")
            values.append(library)
        for word in fold(search or "").split():
            conditions.append(_HAS_WORD)
            values += [word, word]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = " ORDER BY c.updated DESC, c.conversation_id DESC LIMIT ?"
        values.append(-1 if limit is None else limit)
        with reading(self.path) as connection:
            if connection is None:
                return []
            rows = connection.execute(_SELECT + where + order, values).fetchall()
        return [_conversation(row) for row in rows]

    def conversation(self, conversation: int) -> Conversation:
        """Describe one conversation.

        Raises:
            ConversationMissing: There is none of that number.
            HistoryError: The history cannot be read.
        """
        with reading(self.path) as connection:
            if connection is None:
                raise _missing(conversation)
            _require(connection, conversation)
            row = connection.execute(
                f"{_SELECT} WHERE c.conversation_id = ?", (conversation,)
            ).fetchone()
        return _conversation(row)

    def turns(self, conversation: int) -> list[Turn]:
        """Return the turns of a conversation, the oldest first.

        Raises:
            ConversationMissing: There is none of that number.
            HistoryError: The history cannot be read, or is damaged.
        """
        with reading(self.path) as connection:
            if connection is None:
                raise _missing(conversation)
            _require(connection, conversation)
            rows = connection.execute(
                "SELECT kind, reply, details, created FROM turns"
                " WHERE conversation_id = ? ORDER BY turn_id",
                (conversation,),
            ).fetchall()
        try:
            return [
                Turn(kind, load_reply(form, details), datetime.fromisoformat(created))
                for kind, form, details, created in rows
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HistoryError(
                f"Conversation {conversation} of the history {self.path} is damaged"
                f" ({type(error).__name__}: {error}).",
                f"Delete it with `quoth history delete {conversation}`.",
            ) from error

    def check(self) -> tuple[int, int]:
        """Read everything, and return how many conversations and questions there are.

        Raises:
            HistoryError: The history cannot be read, or something in it is damaged.
        """
        with reading(self.path) as connection:
            if connection is not None:
                check_whole(connection, self.path)
        found = self.conversations()
        counts = [len(self.turns(one.conversation_id)) for one in found]
        return len(counts), sum(counts)

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title; white space in it becomes one space.

        Raises:
            ConversationMissing: There is none of that number.
            HistoryError: The history cannot be written.
        """
        with self._writing_to(conversation) as connection:
            _require(connection, conversation)
            connection.execute(
                "UPDATE conversations SET title = ? WHERE conversation_id = ?",
                (storable(" ".join(title.split())), conversation),
            )

    def delete(self, conversations: Sequence[int]) -> None:
        """Delete conversations, all of them or, where one is missing, none.

        Their bytes are overwritten.

        Raises:
            ConversationMissing: There is none of one of the numbers.
            HistoryError: The history cannot be written.
        """
        if not conversations:
            return
        with self._writing_to(conversations[0]) as connection:
            for conversation in dict.fromkeys(conversations):
                _require(connection, conversation)
                connection.execute(
                    "DELETE FROM conversations WHERE conversation_id = ?",
                    (conversation,),
                )

    @contextmanager
    def _writing_to(self, conversation: int) -> Iterator[sqlite3.Connection]:
        """Write to what must be there: no file is made for what cannot be in it."""
        with naming_failures(self.path):
            there = self.path.exists()
        if not there:
            raise _missing(conversation)
        with writing(self.path) as connection:
            yield connection

    def _add(
        self, connection: sqlite3.Connection, conversation: int, reply: Reply
    ) -> str:
        """Insert a turn; return its time."""
        moment = self._now().astimezone(UTC).isoformat(timespec="milliseconds")
        form, details = dump_reply(reply)
        quotes = (*reply.quotes, *reply.near_misses)
        searched = "\n".join((reply.question, *(quote.text for quote in quotes)))
        connection.execute(
            "INSERT INTO turns (conversation_id, created, question, kind, fingerprint,"
            " reply, details, searched) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(conversation, moment, storable(reply.question)),
                "answer" if isinstance(reply, Answer) else "abstention",
                *(reply.library.fingerprint, form, details, fold(searched)),
            ),
        )
        connection.execute(
            "UPDATE conversations SET updated = ? WHERE conversation_id = ?",
            (moment, conversation),
        )
        return moment


def _require(connection: sqlite3.Connection, conversation: int) -> None:
    """Raise ConversationMissing for a number that no conversation has."""
    found = None
    if 0 < conversation <= _GREATEST_NUMBER:
        found = connection.execute(
            "SELECT 1 FROM conversations WHERE conversation_id = ?", (conversation,)
        ).fetchone()
    if found is None:
        raise _missing(conversation)


def _missing(conversation: int) -> ConversationMissing:
    return ConversationMissing(
        f"There is no conversation {conversation} in the history.",
        "`quoth history` lists those there are.",
    )


def _conversation(row: tuple[int, str, str, str, str, int]) -> Conversation:
    number, title, library, created, updated, turn_count = row
    try:
        times = datetime.fromisoformat(created), datetime.fromisoformat(updated)
    except ValueError as error:
        raise HistoryError(
            f"Conversation {number} of the history is damaged ({error}).",
            f"Delete it with `quoth history delete {number}`.",
        ) from error
    return Conversation(number, title, library, *times, turn_count)
