"""Writes the vector files of one segment, from an encoder's output or from others.

Sentences are streamed; of the chunks, two bytes a number are held in memory while their
file is made, and one more while the clusters of a large segment are. Files are neither
synced nor named anywhere: that is the caller's part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    from index.encoder import PassageVectors
    from index.vectors import VectorStore

CHUNKS = "chunks.faiss"
CLUSTERS = "clusters.faiss"
SENTENCES = "sentences.npy"
SCALES = "scales.npy"
STARTS = "starts.npy"

# Below this many rows an exact search takes under 3 ms, and clusters would gain little.
CLUSTER_THRESHOLD = 50_000

_BATCH_ROWS = 4096
_SEED = 1234

# Vectors a cluster for training: FAISS warns under 39.
_TRAINING_VECTORS = 40
_TRAINING_ROUNDS = 10


def faiss_module() -> Any:  # noqa: ANN401
    """Import FAISS when it is first needed; its type stubs lack half of what it has."""
    import faiss

    return faiss


def write_vector_files(
    folder: Path,
    vectors: Sequence[PassageVectors],
    dimension: int,
    cluster_threshold: int = CLUSTER_THRESHOLD,
) -> None:
    """Write the vectors of passages, a row each, in the order given.

    Args:
        folder: An existing folder without vector files.
        vectors: Of the encoder; may be empty.
        dimension: Numbers in a vector.
        cluster_threshold: Rows above which clusters are written too.

    Raises:
        OSError: The files cannot be written.
    """
    _write(
        folder,
        dimension,
        np.array([len(one.sentences) for one in vectors], dtype=np.int64),
        lambda: _batches_of_passages(vectors),
        (quantise(one.sentences) for one in vectors),
        cluster_threshold,
    )


def merge_vector_files(
    folder: Path,
    parts: Sequence[tuple[VectorStore, NDArray[np.bool_]]],
    dimension: int,
    cluster_threshold: int = CLUSTER_THRESHOLD,
) -> None:
    """Write the kept rows of several stores as one, without encoding again.

    The result is equal, byte for byte, to writing the kept passages afresh.

    Args:
        folder: An existing folder without vector files.
        parts: Stores, and a (rows,) mask that is True for each row to keep.
        dimension: Numbers in a vector.
        cluster_threshold: Rows above which clusters are written too.

    Raises:
        OSError: The files cannot be written.
    """
    sizes = [np.diff(store.starts)[keep] for store, keep in parts]
    _write(
        folder,
        dimension,
        np.concatenate([np.empty(0, dtype=np.int64), *sizes]),
        lambda: _kept_chunks(parts),
        _kept_sentences(parts),
        cluster_threshold,
    )


def quantise(
    vectors: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round vectors to 8 bits a number: a row times its scale is near the vector.

    Symmetric, the scale being the greatest magnitude of the row divided by 127.

    Args:
        vectors: (n, dimension).

    Returns:
        (n, dimension) and (n,); no number is off by more than half its scale.
    """
    greatest = np.abs(vectors).max(axis=1, initial=0.0)
    # Never 0, even where every number of a row is.
    least = np.finfo(np.float32).tiny
    scales = np.maximum(greatest / 127, least).astype(np.float32)
    rounded = np.rint(vectors / scales[:, None])
    return np.clip(rounded, -127, 127).astype(np.int8), scales


def _write(
    folder: Path,
    dimension: int,
    sizes: NDArray[np.int64],
    chunk_batches: Callable[[], Iterator[NDArray[np.float32]]],
    sentence_blocks: Iterable[tuple[NDArray[np.int8], NDArray[np.float32]]],
    cluster_threshold: int,
) -> None:
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    _write_array(folder / STARTS, starts.shape, np.int64, [starts])
    all_scales: list[NDArray[np.float32]] = []

    def numbers() -> Iterator[NDArray[np.int8]]:
        for rounded, scales in sentence_blocks:
            all_scales.append(scales)
            yield rounded

    shape = (int(starts[-1]), dimension)
    _write_array(folder / SENTENCES, shape, np.int8, numbers())
    _write_array(folder / SCALES, shape[:1], np.float32, all_scales)
    _write_chunks(folder, dimension, chunk_batches)
    if len(sizes) > cluster_threshold:
        _write_clusters(folder, len(sizes), dimension, chunk_batches)


def _write_chunks(
    folder: Path,
    dimension: int,
    chunk_batches: Callable[[], Iterator[NDArray[np.float32]]],
) -> None:
    faiss = faiss_module()
    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    # Half precision has nothing to learn, but FAISS wants to be asked.
    index.train(np.zeros((1, dimension), dtype=np.float32))
    for batch in chunk_batches():
        index.add(batch)
    _write_index(folder / CHUNKS, index)


def _write_clusters(
    folder: Path,
    row_count: int,
    dimension: int,
    chunk_batches: Callable[[], Iterator[NDArray[np.float32]]],
) -> None:
    """Write an inverted file of 8-bit vectors, 4 times the root of rows in lists."""
    faiss = faiss_module()
    lists = max(1, min(int(4 * row_count**0.5), row_count // _TRAINING_VECTORS))
    index = faiss.index_factory(
        dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter = _TRAINING_ROUNDS
    index.cp.seed = _SEED
    chosen = np.zeros(row_count, dtype=np.bool_)
    sample_size = min(row_count, lists * _TRAINING_VECTORS)
    random = np.random.default_rng(_SEED)
    chosen[random.choice(row_count, size=sample_size, replace=False)] = True
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    index.train(np.concatenate(list(_rows_of(chunk_batches(), chosen))))
    for batch in chunk_batches():
        index.add(batch)
    _write_index(folder / CLUSTERS, index)


def _rows_of(
    batches: Iterator[NDArray[np.float32]], chosen: NDArray[np.bool_]
) -> Iterator[NDArray[np.float32]]:
    first = 0
    for batch in batches:
        yield batch[chosen[first : first + len(batch)]]
        first += len(batch)


def _batches_of_passages(
    vectors: Sequence[PassageVectors],
) -> Iterator[NDArray[np.float32]]:
    for first in range(0, len(vectors), _BATCH_ROWS):
        batch = vectors[first : first + _BATCH_ROWS]
        yield np.stack([one.chunk for one in batch]).astype(np.float32)


def _kept_chunks(
    parts: Sequence[tuple[VectorStore, NDArray[np.bool_]]],
) -> Iterator[NDArray[np.float32]]:
    for store, keep in parts:
        rows = np.flatnonzero(keep)
        for first in range(0, len(rows), _BATCH_ROWS):
            yield store.chunk_vectors(rows[first : first + _BATCH_ROWS])


def _kept_sentences(
    parts: Sequence[tuple[VectorStore, NDArray[np.bool_]]],
) -> Iterator[tuple[NDArray[np.int8], NDArray[np.float32]]]:
    for store, keep in parts:
        for first in range(0, store.row_count, _BATCH_ROWS):
            stop = min(first + _BATCH_ROWS, store.row_count)
            start, end = int(store.starts[first]), int(store.starts[stop])
            kept = np.repeat(keep[first:stop], np.diff(store.starts[first : stop + 1]))
            yield store.sentences[start:end][kept], store.scales[start:end][kept]


def _write_array(
    path: Path,
    shape: tuple[int, ...],
    dtype: DTypeLike,
    blocks: Iterable[NDArray[Any]],
) -> None:
    """Write a .npy file block by block.

    Not `np.save`, which hides why a write failed, nor a writable memory map, which a
    full disk kills the process with.
    """
    kind = np.dtype(dtype)
    header = {
        "descr": np.lib.format.dtype_to_descr(kind),
        "fortran_order": False,
        "shape": shape,
    }
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(np.ascontiguousarray(block, dtype=kind).tobytes())


def _write_index(path: Path, index: Any) -> None:  # noqa: ANN401
    faiss = faiss_module()
    # Through Python, so that a full disk is an OSError that says so.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))
