"""What one system did with the questions of a set, as the values of a result file."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, astuple, replace

from assistant.evaluation import metrics
from assistant.evaluation.curves import (
    reliability,
    risk_curve,
    risk_points,
    threshold_for,
)
from assistant.evaluation.outcomes import AnswerOutcome, judged_cases, score_answers
from assistant.evaluation.records import AnswerSet, Question
from assistant.evaluation.significance import bootstrap_interval

OTHER_SUBJECT = "other_subject"
NEAR = "near"
ADVERSARIAL = "adversarial"
UNANSWERABLE_KINDS = (OTHER_SUBJECT, NEAR, ADVERSARIAL)
"""Of another set's documents; about what the documents are about; written to look like
a question that they answer."""
_ADVERSARIAL_SETS = ("squad",)
"""Beginnings of their names."""
SEED = 20
"""Of every sample of questions."""


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


def foreign_questions(
    sets: Sequence[AnswerSet], own: AnswerSet, count: int
) -> list[Question]:
    """Return questions of other sets, which this set's documents do not answer.

    Equally many of each, as far as that goes; none if there is no other set.

    Args:
        sets: All of them.
        own: Whose documents are asked.
        count: How many at most.
    """
    others = [data for data in sets if data.name != own.name]
    found = []
    for data in others:
        sample = count // len(others)
        for one in choose_questions(data.questions, answerable=True, sample=sample):
            found.append(
                replace(
                    one,
                    id=f"{data.name}:{one.id}",
                    document_id=None,
                    document_ids=(),
                    answers=(),
                    elsewhere=(),
                    needs=(),
                    answerable=False,
                    kind=OTHER_SUBJECT,
                )
            )
    return found


def unanswerable_kind(name: str, question: Question) -> str:
    """Return which of `UNANSWERABLE_KINDS` an unanswerable question is of.

    Args:
        name: Of the set that is asked.
        question: Of it, or one of `foreign_questions`.
    """
    if question.kind == OTHER_SUBJECT:
        return OTHER_SUBJECT
    return ADVERSARIAL if name.startswith(_ADVERSARIAL_SETS) else NEAR


def system_scores(
    name: str, outcomes: Sequence[AnswerOutcome], own_count: int, *, calibrated: bool
) -> dict[str, object]:
    """Score a system: means, intervals, curves, and AUROC against each kind.

    Args:
        name: Of the set that was asked.
        outcomes: Of its questions, then of `foreign_questions`.
        own_count: How many are of its own questions: the others count for the AUROC
            against questions of another subject alone.
        calibrated: Whether the confidence is a probability.
    """
    own = outcomes[:own_count]
    sure, correct = judged_cases(own)
    points = risk_points(sure, correct)
    suggested = threshold_for(points)
    scores: dict[str, object] = asdict(score_answers(own, calibrated=calibrated))
    hits = first_hits(own)
    if hits:
        scores["hit_1_interval"] = list(astuple(bootstrap_interval(hits)))
    scores["auroc_by_kind"] = _auroc_by_kind(name, outcomes)
    scores["risk_curve"] = [list(astuple(point)) for point in risk_curve(points)]
    scores["suggested"] = list(astuple(suggested)) if suggested else None
    if calibrated:
        bins = reliability(sure, correct)
        scores["reliability"] = [list(astuple(one)) for one in bins]
    return scores


def first_hits(outcomes: Sequence[AnswerOutcome]) -> list[float]:
    """Return hit@1 of each question with gold, in the order of the questions."""
    scores = (metrics.hit(one.flags, len(one.question.gold), 1) for one in outcomes)
    return [score for score in scores if score is not None]


def _auroc_by_kind(
    name: str, outcomes: Sequence[AnswerOutcome]
) -> dict[str, dict[str, float | int | None]]:
    """Compare the answerable questions with each kind of unanswerable ones."""
    positives = [one.confidence for one in outcomes if one.question.answerable]
    found: dict[str, dict[str, float | int | None]] = {}
    for kind in UNANSWERABLE_KINDS:
        negatives = [
            one.confidence
            for one in outcomes
            if not one.question.answerable
            and unanswerable_kind(name, one.question) == kind
        ]
        if positives and negatives:
            labels = [True] * len(positives) + [False] * len(negatives)
            found[kind] = {
                "auroc": metrics.auroc(positives + negatives, labels),
                "questions": len(negatives),
            }
    return found
