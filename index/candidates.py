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
COSINE_RESOLUTION: Final = 2 * 10.0**-_DECIMALS
"""Equal cosines may be rounded to neighbouring numbers; this is above their gap."""


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
    wanted = list(keys)
    meaning = {} if question is None else score_meaning(view, wanted, question)
    gathered = {}
    for position, rows in by_segment(wanted):
        places = view.places(view.segments[position].row.segment_id, rows)
        for row in rows:
            bm25_score = float(words[position][row])
            cosines = meaning.get((position, row), (None, None))
            gathered[position, row] = Candidate(places[row], bm25_score, *cosines)
    return gathered


def score_meaning(
    view: View, keys: Iterable[Key], question: NDArray[np.float32]
) -> dict[Key, tuple[float, float]]:
    """Return the cosines of a question with chunks and with their best sentences.

    Args:
        view: Of the library.
        keys: The chunks, in any order; those without vectors are left out.
        question: (dimension,), unit length.
    """
    scored = {}
    for position, rows in by_segment(keys):
        store = view.segments[position].vectors
        if store is None:
            continue
        chosen = np.array(rows, np.int64)
        cosines = round_cosines(store.cosines(question, chosen)).tolist()
        best = round_cosines(store.sentence_cosines(question, chosen)).tolist()
        for row, cosine, sentence_cosine in zip(rows, cosines, best, strict=True):
            scored[position, row] = cosine, sentence_cosine
    return scored


def by_segment(keys: Iterable[Key]) -> list[tuple[int, list[int]]]:
    """Return the rows of each segment that has any, both ascending, each once."""
    rows: dict[int, list[int]] = {}
    for position, row in sorted(set(keys)):
        rows.setdefault(position, []).append(row)
    return list(rows.items())


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
