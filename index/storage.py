"""Durable files: write, sync, replace, remove; and what a failed write means.

A file counts as written once its bytes and the folder that names it are synced. The
order (files, then folders, then the catalog's commit) is what makes a kill harmless.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import REPAIR_REMEDY, LibraryDamaged, LibraryLocked, StorageFull

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_PERMISSION = frozenset(
    # The last two: a file stands where a folder should be.
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
)

# A write that fails inside SQLite is reported as an input/output error unless the
# operating system said ENOSPC (quotas and size limits say something else).
_SQLITE_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR")
_SQLITE_NO_PERMISSION = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
_SQLITE_DAMAGED = (
    *("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"),
    *("SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS"),
)
_SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")

# Of the Python module, which gives this error no name: a text is not valid UTF-8.
_UNDECODABLE = "Could not decode to UTF-8"

_BLOCK_BYTES = 1 << 20


@contextmanager
def naming_failures(library: Path) -> Iterator[None]:
    """Turn the failures of files and of SQLite into errors that name the library.

    Raises:
        StorageFull: No room, no permission, or a read-only disk.
        LibraryDamaged: The catalog is not a database any more, or a text in it no text.
        LibraryLocked: Another program holds the catalog.
    """
    try:
        yield
    except OSError as error:
        full = _of_os(error, library)
        if full is None:
            raise
        raise full from error
    except sqlite3.DatabaseError as error:
        failure = _of_sqlite(error, library)
        if failure is None:
            raise
        raise failure from error


def _no_room(library: Path, reason: str) -> StorageFull:
    return StorageFull(
        f"There is no room to write the library {library} ({reason}).",
        "Free some space and do it again; nothing that was in the library is lost.",
    )


def _no_permission(library: Path, reason: str) -> StorageFull:
    return StorageFull(
        f"The library {library} may not be written ({reason}).",
        "Check the owner and the permissions of that folder, or choose another with "
        "QUOTH_DATA_DIR.",
    )


def _of_os(error: OSError, library: Path) -> StorageFull | None:
    reason = error.strerror or str(error)
    if error.errno in _NO_ROOM:
        return _no_room(library, reason)
    if error.errno in _NO_PERMISSION:
        return _no_permission(library, reason)
    return None


def _of_sqlite(
    error: sqlite3.DatabaseError, library: Path
) -> StorageFull | LibraryDamaged | LibraryLocked | None:
    # Errors of the Python module itself, such as a closed connection, carry no name.
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(_SQLITE_DAMAGED) or str(error).startswith(_UNDECODABLE):
        return LibraryDamaged(
            f"The catalog of the library {library} is damaged ({_reason(error)}).",
            REPAIR_REMEDY,
        )
    if name.startswith(_SQLITE_NO_ROOM):
        return _no_room(library, str(error))
    if name.startswith(_SQLITE_NO_PERMISSION):
        return _no_permission(library, str(error))
    if name.startswith(_SQLITE_BUSY):
        return LibraryLocked(
            f"Another program is using the catalog of the library {library}.",
            "Wait until it has finished, then try again.",
        )
    return None


def _reason(error: sqlite3.DatabaseError) -> str:
    """Return what SQLite says, without the text that cannot be decoded: it is long."""
    return str(error).partition(" with text ")[0]


def write_file(path: Path, data: bytes) -> None:
    """Write and sync one new file; its folder is not synced."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in the place of another at once: readers see one or the other."""
    temporary = path.with_name(path.name + ".new")
    write_file(temporary, data)
    temporary.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Sync the bytes of a file that someone else wrote."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Sync the names in a folder; systems that cannot open a folder need not."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def new_folder(path: Path) -> Path:
    """Make a folder, and those above it, and sync the names of all that were made.

    Raises:
        FileExistsError: The folder is there already.
    """
    missing = [path]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for folder in reversed(missing):
        folder.mkdir()
        sync_folder(folder.parent)
    return path


def remove_tree(path: Path) -> None:
    """Remove a folder or a file that nothing names any more.

    What cannot be removed now (another system's open file) stays for the next write.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            return


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
