"""Which sentences are the answer, and when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evidence import Candidate
from assistant.scoring import EvidenceModel
from assistant.selecting import Asking, select, unlike

if TYPE_CHECKING:
    from assistant.disagreement import Claim


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with its score and probability."""

    candidate: Candidate
    score: float
    """To rank by; a difference is a log ratio of likelihoods."""
    probability: float
    """0 to 1, calibrated for a best-ranked sentence."""
    lead: float
    """Its score less that of the best, or as the best less that of the next."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to show."""

    answered: bool
    confidence: float
    """The probability of the best candidate; 0 if there is none."""
    shown: tuple[Judged, ...]
    """Quotes, or the near misses of an abstention; the best first."""
    closest: bool = False
    """Of an abstention: the first near miss may be the answer all the same."""
    contested: tuple[tuple[int, Claim], ...] = ()
    """Places in `shown` and what those say that cannot all be true; often none."""


def judge(candidates: Sequence[Candidate], model: EvidenceModel) -> list[Judged]:
    """Score the candidates and order them, the best first; ties in reading order.

    The best leads the best one of other words: the same sentence in a copy of the
    document, or in a running title, does not make it less of an answer.
    """
    scored = sorted(
        ((model.score(c.values), c) for c in candidates),
        key=lambda pair: (-pair[0], pair[1].document_id, pair[1].sentence),
    )
    judged = []
    for place, (score, candidate) in enumerate(scored):
        rival = scored[0][0] if place else _runner_up(scored)
        lead = score - rival
        probability = model.probability(candidate.values, lead)
        judged.append(Judged(candidate, score, probability, lead))
    return judged


def _runner_up(scored: Sequence[tuple[float, Candidate]]) -> float:
    """The best score of a sentence that is no copy of the first; 0 if there is none."""
    first = scored[0][1]
    return next((score for score, one in scored[1:] if one.terms != first.terms), 0.0)


def choose(
    judged: Sequence[Judged],
    *,
    threshold: float,
    closest_threshold: float = 1.0,
    quotes: int,
    near_misses: int,
    asking: Asking | None = None,
) -> Choice:
    """Choose the quotes of an answer, or the near misses of an abstention.

    Args:
        judged: Best first.
        threshold: The least probability of the best sentence with which it is given
            as an answer, 0 to 1.
        closest_threshold: The least one with which, short of that, it is shown as
            perhaps an answer; 1 for never.
        quotes: The most quotes, from 1.
        near_misses: The most near misses, from 0.
        asking: The question; without it neither its parts nor contradictions count.
    """
    if not judged:
        return Choice(False, 0.0, ())
    best = judged[0]
    if best.probability < threshold:
        shown = tuple(unlike(judged, near_misses))
        closest = bool(shown) and best.probability >= closest_threshold
        return Choice(False, best.probability, shown, closest)
    chosen = select(judged, quotes, asking)
    return Choice(True, best.probability, chosen.shown, contested=chosen.contested)
