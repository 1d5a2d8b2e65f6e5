"""The SQLite file of the history: opened for one call, made when first written."""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from index.errors import HistoryError

SCHEMA_VERSION: Final = 1

# Another program writes for some milliseconds; whoever waits longer waits in vain.
_WAIT_SECONDS: Final = 2.0

_ASIDE: Final = "Move that file away; the next question in the chat begins a new one."

# AUTOINCREMENT: a number never comes back as another conversation. Times are ISO 8601,
# UTC, to the millisecond, so that they sort. `searched` is folded.
_SCHEMA: Final = (
    """
    CREATE TABLE conversations (
        conversation_id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        library TEXT NOT NULL,
        created TEXT NOT NULL,
        updated TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE turns (
        turn_id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
        created TEXT NOT NULL,
        question TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('answer', 'abstention')),
        fingerprint TEXT NOT NULL,
        reply TEXT NOT NULL,
        details TEXT NOT NULL,
        searched TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX turns_by_conversation ON turns (conversation_id, turn_id)",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)

_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the history to read one moment of it; None when there is none yet.

    Raises:
        HistoryError: It cannot be read.
    """
    with naming_failures(path):
        if not path.exists():
            yield None
            return
        with closing(_connect(path)) as connection:
            connection.create_function("fold", 1, fold, deterministic=True)
            connection.execute("BEGIN")
            yield connection if _check_version(connection, path) else None


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the history, or make it, and commit what the block writes: all or nothing.

    Raises:
        HistoryError: It cannot be written.
    """
    with naming_failures(path):
        _make_private(path)
        with closing(_connect(path)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is deleted is a person's questions: its bytes go too.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("BEGIN IMMEDIATE")
            if _check_version(connection, path) == 0:
                for statement in _SCHEMA:
                    connection.execute(statement)
            # Closing without a commit, as any exception does, takes everything back.
            yield connection
            connection.execute("COMMIT")


def check_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Have SQLite read every page of the file, and compare rows with what they name.

    Raises:
        HistoryError: Something is wrong with it.
    """
    for check in ("integrity_check(1)", "foreign_key_check"):
        row = connection.execute(f"PRAGMA {check}").fetchone()
        if row not in (None, ("ok",)):
            said = ", ".join(str(value) for value in row)
            raise HistoryError(f"The history {path} is damaged ({said}).", _ASIDE)


def fold(text: str) -> str:
    """Make texts that a reader would search alike the same: case, width, spaces."""
    return storable(" ".join(unicodedata.normalize("NFKC", text).casefold().split()))


def storable(text: str) -> str:
    """Replace lone surrogates, which SQLite cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _make_private(path: Path) -> None:
    """Make the file, empty and for its owner only, unless it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file, which SQLite itself takes for reading only where it must.

    Readers may write too: what a killed writer left is rolled back by the next one.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=_WAIT_SECONDS,
    )


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the schema, 0 for an empty file.

    Its two questions have one answer only inside a transaction: another program may be
    making the tables between them.

    Raises:
        HistoryError: It is that of another Quoth, or the file is no history.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if version > SCHEMA_VERSION:
        raise HistoryError(
            f"The history {path} is of a newer Quoth (version {version} of the file;"
            f" this one knows {SCHEMA_VERSION}).",
            "Update Quoth, or move that file away to begin a new one.",
        )
    if version < 0 or bool(version) != bool(tables):
        raise HistoryError(f"The file {path} is no history of Quoth.", _ASIDE)
    return int(version)


@contextmanager
def naming_failures(path: Path) -> Iterator[None]:
    """Turn the failures of files and of SQLite into errors that name the history.

    Raises:
        HistoryError: For each of them.
    """
    try:
        yield
    except OSError as error:
        raise HistoryError(
            f"The history {path} cannot be used: {error.strerror or error}.",
            "Check the room and the permissions there, or choose another folder with"
            " QUOTH_DATA_DIR.",
        ) from error
    except sqlite3.Error as error:
        raise _of_sqlite(error, path) from error


def _of_sqlite(error: sqlite3.Error, path: Path) -> HistoryError:
    # Errors of the Python module itself carry no name.
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(_BUSY):
        return HistoryError(
            f"Another program is writing the history {path}.",
            "Wait until it has finished, then try again.",
        )
    if name.startswith(_DAMAGED):
        return HistoryError(f"The history {path} is damaged ({error}).", _ASIDE)
    return HistoryError(
        f"The history {path} cannot be used: {error}.",
        "Check the room and the permissions there; if the file itself is at fault,"
        " move it away.",
    )
