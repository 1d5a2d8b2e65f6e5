from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rank_bm25 import BM25  # type: ignore[import-untyped]

from index.lexical import (
    Bm25Settings,
    Postings,
    bm25_scores,
    build_postings,
    corpus_statistics,
    document_frequency,
    idf,
    merge_postings,
)
from index.terms import term_hash

ARRAYS = ("hashes", "offsets", "rows", "counts", "lengths")

Text = tuple[list[str], list[str]]

TERMS = st.lists(st.sampled_from("abcdefg"), max_size=9)
TEXTS = st.lists(st.tuples(TERMS, TERMS), max_size=12)


class SmoothedBm25(BM25):  # type: ignore[misc]
    """`rank_bm25` with Lucene's idf; its own three classes all use other ones."""

    def __init__(self, corpus: list[list[str]], k1: float, b: float) -> None:
        self.k1 = k1
        self.b = b
        super().__init__(corpus)

    def _calc_idf(self, nd: dict[str, int]) -> None:
        for word, frequency in nd.items():
            ratio = (self.corpus_size - frequency + 0.5) / (frequency + 0.5)
            self.idf[word] = log(1 + ratio)

    def get_scores(self, query: list[str]) -> NDArray[np.float64]:
        scores = np.zeros(self.corpus_size)
        lengths = np.array(self.doc_len)
        for word in query:
            frequency = np.array([doc.get(word, 0) for doc in self.doc_freqs])
            norm = self.k1 * (1 - self.b + self.b * lengths / self.avgdl)
            gained = frequency * (self.k1 + 1) / (frequency + norm)
            scores += self.idf.get(word, 0.0) * gained
        return scores


def equal(one: Postings, other: Postings) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        and getattr(one, name).dtype == getattr(other, name).dtype
        for name in ARRAYS
    )


def split(data: st.DataObject, texts: list[Text]) -> list[list[Text]]:
    """Cut texts into runs, empty ones among them."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(texts)), max_size=3)))
    edges = [0, *cuts, len(texts)]
    return [texts[a:b] for a, b in pairwise(edges)]


def mask(data: st.DataObject, size: int) -> NDArray[np.bool_]:
    drawn = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return np.array(drawn, dtype=np.bool_)


def score_all(
    segments: Sequence[tuple[Postings, NDArray[np.bool_] | None]],
    question: Sequence[str],
    settings_: Bm25Settings,
) -> list[NDArray[np.float64]]:
    """Score a question as a search does, over all segments together."""
    hashes = [term_hash(term) for term in question]
    statistics = corpus_statistics(segments)
    weights = idf(statistics.row_count, document_frequency(segments, hashes))
    return [
        bm25_scores(
            postings,
            dead,
            zip(hashes, weights.tolist(), strict=True),
            statistics.average_length,
            settings_,
        )
        for postings, dead in segments
    ]


@given(
    TEXTS,
    st.lists(st.sampled_from("abcdefgz"), max_size=5),
    st.floats(0.1, 3),
    st.floats(0, 0.99),
    st.integers(0, 3),
    st.data(),
)
@settings(deadline=None)
def test_scores_equal_those_of_rank_bm25_over_the_living_rows(
    texts: list[Text],
    question: list[str],
    k1: float,
    b: float,
    title_weight: int,
    data: st.DataObject,
) -> None:
    parameters = Bm25Settings(k1, b, title_weight)
    segments = []
    living: list[list[str]] = []
    for part in split(data, texts):
        dead = mask(data, len(part))
        segments.append((build_postings(part, parameters), dead))
        for (prefix, body), gone in zip(part, dead, strict=True):
            if not gone:
                living.append(prefix * title_weight + body)
    scores = score_all(segments, question, parameters)
    for (_, dead), found in zip(segments, scores, strict=True):
        assert not found[dead].any()
    if any(living):
        expected = SmoothedBm25(living, k1, b).get_scores(question)
        found = np.concatenate(
            [one[~dead] for one, (_, dead) in zip(scores, segments, strict=True)]
        )
        assert found == pytest.approx(expected, abs=1e-6)


@given(TEXTS, st.data())
@settings(deadline=None)
def test_merging_equals_building_afresh(texts: list[Text], data: st.DataObject) -> None:
    parameters = Bm25Settings()
    parts, kept = [], []
    for part in split(data, texts):
        keep = mask(data, len(part))
        parts.append((build_postings(part, parameters), keep))
        kept += [text for text, stays in zip(part, keep, strict=True) if stays]
    assert equal(merge_postings(parts), build_postings(kept, parameters))


@given(TEXTS, st.data())
@settings(deadline=None)
def test_document_frequency_counts_living_rows(
    texts: list[Text], data: st.DataObject
) -> None:
    dead = mask(data, len(texts))
    postings = build_postings(texts, Bm25Settings(title_weight=1))
    found = document_frequency([(postings, dead)], [term_hash(t) for t in "abz"])
    living = [{*a, *b} for (a, b), gone in zip(texts, dead, strict=True) if not gone]
    assert found.tolist() == [sum(term in one for one in living) for term in "abz"]


def test_arrays_are_sorted_and_typed() -> None:
    postings = build_postings([(["t"], ["b", "a", "b"]), ([], [])], Bm25Settings())
    assert postings.row_count == 2
    assert postings.lengths.tolist() == [5, 0]
    assert postings.hashes.tolist() == sorted(map(term_hash, "abt"))
    rows, counts = postings.find(term_hash("t"))
    assert (rows.tolist(), counts.tolist()) == ([0], [2])
    assert [getattr(postings, name).dtype.str[1:] for name in ARRAYS] == [
        *("u8", "i8", "u4", "u2", "u4")
    ]
    assert [len(part) for part in postings.find(term_hash("absent"))] == [0, 0]


def test_counts_saturate() -> None:
    postings = build_postings([([], ["a"] * 70_000)], Bm25Settings())
    assert postings.counts.tolist() == [65_535]
    assert postings.lengths.tolist() == [70_000]


def test_a_repeated_term_counts_twice_and_a_weightless_one_not() -> None:
    postings = build_postings([([], ["a", "b"]), ([], ["b"])], Bm25Settings())

    def scores(*weights: tuple[str, float]) -> list[float]:
        hashed = [(term_hash(term), weight) for term, weight in weights]
        found = bm25_scores(postings, None, hashed, 1.5, Bm25Settings())
        return [float(score) for score in found]

    once = scores(("a", 1.0))
    assert scores(("a", 1.0), ("a", 1.0)) == [2 * score for score in once]
    assert scores(("a", 1.0), ("b", 0.0)) == once
    assert scores() == [0.0, 0.0]


def test_idf_falls_with_frequency_and_stays_positive() -> None:
    values = idf(10, [0, 1, 5, 10])
    assert values.tolist() == sorted(values.tolist(), reverse=True)
    assert values[3] == pytest.approx(log(1 + 0.5 / 10.5))


def test_nothing_at_all() -> None:
    empty = build_postings([], Bm25Settings())
    assert equal(empty, merge_postings([]))
    assert corpus_statistics([(empty, None)]).average_length == 0.0
    assert score_all([(empty, None)], ["a"], Bm25Settings())[0].shape == (0,)


def test_memory_mapped_postings_score_the_same(tmp_path: Path) -> None:
    texts: list[Text] = [(["a"], ["b", "c"]), ([], ["c"]), (["b"], [])]
    for given_texts in (texts, []):
        postings = build_postings(given_texts, Bm25Settings())
        arrays: dict[str, Any] = {}
        for name in ARRAYS:
            np.save(tmp_path / f"{name}.npy", getattr(postings, name))
            arrays[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
        mapped = Postings(**arrays)
        for one, other in zip(
            score_all([(postings, None)], "bc", Bm25Settings()),
            score_all([(mapped, None)], "bc", Bm25Settings()),
            strict=True,
        ):
            assert np.array_equal(one, other)
        keep = np.ones(len(given_texts), dtype=np.bool_)
        assert equal(merge_postings([(mapped, keep)]), postings)
