"""From features to a score and a probability; the weights that come with Quoth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import COSINE_FEATURES, FEATURES
from assistant.scoring import (
    LARGEST_LEAD,
    EvidenceModel,
    load_model,
    parse_model,
)

TEXT = """
[hybrid.weights]
sentence_cosine = 2.0
coverage = 1.0
[hybrid.odds]
intercept = -1.0
score = 0.5
lead = 0.25
names_coverage = 2.0
further = -0.5
behind = 0.75
[lexical.weights]
coverage = 3.0
[lexical.odds]
intercept = -2.0
coverage = 1.0
further = -1.0
behind = 1.0
"""
MODEL = parse_model(TEXT, with_vectors=True)
EVERY = pytest.mark.parametrize(
    ("with_vectors", "read"),
    [(True, False), (True, True), (False, False), (False, True)],
)


def values_of(**named: float) -> tuple[float, ...]:
    return tuple(named.get(name, 0.0) for name in FEATURES)


def test_the_score_is_the_weighted_sum() -> None:
    values = values_of(sentence_cosine=0.5, coverage=0.25, names_coverage=1.0)
    assert MODEL.score(values) == pytest.approx(2.0 * 0.5 + 0.25)


def test_the_probability_is_the_logistic_of_the_odds() -> None:
    values = values_of(sentence_cosine=0.5, coverage=0.25, names_coverage=0.5)
    log_odds = -1.0 + 0.5 * 1.25 + 0.25 * 0.8 + 2.0 * 0.5
    assert MODEL.probability(values, 0.8) == pytest.approx(
        1 / (1 + math.exp(-log_odds))
    )


def test_a_further_sentence_is_less_likely_the_farther_it_is_behind() -> None:
    values = values_of(sentence_cosine=0.5, coverage=0.25, names_coverage=0.5)
    log_odds = -1.0 + 0.5 * 1.25 + 2.0 * 0.5 - 0.5 - 0.75 * 0.8
    assert MODEL.probability(values, -0.8) == pytest.approx(
        1 / (1 + math.exp(-log_odds))
    )


def test_without_a_weight_of_the_lead_only_being_behind_tells() -> None:
    lexical = parse_model(TEXT, with_vectors=False)
    values = values_of(coverage=0.5)
    assert lexical.probability(values, 0.1) == lexical.probability(values, 2.0)
    assert lexical.probability(values, -0.1) < lexical.probability(values, 0.1)
    assert "lead" not in dict(lexical.explain_odds(values, 0.1))


def test_a_lead_beyond_the_largest_says_no_more() -> None:
    values = values_of(coverage=0.5)
    for sign in (1, -1):
        most = MODEL.probability(values, sign * LARGEST_LEAD)
        assert MODEL.probability(values, sign * 100.0) == most


def test_the_parts_of_the_odds_add_up_to_the_probability() -> None:
    values = values_of(sentence_cosine=0.5, coverage=0.25, names_coverage=0.5)
    for lead in (-7.0, 0.8, 100.0):
        parts = MODEL.explain_odds(values, lead)
        probability = 1 / (1 + math.exp(-sum(adds for _, adds in parts)))
        assert probability == pytest.approx(MODEL.probability(values, lead))
        assert parts[0] == ("start", -1.0)
        assert dict(parts)["names_coverage"] == 1.0
        assert "sentence_bm25" not in dict(parts)


def test_no_evidence_makes_surer_than_the_bound() -> None:
    bounded = parse_model(
        TEXT.replace("behind = 0.75", "behind = 0.75\nmost = 0.9"), with_vectors=True
    )
    values = values_of(sentence_cosine=0.5, coverage=0.25, names_coverage=0.5)
    for lead in (-7.0, 0.8):
        free = MODEL.probability(values, lead)
        assert bounded.probability(values, lead) == pytest.approx(0.9 * free)
        parts = bounded.explain_odds(values, lead)
        assert parts[:-1] == MODEL.explain_odds(values, lead)
        assert parts[-1][0] == "doubt"
        assert parts[-1][1] < 0
    certain = values_of(names_coverage=100.0)
    assert bounded.probability(certain, 1.0) == pytest.approx(0.9)


def test_explain_names_every_feature_with_its_weight() -> None:
    values = values_of(sentence_cosine=0.5, coverage=0.25)
    features = MODEL.explain(values)
    assert [feature.name for feature in features] == list(FEATURES)
    assert sum(f.contribution for f in features) == pytest.approx(MODEL.score(values))
    weights = {feature.name: feature.weight for feature in features}
    assert weights["sentence_cosine"] == 2.0
    assert weights["answer_kind"] == 0.0


def test_each_table_serves_its_kind_of_search() -> None:
    lexical = parse_model(TEXT, with_vectors=False)
    assert lexical.weights == {"coverage": 3.0}
    assert lexical.odds["intercept"] == -2.0


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("sentence_cosine = 2.0", "sentence_cosinus = 2.0", "sentence_cosinus"),
        ("sentence_cosine = 2.0", "lead = 2.0", "lead"),
        ("names_coverage = 2.0", "name_coverage = 2.0", "name_coverage"),
        ("intercept = -1.0", "", "lacks.*intercept"),
        ("behind = 0.75", "", "lacks.*behind"),
    ],
)
def test_evidence_that_names_or_lacks_something_is_refused(
    was: str, becomes: str, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        parse_model(TEXT.replace(was, becomes), with_vectors=True)


@pytest.mark.parametrize("table", ["weights", "odds"])
def test_a_search_by_words_alone_weighs_no_cosine(table: str) -> None:
    text = TEXT.replace(
        f"[lexical.{table}]", f"[lexical.{table}]\npassage_cosine = 1.0"
    )
    with pytest.raises(ValueError, match="passage_cosine"):
        parse_model(text, with_vectors=False)


@EVERY
def test_the_weights_of_the_package_are_sound(with_vectors: bool, read: bool) -> None:
    model = load_model(with_vectors=with_vectors, read=read)
    assert model is load_model(with_vectors=with_vectors, read=read), "read once"
    assert model.weights
    assert all(weight >= 0 for weight in model.weights.values())
    assert with_vectors == bool(COSINE_FEATURES & set(model.weights))
    assert model.odds["most"] == 0.9, "the words for `doubt` say one in ten"
    # No evidence at all is no answer, and all of it is one.
    none, everything = values_of(), tuple(1.0 for _ in FEATURES)
    assert model.probability(none, -LARGEST_LEAD) < 0.1
    assert model.probability(everything, LARGEST_LEAD) > 0.8


unit = st.floats(0, 1)
features = st.tuples(*(unit for _ in FEATURES))


@EVERY
@given(values=features, lead=st.floats(-10, 10), more=st.floats(0, 5))
def test_probability_rises_with_the_lead(
    with_vectors: bool, read: bool, values: tuple[float, ...], lead: float, more: float
) -> None:
    model = load_model(with_vectors=with_vectors, read=read)
    low = model.probability(values, lead)
    high = model.probability(values, lead + more)
    assert 0.0 < low <= high < 1.0


@EVERY
@given(values=features, place=st.integers(0, len(FEATURES) - 1), value=unit)
def test_more_evidence_never_lowers_score_or_probability(
    with_vectors: bool, read: bool, values: tuple[float, ...], place: int, value: float
) -> None:
    model = load_model(with_vectors=with_vectors, read=read)
    more = (*values[:place], max(value, values[place]), *values[place + 1 :])
    assert model.score(more) >= model.score(values)
    assert model.probability(more, 0.0) >= model.probability(values, 0.0)


def test_a_model_without_a_weight_scores_nothing() -> None:
    model = EvidenceModel(
        {}, {"intercept": 0.0, "score": 1.0, "further": 0.0, "behind": 0.0}
    )
    assert model.score(tuple(1.0 for _ in FEATURES)) == 0.0
    assert model.probability(values_of(), 5.0) == 0.5
