"""One writer for a library; readers take no lock."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryLocked

LOCK_NAME = "lock"
HOLDER_NAME = "lock.json"


@contextmanager
def writer_lock(library: Path) -> Iterator[None]:
    """Hold the library's write lock, or fail at once.

    The operating system releases the lock of a process that dies, so the note of who
    holds it is read only while the lock is held.

    Raises:
        LibraryLocked: Another process, or another thread, is writing.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(library / LOCK_NAME, timeout=0, is_singleton=False)
    try:
        lock.acquire()
    except Timeout:
        raise LibraryLocked(
            f"{_holder(library)} is writing to the library {library}.",
            "Wait until it has finished, then try again.",
        ) from None
    try:
        note = json.dumps({"pid": os.getpid()}).encode()
        (library / HOLDER_NAME).write_bytes(note)
        yield
    finally:
        lock.release()


def _holder(library: Path) -> str:
    try:
        pid = int(json.loads((library / HOLDER_NAME).read_bytes())["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return "Another process"
    return "This process" if pid == os.getpid() else f"Process {pid}"
