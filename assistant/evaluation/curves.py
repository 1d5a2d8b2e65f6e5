"""What a threshold buys, and whether a probability means what it says: as curves.

A case is an outcome with its confidence and whether it was right. Cases of one
confidence pass a threshold together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WRONG_ALLOWED = 0.15
"""Share of wrong answers that a suggested threshold allows: one in seven or so, which
somebody who checks each quote against its source can live with."""
_POINTS = 20
"""Of a curve: a step of five in a hundred is finer than most sets can tell."""
_BINS = 10


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What happens when only the surest answers are given."""

    threshold: float
    """The least confidence of an answer that is given."""
    coverage: float
    """Share of the questions that are answered, above 0 to 1."""
    risk: float
    """Share of those answers that are wrong, 0 to 1."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Some cases of similar confidence."""

    count: int
    confidence: float
    """Their mean, 0 to 1."""
    accuracy: float
    """Share of them that are right."""


def risk_points(
    confidences: Sequence[float], correct: Sequence[bool]
) -> tuple[RiskPoint, ...]:
    """Return a point for every threshold that differs, the highest first.

    Geifman and El-Yaniv, "Selective classification for deep neural networks", NIPS
    2017.

    Args:
        confidences: One a case, higher is surer.
        correct: Whether each was right; an answer where there is none is wrong.
    """
    values = np.asarray(confidences, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    values = values[order]
    wrong = np.cumsum(~np.asarray(correct, dtype=np.bool_)[order])
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True)[: len(values)])
    return tuple(
        RiskPoint(
            float(values[place]),
            (int(place) + 1) / len(values),
            float(wrong[place]) / (int(place) + 1),
        )
        for place in last
    )


def risk_curve(points: Sequence[RiskPoint]) -> tuple[RiskPoint, ...]:
    """Thin the points out to some at even steps of the coverage.

    Args:
        points: From `risk_points`.
    """
    taken: dict[RiskPoint, None] = {}
    for step in range(1, _POINTS + 1):
        least = step / _POINTS - 1e-9
        reached = [point for point in points if point.coverage >= least]
        taken |= dict.fromkeys(reached[:1])
    return tuple(taken)


def threshold_for(
    points: Sequence[RiskPoint], most: float = WRONG_ALLOWED
) -> RiskPoint | None:
    """Return the point that answers most with no more than a share of wrong answers.

    Args:
        points: From `risk_points`.
        most: The share that may be wrong, 0 to 1.

    Returns:
        None if there is no such threshold.
    """
    return max(
        (point for point in points if point.risk <= most),
        key=lambda point: point.coverage,
        default=None,
    )


def reliability(
    confidences: Sequence[float], correct: Sequence[bool], bins: int = _BINS
) -> tuple[ReliabilityBin, ...]:
    """Compare confidence and accuracy in bins of equally many cases, the least first.

    Args:
        confidences: One a case, 0 to 1.
        correct: Whether each was right.
        bins: How many at most, at least 1.
    """
    values = np.asarray(confidences, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    truth = np.asarray(correct, dtype=np.float64)[order]
    groups = np.array_split(np.arange(len(values)), min(bins, max(1, len(values))))
    return tuple(
        ReliabilityBin(
            len(group),
            float(values[order][group].mean()),
            float(truth[group].mean()),
        )
        for group in groups
        if len(group)
    )
