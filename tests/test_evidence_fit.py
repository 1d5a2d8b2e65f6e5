"""The fit of the evidence on cases made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.evidence import FEATURES
from assistant.scoring import EvidenceModel
from benchmarks import evidence_fit
from benchmarks.evidence_cases import Case
from benchmarks.evidence_fit import (
    MOST,
    Shown,
    fit_odds,
    fit_weights,
    probabilities,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUESTIONS = 60
CANDIDATES = 10


def _cases(wrongly_marked: int) -> list[Case]:
    """Make questions whose answering sentence has the most of the first feature.

    The second feature says nothing. Of the first `wrongly_marked` questions another
    sentence is marked.
    """
    random = np.random.default_rng(0)
    cases = []
    for number in range(QUESTIONS):
        values = random.uniform(0, 1, (CANDIDATES, 2))
        best = int(values[:, 0].argmax())
        marked = best if number >= wrongly_marked else (best + 1) % CANDIDATES
        gold = np.arange(CANDIDATES) == marked
        cases.append(Case("answerable", values, gold, np.arange(CANDIDATES)))
    return cases


def test_what_tells_weighs_and_what_does_not_hardly_does() -> None:
    telling, other = fit_weights([_cases(0)], [0, 1])
    assert telling > 10
    assert other < telling / 5


def test_a_few_wrong_marks_do_not_lower_the_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = fit_weights([_cases(6)], [0, 1])[0]
    monkeypatch.setattr(evidence_fit, "LABEL_NOISE", 0.0)
    believing = fit_weights([_cases(6)], [0, 1])[0]
    assert sound > 2 * believing


def _shown(count: int = 6000) -> tuple[Shown, NDArray[np.float64]]:
    """Make first sentences of known probability, and as many behind that are wrong.

    A tenth of those that answer is not marked.
    """
    random = np.random.default_rng(0)
    score = random.uniform(0, 8, count)
    probability = MOST / (1 + np.exp(8 - 2 * score))
    right = np.concatenate([random.uniform(size=count) < probability, score < 0])
    first = np.arange(2 * count) < count
    shown = Shown(
        score=np.concatenate([score, score - 1]),
        lead=np.where(first, 1.0, -1.0),
        values=np.zeros((2 * count, len(FEATURES))),
        right=right,
        kinds=["answerable"] * (2 * count),
        first=first,
        share=np.ones(2 * count),
    )
    return shown, probability


def test_probabilities_are_of_marks_a_tenth_of_which_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown, probability = _shown()
    odds = fit_odds([shown], ["score"])
    said = probabilities(shown, odds)
    assert np.abs(said[shown.first] - probability).max() < 0.03
    assert said[~shown.first].max() < 0.05
    monkeypatch.setattr(evidence_fit, "MOST", 1.0)
    believing = probabilities(shown, fit_odds([shown], ["score"]))
    assert np.abs(believing[shown.first] - probability).max() > 0.05


def test_the_fit_says_what_the_program_says() -> None:
    shown, _ = _shown(400)
    odds = fit_odds([shown], ["score", "lead"])
    model = EvidenceModel({"coverage": 1.0}, odds)
    place = FEATURES.index("coverage")
    for row in (0, 1, 399, 400, 799):
        values = [0.0] * len(FEATURES)
        values[place] = float(shown.score[row])
        said = probabilities(shown, odds)[row]
        assert model.probability(values, shown.lead[row]) == pytest.approx(said)
