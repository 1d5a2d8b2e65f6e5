"""Mends a damaged library from what is sound in it.

Words and vectors are derived: a damaged segment is made anew from the texts in the
catalog. Where a text itself is damaged, its file is read again; where that cannot be
read, the document goes, and a copy of the catalog is kept. A damaged catalog is set
aside, and the files are read again from the roots that are kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.catalog import CATALOG_NAME
from index.encoder import Encoder
from index.errors import LibraryDamaged, LibraryMissing
from index.locking import writer_lock
from index.progress import Report, ignore
from index.storage import naming_failures, sync_folder
from index.updating import Updater
from index.verification import Finding, verify_library
from index.writing import set_aside_name


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair did."""

    findings: tuple[Finding, ...]
    """What was wrong; empty when nothing was, and nothing was done."""
    encoded_count: int
    """Chunks that were encoded again."""
    set_aside: Path | None
    """The damaged catalog, kept; None when nothing in it is missing now."""
    lost: tuple[str, ...] = ()
    """Names of documents that were damaged and whose file cannot be read now: the list
    of what is left out has them, and they are added when it can."""


def repair_library(
    path: Path, encoder: Encoder | Callable[[], Encoder], progress: Report = ignore
) -> RepairReport:
    """Find what is damaged and make it anew.

    Args:
        path: The library's folder.
        encoder: Of the library, or what loads it.
        progress: Told how far the work is.

    Raises:
        LibraryMissing: There is none.
        LibraryDamaged: The catalog was set aside, and what was added is not known.
        LibraryLocked, StorageFull: The library is as before.
        LibraryOutdated: It was built with another encoder.
    """
    path = path.absolute()
    findings = tuple(verify_library(path))
    updater = Updater(path, encoder, progress=progress)
    set_aside = None
    if not findings:
        return RepairReport((), 0, None)
    if any(finding.kind == "catalog" for finding in findings):
        with naming_failures(path), writer_lock(path):
            set_aside = _set_aside(path)
        try:
            encoded_count = updater.sync().encoded_count
        except LibraryMissing:
            kept = f"; it was set aside as {set_aside}" if set_aside else ""
            raise LibraryDamaged(
                f"Neither the catalog of the library {path} nor its copy of what was "
                f"added can be read{kept}.",
                "Add your files and folders again with `quoth add PATH`.",
            ) from None
    elif any(finding.kind in ("version", "document") for finding in findings):
        report = updater.sync(rebuild=True)
        return RepairReport(findings, report.encoded_count, report.kept, report.lost)
    else:
        folders = {finding.folder for finding in findings if finding.folder}
        encoded_count = updater.remake(folders)
    return RepairReport(findings, encoded_count, set_aside)


def _set_aside(path: Path) -> Path | None:
    """Rename the catalog, with its journal; return its new name, None if it is gone."""
    aside = set_aside_name(path)
    for ending in ("-wal", "-shm"):
        # Without its journal the catalog would be of an older moment.
        with suppress(FileNotFoundError):
            journal = path / f"{CATALOG_NAME}{ending}"
            journal.replace(aside.with_name(aside.name + ending))
    try:
        (path / CATALOG_NAME).replace(aside)
    except FileNotFoundError:
        return None
    sync_folder(path)
    return aside
