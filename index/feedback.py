"""Pseudo-relevance feedback: the question drawn towards the best passages found.

    q' = q + a * mean(v),    v the unit vectors of the best chunks, their mean unit too

Rocchio, Relevance Feedback in Information Retrieval (1971), without judged or negative
documents; for dense vectors Li et al., Pseudo Relevance Feedback with Deep Language
Models and Dense Retrievers (2022). The best chunks are those of both rankings, so what
the words found reaches the meaning. Only chunks that were found are scored again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.candidates import Key, round_cosines

if TYPE_CHECKING:
    from index.view import View


def feedback_cosines(
    view: View,
    question: NDArray[np.float32],
    best: Sequence[Key],
    keys: Sequence[Key],
    weight: float,
) -> dict[Key, float]:
    """Return the cosine of each chunk and the question after feedback.

    Args:
        view: Of the library.
        question: (dimension,), unit length.
        best: The chunks to learn from.
        keys: The chunks to score; those without vectors are left out.
        weight: Of the chunks against the question's 1; 0 is no feedback.
    """
    learnt = _vectors(view, best)
    asked = question
    if len(learnt):
        mean = np.mean([learnt[key] for key in sorted(learnt)], axis=0)
        asked = question + weight * mean / max(float(np.linalg.norm(mean)), 1e-9)
        asked = asked / max(float(np.linalg.norm(asked)), 1e-9)
    vectors = _vectors(view, keys)
    cosines = round_cosines(np.array([vectors[key] @ asked for key in vectors]))
    return dict(zip(vectors, cosines.tolist(), strict=True))


def _vectors(view: View, keys: Sequence[Key]) -> dict[Key, NDArray[np.float32]]:
    """Read the vectors of some chunks, segment by segment."""
    by_segment: dict[int, list[int]] = {}
    for position, row in keys:
        by_segment.setdefault(position, []).append(row)
    found: dict[Key, NDArray[np.float32]] = {}
    for position, rows in by_segment.items():
        store = view.segments[position].vectors
        if store is not None:
            vectors = store.chunk_vectors(np.array(rows, np.int64))
            found |= {(position, r): v for r, v in zip(rows, vectors, strict=True)}
    return found
