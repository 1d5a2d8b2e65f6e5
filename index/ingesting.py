"""Documents into the catalog and into new segments, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, FileState, SegmentRow
from index.chunking import make_passage
from index.lexical import Bm25Settings, build_postings
from index.preparing import PreparedDocument
from index.records import Chunk, Document, Sentence
from index.segment import new_segment_folder, write_lexical
from index.terms import count_words, term_texts

MAX_SEGMENT_ROWS: Final = 2_048
"""Chunks in a new segment: the vectors of one are what a kill can lose."""


class Ingester:
    """Inserts and deletes documents; the rows of a segment are written when full.

    The caller holds a transaction around the whole life of an ingester, and calls
    `finish` at its end. Segment folders are complete and synced before the commit.
    """

    def __init__(self, catalog: Catalog, library: Path, settings: Bm25Settings) -> None:
        """Start with no row waiting.

        Args:
            catalog: Open for writing, inside a transaction.
            library: Its folder.
            settings: How often a title counts.
        """
        self._catalog = catalog
        self._library = library
        self._settings = settings
        self._segments = {row.segment_id: row for row in catalog.segments()}
        self._masks: dict[int, NDArray[np.bool_]] = {}
        self._waiting: list[tuple[int, Chunk]] = []
        self._passages: list[tuple[str, str, str]] = []

    def add(self, prepared: PreparedDocument, state: FileState) -> int:
        """Insert a document, and its chunks into the next segment.

        Returns:
            The document's number.
        """
        document_id = self._catalog.add_document(
            prepared.document, prepared.sentences, state
        )
        self.add_chunks(
            document_id, prepared.document, prepared.sentences, prepared.chunks
        )
        return document_id

    def add_chunks(
        self,
        document_id: int,
        document: Document,
        sentences: Sequence[Sentence],
        chunks: Iterable[Chunk],
    ) -> None:
        """Give chunks of a document rows in the next segment."""
        for chunk in chunks:
            passage = make_passage(document, sentences, chunk)
            body_start = passage.sentence_spans[0][0]
            self._waiting.append((document_id, chunk))
            self._passages.append(
                (
                    passage.text[:body_start],
                    passage.text[body_start:],
                    document.language,
                )
            )
            if len(self._waiting) == MAX_SEGMENT_ROWS:
                self._flush()

    def remove(self, document_id: int) -> None:
        """Delete a document and mask its rows."""
        self.mask_chunks(document_id)
        self._catalog.remove_document(document_id)

    def mask_chunks(self, document_id: int) -> None:
        """Mark the rows of a document's chunks as dead, wherever they are."""
        for found in self._catalog.document_chunks(document_id):
            if found.segment_id not in self._masks:
                dead = self._segments[found.segment_id].dead
                self._masks[found.segment_id] = dead.copy()
            self._masks[found.segment_id][found.row] = True

    def remake(self, row: SegmentRow) -> None:
        """Give the chunks of a segment new rows, and forget the segment."""
        chunks = self._catalog.segment_chunks(row.segment_id)
        self._catalog.clear_segment(row.segment_id)
        del self._segments[row.segment_id]
        for document_id, group in groupby(chunks, lambda found: found.document_id):
            document = self._catalog.document(document_id)
            if document is not None:
                spans = self._catalog.sentences(document_id).tolist()
                sentences = [Sentence(start, end) for start, end in spans]
                own = [found.chunk for found in group]
                self.add_chunks(document_id, document, sentences, own)

    def finish(self) -> None:
        """Write the rows that wait, and the masks; forget segments without a row."""
        self._flush()
        for segment_id, dead in self._masks.items():
            if dead.all():
                self._catalog.remove_segment(segment_id)
            else:
                self._catalog.mask_rows(segment_id, dead)

    def _flush(self) -> None:
        if not self._waiting:
            return
        segment_id = self._catalog.add_segment(
            write_segment(self._library, self._passages, self._settings)
        )
        self._catalog.add_chunks(
            (document_id, chunk, segment_id, row)
            for row, (document_id, chunk) in enumerate(self._waiting)
        )
        self._waiting.clear()
        self._passages.clear()


def write_segment(
    library: Path, passages: Sequence[tuple[str, str, str]], settings: Bm25Settings
) -> SegmentRow:
    """Write the words of passages to a new segment.

    Args:
        library: Its folder.
        passages: Prefix, body and language of each row.
        settings: How often the prefix counts.

    Returns:
        The row for the catalog, which names no vectors yet.
    """
    postings = build_postings(
        (
            (term_texts(prefix, language), term_texts(body, language))
            for prefix, body, language in passages
        ),
        settings,
    )
    folder = new_segment_folder(library)
    words = count_words(body for _, body, _ in passages)
    digest = write_lexical(folder, postings, words)
    dead = np.zeros(len(passages), dtype=np.bool_)
    return SegmentRow(0, folder.name, len(passages), dead, digest, None, None)
