from __future__ import annotations

import errno
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.encoder import PassageVectors
from index.errors import LibraryDamaged
from index.vector_files import merge_vector_files, quantise, write_vector_files
from index.vectors import VectorStore

DIMENSION = 16
FILES = ("chunks.faiss", "scales.npy", "sentences.npy", "starts.npy")


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)


def passages(count: int, seed: int = 0, kinds: int = 20) -> list[PassageVectors]:
    """Clustered vectors, about every tenth the same as its predecessor."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(kinds, DIMENSION))
    made: list[PassageVectors] = []
    for _ in range(count):
        if made and random.random() < 0.1:
            made.append(made[-1])
            continue
        centre = centres[random.integers(kinds)]
        chunk = unit(centre + 0.4 * random.normal(size=DIMENSION))
        sentences = random.normal(size=(int(random.integers(0, 5)), DIMENSION))
        made.append(PassageVectors(chunk, unit(chunk + 0.2 * sentences)))
    return made


def store_of(
    folder: Path, vectors: list[PassageVectors], cluster_threshold: int = 50_000
) -> VectorStore:
    folder.mkdir()
    write_vector_files(folder, vectors, DIMENSION, cluster_threshold)
    return VectorStore.open(folder)


def a_question(seed: int) -> NDArray[np.float32]:
    return unit(np.random.default_rng(seed).normal(size=DIMENSION))


def ranked(
    store: VectorStore, question: NDArray[np.float32], rows: NDArray[np.int64]
) -> list[int]:
    """Rank rows by all their cosines, equal ones by row: the slow and plain way."""
    cosines = store.cosines(question, rows)
    return [int(row) for row in rows[np.lexsort((rows, -cosines))]]


@pytest.fixture(scope="module")
def made() -> list[PassageVectors]:
    return passages(400)


@pytest.fixture(scope="module")
def store(
    made: list[PassageVectors], tmp_path_factory: pytest.TempPathFactory
) -> VectorStore:
    return store_of(tmp_path_factory.mktemp("vectors") / "one", made)


@given(st.integers(0, 10**6), st.integers(1, 450), st.floats(0, 1))
@settings(deadline=None)
def test_search_is_exact_and_ordered(
    store: VectorStore, seed: int, count: int, share: float
) -> None:
    question = a_question(seed)
    allowed = np.random.default_rng(seed).random(store.row_count) < share
    for mask in (None, allowed):
        rows, cosines = store.search(question, count, mask)
        every = np.arange(store.row_count) if mask is None else np.flatnonzero(mask)
        assert rows.tolist() == ranked(store, question, every)[:count]
        assert np.array_equal(cosines, store.cosines(question, rows))
        assert (rows.dtype.str[1:], cosines.dtype.str[1:]) == ("i8", "f4")


def test_equal_chunks_are_cut_off_by_row(tmp_path: Path) -> None:
    twin = passages(1)[0]
    store = store_of(tmp_path / "twins", [*passages(3, seed=5), *[twin] * 200])
    rows, cosines = store.search(twin.chunk, 7)
    assert rows.tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert len(set(cosines.tolist())) == 1
    allowed = np.arange(203) >= 100
    assert store.search(twin.chunk, 3, allowed)[0].tolist() == [100, 101, 102]


def test_cosines_are_near_those_of_single_precision(
    store: VectorStore, made: list[PassageVectors]
) -> None:
    question = a_question(1)
    rows = np.array([7, 3, 399, 3])
    expected = [float(made[row].chunk @ question) for row in rows]
    assert store.cosines(question, rows) == pytest.approx(expected, abs=1e-3)
    assert store.cosines(question, rows[:0]).shape == (0,)


def test_sentences_come_back(store: VectorStore, made: list[PassageVectors]) -> None:
    question = a_question(2)
    best = store.sentence_cosines(question, np.arange(400))
    for row, one in enumerate(made):
        vectors = store.sentence_vectors(row)
        assert vectors.shape == one.sentences.shape
        assert vectors == pytest.approx(one.sentences, abs=0.01)
        expected = max((vectors @ question).tolist(), default=-1.0)
        assert best[row] == pytest.approx(expected, abs=1e-5)
    some = np.array([9, 9, 2])
    assert np.array_equal(store.sentence_cosines(question, some), best[some])
    assert store.sentence_cosines(question, some[:0]).shape == (0,)


@given(
    st.lists(
        st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3), min_size=1
    ).map(lambda rows: np.array(rows, dtype=np.float32))
)
@settings(deadline=None)
def test_rounding_is_within_half_a_step(vectors: NDArray[np.float32]) -> None:
    rounded, scales = quantise(vectors)
    again = rounded.astype(np.float64) * scales[:, None]
    # Denormal scales are themselves rounded.
    assert (np.abs(again - vectors) <= scales[:, None] * 0.5001 + 1e-37).all()
    assert np.isfinite(again).all()


@pytest.mark.parametrize("cluster_threshold", [50_000, 100])
def test_merging_equals_writing_afresh(tmp_path: Path, cluster_threshold: int) -> None:
    random = np.random.default_rng(3)
    parts, kept = [], []
    for number, size in enumerate((150, 0, 220)):
        vectors = passages(size, seed=number)
        keep = random.random(size) < 0.6
        parts.append((store_of(tmp_path / f"{number}", vectors), keep))
        kept += [one for one, stays in zip(vectors, keep, strict=True) if stays]
    merged = tmp_path / "merged"
    merged.mkdir()
    merge_vector_files(merged, parts, DIMENSION, cluster_threshold)
    afresh = store_of(tmp_path / "afresh", kept, cluster_threshold)
    assert VectorStore.open(merged).row_count == afresh.row_count == len(kept)
    names = sorted(path.name for path in merged.iterdir())
    assert names == sorted(path.name for path in afresh.folder.iterdir())
    assert ("clusters.faiss" in names) == (cluster_threshold == 100)
    for name in FILES:
        assert (merged / name).read_bytes() == (afresh.folder / name).read_bytes()


def test_an_empty_store(tmp_path: Path) -> None:
    store = store_of(tmp_path / "empty", [])
    assert (store.row_count, store.dimension) == (0, DIMENSION)
    assert [len(part) for part in store.search(a_question(0), 5)] == [0, 0]
    again = tmp_path / "again"
    again.mkdir()
    merge_vector_files(again, [(store, np.empty(0, dtype=np.bool_))], DIMENSION)
    assert VectorStore.open(again).row_count == 0


def test_nothing_allowed_finds_nothing(store: VectorStore) -> None:
    nothing = np.zeros(store.row_count, dtype=np.bool_)
    assert [len(part) for part in store.search(a_question(0), 5, nothing)] == [0, 0]


@pytest.fixture(scope="module")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> VectorStore:
    folder = tmp_path_factory.mktemp("clustered") / "one"
    return store_of(folder, passages(4000, seed=8, kinds=60), cluster_threshold=1000)


def test_clusters_find_nearly_what_an_exact_search_finds(
    clustered: VectorStore,
) -> None:
    shares = []
    for seed in range(30):
        question = clustered.chunk_vectors(np.array([seed * 100]))[0]
        question = unit(question + 0.1 * a_question(seed).astype(np.float64))
        rows, cosines = clustered.search(question, 100, probes=30)
        assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)
        assert np.array_equal(cosines, clustered.cosines(question, rows))
        exact = ranked(clustered, question, np.arange(4000))[:100]
        shares.append(len(set(exact).intersection(rows.tolist())) / 100)
    assert np.mean(shares) >= 0.97


def test_clusters_are_passed_by_when_few_rows_are_allowed(
    clustered: VectorStore,
) -> None:
    question = a_question(4)
    every_other = np.arange(4000) % 2 == 0
    rows, _ = clustered.search(question, 50, every_other)
    assert every_other[rows].all()
    few = np.arange(4000) % 50 == 0
    rows, _ = clustered.search(question, 50, few, probes=1)
    assert rows.tolist() == ranked(clustered, question, np.flatnonzero(few))[:50]


def test_threads_search_side_by_side(store: VectorStore) -> None:
    expected = [store.search(a_question(seed), 9)[0].tolist() for seed in range(40)]
    found: dict[int, list[int]] = {}

    def search(first: int) -> None:
        for seed in range(first, 40, 4):
            found[seed] = store.search(a_question(seed), 9)[0].tolist()

    threads = [threading.Thread(target=search, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[seed] for seed in range(40)] == expected


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", ["missing", "empty", "cut", "junk"])
def test_damage_is_named(tmp_path: Path, name: str, harm: str) -> None:
    folder = store_of(tmp_path / "one", passages(50)).folder
    path = folder / name
    data = path.read_bytes()
    path.unlink()
    if harm != "missing":
        broken = {"empty": b"", "cut": data[: len(data) // 2], "junk": b"junk" * 50}
        path.write_bytes(broken[harm])
    with pytest.raises(LibraryDamaged) as caught:
        VectorStore.open(folder)
    assert name in caught.value.message
    assert caught.value.remedy


def test_files_that_do_not_belong_together(tmp_path: Path) -> None:
    one = store_of(tmp_path / "one", passages(50)).folder
    other = store_of(tmp_path / "other", passages(51)).folder
    for name in FILES:
        data = (one / name).read_bytes()
        (one / name).write_bytes((other / name).read_bytes())
        if name in ("chunks.faiss", "starts.npy"):
            with pytest.raises(LibraryDamaged, match="belong together"):
                VectorStore.open(one)
        (one / name).write_bytes(data)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
@pytest.mark.parametrize("name", FILES)
def test_a_full_disk_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space") as caught:
        write_vector_files(tmp_path, passages(3000), DIMENSION)
    assert caught.value.errno == errno.ENOSPC
