"""Reading a library: a view is one moment of it, and any number may be open."""

from __future__ import annotations

import mmap
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.building import BuildSettings, check_schema, check_terms
from index.catalog import (
    CATALOG_NAME,
    Catalog,
    Root,
    SegmentRow,
    SkippedFile,
    StoredFile,
)
from index.encoder import EncoderIdentity
from index.errors import REPAIR_REMEDY, LibraryDamaged, LibraryMissing
from index.lexical import Postings
from index.rootsfile import ROOTS_NAME
from index.segment import (
    SEGMENTS_FOLDER,
    map_words,
    open_postings,
    open_vectors,
    parse_words,
    part_problems,
)
from index.spelling import Vocabulary
from index.storage import naming_failures
from index.view import View, ViewSegment

if TYPE_CHECKING:
    from index.vectors import VectorStore

__all__ = ["ADD_REMEDY", "Library", "LibraryStatus", "View"]

ADD_REMEDY: Final = "Add a file or a folder with `quoth add PATH`."


# What comes of numbers that are not those that were written.
_OF_DAMAGE: Final = (
    *(ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """What a library holds."""

    name: str
    path: str
    fingerprint: str
    """64 hexadecimal digits."""
    encoder: EncoderIdentity
    program: str
    """The version of Quoth that made or rebuilt it."""
    document_count: int
    chunk_count: int
    encoded_count: int
    """Chunks that have vectors."""
    segment_count: int
    size: int
    """Bytes on disk."""
    languages: tuple[str, ...]
    """Of the documents, the most frequent first."""
    roots: tuple[Root, ...]
    """What the user added."""
    files: tuple[StoredFile, ...]
    """In the library, by path."""
    skipped: tuple[SkippedFile, ...]
    """Not in the library, each with its reason."""


class Library:
    """One library on disk; threads may share it, each with views of its own."""

    def __init__(self, path: Path) -> None:
        """Name a library; nothing is opened yet."""
        self.path = path.absolute()
        self._guard = threading.Lock()
        self._lexical: dict[str, tuple[Postings, mmap.mmap | bytes]] = {}
        self._vectors: dict[str, VectorStore] = {}
        self._vocabulary: tuple[tuple[str, ...], Vocabulary] | None = None
        self._languages: tuple[str, tuple[str, ...]] | None = None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.name

    @contextmanager
    def open_view(self) -> Iterator[View]:
        """Open the library as it is at this moment.

        Raises:
            LibraryMissing: There is none, or nothing was ever added.
            LibraryOutdated: Another version built it.
            LibraryDamaged: The catalog or a segment is missing, cut or altered. Large
                files are read through only when the use of the view has failed.
        """
        with ExitStack() as stack:
            with naming_failures(self.path):
                view = self._open(stack)
            try:
                yield view
            except sqlite3.DatabaseError:
                with naming_failures(self.path):
                    raise
            except _OF_DAMAGE as error:
                for segment in view.segments:
                    for _, problem in part_problems(self.path, segment.row):
                        raise LibraryDamaged(problem, REPAIR_REMEDY) from error
                raise

    def status(self) -> LibraryStatus:
        """Describe the library; see `open_view` for the errors."""
        with self.open_view() as view, naming_failures(self.path):
            return LibraryStatus(
                name=self.name,
                path=self.path.as_posix(),
                fingerprint=view.fingerprint,
                encoder=view.encoder,
                program=view.catalog.settings()["program"],
                document_count=view.document_count,
                chunk_count=view.chunk_count,
                encoded_count=view.encoded_count,
                segment_count=len(view.segments),
                size=_size(self.path),
                languages=view.languages,
                roots=tuple(view.catalog.roots()),
                files=tuple(view.catalog.files()),
                skipped=tuple(view.catalog.skipped()),
            )

    def _open(self, stack: ExitStack) -> View:
        """Open a view; begin again when a merge took a segment away meanwhile.

        A merge commits before it removes, so that a folder that fails in two moments
        that both name it is damaged.
        """
        failed: set[str] = set()
        while True:
            with ExitStack() as attempt:
                catalog = self._read_catalog(attempt)
                settings = BuildSettings.from_rows(catalog.settings(), str(self.path))
                check_terms(settings, str(self.path))
                rows = catalog.segments()
                segments = self._open_segments(rows, failed)
                if segments is None:
                    continue
                vocabulary = partial(self._read_vocabulary, segments)
                languages = partial(self._read_languages, catalog)
                stack.push(attempt.pop_all())
                return View(
                    self.path, catalog, settings, segments, vocabulary, languages
                )

    def _read_catalog(self, stack: ExitStack) -> Catalog:
        """Open the catalog in a read transaction.

        Raises:
            LibraryMissing, LibraryOutdated, LibraryDamaged: As `open_view`.
        """
        there = (self.path / CATALOG_NAME).exists()
        catalog = None
        if there:
            catalog = Catalog(self.path, writing=False)
            stack.callback(catalog.close)
            stack.enter_context(catalog.snapshot())
        if catalog is None or catalog.schema_version == 0:
            # The copy of the roots is written after the first commit of all.
            if (self.path / ROOTS_NAME).exists():
                raise LibraryDamaged(
                    f"The catalog of the library {self.path} is missing or empty.",
                    REPAIR_REMEDY,
                )
            raise LibraryMissing(f"There is no library at {self.path}.", ADD_REMEDY)
        check_schema(catalog.schema_version, str(self.path))
        return catalog

    def _open_segments(
        self, rows: Sequence[SegmentRow], failed: set[str]
    ) -> list[ViewSegment] | None:
        """Open what is not open yet; None when one failed for the first time."""
        opened = []
        with self._guard:
            for row in rows:
                try:
                    opened.append(self._open_segment(row))
                except (FileNotFoundError, LibraryDamaged) as error:
                    if row.folder not in failed:
                        failed.add(row.folder)
                        return None
                    if isinstance(error, LibraryDamaged):
                        raise
                    raise LibraryDamaged(
                        f"The folder {error} of the library is missing.", REPAIR_REMEDY
                    ) from None
            named = {row.folder for row in rows}
            for cache in (self._lexical, self._vectors):
                for folder in cache.keys() - named:
                    del cache[folder]
        return opened

    def _open_segment(self, row: SegmentRow) -> ViewSegment:
        folder = self.path / SEGMENTS_FOLDER / row.folder
        if row.folder not in self._lexical:
            postings = open_postings(folder, row.row_count, row.lexical_digest)
            self._lexical[row.folder] = postings, map_words(folder)
        if row.folder not in self._vectors:
            vectors = open_vectors(folder, row)
            if vectors is not None:
                self._vectors[row.folder] = vectors
        # A view of the moment before the vectors were published does not use them.
        published = self._vectors.get(row.folder) if row.vectors else None
        dead = row.dead if row.dead.any() else None
        postings, words = self._lexical[row.folder]
        return ViewSegment(row, postings, published, dead, words)

    def _read_vocabulary(self, segments: Sequence[ViewSegment]) -> Vocabulary:
        folders = tuple(segment.row.folder for segment in segments)
        with self._guard:
            if self._vocabulary is None or self._vocabulary[0] != folders:
                parts = [parse_words(segment.words) for segment in segments]
                self._vocabulary = folders, Vocabulary.merged(parts)
            return self._vocabulary[1]

    def _read_languages(self, catalog: Catalog, fingerprint: str) -> tuple[str, ...]:
        with self._guard:
            if self._languages is None or self._languages[0] != fingerprint:
                self._languages = fingerprint, catalog.languages()
            return self._languages[1]


def _size(folder: Path) -> int:
    """Return the bytes of all files under a folder."""
    total = 0
    # Not `Path.rglob`: in Python 3.11 it fails where a writer removes a folder between
    # its being listed and being opened.
    for inner, _, names in os.walk(folder):
        for name in names:
            # A writer may have removed it since it was listed.
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(inner, name)).st_size
    return total
