"""Late pooling: chunk and sentence vectors from the token vectors of one pass.

Every vector is scaled to unit length at the end, so sums serve for means: the sums of
several windows of a long text simply add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.encoder import PassageVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoders.wordpieces import Pieces, Window

PoolingMode = Literal["mean", "cls"]


@dataclass(slots=True, eq=False)
class Sums:
    """What the windows of one passage have added up to so far."""

    chunk: NDArray[np.float32]
    """(dimension,)."""
    sentences: NDArray[np.float32]
    """(sentences, dimension)."""
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
        mode: Whether the chunk vector is the mean, special pieces included as
            sentence-transformers has it, or the first piece.
    """
    shift = prefix_count - window.start
    own_start, own_stop = window.own_start + shift, window.own_stop + shift
    if mode == "cls":
        sums.chunk += tokens[0]
    else:
        sums.chunk += tokens[own_start:own_stop].sum(axis=0)
        sums.chunk += tokens[:prefix_count].sum(axis=0)
        sums.chunk += tokens[window.stop + shift :].sum(axis=0)
    for number, (first, stop) in enumerate(sums.spans.tolist()):
        start, end = max(first + shift, own_start), min(stop + shift, own_stop)
        if start < end:
            sums.sentences[number] += tokens[start:end].sum(axis=0)


def finish(sums: Sums) -> PassageVectors:
    """Scale to unit length; a sentence without pieces takes the chunk's vector."""
    chunk = unit_rows(sums.chunk[None, :])[0]
    sentences = sums.sentences
    bare = ~sentences.any(axis=1)
    if bare.any():
        sentences[bare] = chunk
    return PassageVectors(chunk, unit_rows(sentences))


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
