"""Questions of a set that go on with a conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.evaluation.answer_report import AnswerReport
from assistant.evaluation.conversations import past_turns
from assistant.evaluation.records import Question, Turn
from assistant.evaluation.run import run_eval
from assistant.salience import PastTurn
from assistant.session import AnswerSettings
from tests.fakes import WordEncoder

TOWNS = ("Kiel", "Ulm", "Bonn", "Jena", "Trier", "Worms")
TEXTS = {
    town.lower(): f"{town} is a town. The university of {town} was founded in 16{n}5."
    for n, town in enumerate(TOWNS)
}
FOLLOW_UP = "And when was its university founded?"


def _write_set(folder: Path, history: list[list[str]]) -> None:
    """One question, of the university of Trier as far as its history says so."""
    rows = [{"_id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    text = TEXTS["trier"]
    answer = "The university of Trier was founded in 1645."
    asked = {
        "_id": "q",
        "question": FOLLOW_UP,
        "doc_id": "trier",
        "answers": [{"text": answer, "start": text.index(answer)}],
        "history": history,
    }
    for name, lines in (("docs", rows), ("questions", [asked])):
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")


def _report(folder: Path, threshold: float = 0.3) -> AnswerReport:
    report = run_eval(folder, WordEncoder(), AnswerSettings(threshold=threshold))
    assert isinstance(report, AnswerReport)
    return report


@pytest.mark.parametrize(
    ("history", "right"),
    [
        ([["user", "Where is Trier?"], ["agent", "Trier is a town."]], 1),
        ([["user", "Where is Worms?"], ["agent", "Worms is a town."]], 0),
    ],
)
def test_a_follow_up_takes_over_what_its_history_says(
    history: list[list[str]], right: int, tmp_path: Path
) -> None:
    _write_set(tmp_path, history)
    assert _report(tmp_path).scores.hit_1 == right


def test_a_lost_follow_up_is_traced_with_its_history(tmp_path: Path) -> None:
    _write_set(tmp_path, [["user", "Where is Trier?"]])
    (fault,) = _report(tmp_path, threshold=1.0).faults
    assert fault.trace is not None
    assert (fault.trace.loss, fault.trace.passage_rank) == ("unsure", 1)


def test_a_question_is_not_asked_with_the_history_of_another(tmp_path: Path) -> None:
    _write_set(tmp_path, [["user", "Where is Trier?"]])
    path = tmp_path / "questions.jsonl"
    told = json.loads(path.read_text())
    alone = {**told, "_id": "alone", "history": []}
    path.write_text(json.dumps(told) + "\n" + json.dumps(alone) + "\n")
    both = _report(tmp_path, threshold=1.0)
    traces = {one.id: one.trace for one in both.faults}
    path.write_text(json.dumps(alone) + "\n")
    (only,) = _report(tmp_path, threshold=1.0).faults
    assert traces["alone"] == only.trace
    assert traces["alone"] != traces["q"]


def test_what_the_agent_said_stands_for_quotes() -> None:
    turns = (
        Turn("agent", "Hello."),
        Turn("user", "Where is Trier?"),
        Turn("agent", "On the Moselle."),
        Turn("agent", "In the west."),
        Turn("user", "Is it old?"),
    )
    asked = Question("q", "Why?", None, (), (), True, turns, None, (), None)
    assert past_turns(asked) == (
        PastTurn("Where is Trier?", ("On the Moselle.", "In the west.")),
        PastTurn("Is it old?", ()),
    )
