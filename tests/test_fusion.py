from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import convex, min_max, ranks_of, reciprocal_rank, theoretical_min_max

SCORES = st.dictionaries(
    st.integers(0, 9), st.floats(-1e9, 1e9, allow_subnormal=True), max_size=8
)
UNIT_SCORES = st.dictionaries(st.integers(0, 9), st.floats(0, 1), max_size=8)


def test_min_max_by_hand() -> None:
    assert min_max({"a": 3.0, "b": 1.0, "c": 2.0}) == {"a": 1.0, "b": 0.0, "c": 0.5}
    assert min_max({"a": 7.0, "b": 7.0}) == {"a": 1.0, "b": 1.0}
    assert min_max({}) == {}


def test_scores_within_the_resolution_are_equal() -> None:
    close = {"a": 0.5, "b": 0.500001}
    assert min_max(close, resolution=2e-6) == {"a": 1.0, "b": 1.0}
    assert min_max(close) == {"a": 0.0, "b": 1.0}
    assert min_max(close | {"c": 0.6}, resolution=2e-6)["b"] < 0.001


def test_theoretical_min_max_by_hand() -> None:
    assert theoretical_min_max({"a": 8.0, "b": 2.0}, 0.0) == {"a": 1.0, "b": 0.25}
    assert theoretical_min_max({"a": 1.0, "b": 0.0}, -1.0) == {"a": 1.0, "b": 0.5}
    assert theoretical_min_max({"a": 0.0}, 0.0) == {"a": 0.0}
    assert theoretical_min_max({}, 0.0) == {}


@given(SCORES)
def test_normalised_scores_keep_the_order_and_are_finite(
    scores: dict[int, float],
) -> None:
    for normalised in (min_max(scores), theoretical_min_max(scores, -1e9)):
        assert list(normalised) == list(scores)
        assert all(0 <= value <= 1 for value in normalised.values())
        for a in scores:
            for b in scores:
                assert scores[a] > scores[b] or normalised[a] <= normalised[b]


def test_convex_by_hand() -> None:
    fused = convex({"a": 1.0, "b": 0.5}, {"b": 1.0, "c": 0.2}, weight=0.25)
    assert fused == pytest.approx({"a": 0.75, "b": 0.625, "c": 0.05})
    assert list(fused) == ["a", "b", "c"]


@given(UNIT_SCORES, UNIT_SCORES, st.floats(0, 1))
def test_convex_stays_between_its_sides(
    lexical: dict[int, float], semantic: dict[int, float], weight: float
) -> None:
    fused = convex(lexical, semantic, weight)
    assert set(fused) == set(lexical) | set(semantic)
    for key, score in fused.items():
        sides = (lexical.get(key, 0.0), semantic.get(key, 0.0))
        assert min(sides) - 1e-12 <= score <= max(sides) + 1e-12
    assert convex(lexical, {}, 0.0) == lexical


def test_reciprocal_rank_by_hand() -> None:
    fused = reciprocal_rank([{"a": 1, "b": 2}, {"b": 1}])
    assert fused == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61})
    assert reciprocal_rank([{"a": 1}], k=0) == {"a": 1.0}
    assert reciprocal_rank([]) == {}


@given(UNIT_SCORES, UNIT_SCORES)
def test_reciprocal_rank_is_bounded(
    lexical: dict[int, float], semantic: dict[int, float]
) -> None:
    fused = reciprocal_rank([ranks_of(lexical), ranks_of(semantic)])
    assert set(fused) == set(lexical) | set(semantic)
    assert all(0 < score <= 2 / 61 and math.isfinite(score) for score in fused.values())


def test_ranks_start_at_one_and_keep_the_order_of_equals() -> None:
    assert ranks_of({"b": 1.0, "a": 1.0, "c": 2.0}) == {"c": 1, "b": 2, "a": 3}
