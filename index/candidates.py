"""The chunks a search looks at: found by either ranking, scored by both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.catalog import ChunkPlace
from index.lexical import bm25_scores

if TYPE_CHECKING:
    from index.view import View

Key: TypeAlias = tuple[int, int]
"""Position of the segment in the view, and row in it."""

Masks: TypeAlias = Sequence[NDArray[np.bool_]] | None
"""For each segment, the rows that may be found; None for all."""

# A cosine's last digits hang on which rows are multiplied together: without them equal
# texts have equal cosines, wherever they are stored.
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk with its place and its raw scores."""

    place: ChunkPlace
    bm25_score: float
    """0 when no word of the query is in the chunk."""
    cosine: float | None
    sentence_cosine: float | None
    """None, both, when there is no question vector or the chunk has none."""

    @property
    def order(self) -> tuple[str, int, str]:
        """What equal scores are ordered by: name shown, start, path."""
        return self.place.name, self.place.start, self.place.path


def score_words(
    view: View, weights: Sequence[tuple[int, float]], allowed: Masks
) -> list[NDArray[np.float64]]:
    """Return the BM25 score of every row of every segment, 0 for those not allowed.

    Args:
        view: Of the library.
        weights: Hash and weight of each term.
        allowed: Rows that may be found.
    """
    scores = [
        bm25_scores(
            segment.postings,
            segment.dead,
            weights,
            view.statistics.average_length,
            view.settings.bm25,
        )
        for segment in view.segments
    ]
    for one, mask in zip(scores, allowed or [], strict=allowed is not None):
        one[~mask] = 0.0
    return scores


def best_by_words(scores: Sequence[NDArray[np.float64]], count: int) -> list[Key]:
    """Return the best rows that hold a word, with all that equal the last of them."""
    found = [np.flatnonzero(one) for one in scores]
    return _best(
        found, [one[rows] for one, rows in zip(scores, found, strict=True)], count
    )


def best_by_meaning(
    view: View, question: NDArray[np.float32], count: int, allowed: Masks
) -> list[Key]:
    """Return the rows nearest to the question, with all that equal the last of them.

    Args:
        view: Of the library.
        question: (dimension,), unit length.
        count: How many rows of all segments together.
        allowed: Rows that may be found.
    """
    found: list[NDArray[np.int64]] = []
    cosines: list[NDArray[np.float64]] = []
    for position, segment in enumerate(view.segments):
        rows = np.empty(0, np.int64)
        nearest = np.empty(0, np.float32)
        if segment.vectors is not None:
            mask = None if segment.dead is None else ~segment.dead
            if allowed is not None:
                mask = allowed[position] if mask is None else allowed[position] & mask
            rows, nearest = segment.vectors.search(question, count, mask)
        found.append(rows)
        cosines.append(round_cosines(nearest))
    return _best(found, cosines, count)


def _best(
    rows: Sequence[NDArray[np.int64]], scores: Sequence[NDArray[np.float64]], count: int
) -> list[Key]:
    together = np.concatenate([np.empty(0), *scores])
    least = -np.inf
    if len(together) > count:
        least = float(np.partition(together, -count)[-count])
    return [
        (position, row)
        for position, (some, values) in enumerate(zip(rows, scores, strict=True))
        for row in some[values >= least].tolist()
    ]


def gather(
    view: View,
    keys: Iterable[Key],
    words: Sequence[NDArray[np.float64]],
    question: NDArray[np.float32] | None,
) -> dict[Key, Candidate]:
    """Give each chunk its place and the scores of both sides.

    Args:
        view: Of the library.
        keys: The chunks, in any order.
        words: Of `score_words`.
        question: (dimension,), unit length; None leaves the cosines out.
    """
    by_segment: dict[int, list[int]] = {}
    for position, row in sorted(set(keys)):
        by_segment.setdefault(position, []).append(row)
    gathered = {}
    for position, rows in by_segment.items():
        segment = view.segments[position]
        places = view.places(segment.row.segment_id, rows)
        cosines: list[float] | list[None] = [None] * len(rows)
        sentence_cosines: list[float] | list[None] = [None] * len(rows)
        if question is not None and segment.vectors is not None:
            chosen = np.array(rows, np.int64)
            cosines = round_cosines(segment.vectors.cosines(question, chosen)).tolist()
            sentence_cosines = round_cosines(
                segment.vectors.sentence_cosines(question, chosen)
            ).tolist()
        for row, cosine, sentence in zip(rows, cosines, sentence_cosines, strict=True):
            bm25_score = float(words[position][row])
            gathered[position, row] = Candidate(
                places[row], bm25_score, cosine, sentence
            )
    return gathered


def rank(
    candidates: dict[Key, Candidate],
    keys: Iterable[Key],
    score: Callable[[Candidate], float],
    count: int,
) -> dict[Key, int]:
    """Rank chunks by falling score from 1, equal ones by name and place."""
    ordered = sorted(
        keys, key=lambda key: (-score(candidates[key]), candidates[key].order)
    )
    return {key: number for number, key in enumerate(ordered[:count], start=1)}


def round_cosines(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """Round cosines so that equal texts tie, wherever their vectors are stored."""
    exact = cosines.astype(np.float64)
    return np.round(exact, _DECIMALS, out=exact)
