"""Passages that a search found, each with its citation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.citations import Citer

if TYPE_CHECKING:
    from assistant.records import Citation
    from index.records import Hit
    from index.view import View


@dataclass(frozen=True, slots=True)
class FoundHit:
    """One passage of a search."""

    rank: int
    """From 1."""
    text: str
    """Verbatim: the document's text from the citation's start to its end."""
    citation: Citation
    hit: Hit


def cite_hits(view: View, hits: Sequence[Hit]) -> list[FoundHit]:
    """Give each hit its text and citation, in the same order."""
    citers: dict[int, Citer] = {}
    found = []
    for rank, hit in enumerate(hits, start=1):
        document = view.document(hit.document_id)
        if hit.document_id not in citers:
            citers[hit.document_id] = Citer(hit.document_id, document)
        citation = citers[hit.document_id].cite(rank, hit.start, hit.end)
        found.append(FoundHit(rank, document.text[hit.start : hit.end], citation, hit))
    return found
