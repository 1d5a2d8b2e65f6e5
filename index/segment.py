"""One immutable directory of a library: its parts are written, opened and checked.

A part (`lexical` or `vectors`) is a folder of files and, beside it, a manifest with the
size and SHA-256 of each. The catalog holds the SHA-256 of the manifest, so that every
byte is vouched for by the one commit point.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from index.arrays import map_array
from index.catalog import SegmentRow
from index.errors import REPAIR_REMEDY, LibraryDamaged
from index.lexical import Postings
from index.storage import (
    file_sha256,
    new_folder,
    remove_tree,
    sync_file,
    sync_folder,
    write_file,
)

if TYPE_CHECKING:
    from index.vectors import VectorStore

SEGMENTS_FOLDER: Final = "segments"
LEXICAL: Final = "lexical"
VECTORS: Final = "vectors"
WORDS_NAME: Final = "words.txt"
_ARRAYS: Final = ("hashes", "offsets", "rows", "counts", "lengths")

# Of smaller files every byte is checked when they are opened: a millisecond for each.
_CHECKED_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What a manifest says of one file."""

    name: str
    size: int
    """In bytes."""
    sha256: str


def new_segment_folder(library: Path) -> Path:
    """Make an empty segment folder under a name that no other has."""
    return new_folder(library / SEGMENTS_FOLDER / secrets.token_hex(6))


def write_lexical(
    segment: Path, postings: Postings, vocabulary: Mapping[str, int]
) -> str:
    """Write and sync the lexical part of a new segment.

    Args:
        segment: The segment's folder.
        postings: One row for each chunk.
        vocabulary: Folded words and how often they are written in the rows.

    Returns:
        The digest for the catalog.
    """
    folder = new_folder(segment / LEXICAL)
    for name in _ARRAYS:
        # Through memory: given a file, `np.save` hides why a write failed.
        buffer = io.BytesIO()
        np.save(buffer, getattr(postings, name), allow_pickle=False)
        (folder / f"{name}.npy").write_bytes(buffer.getbuffer())
    lines = (f"{word}\t{vocabulary[word]}\n" for word in sorted(vocabulary))
    (folder / WORDS_NAME).write_bytes("".join(lines).encode("utf-8", "surrogatepass"))
    return seal_part(segment, LEXICAL, postings.row_count)


def seal_part(segment: Path, part: str, row_count: int) -> str:
    """Sync every file of a part, then write the manifest that vouches for them.

    Returns:
        The SHA-256 of the manifest, 64 hexadecimal digits.
    """
    folder = segment / part
    entries = []
    for path in sorted(folder.iterdir()):
        sync_file(path)
        entries.append(
            {
                "name": path.name,
                "size": path.stat().st_size,
                "sha256": file_sha256(path),
            }
        )
    sync_folder(folder)
    manifest = json.dumps({"rows": row_count, "files": entries}, indent=1).encode()
    write_file(_manifest_path(segment, part), manifest)
    sync_folder(segment)
    return hashlib.sha256(manifest).hexdigest()


def check_part(segment: Path, part: str, row_count: int, digest: str) -> None:
    """Check the manifest of a part, the size of each file, all bytes of small ones.

    Raises:
        LibraryDamaged: A file is missing, cut or altered, or the manifest is not the
            one the catalog names.
        FileNotFoundError: The segment itself is gone, as after a merge.
    """
    for entry in read_manifest(segment, part, row_count, digest):
        path = segment / part / entry.name
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            raise missing(segment, path) from None
        if size != entry.size:
            raise LibraryDamaged(
                f"{path} has {size:,} bytes instead of {entry.size:,}.", REPAIR_REMEDY
            )
        if size <= _CHECKED_BYTES and file_sha256(path) != entry.sha256:
            raise LibraryDamaged(f"{path} was altered.", REPAIR_REMEDY)


def part_problems(library: Path, row: SegmentRow) -> Iterator[tuple[Path, str]]:
    """Read every byte of a segment, and yield each damaged part with what is wrong."""
    segment = library / SEGMENTS_FOLDER / row.folder
    parts = [(LEXICAL, row.lexical_digest)]
    if row.vectors is not None and row.vectors_digest is not None:
        parts.append((row.vectors, row.vectors_digest))
    for part, digest in parts:
        for problem in _problems_of(segment, part, row.row_count, digest):
            yield segment / part, problem


def _problems_of(
    segment: Path, part: str, row_count: int, digest: str
) -> Iterator[str]:
    try:
        entries = read_manifest(segment, part, row_count, digest)
    except FileNotFoundError:
        yield f"{segment} is missing."
        return
    except LibraryDamaged as error:
        yield error.message
        return
    for entry in entries:
        file = segment / part / entry.name
        try:
            if file_sha256(file) != entry.sha256:
                yield f"{file} was altered."
        except FileNotFoundError:
            yield f"{file} is missing."
        except OSError as error:
            yield f"{file} cannot be read ({error.strerror})."


def read_manifest(
    segment: Path, part: str, row_count: int, digest: str
) -> list[FileEntry]:
    """Return what the manifest of a part says, once it is known to be the right one.

    Raises:
        LibraryDamaged: It is missing or altered.
        FileNotFoundError: The segment itself is gone.
    """
    path = _manifest_path(segment, part)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise missing(segment, path) from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise LibraryDamaged(f"{path} was altered.", REPAIR_REMEDY)
    manifest: dict[str, Any] = json.loads(data)
    if manifest["rows"] != row_count:
        raise LibraryDamaged(
            f"{path} tells of {manifest['rows']:,} rows, the catalog of {row_count:,}.",
            REPAIR_REMEDY,
        )
    return [FileEntry(**entry) for entry in manifest["files"]]


def missing(segment: Path, path: Path) -> LibraryDamaged | FileNotFoundError:
    """Tell a missing file from a segment that was merged away in the meantime."""
    if not segment.is_dir():
        return FileNotFoundError(str(segment))
    return LibraryDamaged(f"{path} is missing.", REPAIR_REMEDY)


def open_postings(segment: Path, row_count: int, digest: str) -> Postings:
    """Map the postings of a segment into memory after a quick check.

    Raises:
        LibraryDamaged: See `check_part`.
        FileNotFoundError: The segment is gone.
    """
    check_part(segment, LEXICAL, row_count, digest)
    try:
        arrays = {name: _map_array(segment, name) for name in _ARRAYS}
    except ValueError as error:
        raise LibraryDamaged(
            f"A file in {segment / LEXICAL} cannot be read ({error}).", REPAIR_REMEDY
        ) from error
    postings = Postings(**arrays)
    if postings.row_count != row_count:
        raise LibraryDamaged(
            f"{segment / LEXICAL} holds {postings.row_count:,} rows instead of "
            f"{row_count:,}.",
            REPAIR_REMEDY,
        )
    return postings


def _map_array(segment: Path, name: str) -> NDArray[Any]:
    path = segment / LEXICAL / f"{name}.npy"
    mapped = map_array(path)
    # A plain array over the same pages: indexing a memmap is several times slower.
    return np.asarray(mapped)


def map_words(segment: Path) -> mmap.mmap | bytes:
    """Map the words of a segment, so that they can be read after it was merged away.

    Raises:
        LibraryDamaged: The file is missing.
        FileNotFoundError: The segment is gone.
    """
    path = segment / LEXICAL / WORDS_NAME
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return b""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise missing(segment, path) from None


def parse_words(mapped: mmap.mmap | bytes) -> dict[str, int]:
    """Return the folded words of a segment and how often each is written."""
    text = bytes(mapped).decode("utf-8", "surrogatepass")
    pairs = (line.split("\t") for line in text.split("\n") if line)
    return {word: int(count) for word, count in pairs}


def _manifest_path(segment: Path, part: str) -> Path:
    return segment / f"{part}.json"


def open_vectors(segment: Path, row: SegmentRow) -> VectorStore | None:
    """Open the vectors of a segment after a quick check; None when it has none yet.

    Raises:
        LibraryDamaged: See `check_part`.
        FileNotFoundError: The segment is gone.
    """
    if row.vectors is None or row.vectors_digest is None:
        return None
    from index.vectors import VectorStore

    check_part(segment, row.vectors, row.row_count, row.vectors_digest)
    store = VectorStore.open(segment / row.vectors)
    if store.row_count != row.row_count:
        raise LibraryDamaged(
            f"{segment / row.vectors} holds {store.row_count:,} rows instead of "
            f"{row.row_count:,}.",
            REPAIR_REMEDY,
        )
    return store


def discard_part(segment: Path, part: str) -> None:
    """Remove a part that no row names, complete or not."""
    remove_tree(segment / part)
    remove_tree(_manifest_path(segment, part))


def remove_rubbish(library: Path, rows: Iterable[SegmentRow]) -> None:
    """Remove what no row names: whole segments, and vectors that were not published."""
    named = {row.folder: row for row in rows}
    folder = library / SEGMENTS_FOLDER
    for segment in sorted(folder.iterdir()) if folder.is_dir() else []:
        row = named.get(segment.name)
        if row is None:
            remove_tree(segment)
        elif row.vectors is None:
            discard_part(segment, VECTORS)
