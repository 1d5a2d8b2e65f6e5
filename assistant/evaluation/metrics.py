"""Metrics as pure functions of ranks, scores and labels.

A ranking is judged from the gains of its items in rank order, best first. A case
without gold has no score: the functions return None for it, and `mean` leaves None out.
No metric depends on the order in which cases are given: tied scores count half
(AUROC), pass a threshold together (average precision) or share their mean correctness.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def mean(values: Iterable[float | None]) -> float | None:
    """Average the scores there are; None when there is none."""
    scores = [value for value in values if value is not None]
    return math.fsum(scores) / len(scores) if scores else None


def ranked_gains(ranking: Sequence[str], gains: Mapping[str, float]) -> list[float]:
    """Give the gain of each ranked item, 0 for one that is not judged.

    Raises:
        ValueError: An item stands in the ranking twice; it would be counted twice.
    """
    if len(set(ranking)) != len(ranking):
        raise ValueError("the ranking holds an item twice")
    return [max(0.0, gains.get(item, 0.0)) for item in ranking]


def ndcg(ranked: Sequence[float], judged: Iterable[float], k: int) -> float | None:
    """Normalised discounted cumulative gain of the first k, 0 to 1.

    DCG@k = sum over ranks i = 1..k of gain_i / log2(i + 1), divided by the DCG@k of all
    judged items in the best order. The gain is the relevance grade itself, as in
    trec_eval, pytrec_eval and BEIR, not 2^grade - 1. Järvelin and Kekäläinen,
    "Cumulated gain-based evaluation of IR techniques", TOIS 20(4), 2002.

    Args:
        ranked: Gains in rank order, from `ranked_gains`.
        judged: Gains of every judged item of the query, retrieved or not.
        k: Ranks that count, at least 1.
    """
    best = sorted((gain for gain in judged if gain > 0), reverse=True)
    if not best:
        return None
    return _discounted(ranked[:k]) / _discounted(best[:k])


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def recall(ranked: Sequence[float], relevant_count: int, k: int) -> float | None:
    """Share of the relevant items that are among the first k, 0 to 1."""
    if relevant_count == 0:
        return None
    return sum(gain > 0 for gain in ranked[:k]) / relevant_count


def precision(ranked: Sequence[float], relevant_count: int, k: int) -> float | None:
    """Share of the first k ranks that hold a relevant item, 0 to 1.

    The divisor is k also when fewer were retrieved, as in trec_eval.
    """
    if relevant_count == 0:
        return None
    return sum(gain > 0 for gain in ranked[:k]) / k


def reciprocal_rank(
    ranked: Sequence[float], relevant_count: int, k: int | None = None
) -> float | None:
    """1 / rank of the first relevant item, 0 when none is among the first k.

    Its mean over queries is MRR: Voorhees, "The TREC-8 question answering track
    report", TREC 1999.
    """
    if relevant_count == 0:
        return None
    for rank, gain in enumerate(ranked[:k], start=1):
        if gain > 0:
            return 1 / rank
    return 0.0


def hit(ranked: Sequence[float], relevant_count: int, k: int) -> float | None:
    """1 when a relevant item is among the first k, else 0."""
    if relevant_count == 0:
        return None
    return float(any(gain > 0 for gain in ranked[:k]))


def ranked_average_precision(
    ranked: Sequence[float], relevant_count: int
) -> float | None:
    """Mean over the relevant items of the precision at their ranks, 0 to 1.

    A relevant item that was not retrieved counts 0. Its mean over queries is MAP:
    Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, 8.4.
    """
    if relevant_count == 0:
        return None
    found = 0
    precisions = []
    for rank, gain in enumerate(ranked, start=1):
        if gain > 0:
            found += 1
            precisions.append(found / rank)
    return math.fsum(precisions) / relevant_count


def auroc(scores: ArrayLike, labels: ArrayLike) -> float | None:
    """Area under the ROC curve: P(score of a positive > score of a negative), 0 to 1.

    A tie counts one half. U = R - p (p + 1) / 2 with R the sum of the positives'
    mid-ranks, and AUROC = U / (p n): Hanley and McNeil, "The meaning and use of the
    area under a receiver operating characteristic (ROC) curve", Radiology 143, 1982.

    Args:
        scores: (n,) numbers, higher for what is taken as positive.
        labels: (n,) truth values.

    Returns:
        None unless there are positives and negatives.
    """
    values, truth = _paired(scores, labels)
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if positives == 0 or negatives == 0:
        return None
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    last_ranks = np.cumsum(counts)
    mid_ranks = last_ranks - (counts - 1) / 2
    rank_sum = float(mid_ranks[group][truth > 0].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def average_precision(scores: ArrayLike, labels: ArrayLike) -> float | None:
    """Area under the precision-recall curve by steps, 0 to 1.

    AP = sum over distinct thresholds t, falling, of (R_t - R_(t-1)) P_t; tied cases
    pass the threshold together. Same as scikit-learn's `average_precision_score`.

    Args:
        scores: (n,) numbers, higher for what is taken as positive.
        labels: (n,) truth values.

    Returns:
        None without a positive.
    """
    values, truth = _paired(scores, labels)
    positives = float(truth.sum())
    if positives == 0:
        return None
    order = np.argsort(-values, kind="stable")
    values, truth = values[order], truth[order]
    is_last = np.append(values[1:] != values[:-1], True)
    found = np.cumsum(truth)[is_last]
    seen = np.flatnonzero(is_last) + 1
    steps = np.diff(found, prepend=0.0) / positives
    return float((steps * found / seen).sum())


@dataclass(frozen=True, slots=True, eq=False)
class RiskCoverage:
    """How often the answers are wrong when only the surest are given."""

    coverage: NDArray[np.float64]
    """(n,): 1/n, 2/n, ... 1, the share of cases that are answered."""
    risk: NDArray[np.float64]
    """(n,): share of those answers that are wrong, 0 to 1."""

    @property
    def area(self) -> float:
        """AURC, 0 to 1, lower is better: the mean risk over all coverages."""
        return float(self.risk.mean())

    def accuracy_at(self, coverage: float) -> float:
        """Share of right answers among the surest `coverage` (0 to 1) of the cases."""
        needed = max(1, math.ceil(coverage * len(self.risk) - 1e-9))
        return 1 - float(self.risk[min(needed, len(self.risk)) - 1])


def risk_coverage(confidences: ArrayLike, correct: ArrayLike) -> RiskCoverage | None:
    """Trace the risk against the coverage as the confidence asked for falls.

    Geifman and El-Yaniv, "Selective classification for deep neural networks", NIPS
    2017; the area as in Geifman, Uziel and El-Yaniv, ICLR 2019.

    Args:
        confidences: (n,) numbers, higher is surer.
        correct: (n,) truth values; an answer to a question without one is wrong.

    Returns:
        None without a case.
    """
    values, truth = _surest_first(confidences, correct)
    if len(values) == 0:
        return None
    answered = np.arange(1, len(values) + 1, dtype=np.float64)
    return RiskCoverage(answered / len(values), 1 - np.cumsum(truth) / answered)


def calibration_error(
    probabilities: ArrayLike,
    correct: ArrayLike,
    bins: int = 15,
    *,
    equal_mass: bool = True,
) -> float | None:
    """Expected calibration error, 0 to 1: mean gap of probability and accuracy.

    ECE = sum over bins b of |b| / n * |accuracy(b) - mean probability(b)|: Naeini,
    Cooper and Hauskrecht, AAAI 2015 (bins of equal width, 0 to 1); with bins of equal
    mass as in Nixon et al., "Measuring calibration in deep learning", CVPR workshops
    2019.

    Args:
        probabilities: (n,) numbers from 0 to 1.
        correct: (n,) truth values.
        bins: How many, at least 1.
        equal_mass: Bins with equally many cases, else bins of equal width.

    Returns:
        None without a case.

    Raises:
        ValueError: A number is no probability.
    """
    values, truth = _surest_first(probabilities, correct)
    if len(values) == 0:
        return None
    if values[0] > 1 or values[-1] < 0:
        raise ValueError("a probability lies between 0 and 1")
    if equal_mass:
        number = np.arange(len(values)) * bins // len(values)
    else:
        number = np.minimum((values * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(number, weights=truth - values, minlength=bins)
    return float(np.abs(gaps).sum() / len(values))


def _paired(
    scores: ArrayLike, labels: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = np.asarray(scores, dtype=np.float64)
    truth = np.asarray(labels, dtype=np.bool_).astype(np.float64)
    if values.ndim != 1 or values.shape != truth.shape:
        raise ValueError("scores and labels must be two rows of one length")
    return values, truth


def _surest_first(
    confidences: ArrayLike, correct: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sort by falling confidence; tied cases share their mean correctness."""
    values, truth = _paired(confidences, correct)
    order = np.argsort(-values, kind="stable")
    values, truth = values[order], truth[order]
    _, group = np.unique(values, return_inverse=True)
    shared = np.bincount(group, weights=truth) / np.bincount(group)
    return values, shared[group] if len(values) else truth
