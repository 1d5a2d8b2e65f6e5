"""The vectors of one segment: their search, and the vectors of sentences.

Chunk vectors are half-precision floats in a FAISS index that is searched exactly: at
50,000 rows of 384 the cosines are within 0.00005 of single precision, the best hundred
are the same, and a question reads half the bytes in 0.6 of the time. A large segment
has clusters beside them; what those find is scored again from the exact index, so that
a cosine does not depend on how a row was found. All files are memory-mapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import map_array
from index.errors import LibraryDamaged
from index.vector_files import (
    CHUNKS,
    CLUSTERS,
    SCALES,
    SENTENCES,
    STARTS,
    faiss_module,
)

# Lists of the clusters that one question reads. Of 108,000 rows made from vectors of
# real sentences, asked 150 real questions, it finds .979 of the best hundred in a
# quarter of the time of an exact search (64: .93, 128: .97, 256: .99). Questions lie
# further from their answers than texts from each other: trials with texts mislead.
PROBES = 192

# Clusters rank by 8-bit vectors: this many more than asked for are scored exactly.
_SPARE_CANDIDATES = 50


@dataclass(frozen=True, slots=True, eq=False)
class VectorStore:
    """The vectors of one segment, opened; safe for several threads to read."""

    folder: Path
    sentences: NDArray[np.int8]
    """(sentences, dimension): a unit vector is a row times its scale."""
    scales: NDArray[np.float32]
    """(sentences,)"""
    starts: NDArray[np.int64]
    """(rows + 1,): the sentences of row i are `starts[i]` to `starts[i + 1]`."""
    _chunks: Any
    _clusters: Any

    @classmethod
    def open(cls, folder: Path) -> VectorStore:
        """Open the files that `index.vector_files` wrote, without reading them.

        Raises:
            LibraryDamaged: A file is missing, cut short or at odds with another.
        """
        sentences, scales, starts = (
            _open_array(folder / name) for name in (SENTENCES, SCALES, STARTS)
        )
        chunks = _open_index(folder / CHUNKS)
        clusters = None
        if (folder / CLUSTERS).exists():
            clusters = _open_index(folder / CLUSTERS)
        consistent = (
            len(starts) == chunks.ntotal + 1
            and int(starts[-1]) == len(sentences) == len(scales)
            and sentences.shape[1:] == (chunks.d,)
            and (clusters is None or clusters.ntotal == chunks.ntotal)
        )
        if not consistent:
            raise _damaged(folder, "its files do not belong together")
        return cls(folder, sentences, scales, starts, chunks, clusters)

    @property
    def row_count(self) -> int:
        """Chunks, dead ones included."""
        return int(self._chunks.ntotal)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self._chunks.d)

    def search(
        self,
        question: NDArray[np.float32],
        count: int,
        allowed: NDArray[np.bool_] | None = None,
        probes: int = PROBES,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the chunks whose vectors are nearest to the question's.

        Exact, ties at the end included, unless the segment has clusters and more rows
        are allowed than a cluster index is made for.

        Args:
            question: (dimension,), unit length.
            count: How many chunks, above 0.
            allowed: (rows,), True for each row that may be found; None for all.
            probes: Lists of the clusters that are read.

        Returns:
            Rows and their cosines, at most `count`, best first, equal ones by row.
        """
        available = self.row_count if allowed is None else int(allowed.sum())
        count = min(count, available)
        if count == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        query = np.ascontiguousarray(question, dtype=np.float32)[None]
        if self._clusters is None or 2 * available < self.row_count:
            rows = self._search_exactly(query, count, allowed)
        else:
            rows = self._search_clusters(query, count, allowed, probes)
        cosines = self.cosines(question, rows)
        order = np.lexsort((rows, -cosines))[:count]
        return rows[order], cosines[order]

    def cosines(
        self, question: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosine of the question and each of some chunks.

        Args:
            question: (dimension,), unit length.
            rows: (n,), in any order.

        Returns:
            (n,), as `search` gives them.
        """
        return _inner_products(self.chunk_vectors(rows), question)

    def chunk_vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of some chunks as (n, dimension)."""
        rows = np.ascontiguousarray(rows, dtype=np.int64)
        if len(rows) == 0:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors: NDArray[np.float32] = self._chunks.reconstruct_batch(rows)
        return vectors

    def sentence_vectors(self, row: int) -> NDArray[np.float32]:
        """Return the vectors of a chunk's sentences as (sentences, dimension)."""
        start, stop = int(self.starts[row]), int(self.starts[row + 1])
        scales = self.scales[start:stop, None]
        return self.sentences[start:stop].astype(np.float32) * scales

    def sentence_cosines(
        self, question: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return, for each of some chunks, the greatest cosine of its sentences.

        Args:
            question: (dimension,), unit length.
            rows: (n,), in any order.

        Returns:
            (n,); -1 for a chunk without sentences.
        """
        first = self.starts[rows]
        sizes = self.starts[np.asarray(rows) + 1] - first
        best = np.full(len(sizes), -1.0, dtype=np.float32)
        if not sizes.any():
            return best
        ends = np.cumsum(sizes)
        places = np.arange(ends[-1]) + np.repeat(first - (ends - sizes), sizes)
        block = self.sentences[places].astype(np.float32)
        cosines = _inner_products(block, question) * self.scales[places]
        filled = sizes > 0
        best[filled] = np.maximum.reduceat(cosines, (ends - sizes)[filled])
        return best

    def _search_exactly(
        self,
        query: NDArray[np.float32],
        count: int,
        allowed: NDArray[np.bool_] | None,
    ) -> NDArray[np.int64]:
        """Return at least the best `count`, with all that equal the last of them."""
        faiss = faiss_module()
        asked = min(count + 1, self.row_count)
        with _selection(allowed) as selector, _one_thread():
            parameters = faiss.SearchParameters(sel=selector) if selector else None
            nearest, found = self._chunks.search(query, asked, params=parameters)
            rows: NDArray[np.int64] = found[0][found[0] >= 0]
            cosines = nearest[0]
            if len(rows) > count and cosines[count - 1] == cosines[count]:
                below = float(np.nextafter(cosines[count], np.float32(-np.inf)))
                _, _, rows = self._chunks.range_search(query, below, params=parameters)
        return rows

    def _search_clusters(
        self,
        query: NDArray[np.float32],
        count: int,
        allowed: NDArray[np.bool_] | None,
        probes: int,
    ) -> NDArray[np.int64]:
        faiss = faiss_module()
        asked = min(count + _SPARE_CANDIDATES, self.row_count)
        with _selection(allowed) as selector, _one_thread():
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probes)
            _, found = self._clusters.search(query, asked, params=parameters)
        rows: NDArray[np.int64] = found[0][found[0] >= 0]
        return rows


def _inner_products(
    vectors: NDArray[np.float32], question: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Multiply each row by the question, the same to the last bit wherever it stands.

    A matrix product is not: its last rows may be added up in another order, and equal
    chunks would no longer have equal cosines.
    """
    query = np.asarray(question, dtype=np.float32)
    products: NDArray[np.float32] = np.einsum("ij,j->i", vectors, query)
    return products


@contextmanager
def _selection(allowed: NDArray[np.bool_] | None) -> Iterator[Any]:
    """Give FAISS a selector of rows, whose bits live as long as the block."""
    if allowed is None:
        yield None
        return
    bits = np.packbits(allowed, bitorder="little")
    yield faiss_module().IDSelectorBitmap(bits)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Search with one OpenMP thread: for a single question more are slower.

    The number belongs to the calling thread, so that it is set for each search.
    """
    faiss = faiss_module()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _open_array(path: Path) -> NDArray[Any]:
    try:
        array = map_array(path)
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(path, str(error)) from error
    return array


def _open_index(path: Path) -> Any:  # noqa: ANN401
    faiss = faiss_module()
    # IO_FLAG_MMAP reads a flat index whole; this one maps it (0.2 ms for 40 MB).
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise _damaged(path, "it cannot be opened") from error


def _damaged(path: Path, reason: str) -> LibraryDamaged:
    return LibraryDamaged(
        f"The vectors {path} are damaged: {reason}.", "Run `quoth doctor --repair`."
    )
