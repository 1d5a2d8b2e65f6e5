from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation.answer_report import AnswerReport
from assistant.evaluation.curves import (
    reliability,
    risk_curve,
    risk_points,
    threshold_for,
)
from assistant.evaluation.faults import Trace, find_faults
from assistant.evaluation.outcomes import (
    AnswerOutcome,
    QueryOutcome,
    RankedSentence,
    score_answers,
    score_rankings,
)
from assistant.evaluation.records import Place, Query, Question, SourceText
from assistant.evaluation.report import (
    RetrievalReport,
    number,
    table,
    worst_rankings,
)
from assistant.evaluation.run import run_eval
from assistant.session import AnswerSettings
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


def never(asked: Question) -> Trace | None:
    return None


def test_faults_are_named_by_what_went_wrong_the_surest_wrong_ones_first() -> None:
    outcomes = [
        outcome(question("right", (0, 4)), 0.99, (0, 4)),
        outcome(question("wrong", (0, 4)), 0.6, (5, 9)),
        outcome(question("nothing", answerable=False), 0.8, (5, 9)),
        outcome(question("silent", (0, 4)), 0.2, (5, 9), answered=False),
        outcome(question("more silent", (0, 4)), 0.1, answered=False),
        outcome(question("rightly silent", answerable=False), 0.1, answered=False),
        outcome(question("no spans known"), 0.9, (5, 9)),
    ]
    faults = find_faults(outcomes, {"d": SourceText("d", "", "Kiel is.", ())}, never)
    assert [(one.fault, one.id) for one in faults if one.fault != "missed"] == [
        ("invented", "nothing"),
        ("wrong", "wrong"),
    ]
    silent = [one for one in faults if one.fault == "missed"]
    assert [one.id for one in silent] == ["more silent", "silent"]
    wrong = next(one for one in faults if one.fault == "wrong")
    assert (wrong.shown, wrong.expected) == ("xxxx", "Kiel")
    assert silent[0].shown == ""
    assert faults[0].expected == "" or faults[0].fault == "missed"


def test_gold_in_another_document_counts_and_so_do_the_parts_of_an_answer() -> None:
    asked = replace(
        question("1", (0, 4), (10, 14)),
        elsewhere=(Place("e", 3, 8),),
        needs=((0, 2), (1,)),
    )
    found = outcome(asked, 0.9, (5, 9), document="e")
    assert found.is_right
    assert found.gold_shown == [False, False, True]
    assert found.parts_shown == 0.5
    both = replace(found, sentences=(*found.sentences, RankedSentence("d", 9, 12, "x")))
    assert both.parts_shown == 1.0
    scores = score_answers([both, outcome(question("2", (0, 4)), 0.8, (0, 4), (5, 9))])
    assert scores.quote_precision == pytest.approx((1 + 0.5) / 2)
    assert scores.quote_recall == pytest.approx((2 / 3 + 1) / 2)
    assert scores.parts_given == 1.0


def test_the_quotes_of_an_abstention_are_no_quotes() -> None:
    silent = outcome(question("1", (0, 4)), 0.1, (0, 4), answered=False)
    scores = score_answers([silent])
    assert scores.hit_1 == 1.0
    assert scores.quote_precision is scores.quote_recall is scores.parts_given is None


def test_a_threshold_is_suggested_that_answers_most_with_few_wrong() -> None:
    sure = [0.9, 0.8, 0.7, 0.7, 0.5, 0.4]
    right = [True, True, True, False, True, False]
    points = risk_points(sure, right)
    # The two of one confidence pass together.
    assert [one.threshold for one in points] == [0.9, 0.8, 0.7, 0.5, 0.4]
    assert [one.risk for one in points] == pytest.approx([0, 0, 1 / 4, 1 / 5, 2 / 6])
    assert points[-1].coverage == 1.0
    found = threshold_for(points, 0.2)
    assert found is not None
    assert found.threshold == 0.5
    assert found.coverage == pytest.approx(5 / 6)
    assert threshold_for(points, 0.1) == points[1]
    assert threshold_for(risk_points([0.9], [False]), 0.5) is None
    assert (risk_points([], []), risk_curve([]), reliability([], [])) == ((), (), ())


def test_a_curve_is_thinned_out_and_ends_where_all_is_answered() -> None:
    sure = [n / 1000 for n in range(1000)]
    points = risk_points(sure, [n % 2 == 0 for n in range(1000)])
    curve = risk_curve(points)
    assert len(curve) == 20
    assert curve[0].coverage == pytest.approx(0.05)
    assert (curve[-1].coverage, curve[-1].risk) == (1.0, 0.5)


def test_reliability_compares_confidence_and_accuracy() -> None:
    bins = reliability([0.1, 0.9, 0.2, 0.8], [False, True, True, True], bins=2)
    assert [(one.count, one.accuracy) for one in bins] == [(2, 0.5), (2, 1.0)]
    assert [one.confidence for one in bins] == pytest.approx([0.15, 0.85])
    assert len(reliability([0.5], [True])) == 1


def test_a_report_is_plain_text_that_no_terminal_acts_on(tmp_path: Path) -> None:
    write_documents(tmp_path / "docs.jsonl")
    hostile = "\x1b[31mWho\u202e" + " wrote of the minster" * 12
    write_lines(
        tmp_path / "questions.jsonl",
        [
            {
                "_id": hostile,
                "question": hostile,
                "doc_id": "ulm",
                "kind": hostile,
                "answers": [{"text": "Ulm lies on the Danube.", "start": 0}],
            }
        ],
    )
    text = run_eval(tmp_path, WordEncoder(), AnswerSettings(threshold=0.0)).to_text()
    assert "it answers (hit@1)" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "Sure and wrong: 1" in text
    assert "right: Ulm lies on the Danube." in text


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
    assert isinstance(report, RetrievalReport)
    assert report.form == "retrieval"
    assert list(report.scores) == ["hybrid", "lexical", "semantic"]
    for scores in report.scores.values():
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
    assert isinstance(report, AnswerReport)
    scores = report.scores
    assert (scores.gold_count, scores.unanswerable_count) == (3, 1)
    assert scores.hit_1 == 1.0
    assert scores.auroc == 1.0
    assert report.question_count == 4
    assert "hit@1" in report.to_text()


def faulty_set(folder: Path) -> None:
    """Many documents of which one answers, in other words than the question's."""
    texts = {f"d{n}": f"The minster of town {n} has a spire." for n in range(40)}
    texts["gold"] = "Ulm lies here. Workers raised something 161 metres tall."
    write_lines(
        folder / "docs.jsonl",
        [{"_id": name, "title": "", "text": text} for name, text in texts.items()],
    )
    gold = {"text": "161 metres", "start": texts["gold"].index("161")}
    ulm = {"text": "Ulm lies here.", "start": 0}
    asked = {"doc_id": "gold", "kind": "plain"}
    write_lines(
        folder / "questions.jsonl",
        [
            asked
            | {"_id": "far", "question": "Spire of the minster?", "answers": [gold]},
            asked
            | {"_id": "near", "question": "Ulm lies here, workers?", "answers": [gold]},
            asked | {"_id": "first", "question": "Ulm lies here?", "answers": [ulm]},
            {"_id": "none", "question": "Spire of town 3?", "kind": "near miss"}
            | {"answerable": False},
        ],
    )


def test_it_is_said_where_the_sentence_that_answers_was_lost(tmp_path: Path) -> None:
    faulty_set(tmp_path)
    report = run_eval(tmp_path, WordEncoder(), AnswerSettings(threshold=1.0))
    assert isinstance(report, AnswerReport)
    traces = {one.id: one.trace for one in report.faults}
    assert set(traces) == {"far", "near", "first"}
    assert all(one.fault == "missed" for one in report.faults)
    far, near, first = traces["far"], traces["near"], traces["first"]
    assert far is not None
    assert far.loss in ("not_retrieved", "not_candidate")
    assert far.sentence_rank is None
    assert near is not None
    assert (near.loss, near.passage_rank, near.sentence_rank) == ("outranked", 1, 2)
    assert first == Trace("unsure", 1, 1)
    assert sum(report.losses.values()) == 3
    assert list(report.by_kind) == ["plain", "near miss"]
    assert report.by_split == {}
    text = report.to_text()
    assert "Silent, with an answer in the documents: 3" in text
    assert "(passage 1, sentence 2 in rank)" in text
    answered = run_eval(tmp_path, WordEncoder(), AnswerSettings(threshold=0.0))
    assert isinstance(answered, AnswerReport)
    assert {one.fault for one in answered.faults} == {"wrong", "invented"}
    assert json.loads(json.dumps(answered.to_json()))["faults"][0]["fault"]


def test_a_set_without_questions_cannot_be_evaluated(tmp_path: Path) -> None:
    row = {"_id": "a", "text": "One. Two.", "sentences": [[0, 4], [5, 9]]}
    write_lines(tmp_path / "docs.jsonl", [row])
    with pytest.raises(UsageError, match="no questions"):
        run_eval(tmp_path, WordEncoder())
