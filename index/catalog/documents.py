"""Documents and their texts.

What is stored of a document has a digest, made when it is written and compared when
it is read: an altered text is never quoted. Path and name are no part of it, as they
change with the file's place; the digest of all documents tells of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from index.catalog.records import FileState, StoredFile
from index.catalog.table import DIGEST_KEY, INT32, Table
from index.errors import REPAIR_REMEDY, LibraryDamaged
from index.records import Block, BlockKind, Document, Sentence

_KINDS: Final[tuple[BlockKind, ...]] = get_args(BlockKind)
_FILE_COLUMNS: Final = "document_id, path, name, title, sha256, size, mtime_ns"

# As bytes: what was damaged may be no text any more.
_DIGESTED_COLUMNS: Final = (
    "CAST(title AS BLOB), CAST(media_type AS BLOB), CAST(sha256 AS BLOB),"
    " CAST(language AS BLOB), page_starts, sentences, blocks"
)

# A text is hashed in blocks: a copy of a large one takes longer than hashing it.
_BLOCK_BYTES: Final = 1 << 16


class DocumentTables(Table):
    """The documents of the library."""

    documents_changed = False
    """Whether this connection changed a document since its last commit."""

    def files(self) -> list[StoredFile]:
        """Return every document's row without its text, by path."""
        rows = self.connection.execute(
            f"SELECT {_FILE_COLUMNS} FROM documents ORDER BY path"
        )
        return [_stored_file(row) for row in rows]

    def file(self, document_id: int) -> StoredFile | None:
        """Return a document's row without its text, or None when there is none."""
        row = self.connection.execute(
            f"SELECT {_FILE_COLUMNS} FROM documents WHERE document_id = ?",
            (document_id,),
        ).fetchone()
        return None if row is None else _stored_file(row)

    def documents_digest(self) -> str:
        """Return the SHA-256 of each document's path, name and content, by path.

        64 hexadecimal digits; as of the last commit, which stored it: a question to a
        large library would take longer to make it than to find the answer.
        """
        stored = self.connection.execute(
            "SELECT value FROM settings WHERE key = ?", (DIGEST_KEY,)
        ).fetchone()
        return self._make_digest() if stored is None else str(stored[0])

    def store_digest(self) -> None:
        """Keep the digest with the changes that it tells of, in one transaction."""
        self.connection.execute(
            "INSERT OR REPLACE INTO settings VALUES (?, ?)",
            (DIGEST_KEY, self._make_digest()),
        )
        self.documents_changed = False

    def has_sound_digest(self) -> bool:
        """Whether the stored digest is that of the documents as they are stored."""
        return self.documents_digest() == self._make_digest()

    def _make_digest(self) -> str:
        digest = hashlib.sha256()
        for row in self.connection.execute(
            "SELECT path, name, sha256 FROM documents ORDER BY path"
        ):
            digest.update(repr(row).encode())
        return digest.hexdigest()

    def document_count(self) -> int:
        """Count the documents."""
        return self.value("SELECT count(*) FROM documents")

    def languages(self) -> tuple[str, ...]:
        """Return the languages of the documents, the most frequent first."""
        rows = self.connection.execute(
            "SELECT language FROM documents GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
        return tuple(language for (language,) in rows)

    def document(self, document_id: int) -> Document | None:
        """Return a document with its text, or None when there is none.

        Raises:
            LibraryDamaged: What is stored of it, its sentences too, was altered.
        """
        found = self.connection.execute(
            "SELECT name, digest FROM documents WHERE document_id = ?", (document_id,)
        ).fetchone()
        digest = self._content_digest(document_id)
        if found is None or digest is None:
            return None
        if found[1] != digest:
            raise _altered(found[0])
        row = self.connection.execute(
            "SELECT path, name, title, text, media_type, sha256, blocks, page_starts,"
            " language FROM documents JOIN texts USING (document_id)"
            " WHERE document_id = ?",
            (document_id,),
        ).fetchone()
        path, name, title, text, media_type, sha256, blocks, pages, language = row
        return Document(
            *(path, name, title, text, media_type, sha256),
            blocks=_unpack_blocks(blocks),
            page_starts=tuple(np.frombuffer(pages, INT32).tolist()),
            language=language,
        )

    def sentences(self, document_id: int) -> NDArray[np.int32]:
        """Return the spans of a document's sentences, (sentences, 2).

        They are checked with the rest of the document when that is read.

        Raises:
            LibraryDamaged: They are no pairs of numbers.
        """
        row = self.connection.execute(
            "SELECT sentences FROM texts WHERE document_id = ?", (document_id,)
        ).fetchone()
        packed = b"" if row is None else row[0]
        try:
            spans = np.frombuffer(packed, INT32).reshape(-1, 2)
        except ValueError:
            raise _altered(f"number {document_id}") from None
        return spans.astype(np.int32, copy=False)

    def add_document(
        self, document: Document, sentences: Iterable[Sentence], state: FileState
    ) -> int:
        """Insert a document and return its number."""
        self.documents_changed = True
        spans = [(sentence.start, sentence.end) for sentence in sentences]
        packed = (
            np.array(document.page_starts, INT32).tobytes(),
            np.array(spans, INT32).tobytes(),
            _pack_blocks(document.blocks),
        )
        told = (document.title, document.media_type, document.sha256, document.language)
        columns = [*(one.encode() for one in told), *packed]
        digest = _digest(columns, [document.text.encode()])
        cursor = self.connection.execute(
            "INSERT INTO documents (path, name, title, media_type, sha256, language,"
            " size, mtime_ns, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(document.path, document.name, *told),
                *(state.size, state.mtime_ns, digest),
            ),
        )
        document_id = int(cursor.lastrowid or 0)
        self.connection.execute(
            "INSERT INTO texts VALUES (?, ?, ?, ?, ?)",
            (document_id, *packed, document.text),
        )
        return document_id

    def store_content_digests(self) -> None:
        """Make the digest of every document from what is stored of it."""
        numbers = self.connection.execute("SELECT document_id FROM texts").fetchall()
        for (document_id,) in numbers:
            self.connection.execute(
                "UPDATE documents SET digest = ? WHERE document_id = ?",
                (self._content_digest(document_id) or "", document_id),
            )

    def _content_digest(self, document_id: int) -> str | None:
        """Make a document's digest from what is stored; None when there is no text."""
        columns = self.connection.execute(
            f"SELECT {_DIGESTED_COLUMNS} FROM documents JOIN texts USING (document_id)"
            " WHERE document_id = ?",
            (document_id,),
        ).fetchone()
        return None if columns is None else _digest(columns, self._text(document_id))

    def _text(self, document_id: int) -> Iterator[bytes]:
        """Yield the bytes of a text, block by block."""
        with self.connection.blobopen(
            "texts", "text", document_id, readonly=True
        ) as stored:
            while block := stored.read(_BLOCK_BYTES):
                yield block

    def place_file(
        self, document_id: int, path: str, name: str, state: FileState
    ) -> None:
        """Note where a document's file is now and what it looks like."""
        self.documents_changed = True
        self.connection.execute(
            "UPDATE documents SET path = ?, name = ?, size = ?, mtime_ns = ?"
            " WHERE document_id = ?",
            (path, name, state.size, state.mtime_ns, document_id),
        )

    def remove_document(self, document_id: int) -> None:
        """Delete a document with its text and chunks; the caller masks their rows."""
        self.documents_changed = True
        self.connection.execute(
            "DELETE FROM documents WHERE document_id = ?", (document_id,)
        )


def _digest(columns: Iterable[bytes], text: Iterable[bytes]) -> str:
    """Return the SHA-256 of columns, each after its length, and of a text in blocks."""
    digest = hashlib.sha256()
    for column in columns:
        digest.update(len(column).to_bytes(8, "little"))
        digest.update(column)
    for block in text:
        digest.update(block)
    return digest.hexdigest()


def _altered(name: str) -> LibraryDamaged:
    return LibraryDamaged(
        f"What the library holds of the document {name} is not what was written.",
        REPAIR_REMEDY,
    )


def _stored_file(row: tuple[int, str, str, str, str, int, int]) -> StoredFile:
    return StoredFile(*row[:5], FileState(*row[5:]))


def _pack_blocks(blocks: Iterable[Block]) -> bytes:
    rows = [(b.start, b.end, _KINDS.index(b.kind), b.level) for b in blocks]
    return np.array(rows, INT32).tobytes()


def _unpack_blocks(packed: bytes) -> tuple[Block, ...]:
    rows: list[list[int]] = np.frombuffer(packed, INT32).reshape(-1, 4).tolist()
    return tuple(Block(a, b, _KINDS[kind], level) for a, b, kind, level in rows)
