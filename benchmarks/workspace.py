"""Libraries of data sets that are kept between runs, and made again when outdated."""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.documents import SetLibrary
from index.errors import LibraryDamaged, LibraryOutdated

if TYPE_CHECKING:
    from assistant.evaluation.records import AnswerSet, RetrievalSet
    from index.encoder import Encoder
    from index.progress import Progress

_STAMP = "made-by.txt"
_REPOSITORY = Path(__file__).parent.parent
# What decides which chunks, terms and vectors a library holds. Searching does not.
_MAKERS = (
    "index/reading/plain.py",
    "index/reading/lines.py",
    "index/sentences.py",
    "index/chunking.py",
    "index/preparing.py",
    "index/language.py",
    "index/terms.py",
    "index/stop_words.py",
    "index/lexical.py",
    "index/building.py",
    "index/ingesting.py",
    "index/vector_files.py",
    "index/encoders/*.py",
    "assistant/evaluation/documents.py",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A library that is ready, and how it came to be."""

    library: SetLibrary
    seconds: float
    """That making or checking it took now."""
    stale: bool
    """Made by other sources than those that are checked out, and kept by request."""


def open_library(
    data: RetrievalSet | AnswerSet, encoder: Encoder, work: Path, *, reuse: bool
) -> Made:
    """Make the library of a data set under `work`, or take the one that is there.

    A library is made again when any source file that decides on its content differs
    from the one that made it, or when its settings no longer hold.

    Args:
        data: Whose documents it holds.
        encoder: To make it with.
        work: Folder of all kept libraries.
        reuse: Keep a library although sources differ: for a quick look only.

    Raises:
        SystemExit: `work` is where the data sets are, which would be deleted.
    """
    folder = work / data.name
    if any((folder / name).exists() for name in ("docs.jsonl", "corpus.jsonl")):
        raise SystemExit(f"--work: {work} holds data sets; name another folder")
    library = SetLibrary(folder, data.documents)
    stamp = folder / _STAMP
    wanted = _digest(data, encoder)
    found = stamp.read_text(encoding="utf-8") if stamp.exists() else None
    if found is not None and found != wanted and not reuse:
        shutil.rmtree(folder)
        found = None
    begin = time.monotonic()
    try:
        library.build(encoder, _show)
    except (LibraryDamaged, LibraryOutdated):
        shutil.rmtree(folder)
        found = None
        library.build(encoder, _show)
    if found is None:
        stamp.write_text(wanted, encoding="utf-8")
        found = wanted
    return Made(library, time.monotonic() - begin, found != wanted)


def _digest(data: RetrievalSet | AnswerSet, encoder: Encoder) -> str:
    """Return one hash of the documents, the encoder and the sources that use them."""
    digest = hashlib.sha256(repr(encoder.identity).encode())
    for pattern in _MAKERS:
        for path in sorted(_REPOSITORY.glob(pattern)):
            digest.update(path.read_bytes())
    for source in data.documents:
        digest.update(repr((source.id, source.title, source.text)).encode())
    return digest.hexdigest()


def _show(progress: Progress) -> None:
    """Print a line for each batch of chunks; reading is soon over."""
    if progress.stage == "encoding":
        print(f"encoded {progress.done} of {progress.total} chunks", file=sys.stderr)
