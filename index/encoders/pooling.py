"""Late pooling: chunk and sentence vectors from the token vectors of one pass.

The windows of a long text add up, each piece counted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.encoder import PassageVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoders.windows import Window
    from index.encoders.wordpieces import Pieces

PoolingMode = Literal["mean", "cls", "other"]


@dataclass(slots=True, eq=False)
class Sums:
    """What the windows of one passage have added up to so far."""

    chunk: NDArray[np.float32]
    """(dimension,): weighted sum for the chunk's vector."""
    chunk_weight: float
    sentences: NDArray[np.float32]
    """(sentences, dimension): sum over each sentence's pieces."""
    spans: NDArray[np.int64]
    """(sentences, 2): half-open range of each sentence's pieces."""


def piece_spans(
    pieces: Pieces, sentence_spans: Sequence[tuple[int, int]]
) -> NDArray[np.int64]:
    """Find the pieces of each sentence: those whose characters overlap it.

    Args:
        pieces: The pieces of the passage, offsets rising.
        sentence_spans: Character spans in the passage's text.

    Returns:
        (sentences, 2) half-open piece numbers; equal where a sentence has none.
    """
    spans = np.array(sentence_spans, dtype=np.int64).reshape(-1, 2)
    first = np.searchsorted(pieces.ends, spans[:, 0], side="right")
    stop = np.searchsorted(pieces.starts, spans[:, 1], side="left")
    return np.stack([first, np.maximum(first, stop)], axis=1)


def empty_sums(spans: NDArray[np.int64], dimension: int) -> Sums:
    """Begin the sums of one passage."""
    return Sums(
        np.zeros(dimension, dtype=np.float32),
        0.0,
        np.zeros((len(spans), dimension), dtype=np.float32),
        spans,
    )


def add_window(
    sums: Sums,
    tokens: NDArray[np.float32],
    window: Window,
    prefix_count: int,
    mode: PoolingMode,
) -> None:
    """Add one window's token vectors to the sums of its passage.

    Args:
        sums: Of the window's passage; changed.
        tokens: (special and ordinary pieces of the window, dimension), no padding.
        window: Which pieces these are, and which of them count here.
        prefix_count: Special pieces in front of the ordinary ones.
        mode: Whether the chunk vector is the mean over all pieces, special ones
            included (as in sentence-transformers), the first piece's vector, or
            something that the caller adds by `add_chunk`.
    """
    shift = prefix_count - window.start
    own_start, own_stop = window.own_start + shift, window.own_stop + shift
    if mode == "cls":
        add_chunk(sums, tokens[0], 1)
    elif mode == "mean":
        specials = (tokens[:prefix_count], tokens[window.stop + shift :])
        for part in (tokens[own_start:own_stop], *specials):
            add_chunk(sums, part.sum(axis=0), len(part))
    for number, (first, stop) in enumerate(sums.spans.tolist()):
        start, end = max(first + shift, own_start), min(stop + shift, own_stop)
        if start < end:
            sums.sentences[number] += tokens[start:end].sum(axis=0)


def add_chunk(sums: Sums, vector: NDArray[np.float32], weight: float) -> None:
    """Add a weighted vector to the chunk's sum."""
    sums.chunk += vector
    sums.chunk_weight += weight


def means(sums: Sums) -> NDArray[np.float32]:
    """Divide the sums by their weights.

    Returns:
        (1 + sentences, dimension): the chunk first. A sentence without pieces has the
        chunk's mean.
    """
    chunk = sums.chunk / np.float32(max(1.0, sums.chunk_weight))
    counts = (sums.spans[:, 1] - sums.spans[:, 0])[:, None]
    sentences = np.where(counts > 0, sums.sentences / np.maximum(counts, 1), chunk)
    return np.concatenate([chunk[None, :], sentences]).astype(np.float32)


def vectors_of(rows: NDArray[np.float32]) -> PassageVectors:
    """Scale a chunk's row and its sentences' rows to unit length."""
    unit = unit_rows(rows)
    return PassageVectors(unit[0], unit[1:])


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to unit length; a row of zeros becomes the first axis.

    Args:
        vectors: (rows, dimension).

    Returns:
        (rows, dimension) float32, finite, each row of length 1.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    flat = (lengths == 0)[:, 0]
    if flat.any():
        vectors = vectors.copy()
        vectors[flat, 0] = 1.0
        lengths[flat] = 1.0
    return np.asarray(vectors / lengths, dtype=np.float32)
