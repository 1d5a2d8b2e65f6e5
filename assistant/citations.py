"""From a span of a document to a citation that a person and a program can follow."""

from __future__ import annotations

from assistant.records import Citation, DocumentRef
from index.chunking import headings_at
from index.positions import LineMap, page_of
from index.records import Document

SELECTOR_CHARACTERS = 32
"""Length of the prefix and the suffix of a text-quote selector, as in hypothes.is."""


class Citer:
    """Makes the citations of one document; its line starts are found once."""

    def __init__(self, document_id: int, document: Document) -> None:
        """Take a document by its number in the library."""
        self._document = document
        self._lines = LineMap(document.text)
        self._ref = DocumentRef(
            document_id,
            document.path,
            document.name,
            document.title,
            document.sha256,
            document.media_type,
        )

    def cite(self, marker: int, start: int, end: int) -> Citation:
        """Cite the half-open span of characters from `start` to `end`.

        Args:
            marker: The number shown, from 1.
            start: Of the quote.
            end: Of the quote.
        """
        document = self._document
        line, column = self._lines.line_column(start)
        return Citation(
            marker=marker,
            document=self._ref,
            start=start,
            end=end,
            line=line,
            column=column,
            page=page_of(document.page_starts, start),
            headings=headings_at(document.blocks, document.text, start),
            prefix=document.text[max(0, start - SELECTOR_CHARACTERS) : start],
            suffix=document.text[end : end + SELECTOR_CHARACTERS],
        )
