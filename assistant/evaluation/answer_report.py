"""The report on a set of answers: what is right, what is silent, what fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from assistant.evaluation.curves import (
    WRONG_ALLOWED,
    ReliabilityBin,
    RiskPoint,
    reliability,
    risk_curve,
    risk_points,
    threshold_for,
)
from assistant.evaluation.outcomes import (
    AnswerOutcome,
    AnswerScores,
    judged_cases,
    score_answers,
)
from assistant.evaluation.report import Report, number, table, wrapped
from assistant.render.sanitize import one_line

if TYPE_CHECKING:
    from assistant.evaluation.faults import Fault, FaultKind, Loss, Trace
    from assistant.session import AnswerSettings
    from index.records import SearchMode
    from index.view import View

SHOWN_FAULTS = 5
"""Of each kind, in the text: enough to see a pattern. `--json` has them all."""

# Beside the columns of a group within 80.
_NAME_CELLS: Final = 30

_SECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "The first sentence": {
        "hit_1": "it answers (hit@1)",
        "hit_3": "one of the first three answers (hit@3)",
        "mrr": "mean reciprocal rank of one that answers (MRR)",
        "document_hit_1": "it is in a right document",
        "mean_quote_characters": "its characters, mean",
    },
    "The quotes of an answer": {
        "quote_precision": "share that answers (precision)",
        "quote_recall": "share of the gold sentences shown (recall)",
        "parts_given": "share of the question's parts answered",
    },
    "Answer or silence": {
        "coverage": "questions answered, of all",
        "risk": "wrong first quotes among those answers",
        "answerable_answered": "answered, of the questions with an answer",
        "unanswerable_abstained": "silent, of the questions without one",
    },
    "The confidence": {
        "auroc": "tells questions with an answer from those without (AUROC)",
        "calibration_error_mass": "expected calibration error, bins of equal mass",
        "calibration_error_width": "expected calibration error, bins of equal width",
        "aurc": "area under risk and coverage (AURC)",
        "accuracy_at_half": "right among the surer half",
    },
    "Time": {"median_ms": "milliseconds a question, median"},
}
_GROUP_COLUMNS: Final = {
    "question_count": "asked",
    "hit_1": "hit@1",
    "hit_3": "hit@3",
    "parts_given": "parts",
    "coverage": "answered",
    "risk": "wrong",
}
_FAULT_TITLES: Final[Mapping[FaultKind, str]] = {
    "wrong": "Sure and wrong",
    "missed": "Silent, with an answer in the documents",
    "invented": "Answered, with no answer in the documents",
}
_LOSSES: Final[Mapping[Loss, str]] = {
    "not_retrieved": "passage not found",
    "not_candidate": "found too far down to be looked at",
    "outranked": "looked at, another sentence put first",
    "repeated": "left out, as a sentence before it says the same",
    "unsure": "put first, and not likely enough",
}


@dataclass(frozen=True, slots=True)
class AnswerReport(Report):
    """How well the questions of a set were answered."""

    mode: SearchMode
    threshold: float
    """Least confidence of an answer, as set."""
    scores: AnswerScores
    risk_curve: tuple[RiskPoint, ...]
    """What other thresholds would do, the fewest answers first."""
    wrong_allowed: float
    suggested: RiskPoint | None
    """The threshold that answers most with at most `wrong_allowed` wrong; None if none
    does."""
    reliability: tuple[ReliabilityBin, ...]
    by_kind: Mapping[str, AnswerScores]
    """Empty unless the questions say of what kind they are."""
    by_split: Mapping[str, AnswerScores]
    """Empty unless the questions say what they are kept for."""
    losses: Mapping[str, int]
    """How many of the faults lost the sentence that answers where."""
    faults: tuple[Fault, ...]
    """Every question that went wrong, the worst of each kind first."""

    def result_lines(self) -> list[str]:
        """Give the scores in sections, then the curve, the groups and the faults."""
        counts = (
            f"{self.scores.gold_count:,} with a known answer,"
            f" {self.scores.unanswerable_count:,} without an answer"
        )
        lines = [counts, *_score_lines(self.scores), *self._threshold_lines()]
        for title, groups in (("kind", self.by_kind), ("split", self.by_split)):
            if groups:
                lines += ["", *_group_lines(title, groups)]
        return [*lines, *self._loss_lines(), *self._fault_lines()]

    def _threshold_lines(self) -> list[str]:
        rows = [["confidence from", "answered", "wrong"]]
        rows += [
            [f"{one.threshold:.2f}", _share(one.coverage), _share(one.risk)]
            for one in self.risk_curve
        ]
        at_most = f"At most {self.wrong_allowed:.0%} wrong:"
        if self.suggested is None:
            advice = f"{at_most} no threshold does that here."
        else:
            advice = (
                f"{at_most} threshold {self.suggested.threshold:.2f}, which answers"
                f" {_share(self.suggested.coverage)}."
            )
        title = "Fewer answers, fewer errors"
        own = f"The threshold is {self.threshold:.2f}."
        return ["", title, *(f"  {row}" for row in table(rows)), "", own, advice]

    def _loss_lines(self) -> list[str]:
        total = sum(self.losses.values())
        if not total:
            return []
        rows = [[_LOSSES[loss], str(self.losses.get(loss, 0))] for loss in _LOSSES]
        title = f"Where the answer was lost, of {total:,} questions"
        return ["", title, *(f"  {row}" for row in table(rows))]

    def _fault_lines(self) -> list[str]:
        lines = []
        for kind, title in _FAULT_TITLES.items():
            faults = [fault for fault in self.faults if fault.fault == kind]
            if faults:
                lines += ["", f"{title}: {len(faults):,}"]
            for fault in faults[:SHOWN_FAULTS]:
                lines += ["", *_fault_text(fault)]
        return lines


def make_report(
    name: str,
    view: View,
    encoder: str,
    settings: AnswerSettings,
    outcomes: Sequence[AnswerOutcome],
    faults: tuple[Fault, ...],
) -> AnswerReport:
    """Score the outcomes of a set.

    Args:
        name: Of the set.
        view: Of its library.
        encoder: Its name.
        settings: With which was asked.
        outcomes: Of every question.
        faults: Among them.
    """
    sure, correct = judged_cases(outcomes)
    points = risk_points(sure, correct)
    return AnswerReport(
        name=name,
        form="answers",
        document_count=view.document_count,
        chunk_count=view.chunk_count,
        question_count=len(outcomes),
        encoder=encoder,
        mode=settings.mode,
        threshold=settings.threshold,
        scores=score_answers(outcomes),
        risk_curve=risk_curve(points),
        wrong_allowed=WRONG_ALLOWED,
        suggested=threshold_for(points),
        reliability=reliability(sure, correct),
        by_kind=_by_group([(found.question.kind, found) for found in outcomes]),
        by_split=_by_group([(found.question.split, found) for found in outcomes]),
        losses=dict(Counter(fault.trace.loss for fault in faults if fault.trace)),
        faults=faults,
    )


def _by_group(
    outcomes: Sequence[tuple[str | None, AnswerOutcome]],
) -> dict[str, AnswerScores]:
    """Score each group by itself; none where no question names its group."""
    groups: dict[str, list[AnswerOutcome]] = {}
    for name, found in outcomes:
        groups.setdefault(name or "", []).append(found)
    if set(groups) <= {""}:
        return {}
    return {name or "other": score_answers(found) for name, found in groups.items()}


def _score_lines(scores: AnswerScores) -> list[str]:
    values = asdict(scores)
    lines = []
    # One width for all sections, so that the numbers stand beneath each other.
    width = max(len(text) for rows in _SECTIONS.values() for text in rows.values())
    for title, rows in _SECTIONS.items():
        known = {name: text for name, text in rows.items() if values[name] is not None}
        if known:
            lines += ["", title]
        for name, text in known.items():
            lines.append(f"  {text:<{width}}  {number(values[name]):>6}")
    return lines


def _group_lines(title: str, groups: Mapping[str, AnswerScores]) -> list[str]:
    rows = [[title, *_GROUP_COLUMNS.values()]]
    for name, scores in groups.items():
        values = asdict(scores)
        shown = one_line(name)
        if len(shown) > _NAME_CELLS:
            shown = f"{shown[: _NAME_CELLS - 1]}…"
        rows.append([shown, *(_cell(values[column]) for column in _GROUP_COLUMNS)])
    return table(rows)


def _cell(value: float | None) -> str:
    return f"{value:,}" if isinstance(value, int) else number(value)


def _fault_text(fault: Fault) -> list[str]:
    lines = wrapped(f"{fault.question} [{fault.id}]", 2)
    shown = fault.shown or "nothing"
    lines += wrapped(f"shown, {_share(fault.confidence)} sure: {shown}", 4)
    if fault.expected:
        lines += wrapped(f"right: {fault.expected}", 4)
    elif fault.expected_document is not None:
        lines += wrapped(f"right: document {fault.expected_document}", 4)
    if fault.trace is not None:
        lines += wrapped(_trace_text(fault.trace), 4)
    return lines


def _trace_text(trace: Trace) -> str:
    said = f"lost: {_LOSSES[trace.loss]}"
    ranks = []
    if trace.passage_rank is not None:
        ranks.append(f"passage {trace.passage_rank}")
    if trace.sentence_rank is not None:
        ranks.append(f"sentence {trace.sentence_rank}")
    return f"{said} ({', '.join(ranks)} in rank)" if ranks else said


def _share(value: float) -> str:
    return f"{value:.0%}"
