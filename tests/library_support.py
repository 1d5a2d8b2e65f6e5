"""What the tests of a library share: files of a known age, an encoder that counts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from index.encoder import PassageVectors
from index.library import Library
from index.records import Passage
from index.searching import SearchQuery, search
from index.updating import Updater
from tests.fakes import WordEncoder

_times = count(1_000_000_000)

Found = tuple[str, int, int, float]
"""Name of the document, start, end and score."""


class CountingEncoder(WordEncoder):
    """Counts what it is asked to encode."""

    def __init__(self) -> None:
        super().__init__(dimension=64)
        self.encoded = 0

    def encode_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        self.encoded += len(passages)
        return super().encode_passages(passages)


def write(path: Path, text: str) -> Path:
    """Write a file that was last changed long ago, each at another second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    moment = next(_times)
    os.utime(path, (moment, moment))
    return path


def names(library: Path) -> list[str]:
    """Return the names of the documents, sorted."""
    with Library(library).open_view() as view:
        return sorted(file.name for file in view.catalog.files())


def find(library: Path, question: str, count: int = 10) -> list[Found]:
    """Search by words and return what is found, without what is the catalog's own."""
    with Library(library).open_view() as view:
        query = SearchQuery(question, "lexical", count, correct_spelling=False)
        return [
            (view.document(hit.document_id).name, hit.start, hit.end, hit.score)
            for hit in search(view, query).hits
        ]


def segment_files(library: Path) -> dict[str, int]:
    """Return each file of the segments with its inode: another one is a rewrite."""
    return {
        path.relative_to(library).as_posix(): path.stat().st_ino
        for path in (library / "segments").rglob("*")
        if path.is_file()
    }


def built(library: Path, *paths: Path) -> Path:
    """Make a library of paths and return its folder."""
    Updater(library, WordEncoder(dimension=64)).add(paths)
    return library
