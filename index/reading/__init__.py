"""Reading: a file to a `Document`, one module a family of formats."""

from __future__ import annotations

from index.reading.discovery import Found, Unreachable, discover
from index.reading.files import can_read, read_file
from index.reading.formats import MEDIA_TYPES, READERS
from index.reading.readtext import Reader, ReadText

__all__ = [
    "MEDIA_TYPES",
    "READERS",
    "Found",
    "ReadText",
    "Reader",
    "Unreachable",
    "can_read",
    "discover",
    "read_file",
]
