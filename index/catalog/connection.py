"""One connection to a catalog, and its transactions.

Every change of a library becomes real in `Catalog.transaction`, and nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from index.catalog.chunks import ChunkTable
from index.catalog.documents import DocumentTables
from index.catalog.segments import SegmentTable
from index.catalog.sources import SourceTables

CATALOG_NAME: Final = "catalog.sqlite3"
SCHEMA_VERSION: Final = 2

MIGRATABLE: Final = frozenset({1})
"""Versions that the next writer brings to this one: 1 had no digests of documents."""


class Catalog(SourceTables, DocumentTables, ChunkTable, SegmentTable):
    """One connection to a library's catalog; closed by `close()`."""

    def __init__(self, library: Path, *, writing: bool) -> None:
        """Connect; a writer makes the file when there is none.

        Raises:
            sqlite3.DatabaseError: The file cannot be opened or is no database.
        """
        path = library.absolute() / CATALOG_NAME
        try:
            self._connect(path, "mode=rwc" if writing else "mode=ro", writing=writing)
        except sqlite3.OperationalError:
            # Even to read, SQLite wants to make a journal's index beside the file. On
            # a read-only disk it cannot, and without a journal it need not.
            journal = path.with_name(f"{path.name}-wal")
            if writing or not path.exists() or journal.exists():
                raise
            self._connect(path, "immutable=1", writing=False)

    def _connect(self, path: Path, how: str, *, writing: bool) -> None:
        # Threads hand a connection on; none shares it at one time.
        self.connection = sqlite3.connect(
            f"{path.as_uri()}?{how}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            if writing:
                self.connection.execute("PRAGMA journal_mode = WAL")
                self.connection.execute("PRAGMA synchronous = FULL")
                self.connection.execute("PRAGMA foreign_keys = ON")
            self.schema_version = self.value("PRAGMA user_version")
        except BaseException:
            self.connection.close()
            raise

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block writes, all of it or, on any exception, none."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            if self.documents_changed:
                self.store_digest()
            self.connection.execute("COMMIT")
        except BaseException:
            self.documents_changed = False
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            # A schema made in the block is gone with the rest.
            with suppress(sqlite3.Error):
                self.schema_version = self.value("PRAGMA user_version")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read of the block see one and the same moment."""
        self.connection.execute("BEGIN")
        try:
            # SQLite fixes the moment at the first read, not at BEGIN.
            self.value("SELECT count(*) FROM sqlite_schema")
            yield
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong with the file, a sentence each."""
        problems = self.connection.execute("PRAGMA integrity_check(20)").fetchall()
        faults = [f"The catalog is damaged: {p}." for (p,) in problems if p != "ok"]
        orphans = self.connection.execute("PRAGMA foreign_key_check").fetchall()
        tables = sorted({str(table) for table, *_ in orphans})
        return faults + [f"Rows of {table} belong to nothing." for table in tables]

    def migrate(self) -> None:
        """Bring a catalog of a version in `MIGRATABLE` to this one's form.

        Inside the caller's transaction; every row stays. What the new digests vouch
        for is what is stored now.
        """
        self.connection.execute(
            "ALTER TABLE documents ADD COLUMN digest TEXT NOT NULL DEFAULT ''"
        )
        self.store_content_digests()
        self._name_version()

    def create_schema(self) -> None:
        """Make every table anew, inside the caller's transaction."""
        self.connection.execute("PRAGMA defer_foreign_keys = ON")
        tables = self.connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
            " AND name NOT LIKE 'sqlite_%' ORDER BY rowid DESC"
        ).fetchall()
        for (table,) in tables:
            self.connection.execute(f'DROP TABLE "{table}"')
        script = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
        for statement in script.split(";\n"):
            if statement.strip():
                self.connection.execute(statement)
        self._name_version()

    def _name_version(self) -> None:
        self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self.schema_version = SCHEMA_VERSION
