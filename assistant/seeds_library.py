"""Whether the library of the seeds is up to date, by a look at catalogs and files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from index.errors import LibraryLocked

if TYPE_CHECKING:
    from pathlib import Path

    from index.catalog import Catalog

# Two first questions at once: the second waits until the first has built the seeds.
_LOCK_SECONDS: Final = 60.0
_LOCK_STEP_SECONDS: Final = 0.1


def is_in_step(library: Path, seeds: Path) -> bool:
    """Whether the library holds just what is in the folder, by a look at its files."""
    from index.catalog import CATALOG_NAME, SCHEMA_VERSION
    from index.sources import look_at

    if not (library / CATALOG_NAME).exists():
        return False
    with reading_catalog(library) as catalog:
        if catalog.schema_version != SCHEMA_VERSION:
            return False
        if [root.path for root in catalog.roots()] != [seeds.as_posix()]:
            return False
        known = {file.path: file.state for file in catalog.files()}
        known |= {file.path: file.state for file in catalog.skipped()}
        whole = all(row.vectors is not None for row in catalog.segments())
    there = [
        path.as_posix()
        for path in seeds.rglob("[!.]*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return whole and {path: look_at(path) for path in there} == known


def holds_any(library: Path) -> bool:
    """Whether there is a library with a document, sound or not.

    What lost its catalog, or has one of another version, is not to be passed over: who
    opens it is told.
    """
    from index.catalog import CATALOG_NAME, SCHEMA_VERSION
    from index.rootsfile import ROOTS_NAME

    if (library / CATALOG_NAME).exists():
        with reading_catalog(library) as catalog:
            if catalog.schema_version == SCHEMA_VERSION:
                return catalog.document_count() > 0
            if catalog.schema_version != 0:
                return True
    return (library / ROOTS_NAME).exists()


def roots_of(library: Path) -> list[str]:
    """List what was added to a library; nothing where it cannot be read as it is."""
    from index.catalog import CATALOG_NAME, SCHEMA_VERSION

    if not (library / CATALOG_NAME).exists():
        return []
    with reading_catalog(library) as catalog:
        if catalog.schema_version != SCHEMA_VERSION:
            return []
        return [root.path for root in catalog.roots()]


@contextmanager
def reading_catalog(library: Path) -> Iterator[Catalog]:
    """Open a catalog to read, its failures named."""
    from index.catalog import Catalog
    from index.storage import naming_failures

    with naming_failures(library), closing(Catalog(library, writing=False)) as catalog:
        yield catalog


def when_unlocked(work: Callable[[], None]) -> None:
    """Do the work as soon as no other process writes.

    Raises:
        LibraryLocked: Another process has been writing for a minute.
    """
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            work()
        except LibraryLocked:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_LOCK_STEP_SECONDS)
        else:
            return
