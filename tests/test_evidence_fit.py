"""The fit of the evidence on cases made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks import evidence_fit
from benchmarks.evidence_cases import Case
from benchmarks.evidence_fit import fit_weights

if TYPE_CHECKING:
    import pytest

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
