"""How sure a mean is, and whether two systems differ on the same cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES = 10_000
"""Enough that the ends of a 95 % interval move by less than the third digit."""
_BATCH_CELLS = 2_000_000
"""Resampled values held at once: 16 MB of float64."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval of a mean."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on the same cases."""

    difference: float
    """Mean of first minus second."""
    interval: Interval
    """Of the difference, 95 %."""
    p_value: float
    """Of the randomisation test, two-sided, above 0 to 1."""


def bootstrap_interval(
    values: Sequence[float],
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Percentile interval of the mean by resampling the cases.

    Efron, "Bootstrap methods: another look at the jackknife", 1979. The same values and
    seed give the same interval.

    Raises:
        ValueError: There is no value.
    """
    cases = _cases(values)
    random = np.random.default_rng(seed)
    means = np.concatenate(
        [
            cases[random.integers(0, len(cases), (rows, len(cases)))].mean(axis=1)
            for rows in _batches(resamples, len(cases))
        ]
    )
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def compare(
    first: Sequence[float],
    second: Sequence[float],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare two systems case by case.

    The interval is the bootstrap's over the differences. The test is Fisher's paired
    randomisation: p = (1 + number of random sign assignments whose mean difference is
    at least as far from 0) / (1 + resamples). Smucker, Allan and Carterette, "A
    comparison of statistical significance tests for information retrieval evaluation",
    CIKM 2007.

    Raises:
        ValueError: There is no case, or the two are of different length.
    """
    if len(first) != len(second):
        raise ValueError("both systems must have a score for each case")
    differences = _cases(first) - _cases(second)
    random = np.random.default_rng(seed)
    observed = abs(float(differences.mean()))
    # Sums in another order differ in the last bits; those count as equal.
    bound = observed - 1e-12
    extreme = 0
    for rows in _batches(resamples, len(differences)):
        signs = random.integers(0, 2, (rows, len(differences)), dtype=np.int8) * 2 - 1
        means = np.abs((signs * differences).mean(axis=1))
        extreme += int((means >= bound).sum())
    return Comparison(
        float(differences.mean()),
        bootstrap_interval(differences.tolist(), resamples=resamples, seed=seed),
        (1 + extreme) / (1 + resamples),
    )


def _cases(values: Sequence[float]) -> NDArray[np.float64]:
    cases = np.asarray(values, dtype=np.float64)
    if len(cases) == 0:
        raise ValueError("there is no case to resample")
    return cases


def _batches(resamples: int, case_count: int) -> Iterator[int]:
    size = max(1, _BATCH_CELLS // case_count)
    for start in range(0, resamples, size):
        yield min(size, resamples - start)
