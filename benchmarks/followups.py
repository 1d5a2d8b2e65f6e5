"""Follow-up questions: raw, as Quoth reads them, and as people rewrote them.

    python -m benchmarks.followups DATA_SET... [--out FILE] [--work DIR] [--reuse]

A set with documents is searched: with conversations, each question as typed, as read
with the turns before it, and as rewritten where the set says; without them, each
question after another one of the set that has nothing to do with it, which must change
nothing. A set of rewrites alone is compared by the words taken over. The constants were
chosen on the first half of the conversations; the second is held out. Writes
results/<commit>-followups.json.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.evaluation import metrics
from assistant.evaluation.conversations import past_turns
from assistant.evaluation.datasets import load_answers, load_questions
from assistant.evaluation.outcomes import ranking_scores
from assistant.evaluation.records import Query
from assistant.evaluation.report import number, table
from assistant.evaluation.run import rank_documents
from assistant.evaluation.significance import compare
from assistant.followup import Reading, read_followup
from assistant.salience import PastTurn, content_terms
from benchmarks.options import data_set_parser, load_default_encoder
from benchmarks.reporting import write_result
from benchmarks.workspace import open_library
from index.library import Library
from index.searching import SearchQuery

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import AnswerSet, Question
    from index.encoder import Encoder
    from index.view import View

_MEASURES = ("ndcg_10", "recall_10")
Scores = dict[str, float]
Systems = dict[str, Scores]
"""nDCG@10 and recall@10 of one question, by the way it was put."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every data set that was given."""
    parser = data_set_parser(
        "benchmarks.followups", "Follow-up questions: raw, as read, and as rewritten."
    )
    options = parser.parse_args(arguments)
    results: dict[str, Mapping[str, Any]] = {}
    for folder in options.data_sets:
        if (folder / "docs.jsonl").exists():
            results[folder.name] = measure_retrieval(
                load_answers(folder), load_default_encoder(), options
            )
        else:
            results[folder.name] = measure_words(
                load_questions(folder / "questions.jsonl")
            )
        print_result(folder.name, results[folder.name])
        written = write_result("followups", {"data_sets": results}, options.out)
        print(f"written to {written}", flush=True)


def is_held_out(question: Question) -> bool:
    """Whether a question is of the second half of the conversations."""
    begin = question.history[0].text if question.history else question.text
    return bool(hashlib.sha256(begin.encode()).digest()[0] % 2)


def measure_retrieval(
    data: AnswerSet, encoder: Encoder, options: argparse.Namespace
) -> dict[str, Any]:
    """Search for each question in each form, and score the documents found."""
    made = open_library(data, encoder, options.work, reuse=options.reuse)
    asked = [one for one in data.questions if one.document_ids]
    conversations = any(one.history for one in asked)
    if conversations:
        asked = [one for one in asked if one.history]
        turns = [past_turns(one) for one in asked]
    else:
        # Half the set away: of another document, as questions stand in its order.
        shift = len(asked) // 2
        turns = [
            (PastTurn(asked[(place + shift) % len(asked)].text, ()),)
            for place in range(len(asked))
        ]
    with Library(made.library.library).open_view() as view:
        rows = [
            _search(made.library, view, encoder, one, read_followup(one.text, before))
            for one, before in zip(asked, turns, strict=True)
        ]
    leaning = sum(
        read_followup(one.text, before).depends
        for one, before in zip(asked, turns, strict=True)
    )
    groups: dict[str, Callable[[Question], bool]] = {"all": lambda one: True}
    if conversations:
        groups |= {
            "chosen on": lambda one: not is_held_out(one),
            "held out": is_held_out,
            "with a rewrite": lambda one: one.rewrite is not None,
            "with a rewrite, held out": lambda one: (
                one.rewrite is not None and is_held_out(one)
            ),
        }
    return {
        "kind": "conversations" if conversations else "unrelated turn before",
        "questions": len(asked),
        "read_with_context": leaning,
        "library_stale": made.stale,
        "groups": {
            name: _summary([r for r, one in zip(rows, asked, strict=True) if has(one)])
            for name, has in groups.items()
        },
    }


def _search(
    library: SetLibrary, view: View, encoder: Encoder, one: Question, read: Reading
) -> Systems:
    gains = dict.fromkeys(one.document_ids, 1.0)

    def scores(text: str, context: tuple[str, ...] = ()) -> Scores:
        query, form = Query(one.id, text), SearchQuery("", context=context)
        outcome = rank_documents(library, view, [query], form, encoder)[0]
        found = ranking_scores(outcome, gains)
        return {name: found[name] or 0.0 for name in _MEASURES}

    raw = scores(one.text)
    systems = {
        "raw": raw,
        "read": scores(one.text, read.context) if read.added else raw,
    }
    if one.rewrite is not None:
        systems["rewritten"] = scores(one.rewrite)
    return systems


def _summary(rows: Sequence[Systems]) -> dict[str, Any]:
    """Average each system over the questions that have them all, and compare."""
    if not rows:
        return {"questions": 0}
    names = [name for name in rows[0] if all(name in row for row in rows)]
    means = {
        name: {m: metrics.mean(row[name][m] for row in rows) for m in _MEASURES}
        for name in ("raw", "read", *names[2:])
    }
    gained = compare(
        [row["read"]["ndcg_10"] for row in rows],
        [row["raw"]["ndcg_10"] for row in rows],
    )
    summary: dict[str, Any] = {
        "questions": len(rows),
        "systems": means,
        "gained_ndcg_10": asdict(gained),
    }
    if "rewritten" in means:
        summary["gap_closed"] = {m: _closed(means, m) for m in _MEASURES}
    return summary


def _closed(means: Mapping[str, Mapping[str, float | None]], name: str) -> float | None:
    """Return the share of the way from raw to rewritten; None where there is none."""
    raw, read, best = (means[s][name] or 0.0 for s in ("raw", "read", "rewritten"))
    return (read - raw) / (best - raw) if best > raw else None


def measure_words(questions: Sequence[Question]) -> dict[str, Any]:
    """Compare what is taken over with what people put into their rewrites."""
    asked = [one for one in questions if one.history and one.rewrite is not None]
    return {
        "kind": "rewrites",
        "groups": {
            "chosen on": _words([one for one in asked if not is_held_out(one)]),
            "held out": _words([one for one in asked if is_held_out(one)]),
        },
    }


def _words(questions: Sequence[Question]) -> dict[str, Any]:
    recalls: list[float] = []
    precisions: list[float] = []
    changed_leaning: list[bool] = []
    same_left_alone: list[bool] = []
    milliseconds: list[float] = []
    for one in questions:
        turns = past_turns(one)
        begin = time.perf_counter()
        read = read_followup(one.text, turns)
        milliseconds.append((time.perf_counter() - begin) * 1000)
        own = _terms(one.text)
        wanted = _terms(one.rewrite or "") - own
        if not wanted:
            same_left_alone.append(not read.depends)
            continue
        changed_leaning.append(read.depends)
        known = _terms(*(text for t in turns for text in (t.question, *t.quotes)))
        taken = _terms(*read.context) - own
        if wanted & known:
            recalls.append(len(taken & wanted) / len(wanted & known))
        if taken:
            precisions.append(len(taken & wanted) / len(taken))
    return {
        "questions": len(questions),
        "changed": len(changed_leaning),
        "changed_read_with_context": metrics.mean(map(float, changed_leaning)),
        "unchanged": len(same_left_alone),
        "unchanged_left_alone": metrics.mean(map(float, same_left_alone)),
        "word_recall": metrics.mean(recalls),
        "word_precision": metrics.mean(precisions),
        "mean_ms": metrics.mean(milliseconds),
    }


def _terms(*texts: str) -> frozenset[str]:
    return frozenset(term.text for text in texts for term in content_terms(text))


def print_result(name: str, result: Mapping[str, Any]) -> None:
    """Print what was measured of one data set, a group and system a line."""
    print(f"\n{name}: {result['kind']}")
    if result["kind"] == "rewrites":
        for group, scores in result["groups"].items():
            print(group, {key: number(value) for key, value in scores.items()})
        return
    print(f"{result['read_with_context']} of {result['questions']} read with context")
    rows = [["", "", "n", *_MEASURES]]
    for group, found in result["groups"].items():
        for system, scores in found.get("systems", {}).items():
            count = str(found["questions"])
            rows.append([group, system, count, *(number(scores[m]) for m in _MEASURES)])
        if "gap_closed" in found:
            closed = found["gap_closed"]
            rows.append([group, "closed", "", *(number(closed[m]) for m in _MEASURES)])
    print("\n".join(table(rows)), flush=True)


if __name__ == "__main__":
    main()
