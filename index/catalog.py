"""The SQLite file of a library: connections, the one transaction, rows to records.

Every change of a library becomes real in `Catalog.transaction`, and nowhere else.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from index.records import Block, BlockKind, Chunk, Document, Sentence

CATALOG_NAME: Final = "catalog.sqlite3"
SCHEMA_VERSION: Final = 1

UNSETTLED: Final = -1
"""An `mtime_ns` that no file has: the file is looked at again at the next sync."""

_KINDS: Final[tuple[BlockKind, ...]] = get_args(BlockKind)
# Every SQLite takes 999 variables in a statement; newer ones more.
_MAX_VARIABLES: Final = 900

_INT32: Final = np.dtype("<i4")


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file looked like when it was last read."""

    size: int
    """In bytes."""
    mtime_ns: int
    """Nanoseconds of the epoch, or `UNSETTLED`."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A document's row without its text: what a sync compares with the disk."""

    document_id: int
    path: str
    name: str
    title: str
    sha256: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Root:
    """A path that the user added."""

    path: str
    is_folder: bool


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that is not in the library, with the reason."""

    path: str
    name: str
    title: str
    """Of the error: the kind of reason, in a few words."""
    message: str
    state: FileState


@dataclass(frozen=True, slots=True, eq=False)
class SegmentRow:
    """One segment as the catalog knows it."""

    segment_id: int
    """Grows with time; 0 before the row is inserted."""
    folder: str
    row_count: int
    dead: NDArray[np.bool_]
    """(row_count,): rows whose document is gone."""
    lexical_digest: str
    vectors: str | None
    """Folder of the vectors in the segment's own; None until they are complete."""
    vectors_digest: str | None

    @property
    def living_count(self) -> int:
        """Rows whose document is in the library."""
        return self.row_count - int(np.count_nonzero(self.dead))


@dataclass(frozen=True, slots=True)
class ChunkPlace:
    """A chunk as a search needs it: what breaks ties, and its spans."""

    chunk_id: int
    document_id: int
    name: str
    """Of its document, as shown."""
    path: str
    start: int
    end: int
    first_sentence: int
    stop_sentence: int


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk, its document and its place."""

    chunk_id: int
    document_id: int
    segment_id: int
    row: int
    chunk: Chunk


_CHUNK_COLUMNS: Final = (
    "chunk_id, document_id, segment_id, row, "
    "start, stop, first_sentence, stop_sentence, headings"
)
_FILE_COLUMNS: Final = "document_id, path, name, title, sha256, size, mtime_ns"


class Catalog:
    """One connection to a library's catalog; closed by `close()`."""

    def __init__(self, library: Path, *, writing: bool) -> None:
        """Connect; a writer makes the file when there is none.

        Raises:
            sqlite3.DatabaseError: The file cannot be opened or is no database.
        """
        path = library / CATALOG_NAME
        mode = "rwc" if writing else "ro"
        # Threads hand a connection on; none shares it at one time.
        self.connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            if writing:
                self.connection.execute("PRAGMA journal_mode = WAL")
                self.connection.execute("PRAGMA synchronous = FULL")
                self.connection.execute("PRAGMA foreign_keys = ON")
            self.schema_version = int(self._value("PRAGMA user_version"))
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
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read of the block see one and the same moment."""
        self.connection.execute("BEGIN")
        try:
            # SQLite fixes the moment at the first read, not at BEGIN.
            self._value("SELECT count(*) FROM sqlite_schema")
            yield
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

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
        self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self.schema_version = SCHEMA_VERSION

    def _value(self, sql: str, *arguments: object) -> int:
        (value,) = self.connection.execute(sql, arguments).fetchone()
        return int(value or 0)

    # Settings, roots, skipped files

    def settings(self) -> dict[str, str]:
        """Return how the library was built: setting to value."""
        return dict(self.connection.execute("SELECT key, value FROM settings"))

    def write_settings(self, settings: Mapping[str, str]) -> None:
        """Put these settings in the place of all there were."""
        self.connection.execute("DELETE FROM settings")
        self.connection.executemany(
            "INSERT INTO settings VALUES (?, ?)", settings.items()
        )

    def roots(self) -> list[Root]:
        """Return what the user added, by path."""
        rows = self.connection.execute("SELECT path, is_folder FROM roots ORDER BY 1")
        return [Root(path, bool(is_folder)) for path, is_folder in rows]

    def add_root(self, root: Root) -> None:
        """Remember a root; one of the same path is replaced."""
        self.connection.execute(
            "INSERT INTO roots VALUES (?, ?) ON CONFLICT DO UPDATE"
            " SET is_folder = excluded.is_folder",
            (root.path, root.is_folder),
        )

    def remove_root(self, path: str) -> None:
        """Forget a root."""
        self.connection.execute("DELETE FROM roots WHERE path = ?", (path,))

    def excluded(self) -> list[str]:
        """Return the paths that the user removed inside roots, in order."""
        return [
            path
            for (path,) in self.connection.execute(
                "SELECT path FROM excluded ORDER BY path"
            )
        ]

    def write_excluded(self, paths: Iterable[str]) -> None:
        """Put these paths in the place of all that were excluded."""
        self.connection.execute("DELETE FROM excluded")
        self.connection.executemany(
            "INSERT OR IGNORE INTO excluded VALUES (?)", ((path,) for path in paths)
        )

    def skipped(self) -> list[SkippedFile]:
        """Return the files that could not be read, by path."""
        rows = self.connection.execute(
            "SELECT path, name, title, message, size, mtime_ns FROM skipped ORDER BY 1"
        )
        return [
            SkippedFile(path, name, title, message, FileState(size, mtime_ns))
            for path, name, title, message, size, mtime_ns in rows
        ]

    def add_skipped(self, file: SkippedFile) -> None:
        """List a file with its reason."""
        self.connection.execute(
            "INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(file.path, file.name, file.title, file.message),
                *(file.state.size, file.state.mtime_ns),
            ),
        )

    def remove_skipped(self, path: str) -> None:
        """Take a file off the list."""
        self.connection.execute("DELETE FROM skipped WHERE path = ?", (path,))

    # Documents

    def files(self) -> list[StoredFile]:
        """Return every document's row without its text, by path."""
        rows = self.connection.execute(
            f"SELECT {_FILE_COLUMNS} FROM documents ORDER BY path"
        )
        return [
            StoredFile(key, path, name, title, sha256, FileState(size, mtime_ns))
            for key, path, name, title, sha256, size, mtime_ns in rows
        ]

    def document_count(self) -> int:
        """Count the documents."""
        return self._value("SELECT count(*) FROM documents")

    def languages(self) -> tuple[str, ...]:
        """Return the languages of the documents, the most frequent first."""
        rows = self.connection.execute(
            "SELECT language FROM documents GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
        return tuple(language for (language,) in rows)

    def document(self, document_id: int) -> Document | None:
        """Return a document with its text, or None when there is none."""
        row = self.connection.execute(
            "SELECT path, name, title, text, media_type, sha256, blocks, page_starts,"
            " language FROM documents JOIN texts USING (document_id)"
            " WHERE document_id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            return None
        path, name, title, text, media_type, sha256, blocks, pages, language = row
        return Document(
            *(path, name, title, text, media_type, sha256),
            blocks=_unpack_blocks(blocks),
            page_starts=tuple(np.frombuffer(pages, _INT32).tolist()),
            language=language,
        )

    def sentences(self, document_id: int) -> NDArray[np.int32]:
        """Return the spans of a document's sentences, (sentences, 2)."""
        row = self.connection.execute(
            "SELECT sentences FROM texts WHERE document_id = ?", (document_id,)
        ).fetchone()
        packed = b"" if row is None else row[0]
        spans = np.frombuffer(packed, _INT32).reshape(-1, 2)
        return spans.astype(np.int32, copy=False)

    def add_document(
        self, document: Document, sentences: Iterable[Sentence], state: FileState
    ) -> int:
        """Insert a document and return its number."""
        cursor = self.connection.execute(
            "INSERT INTO documents (path, name, title, media_type, sha256, language,"
            " size, mtime_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(document.path, document.name, document.title, document.media_type),
                *(document.sha256, document.language, state.size, state.mtime_ns),
            ),
        )
        document_id = int(cursor.lastrowid or 0)
        spans = [(sentence.start, sentence.end) for sentence in sentences]
        self.connection.execute(
            "INSERT INTO texts VALUES (?, ?, ?, ?, ?)",
            (
                document_id,
                np.array(document.page_starts, _INT32).tobytes(),
                np.array(spans, _INT32).tobytes(),
                _pack_blocks(document.blocks),
                document.text,
            ),
        )
        return document_id

    def place_file(
        self, document_id: int, path: str, name: str, state: FileState
    ) -> None:
        """Note where a document's file is now and what it looks like."""
        self.connection.execute(
            "UPDATE documents SET path = ?, name = ?, size = ?, mtime_ns = ?"
            " WHERE document_id = ?",
            (path, name, state.size, state.mtime_ns, document_id),
        )

    def remove_document(self, document_id: int) -> None:
        """Delete a document with its text and chunks; the caller masks their rows."""
        self.connection.execute(
            "DELETE FROM documents WHERE document_id = ?", (document_id,)
        )

    # Chunks

    def chunk_count(self) -> int:
        """Count the chunks."""
        return self._value("SELECT count(*) FROM chunks")

    def add_chunks(self, rows: Iterable[tuple[int, Chunk, int, int]]) -> None:
        """Insert chunks, each with its document, segment and row."""
        self.connection.executemany(
            "INSERT INTO chunks (document_id, segment_id, row, start, stop,"
            " first_sentence, stop_sentence, headings) VALUES (?,?,?,?,?,?,?,?)",
            (
                (
                    *(document_id, segment_id, row, chunk.start, chunk.end),
                    *(chunk.first_sentence, chunk.stop_sentence),
                    json.dumps(chunk.headings, ensure_ascii=False),
                )
                for document_id, chunk, segment_id, row in rows
            ),
        )

    def chunk(self, chunk_id: int) -> ChunkRow | None:
        """Return a chunk by its number, or None when there is none."""
        row = self.connection.execute(
            f"SELECT {_CHUNK_COLUMNS} FROM chunks WHERE chunk_id = ?", (chunk_id,)
        ).fetchone()
        return None if row is None else _chunk_row(row)

    def chunk_places(
        self, segment_id: int, rows: Sequence[int]
    ) -> dict[int, ChunkPlace]:
        """Return the chunks in some rows of a segment, by row."""
        found = {}
        for first in range(0, len(rows), _MAX_VARIABLES):
            some = rows[first : first + _MAX_VARIABLES]
            cursor = self.connection.execute(
                "SELECT row, chunk_id, document_id, name, path, start, stop,"
                " first_sentence, stop_sentence FROM chunks JOIN documents"
                " USING (document_id) WHERE segment_id = ?"
                f" AND row IN ({','.join('?' * len(some))})",
                (segment_id, *some),
            )
            for row, *columns in cursor:
                found[row] = ChunkPlace(*columns)
        return found

    def places_of(self, document_ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield segment and row of every chunk of some documents."""
        for first in range(0, len(document_ids), _MAX_VARIABLES):
            some = document_ids[first : first + _MAX_VARIABLES]
            yield from self.connection.execute(
                "SELECT segment_id, row FROM chunks"
                f" WHERE document_id IN ({','.join('?' * len(some))})",
                some,
            )

    def document_chunks(self, document_id: int) -> list[ChunkRow]:
        """Return the chunks of a document in reading order."""
        rows = self.connection.execute(
            f"SELECT {_CHUNK_COLUMNS} FROM chunks WHERE document_id = ?"
            " ORDER BY start, stop",
            (document_id,),
        )
        return [_chunk_row(row) for row in rows]

    def segment_chunks(self, segment_id: int) -> list[ChunkRow]:
        """Return the living chunks of a segment by row."""
        rows = self.connection.execute(
            f"SELECT {_CHUNK_COLUMNS} FROM chunks WHERE segment_id = ? ORDER BY row",
            (segment_id,),
        )
        return [_chunk_row(row) for row in rows]

    def clear_segments(self) -> None:
        """Delete every chunk and segment: a rebuild begins."""
        self.connection.execute("DELETE FROM chunks")
        self.connection.execute("DELETE FROM segments")

    def move_chunks(
        self, old_segment_id: int, new_segment_id: int, places: Mapping[int, int]
    ) -> None:
        """Move chunks to another segment: `places` maps old rows to new ones."""
        self.connection.executemany(
            "UPDATE chunks SET segment_id = ?, row = ?"
            " WHERE segment_id = ? AND row = ?",
            (
                (new_segment_id, new_row, old_segment_id, old_row)
                for old_row, new_row in places.items()
            ),
        )

    # Segments

    def segments(self) -> list[SegmentRow]:
        """Return the segments, oldest first."""
        rows = self.connection.execute(
            "SELECT segment_id, folder, row_count, dead, lexical_digest, vectors,"
            " vectors_digest FROM segments ORDER BY segment_id"
        )
        return [
            SegmentRow(key, folder, count, _unpack_mask(dead, count), *digests)
            for key, folder, count, dead, *digests in rows
        ]

    def add_segment(self, row: SegmentRow) -> int:
        """Insert a segment and return its number."""
        cursor = self.connection.execute(
            "INSERT INTO segments (folder, row_count, dead, lexical_digest, vectors,"
            " vectors_digest) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(row.folder, row.row_count, np.packbits(row.dead).tobytes()),
                *(row.lexical_digest, row.vectors, row.vectors_digest),
            ),
        )
        return int(cursor.lastrowid or 0)

    def publish_vectors(self, segment_id: int, vectors: str, digest: str) -> None:
        """Name the complete vectors of a segment."""
        self.connection.execute(
            "UPDATE segments SET vectors = ?, vectors_digest = ? WHERE segment_id = ?",
            (vectors, digest, segment_id),
        )

    def mask_rows(self, segment_id: int, dead: NDArray[np.bool_]) -> None:
        """Store which rows of a segment are dead."""
        self.connection.execute(
            "UPDATE segments SET dead = ? WHERE segment_id = ?",
            (np.packbits(dead).tobytes(), segment_id),
        )

    def remove_segment(self, segment_id: int) -> None:
        """Delete the row of a segment that no chunk is in."""
        self.connection.execute(
            "DELETE FROM segments WHERE segment_id = ?", (segment_id,)
        )


def _chunk_row(row: tuple[int, int, int, int, int, int, int, int, str]) -> ChunkRow:
    return ChunkRow(*row[:4], Chunk(*row[4:8], tuple(json.loads(row[8]))))


def _unpack_mask(packed: bytes, count: int) -> NDArray[np.bool_]:
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=count)
    return bits.astype(np.bool_)


def _pack_blocks(blocks: Iterable[Block]) -> bytes:
    rows = [(b.start, b.end, _KINDS.index(b.kind), b.level) for b in blocks]
    return np.array(rows, _INT32).tobytes()


def _unpack_blocks(packed: bytes) -> tuple[Block, ...]:
    rows: list[list[int]] = np.frombuffer(packed, _INT32).reshape(-1, 4).tolist()
    return tuple(Block(a, b, _KINDS[kind], level) for a, b, kind, level in rows)
