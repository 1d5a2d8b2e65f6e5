"""Finds what is damaged in a library, reading every byte of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from index.building import BuildSettings, check_schema, check_terms
from index.catalog import CATALOG_NAME, Catalog, SegmentRow
from index.errors import (
    REPAIR_REMEDY,
    LibraryDamaged,
    LibraryError,
    LibraryMissing,
    LibraryOutdated,
    StorageFull,
)
from index.library import ADD_REMEDY
from index.rootsfile import ROOTS_NAME
from index.segment import (
    SEGMENTS_FOLDER,
    open_postings,
    open_vectors,
    part_problems,
)
from index.storage import naming_failures


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a library."""

    where: str
    """The file or folder, or what in the catalog."""
    problem: str
    """A sentence."""
    remedy: str
    kind: Literal["catalog", "version", "document", "segment"] = "catalog"
    """What is damaged, and so how much must be made anew."""
    folder: str | None = None
    """Of a damaged segment."""


def verify_library(path: Path) -> list[Finding]:
    """Check the catalog and every file of every segment against its SHA-256.

    Returns:
        What is wrong; empty for a sound library.

    Raises:
        LibraryMissing: There is none.
        StorageFull: The library may not be read.
    """
    path = path.absolute()
    if not (path / CATALOG_NAME).exists():
        if not (path / ROOTS_NAME).exists():
            raise LibraryMissing(f"There is no library at {path}.", ADD_REMEDY)
        return [Finding(CATALOG_NAME, "The catalog is missing.", REPAIR_REMEDY)]
    try:
        with (
            naming_failures(path),
            closing(Catalog(path, writing=False)) as catalog,
            catalog.snapshot(),
        ):
            return list(_findings(path, catalog))
    except StorageFull:
        raise
    except LibraryOutdated as error:
        return [Finding(CATALOG_NAME, error.message, error.remedy, "version")]
    except LibraryError as error:
        return [Finding(CATALOG_NAME, error.message, error.remedy)]


def _findings(path: Path, catalog: Catalog) -> Iterator[Finding]:
    if catalog.schema_version == 0:
        # Killed before the first commit, a library is empty and sound.
        if (path / ROOTS_NAME).exists():
            yield Finding(CATALOG_NAME, "The catalog is empty.", REPAIR_REMEDY)
        return
    faults = [*catalog.faults()]
    for fault in faults:
        yield Finding(CATALOG_NAME, fault, REPAIR_REMEDY)
    if faults:
        return
    check_schema(catalog.schema_version, str(path))
    check_terms(BuildSettings.from_rows(catalog.settings(), str(path)), str(path))
    # What a writer begins with must be readable.
    _ = catalog.roots(), catalog.excluded(), catalog.skipped()
    for row in catalog.segments():
        yield from _segment_findings(path, row)
        yield from _row_findings(path, catalog, row)
    yield from _document_findings(path, catalog)


def _segment_findings(path: Path, row: SegmentRow) -> Iterator[Finding]:
    segment = path / SEGMENTS_FOLDER / row.folder
    sound = True
    for where, problem in part_problems(path, row):
        sound = False
        yield Finding(str(where), problem, REPAIR_REMEDY, "segment", row.folder)
    if not sound:
        return
    try:
        open_postings(segment, row.row_count, row.lexical_digest)
        open_vectors(segment, row)
    except LibraryDamaged as error:
        yield Finding(str(segment), error.message, REPAIR_REMEDY, "segment", row.folder)


def _row_findings(path: Path, catalog: Catalog, row: SegmentRow) -> Iterator[Finding]:
    """Compare the rows of a segment with the chunks that are said to be in them."""
    problem = None
    try:
        with naming_failures(path):
            chunks = catalog.segment_chunks(row.segment_id)
        named = np.array([found.row for found in chunks], np.int64)
        if not np.array_equal(named, np.flatnonzero(~row.dead)):
            problem = "name different living rows"
    except (LibraryDamaged, ValueError, LookupError):
        problem = "tell of chunks that cannot be read"
    if problem is not None:
        sentence = f"The catalog and the segment {row.folder} {problem}."
        yield Finding(row.folder, sentence, REPAIR_REMEDY, "document")


def _document_findings(path: Path, catalog: Catalog) -> Iterator[Finding]:
    """Check every document: that it is as it was written, and its parts fit."""
    if not catalog.has_sound_digest():
        sentence = "The path, the name or the hash of a document was altered."
        yield Finding(CATALOG_NAME, sentence, REPAIR_REMEDY, "document")
    for file in catalog.files():
        try:
            with naming_failures(path):
                problem = _document_problem(catalog, file.document_id)
        except LibraryDamaged:
            problem = "is not stored as it was written"
        except (ValueError, LookupError):
            problem = "is stored in a form that cannot be read"
        if problem is not None:
            sentence = f"{file.name} {problem}."
            yield Finding(file.name, sentence, REPAIR_REMEDY, "document")


def _document_problem(catalog: Catalog, document_id: int) -> str | None:
    """Check that sentences lie in their text, and chunks are made of them."""
    document = catalog.document(document_id)
    if document is None:
        return "has no text in the catalog"
    spans = catalog.sentences(document_id)
    edges = spans.ravel()
    if (
        len(edges) == 0
        or int(edges[-1]) > len(document.text)
        or bool(np.any(np.diff(edges) < 0))
    ):
        return "has sentences outside of its text"
    chunks = catalog.document_chunks(document_id)
    if not chunks:
        return "has no chunk"
    for chunk in (found.chunk for found in chunks):
        own = spans[chunk.first_sentence : chunk.stop_sentence]
        if len(own) == 0 or [chunk.start, chunk.end] != [own[0, 0], own[-1, 1]]:
            return "has chunks that are not made of its sentences"
    return None
