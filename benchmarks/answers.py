"""Sentences that answer: Quoth against simpler choices among the same chunks.

    python -m benchmarks.answers DATA_SET... [--answerable] [--sample N] [--ablations]
                                 [--out FILE] [--work DIR] [--reuse]

All documents of a data set are one library. Prints a table for each data set and writes
results/<commit>-answers.json.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation import metrics
from assistant.evaluation.datasets import load_answers
from assistant.evaluation.outcomes import AnswerOutcome, score_answers
from assistant.evaluation.run import ask_questions
from assistant.evaluation.significance import bootstrap_interval, compare
from assistant.session import AnswerSettings, Session
from benchmarks.options import add_common_options, load_default_encoder
from benchmarks.reporting import systems_table, write_result
from benchmarks.sentence_systems import BASELINES, ablations, run_systems
from benchmarks.workspace import Made, open_library
from index.library import Library

if TYPE_CHECKING:
    from assistant.evaluation.records import AnswerSet, Question
    from index.encoder import Encoder

PRODUCT = "Quoth, hybrid"
SEED = 20
"""Of the sample of questions."""
_COLUMNS = {
    "hit_1": "hit@1",
    "hit_3": "hit@3",
    "mrr": "MRR",
    "document_hit_1": "doc@1",
    "auroc": "AUROC",
    "coverage": "answered",
    "risk": "wrong",
    "aurc": "AURC",
    "calibration_error_mass": "ECE",
    "mean_quote_characters": "chars",
    "median_ms": "ms",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every data set that was given."""
    options = _read_options(arguments)
    encoder = load_default_encoder()
    results: dict[str, dict[str, object]] = {}
    for folder in options.data_sets:
        data = load_answers(folder)
        questions = choose_questions(
            data.questions, answerable=options.answerable, sample=options.sample
        )
        made = open_library(data, encoder, options.work, reuse=options.reuse)
        outcomes = measure(made, questions, encoder, with_ablations=options.ablations)
        results[data.name] = {
            "questions": len(questions),
            "questions_in_set": len(data.questions),
            "library_stale": made.stale,
            "systems": scores_of(outcomes),
            "differences_of_hit_1": differences(outcomes),
        }
        print_table(data, results[data.name])
        # After each set, so that stopping in the middle loses one set at most.
        written = write_result("answers", {"data_sets": results}, options.out)
        print(f"written to {written}", flush=True)


def choose_questions(
    questions: Sequence[Question], *, answerable: bool, sample: int | None
) -> list[Question]:
    """Return the questions to ask, a repeatable sample of them in their order.

    Args:
        questions: Of the data set.
        answerable: Leave out those without an answer.
        sample: How many at most; None for all.
    """
    chosen = [one for one in questions if one.answerable or not answerable]
    if sample is not None and sample < len(chosen):
        places = random.Random(SEED).sample(range(len(chosen)), sample)
        chosen = [chosen[place] for place in sorted(places)]
    return chosen


def measure(
    made: Made, questions: Sequence[Question], encoder: Encoder, *, with_ablations: bool
) -> dict[str, list[AnswerOutcome]]:
    """Ask the product and every simpler system; by name."""
    opened = Library(made.library.library)
    systems = dict(BASELINES)
    if with_ablations:
        systems |= ablations()
    with opened.open_view() as view:
        outcomes = run_systems(made.library, view, questions, encoder, systems)
    for name, settings in (
        (PRODUCT, AnswerSettings()),
        ("Quoth, words", AnswerSettings(mode="lexical")),
    ):
        session = Session(opened, lambda: encoder, settings)
        outcomes[name] = ask_questions(made.library, session, questions)
    return outcomes


def scores_of(
    outcomes: Mapping[str, Sequence[AnswerOutcome]],
) -> dict[str, dict[str, object]]:
    """Score every system, with the interval of its hit@1."""
    scores: dict[str, dict[str, object]] = {}
    for name, found in outcomes.items():
        scores[name.strip()] = asdict(
            score_answers(found, calibrated=name not in BASELINES)
        )
        hits = _hits(found)
        if hits:
            interval = bootstrap_interval(hits)
            scores[name.strip()]["hit_1_interval"] = [interval.low, interval.high]
    return scores


def differences(
    outcomes: Mapping[str, Sequence[AnswerOutcome]],
) -> dict[str, dict[str, object]]:
    """Compare the product's hit@1 with every other system's, question by question."""
    product = _hits(outcomes[PRODUCT])
    return {
        name.strip(): asdict(compare(product, _hits(found)))
        for name, found in outcomes.items()
        if name != PRODUCT and product
    }


def print_table(data: AnswerSet, result: Mapping[str, Any]) -> None:
    """Print the scores of one data set, a system a line."""
    product = result["systems"][PRODUCT]
    print(
        f"\n{data.name}: {len(data.documents)} documents, {result['questions']} of "
        f"{result['questions_in_set']} questions, {product['gold_count']} with a known "
        f"answer, {product['unanswerable_count']} unanswerable"
    )
    shown = systems_table(
        result["systems"], _COLUMNS, "hit_1_interval", result["differences_of_hit_1"]
    )
    print(shown, flush=True)


def _hits(outcomes: Sequence[AnswerOutcome]) -> list[float]:
    """Return hit@1 of each question with gold, in the order of the questions."""
    scores = (
        metrics.hit(found.flags, len(found.question.gold), 1) for found in outcomes
    )
    return [score for score in scores if score is not None]


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data_sets", nargs="+", type=Path, metavar="DATA_SET")
    parser.add_argument(
        "--answerable", action="store_true", help="only questions with an answer"
    )
    parser.add_argument("--sample", type=int, help="this many questions at most")
    parser.add_argument(
        "--ablations", action="store_true", help="measure without each feature, too"
    )
    add_common_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
