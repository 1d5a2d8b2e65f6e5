"""The fit of the evidence: weights of the score, and log odds of the probability.

The weights minimise the softmax cross entropy of the answering sentences among all
candidates of a question, of whose marks a share is noise (Copas, Binary Regression
Models for Contaminated Data, 1988, for the logistic case); they may not be negative.
The log odds are a logistic regression over the best candidates of answerable questions,
unanswerable ones of the same set (`near`), and questions of another set (`other`); then
one over the second and third, of what those lack. Of the marks that it learns from the
same share is noise as above, so that its probabilities end at what remains. Every set
weighs the same in all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.evidence import FEATURES
from assistant.scoring import LARGEST_LEAD, EvidenceModel

if TYPE_CHECKING:
    from benchmarks.evidence_cases import Case, Kind


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model as `evidence.toml` has it."""

    weights: NDArray[np.float64]
    """Of the score, (features,)."""
    odds: dict[str, float]
    """By the names of `assistant.scoring`."""


# Share of each kind in the fit of the probability: people mostly ask what is there.
PRIOR: dict[Kind, float] = {"answerable": 0.6, "near": 0.2, "other": 0.2}
LABEL_NOISE = 0.1
"""Share of the questions whose marked sentence is taken to be any of the candidates.

Sets do not mark all that answers: of the wrong first quotes of trecqa_dev one in three
is the marked sentence, word for word, in another document. Were marks believed, such
questions would keep all weights low. From 0.05 to 0.3 the held-out hit@1 is the same.
Of the best proven sentences the same share is marked wrong: believed, they would make
all probabilities of middling evidence too low, and of little evidence too high.
"""
MOST = 1 - LABEL_NOISE
"""The highest probability: that a mark agrees with what is sure."""

_RIDGE = 1e-4
SHOWN = 3
"""Best candidates of a question that may be shown."""


def fit_weights(
    sets: Sequence[Sequence[Case]], columns: Sequence[int]
) -> NDArray[np.float64]:
    """Fit the weights of the score, (columns,), not negative."""
    from scipy.optimize import minimize

    groups, shares = [], []
    for cases in sets:
        usable = [c for c in cases if c.kind == "answerable" and c.gold.any()]
        groups += usable
        shares += [1 / len(usable) / len(sets)] * len(usable)
    values = np.concatenate([case.values[:, columns] for case in groups])
    gold = np.concatenate([case.gold for case in groups])
    starts = np.cumsum([0, *(len(case.gold) for case in groups)])[:-1]
    sizes = np.array([len(case.gold) for case in groups])
    share = np.array(shares)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = values @ weights
        shifted = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        each = shifted / np.repeat(np.add.reduceat(shifted, starts), sizes)
        right_each = np.where(gold, each, 0.0)
        right = np.add.reduceat(right_each, starts)
        marked = (1 - LABEL_NOISE) * right + LABEL_NOISE / sizes
        believed = share * (1 - LABEL_NOISE) / marked
        slope = np.repeat(believed, sizes) * (
            each * np.repeat(right, sizes) - right_each
        )
        value = -float(share @ np.log(marked))
        return (
            value + _RIDGE * float(weights @ weights),
            values.T @ slope + 2 * _RIDGE * weights,
        )

    first = np.ones(len(columns))
    bounds = [(0.0, None)] * len(columns)
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x)


@dataclass(frozen=True, slots=True)
class Shown:
    """The best candidates of some questions, as the probability sees them."""

    score: NDArray[np.float64]
    """(shown,), as all of these."""
    lead: NDArray[np.float64]
    """As in `assistant.scoring`, bounded."""
    values: NDArray[np.float64]
    """(shown, features)."""
    right: NDArray[np.bool_]
    kinds: list[Kind]
    first: NDArray[np.bool_]
    """Whether each is the best of its question."""
    share: NDArray[np.float64]

    def inputs(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return the columns of some names of the log odds, (shown, names)."""
        own = {"score": self.score, "lead": self.lead}
        columns = [
            own[name] if name in own else self.values[:, FEATURES.index(name)]
            for name in names
        ]
        return np.stack(columns, axis=1)


def best_of(cases: Sequence[Case], weights: NDArray[np.float64]) -> Shown:
    """Take the best candidates of each question, weighed so that kinds have `PRIOR`."""
    scored, leads, values, right, first, share = [], [], [], [], [], []
    kinds: list[Kind] = []
    counts = {kind: sum(c.kind == kind for c in cases) for kind in PRIOR}
    for case in cases:
        scores = case.values @ weights
        order = np.argsort(-scores, kind="stable")
        others = order[case.words[order] != case.words[order[0]]]
        runner_up = scores[others[0]] if len(others) else 0.0
        for place, row in enumerate(order[:SHOWN]):
            rival = scores[order[0]] if place else runner_up
            scored.append(scores[row])
            leads.append(np.clip(scores[row] - rival, -LARGEST_LEAD, LARGEST_LEAD))
            values.append(case.values[row])
            right.append(case.gold[row])
            kinds.append(case.kind)
            first.append(place == 0)
            share.append(PRIOR.get(case.kind, 0.0) / max(1, counts.get(case.kind, 1)))
    return Shown(
        np.array(scored),
        np.array(leads),
        np.array(values),
        np.array(right),
        kinds,
        np.array(first),
        np.array(share),
    )


def fit_odds(sets: Sequence[Shown], names: Sequence[str]) -> dict[str, float]:
    """Fit the log odds: of the best sentences first, then what the others lack.

    Args:
        sets: The shown of each set.
        names: Of what tells whether the best sentence answers: features, `score`,
            `lead`.
    """
    inputs = np.concatenate([shown.inputs(names) for shown in sets])
    lead = np.concatenate([shown.lead for shown in sets])
    right = np.concatenate([shown.right for shown in sets])
    share = np.concatenate([shown.share / shown.share.sum() for shown in sets])
    best = lead >= 0
    *slopes, intercept = _logistic(
        inputs[best], right[best], share[best], np.zeros(int(best.sum()))
    )
    odds = {"intercept": intercept, **dict(zip(names, slopes, strict=True))}
    # Only the best sentence leads.
    of_best = intercept + inputs @ [0.0 if n == "lead" else odds[n] for n in names]
    behind, further = _logistic(
        lead[~best, None], right[~best], share[~best], of_best[~best], highest=0.0
    )
    return {**odds, "further": further, "behind": behind, "most": MOST}


def _logistic(
    inputs: NDArray[np.float64],
    right: NDArray[np.bool_],
    share: NDArray[np.float64],
    offset: NDArray[np.float64],
    highest: float | None = None,
) -> list[float]:
    """Fit a logistic function that ends at `MOST`: slopes and the intercept.

    The slopes are not negative.

    Args:
        inputs: (rows, slopes).
        right: (rows,).
        share: Weight of each row.
        offset: Of the log odds, (rows,).
        highest: Bound of the intercept.
    """
    from scipy.optimize import minimize

    with_one = np.column_stack([inputs, np.ones(len(inputs))])
    share = share / share.sum()

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sure = offset + with_one @ theta
        each = 1 / (1 + np.exp(-sure))
        marked = np.clip(MOST * each, 1e-12, 1 - 1e-12)
        value = -float(share @ np.log(np.where(right, marked, 1 - marked)))
        slope = with_one.T @ (share * (marked - right) * (1 - each) / (1 - marked))
        kept = np.array([*theta[:-1], 0.0])
        return value + _RIDGE * float(kept @ kept), slope + 2 * _RIDGE * kept

    bounds = [*([(0.0, None)] * inputs.shape[1]), (None, highest)]
    first = np.zeros(with_one.shape[1])
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds)
    return [float(value) for value in found.x]


def probabilities(shown: Shown, odds: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the probability of each shown sentence, (shown,).

    As the program does, with the score as a feature of its own.
    """
    # The score counts among the log odds, and before the bound.
    model = EvidenceModel({}, {**odds, "score": 0.0, "most": 1.0})
    of_score = odds.get("score", 0.0) * shown.score
    parts = [
        sum(adds for _, adds in model.explain_odds(values, lead))
        for values, lead in zip(shown.values.tolist(), shown.lead.tolist(), strict=True)
    ]
    sure = 1 / (1 + np.exp(-(np.array(parts) + of_score)))
    result: NDArray[np.float64] = odds["most"] * sure
    return result
