"""BM25 over postings that may lie in several segments and be memory-mapped.

    score(q, d) = sum over terms t of q:
        idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / average length))
    idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))

Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond";
the idf is Lucene's, which is never negative. N, df and the average length are those of
all living rows of all segments. Fields are weighted by repetition: a term of the prefix
(title and headings) counts `title_weight` times, in its frequency and in the length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.terms import term_hash

DeadMask: TypeAlias = NDArray[np.bool_] | None
"""(rows,), True where a row was deleted; None when every row is alive."""

_MAX_COUNT = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True)
class Bm25Settings:
    """The free parameters of BM25."""

    k1: float = 1.2
    """How soon repeating a term stops to count: Lucene's default."""
    b: float = 0.75
    """How much long texts are held back, 0 to 1: Lucene's default."""
    title_weight: int = 2
    """How often a term of title or headings counts; fixed when postings are built."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Which rows hold which terms, and how often; the arrays may be memory-mapped."""

    hashes: NDArray[np.uint64]
    """(terms,), ascending and distinct: `term_hash` of each term."""
    offsets: NDArray[np.int64]
    """(terms + 1,): the postings of term i are `rows[offsets[i]:offsets[i + 1]]`."""
    rows: NDArray[np.uint32]
    """(postings,), ascending within a term."""
    counts: NDArray[np.uint16]
    """(postings,), from 1; 65,535 stands for that and more."""
    lengths: NDArray[np.uint32]
    """(rows,): terms of each row, repetitions of the prefix included."""

    @property
    def row_count(self) -> int:
        """Rows, dead ones included."""
        return len(self.lengths)

    def find(self, hashed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """Return the rows that hold a term and its count in each, both maybe empty."""
        place = int(np.searchsorted(self.hashes, np.uint64(hashed)))
        if place == len(self.hashes) or int(self.hashes[place]) != hashed:
            return self.rows[:0], self.counts[:0]
        start, end = int(self.offsets[place]), int(self.offsets[place + 1])
        return self.rows[start:end], self.counts[start:end]


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """What BM25 needs to know of all living rows together."""

    row_count: int
    average_length: float
    """Terms in a row, 0 for an empty corpus."""


def build_postings(
    documents: Iterable[tuple[Sequence[str], Sequence[str]]],
    settings: Bm25Settings,
) -> Postings:
    """Build the postings of texts, one row each, in the order given.

    Args:
        documents: Terms of the prefix (title and headings) and of the body of each.
        settings: Only `title_weight` is used here.
    """
    numbers: dict[str, int] = {}
    occurrences: list[int] = []
    lengths: list[int] = []
    for prefix, body in documents:
        before = len(occurrences)
        for terms in (*[prefix] * settings.title_weight, body):
            occurrences.extend([numbers.setdefault(t, len(numbers)) for t in terms])
        lengths.append(len(occurrences) - before)
    hashes = np.fromiter(map(term_hash, numbers), dtype=np.uint64, count=len(numbers))
    all_lengths = np.array(lengths, dtype=np.uint32)
    rows = np.repeat(np.arange(len(lengths), dtype=np.uint32), all_lengths)
    return _gather(
        hashes[np.array(occurrences, dtype=np.int64)],
        rows,
        np.ones(len(rows), dtype=np.int64),
        all_lengths,
    )


def merge_postings(parts: Sequence[tuple[Postings, NDArray[np.bool_]]]) -> Postings:
    """Join postings, leaving out dead rows and numbering the others anew, in order.

    The result equals the postings built afresh from the texts of the kept rows.

    Args:
        parts: Postings, and a (rows,) mask that is True for each row to keep.
    """
    first_row = 0
    hashes, rows, counts, lengths = [], [], [], []
    for postings, keep in parts:
        renumbered = np.cumsum(keep, dtype=np.int64) - 1 + first_row
        first_row += int(keep.sum())
        alive = keep[postings.rows]
        hashes.append(np.repeat(postings.hashes, np.diff(postings.offsets))[alive])
        rows.append(renumbered[postings.rows[alive]].astype(np.uint32))
        counts.append(postings.counts[alive].astype(np.int64))
        lengths.append(postings.lengths[keep])
    return _gather(
        np.concatenate([np.empty(0, dtype=np.uint64), *hashes]),
        np.concatenate([np.empty(0, dtype=np.uint32), *rows]),
        np.concatenate([np.empty(0, dtype=np.int64), *counts]),
        np.concatenate([np.empty(0, dtype=np.uint32), *lengths]),
    )


def corpus_statistics(
    segments: Iterable[tuple[Postings, DeadMask]],
) -> CorpusStatistics:
    """Count the living rows of all segments and their mean length."""
    row_count = term_count = 0
    for postings, dead in segments:
        lengths = postings.lengths if dead is None else postings.lengths[~dead]
        row_count += len(lengths)
        term_count += int(lengths.sum(dtype=np.int64))
    return CorpusStatistics(row_count, term_count / row_count if row_count else 0.0)


def document_frequency(
    segments: Iterable[tuple[Postings, DeadMask]], hashes: Sequence[int]
) -> NDArray[np.int64]:
    """Count the living rows that hold each term, over all segments.

    Args:
        segments: Postings and the mask of their dead rows.
        hashes: `term_hash` of each term.

    Returns:
        (hashes,), 0 for a term that no living row holds.
    """
    frequency = np.zeros(len(hashes), dtype=np.int64)
    for postings, dead in segments:
        for i, hashed in enumerate(hashes):
            rows, _ = postings.find(hashed)
            if dead is None:
                frequency[i] += len(rows)
            else:
                frequency[i] += len(rows) - int(np.count_nonzero(dead[rows]))
    return frequency


def idf(
    row_count: int, frequency: NDArray[np.int64] | Sequence[int]
) -> NDArray[np.float64]:
    """Return ln(1 + (N - df + 0.5) / (df + 0.5)), Lucene's smoothed idf.

    Args:
        row_count: N, the living rows of all segments.
        frequency: (terms,) df, how many of them hold each term.

    Returns:
        (terms,), always above 0: the rarer the term, the greater.
    """
    df = np.asarray(frequency, dtype=np.float64)
    return np.log1p((row_count - df + 0.5) / (df + 0.5))


def bm25_scores(
    postings: Postings,
    dead: DeadMask,
    weights: Iterable[tuple[int, float]],
    average_length: float,
    settings: Bm25Settings,
) -> NDArray[np.float64]:
    """Score every row of one segment for a question.

    Args:
        postings: Of the segment.
        dead: Its deleted rows.
        weights: `term_hash` and weight of each term, the weight being its idf, or 0 for
            a stop word. A term given twice counts twice, as in `rank_bm25`.
        average_length: Of the living rows of all segments.
        settings: `k1` and `b`.

    Returns:
        (rows,), 0 where no term of the question is, and for dead rows.
    """
    scores = np.zeros(postings.row_count, dtype=np.float64)
    summed: dict[int, float] = {}
    for hashed, weight in weights:
        summed[hashed] = summed.get(hashed, 0.0) + weight
    k1, b = settings.k1, settings.b
    # Only lengths of rows that hold a term are read: a question costs its postings.
    slope = k1 * b / average_length if average_length else 0.0
    for hashed, weight in summed.items():
        if weight == 0.0:
            continue
        rows, counts = postings.find(hashed)
        frequency = counts.astype(np.float64)
        held_back = frequency + (k1 * (1 - b) + slope * postings.lengths[rows])
        # Rows are distinct within a term, so that adding by index loses nothing.
        scores[rows] += weight * (k1 + 1) * frequency / held_back
    if dead is not None:
        scores[dead] = 0.0
    return scores


def _gather(
    hashes: NDArray[np.uint64],
    rows: NDArray[np.uint32],
    counts: NDArray[np.int64],
    lengths: NDArray[np.uint32],
) -> Postings:
    """Sort (hash, row, count) triples into postings, adding up equal (hash, row)."""
    order = np.lexsort((rows, hashes))
    hashes, rows, counts = hashes[order], rows[order], counts[order]
    new_term = np.ones(len(hashes), dtype=np.bool_)
    new_term[1:] = hashes[1:] != hashes[:-1]
    new_posting = new_term.copy()
    new_posting[1:] |= rows[1:] != rows[:-1]
    firsts = np.flatnonzero(new_posting)
    summed = np.add.reduceat(counts, firsts) if len(firsts) else counts[:0]
    term_starts = np.flatnonzero(new_term[firsts])
    return Postings(
        hashes=hashes[new_term],
        offsets=np.append(term_starts, len(firsts)).astype(np.int64),
        rows=rows[firsts],
        counts=np.minimum(summed, _MAX_COUNT).astype(np.uint16),
        lengths=lengths,
    )
