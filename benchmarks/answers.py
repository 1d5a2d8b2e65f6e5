"""Sentences that answer: Quoth against simpler choices among the same chunks.

    python -m benchmarks.answers DATA_SET... [--answerable] [--questions N]
                                 [--foreign N] [--reader NAME] [--ablations]
                                 [--out FILE] [--work DIR] [--reuse]

All documents of a data set are one library; questions of the other sets are asked of it
too, as what nothing in it answers. Prints a table for each data set and writes
results/<commit>-answers.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.evaluation.datasets import load_answers
from assistant.evaluation.outcomes import AnswerOutcome
from assistant.evaluation.run import ask_questions
from assistant.evaluation.significance import compare
from assistant.session import AnswerSettings, Session
from benchmarks.answer_scores import (
    choose_questions,
    first_hits,
    foreign_questions,
    system_scores,
)
from benchmarks.options import (
    data_set_parser,
    load_default_encoder,
    load_named_reader,
)
from benchmarks.reporting import systems_table, write_result
from benchmarks.sentence_systems import BASELINES, ablations, run_systems
from benchmarks.workspace import Made, open_library
from index.library import Library

if TYPE_CHECKING:
    from assistant.evaluation.records import Question
    from assistant.reader.reader import Reader
    from index.encoder import Encoder

PRODUCT = "Quoth, hybrid"
WITHOUT_READER = "Quoth, features alone"
FOREIGN = 200
"""Enough for an AUROC within three hundredths."""
_COLUMNS = {
    "hit_1": "hit@1",
    "hit_3": "hit@3",
    "mrr": "MRR",
    "document_hit_1": "doc@1",
    "quote_precision": "precision",
    "quote_recall": "recall",
    "parts_given": "parts",
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
    reader = load_named_reader(options.reader)
    sets = [load_answers(folder) for folder in options.data_sets]
    results: dict[str, dict[str, object]] = {}
    for data in sets:
        questions = choose_questions(
            data.questions, answerable=options.answerable, sample=options.questions
        )
        foreign = foreign_questions(sets, data, options.foreign)
        made = open_library(data, encoder, options.work, reuse=options.reuse)
        outcomes = measure(
            made,
            [*questions, *foreign],
            encoder,
            reader,
            with_ablations=options.ablations,
        )
        results[data.name] = {
            "questions": len(questions),
            "questions_in_set": len(data.questions),
            "documents": len(data.documents),
            "library_stale": made.stale,
            "reader": options.reader,
            "systems": scores_of(data.name, outcomes, len(questions)),
            "differences_of_hit_1": differences(outcomes, len(questions)),
        }
        print_table(data.name, results[data.name])
        # After each set, so that stopping in the middle loses one set at most.
        written = write_result("answers", {"data_sets": results}, options.out)
        print(f"written to {written}", flush=True)


def measure(
    made: Made,
    questions: Sequence[Question],
    encoder: Encoder,
    reader: Reader | None,
    *,
    with_ablations: bool,
) -> dict[str, list[AnswerOutcome]]:
    """Ask the product and every simpler system; by name.

    Args:
        made: The library.
        questions: To ask of it.
        encoder: Of the library.
        reader: Of the product; with one it is measured without it, too.
        with_ablations: Whether to measure without each feature, too.
    """
    opened = Library(made.library.library)
    systems = dict(BASELINES)
    if with_ablations:
        systems |= ablations()
    with opened.open_view() as view:
        outcomes = run_systems(made.library, view, questions, encoder, systems)
    asked: list[tuple[str, AnswerSettings, Reader | None]] = [
        (PRODUCT, AnswerSettings(), reader),
        ("Quoth, words", AnswerSettings(mode="lexical"), reader),
    ]
    if reader is not None:
        asked.insert(1, (WITHOUT_READER, AnswerSettings(), None))
    for name, settings, given in asked:
        session = Session(
            opened, lambda: encoder, settings, reader=partial(_same, given)
        )
        outcomes[name] = ask_questions(made.library, session, questions)
    return outcomes


def _same(reader: Reader | None) -> Reader | None:
    """Give what a session asks for; it is loaded already."""
    return reader


def scores_of(
    name: str, outcomes: Mapping[str, Sequence[AnswerOutcome]], own_count: int
) -> dict[str, dict[str, object]]:
    """Score every system.

    Args:
        name: Of the set.
        outcomes: By system; of the set's questions, then of those of other sets.
        own_count: How many are of the set's questions.
    """
    return {
        system.strip(): system_scores(
            name, found, own_count, calibrated=system not in BASELINES
        )
        for system, found in outcomes.items()
    }


def differences(
    outcomes: Mapping[str, Sequence[AnswerOutcome]], own_count: int
) -> dict[str, dict[str, object]]:
    """Compare the product's hit@1 with every other system's, question by question.

    Args:
        outcomes: As for `scores_of`.
        own_count: As for `scores_of`.
    """
    product = first_hits(outcomes[PRODUCT][:own_count])
    return {
        name.strip(): asdict(compare(product, first_hits(found[:own_count])))
        for name, found in outcomes.items()
        if name != PRODUCT and product
    }


def print_table(name: str, result: Mapping[str, Any]) -> None:
    """Print the scores of one data set, a system a line."""
    product = result["systems"][PRODUCT]
    print(
        f"\n{name}: {result['documents']} documents, {result['questions']} of "
        f"{result['questions_in_set']} questions, {product['gold_count']} with a known "
        f"answer, {product['unanswerable_count']} unanswerable"
    )
    rows = {
        system: scores
        | {kind: against["auroc"] for kind, against in scores["auroc_by_kind"].items()}
        for system, scores in result["systems"].items()
    }
    kinds = {kind: f"AUROC {kind}" for kind in product["auroc_by_kind"]}
    shown = systems_table(
        rows, _COLUMNS | kinds, "hit_1_interval", result["differences_of_hit_1"]
    )
    print(shown, flush=True)


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = data_set_parser("benchmarks.answers", __doc__)
    parser.add_argument(
        "--answerable", action="store_true", help="only questions with an answer"
    )
    parser.add_argument(
        "--questions",
        "--sample",
        type=int,
        metavar="N",
        help="a repeatable sample of so many of each set",
    )
    parser.add_argument(
        "--foreign",
        type=int,
        default=FOREIGN,
        metavar="N",
        help="questions of the other sets asked of each (default: %(default)s)",
    )
    parser.add_argument(
        "--ablations", action="store_true", help="measure without each feature, too"
    )
    parser.add_argument(
        "--reader",
        default="default",
        metavar="NAME",
        help="`default`, `off`, or a cross-encoder by name or folder",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
