"""Windows, word pieces and pooling by themselves: no model is run."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoders.pooling import (
    add_window,
    empty_sums,
    means,
    piece_spans,
    unit_rows,
    vectors_of,
)
from index.encoders.weights import (
    DEFAULT_PACKAGE,
    Prompts,
    choose_prompts,
    pooling_mode,
)
from index.encoders.windows import make_batches, make_jobs, pad, plan_windows
from index.encoders.wordpieces import Pieces, WordPieces
from index.errors import EncoderDamaged


@functools.cache
def default_wordpieces() -> WordPieces:
    package = __import__(DEFAULT_PACKAGE)
    return WordPieces.read(package.get_model_path() / "tokenizer.json")


@pytest.fixture
def wordpieces() -> WordPieces:
    return default_wordpieces()


@given(st.integers(0, 3000), st.integers(1, 600))
@settings(deadline=None)
def test_windows_own_every_piece_once(count: int, room: int) -> None:
    windows = plan_windows(count, room)
    assert windows[0].own_start == 0
    assert windows[-1].own_stop == count
    for left, right in itertools.pairwise(windows):
        assert left.own_stop == right.own_start
    for window in windows:
        assert window.start <= window.own_start <= window.own_stop <= window.stop
        assert window.stop - window.start <= room


def test_pieces_at_an_inner_edge_have_context_on_both_sides() -> None:
    first, second, *_ = plan_windows(1000, 300)
    assert first.stop - first.own_stop == 32
    assert second.own_start - second.start == 32


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plain words here", "here"),
        ("two 👩‍👩‍👧 astral 🎉 before it", "before"),
        ("e\u0301te\u0301 combining, then word", "word"),
        ("İstanbul folds to two letters, word", "word"),
        ("漢字 and word", "word"),
        ("undecodable \udc80\udcff bytes, word", "word"),
        ("tabs\t\r\n\u2028 and \u200b nothing word", "word"),
    ],
)
def test_offsets_are_python_characters(
    wordpieces: WordPieces, text: str, word: str
) -> None:
    (pieces,) = wordpieces.split([text])
    start = text.index(word)
    span = piece_spans(pieces, [(start, start + len(word))])[0]
    assert pieces.starts[span[0]] == start
    assert pieces.ends[span[1] - 1] == start + len(word)


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_text_has_pieces_in_order_and_within_it(text: str) -> None:
    wordpieces = default_wordpieces()
    (pieces,) = wordpieces.split([text])
    assert wordpieces.count([text]) == [len(pieces.ids)]
    assert (np.diff(pieces.starts) >= 0).all()
    assert (np.diff(pieces.ends) >= 0).all()
    assert ((pieces.starts >= 0) & (pieces.ends <= len(text))).all()


def test_a_piece_belongs_to_each_sentence_it_overlaps() -> None:
    pieces = Pieces(np.arange(4), np.array([0, 3, 6, 10]), np.array([2, 6, 9, 12]))
    spans = piece_spans(pieces, [(0, 4), (4, 9), (9, 10), (10, 12)])
    assert spans.tolist() == [[0, 2], [1, 3], [3, 3], [3, 4]]


def test_pooled_windows_add_up_to_the_mean_over_all_pieces(
    wordpieces: WordPieces,
) -> None:
    """Where a piece's vector does not depend on its window, windows change nothing."""
    count, width = 700, 5
    table = np.random.default_rng(0).normal(size=(count, width)).astype(np.float32)
    ids = np.arange(count)
    pieces = Pieces(ids, ids * 2, ids * 2 + 1)
    sums = empty_sums(piece_spans(pieces, [(0, 40), (40, 1399), (1399, 1400)]), width)
    zeros = np.zeros((1, width), np.float32)
    jobs = make_jobs([pieces], wordpieces, 256)
    for job in jobs:
        own = table[job.window.start : job.window.stop]
        tokens = np.concatenate([zeros, own, zeros])
        add_window(sums, tokens, job.window, 1, "mean")
    chunk, *sentences = means(sums)
    special_count = 2 * len(jobs)
    expected = table.sum(axis=0) / (count + special_count)
    np.testing.assert_allclose(chunk, expected, atol=1e-5)
    np.testing.assert_allclose(sentences[0], table[:20].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(sentences[1], table[20:].mean(axis=0), atol=1e-5)
    np.testing.assert_array_equal(sentences[2], chunk)


def test_the_first_piece_is_the_chunk_where_the_model_has_it_so() -> None:
    tokens = np.eye(4, dtype=np.float32)
    pieces = Pieces(np.arange(2), np.array([0, 2]), np.array([1, 3]))
    sums = empty_sums(piece_spans(pieces, [(0, 3)]), 4)
    add_window(sums, tokens, plan_windows(2, 10)[0], 1, "cls")
    vectors = vectors_of(means(sums))
    assert vectors.chunk.tolist() == [1, 0, 0, 0]
    half = 0.5**0.5
    np.testing.assert_allclose(vectors.sentences[0], np.array([0, half, half, 0]), 1e-6)


def test_a_row_of_zeros_becomes_a_unit_vector() -> None:
    rows = unit_rows(np.array([[0, 0, 0], [0, 3, 4]], dtype=np.float32))
    np.testing.assert_allclose(rows, np.array([[1, 0, 0], [0, 0.6, 0.8]]), 1e-6)


def test_batches_hold_every_job_once_and_pad_little(wordpieces: WordPieces) -> None:
    texts = ["word " * count for count in range(0, 400, 7)]
    jobs = make_jobs(wordpieces.split(texts), wordpieces, 256)
    batches = list(make_batches(jobs))
    assert [job for batch in batches for job in batch] == jobs
    for batch in batches:
        ids, mask = pad(batch, 0)
        assert ids.size <= 768 or len(batch) == 1
        assert mask.sum(axis=1).tolist() == [len(job.ids) for job in batch]


def test_a_damaged_tokenizer_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text("{")
    with pytest.raises(EncoderDamaged, match=r"tokenizer\.json"):
        WordPieces.read(path)


@pytest.mark.parametrize(
    ("prompts", "default", "expected"),
    [
        ({}, None, Prompts("", "")),
        ({"query": "q: ", "passage": "p: "}, None, Prompts("q: ", "p: ")),
        ({"query": "q: ", "document": ""}, "query", Prompts("q: ", "")),
        ({"query": "q: ", "other": "o: "}, "other", Prompts("q: ", "o: ")),
        ({"document": None}, None, Prompts("", "")),
    ],
)
def test_prompts_are_chosen_as_sentence_transformers_does(
    prompts: dict[str, str | None], default: str | None, expected: Prompts
) -> None:
    assert choose_prompts(prompts, default) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode": "cls", "include_prompt": True}, "cls"),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}, "other"),
        ({"pooling_mode": "lasttoken"}, "other"),
        ({"pooling_mode": "mean", "include_prompt": False}, "other"),
        (None, "other"),
    ],
)
def test_pooling_is_read_in_both_of_its_forms(
    config: dict[str, object] | None, expected: str
) -> None:
    assert pooling_mode(config) == expected
