"""The report of `quoth eval`: scores and the worst cases, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from assistant.evaluation.outcomes import (
    AnswerOutcome,
    AnswerScores,
    QueryOutcome,
    RetrievalScores,
    ranking_scores,
)
from assistant.render.sanitize import one_line

if TYPE_CHECKING:
    from assistant.evaluation.records import SourceText

WORST_COUNT = 10
"""Enough to see a pattern, few enough to read."""
_SHOWN_CHARACTERS = 160

_COLUMNS = {
    "ndcg_10": "nDCG@10",
    "recall_10": "recall@10",
    "recall_100": "recall@100",
    "mrr_10": "MRR@10",
    "median_ms": "ms",
}
_ANSWER_LINES = {
    "hit_1": "first sentence right (hit@1)",
    "hit_3": "one of three right (hit@3)",
    "mrr": "MRR of the right sentence",
    "document_hit_1": "first sentence in a right document",
    "auroc": "AUROC, answerable or not",
    "coverage": "answered",
    "risk": "wrong among the answered",
    "answerable_answered": "answered of the answerable",
    "unanswerable_abstained": "abstained of the unanswerable",
    "aurc": "area under risk and coverage (AURC)",
    "accuracy_at_half": "right among the surer half",
    "calibration_error_mass": "calibration error, equal mass",
    "calibration_error_width": "calibration error, equal width",
    "mean_quote_characters": "characters of the first sentence, mean",
    "median_ms": "milliseconds a question, median",
}


@dataclass(frozen=True, slots=True)
class WorstCase:
    """A question that went wrong."""

    id: str
    question: str
    fault: str
    """What went wrong, in a few words."""
    found: str
    """What was put forward first: a sentence, or the first documents."""
    gold: str
    """What would have been right; empty for an unanswerable question."""


@dataclass(frozen=True, slots=True)
class EvalReport:
    """How well one data set was searched or answered."""

    name: str
    form: Literal["retrieval", "answers"]
    document_count: int
    chunk_count: int
    question_count: int
    encoder: str
    scores: Mapping[str, RetrievalScores | AnswerScores]
    """By search mode."""
    worst: tuple[WorstCase, ...]

    def to_json(self) -> dict[str, object]:
        """Return what `quoth eval --json` prints."""
        return asdict(self)

    def to_text(self) -> str:
        """Return the report for people: plain lines, safe for a terminal."""
        lines = [
            f"{one_line(self.name)}: {self.question_count} questions, "
            f"{self.document_count} documents, {self.chunk_count} chunks "
            f"({one_line(self.encoder)})",
            "",
        ]
        if self.form == "retrieval":
            rows = [["", *_COLUMNS.values()]]
            for mode, scores in self.scores.items():
                values = asdict(scores)
                rows.append([mode, *(number(values[name]) for name in _COLUMNS)])
            lines += table(rows)
        else:
            for scores in self.scores.values():
                values = asdict(scores)
                lines += table(
                    [
                        [text, number(values[name])]
                        for name, text in _ANSWER_LINES.items()
                    ]
                )
        if self.worst:
            lines += ["", "The worst cases"]
        for case in self.worst:
            lines += ["", f"  {_short(case.question)} [{one_line(case.id)}]"]
            lines.append(f"    {case.fault}: {_short(case.found)}")
            if case.gold:
                lines.append(f"    right: {_short(case.gold)}")
        return "\n".join(lines)


def worst_rankings(
    outcomes: Sequence[QueryOutcome],
    gains: Mapping[str, Mapping[str, float]],
    count: int = WORST_COUNT,
) -> tuple[WorstCase, ...]:
    """Name the queries with the lowest nDCG@10, the lowest first."""
    scored = []
    for outcome in outcomes:
        relevant = gains.get(outcome.query.id, {})
        ndcg = ranking_scores(outcome, relevant)["ndcg_10"]
        if ndcg is not None:
            scored.append((ndcg, outcome, relevant))
    scored.sort(key=lambda item: item[0])
    return tuple(
        WorstCase(
            outcome.query.id,
            outcome.query.text,
            f"nDCG@10 {ndcg:.3f}",
            ", ".join(outcome.ranking[:3]),
            ", ".join(sorted(relevant, key=lambda name: -relevant[name])[:3]),
        )
        for ndcg, outcome, relevant in scored[:count]
        if ndcg < 1
    )


def worst_answers(
    outcomes: Sequence[AnswerOutcome],
    documents: Mapping[str, SourceText],
    count: int = WORST_COUNT,
) -> tuple[WorstCase, ...]:
    """Name the answers that are wrong and surest of themselves, the surest first.

    Args:
        outcomes: Of every question.
        documents: By id, to show what would have been right.
        count: How many at most.
    """
    wrong = [found for found in outcomes if found.answered and found.is_right is False]
    wrong.sort(key=lambda found: -found.confidence)
    return tuple(
        WorstCase(
            found.question.id,
            found.question.text,
            f"{found.confidence:.2f} sure of "
            + ("a wrong sentence" if found.question.answers else "what has no answer"),
            found.sentences[0].text if found.sentences else "",
            _gold(found, documents),
        )
        for found in wrong[:count]
    )


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows of cells in columns: the first to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def number(value: float | None) -> str:
    """Write a score with three digits, a larger number with one, None as a dash."""
    if value is None:
        return "-"
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}"


def _gold(outcome: AnswerOutcome, documents: Mapping[str, SourceText]) -> str:
    source = documents.get(outcome.question.document_id or "")
    if source is None or not outcome.question.answers:
        return ""
    start, end = outcome.question.answers[0]
    return source.text[start:end]


def _short(text: str) -> str:
    line = one_line(text)
    if len(line) <= _SHOWN_CHARACTERS:
        return line
    return line[: _SHOWN_CHARACTERS - 1] + "…"
