"""The one writer of a library: add, sync, remove.

    files --Reconciler--> documents, chunks, postings     one transaction
    segments without vectors --encoder--> vectors         a transaction each
    many small segments --> one                           a transaction each

Killed at any moment, the library is as before or as after one of these; what is missing
is made by the next `sync`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from index.building import BuildSettings, check_schema, check_settings, check_terms
from index.catalog import SCHEMA_VERSION, Catalog
from index.encoder import Encoder
from index.encoding import encode_segments
from index.ingesting import Ingester
from index.merging import merge_segments
from index.preparing import PreparedDocument, prepare
from index.progress import Report, ignore
from index.reading import read_file
from index.reconciling import Outcome, Read, Reconciler, UpdateReport
from index.records import Document
from index.removing import remove_path
from index.rootsfile import restore_roots
from index.sources import Scan, is_under_any, scan, to_root
from index.writing import keep_copy, library_missing, open_for_writing, tidy

__all__ = ["UpdateReport", "Updater"]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What an update is to do beyond taking in what is new or changed."""

    gone: bool = False
    """Delete documents whose file is gone."""
    anew: bool = False
    """Read files that did not change, too."""
    retry: bool = False
    """Read unchanged files again that could not be read before."""
    rebuild: bool = False
    """Make every chunk and segment anew."""


class Updater:
    """Writes to one library; each call holds its lock from begin to end."""

    def __init__(
        self,
        library: Path,
        encoder: Encoder | Callable[[], Encoder],
        *,
        progress: Report = ignore,
        exclude: Sequence[str] = (),
        read: Read = read_file,
    ) -> None:
        """Prepare to write; nothing is touched yet.

        Args:
            library: The library's folder; made by the first `add`.
            encoder: Or what loads one, called only when there is text to encode.
            progress: Told how far the work is.
            exclude: Globs of files to leave out, as `discover` takes them.
            read: Reads one file.
        """
        self._library = library.absolute()
        self._given = encoder
        self._loaded: Encoder | None = None
        self._progress = progress
        self._exclude = tuple(exclude)
        self._read = read

    def add(self, paths: Sequence[Path | str], *, retry: bool = True) -> UpdateReport:
        """Add files and folders, and remember them for `sync`.

        Args:
            paths: What to add; it may be in the library already.
            retry: Read unchanged files again that could not be read before.

        Raises:
            MissingPath: One of the paths does not exist; nothing was written.
            LibraryLocked, LibraryOutdated, LibraryDamaged, StorageFull: Nothing, or
                all documents without their vectors, was written.
        """
        roots = [to_root(path) for path in paths]

        def change(catalog: Catalog) -> Scan:
            for root in roots:
                catalog.add_root(root)
            added = [root.path for root in roots]
            catalog.write_excluded(
                path for path in catalog.excluded() if not is_under_any(path, added)
            )
            return scan(roots, (), self._exclude, catalog.roots(), _held(catalog))

        with open_for_writing(self._library, create=True) as catalog:
            return self._update(catalog, change, _Wish(retry=retry))

    def sync(self, *, force: bool = False, rebuild: bool = False) -> UpdateReport:
        """Look again at all that was added, and finish what was interrupted.

        Args:
            force: Read every file again, changed or not.
            rebuild: Make the whole index anew, with the settings of now.

        Raises:
            LibraryMissing: Nothing was ever added.
            LibraryLocked, LibraryOutdated, LibraryDamaged, StorageFull: As `add`.
        """

        def change(catalog: Catalog) -> Scan:
            roots, excluded = catalog.roots(), catalog.excluded()
            return scan(roots, excluded, self._exclude, held=_held(catalog))

        wish = _Wish(gone=True, anew=force or rebuild, rebuild=rebuild, retry=force)
        with open_for_writing(self._library, create=False) as catalog:
            return self._update(catalog, change, wish)

    def remove(self, paths: Sequence[Path | str]) -> UpdateReport:
        """Take files, folders or globs out of the library; the disk is not touched.

        What is removed inside a folder that was added stays out until it is added
        itself.

        Raises:
            MissingPath: One of them matches nothing in the library.
            LibraryMissing, LibraryLocked, LibraryDamaged, StorageFull: As `add`.
        """
        begin = time.monotonic()
        with open_for_writing(self._library, create=False) as catalog:
            with catalog.transaction():
                settings = self._settings(catalog, create=False, rebuild=False)
                reconciler = self._reconciler(catalog, settings, Scan())
                for path in paths:
                    remove_path(catalog, reconciler, str(path))
                reconciler.finish()
            tidy(self._library, catalog)
            self._merge(catalog, settings)
            return self._report(catalog, reconciler, 0, begin)

    def remake(self, folders: Collection[str]) -> int:
        """Make segments anew from the texts in the catalog: words, then vectors.

        Args:
            folders: Names of the segments, as the catalog has them.

        Returns:
            The chunks that were encoded.

        Raises:
            LibraryMissing, LibraryLocked, LibraryOutdated, LibraryDamaged, StorageFull:
                The library is as before, or only vectors are missing.
        """
        with open_for_writing(self._library, create=False) as catalog:
            with catalog.transaction():
                settings = self._settings(catalog, create=False, rebuild=False)
                ingester = Ingester(catalog, self._library, settings.bm25)
                for row in catalog.segments():
                    if row.folder in folders:
                        ingester.remake(row)
                ingester.finish()
            tidy(self._library, catalog)
            encoded_count = self._encode(catalog, settings)
            self._merge(catalog, settings)
            return encoded_count

    def _update(
        self, catalog: Catalog, change: Callable[[Catalog], Scan], wish: _Wish
    ) -> UpdateReport:
        """Bring the documents up to date, then the vectors, then the segments."""
        begin = time.monotonic()
        kept = None
        with catalog.transaction():
            settings = self._settings(
                catalog, create=not wish.gone, rebuild=wish.rebuild
            )
            found = change(catalog)
            if wish.rebuild:
                catalog.clear_segments()
                catalog.documents_changed = True
            reconciler = self._reconciler(catalog, settings, found)
            if wish.rebuild:
                reconciler.drop_gone()
                reconciler.prepare_unseen()
            reconciler.take_all(self._progress, anew=wish.anew, retry=wish.retry)
            if wish.gone:
                reconciler.drop_gone()
            reconciler.finish()
            if reconciler.lost:
                kept = keep_copy(self._library)
        tidy(self._library, catalog)
        encoded_count = self._encode(catalog, settings)
        self._merge(catalog, settings)
        return self._report(catalog, reconciler, encoded_count, begin, kept)

    def _encode(self, catalog: Catalog, settings: BuildSettings) -> int:
        """Encode what has no vectors; the encoder is loaded only when there is some."""
        if all(row.vectors is not None for row in catalog.segments()):
            return 0
        encoder = self._encoder(settings)
        return encode_segments(catalog, self._library, encoder, self._progress)

    def _merge(self, catalog: Catalog, settings: BuildSettings) -> None:
        dimension = settings.encoder.dimension
        merge_segments(catalog, self._library, dimension, self._progress)

    def _settings(
        self, catalog: Catalog, *, create: bool, rebuild: bool
    ) -> BuildSettings:
        """Return how the library is built; a new one, or a rebuilt, as of now.

        Raises:
            LibraryMissing: There is nothing, and nothing to make it of.
            LibraryOutdated: It was built differently.
        """
        name = str(self._library)
        blank = catalog.schema_version == 0
        if not blank and not rebuild:
            check_schema(catalog.schema_version, name)
            built = BuildSettings.from_rows(catalog.settings(), name)
            check_terms(built, name)
            if not callable(self._given):
                self._encoder(built)
            return built
        if catalog.schema_version != SCHEMA_VERSION:
            catalog.create_schema()
            if not restore_roots(self._library, catalog) and not create:
                raise library_missing(self._library)
        settings = BuildSettings.of_encoder(self._load().identity)
        catalog.write_settings(settings.to_rows())
        return settings

    def _load(self) -> Encoder:
        if self._loaded is None:
            self._loaded = self._given() if callable(self._given) else self._given
        return self._loaded

    def _encoder(self, built: BuildSettings) -> Encoder:
        """Return the encoder, once it is known to be the library's.

        Raises:
            LibraryOutdated: It is another one.
        """
        encoder = self._load()
        wanted = BuildSettings.of_encoder(encoder.identity)
        check_settings(built, wanted, str(self._library))
        return encoder

    def _reconciler(
        self, catalog: Catalog, settings: BuildSettings, found: Scan
    ) -> Reconciler:
        def prepare_document(document: Document) -> PreparedDocument:
            encoder = self._encoder(settings)
            return prepare(document, encoder.count_pieces, settings.chunking)

        ingester = Ingester(catalog, self._library, settings.bm25)
        return Reconciler(catalog, ingester, self._read, prepare_document, found)

    def _report(
        self,
        catalog: Catalog,
        done: Reconciler,
        encoded_count: int,
        begin: float,
        kept: Path | None = None,
    ) -> UpdateReport:
        return UpdateReport(
            **{name: done.outcomes[name] for name in get_args(Outcome)},
            skipped=tuple(done.skipped),
            newly_skipped=tuple(done.newly_skipped),
            unreachable=tuple(done.unreachable),
            document_count=catalog.document_count(),
            chunk_count=catalog.chunk_count(),
            encoded_count=encoded_count,
            seconds=time.monotonic() - begin,
            lost=tuple(done.lost),
            kept=kept,
        )


def _held(catalog: Catalog) -> list[str]:
    """Return the paths of the documents in the library."""
    return [file.path for file in catalog.files()]
