"""Which sentences are the answer, which are near misses, and which lean on others."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import Choice, Judged, choose, judge
from assistant.evidence import FEATURES, Candidate
from assistant.scoring import EvidenceModel

MODEL = EvidenceModel(
    {"coverage": 10.0},
    {"intercept": -2.0, "score": 0.4, "lead": 0.5, "further": -0.5, "behind": 0.5},
)


def candidate(
    sentence: int,
    terms: str,
    *,
    coverage: float = 0.0,
    kind: float = 0.5,
    document: int = 1,
) -> Candidate:
    """A sentence of the given number that holds some terms."""
    named = {"coverage": coverage, "answer_kind": kind}
    held = frozenset(terms.split())
    values = tuple(named.get(name, 0.0) for name in FEATURES)
    return Candidate(document, sentence, 0, 1, 1, held, held, values)


def judged(score: float, candidate_: Candidate, probability: float = 0.5) -> Judged:
    return Judged(candidate_, score, probability, 0.0)


def shown(choice: Choice) -> list[int]:
    return [one.candidate.sentence for one in choice.shown]


def pick(
    *judged_: Judged,
    threshold: float = 0.3,
    closest_threshold: float = 0.1,
    quotes: int = 3,
    near_misses: int = 3,
) -> Choice:
    return choose(
        judged_,
        threshold=threshold,
        closest_threshold=closest_threshold,
        quotes=quotes,
        near_misses=near_misses,
    )


def test_the_best_comes_first_and_leads_the_second() -> None:
    first, second, third = judge(
        [
            candidate(1, "a", coverage=0.2),
            candidate(2, "b", coverage=0.9),
            candidate(3, "c", coverage=0.7),
        ],
        MODEL,
    )
    assert [one.candidate.sentence for one in (first, second, third)] == [2, 3, 1]
    assert [one.score for one in (first, second, third)] == pytest.approx([9, 7, 2])
    for one, lead in ((first, 2.0), (second, -2.0), (third, -7.0)):
        expected = MODEL.probability(one.candidate.values, lead)
        assert one.probability == pytest.approx(expected)


def test_ties_are_in_reading_order() -> None:
    candidates = [
        candidate(7, "a", document=2),
        candidate(9, "b", document=1),
        candidate(3, "c", document=2),
    ]
    ordered = [
        (one.candidate.document_id, one.candidate.sentence)
        for one in judge(candidates, MODEL)
    ]
    assert ordered == [(1, 9), (2, 3), (2, 7)]
    assert judge(list(reversed(candidates)), MODEL) == judge(candidates, MODEL)


def test_a_sentence_alone_leads_by_its_score() -> None:
    (only,) = judge([candidate(1, "a", coverage=0.2)], MODEL)
    assert only.probability == MODEL.probability(only.candidate.values, 2.0)


def test_a_copy_is_no_rival() -> None:
    best, *_ = judge(
        [
            candidate(1, "a b", coverage=0.9),
            candidate(1, "a b", coverage=0.9, document=2),
            candidate(7, "a b", coverage=0.8, document=2),
            candidate(2, "a c", coverage=0.7),
        ],
        MODEL,
    )
    assert best.probability == MODEL.probability(best.candidate.values, 9.0 - 7.0)
    only, _ = judge(
        [
            candidate(1, "a b", coverage=0.2),
            candidate(1, "a b", coverage=0.2, document=2),
        ],
        MODEL,
    )
    assert only.probability == MODEL.probability(only.candidate.values, 2.0)


def test_nothing_found_is_no_answer() -> None:
    assert judge([], MODEL) == []
    assert pick() == Choice(False, 0.0, ())


@pytest.mark.parametrize(
    ("probability", "answered"), [(0.29, False), (0.3, True), (0.31, True)]
)
def test_the_threshold_is_the_least_probability_of_an_answer(
    probability: float, answered: bool
) -> None:
    choice = pick(judged(5.0, candidate(1, "a"), probability), threshold=0.3)
    assert (choice.answered, choice.confidence) == (answered, probability)
    assert shown(choice) == [1]


@pytest.mark.parametrize(
    ("probability", "closest"),
    [(0.0, False), (0.09, False), (0.1, True), (0.29, True), (0.3, False)],
)
def test_between_the_thresholds_stands_what_is_perhaps_an_answer(
    probability: float, closest: bool
) -> None:
    choice = pick(judged(5.0, candidate(1, "a"), probability))
    assert choice.closest == closest
    assert choice.answered == (probability == 0.3)


def test_nothing_is_closest_where_nothing_is_shown_or_it_is_switched_off() -> None:
    one = judged(5.0, candidate(1, "a"), 0.2)
    assert pick(one).closest
    assert not pick(one, near_misses=0).closest
    assert not pick(one, closest_threshold=1.0).closest
    assert not pick(closest_threshold=0.0).closest


def test_further_quotes_beside_the_best_are_at_least_a_quarter_as_likely() -> None:
    best = 5.0
    edge = best - math.log(4)
    choice = pick(
        judged(best, candidate(1, "a b")),
        judged(edge + 0.01, candidate(2, "c d")),
        judged(edge - 0.01, candidate(3, "e f")),
    )
    assert shown(choice) == [1, 2]


def test_an_answer_has_at_most_its_number_of_quotes() -> None:
    some = [judged(5.0, candidate(n, f"a{n} b{n}")) for n in range(5)]
    assert shown(pick(*some, quotes=1)) == [0]
    assert shown(pick(*some, quotes=4)) == [0, 1, 2, 3]


def test_a_quote_that_repeats_another_is_left_out() -> None:
    choice = pick(
        judged(5.0, candidate(1, "gate open red wide old")),
        judged(5.0, candidate(2, "gate open red wide")),
        judged(5.0, candidate(3, "gate open red wide new high")),
        judged(5.0, candidate(4, "gate shut green small")),
    )
    # 4 of 4 and 4 of 5 words are those of the first; 1 of 4 of the last.
    assert shown(choice) == [1, 4]


def test_a_sentence_without_a_word_repeats_whatever_was_taken() -> None:
    choice = pick(
        judged(5.0, candidate(1, "gate")),
        judged(5.0, candidate(2, "")),
        judged(5.0, candidate(3, "door")),
    )
    assert shown(choice) == [1, 3]
    first = pick(judged(5.0, candidate(2, "")), judged(5.0, candidate(3, "door")))
    assert shown(first) == [2, 3]


def test_near_misses_are_the_nearest_that_differ_however_far_behind() -> None:
    some = [
        judged(5.0, candidate(1, "gate open"), 0.1),
        judged(4.9, candidate(2, "gate open"), 0.1),
        judged(-9.0, candidate(3, "door"), 0.1),
        judged(-10.0, candidate(4, "wall"), 0.1),
    ]
    choice = pick(*some, near_misses=2)
    assert not choice.answered
    assert choice.confidence == 0.1
    assert shown(choice) == [1, 3]
    assert shown(pick(*some, near_misses=0)) == []


def test_the_next_sentence_completes_one_that_lacks_what_is_asked_for() -> None:
    best = judged(9.0, candidate(4, "envoy", kind=0.0))
    other = judged(8.9, candidate(9, "minister", kind=1.0))
    following = judged(5.0, candidate(5, "ratney", kind=1.0))
    assert shown(pick(best, other, following)) == [4, 5, 9]
    assert shown(pick(best, other, following, quotes=1)) == [4]
    unlikely = judged(1.0, candidate(5, "ratney", kind=1.0))
    assert shown(pick(best, other, unlikely)) == [4, 9]


@pytest.mark.parametrize(
    ("best", "following"),
    [
        (candidate(4, "envoy", kind=1.0), candidate(5, "ratney", kind=1.0)),
        (candidate(4, "envoy", kind=0.5), candidate(5, "ratney", kind=0.5)),
        (candidate(4, "envoy", kind=0.0), candidate(5, "ratney", kind=0.0)),
        (candidate(4, "envoy", kind=0.0), candidate(6, "ratney", kind=1.0)),
        (candidate(4, "envoy", kind=0.0), candidate(3, "ratney", kind=1.0)),
        (
            candidate(4, "envoy", kind=0.0),
            candidate(5, "ratney", kind=1.0, document=2),
        ),
    ],
)
def test_no_other_sentence_completes(best: Candidate, following: Candidate) -> None:
    assert shown(pick(judged(9.0, best), judged(1.0, following))) == [4]


def test_a_completing_sentence_that_is_near_anyway_comes_once() -> None:
    best = judged(9.0, candidate(4, "envoy", kind=0.0))
    other = judged(8.9, candidate(9, "minister", kind=1.0))
    following = judged(8.8, candidate(5, "ratney", kind=1.0))
    assert shown(pick(best, other, following)) == [4, 5, 9]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["a b", "a c", "d", "", "e"]))),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.integers(1, 5),
    st.integers(0, 5),
)
def test_a_choice_keeps_its_bounds(
    rows: list[tuple[float, str]],
    thresholds: tuple[float, float],
    quotes: int,
    near_misses: int,
) -> None:
    threshold, closest_threshold = thresholds
    candidates = [
        candidate(number, terms, coverage=coverage)
        for number, (coverage, terms) in enumerate(rows)
    ]
    all_judged = judge(candidates, MODEL)
    choice = pick(
        *all_judged,
        threshold=threshold,
        closest_threshold=closest_threshold,
        quotes=quotes,
        near_misses=near_misses,
    )
    assert len(choice.shown) <= (quotes if choice.answered else near_misses)
    assert len(set(shown(choice))) == len(choice.shown)
    assert choice.answered == bool(rows and choice.confidence >= threshold)
    assert not (choice.answered and choice.closest)
    if choice.shown:
        assert choice.shown[0] == all_judged[0]
