"""Vectors for the segments that have none, each published by its own transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from index.catalog import Catalog, ChunkRow, SegmentRow
from index.chunking import make_passage
from index.encoder import Encoder, PassageVectors
from index.progress import Progress, Report
from index.records import Passage, Sentence
from index.segment import SEGMENTS_FOLDER, VECTORS, discard_part, seal_part
from index.storage import new_folder
from index.vector_files import write_vector_files

_BATCH: Final = 128
"""Passages given to the encoder at once: it sorts them by length, and progress is
shown after each batch."""


def encode_segments(
    catalog: Catalog, library: Path, encoder: Encoder, report: Report
) -> int:
    """Encode the chunks of every segment without vectors.

    Stopped at any moment, the segments that were published keep their vectors.

    Returns:
        The chunks that were encoded.
    """
    pending = [row for row in catalog.segments() if row.vectors is None]
    total = sum(row.living_count for row in pending)
    done = 0
    for row in pending:
        vectors = []
        chunks = catalog.segment_chunks(row.segment_id)
        for first in range(0, len(chunks), _BATCH):
            report(Progress("encoding", done + first, total, "chunks"))
            batch = chunks[first : first + _BATCH]
            vectors += encoder.encode_passages(list(passages(catalog, batch)))
        digest = _write(library, row, chunks, vectors, encoder.identity.dimension)
        with catalog.transaction():
            catalog.publish_vectors(row.segment_id, VECTORS, digest)
        done += len(chunks)
    if total:
        report(Progress("encoding", done, total, "chunks"))
    return done


def passages(catalog: Catalog, chunks: Sequence[ChunkRow]) -> Iterator[Passage]:
    """Make the passages of chunks from the texts in the catalog, in order."""
    document_id, document, sentences = 0, None, list[Sentence]()
    for found in chunks:
        if document is None or found.document_id != document_id:
            document_id = found.document_id
            document = catalog.document(document_id)
            spans = catalog.sentences(document_id).tolist()
            sentences = [Sentence(start, end) for start, end in spans]
        if document is not None:
            yield make_passage(document, sentences, found.chunk)


def _write(
    library: Path,
    row: SegmentRow,
    chunks: Sequence[ChunkRow],
    vectors: Sequence[PassageVectors],
    dimension: int,
) -> str:
    """Write and sync the vectors of a segment and return their digest."""
    segment = library / SEGMENTS_FOLDER / row.folder
    discard_part(segment, VECTORS)
    folder = new_folder(segment / VECTORS)
    # Dead rows keep their place, with a vector that is near nothing.
    nothing = PassageVectors(
        np.zeros(dimension, np.float32), np.empty((0, dimension), np.float32)
    )
    rows = [nothing] * row.row_count
    for found, one in zip(chunks, vectors, strict=True):
        rows[found.row] = one
    write_vector_files(folder, rows, dimension)
    return seal_part(segment, VECTORS, row.row_count)
