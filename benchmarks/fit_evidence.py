"""Fit the weights of the evidence, with each set held out in turn.

    python -m benchmarks.fit_evidence DATA_SET... --out assistant/evidence.toml

Four models: for searches with vectors and by words alone, with the best sentences read
by the reader and without. The weights of the score minimise the softmax cross entropy
of the answering sentences among all candidates of a question; they may not be negative.
The log odds of the probability are a logistic regression over the three best candidates
of answerable questions, unanswerable ones of the same set (`near`), and questions of
another set (`other`).

Every set weighs the same in both. Adversarial questions (`--adversarial SET`) are
reported and not fitted on. What the reader says of a set must come from one that was
not trained on it: `--reader SET FILE` names the weights of such a one.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation import metrics
from assistant.evaluation.datasets import load_answers
from assistant.evidence import COSINE_FEATURES, FEATURES, READER
from assistant.reader import DEFAULT
from assistant.scoring import LARGEST_LEAD
from benchmarks.evidence_cases import Case, Collector, Kind, sample
from benchmarks.options import load_default_encoder, load_named_reader
from benchmarks.workspace import open_library

if TYPE_CHECKING:
    from assistant.reader.reader import Reader

# Share of each kind in the fit of the probability: people mostly ask what is there.
PRIOR: dict[Kind, float] = {"answerable": 0.6, "near": 0.2, "other": 0.2}
_RIDGE = 1e-4
_SHOWN = 3
ODDS_FEATURES = ("names_coverage",)
READ_ODDS_FEATURES = ("names_coverage", READER)
# With it, near and adversarial questions are told better on every held-out set.
_READ_COSINE = "passage_cosine"


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
    """(shown, 2 + odds features): score, lead, then the features."""
    right: NDArray[np.bool_]
    kinds: list[Kind]
    first: NDArray[np.bool_]
    """Whether each is the best of its question."""
    share: NDArray[np.float64]


def best_of(
    cases: Sequence[Case], weights: NDArray[np.float64], features: Sequence[str]
) -> Shown:
    """Take the best candidates of each question, weighed so that kinds have `PRIOR`."""
    inputs, right, first, share = [], [], [], []
    kinds: list[Kind] = []
    places = [FEATURES.index(name) for name in features]
    counts = {kind: sum(c.kind == kind for c in cases) for kind in PRIOR}
    for case in cases:
        scores = case.values @ weights
        order = np.argsort(-scores, kind="stable")
        others = order[case.words[order] != case.words[order[0]]]
        runner_up = scores[others[0]] if len(others) else 0.0
        for place, row in enumerate(order[:_SHOWN]):
            rival = scores[order[0]] if place else runner_up
            lead = float(np.clip(scores[row] - rival, -LARGEST_LEAD, LARGEST_LEAD))
            inputs.append([scores[row], lead, *case.values[row, places]])
            right.append(case.gold[row])
            kinds.append(case.kind)
            first.append(place == 0)
            share.append(PRIOR.get(case.kind, 0.0) / max(1, counts.get(case.kind, 1)))
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


def report(name: str, cases: Sequence[Case], model: Fitted) -> str:
    """Say how a model does on a set."""
    ranks = [
        case.gold[np.argsort(-(case.values @ model.weights), kind="stable")][:_SHOWN]
        for case in cases
        if case.kind == "answerable"
    ]
    shown = best_of(cases, model.weights, model.features)
    first = shown.first
    sure = probabilities(shown, model.odds)[first]
    right = shown.right[first]
    kinds = np.array(shown.kinds)[first]
    parts = [
        f"{name:20} hit@1 {np.mean([r[0] for r in ranks]):.3f}"
        f" hit@3 {np.mean([r.any() for r in ranks]):.3f}"
    ]
    for kind in ("near", "adversarial", "other"):
        either = (kinds == "answerable") | (kinds == kind)
        value = metrics.auroc(sure[either], kinds[either] == "answerable")
        parts.append(f"{kind} " + ("  -  " if value is None else f"{value:.3f}"))
    for threshold in (0.2, 0.3, 0.4, 0.5):
        given = sure >= threshold
        shares = [
            float(given[kinds == kind].mean()) if (kinds == kind).any() else np.nan
            for kind in ("answerable", "near", "adversarial", "other")
        ]
        of_own = given & (kinds != "other")
        wrong = 1 - float(right[of_own].mean()) if of_own.any() else np.nan
        parts.append(
            f"≥{threshold} "
            + "/".join(f"{s:.2f}" for s in shares)
            + f" wrong {wrong:.2f}"
        )
    usual = kinds != "adversarial"
    error = metrics.calibration_error(sure[usual], right[usual], equal_mass=True)
    parts.append(f"ECE {error:.3f}")
    return "  ".join(parts)


def report_together(sets: dict[str, list[Case]], models: dict[str, Fitted]) -> str:
    """Say how far probability and truth lie apart over all sets, each held out."""
    sure, right, first = [], [], []
    for name, cases in sets.items():
        usual = [case for case in cases if case.kind != "adversarial"]
        shown = best_of(usual, models[name].weights, models[name].features)
        sure.append(probabilities(shown, models[name].odds))
        right.append(shown.right)
        first.append(shown.first)
    said, true = np.concatenate(sure), np.concatenate(right)
    best = np.concatenate(first)
    every = metrics.calibration_error(said, true, equal_mass=True)
    of_first = metrics.calibration_error(said[best], true[best], equal_mass=True)
    lines = [
        f"all sets, each held out: ECE {every:.3f}, of first quotes {of_first:.3f}"
    ]
    for low in np.arange(0, 1, 0.1):
        here = best & (said >= low) & (said < low + 0.1)
        if here.any():
            lines.append(
                f"  first quotes from {low:.1f}: {here.sum()}, said"
                f" {said[here].mean():.2f}, right {true[here].mean():.2f}"
            )
    return "\n".join(lines)


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
    parser.add_argument(
        "--reader",
        nargs=2,
        action="append",
        default=[],
        metavar=("SET", "FILE"),
        help="read SET with weights that were not trained on it",
    )
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument(
        "--cases", type=Path, help="file to keep the cases in, or to take them from"
    )
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.cases and options.cases.exists():
        gathered = pickle.loads(options.cases.read_bytes())
    else:
        gathered = _gather(options)
        if options.cases:
            options.cases.write_bytes(pickle.dumps(gathered))
    models = {}
    for mode, sets in gathered.items():
        for read in (False, True):
            models[f"{mode}_read" if read else mode] = _fit_and_report(mode, sets, read)
    if options.out:
        names = [path.name for path in options.sets]
        options.out.write_text(to_toml(names, models), "utf-8")


def _gather(options: argparse.Namespace) -> dict[str, dict[str, list[Case]]]:
    """Collect the cases of every set, by mode and name."""
    encoder = load_default_encoder()
    readers = _load_readers(options.sets, options.reader)
    data = [load_answers(folder) for folder in options.sets]
    chosen = [sample(one, options.questions) for one in data]
    libraries = [
        open_library(one, encoder, options.work, reuse=options.reuse).library
        for one in data
    ]
    gathered: dict[str, dict[str, list[Case]]] = {"hybrid": {}, "lexical": {}}
    for mode in ("hybrid", "lexical"):
        for place, one in enumerate(data):
            strangers = [q for q in chosen[place - 1] if q.answerable]
            collector = Collector(
                libraries[place],
                encoder,
                readers[one.name],
                "hybrid" if mode == "hybrid" else "lexical",
            )
            gathered[mode][one.name] = collector.collect(
                chosen[place],
                strangers[: options.questions // 3],
                "adversarial" if one.name in options.adversarial else "near",
            )
            print(f"{mode}: {one.name} gathered", file=sys.stderr, flush=True)
    return gathered


def _load_readers(
    folders: Sequence[Path], others: Sequence[tuple[str, str]]
) -> dict[str, Reader]:
    """Load the reader of each set: the default one where none is named."""
    named = dict(others)
    if unknown := sorted(named.keys() - {folder.name for folder in folders}):
        raise SystemExit(f"--reader: no such set was given: {', '.join(unknown)}")
    return {folder.name: _load(named.get(folder.name, DEFAULT)) for folder in folders}


@cache
def _load(name: str) -> Reader:
    reader = load_named_reader(name)
    if reader is None:
        raise SystemExit("--reader: the evidence is fitted with a reader; name one.")
    return reader


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of the score, (features,), and of the odds over `features`."""

    weights: NDArray[np.float64]
    odds: NDArray[np.float64]
    features: tuple[str, ...]


def _fit_and_report(
    mode: str, sets: dict[str, list[Case]], read: bool
) -> tuple[dict[str, float], dict[str, float]]:
    unused = {"names_coverage"} | (COSINE_FEATURES if mode == "lexical" else set())
    if not read:
        unused |= {READER}
    columns = [i for i, name in enumerate(FEATURES) if name not in unused]
    features = READ_ODDS_FEATURES if read else ODDS_FEATURES
    if read and mode != "lexical":
        features = (*features, _READ_COSINE)

    def fit(names: Sequence[str]) -> Fitted:
        fair = [[c for c in sets[n] if c.kind != "adversarial"] for n in names]
        weights = np.zeros(len(FEATURES))
        weights[columns] = fit_weights(fair, columns)
        odds = fit_odds([best_of(cases, weights, features) for cases in fair])
        return Fitted(weights, odds, features)

    print(f"\n{mode}{', read' if read else ''}: each set held out; AUROC by kind;")
    print("given of answerable/near/adversarial/other at a threshold")
    held_out = {name: fit([n for n in sets if n != name]) for name in sets}
    for name, cases in sets.items():
        print(report(name, cases, held_out[name]), flush=True)
    print(report_together(sets, held_out), flush=True)
    model = fit(list(sets))
    print("together")
    for name, cases in sets.items():
        print(report(name, cases, model), flush=True)
    return (
        {FEATURES[i]: float(model.weights[i]) for i in columns},
        {
            "intercept": float(model.odds[-1]),
            "score": float(model.odds[0]),
            "lead": float(model.odds[1]),
            **dict(zip(features, model.odds[2:-1].tolist(), strict=True)),
        },
    )


if __name__ == "__main__":
    main()
