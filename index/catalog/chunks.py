"""Chunks and the places of their rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from index.catalog.records import ChunkPlace, ChunkRow
from index.catalog.table import MAX_VARIABLES, Table
from index.records import Chunk

_CHUNK_COLUMNS: Final = (
    "chunk_id, document_id, segment_id, row, "
    "start, stop, first_sentence, stop_sentence, headings"
)


class ChunkTable(Table):
    """The chunks of the library, each in one row of one segment."""

    def chunk_count(self) -> int:
        """Count the chunks."""
        return self.value("SELECT count(*) FROM chunks")

    def chunk_counts(self) -> dict[int, tuple[int, int]]:
        """Count, for each document, its chunks and those of them without vectors."""
        rows = self.connection.execute(
            "SELECT document_id, count(*), sum(vectors IS NULL)"
            " FROM chunks JOIN segments USING (segment_id) GROUP BY 1"
        )
        return {key: (count, without) for key, count, without in rows}

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
        for first in range(0, len(rows), MAX_VARIABLES):
            some = rows[first : first + MAX_VARIABLES]
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
        for first in range(0, len(document_ids), MAX_VARIABLES):
            some = document_ids[first : first + MAX_VARIABLES]
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

    def clear_segment(self, segment_id: int) -> None:
        """Delete a segment and its chunks."""
        self.connection.execute(
            "DELETE FROM chunks WHERE segment_id = ?", (segment_id,)
        )
        self.connection.execute(
            "DELETE FROM segments WHERE segment_id = ?", (segment_id,)
        )

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


def _chunk_row(row: tuple[int, int, int, int, int, int, int, int, str]) -> ChunkRow:
    return ChunkRow(*row[:4], Chunk(*row[4:8], tuple(json.loads(row[8]))))
