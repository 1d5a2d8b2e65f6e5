"""The library as the chat's view of it shows it and changes it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from assistant.tui.library.contents import (
    Contents,
    DocumentRow,
    LeftOutRow,
    RootRow,
    Whose,
    Wish,
)
from index.errors import LibraryEmpty, LibraryMissing, ReadingError

if TYPE_CHECKING:
    from assistant.cli.options import Invocation
    from assistant.tui.library.contents import State
    from assistant.workspace import Workspace
    from index.catalog import Catalog, FileState, StoredFile
    from index.library import Library
    from index.progress import Report
    from index.sources import Scan
    from index.updating import UpdateReport

# Files whose date alone has changed are compared with what was read, up to so much in
# one look: someone waits for the list, and `sync` compares them all.
_COMPARED_BYTES: Final = 64_000_000


class LibraryCurator:
    """Looks after the library that an invocation means at the time."""

    def __init__(self, invocation: Invocation) -> None:
        """Open nothing yet.

        Args:
            invocation: Whose library it is; it may come to mean another one.
        """
        self._invocation = invocation
        self._notify: Callable[[str], None] = _ignore
        self._writing: Workspace | None = None

    def contents(self) -> Contents:
        """Say what is in the library, and how the files are now; only reads."""
        from assistant.workspace import DEFAULT_LIBRARY, SEEDS_LIBRARY

        name = self._invocation.configuration.settings.library
        if name == SEEDS_LIBRARY:
            return self._look(name, "fixed")
        own = self._look(name, "own")
        if own.documents or name != DEFAULT_LIBRARY:
            return own
        examples = self._look(SEEDS_LIBRARY, "examples")
        return replace(
            examples, left_out=own.left_out, roots=own.roots, new_count=own.new_count
        )

    def _look(self, name: str, whose: Whose) -> Contents:
        """Look at a library; one that is not there has nothing in it."""
        from index.library import Library

        try:
            return _look_at(Library(self._invocation.locations.library(name)), whose)
        except LibraryMissing:
            return Contents(name, whose)

    def change(
        self, wish: Wish, report: Report, notify: Callable[[str], None]
    ) -> UpdateReport:
        """Change the library.

        Raises:
            LibraryEmpty: Nothing of what was added could be read, and nothing else is
                in the library.
        """
        self._notify = notify
        updater = self._workspace().updater(report)
        match wish.kind:
            case "sync":
                return updater.sync()
            case "rebuild":
                return updater.sync(rebuild=True)
            case "remove":
                return updater.remove(wish.paths)
        done = updater.add(wish.paths)
        if done.document_count == 0:
            raise LibraryEmpty(
                f"Nothing in {', '.join(wish.paths)} could be read as text.",
                "Add a file or a folder that holds text.",
            )
        return done

    def _workspace(self) -> Workspace:
        """Give the workspace, with its encoder, for as long as the settings stay."""
        from assistant.workspace import Workspace

        settings = self._invocation.configuration.settings
        if self._writing is None or self._writing.settings != settings:
            self._writing = Workspace(
                self._invocation.locations,
                settings,
                notify=lambda text: self._notify(text),
                load_encoder=self._invocation.load_encoder,
            )
        return self._writing


def _ignore(_: str) -> None:
    """Tell nobody."""


def _look_at(library: Library, whose: Whose) -> Contents:
    """Read what is in a library, and compare it with the disk."""
    from index.sources import Scan, scan
    from index.storage import naming_failures

    with library.open_view() as view, naming_failures(library.path):
        catalog = view.catalog
        found = Scan()
        if whose == "own":
            held = [file.path for file in catalog.files()]
            found = scan(catalog.roots(), catalog.excluded(), held=held)
        documents = tuple(_document_rows(catalog, found))
        skipped = catalog.skipped()
        known = {row.path for row in documents} | {file.path for file in skipped}
        return Contents(
            library.name,
            whose,
            documents,
            tuple(LeftOutRow(one.path, one.name, one.message) for one in skipped),
            tuple(_root_rows(catalog, found, documents)),
            sum(path not in known for path in found.names),
        )


def _document_rows(catalog: Catalog, found: Scan) -> Iterator[DocumentRow]:
    from index.reading.formats import MEDIA_TYPES, PLAIN_MEDIA_TYPE

    counts = catalog.chunk_counts()
    look = _Look(found.unreachable)
    for file in catalog.files():
        passages, without_vectors = counts.get(file.document_id, (0, 0))
        state, now = look.state_of(file)
        if state == "in step" and without_vectors:
            state = "by words only"
        suffix = PurePosixPath(file.path).suffix.lower()
        yield DocumentRow(
            *(file.document_id, file.path, file.name, file.title, file.sha256),
            MEDIA_TYPES.get(suffix, PLAIN_MEDIA_TYPE),
            passages,
            file.state.size,
            now,
            state,
        )


def _root_rows(
    catalog: Catalog, found: Scan, documents: Sequence[DocumentRow]
) -> Iterator[RootRow]:
    from index.sources import is_under

    skipped = catalog.skipped()
    for root in catalog.roots():
        yield RootRow(
            root.path,
            root.is_folder,
            root.path not in found.unreachable and Path(root.path).exists(),
            sum(is_under(row.path, root.path) for row in documents),
            sum(is_under(file.path, root.path) for file in skipped),
        )


class _Look:
    """Says how files are, by their size and date, and by their content if it must."""

    def __init__(self, unreachable: Sequence[str]) -> None:
        self._unreachable = unreachable
        self._left = _COMPARED_BYTES

    def state_of(self, file: StoredFile) -> tuple[State, float]:
        """Give the state of a file, and its date in seconds; 0 if it has none."""
        from index.catalog import UNSETTLED
        from index.sources import can_be_told, is_under_any

        try:
            status = Path(file.path).stat()
        except OSError:
            away = is_under_any(file.path, self._unreachable)
            lost = not away and can_be_told(file.path)
            return "gone" if lost else "out of reach", 0.0
        known = file.state
        if status.st_size != known.size:
            return "changed", status.st_mtime
        if known.mtime_ns != UNSETTLED and status.st_mtime_ns == known.mtime_ns:
            return "in step", status.st_mtime
        return self._compare(file, known), status.st_mtime

    def _compare(self, file: StoredFile, known: FileState) -> State:
        """Compare the content of a file whose date says nothing."""
        from index.reading.files import read_bytes

        self._left -= known.size
        if self._left < 0:
            return "touched"
        try:
            content = read_bytes(Path(file.path))
        except ReadingError:
            return "out of reach"
        same = hashlib.sha256(content).hexdigest() == file.sha256
        return "in step" if same else "changed"
