"""Our own questions over Wikinews: their form, their halves, and where gold stands."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from assistant.evaluation.datasets import load_answers, load_documents
from assistant.evaluation.documents import make_document
from benchmarks.wikinews import (
    ANSWERABLE_KINDS,
    QUESTIONS,
    SPLITS,
    UNANSWERABLE_KINDS,
    WikinewsQuestion,
    load_wikinews,
    main,
    misplaced,
)
from index.errors import UsageError
from index.sentences import split_sentences

DATA = os.environ.get("QUOTH_TEST_WIKINEWS")
"""A folder with the articles' docs.jsonl; without it nothing is checked in them."""

with_articles = pytest.mark.skipif(DATA is None, reason="QUOTH_TEST_WIKINEWS is empty")


@pytest.fixture(scope="module")
def questions() -> tuple[WikinewsQuestion, ...]:
    return load_wikinews()


def test_there_are_enough_and_the_file_is_small(
    questions: tuple[WikinewsQuestion, ...],
) -> None:
    assert len(questions) >= 160
    assert sum(bool(one.gold) for one in questions) >= 100
    assert sum(not one.gold for one in questions) >= 60
    assert QUESTIONS.stat().st_size < 100_000


def test_each_is_asked_once(questions: tuple[WikinewsQuestion, ...]) -> None:
    asked = [(one.history, one.text.casefold()) for one in questions]
    assert len(set(asked)) == len(asked)
    assert all(one.text == one.text.strip() and one.text for one in questions)


def test_the_kind_says_whether_something_answers(
    questions: tuple[WikinewsQuestion, ...],
) -> None:
    for one in questions:
        kinds = ANSWERABLE_KINDS if one.gold else UNANSWERABLE_KINDS
        assert one.kind in kinds, one.id
        assert bool(one.history) == bool(one.rewrite) == (one.kind == "follow_up")


def test_every_kind_is_asked_in_both_halves(
    questions: tuple[WikinewsQuestion, ...],
) -> None:
    counts = Counter((one.kind, one.split) for one in questions)
    for kind in ANSWERABLE_KINDS + UNANSWERABLE_KINDS:
        halves = [counts[kind, split] for split in SPLITS]
        assert min(halves) >= 5, kind
        assert abs(halves[0] - halves[1]) <= 1, kind
    wholes = Counter(one.split for one in questions)
    assert abs(wholes["tune"] - wholes["test"]) <= 1


def test_the_readme_counts_them(questions: tuple[WikinewsQuestion, ...]) -> None:
    readme = (QUESTIONS.parent / "README.md").read_text(encoding="utf-8")
    counts = Counter((one.kind, one.split) for one in questions)
    for kind in ANSWERABLE_KINDS + UNANSWERABLE_KINDS:
        row = " | ".join([kind, *(str(counts[kind, split]) for split in SPLITS)])
        assert f"| {row} |" in readme
    for gold in (gold for one in questions for gold in one.gold):
        assert f"* {gold.document_id} " in readme


def test_several_sentences_are_needed_where_the_kind_says_so(
    questions: tuple[WikinewsQuestion, ...],
) -> None:
    for one in questions:
        if one.kind == "several":
            assert len(one.needs) > 1, one.id
        elif one.kind != "two_part":
            assert len(one.needs) == bool(one.gold), one.id
        assert {number for part in one.needs for number in part} == set(
            range(len(one.gold))
        ), one.id


def test_gold_is_named_once(questions: tuple[WikinewsQuestion, ...]) -> None:
    for one in questions:
        places = {(gold.document_id, gold.start) for gold in one.gold}
        assert len(places) == len(one.gold), one.id
        assert all(gold.text == gold.text.strip() for gold in one.gold), one.id


def test_a_half_is_loaded_alone(questions: tuple[WikinewsQuestion, ...]) -> None:
    halves = [load_wikinews(split=split) for split in SPLITS]
    assert all(
        {one.split for one in half} == {split}
        for half, split in zip(halves, SPLITS, strict=True)
    )
    assert sum(map(len, halves)) == len(questions)


def test_the_parts_of_an_answer_are_counted(tmp_path: Path) -> None:
    row = question_row(
        answers=[{"text": "One.", "start": 0}, {"text": "Two.", "start": 5}],
        elsewhere=[{"doc_id": "b", "text": "Zwei.", "start": 9}],
        needs=[[0], [1, 2]],
    )
    (question,) = load_rows(tmp_path, row)
    assert question.parts_shown([]) == 0
    assert question.parts_shown([("a", 0, 4)]) == 0.5
    assert question.parts_shown([("a", 4, 5)]) == 0
    assert question.parts_shown([("a", 0, 4), ("a", 8, 30)]) == 1
    assert question.parts_shown([("a", 0, 4), ("b", 9, 10)]) == 1
    assert question.parts_shown([("a", 9, 14)]) == 0


def test_without_needs_any_gold_sentence_is_enough(tmp_path: Path) -> None:
    answers = [{"text": "One.", "start": 0}, {"text": "Two.", "start": 5}]
    (question,) = load_rows(tmp_path, question_row(answers=answers))
    assert question.needs == ((0, 1),)
    assert question.parts_shown([("a", 5, 9)]) == 1


def test_nothing_is_counted_where_nothing_answers(tmp_path: Path) -> None:
    (question,) = load_rows(tmp_path, question_row(kind="near_miss", answerable=False))
    assert question.needs == ()
    assert question.parts_shown([("a", 0, 4)]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "riddle"},
        {"split": "dev"},
        {"answerable": True},
        {"answers": [{"text": "One."}]},
        {"answers": [{"text": "One.", "start": -1}]},
        {"answers": [{"text": "One.", "start": 0}], "answerable": False},
        {"answers": [{"text": "One.", "start": 0}], "needs": [[1]]},
        {"answers": [{"text": "One.", "start": 0}], "needs": [[]]},
        {"history": ["Who?"]},
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"questions\.jsonl:1"):
        load_rows(tmp_path, question_row(**wrong))


def test_an_id_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"questions\.jsonl:2"):
        load_rows(tmp_path, question_row(), question_row())


@with_articles
def test_every_span_is_the_text_at_that_place(
    questions: tuple[WikinewsQuestion, ...],
) -> None:
    assert misplaced(questions, load_documents(articles())) == []


@with_articles
def test_gold_is_whole_sentences(questions: tuple[WikinewsQuestion, ...]) -> None:
    used = {gold.document_id for one in questions for gold in one.gold}
    sentences = {
        (source.id, sentence.start, sentence.end)
        for source in load_documents(articles())
        if source.id in used
        for sentence in split_sentences(make_document(source, Path("a.txt"), "a.txt"))
    }
    cut = [
        gold.text
        for one in questions
        for gold in one.gold
        if (gold.document_id, gold.start, gold.end) not in sentences
    ]
    # The rules of sentence ends may change; most gold must outlive that.
    assert len(cut) <= 5, cut


@with_articles
def test_a_half_is_a_data_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(articles().parent), str(tmp_path), "--split", "tune", "--rewritten"])
    half = load_wikinews(split="tune")
    made = load_answers(tmp_path)
    assert [one.id for one in made.questions] == [one.id for one in half]
    assert all(one.rewrite in (None, one.text) for one in made.questions)
    assert [bool(one.answers) for one in made.questions] == [
        bool(one.gold) for one in half
    ]
    assert str(len(half)) in capsys.readouterr().out


def articles() -> Path:
    assert DATA is not None
    return Path(DATA) / "docs.jsonl"


def question_row(**fields: object) -> dict[str, object]:
    row = {"_id": "q", "kind": "plain", "split": "tune", "question": "Who?"}
    return {**row, "doc_id": "a", **fields}


def load_rows(folder: Path, *rows: dict[str, object]) -> tuple[WikinewsQuestion, ...]:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return load_wikinews(path)
