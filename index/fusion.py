"""Pure functions that make one ranking out of two."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

# Cormack, Clarke and Büttcher tried several on TREC data and fixed this one.
RRF_K = 60

# Halfway: without questions to tune on neither ranking is preferred.
CONVEX_WEIGHT = 0.5

# Of meaning against words in a search. The question is drawn towards what both found
# first (index/feedback.py), so that words are heard twice. From .65 to .75 the mean
# over five collections differs by .005, and each is above both rankings alone.
SEMANTIC_WEIGHT = 0.7


def min_max(scores: Mapping[Key, float], resolution: float = 0.0) -> dict[Key, float]:
    """Map scores to 0 (the least of them) to 1 (the greatest).

        (s - min) / (max - min)

    Bruch, Gai and Ingber 2023, section 3. Scores that are all equal, a single one
    among them, become 1: they were found, and nothing tells them apart.

    Args:
        scores: Finite scores of the candidates.
        resolution: Scores that lie no further apart, all of them, count as equal: their
            difference is an error of rounding, which scaling would make the whole.
    """
    if not scores:
        return {}
    least, greatest = min(scores.values()), max(scores.values())
    if greatest - least <= resolution:
        return dict.fromkeys(scores, 1.0)
    return _scaled(scores, least, greatest)


def theoretical_min_max(
    scores: Mapping[Key, float], least_possible: float
) -> dict[Key, float]:
    """Map scores to 0 (the least there could be) to 1 (the greatest of them).

        (s - least possible) / (max - least possible)

    Bruch, Gai and Ingber 2023, section 3 ("TM2C2"): the lower end is a property of the
    score, 0 for BM25 and -1 for a cosine, and does not hang on which candidates the
    ranking happened to reach. Scores that are all the least possible become 0.

    Args:
        scores: Finite scores of the candidates, none below `least_possible`.
        least_possible: The lower bound of the scoring function.
    """
    if not scores:
        return {}
    greatest = max(scores.values())
    if greatest <= least_possible:
        return dict.fromkeys(scores, 0.0)
    return _scaled(scores, least_possible, greatest)


def convex(
    lexical: Mapping[Key, float],
    semantic: Mapping[Key, float],
    weight: float = CONVEX_WEIGHT,
) -> dict[Key, float]:
    """Combine two normalised scores over the union of their candidates.

        weight * semantic + (1 - weight) * lexical

    Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval",
    ACM Transactions on Information Systems 42(1). A candidate that one side does not
    hold counts 0 there; where its true score can be had, give that instead.

    Args:
        lexical: Normalised scores, 0 to 1.
        semantic: Normalised scores, 0 to 1.
        weight: Of the semantic side, 0 to 1.

    Returns:
        Scores of 0 to 1: candidates of `lexical` in its order, then the others.
    """
    return {
        key: weight * semantic.get(key, 0.0) + (1 - weight) * lexical.get(key, 0.0)
        for key in dict.fromkeys((*lexical, *semantic))
    }


def reciprocal_rank(
    ranks: Sequence[Mapping[Key, int]], k: int = RRF_K
) -> dict[Key, float]:
    """Combine rankings by their ranks alone.

        sum over rankings of 1 / (k + rank)

    Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and
    individual Rank Learning Methods", SIGIR. A ranking adds nothing to a candidate that
    it does not hold.

    Args:
        ranks: The rank of each candidate in each ranking; 1 is best.
        k: Flattens the difference between the first ranks.

    Returns:
        Scores above 0, at most `len(ranks) / (k + 1)`.
    """
    fused: dict[Key, float] = {}
    for ranking in ranks:
        for key, rank in ranking.items():
            fused[key] = fused.get(key, 0.0) + 1 / (k + rank)
    return fused


def ranks_of(scores: Mapping[Key, float]) -> dict[Key, int]:
    """Rank candidates by falling score from 1; equal scores keep the given order."""
    ordered = sorted(scores, key=lambda key: -scores[key])
    return {key: rank for rank, key in enumerate(ordered, start=1)}


def _scaled(
    scores: Mapping[Key, float], least: float, greatest: float
) -> dict[Key, float]:
    width = greatest - least
    # The width of denormal numbers can be lost in the subtraction.
    if width <= 0.0:
        return dict.fromkeys(scores, 1.0)
    return {key: (score - least) / width for key, score in scores.items()}
