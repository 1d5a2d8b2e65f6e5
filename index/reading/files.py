"""From a path to a `Document`: the file is opened once, hashed and read."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from index.errors import NoText, UnreadableFile, UnsupportedFormat
from index.language import detect_language
from index.reading.formats import (
    MEDIA_TYPES,
    PLAIN_MEDIA_TYPE,
    READERS,
    SUPPORTED,
    UNSUPPORTED_SUFFIXES,
)
from index.reading.plain import read_plain
from index.reading.titles import printable, tidy_title, title_of_path
from index.records import Document

MAX_FILE_BYTES = 200_000_000
"""Larger files are listed, not read: their text, blocks and sentences would need
several gigabytes of memory."""


UNSTORABLE_NAME = "Its name or a folder's is not valid UTF-8; rename it."


def is_storable(path: Path) -> bool:
    """Tell whether a path can be kept as text, and be found again by it."""
    try:
        os.path.abspath(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def can_read(path: Path) -> bool:
    """Tell by its name alone whether a file is worth opening.

    True for every suffix with a reader and for unknown ones, which are read as plain
    text if their content is text.
    """
    return path.suffix.lower() not in UNSUPPORTED_SUFFIXES


def read_file(path: Path, name: str | None = None) -> Document:
    """Read one file of any supported format.

    Args:
        path: The file; need not be absolute.
        name: As the document is shown; the file's own name by default.

    Raises:
        UnreadableFile: If it cannot be opened, is no regular file, is larger than
            `MAX_FILE_BYTES`, or is damaged.
        UnsupportedFormat: If no reader knows the format, or the content is binary.
        NoText: If there is no text in it.
    """
    suffix = path.suffix.lower()
    if not is_storable(path):
        raise UnreadableFile(f"{printable(path.name)}: {UNSTORABLE_NAME}")
    if not can_read(path):
        raise UnsupportedFormat(
            f"{printable(path.name)}: there is no reader for {suffix} files.",
            f"Quoth reads {SUPPORTED}; convert the file to one of them.",
        )
    data = read_bytes(path)
    read = READERS.get(suffix, read_plain)(data, path)
    if not read.blocks:
        raise NoText(f"{printable(path.name)} holds no text.")
    return Document(
        path=Path(os.path.abspath(path)).as_posix(),
        name=name or path.name,
        title=tidy_title(read.title or "") or title_of_path(path),
        text=read.text,
        media_type=MEDIA_TYPES.get(suffix, PLAIN_MEDIA_TYPE),
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=read.blocks,
        page_starts=read.page_starts,
        language=detect_language(read.text),
    )


def read_bytes(path: Path) -> bytes:
    """Read a regular file whole; never waits on a pipe or a device.

    Raises:
        UnreadableFile: With what the system says, or that the file is too large.
    """
    shown = printable(path.name)
    try:
        # Looked at before it is opened: opening a device can have effects. Opened
        # without blocking, in case it has been replaced by a pipe in between.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableFile(f"{shown} is not a regular file.")
        handle = os.open(
            path,
            os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0),
        )
        with os.fdopen(handle, "rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(
            f"{shown} cannot be opened: {reason}.",
            "Check that it exists and that you may read it.",
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(
            f"{shown} is larger than {MAX_FILE_BYTES // 1_000_000} MB.",
            "Split it into smaller files.",
        )
    return data
