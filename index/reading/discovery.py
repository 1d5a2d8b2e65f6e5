"""What there is to read under a path, and what cannot be reached."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from index.errors import MissingPath
from index.reading.files import UNSTORABLE_NAME, is_storable
from index.reading.titles import printable

_CACHE_TAG = b"Signature: 8a477f597d28d172789f06886806bc55"
"""First bytes of a CACHEDIR.TAG file (https://bford.info/cachedir/)."""
_SKIPPED_FOLDERS = frozenset(
    [
        "node_modules",
        "bower_components",
        "__pycache__",
        "__MACOSX",
        "site-packages",
        "CVS",
        "_darcs",
        "lost+found",
    ]
)
_SKIPPED_FILES = frozenset(("Thumbs.db", "desktop.ini", "CACHEDIR.TAG"))
_SKIPPED_SUFFIXES = [
    ".pyc",
    ".pyo",
    ".o",
    ".obj",
    ".a",
    ".lib",
    ".so",
    ".dll",
    ".dylib",
    ".class",
    ".exe",
    ".swp",
    ".tmp",
    "~",
]
"""Built by programs, or left by editors: nobody expects them in a library."""
_NOT_REGULAR = "It is not a regular file."


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file, of a supported format or not."""

    path: Path
    name: str
    """As it is shown: relative to what was asked for, that one's own name first."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A file or folder that a person would expect to be read, and that cannot be."""

    path: str
    """Absolute, with forward slashes, printable even if the file's name is not."""
    name: str
    reason: str
    """A sentence, with what can be done."""


def discover(root: Path, exclude: Sequence[str] = ()) -> Iterator[Found | Unreachable]:
    """Find the files under a path, in the order of their names.

    Left out without a word: hidden files and folders, version control, caches,
    packages of programs, virtual environments, compiled files, and links to what is
    found anyway. A link to a file below `root` that is left out so is a file of its own
    (git-annex keeps all content in hidden folders); links to folders that are, to what
    `exclude` matches, and out of `root` are unreachable. Files of unsupported formats
    are found: reading them says why not.

    Args:
        root: A file or a folder; may itself be hidden or a link.
        exclude: Globs, matched against the name as shown, the path below the root,
            and the bare name; a folder that matches is left out with all it holds.

    Raises:
        MissingPath: If there is nothing at `root`.
    """
    root = Path(os.path.abspath(root))
    try:
        mode = root.stat().st_mode
    except (OSError, ValueError) as error:
        raise MissingPath(
            f"There is no file or folder {printable(str(root))}.",
            "Check the spelling, or give its full path.",
        ) from error
    own_name = root.name or root.as_posix()
    if stat.S_ISDIR(mode):
        yield from _Walk(root, own_name, tuple(exclude)).folder(root, "")
    else:
        yield _found(root, own_name)


def _found(path: Path, name: str) -> Found | Unreachable:
    """Report a file, unless its name cannot be stored."""
    if not is_storable(path):
        return _unreachable(path, name, UNSTORABLE_NAME)
    return Found(path, name)


def _unreachable(path: Path, name: str, reason: str) -> Unreachable:
    return Unreachable(printable(path.as_posix()), printable(name), reason)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk: what does not change from folder to folder."""

    root: Path
    own_name: str
    exclude: tuple[str, ...]

    def folder(self, path: Path, below: str) -> Iterator[Found | Unreachable]:
        """Walk one folder; `below` is its path under the root, "" for the root."""
        pending = [(path, below)]
        while pending:
            path, below = pending.pop()
            try:
                mode = path.lstat().st_mode
                entries = (
                    self._entries(path, below)
                    if stat.S_ISDIR(mode) or (path == self.root)
                    else None
                )
            except OSError as error:
                reason = f"{error.strerror or error}; check its permissions."
                yield _unreachable(path, self._shown(below), reason)
                continue
            if entries is None:
                item = self._file(path, below, mode)
                if item:
                    yield item
            else:
                pending.extend(reversed(entries))

    def _shown(self, below: str) -> str:
        return f"{self.own_name}/{below}" if below else self.own_name

    def _entries(self, path: Path, below: str) -> list[tuple[Path, str]]:
        """List a folder: what is left in, sorted by name, with paths below the root."""
        names = sorted(os.listdir(path))
        if below and _is_generated(path):
            return []
        entries = []
        for name in names:
            inner = f"{below}/{name}" if below else name
            if not _is_skipped(name) and not self._excluded(inner, name):
                entries.append((path / name, inner))
        return entries

    def _excluded(self, below: str, name: str) -> bool:
        return any(
            fnmatchcase(candidate, glob)
            for glob in self.exclude
            for candidate in (name, below, self._shown(below))
        )

    def _file(self, path: Path, below: str, mode: int) -> Found | Unreachable | None:
        """Report what is no folder; None for what is left out."""
        shown = self._shown(below)
        if stat.S_ISREG(mode):
            return _found(path, shown)
        if not stat.S_ISLNK(mode):
            return _unreachable(path, shown, _NOT_REGULAR)
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return _unreachable(path, shown, "It is a link that leads nowhere.")
        root = self.root.resolve()
        if not target.is_relative_to(root):
            reason = "It is a link that leaves the folder; add what it leads to."
            return _unreachable(path, shown, reason)
        return self._inner_link(path, shown, root, target.relative_to(root).parts)

    def _inner_link(
        self, path: Path, shown: str, root: Path, names: tuple[str, ...]
    ) -> Found | Unreachable | None:
        """Report a link to what is below the root; None if that is found anyway."""
        inner = ["/".join(names[: count + 1]) for count in range(len(names))]
        if any(map(self._excluded, inner, names)):
            reason = "It is a link to what is excluded; add what it leads to."
            return _unreachable(path, shown, reason)
        if not any(map(_is_skipped, names)) and not any(
            _is_generated(root / below) for below in inner
        ):
            return None
        if path.is_dir():
            reason = "It is a link to a folder that is left out; add what it leads to."
            return _unreachable(path, shown, reason)
        if not path.is_file():
            return _unreachable(path, shown, _NOT_REGULAR)
        return _found(path, shown)


def _is_skipped(name: str) -> bool:
    """Whether a name is of something nobody expects to be read."""
    return (
        name.startswith((".", "~$"))
        or name in _SKIPPED_FOLDERS
        or name in _SKIPPED_FILES
        or name.endswith(tuple(_SKIPPED_SUFFIXES))
    )


def _is_generated(path: Path) -> bool:
    """Whether a folder is a virtual environment or declares itself a cache."""
    if any(os.path.lexists(path / name) for name in ("pyvenv.cfg", "conda-meta")):
        return True
    tag = path / "CACHEDIR.TAG"
    try:
        # A pipe of that name would be waited for.
        if not tag.is_file():
            return False
        with tag.open("rb") as file:
            return file.read(len(_CACHE_TAG)) == _CACHE_TAG
    except OSError:
        return False
