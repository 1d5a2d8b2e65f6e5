"""A library opened for writing: the lock, the catalog, and no rubbish."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.catalog import CATALOG_NAME, MIGRATABLE, SCHEMA_VERSION, Catalog
from index.errors import LibraryMissing
from index.library import ADD_REMEDY
from index.locking import writer_lock
from index.rootsfile import ROOTS_NAME, write_roots
from index.segment import remove_rubbish
from index.storage import naming_failures, new_folder, sync_folder


@contextmanager
def open_for_writing(library: Path, *, create: bool) -> Iterator[Catalog]:
    """Hold the lock and the catalog of a library; leave no half-written file behind.

    A catalog of an older version is brought to this one's form first.

    Args:
        library: Its folder.
        create: Whether to make it when there is none.

    Raises:
        LibraryMissing: There is none, and it is not to be made.
        LibraryLocked: Another process is writing.
        LibraryDamaged: The catalog cannot be read.
        StorageFull: It cannot be written.
    """
    there = any((library / name).exists() for name in (CATALOG_NAME, ROOTS_NAME))
    if not there and not create:
        raise library_missing(library)
    with naming_failures(library):
        if not library.is_dir():
            new_folder(library)
        with (
            writer_lock(library),
            closing(Catalog(library, writing=True)) as catalog,
        ):
            if catalog.schema_version in MIGRATABLE:
                with catalog.transaction():
                    catalog.migrate()
            _remove_rubbish(library, catalog)
            try:
                yield catalog
            except BaseException:
                # On a full disk above all, what was begun must not stay.
                with suppress(OSError, sqlite3.Error):
                    _remove_rubbish(library, catalog)
                raise


def tidy(library: Path, catalog: Catalog) -> None:
    """After a commit: bring the copy of the roots up to date, remove what was left."""
    write_roots(library, catalog)
    _remove_rubbish(library, catalog)


def set_aside_name(library: Path) -> Path:
    """Return a path, not taken yet, for a catalog that was found damaged."""
    number = 1
    while (aside := library / f"catalog.damaged-{number}.sqlite3").exists():
        number += 1
    return aside


def keep_copy(library: Path) -> Path:
    """Copy the catalog, as it was committed last, and return where the copy is."""
    copy = set_aside_name(library)
    try:
        with (
            closing(Catalog(library, writing=False)) as catalog,
            closing(sqlite3.connect(copy)) as target,
        ):
            catalog.connection.backup(target)
    except BaseException:
        with suppress(OSError):
            copy.unlink()
        raise
    sync_folder(library)
    return copy


def library_missing(library: Path) -> LibraryMissing:
    """Make the error that says there is no library."""
    return LibraryMissing(f"There is no library at {library}.", ADD_REMEDY)


def _remove_rubbish(library: Path, catalog: Catalog) -> None:
    # What belongs to a catalog of another version cannot be told from rubbish.
    if catalog.schema_version in (0, SCHEMA_VERSION):
        remove_rubbish(library, catalog.segments() if catalog.schema_version else [])
