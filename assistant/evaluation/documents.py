"""Documents of a data set as documents of a library, text and offsets untouched."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from index.language import detect_language
from index.reading.plain import plain_blocks
from index.reading.titles import tidy_title
from index.records import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.evaluation.records import SourceText


def make_documents(set_name: str, sources: Iterable[SourceText]) -> Iterator[Document]:
    """Make the documents that hold any text, as a plain text file would be read.

    The document's name is its id in the set. A text that is blank is replaced by the
    title, as in a file that holds only its title; without either there is no document.
    A title the set does not give stays empty: a file name would put a number of no
    meaning in front of each passage.
    """
    for source in sources:
        title = tidy_title(source.title)
        text = source.text if source.text.strip() else title
        blocks = tuple(plain_blocks(text))
        if blocks:
            yield Document(
                path=f"/{set_name}/{source.id}",
                name=source.id,
                title=title,
                text=text,
                media_type="text/plain",
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                blocks=blocks,
                language=detect_language(text),
            )
