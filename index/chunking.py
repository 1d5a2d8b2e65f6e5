"""Chunks of whole sentences, and the passages that are encoded for them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.records import Block, Chunk, Document, Passage, Sentence

MAX_PREFIX_CHARACTERS = 200
_CHARACTERS_PER_PIECE = 4
"""Of English in the default encoder's vocabulary, rounded down."""


@dataclass(frozen=True, slots=True)
class ChunkingSettings:
    """How a document is cut into chunks."""

    max_pieces: int = 180
    """Word pieces of a passage, its prefix included and special pieces left out."""
    overlap_sentences: int = 1
    """Sentences that a chunk repeats of the one before it."""


def estimate_pieces(text: str) -> int:
    """Estimate the word pieces of a short text without an encoder."""
    return -(-len(text) // _CHARACTERS_PER_PIECE)


class Outline:
    """The headings of a document, and which of them are in force where.

    A heading is in force after its own end, until one of the same or a higher rank
    begins: at a heading itself, those above it are.
    """

    __slots__ = ("_above", "_ends", "_paths", "_starts")

    def __init__(self, blocks: Sequence[Block], text: str) -> None:
        """Follow the headings once, from the first to the last."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._above: list[tuple[str, ...]] = []
        self._paths: list[tuple[str, ...]] = []
        path: list[tuple[int, str]] = []
        for block in blocks:
            if block.kind != "heading":
                continue
            while path and path[-1][0] >= block.level:
                path.pop()
            self._above.append(tuple(words for _, words in path))
            path.append((block.level, _one_line(text[block.start : block.end])))
            self._paths.append(tuple(words for _, words in path))
            self._starts.append(block.start)
            self._ends.append(block.end)

    def at(self, offset: int) -> tuple[str, ...]:
        """Give the headings in force at an offset, outermost first."""
        last = bisect_right(self._starts, offset) - 1
        if last < 0:
            return ()
        return self._above[last] if offset < self._ends[last] else self._paths[last]


def headings_at(blocks: Sequence[Block], text: str, offset: int) -> tuple[str, ...]:
    """Give the headings that are in force at an offset, outermost first.

    For many offsets of one document an `Outline` is made once.
    """
    return Outline(blocks, text).at(offset)


def make_chunks(
    document: Document,
    sentences: Sequence[Sentence],
    piece_counts: Sequence[int],
    settings: ChunkingSettings | None = None,
    count_prefix: Callable[[str], int] = estimate_pieces,
) -> list[Chunk]:
    """Cut a document into runs of whole sentences within the encoder's limit.

    A heading of level 1 or 2 begins a chunk (a run of headings counts as one), and no
    sentence is carried over it. A lesser heading begins one if the chunk is half full.
    No chunk but the last ends with a heading. A sentence over the limit is a chunk of
    its own; the encoder reads it in windows.

    Args:
        document: Whose blocks say where the headings are.
        sentences: All sentences of the document, in order.
        piece_counts: Word pieces of each sentence.
        settings: `ChunkingSettings()` by default.
        count_prefix: Word pieces of a prefix as `passage_prefix` makes it.

    Returns:
        In order; every sentence is in at least one, and no chunk within another.
    """
    settings = settings or ChunkingSettings()
    levels = _heading_levels(document.blocks, sentences)
    outline = Outline(document.blocks, document.text)
    chunks: list[Chunk] = []
    first, fresh = 0, 0  # The chunk's first sentence, and its first that is new.
    while fresh < len(sentences):
        headings = outline.at(sentences[first].start)
        prefix = passage_prefix(document, headings, sentences[first])
        # A prefix of many pieces, as in Chinese, must not crowd out the text.
        room = settings.max_pieces - count_prefix(prefix)
        budget = max(room, settings.max_pieces // 2)
        if first < fresh and sum(piece_counts[first : fresh + 1]) > budget:
            first = fresh
            continue
        stop = _chunk_stop(first, fresh, piece_counts, levels, budget)
        chunks.append(
            Chunk(
                sentences[first].start, sentences[stop - 1].end, first, stop, headings
            )
        )
        fresh = stop
        first = _next_first(chunks[-1], levels, settings.overlap_sentences)
    return chunks


def passage_prefix(document: Document, headings: Sequence[str], first: Sentence) -> str:
    """Write what goes in front of a passage: ``Title. Heading > Sub.`` and a line end.

    Leaves out what the passage's own first sentence says, and headings that repeat the
    title; at most `MAX_PREFIX_CHARACTERS` and the line end.
    """
    opening = _one_line(document.text[first.start : first.end]).casefold()
    title = document.title.casefold()
    path = " > ".join(part for part in headings if part.casefold() != title)
    parts = [path] if title == opening else [document.title, path]
    prefix = " ".join(
        part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part
    )
    if len(prefix) > MAX_PREFIX_CHARACTERS:
        prefix = prefix[: MAX_PREFIX_CHARACTERS - 1].rstrip() + "\u2026"
    return f"{prefix}\n" if prefix else ""


def make_passage(
    document: Document, sentences: Sequence[Sentence], chunk: Chunk
) -> Passage:
    """Make what the encoder reads for a chunk, with its sentences' places in it."""
    own = sentences[chunk.first_sentence : chunk.stop_sentence]
    prefix = passage_prefix(document, chunk.headings, own[0])
    shift = len(prefix) - chunk.start
    return Passage(
        prefix + document.text[chunk.start : chunk.end],
        tuple((sentence.start + shift, sentence.end + shift) for sentence in own),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _heading_levels(
    blocks: Sequence[Block], sentences: Sequence[Sentence]
) -> list[int]:
    """Give each sentence the level of the heading it is, 0 for all others."""
    starts = [block.start for block in blocks]
    levels = []
    for sentence in sentences:
        block = blocks[bisect_right(starts, sentence.start) - 1]
        levels.append(block.level if block.kind == "heading" else 0)
    return levels


def _chunk_stop(
    first: int, fresh: int, counts: Sequence[int], levels: Sequence[int], budget: int
) -> int:
    """Give the number after the last sentence of the chunk that begins at `first`."""
    used = sum(counts[first : fresh + 1])
    stop = fresh + 1
    while stop < len(counts):
        level = levels[stop]
        only_headings = all(levels[first:stop])
        if level and not only_headings and (level <= 2 or used > budget / 2):
            return stop
        if used + counts[stop] > budget:
            break
        used += counts[stop]
        stop += 1
    if stop == len(counts):
        return stop
    # Headings at the end belong to what follows them.
    last = stop
    while last > fresh + 1 and levels[last - 1]:
        last -= 1
    return stop if levels[last - 1] else last


def _next_first(chunk: Chunk, levels: Sequence[int], overlap: int) -> int:
    """Give the first sentence of the next chunk: some of this one's last, or none."""
    stop = chunk.stop_sentence
    if stop < len(levels) and levels[stop]:
        return stop
    first = stop
    while (
        first > max(chunk.first_sentence + 1, stop - overlap) and not levels[first - 1]
    ):
        first -= 1
    return first
