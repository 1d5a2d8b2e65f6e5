"""Documents of a data set as documents of a library, text and offsets untouched."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.seeds_library import roots_of
from index.errors import NoText
from index.language import detect_language
from index.progress import Report, ignore
from index.reading.plain import plain_blocks
from index.reading.titles import tidy_title
from index.records import Document
from index.updating import Updater

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.evaluation.records import SourceText
    from index.encoder import Encoder

_FOLDER = "documents"


@dataclass(frozen=True, slots=True)
class SetLibrary:
    """The folder of a data set's library and of the files it is made of."""

    folder: Path
    sources: Sequence[SourceText]

    @property
    def library(self) -> Path:
        """The library's own folder."""
        return self.folder / "library"

    def build(self, encoder: Encoder, progress: Report = ignore) -> None:
        """Write each text to a file and make the library of them, or complete it.

        One that was made of files elsewhere, as before its folder was moved, is made
        anew: it would hold every document twice.

        Raises:
            LibraryError: As `Updater.add`; LibraryOutdated when the folder holds a
                library that was built with other settings.
        """
        files = self.folder.resolve() / _FOLDER
        files.mkdir(parents=True, exist_ok=True)
        if any(root != files.as_posix() for root in roots_of(self.library)):
            shutil.rmtree(self.library)
        for position, source in enumerate(self.sources):
            path = files / f"{position:07}.txt"
            content = text_of(source).encode()
            # Left alone when it is the same: its time says that it need not be read.
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
        Updater(self.library, encoder, progress=progress, read=self._read).add([files])

    def source_id(self, path: str) -> str:
        """Return the data set's id of a document of the library, by its path."""
        return self.sources[_position(path)].id

    def _read(self, path: Path, name: str) -> Document:
        return make_document(self.sources[_position(path.as_posix())], path, name)


def make_document(source: SourceText, path: Path, name: str) -> Document:
    """Make the document that a plain text file of this text would be.

    Only the title is the set's. One that the set does not give stays empty: a file name
    would put a number of no meaning in front of each passage.

    Raises:
        NoText: There is neither text nor title.
    """
    text = text_of(source)
    blocks = tuple(plain_blocks(text))
    if not blocks:
        raise NoText(f"Document {source.id} holds no text.")
    return Document(
        path=path.as_posix(),
        name=name,
        title=tidy_title(source.title),
        text=text,
        media_type="text/plain",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        blocks=blocks,
        language=detect_language(text),
    )


def text_of(source: SourceText) -> str:
    """Return the text; the title where the set has nothing but titles."""
    return source.text if source.text.strip() else tidy_title(source.title)


def _position(path: str) -> int:
    return int(path.rpartition("/")[2].removesuffix(".txt"))
