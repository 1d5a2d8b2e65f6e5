"""The report of `quoth eval`: scores and the worst cases, as text and as JSON.

That of a set of answers is in `assistant.evaluation.answer_report`.
"""

from __future__ import annotations

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from assistant.evaluation.outcomes import (
    QueryOutcome,
    RetrievalScores,
    ranking_scores,
)
from assistant.render.sanitize import one_line

WORST_COUNT = 10
"""Enough to see a pattern, few enough to read."""
WIDTH = 80
"""Columns of the terminals that are still common."""
_SHOWN_CHARACTERS = 200

_COLUMNS = {
    "ndcg_10": "nDCG@10",
    "recall_10": "recall@10",
    "recall_100": "recall@100",
    "mrr_10": "MRR@10",
    "median_ms": "ms",
}


@dataclass(frozen=True, slots=True)
class WorstCase:
    """A query that went wrong."""

    id: str
    question: str
    fault: str
    """What went wrong, in a few words."""
    found: str
    """The first documents."""
    gold: str
    """The documents that would have been right."""


@dataclass(frozen=True, slots=True)
class Report(ABC):
    """What was measured, on what."""

    name: str
    form: Literal["retrieval", "answers"]
    document_count: int
    chunk_count: int
    question_count: int
    encoder: str

    def to_json(self) -> dict[str, object]:
        """Return what `quoth eval --json` prints."""
        return asdict(self)

    def to_text(self) -> str:
        """Return the report for people: plain lines, safe for a terminal."""
        return "\n".join([*self.heading_lines(), "", *self.result_lines()])

    def heading_lines(self) -> list[str]:
        """Say what was measured."""
        return [
            f"{one_line(self.name)}: {self.question_count:,} questions,"
            f" {self.document_count:,} documents, {self.chunk_count:,} chunks",
            f"encoder: {one_line(self.encoder)}",
        ]

    @abstractmethod
    def result_lines(self) -> list[str]:
        """Say what came of it."""


@dataclass(frozen=True, slots=True)
class RetrievalReport(Report):
    """How well the documents of a set were found."""

    scores: Mapping[str, RetrievalScores]
    """By search mode."""
    worst: tuple[WorstCase, ...]

    def result_lines(self) -> list[str]:
        """Give a mode a line, then the worst queries."""
        rows = [["", *_COLUMNS.values()]]
        for mode, scores in self.scores.items():
            values = asdict(scores)
            rows.append([mode, *(number(values[name]) for name in _COLUMNS)])
        lines = table(rows)
        if self.worst:
            lines += ["", "The worst cases"]
        for case in self.worst:
            lines += ["", *wrapped(f"{case.question} [{case.id}]", 2)]
            lines += wrapped(f"{case.fault}: {case.found}", 4)
            lines += wrapped(f"right: {case.gold}", 4)
        return lines


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


def wrapped(text: str, indent: int) -> list[str]:
    """Set a text of any origin in lines of at most `WIDTH` cells, safe for a terminal.

    Args:
        text: Shortened where it is long.
        indent: Spaces before each line; those after the first have two more.
    """
    line = one_line(text)
    if len(line) > _SHOWN_CHARACTERS:
        line = line[: _SHOWN_CHARACTERS - 1] + "…"
    margin = " " * indent
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=f"{margin}  ",
        break_on_hyphens=False,
    )
