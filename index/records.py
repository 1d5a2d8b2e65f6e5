"""The records that pass between the steps of the index.

All offsets are characters, half-open, into `Document.text`: a quote is
`document.text[start:end]`, and nothing else ever makes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list_item", "table_row", "code"]
SearchMode = Literal["hybrid", "lexical", "semantic"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document's own structure; its edges are sentence boundaries."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    """1 to 6 for a heading, 0 for every other kind."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file's text, made once when it is read and never changed."""

    path: str
    """Absolute, with forward slashes."""
    name: str
    """As shown: relative to what was added, its own name first (`notes/a.md`)."""
    title: str
    """From the document itself, else made from the file name; never empty."""
    text: str
    media_type: str
    sha256: str
    """Of the file's bytes, 64 hexadecimal digits."""
    blocks: tuple[Block, ...]
    """In order, not overlapping; white space may lie between them."""
    page_starts: tuple[int, ...] = ()
    """Offset at which each page begins; empty where the format has no pages."""
    language: str = "en"
    """ISO 639-1 code, for sentence boundaries and stems."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, without the white space around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences that is retrieved as one."""

    start: int
    end: int
    first_sentence: int
    stop_sentence: int
    """Half-open range of sentence numbers in the document."""
    headings: tuple[str, ...]
    """The heading path in force where the chunk begins, outermost first."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What the encoder reads for one chunk: title and headings, then the text."""

    text: str
    sentence_spans: tuple[tuple[int, int], ...]
    """Spans of the chunk's sentences in `text`; the prefix belongs to none."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One chunk that was found, with its raw scores."""

    chunk_id: int
    document_id: int
    start: int
    end: int
    first_sentence: int
    stop_sentence: int
    score: float
    """Fused, 0 to 1, comparable within one search only: never thresholded."""
    bm25_score: float
    """0 when no word of the query is in the chunk."""
    cosine: float | None
    """Of query and chunk vector, -1 to 1; None while the chunk has no vector."""
    sentence_cosine: float | None
    """The greatest cosine of the query and a sentence of the chunk."""
    lexical_rank: int | None
    """1 is best; None when the lexical ranking does not hold the chunk."""
    semantic_rank: int | None
    feedback_cosine: float | None = None
    """Of the chunk and the query after feedback; None without a vector, and where only
    words or only meaning count."""
    feedback_sentence_cosine: float | None = None
    """The greatest of a sentence of the chunk and the query after feedback."""
    rank_before_feedback: int | None = None
    """From 1; None where there was no feedback."""
    word_for_word: bool = False
    """Whether it has the phrases of a query that wants them exact."""
