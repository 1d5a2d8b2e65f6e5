"""Simpler systems over the very chunks, terms and vectors of a library.

What differs from Quoth is the ranking alone: `rank_bm25` as it comes, the same with
Lucene's idf, a flat FAISS index of chunk vectors, and two plain ways to fuse them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from rank_bm25 import BM25, BM25Okapi  # type: ignore[import-untyped]

from index.encoding import passages
from index.fusion import convex, min_max, ranks_of, reciprocal_rank
from index.terms import question_terms, term_texts
from index.vector_files import faiss_module

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.evaluation.documents import SetLibrary
    from index.encoder import Encoder
    from index.view import View

POOL = 150
"""Chunks of each ranking that are fused: as many as the product takes."""
K1 = 1.2
B = 0.75


class LuceneBm25(BM25):  # type: ignore[misc]
    """`rank_bm25` with the idf and the parameters that Quoth's postings use.

    idf = ln(1 + (N - df + 0.5) / (df + 0.5)), which is never negative: Lucene's
    BM25Similarity. BM25Okapi's own is 0 for a term in half of the texts.
    """

    def _calc_idf(self, nd: dict[str, int]) -> None:
        for term, frequency in nd.items():
            self.idf[term] = math.log1p(
                (self.corpus_size - frequency + 0.5) / (frequency + 0.5)
            )

    def get_scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """Score every text, (texts,), in the order given."""
        scores = np.zeros(self.corpus_size)
        lengths = np.array(self.doc_len) / self.avgdl
        for term in query:
            counts = np.array([text.get(term, 0) for text in self.doc_freqs])
            held_back = counts + K1 * (1 - B + B * lengths)
            scores += self.idf.get(term, 0.0) * counts * (K1 + 1) / held_back
        return scores


@dataclass(frozen=True, slots=True, eq=False)
class ChunkTable:
    """Every chunk of a library, as the library itself indexes it."""

    source_ids: list[str]
    """Of each chunk's document, in the data set."""
    terms: list[list[str]]
    """Of the passage; those of title and headings as often as the library counts."""
    vectors: NDArray[np.float32]
    """(chunks, dimension), unit rows."""
    languages: tuple[str, ...]


def read_chunks(library: SetLibrary, view: View) -> ChunkTable:
    """Read all living chunks of a library whose chunks all have vectors."""
    table = ChunkTable([], [], np.empty((0, 0), np.float32), view.languages)
    blocks = []
    for segment in view.segments:
        rows = view.catalog.segment_chunks(segment.row.segment_id)
        if segment.vectors is None or not rows:
            continue
        places = np.array([row.row for row in rows], dtype=np.int64)
        blocks.append(segment.vectors.chunk_vectors(places))
        for row, passage in zip(rows, passages(view.catalog, rows), strict=True):
            document = view.document(row.document_id)
            body = passage.sentence_spans[0][0]
            prefix_terms = term_texts(passage.text[:body], document.language)
            table.terms.append(
                prefix_terms * view.settings.bm25.title_weight
                + term_texts(passage.text[body:], document.language)
            )
            table.source_ids.append(library.source_id(document.path))
    return ChunkTable(
        table.source_ids, table.terms, np.concatenate(blocks), view.languages
    )


@dataclass(frozen=True, slots=True)
class Ranked:
    """What one system found for one question."""

    source_ids: tuple[str, ...]
    """Documents of the data set, best first, each once."""
    elapsed_ms: float


class Baselines:
    """The rankings of a chunk table by each of the simpler systems."""

    def __init__(self, table: ChunkTable, encoder: Encoder) -> None:
        """Index the table once for each of them."""
        self._table = table
        self._encoder = encoder
        self._okapi = BM25Okapi(table.terms)
        self._lucene = LuceneBm25(table.terms)
        faiss = faiss_module()
        self._flat: Any = faiss.IndexFlatIP(table.vectors.shape[1])
        self._flat.add(table.vectors)

    def rank(self, text: str) -> dict[str, Ranked]:
        """Rank documents in every way, by name of the system.

        A ranking that two systems share is made once; its time counts for both.
        """
        okapi, okapi_ms = _timed(
            lambda: self._best(self._okapi.get_scores(self._terms(text)))
        )
        bm25, bm25_ms = _timed(
            lambda: self._best(self._lucene.get_scores(self._terms(text)))
        )
        cosines, cosines_ms = _timed(lambda: self._cosines(text))
        both_ms = bm25_ms + cosines_ms
        by_rank, by_rank_ms = _timed(
            lambda: reciprocal_rank([ranks_of(bm25), ranks_of(cosines)])
        )
        by_score, by_score_ms = _timed(lambda: convex(min_max(bm25), min_max(cosines)))
        return {
            "rank_bm25 BM25Okapi": self._documents(okapi, okapi_ms),
            "rank_bm25, Lucene idf": self._documents(bm25, bm25_ms),
            "vectors alone (FAISS flat)": self._documents(cosines, cosines_ms),
            "reciprocal rank fusion": self._documents(by_rank, both_ms + by_rank_ms),
            "convex of the two": self._documents(by_score, both_ms + by_score_ms),
        }

    def _terms(self, text: str) -> list[str]:
        """Return the question's terms without stop words, as Quoth weighs them."""
        terms = question_terms(text, self._table.languages)
        weighty = [term for term in terms if not term.stop] or terms
        return [stem for term in weighty for stem in term.texts]

    def _cosines(self, text: str) -> dict[int, float]:
        question = self._encoder.encode_questions([text])
        cosines, rows = self._flat.search(question, min(POOL, len(self._table.terms)))
        return dict(zip(rows[0].tolist(), cosines[0].tolist(), strict=True))

    def _best(self, scores: NDArray[np.float64]) -> dict[int, float]:
        order = np.argsort(-scores, kind="stable")[:POOL]
        return {int(row): float(scores[row]) for row in order if scores[row] > 0}

    def _documents(self, scores: dict[int, float], elapsed_ms: float) -> Ranked:
        """Rank documents by their best chunk."""
        order = sorted(scores, key=lambda row: -scores[row])
        ids = dict.fromkeys(self._table.source_ids[row] for row in order)
        return Ranked(tuple(ids), elapsed_ms)


def _timed(rank: Callable[[], dict[int, float]]) -> tuple[dict[int, float], float]:
    begin = time.perf_counter()
    scores = rank()
    return scores, (time.perf_counter() - begin) * 1000
