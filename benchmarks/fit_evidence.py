"""Fit the weights of the evidence, with each set held out in turn.

    python -m benchmarks.fit_evidence DATA_SET... --out assistant/evidence.toml

Two models, for searches with vectors and by words alone. The weights of the score
minimise the softmax cross entropy of the answering sentences among all candidates of a
question; they may not be negative. The log odds of the probability are a logistic
regression over the three best candidates of answerable questions, unanswerable ones of
the same set (`near`), and questions of another set (`other`).

Every set weighs the same in both. Adversarial questions (`--adversarial SET`) are
reported and not fitted on: nothing in these features could tell them.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation import metrics
from assistant.evaluation.datasets import load_answers
from assistant.evidence import COSINE_FEATURES, FEATURES, gather
from assistant.scoring import LARGEST_LEAD
from assistant.session import CANDIDATE_CHUNKS
from assistant.wanted import wanted_words
from benchmarks.workspace import open_library
from index.library import Library
from index.searching import SearchQuery, search

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import AnswerSet, Question
    from index.encoder import Encoder
    from index.records import SearchMode

Kind = Literal["answerable", "near", "other"]

# Share of each kind in the fit of the probability: people mostly ask what is there.
PRIOR: dict[Kind, float] = {"answerable": 0.6, "near": 0.2, "other": 0.2}
_RIDGE = 1e-4
_SHOWN = 3
ODDS_FEATURES = ("names_coverage",)


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates."""

    kind: Kind
    values: NDArray[np.float64]
    """(candidates, features)."""
    gold: NDArray[np.bool_]
    """(candidates,): whether each answers."""


def collect(
    data: AnswerSet,
    strangers: Sequence[Question],
    library: SetLibrary,
    encoder: Encoder,
    mode: SearchMode,
    questions: Sequence[Question],
) -> list[Case]:
    """Gather the candidates of a set's own questions and of another set's."""
    cases = []
    with Library(library.library).open_view() as view:
        ids = {
            file.document_id: library.source_id(file.path)
            for file in view.catalog.files()
        }
        for question in (*questions, *strangers):
            own = question in questions
            query = SearchQuery(question.text, mode=mode, count=CANDIDATE_CHUNKS)
            result = search(view, query, None if mode == "lexical" else encoder)
            wanted = wanted_words(view, question.text, result)
            found = gather(view, question.text, result, wanted)
            if not found:
                continue
            gold = [
                own and question.is_answered_by(ids[c.document_id], c.start, c.end)
                for c in found
            ]
            kind: Kind = (
                "other" if not own else "answerable" if question.answerable else "near"
            )
            cases.append(
                Case(kind, np.array([c.values for c in found]), np.array(gold))
            )
    return cases


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
        all_sum = np.add.reduceat(shifted, starts)
        right = np.where(gold, shifted, 0.0)
        right_sum = np.maximum(np.add.reduceat(right, starts), 1e-300)
        slope = shifted / np.repeat(all_sum, sizes) - right / np.repeat(
            right_sum, sizes
        )
        value = float(share @ (np.log(all_sum) - np.log(right_sum)))
        gradient = values.T @ (slope * np.repeat(share, sizes))
        return value + _RIDGE * float(
            weights @ weights
        ), gradient + 2 * _RIDGE * weights

    first = np.ones(len(columns))
    bounds = [(0.0, None)] * len(columns)
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x)


@dataclass(frozen=True, slots=True)
class Shown:
    """The best candidates of some questions, as the probability sees them."""

    inputs: NDArray[np.float64]
    """(shown, 2 + ODDS_FEATURES): score, lead, then the features."""
    right: NDArray[np.bool_]
    kinds: list[Kind]
    first: NDArray[np.bool_]
    """Whether each is the best of its question."""
    share: NDArray[np.float64]


def best_of(cases: Sequence[Case], weights: NDArray[np.float64]) -> Shown:
    """Take the best candidates of each question, weighed so that kinds have `PRIOR`."""
    inputs, right, first, share = [], [], [], []
    kinds: list[Kind] = []
    places = [FEATURES.index(name) for name in ODDS_FEATURES]
    counts = {kind: sum(c.kind == kind for c in cases) for kind in PRIOR}
    for case in cases:
        scores = case.values @ weights
        order = np.argsort(-scores, kind="stable")[:_SHOWN]
        for place, row in enumerate(order):
            rival = scores[order[0 if place else 1]] if len(scores) > 1 else 0.0
            lead = float(np.clip(scores[row] - rival, -LARGEST_LEAD, LARGEST_LEAD))
            inputs.append([scores[row], lead, *case.values[row, places]])
            right.append(case.gold[row])
            kinds.append(case.kind)
            first.append(place == 0)
            share.append(PRIOR[case.kind] / counts[case.kind])
    return Shown(
        np.array(inputs), np.array(right), kinds, np.array(first), np.array(share)
    )


def fit_odds(shown: Sequence[Shown]) -> NDArray[np.float64]:
    """Fit the log odds: slopes of the inputs, then the intercept."""
    from sklearn.linear_model import LogisticRegression

    inputs = np.concatenate([s.inputs for s in shown])
    right = np.concatenate([s.right for s in shown])
    share = np.concatenate([s.share / s.share.sum() for s in shown])
    model = LogisticRegression(C=10.0, max_iter=2000)
    model.fit(inputs, right, sample_weight=share / share.mean())
    return np.array([*model.coef_[0], model.intercept_[0]])


def probabilities(shown: Shown, odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of each shown candidate, (shown,)."""
    result: NDArray[np.float64] = 1 / (
        1 + np.exp(-(shown.inputs @ odds[:-1] + odds[-1]))
    )
    return result


def report(
    name: str,
    cases: Sequence[Case],
    weights: NDArray[np.float64],
    odds: NDArray[np.float64],
) -> str:
    """Say how a model does on a set."""
    asked = [case for case in cases if case.kind == "answerable"]
    ranks = [
        case.gold[np.argsort(-(case.values @ weights), kind="stable")][:_SHOWN]
        for case in asked
    ]
    shown = best_of(cases, weights)
    sure = probabilities(shown, odds)
    first = shown.first
    kinds = np.array(shown.kinds)
    parts = [
        f"{name:20} hit@1 {np.mean([r[0] for r in ranks]):.3f}"
        f" hit@3 {np.mean([r.any() for r in ranks]):.3f}"
    ]
    for kind in ("near", "other"):
        wanted = first & ((kinds == "answerable") | (kinds == kind))
        value = metrics.auroc(sure[wanted], kinds[wanted] == "answerable")
        parts.append(f"AUROC {kind} " + ("  -  " if value is None else f"{value:.3f}"))
    for threshold in (0.2, 0.3, 0.4, 0.5):
        given = [
            float(np.mean(sure[first & (kinds == kind)] >= threshold))
            if (first & (kinds == kind)).any()
            else float("nan")
            for kind in PRIOR
        ]
        parts.append(f"≥{threshold} " + "/".join(f"{g:.2f}" for g in given))
    error = metrics.calibration_error(sure[first], shown.right[first], equal_mass=True)
    parts.append(f"ECE {error:.3f}")
    return "  ".join(parts)


def to_toml(
    sets: Sequence[str], models: dict[str, tuple[dict[str, float], dict[str, float]]]
) -> str:
    """Write the models as the file that `assistant.scoring` reads."""
    lines = [
        "# How much each piece of evidence weighs: see assistant/scoring.py.",
        "# Written by benchmarks/fit_evidence.py; fitted on " + ", ".join(sets) + ".",
    ]
    for name, (weights, odds) in models.items():
        for part, numbers in (("weights", weights), ("odds", odds)):
            lines += ["", f"[{name}.{part}]"]
            lines += [f"{key} = {value:.2f}" for key, value in numbers.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fit, report every set held out, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--adversarial", nargs="*", default=[])
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    from index.encoders import load_encoder

    encoder = load_encoder(cache_dir=options.cache)
    data = [load_answers(folder) for folder in options.sets]
    chosen = [_sample(one, options.questions) for one in data]
    libraries = [
        open_library(one, encoder, options.work, reuse=options.reuse).library
        for one in data
    ]
    models = {}
    for mode in ("hybrid", "lexical"):
        sets: dict[str, list[Case]] = {}
        for place, one in enumerate(data):
            strangers = [q for q in chosen[place - 1] if q.answerable]
            sets[one.name] = collect(
                one,
                strangers[: options.questions // 3],
                libraries[place],
                encoder,
                mode,
                chosen[place],
            )
            print(f"{mode}: {one.name} gathered", file=sys.stderr, flush=True)
        models[mode] = _fit_and_report(mode, sets, options.adversarial)
    if options.out:
        options.out.write_text(to_toml([one.name for one in data], models), "utf-8")


def _sample(data: AnswerSet, count: int) -> list[Question]:
    questions = list(data.questions)
    random.Random(0).shuffle(questions)
    answered = [q for q in questions if q.answerable and q.answers][:count]
    return answered + [q for q in questions if not q.answerable][: count // 2]


def _fit_and_report(
    mode: str, sets: dict[str, list[Case]], adversarial: Sequence[str]
) -> tuple[dict[str, float], dict[str, float]]:
    unused = {"names_coverage"} | (COSINE_FEATURES if mode == "lexical" else set())
    columns = [i for i, name in enumerate(FEATURES) if name not in unused]
    fair = {
        name: [c for c in cases if name not in adversarial or c.kind != "near"]
        for name, cases in sets.items()
    }

    def fit(names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weights = np.zeros(len(FEATURES))
        weights[columns] = fit_weights([fair[name] for name in names], columns)
        return weights, fit_odds([best_of(fair[name], weights) for name in names])

    print(f"\n{mode}, each set held out; given/near given/other given at a threshold")
    for name, cases in sets.items():
        weights, odds = fit([other for other in sets if other != name])
        print(report(name, cases, weights, odds), flush=True)
    weights, odds = fit(list(sets))
    print("together")
    for name, cases in sets.items():
        print(report(name, cases, weights, odds), flush=True)
    return (
        {FEATURES[i]: float(weights[i]) for i in columns},
        {
            "intercept": float(odds[-1]),
            "score": float(odds[0]),
            "lead": float(odds[1]),
            **{
                name: float(value)
                for name, value in zip(ODDS_FEATURES, odds[2:-1], strict=True)
            },
        },
    )


if __name__ == "__main__":
    main()
