"""One moment of a library: what the search and the assistant read."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.building import BuildSettings
from index.catalog import Catalog, ChunkPlace, ChunkRow, SegmentRow
from index.encoder import EncoderIdentity
from index.errors import REPAIR_REMEDY, LibraryDamaged, MissingPath
from index.lexical import (
    CorpusStatistics,
    DeadMask,
    Postings,
    corpus_statistics,
    document_frequency,
    idf,
)
from index.records import Document
from index.sources import matches
from index.spelling import Vocabulary
from index.storage import naming_failures
from index.terms import term_hash
from index.vectors import VectorStore


@dataclass(frozen=True, slots=True, eq=False)
class ViewSegment:
    """A segment, opened, with the rows that are dead in this view."""

    row: SegmentRow
    postings: Postings
    vectors: VectorStore | None
    """None until the chunks were encoded."""
    dead: DeadMask
    words: mmap.mmap | bytes
    """As `segment.parse_words` reads them."""


class View:
    """A consistent state of a library; valid until its `with` block is left.

    Made by `Library.open_view`. One thread uses it at a time.
    """

    def __init__(
        self,
        path: Path,
        catalog: Catalog,
        settings: BuildSettings,
        segments: Sequence[ViewSegment],
        vocabulary: Callable[[], Vocabulary],
        languages: Callable[[str], tuple[str, ...]],
    ) -> None:
        """Wrap what was opened.

        Args:
            path: The library's folder.
            catalog: Inside the read transaction of this moment.
            settings: How the library was built.
            segments: Oldest first.
            vocabulary: Makes the vocabulary when it is asked for.
            languages: Returns those of the documents, given the fingerprint.
        """
        self.path = path
        self.catalog = catalog
        self.settings = settings
        self.segments = tuple(segments)
        self._make_vocabulary = vocabulary
        self._find_languages = languages
        self._by_id = {segment.row.segment_id: segment for segment in segments}
        self._documents: dict[int, Document] = {}
        self._headings: dict[int, frozenset[int]] = {}
        self._chunks: dict[int, ChunkRow] = {}
        self._sentences: dict[int, NDArray[np.int32]] = {}
        self._places: dict[tuple[int, int], ChunkPlace] = {}

    @property
    def name(self) -> str:
        """The library's name."""
        return self.path.name

    @property
    def encoder(self) -> EncoderIdentity:
        """What its vectors are made with."""
        return self.settings.encoder

    @cached_property
    def document_count(self) -> int:
        """Documents in the library."""
        with naming_failures(self.path):
            return self.catalog.document_count()

    @property
    def chunk_count(self) -> int:
        """Chunks in the library."""
        return self.statistics.row_count

    @property
    def encoded_count(self) -> int:
        """Chunks that have vectors."""
        return sum(
            segment.row.living_count
            for segment in self.segments
            if segment.vectors is not None
        )

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of its documents, the most frequent first."""
        with naming_failures(self.path):
            return self._find_languages(self.fingerprint)

    @cached_property
    def statistics(self) -> CorpusStatistics:
        """What BM25 needs to know of all living chunks."""
        return corpus_statistics(self._lexical_parts())

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all that an answer depends on, 64 hexadecimal digits.

        Of the settings, each document's path, name and content, and each segment's
        digests and mask. The version of the program and file dates are no part of it.
        """
        digest = hashlib.sha256()
        with naming_failures(self.path):
            settings = self.catalog.settings()
            documents = self.catalog.documents_digest()
        settings.pop("program", None)
        parts: list[object] = [
            sorted(settings.items()),
            documents,
        ]
        for segment in self.segments:
            row = segment.row
            mask = np.packbits(row.dead).tobytes().hex()
            parts.append((row.row_count, mask, row.lexical_digest, row.vectors_digest))
        for part in parts:
            digest.update(repr(part).encode())
        return digest.hexdigest()

    def document(self, document_id: int) -> Document:
        """Return a document; it is read, and checked, once.

        Raises:
            LibraryDamaged: The number is not one of this view's, or what is stored of
                the document was altered.
        """
        if document_id not in self._documents:
            with naming_failures(self.path):
                document = self.catalog.document(document_id)
            if document is None:
                raise self._lacks(f"document {document_id}")
            self._documents[document_id] = document
        return self._documents[document_id]

    def sentences(self, document_id: int) -> NDArray[np.int32]:
        """Return the spans of a document's sentences in its text, (sentences, 2).

        `document` checks them with the text that they are spans of.

        Raises:
            LibraryDamaged: They are no spans.
        """
        if document_id not in self._sentences:
            with naming_failures(self.path):
                spans = self.catalog.sentences(document_id)
            self._sentences[document_id] = spans
        return self._sentences[document_id]

    def sentence_vectors(self, chunk_id: int) -> NDArray[np.float32] | None:
        """Return the vectors of a chunk's sentences, (sentences, dimension).

        Returns:
            Nearly unit rows, 8-bit precision; None while the chunk has no vectors.

        Raises:
            LibraryDamaged: The number is not one of this view's.
        """
        found = self._chunk(chunk_id)
        vectors = self._by_id[found.segment_id].vectors
        return None if vectors is None else vectors.sentence_vectors(found.row)

    def headings(self, chunk_id: int) -> tuple[str, ...]:
        """Return the heading path in force where a chunk begins, outermost first.

        Raises:
            LibraryDamaged: The number is not one of this view's.
        """
        return self._chunk(chunk_id).chunk.headings

    def heading_starts(self, document_id: int) -> frozenset[int]:
        """Return the offsets at which a document's headings begin."""
        if document_id not in self._headings:
            blocks = self.document(document_id).blocks
            starts = frozenset(b.start for b in blocks if b.kind == "heading")
            self._headings[document_id] = starts
        return self._headings[document_id]

    def document_frequency(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Count the living chunks that hold each term, (terms,)."""
        return document_frequency(
            self._lexical_parts(), [term_hash(term) for term in terms]
        )

    def idf(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """Return the inverse document frequency of each term, (terms,), above 0."""
        return idf(self.statistics.row_count, self.document_frequency(terms))

    def vocabulary(self) -> Vocabulary:
        """Return the folded words of the library, for spelling.

        Words of deleted documents stay until their segment is merged: whoever uses
        one asks `document_frequency` first.
        """
        return self._make_vocabulary()

    def chunks_matching(self, glob: str) -> list[NDArray[np.bool_]]:
        """Return, for each segment, which rows belong to documents a glob means.

        Args:
            glob: Of a path, a name as shown, or a file name; see `sources.matches`.

        Raises:
            MissingPath: It means no document.
        """
        masks = [np.zeros(s.row.row_count, np.bool_) for s in self.segments]
        by_id = dict(zip(self._by_id, masks, strict=True))
        with naming_failures(self.path):
            wanted = [
                file.document_id
                for file in self.catalog.files()
                if matches(glob, file.path, file.name)
            ]
            if not wanted:
                raise MissingPath(
                    f"Nothing in the library matches {glob}.",
                    "`quoth status --files` lists what is in it.",
                )
            for segment_id, row in self.catalog.places_of(wanted):
                by_id[segment_id][row] = True
        return masks

    def places(self, segment_id: int, rows: Iterable[int]) -> dict[int, ChunkPlace]:
        """Return the chunks in some rows of a segment, and where each is shown.

        Each is read once.

        Raises:
            LibraryDamaged: The catalog names no chunk for one of the rows.
        """
        asked = set(rows)
        unread = sorted(row for row in asked if (segment_id, row) not in self._places)
        if unread:
            with naming_failures(self.path):
                found = self.catalog.chunk_places(segment_id, unread)
            if len(found) != len(unread):
                raise self._lacks(f"a chunk of segment {segment_id}")
            for row, place in found.items():
                self._places[segment_id, row] = place
        return {row: self._places[segment_id, row] for row in asked}

    def _lexical_parts(self) -> list[tuple[Postings, DeadMask]]:
        return [(segment.postings, segment.dead) for segment in self.segments]

    def _chunk(self, chunk_id: int) -> ChunkRow:
        """Return a chunk's row; it is read once."""
        if chunk_id not in self._chunks:
            with naming_failures(self.path):
                found = self.catalog.chunk(chunk_id)
            if found is None:
                raise self._lacks(f"chunk {chunk_id}")
            self._chunks[chunk_id] = found
        return self._chunks[chunk_id]

    def _lacks(self, what: str) -> LibraryDamaged:
        return LibraryDamaged(
            f"The catalog of the library {self.path} does not hold {what}.",
            REPAIR_REMEDY,
        )
