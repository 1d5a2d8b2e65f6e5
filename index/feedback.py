"""Pseudo-relevance feedback: the question drawn towards the best passages found.

    q' = q + a * mean(v),    v the unit vectors of the best chunks, their mean unit too

Rocchio, Relevance Feedback in Information Retrieval (1971), without judged or negative
documents; for dense vectors Li et al., Pseudo Relevance Feedback with Deep Language
Models and Dense Retrievers (2022). The best chunks are those of both rankings, so what
the words found reaches the meaning. Only chunks that were found are scored again, by
their own vectors and by those of their sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.candidates import Key, by_segment

if TYPE_CHECKING:
    from index.view import View


def draw_question(
    view: View, question: NDArray[np.float32], best: Sequence[Key], weight: float
) -> NDArray[np.float32]:
    """Return the vector of a question after feedback, (dimension,), unit length.

    Args:
        view: Of the library.
        question: (dimension,), unit length.
        best: The chunks to learn from; without vectors there is nothing to learn.
        weight: Of the chunks against the question's 1; 0 is no feedback.
    """
    blocks = [
        store.chunk_vectors(np.array(rows, np.int64))
        for position, rows in by_segment(best)
        if (store := view.segments[position].vectors) is not None
    ]
    if not blocks:
        return question
    mean = np.concatenate(blocks).mean(axis=0)
    asked = question + weight * _unit(mean)
    return _unit(asked)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit
