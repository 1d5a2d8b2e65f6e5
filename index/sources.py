"""Which files a library should hold: its roots compared with the disk."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from index.catalog import UNSETTLED, FileState, Root, SkippedFile
from index.errors import MissingPath, UnreadableFile
from index.reading import Found, Unreachable, discover
from index.reading.titles import printable

# FAT counts file times in steps of two seconds: a file that young can change again
# without a trace in its size and time.
_YOUNG_NS: Final = 2_000_000_000

NO_STATE: Final = FileState(0, UNSETTLED)
"""Of what cannot be looked at; it is tried again at every sync."""


@dataclass(slots=True)
class Scan:
    """What is on the disk now, under some roots."""

    names: dict[str, str] = field(default_factory=dict)
    """Path of each file to the name it is shown by, in the order of the walk."""
    unreadable: list[SkippedFile] = field(default_factory=list)
    """Files and folders that a person would expect to be read and that cannot be."""
    unreachable: list[str] = field(default_factory=list)
    """Roots that are not there now, such as those on a drive that is not mounted: an
    empty folder in the place of one that documents were read from counts as such."""


def scan(
    roots: Sequence[Root],
    excluded: Sequence[str] = (),
    globs: Sequence[str] = (),
    all_roots: Sequence[Root] | None = None,
    held: Collection[str] = (),
) -> Scan:
    """Walk some roots.

    Args:
        roots: Those to walk.
        excluded: Paths that the user removed; each counts for the roots above it.
        globs: As `discover` takes them.
        all_roots: Of the library, when not all are walked: they decide the names, and
            which of them are out of reach.
        held: Paths of the documents in the library.
    """
    all_roots = roots if all_roots is None else all_roots
    unreadable: dict[str, SkippedFile] = {}
    found = Scan(
        unreachable=[
            root.path
            for root in all_roots
            if not _is_there(root) or _is_emptied(root, held)
        ]
    )
    for root in sorted(roots, key=lambda root: root.path):
        left_out = [one for one in excluded if is_under(one, root.path)]
        for item in _walk(root, globs):
            path = item.path if isinstance(item, Unreachable) else item.path.as_posix()
            if is_under_any(path, left_out):
                continue
            if isinstance(item, Unreachable):
                # A root may lie within another.
                unreadable[path] = SkippedFile(
                    path,
                    shown_name(path, all_roots),
                    UnreadableFile.title,
                    item.reason,
                    NO_STATE,
                )
            else:
                found.names[path] = shown_name(path, all_roots)
    found.unreadable.extend(unreadable.values())
    return found


def _walk(root: Root, globs: Sequence[str]) -> Iterator[Found | Unreachable]:
    if not _is_there(root):
        return
    # A file of its own that was deleted is not an error: what is not found goes.
    with suppress(MissingPath):
        yield from discover(Path(root.path), globs if root.is_folder else ())


def _is_there(root: Root) -> bool:
    path = Path(root.path)
    return path.is_dir() if root.is_folder else path.parent.is_dir()


def _is_emptied(root: Root, held: Collection[str]) -> bool:
    """Whether a folder that documents were read from lists nothing at all.

    So does the mount point of a drive that is not mounted.
    """
    if not root.is_folder or not any(is_under(path, root.path) for path in held):
        return False
    try:
        with os.scandir(root.path) as entries:
            return next(entries, None) is None
    except OSError:
        return False


def shown_name(path: str, roots: Iterable[Root]) -> str:
    """Return the name a file is shown by: from the outermost root's own name on."""
    above = [root.path for root in roots if is_under(path, root.path)]
    outermost = min(above, key=len, default=path)
    parent = PurePosixPath(outermost).parent
    return PurePosixPath(path).relative_to(parent).as_posix()


def absolute(path: Path | str) -> str:
    """Return a path as the catalog stores it: absolute, with forward slashes."""
    return Path(os.path.abspath(Path(path).expanduser())).as_posix()


def to_root(path: Path | str) -> Root:
    """Make a root of what the user named.

    Raises:
        MissingPath: There is nothing, or nothing that may be looked at.
    """
    if not str(path).strip():
        # An empty variable of a shell would otherwise mean the whole current folder.
        raise MissingPath("An empty path names no file or folder.", "Give its name.")
    where = absolute(path)
    try:
        where.encode()
        is_folder = Path(where).is_dir()
        exists = Path(where).exists()
    except (OSError, ValueError):
        exists = is_folder = False
    if not exists:
        raise MissingPath(
            f"There is no file or folder {printable(where)}.",
            "Check the spelling, or give its full path.",
        )
    return Root(where, is_folder)


def look_at(path: str) -> FileState | None:
    """Return the state of a file; None when it cannot be looked at.

    A file that changed a moment ago may change again in the same tick of the file
    system's clock, so its time is not trusted.
    """
    try:
        status = os.stat(path)
    except OSError:
        return None
    settled = time.time_ns() - status.st_mtime_ns > _YOUNG_NS
    return FileState(status.st_size, status.st_mtime_ns if settled else UNSETTLED)


def can_be_told(path: str) -> bool:
    """Whether the system says at all if a file is there, whatever it says."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return True


def is_under(path: str, folder: str) -> bool:
    """Whether a path is another one, or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_under_any(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of the others, or lies below one."""
    return any(is_under(path, folder) for folder in folders)


def matches(glob: str, path: str, name: str) -> bool:
    """Whether a glob means a document: by path, by name shown, or by file name.

    `*` also crosses folders, so that `notes/*` and `notes/**` both mean all that is in
    `notes`; a plain folder name means what it holds. What is so named to the letter is
    meant, whatever `*`, `?` and `[` stand in it.
    """
    pattern = glob.rstrip("/")
    candidates = (path, name, PurePosixPath(path).name)
    return is_named(glob, path, name) or any(
        fnmatchcase(candidate, form)
        for form in (pattern, pattern.replace("**/", ""), pattern + "/*")
        for candidate in candidates
    )


def is_named(text: str, path: str, name: str) -> bool:
    """Whether a text is, to the letter, what `matches` compares, or a folder above."""
    wanted = text.rstrip("/")
    return PurePosixPath(path).name == wanted or any(
        is_under(candidate, wanted) for candidate in (path, name)
    )
