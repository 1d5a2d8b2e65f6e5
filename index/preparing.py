"""From a document to what is indexed of it: its sentences and its chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.chunking import ChunkingSettings, make_chunks, make_passage
from index.records import Chunk, Document, Passage, Sentence
from index.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document with its sentences and chunks."""

    document: Document
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]

    def passage(self, chunk: Chunk) -> Passage:
        """Make what the encoder reads for one of the chunks."""
        return make_passage(self.document, self.sentences, chunk)


def prepare(
    document: Document,
    count_pieces: Callable[[Sequence[str]], list[int]],
    settings: ChunkingSettings | None = None,
) -> PreparedDocument:
    """Split a document into sentences and chunks.

    Args:
        document: As read.
        count_pieces: The encoder's; called once for all sentences, and once for each
            prefix that occurs.
        settings: `ChunkingSettings()` by default.
    """
    sentences = split_sentences(document)
    counts = count_pieces([document.text[s.start : s.end] for s in sentences])
    known: dict[str, int] = {}

    def count_prefix(prefix: str) -> int:
        if prefix not in known:
            known[prefix] = count_pieces([prefix])[0] if prefix else 0
        return known[prefix]

    chunks = make_chunks(document, sentences, counts, settings, count_prefix)
    return PreparedDocument(document, tuple(sentences), tuple(chunks))
