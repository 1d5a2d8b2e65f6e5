from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from assistant.evaluation.outcomes import (
    AnswerOutcome,
    AnswerScores,
    QueryOutcome,
    RankedSentence,
    RetrievalScores,
    score_answers,
    score_rankings,
)
from assistant.evaluation.records import Query, Question, SourceText
from assistant.evaluation.report import (
    EvalReport,
    number,
    table,
    worst_answers,
    worst_rankings,
)
from assistant.evaluation.run import run_eval
from index.errors import UsageError
from tests.fakes import WordEncoder

TEXTS = {
    "kiel": "Kiel is a port on the Baltic Sea. Its university was founded in 1665.",
    "ulm": "Ulm lies on the Danube. The spire of its minster is 161 metres high.",
    "bonn": "Bonn was the seat of the government. Beethoven was born there.",
}


def question(
    name: str,
    *answers: tuple[int, int],
    answerable: bool = True,
    document_ids: tuple[str, ...] = ("d",),
) -> Question:
    return Question(
        id=name,
        text=f"Question {name}?",
        document_id="d",
        document_ids=document_ids if answerable else (),
        answers=answers,
        answerable=answerable,
        history=(),
        rewrite=None,
        rationale_sets=(),
        gold_sentence=None,
    )


def outcome(
    asked: Question,
    confidence: float,
    *spans: tuple[int, int],
    answered: bool = True,
    document: str = "d",
) -> AnswerOutcome:
    sentences = tuple(RankedSentence(document, a, b, "x" * (b - a)) for a, b in spans)
    return AnswerOutcome(asked, sentences, confidence, answered, elapsed_ms=2.0)


def test_rankings_are_scored_over_the_queries_that_have_gold() -> None:
    outcomes = [
        QueryOutcome(Query("1", "a"), ("x", "y", "z"), 1.0),
        QueryOutcome(Query("2", "b"), ("x",), 3.0),
        QueryOutcome(Query("no gold", "c"), ("x",), 5.0),
    ]
    gains = {"1": {"y": 1.0, "gone": 1.0}, "2": {"x": 2.0}, "no gold": {"x": 0.0}}
    scores = score_rankings(outcomes, gains)
    assert scores.query_count == 2
    assert scores.recall_10 == pytest.approx((0.5 + 1) / 2)
    assert scores.mrr_10 == pytest.approx((0.5 + 1) / 2)
    assert scores.median_ms == 3.0
    worst = worst_rankings(outcomes, gains)
    assert [case.id for case in worst] == ["1"]
    assert worst[0].found == "x, y, z"
    assert worst[0].gold == "y, gone"


def test_answers_are_scored_as_the_rule_for_a_right_quote_says() -> None:
    outcomes = [
        # Right at once; right as the second; wrong and silent; in another document.
        outcome(question("1", (10, 20)), 0.9, (0, 30)),
        outcome(question("2", (10, 20)), 0.8, (30, 40), (15, 25)),
        outcome(question("3", (10, 20)), 0.2, (20, 30), answered=False),
        outcome(question("4", (10, 20)), 0.7, (10, 20), document="other"),
        # Unanswerable: one answered, one silent.
        outcome(question("5", answerable=False), 0.6, (0, 5)),
        outcome(question("6", answerable=False), 0.1, answered=False),
    ]
    scores = score_answers(outcomes)
    assert scores.question_count == 6
    assert scores.gold_count == 4
    assert scores.unanswerable_count == 2
    assert scores.hit_1 == 1 / 4
    assert scores.hit_3 == 2 / 4
    assert scores.mrr == pytest.approx((1 + 0.5) / 4)
    assert scores.document_hit_1 == 3 / 4
    # Answerable .9 .8 .2 .7 against .6 .1: 3 * 2 + 1 of 8 pairs in order.
    assert scores.auroc == pytest.approx(7 / 8)
    assert scores.coverage == pytest.approx(4 / 6)
    assert scores.risk == pytest.approx(3 / 4)
    assert scores.answerable_answered == 3 / 4
    assert scores.unanswerable_abstained == 1 / 2
    assert scores.accuracy_at_half == pytest.approx(1 / 3)
    assert scores.calibration_error_mass is not None
    plain_scores = score_answers(outcomes, calibrated=False)
    assert plain_scores.calibration_error_mass is None
    assert scores.mean_quote_characters == pytest.approx((30 + 10 + 10 + 10 + 5) / 5)


def test_an_answerable_question_without_known_spans_has_no_sentence_score() -> None:
    found = outcome(question("1", document_ids=("d", "e")), 0.9, (0, 5), document="e")
    assert found.is_right is None
    scores = score_answers([found])
    assert scores.hit_1 is None
    assert scores.aurc is None
    assert scores.risk is None
    assert scores.document_hit_1 == 1


def test_the_worst_answers_are_the_surest_wrong_ones() -> None:
    outcomes = [
        outcome(question("right", (0, 4)), 0.99, (0, 4)),
        outcome(question("wrong", (0, 4)), 0.6, (5, 9)),
        outcome(question("nothing", answerable=False), 0.8, (5, 9)),
        outcome(question("silent", (0, 4)), 0.4, (5, 9), answered=False),
    ]
    worst = worst_answers(outcomes, {"d": SourceText("d", "", "Kiel is.", ())})
    assert [case.id for case in worst] == ["nothing", "wrong"]
    assert worst[1].gold == "Kiel"
    assert worst[0].gold == ""


def test_a_report_is_plain_text_that_no_terminal_acts_on() -> None:
    outcomes = [outcome(question("\x1b[31m", (0, 4)), 0.6, (5, 9))]
    report = EvalReport(
        name="set",
        form="answers",
        document_count=1,
        chunk_count=2,
        question_count=1,
        encoder="words",
        scores={"hybrid": score_answers(outcomes)},
        worst=worst_answers(outcomes, {"d": SourceText("d", "", "Kiel is.", ())}),
    )
    text = report.to_text()
    assert "first sentence right (hit@1)" in text
    assert "\x1b" not in text
    assert text.startswith("set: 1 questions, 1 documents, 2 chunks (words)\n")
    assert report.to_json()["question_count"] == 1


def test_tables_and_numbers() -> None:
    assert table([["a", "bb"], ["ccc", "d"]]) == ["a    bb", "ccc   d"]
    assert [number(v) for v in (None, 0.12345, 1.0, 12.34)] == [
        "-",
        "0.123",
        "1.000",
        "12.3",
    ]


def test_a_command_names_no_folder_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from benchmarks import reporting

    arguments = ["retrieval.py", str(tmp_path / "med"), "--fast"]
    monkeypatch.setattr("sys.argv", arguments)
    assert reporting.command() == "python -m benchmarks.retrieval DATA/med --fast"
    written = reporting.write_result("x", {"scores": 1}, tmp_path / "sub" / "out.json")
    assert str(tmp_path) not in written.read_text(encoding="utf-8")
    assert '"cores"' in written.read_text(encoding="utf-8")


def write_lines(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_documents(path: Path) -> None:
    write_lines(
        path, [{"_id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    )


def test_a_retrieval_set_is_searched_in_every_mode(tmp_path: Path) -> None:
    write_documents(tmp_path / "corpus.jsonl")
    write_lines(
        tmp_path / "queries.jsonl",
        [
            {"_id": "1", "text": "high spire of the minster"},
            {"_id": "2", "text": "Beethoven born"},
            {"_id": "3", "text": "port of the Baltic"},
        ],
    )
    lines = ["query-id\tcorpus-id\tscore", "1\tulm\t1", "2\tbonn\t2"]
    (tmp_path / "qrels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told: list[tuple[int, int]] = []
    report = run_eval(
        tmp_path, WordEncoder(), asked=lambda done, total: told.append((done, total))
    )
    assert report.form == "retrieval"
    assert list(report.scores) == ["hybrid", "lexical", "semantic"]
    for scores in report.scores.values():
        assert isinstance(scores, RetrievalScores)
        assert (scores.query_count, scores.ndcg_10, scores.mrr_10) == (2, 1.0, 1.0)
    assert report.worst == ()
    assert told[-1] == (9, 9)
    assert "nDCG@10" in report.to_text()
    assert json.loads(json.dumps(report.to_json()))["document_count"] == 3


def test_an_answer_set_is_asked_and_its_offsets_are_those_of_the_library(
    tmp_path: Path,
) -> None:
    write_documents(tmp_path / "docs.jsonl")
    spans = {
        "How high is the spire of the minster of Ulm?": ("ulm", "161 metres"),
        "When was the university of Kiel founded?": ("kiel", "1665"),
        "Where was Beethoven born?": ("bonn", "Beethoven was born there."),
    }
    write_lines(
        tmp_path / "questions.jsonl",
        [
            {
                "_id": text,
                "question": text,
                "doc_id": name,
                "answers": [{"text": answer, "start": TEXTS[name].index(answer)}],
            }
            for text, (name, answer) in spans.items()
        ]
        + [{"_id": "u", "question": "Who wrote Faust?", "answerable": False}],
    )
    report = run_eval(tmp_path, WordEncoder())
    scores = report.scores["hybrid"]
    assert isinstance(scores, AnswerScores)
    assert (scores.gold_count, scores.unanswerable_count) == (3, 1)
    assert scores.hit_1 == 1.0
    assert scores.auroc == 1.0
    assert report.question_count == 4
    assert "hit@1" in report.to_text()


def test_a_set_without_questions_cannot_be_evaluated(tmp_path: Path) -> None:
    row = {"_id": "a", "text": "One. Two.", "sentences": [[0, 4], [5, 9]]}
    write_lines(tmp_path / "docs.jsonl", [row])
    with pytest.raises(UsageError, match="no questions"):
        run_eval(tmp_path, WordEncoder())
