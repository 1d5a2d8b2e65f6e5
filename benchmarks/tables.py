"""Tables in Markdown of result files, for docs/quality.md and the README.

    python -m benchmarks.tables RESULT... [--sets NAME...] [--system NAME]

Of retrieval: nDCG@10 of each system on each set. Of answers: hit@1, several sentences,
silence. Where two files measured one set, the later in the list counts. Each table
names the commits that its figures are of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.answer_scores import UNANSWERABLE_KINDS
from benchmarks.answers import PRODUCT
from benchmarks.options import described_parser

_KIND_TITLES = {
    "other_subject": "AUROC, other subject",
    "near": "AUROC, near",
    "adversarial": "AUROC, adversarial",
}
_SEVERAL = {
    "hit_3": "hit@3",
    "quote_precision": "precision",
    "quote_recall": "recall",
    "parts_given": "parts",
}
_SILENCE = {
    "calibration_error_mass": "ECE",
    "coverage": "answered",
    "risk": "wrong",
    "answerable_answered": "answered, of answerable",
    "unanswerable_abstained": "silent, of unanswerable",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a result file says of one set."""

    name: str
    commit: str
    systems: Mapping[str, Mapping[str, Any]]
    questions: int | None
    """Asked; None of retrieval, where every query is."""
    questions_in_set: int | None


def read_results(paths: Sequence[Path]) -> list[Measured]:
    """Read the sets of some result files; the last that measured a set counts."""
    found: dict[str, Measured] = {}
    for path in paths:
        content = json.loads(path.read_text(encoding="utf-8"))
        for name, result in content["data_sets"].items():
            found[name] = Measured(
                name,
                content["commit"],
                result["systems"],
                result.get("questions"),
                result.get("questions_in_set"),
            )
    return list(found.values())


def systems_by_set(
    measured: Sequence[Measured], score: str, title: str, *, best_bold: bool = True
) -> list[str]:
    """Give a system a row and a set a column.

    Args:
        measured: The sets; those without the score are left out.
        score: The name of the score.
        title: Of the table's first cell.
        best_bold: Whether the greatest of each set is bold.
    """
    having = [
        one
        for one in measured
        if any(scores.get(score) is not None for scores in one.systems.values())
    ]
    if not having:
        return []
    names = list(dict.fromkeys(name for one in having for name in one.systems))
    best = {
        one.name: max(scores.get(score) or 0.0 for scores in one.systems.values())
        for one in having
    }
    rows = []
    for name in names:
        row = [name]
        for one in having:
            value = one.systems.get(name, {}).get(score)
            bold = best_bold and value is not None and value == best[one.name]
            row.append(f"**{_shown(value)}**" if bold else _shown(value))
        rows.append(row)
    head = [title, *(_set_title(one) for one in having)]
    return [*_markdown([head, *rows]), "", _commits(having)]


def sets_by_score(
    measured: Sequence[Measured], system: str, scores: Mapping[str, str]
) -> list[str]:
    """Give a set a row and a score of one system a column.

    Args:
        measured: The sets; those without any of the scores are left out.
        system: Whose scores.
        scores: Names of scores with the titles of their columns; one that no set has
            is left out.
    """
    scores = {
        score: title
        for score, title in scores.items()
        if any(one.systems.get(system, {}).get(score) is not None for one in measured)
    }
    rows = []
    having = []
    for one in measured:
        values = one.systems.get(system, {})
        cells = [_shown(values.get(score)) for score in scores]
        if any(cells):
            having.append(one)
            rows.append([_set_title(one), *cells])
    if not rows:
        return []
    return [*_markdown([["", *scores.values()], *rows]), "", _commits(having)]


def silence_table(measured: Sequence[Measured], system: str) -> list[str]:
    """Give the AUROC against each kind of unanswerable question, ECE and coverage.

    Args:
        measured: The sets; those without unanswerable questions are left out.
        system: Whose confidence.
    """
    with_kinds = []
    for one in measured:
        scores = dict(one.systems.get(system, {}))
        against = scores.get("auroc_by_kind", {})
        if not against:
            continue
        for kind in UNANSWERABLE_KINDS:
            if kind in against:
                value, count = against[kind]["auroc"], against[kind]["questions"]
                scores[kind] = f"{_shown(value)} ({count:,})"
        if scores.get("suggested"):
            threshold, coverage, _ = scores["suggested"]
            scores["at_most"] = f"{_shown(coverage)} from {threshold:.2f}"
        with_kinds.append(
            Measured(
                one.name,
                one.commit,
                {system: scores},
                one.questions,
                one.questions_in_set,
            )
        )
    columns = {kind: _KIND_TITLES[kind] for kind in UNANSWERABLE_KINDS}
    at_most = {"at_most": "answered with ≤ 15 % wrong"}
    return sets_by_score(with_kinds, system, columns | _SILENCE | at_most)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every table for which the result files have figures."""
    parser = described_parser("benchmarks.tables", __doc__)
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULT")
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="these alone")
    parser.add_argument("--system", default=PRODUCT, metavar="NAME")
    options = parser.parse_args(arguments)
    measured = read_results(options.results)
    if options.sets:
        measured = [
            one for name in options.sets for one in measured if one.name == name
        ]
    tables = {
        "Documents: nDCG@10": systems_by_set(measured, "ndcg_10", "nDCG@10"),
        "The first sentence: hit@1": systems_by_set(measured, "hit_1", "hit@1"),
        "Several sentences": sets_by_score(measured, options.system, _SEVERAL),
        "Silence": silence_table(measured, options.system),
        "Milliseconds a question, median": systems_by_set(
            measured, "median_ms", "ms", best_bold=False
        ),
    }
    for title, lines in tables.items():
        if lines:
            print("\n".join([f"### {title}", "", *lines, ""]))


def _set_title(one: Measured) -> str:
    """The set with its number of questions, of how many where that is a sample."""
    if one.questions is None:
        return one.name
    if one.questions == one.questions_in_set:
        return f"{one.name} ({one.questions:,})"
    return f"{one.name} ({one.questions:,} of {one.questions_in_set:,})"


def _commits(measured: Sequence[Measured]) -> str:
    by_commit: dict[str, list[str]] = {}
    for one in measured:
        by_commit.setdefault(one.commit, []).append(one.name)
    if len(by_commit) == 1:
        return f"Commit {next(iter(by_commit))}."
    said = (f"{commit} ({', '.join(names)})" for commit, names in by_commit.items())
    return f"Commits {'; '.join(said)}."


def _shown(value: object) -> str:
    """Write a score as people print it: `.738`, `24.6`, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{value:.3f}".removeprefix("0") if abs(value) <= 1 else f"{value:.1f}"
    return str(value)


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    rule = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *body)]


if __name__ == "__main__":
    main()
