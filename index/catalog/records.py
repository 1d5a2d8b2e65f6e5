"""What the rows of the catalog are to the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.records import Chunk

UNSETTLED: Final = -1
"""An `mtime_ns` that no file has: the file is looked at again at the next sync."""


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
