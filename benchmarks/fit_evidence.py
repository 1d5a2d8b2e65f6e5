"""Fit the weights of the evidence, with each set held out in turn.

    python -m benchmarks.fit_evidence DATA_SET... --out assistant/evidence.toml

Four models: for searches with vectors and by words alone, with the best sentences read
by the reader and without (`benchmarks.evidence_fit`). Adversarial questions
(`--adversarial SET`) are reported and not fitted on. What the reader says of a set must
come from one that was not trained on it: `--reader SET FILE` names the weights of such
a one.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation import metrics
from assistant.evaluation.datasets import load_answers
from assistant.evidence import COSINE_FEATURES, FEATURES, READER
from assistant.reader import DEFAULT
from assistant.settings import THRESHOLD
from benchmarks.evidence_cases import Case, Collector, sample
from benchmarks.evidence_fit import (
    SHOWN,
    Fitted,
    best_of,
    fit_odds,
    fit_weights,
    probabilities,
)
from benchmarks.options import load_default_encoder, load_named_reader
from benchmarks.workspace import open_library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.reader.reader import Reader

# What tells whether the best sentence answers. With a reader less than what the score
# weighs, and not how far the best leads: near misses stand in a passage that has the
# question's words, as answers do, and lead as clearly.
ODDS = {
    "hybrid": ("score", "lead", "names_coverage"),
    "hybrid_read": (READER, "sentence_cosine", "sentence_bm25", "names_coverage"),
    "lexical": ("score", "lead", "names_coverage"),
    "lexical_read": (READER, "passage_coverage", "names_coverage"),
}


DRAWS = 20
"""How often questions are drawn to compare probability and truth."""


def report(name: str, cases: Sequence[Case], model: Fitted) -> str:
    """Say how a model does on a set."""
    ranks = [
        case.gold[np.argsort(-(case.values @ model.weights), kind="stable")][:SHOWN]
        for case in cases
        if case.kind == "answerable"
    ]
    shown = best_of(cases, model.weights)
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
    for threshold in (0.2, 0.3, THRESHOLD, 0.5):
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
    """Say how far probability and truth lie apart over all sets, each held out.

    Equally many questions of each set, as each weighs the same in the fit, adversarial
    ones left out; drawn several times, as one draw says more or less by chance.
    """
    usual_of = {
        name: [case for case in cases if case.kind != "adversarial"]
        for name, cases in sets.items()
    }
    draws = [_draw(usual_of, models, seed) for seed in range(DRAWS)]
    every = [_error(said, right) for said, right, _ in draws]
    of_first = [_error(said[first], right[first]) for said, right, first in draws]
    lines = [
        f"all sets, each held out, means of {DRAWS} draws: ECE {np.mean(every):.3f},"
        f" of first quotes {np.mean(of_first):.3f}"
        f" ({min(of_first):.3f} to {max(of_first):.3f})"
    ]
    said, true, best = draws[0]
    for low in np.arange(0, 1, 0.1):
        here = best & (said >= low) & (said < low + 0.1)
        if here.any():
            lines.append(
                f"  first quotes from {low:.1f}: {here.sum()}, said"
                f" {said[here].mean():.2f}, right {true[here].mean():.2f}"
            )
    return "\n".join(lines)


def _error(said: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    return metrics.calibration_error(said, right, equal_mass=True) or 0.0


def _draw(
    sets: dict[str, list[Case]], models: dict[str, Fitted], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw equally many questions of every set.

    Returns:
        Of what is shown for them the probability, whether it is right, and whether it
        is the first of its question; (shown,) each.
    """
    count = min(len(cases) for cases in sets.values())
    said, right, first = [], [], []
    for name, cases in sets.items():
        drawn = random.Random(seed).sample(cases, count)
        shown = best_of(drawn, models[name].weights)
        said.append(probabilities(shown, models[name].odds))
        right.append(shown.right)
        first.append(shown.first)
    return np.concatenate(said), np.concatenate(right), np.concatenate(first)


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
    if len(options.sets) < 2:
        raise SystemExit("two sets at least: one is left out of each fit")
    if options.cases and options.cases.exists():
        gathered = pickle.loads(options.cases.read_bytes())
        if (kept := list(gathered["hybrid"])) != (names := _names(options.sets)):
            raise SystemExit(f"--cases: the file is of {kept}, not of {names}")
    else:
        gathered = _gather(options)
        if options.cases:
            options.cases.write_bytes(pickle.dumps(gathered))
    models = {}
    for mode, sets in gathered.items():
        for name in (mode, f"{mode}_read"):
            models[name] = _fit_and_report(name, sets)
    if options.out:
        options.out.write_text(to_toml(_names(options.sets), models), "utf-8")


def _names(folders: Sequence[Path]) -> list[str]:
    return [folder.name for folder in folders]


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


def _fit_and_report(
    name: str, sets: dict[str, list[Case]]
) -> tuple[dict[str, float], dict[str, float]]:
    unused = {"names_coverage"}
    if name.startswith("lexical"):
        unused |= COSINE_FEATURES
    if not name.endswith("_read"):
        unused |= {READER}
    columns = [i for i, feature in enumerate(FEATURES) if feature not in unused]

    def fit(names: Sequence[str]) -> Fitted:
        fair = [[c for c in sets[n] if c.kind != "adversarial"] for n in names]
        weights = np.zeros(len(FEATURES))
        weights[columns] = fit_weights(fair, columns)
        return Fitted(
            weights, fit_odds([best_of(cases, weights) for cases in fair], ODDS[name])
        )

    print(f"\n{name}: each set held out; AUROC by kind;")
    print("given of answerable/near/adversarial/other at a threshold")
    held_out = {one: fit([n for n in sets if n != one]) for one in sets}
    for one, cases in sets.items():
        print(report(one, cases, held_out[one]), flush=True)
    print(report_together(sets, held_out), flush=True)
    model = fit(list(sets))
    print("together")
    for one, cases in sets.items():
        print(report(one, cases, model), flush=True)
    return {FEATURES[i]: float(model.weights[i]) for i in columns}, model.odds


if __name__ == "__main__":
    main()
