"""Segments: which folders there are, and which of their rows are dead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.catalog.records import SegmentRow
from index.catalog.table import Table


class SegmentTable(Table):
    """The segments of the library."""

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


def _unpack_mask(packed: bytes, count: int) -> NDArray[np.bool_]:
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=count)
    return bits.astype(np.bool_)
