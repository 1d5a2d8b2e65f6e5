"""The SQLite file of a library: its only commit point, and rows to records."""

from __future__ import annotations

from index.catalog.connection import (
    CATALOG_NAME,
    MIGRATABLE,
    SCHEMA_VERSION,
    Catalog,
)
from index.catalog.records import (
    UNSETTLED,
    ChunkPlace,
    ChunkRow,
    FileState,
    Root,
    SegmentRow,
    SkippedFile,
    StoredFile,
)

__all__ = [
    "CATALOG_NAME",
    "MIGRATABLE",
    "SCHEMA_VERSION",
    "UNSETTLED",
    "Catalog",
    "ChunkPlace",
    "ChunkRow",
    "FileState",
    "Root",
    "SegmentRow",
    "SkippedFile",
    "StoredFile",
]
