from __future__ import annotations

import math
import random
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation import metrics
from assistant.evaluation.significance import bootstrap_interval, compare

quick = settings(deadline=None, max_examples=60)
GAINS = st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0]), min_size=1, max_size=12)
CASES = st.lists(
    st.tuples(st.integers(0, 8).map(lambda n: n / 8), st.booleans()), max_size=30
)


def test_ndcg_by_hand() -> None:
    # DCG = 0/log2(2) + 2/log2(3) + 1/log2(4); ideal = 2/1 + 1/log2(3) + 1/log2(4).
    ranked = [0.0, 2.0, 1.0]
    dcg = 2 / math.log2(3) + 1 / 2
    ideal = 2 + 1 / math.log2(3) + 1 / 2
    assert metrics.ndcg(ranked, [1, 2, 1, 0], 3) == pytest.approx(dcg / ideal)


def test_ndcg_is_linear_in_the_gain_as_in_trec_eval() -> None:
    # With gain 2^grade - 1 this would be (1 + 3/log2 3)/(3 + 1/log2 3) = .797.
    expected = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    assert metrics.ndcg([1, 2], [2, 1], 10) == pytest.approx(expected)
    assert expected == pytest.approx(0.8597, abs=1e-4)


def test_ndcg_takes_the_ideal_from_items_that_were_not_retrieved() -> None:
    assert metrics.ndcg([1.0], [1.0, 1.0], 10) == pytest.approx(
        1 / (1 + 1 / math.log2(3))
    )


def test_ranked_by_hand() -> None:
    ranked = metrics.ranked_gains(
        ["a", "b", "c", "d"], {"b": 1, "d": 2, "x": 1, "a": -1}
    )
    assert ranked == [0, 1, 0, 2]
    assert metrics.recall(ranked, 3, 2) == pytest.approx(1 / 3)
    assert metrics.recall(ranked, 3, 4) == pytest.approx(2 / 3)
    assert metrics.precision(ranked, 3, 4) == 0.5
    assert metrics.precision(ranked, 3, 10) == 0.2
    assert metrics.reciprocal_rank(ranked, 3) == 0.5
    assert metrics.reciprocal_rank(ranked, 3, k=1) == 0
    assert metrics.hit(ranked, 3, 1) == 0
    assert metrics.hit(ranked, 3, 2) == 1
    # Precision 1/2 at rank 2, 2/4 at rank 4, and one relevant item never found.
    assert metrics.ranked_average_precision(ranked, 3) == pytest.approx(1 / 3)


def test_a_case_without_gold_has_no_score_and_does_not_lower_the_mean() -> None:
    scores = [
        metrics.ndcg([0.0], [], 10),
        metrics.recall([0.0], 0, 10),
        metrics.precision([0.0], 0, 10),
        metrics.reciprocal_rank([0.0], 0),
        metrics.hit([0.0], 0, 1),
        metrics.ranked_average_precision([0.0], 0),
    ]
    assert scores == [None] * 6
    assert metrics.mean([1.0, None, 0.5]) == 0.75
    assert metrics.mean([None]) is None


def test_an_item_ranked_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        metrics.ranked_gains(["a", "a"], {"a": 1.0})


def test_auroc_by_hand() -> None:
    # Pairs (positive, negative): .9>.8, .9>.1, .4<.8, .4>.1: 3 of 4.
    assert metrics.auroc([0.9, 0.8, 0.4, 0.1], [1, 0, 1, 0]) == 0.75
    assert metrics.auroc([0.5, 0.5], [1, 0]) == 0.5
    assert metrics.auroc([1, 2], [1, 1]) is None


def test_average_precision_by_hand() -> None:
    # Thresholds .9: P 1, R 1/2; .8: R 1/2; .4: P 2/3, R 1.
    found = metrics.average_precision([0.9, 0.8, 0.4, 0.1], [1, 0, 1, 0])
    assert found == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    # Both tied at one threshold: P 1/2 for the whole recall.
    assert metrics.average_precision([0.5, 0.5], [1, 0]) == 0.5
    assert metrics.average_precision([0.5], [0]) is None


def test_risk_coverage_by_hand() -> None:
    curve = metrics.risk_coverage([0.9, 0.7, 0.5, 0.2], [1, 0, 1, 0])
    assert curve is not None
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert curve.area == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert curve.accuracy_at(0.25) == 1
    assert curve.accuracy_at(0.5) == 0.5
    assert curve.accuracy_at(0.6) == pytest.approx(2 / 3)
    assert metrics.risk_coverage([], []) is None


def test_calibration_error_by_hand() -> None:
    # Bins of width 1/2: (.9 and .7, both right: |2 - 1.6|), (.2, right: |1 - .2|).
    found = metrics.calibration_error(
        [0.9, 0.7, 0.2], [1, 1, 1], bins=2, equal_mass=False
    )
    assert found == pytest.approx((0.4 + 0.8) / 3)
    # Bins of two: (.9 .8: right, wrong: |1 - 1.7|), (.2 .1: right, wrong: |1 - .3|).
    found = metrics.calibration_error(
        [0.9, 0.8, 0.2, 0.1], [1, 0, 1, 0], bins=2, equal_mass=True
    )
    assert found == pytest.approx((0.7 + 0.7) / 4)
    assert metrics.calibration_error([1.0], [1], bins=10, equal_mass=False) == 0
    assert metrics.calibration_error([], [], equal_mass=True) is None


def test_a_score_that_is_no_probability_has_no_calibration_error() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        metrics.calibration_error([8.8, 0.5], [1, 0], equal_mass=True)


def test_scores_and_labels_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        metrics.auroc([0.1], [1, 0])


@quick
@given(GAINS, st.integers(1, 12))
def test_ndcg_is_one_for_the_best_order_and_never_more(
    gains: list[float], k: int
) -> None:
    best = sorted(gains, reverse=True)
    if max(gains) == 0:
        assert metrics.ndcg(gains, gains, k) is None
        return
    assert metrics.ndcg(best, gains, k) == pytest.approx(1)
    found = metrics.ndcg(gains, gains, k)
    assert found is not None
    assert 0 <= found <= 1 + 1e-12


@quick
@given(GAINS, st.integers(0, 11))
def test_moving_a_better_item_up_never_lowers_a_ranked_metric(
    gains: list[float], position: int
) -> None:
    count = sum(gain > 0 for gain in gains)
    if count == 0 or position + 1 >= len(gains):
        return
    if gains[position + 1] <= gains[position]:
        return
    swapped = list(gains)
    swapped[position], swapped[position + 1] = gains[position + 1], gains[position]
    for k in (1, 3, 10):
        for metric in (metrics.recall, metrics.precision, metrics.hit):
            before, after = metric(gains, count, k), metric(swapped, count, k)
            assert before is not None
            assert after is not None
            assert after >= before
        assert (metrics.ndcg(swapped, gains, k) or 0) >= (
            metrics.ndcg(gains, gains, k) or 0
        )
    before = metrics.ranked_average_precision(gains, count)
    after = metrics.ranked_average_precision(swapped, count)
    assert (after or 0) >= (before or 0) - 1e-12


@quick
@given(CASES)
def test_auroc_is_the_share_of_pairs_in_order(cases: list[tuple[float, bool]]) -> None:
    positives = [score for score, label in cases if label]
    negatives = [score for score, label in cases if not label]
    found = metrics.auroc([s for s, _ in cases], [label for _, label in cases])
    if found is None:
        assert not (positives and negatives)
        return
    pairs = [(p > n) + (p == n) / 2 for p in positives for n in negatives]
    assert found == pytest.approx(sum(pairs) / len(pairs))
    turned = metrics.auroc([-s for s, _ in cases], [label for _, label in cases])
    assert turned == pytest.approx(1 - found)


@quick
@given(CASES, st.randoms(use_true_random=False))
def test_no_metric_of_confidence_depends_on_the_order_of_the_cases(
    cases: list[tuple[float, bool]], order: random.Random
) -> None:
    shuffled = list(cases)
    order.shuffle(shuffled)
    assert _of_confidence(shuffled) == pytest.approx(_of_confidence(cases), nan_ok=True)


def _of_confidence(cases: list[tuple[float, bool]]) -> list[float]:
    scores = [score for score, _ in cases]
    labels = [label for _, label in cases]
    curve = metrics.risk_coverage(scores, labels)
    found = [
        metrics.auroc(scores, labels),
        metrics.average_precision(scores, labels),
        metrics.calibration_error(scores, labels, bins=4, equal_mass=True),
        metrics.calibration_error(scores, labels, bins=4, equal_mass=False),
        None if curve is None else curve.area,
        None if curve is None else curve.accuracy_at(0.5),
    ]
    return [math.nan if value is None else value for value in found]


def test_tied_confidences_give_the_mean_risk_over_their_orders() -> None:
    correct = [True, False, True]
    curve = metrics.risk_coverage([0.5, 0.5, 0.5], correct)
    assert curve is not None
    areas = []
    for order in permutations(correct):
        distinct = metrics.risk_coverage([3, 2, 1], list(order))
        assert distinct is not None
        areas.append(distinct.area)
    assert curve.area == pytest.approx(np.mean(areas))


@quick
@given(CASES.filter(len))
def test_a_calibration_error_is_between_zero_and_one(
    cases: list[tuple[float, bool]],
) -> None:
    scores, labels = zip(*cases, strict=True)
    for equal_mass in (True, False):
        for bins in (1, 3, 15):
            found = metrics.calibration_error(
                scores, labels, bins, equal_mass=equal_mass
            )
            assert found is not None
            assert 0 <= found <= 1
    one = metrics.calibration_error(scores, labels, 1, equal_mass=True)
    assert one == pytest.approx(abs(np.mean(scores) - np.mean(labels)))


def test_the_bootstrap_interval_holds_the_mean_and_is_repeatable() -> None:
    values = [0.0, 1.0] * 50
    interval = bootstrap_interval(values)
    # Standard error of 100 fair coins is .05: the interval is about .5 +- .098.
    assert interval.low == pytest.approx(0.402, abs=0.02)
    assert interval.high == pytest.approx(0.598, abs=0.02)
    assert interval == bootstrap_interval(values)
    assert bootstrap_interval([1.0]).low == 1


def test_equal_systems_do_not_differ_and_a_clear_winner_does() -> None:
    same = compare([0.2, 0.8, 0.5], [0.2, 0.8, 0.5])
    assert same.difference == 0
    assert same.p_value == 1
    better = compare([1.0] * 12, [0.0] * 12)
    assert better.difference == 1
    # Only 2 of the 4,096 sign assignments are as extreme.
    assert better.p_value == pytest.approx(2 / 4096, abs=5e-4)
    assert better.interval.low == 1


def test_the_randomisation_test_agrees_with_all_sign_assignments() -> None:
    first = [0.9, 0.4, 0.7, 0.8, 0.6]
    second = [0.5, 0.5, 0.2, 0.6, 0.5]
    differences = np.array(first) - np.array(second)
    means = [
        abs(sum(d if number >> i & 1 else -d for i, d in enumerate(differences)) / 5)
        for number in range(32)
    ]
    exact = sum(m >= abs(differences.mean()) - 1e-12 for m in means) / 32
    assert compare(first, second).p_value == pytest.approx(exact, abs=0.02)


def test_a_comparison_needs_the_same_cases() -> None:
    with pytest.raises(ValueError, match="each case"):
        compare([1.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="no case"):
        compare([], [])
