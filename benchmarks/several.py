"""Answers of several sentences: precision and recall of all quotes shown.

    python -m benchmarks.several DATA_SET... [--sample N] [--quotes N] [--reader NAME]
                                 [--out FILE] [--work DIR] [--reuse]

Answerable questions with known spans, all documents of a set as one library, nothing
held back (threshold 0), so that the choice is measured and not the confidence. A quote
is right as in `benchmarks.answers`; recall is the share of the answer's spans that a
quote touches. Means are over questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.evaluation import metrics
from assistant.evaluation.datasets import load_answers
from assistant.evaluation.run import ask_questions
from assistant.session import AnswerSettings, Session
from benchmarks.answer_scores import choose_questions
from benchmarks.options import (
    data_set_parser,
    load_default_encoder,
    load_named_reader,
)
from benchmarks.reporting import write_result
from benchmarks.workspace import open_library
from index.library import Library

if TYPE_CHECKING:
    from assistant.evaluation.outcomes import AnswerOutcome


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every data set that was given."""
    options = _read_options(arguments)
    encoder = load_default_encoder()
    reader = load_named_reader(options.reader)
    settings = AnswerSettings(threshold=0.0, quotes=options.quotes)
    results: dict[str, dict[str, float | None]] = {}
    for folder in options.data_sets:
        data = load_answers(folder)
        known = [one for one in data.questions if one.answers]
        questions = choose_questions(known, answerable=True, sample=options.sample)
        made = open_library(data, encoder, options.work, reuse=options.reuse)
        opened = Library(made.library.library)
        session = Session(opened, lambda: encoder, settings, reader=lambda: reader)
        scores = score_several(ask_questions(made.library, session, questions))
        results[data.name] = scores
        shown = "  ".join(
            f"{name} {value:.3f}" for name, value in scores.items() if value is not None
        )
        print(f"{data.name}: {len(questions)} questions  {shown}", flush=True)
    write_result("several", {"data_sets": results}, options.out)


def score_several(outcomes: Sequence[AnswerOutcome]) -> dict[str, float | None]:
    """Average what is right of the quotes and what is found of the answers."""
    precision, recall, balance = [], [], []
    for found in outcomes:
        right = sum(found.flags) / len(found.flags) if found.flags else 0.0
        touched = metrics.mean(map(float, found.gold_shown)) or 0.0
        both = right + touched
        precision.append(right)
        recall.append(touched)
        balance.append(2 * right * touched / both if both else 0.0)
    return {
        "precision": metrics.mean(precision),
        "recall": metrics.mean(recall),
        "f1": metrics.mean(balance),
        "quotes": metrics.mean(float(len(found.sentences)) for found in outcomes),
        "hit_1": metrics.mean(sum(found.flags[:1]) for found in outcomes),
    }


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = data_set_parser("benchmarks.several", __doc__)
    parser.add_argument("--sample", type=int, help="this many questions at most")
    parser.add_argument("--quotes", type=int, default=3, help="the most quotes")
    parser.add_argument("--reader", default="default", help="`off`, or another one")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
