"""Makes the catalog hold what the disk holds, file by file, in one transaction."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from index.catalog import (
    UNSETTLED,
    Catalog,
    FileState,
    SkippedFile,
    StoredFile,
)
from index.errors import LibraryDamaged, NoText, ReadingError, UnreadableFile
from index.ingesting import Ingester
from index.preparing import PreparedDocument
from index.progress import Progress, Report
from index.reading.files import read_bytes
from index.reading.titles import printable
from index.records import Document
from index.sources import NO_STATE, Scan, can_be_told, is_under_any, look_at

Read: TypeAlias = Callable[[Path, str], Document]
Prepare: TypeAlias = Callable[[Document], PreparedDocument]
Outcome = Literal["added", "updated", "moved", "removed", "unchanged"]

_LOST: Final = (
    "Its text in the library was damaged, and the file cannot be read now; it is added"
    " again when it can."
)


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did."""

    added: int
    """Documents that are new."""
    updated: int
    """Documents whose file had other content."""
    moved: int
    """Documents whose file has another path now and the same content."""
    removed: int
    """Documents whose file is gone or was removed by the user."""
    unchanged: int
    skipped: tuple[SkippedFile, ...]
    """Files that are not in the library, each with its reason."""
    newly_skipped: tuple[SkippedFile, ...]
    """Those of them that were not left out before, or for another reason."""
    unreachable: tuple[str, ...]
    """Added paths that are not there now; their documents were kept."""
    document_count: int
    """In the library, afterwards."""
    chunk_count: int
    """In the library, afterwards."""
    encoded_count: int
    """Chunks that were encoded."""
    seconds: float
    lost: tuple[str, ...] = ()
    """Names of documents that a rebuild could make of nothing: their stored text was
    damaged, and their file cannot be read. They are `skipped` until it can."""
    kept: Path | None = None
    """A copy of the catalog as it was, when it held what was lost."""


class Reconciler:
    """Takes files in and puts documents out; counts what it did."""

    def __init__(
        self,
        catalog: Catalog,
        ingester: Ingester,
        read: Read,
        prepare: Prepare,
        found: Scan,
    ) -> None:
        """Compare the catalog with a scan.

        Args:
            catalog: Inside a transaction.
            ingester: Of that transaction.
            read: A path and a name to a document; raises `ReadingError`.
            prepare: A document to sentences and chunks.
            found: What is on the disk.
        """
        self._catalog = catalog
        self._ingester = ingester
        self._read = read
        self._prepare = prepare
        self._found = found
        self._files = {file.path: file for file in catalog.files()}
        self._by_content: dict[str, list[StoredFile]] = {}
        for file in self._files.values():
            self._by_content.setdefault(file.sha256, []).append(file)
        self._listed = {file.path: file for file in catalog.skipped()}
        self.outcomes: Counter[Outcome] = Counter()
        self.skipped: list[SkippedFile] = []
        self.lost: list[str] = []
        """As in the report of an update."""

    def take_all(self, report: Report, *, anew: bool, retry: bool) -> None:
        """Take in every file that was found.

        Args:
            report: Told of each file.
            anew: Read every file, even one that did not change.
            retry: Read the files that could not be read before, even unchanged ones.
        """
        total = len(self._found.names)
        for done, (path, name) in enumerate(self._found.names.items()):
            report(Progress("reading", done, total, "files"))
            self._take(path, name, anew=anew, retry=retry)
        for file in self._found.unreadable:
            self._skip(file)
        if total:
            report(Progress("reading", total, total, "files"))

    def drop_gone(self) -> None:
        """Delete the documents whose files are no longer there, and old reasons."""
        for file in list(self._files.values()):
            if self._is_lost(file.path):
                self.drop(file)
        present = {file.path for file in self._found.unreadable}
        for path in self._listed:
            if path not in present and self._is_lost(path):
                self._catalog.remove_skipped(path)

    @property
    def newly_skipped(self) -> list[SkippedFile]:
        """Files left out that were not on the list, or for another reason."""
        reasons = {path: file.message for path, file in self._listed.items()}
        return [f for f in self.skipped if reasons.get(f.path) != f.message]

    @property
    def unreachable(self) -> list[str]:
        """Roots that are not there now."""
        return self._found.unreachable

    def finish(self) -> None:
        """Write what waits; the last step before the commit."""
        self._ingester.finish()

    def drop(self, file: StoredFile) -> None:
        """Delete a document."""
        self._ingester.remove(file.document_id)
        del self._files[file.path]
        self.outcomes["removed"] += 1

    def prepare_unseen(self) -> None:
        """Make the chunks of documents anew whose files are out of reach."""
        for file in list(self._files.values()):
            if file.path not in self._found.names and not self._prepare_stored(file):
                title = LibraryDamaged.title
                self._skip(SkippedFile(file.path, file.name, title, _LOST, NO_STATE))

    def _is_lost(self, path: str) -> bool:
        """Whether a path was looked for where it should be and is not there."""
        return (
            path not in self._found.names
            and not is_under_any(path, self._found.unreachable)
            and not is_under_any(path, self._blocked())
            and can_be_told(path)
        )

    def _blocked(self) -> Iterable[str]:
        """Yield folders that could not be opened: what they hold is not known."""
        return (file.path for file in self._found.unreadable)

    def _take(self, path: str, name: str, *, anew: bool, retry: bool) -> None:
        state = look_at(path) or NO_STATE
        known = self._files.get(path)
        listed = self._listed.get(path)
        if known and not anew and self._is_same(known, state, name):
            if listed:
                # It could not be opened for a while, and did not change in it.
                self._catalog.remove_skipped(path)
            self.outcomes["unchanged"] += 1
            return
        settled = state.mtime_ns != UNSETTLED
        if listed and settled and listed.state == state and not (anew or retry):
            self.skipped.append(listed)
            return
        try:
            document = self._read(Path(path), name)
            prepared = self._prepare(document)
            if not prepared.chunks:
                raise NoText(f"{printable(Path(path).name)} holds no sentence.")
        except ReadingError as error:
            self._refuse(path, name, state, error, anew=anew)
            return
        self._catalog.remove_skipped(path)
        if known:
            self._ingester.remove(known.document_id)
        elif not anew and self._move(document, state):
            self.outcomes["moved"] += 1
            return
        self._ingester.add(prepared, state)
        self.outcomes["updated" if known else "added"] += 1

    def _is_same(self, known: StoredFile, state: FileState, name: str) -> bool:
        """Whether a file holds what it held; notes a new date or name of it."""
        if state.mtime_ns == UNSETTLED or state != known.state:
            try:
                content = hashlib.sha256(read_bytes(Path(known.path))).hexdigest()
            except UnreadableFile:
                return False
            if content != known.sha256:
                return False
        if (state, name) != (known.state, known.name):
            self._catalog.place_file(known.document_id, known.path, name, state)
        return True

    def _move(self, document: Document, state: FileState) -> bool:
        """Give the chunks of a file that is gone to one that has all of its content."""
        for old in self._by_content.get(document.sha256, []):
            if (
                old.path in self._files
                and not is_under_any(old.path, self._found.unreachable)
                and not os.path.lexists(old.path)
            ):
                try:
                    stored = self._catalog.document(old.document_id)
                except LibraryDamaged:
                    continue
                path, name = document.path, document.name
                if stored and replace(stored, path=path, name=name) == document:
                    self._catalog.place_file(old.document_id, path, name, state)
                    del self._files[old.path]
                    return True
        return False

    def _refuse(
        self, path: str, name: str, state: FileState, error: ReadingError, *, anew: bool
    ) -> None:
        """List a file with its reason.

        A document whose file cannot be opened at present is kept as it was; one whose
        file holds no text any more goes.
        """
        known = self._files.get(path)
        unopened = isinstance(error.__cause__, OSError)
        if known and not unopened:
            self.drop(known)
        elif known and anew:
            self._prepare_stored(known)
        # Permissions change without a trace in size and time: tried again each time.
        seen = NO_STATE if unopened else state
        self._skip(SkippedFile(path, name, error.title, _reason(error, path), seen))

    def _skip(self, file: SkippedFile) -> None:
        self._catalog.add_skipped(file)
        self.skipped.append(file)

    def _prepare_stored(self, file: StoredFile) -> bool:
        """Make a document anew of its stored text; drop it when that is damaged too."""
        try:
            document = self._catalog.document(file.document_id)
        except LibraryDamaged:
            document = None
        if document is None:
            self.drop(file)
            self.lost.append(file.name)
            return False
        self._ingester.remove(file.document_id)
        self._ingester.add(self._prepare(document), file.state)
        return True


def _reason(error: ReadingError, path: str) -> str:
    """Say in a sentence why a file is left out; the list names it already."""
    named = printable(Path(path).name)
    message = error.message
    if message.startswith(f"{named}: "):
        rest = message.removeprefix(f"{named}: ")
        return rest[:1].upper() + rest[1:]
    if message.startswith(f"{named} "):
        return f"It {message.removeprefix(f'{named} ')}"
    return message
