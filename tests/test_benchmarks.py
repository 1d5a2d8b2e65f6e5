from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.evaluation.datasets import load_answers, load_retrieval
from assistant.evaluation.outcomes import AnswerOutcome, RankedSentence
from assistant.evaluation.records import Place, Question
from benchmarks import answers, followups, retrieval
from benchmarks.answer_scores import choose_questions, unanswerable_kind
from benchmarks.sentence_systems import BASELINES, ablations
from benchmarks.several import score_several
from benchmarks.workspace import open_library
from index.errors import LibraryLocked
from index.library import Library
from index.locking import writer_lock
from tests.fakes import WordEncoder

TEXTS = {
    "kiel": "Kiel is a port on the Baltic Sea. Its university was founded in 1665.",
    "ulm": "Ulm lies on the Danube. The spire of its minster is 161 metres high.",
    "bonn": "Bonn was the seat of the government. Beethoven was born there.",
    "jena": "Jena has a university. Zeiss made microscopes there from 1846.",
}
QUERIES = {"1": ("spire of the minster", "ulm"), "2": ("Zeiss microscopes", "jena")}


class Undecided:
    """A reader to which every sentence is as good as another."""

    name = "undecided"

    def score(self, question: str, passages: Sequence[object]) -> NDArray[np.float32]:
        return np.zeros(len(passages), np.float32)


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (retrieval, answers, followups):
        monkeypatch.setattr(module, "load_default_encoder", WordEncoder)


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def documents() -> list[dict[str, object]]:
    return [{"_id": name, "title": "", "text": text} for name, text in TEXTS.items()]


def retrieval_set(folder: Path) -> Path:
    folder.mkdir()
    write(folder / "corpus.jsonl", documents())
    write(
        folder / "queries.jsonl",
        [{"_id": name, "text": text} for name, (text, _) in QUERIES.items()],
    )
    lines = [f"{name}\t{document}\t1" for name, (_, document) in QUERIES.items()]
    (folder / "qrels.tsv").write_text("\n".join(["q\td\tg", *lines]), "utf-8")
    return folder


def answer_set(folder: Path) -> Path:
    folder.mkdir()
    write(folder / "docs.jsonl", documents())
    gold = {"text": "161 metres", "start": TEXTS["ulm"].index("161 metres")}
    asked = {"_id": "1", "question": "How high is the spire?", "doc_id": "ulm"}
    write(
        folder / "questions.jsonl",
        [
            asked | {"answers": [gold], "answerable": True},
            {"_id": "2", "question": "Who wrote Faust?", "answerable": False},
        ],
    )
    return folder


@pytest.mark.usefixtures("encoders")
def test_retrieval_measures_every_system_and_writes_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = retrieval_set(tmp_path / "set")
    out = tmp_path / "out.json"
    common = ["--work", str(tmp_path / "work"), "--out", str(out)]
    retrieval.main([str(folder), *common, "--ablations"])
    result = json.loads(out.read_text(encoding="utf-8"))
    systems = result["data_sets"]["set"]["systems"]
    assert len(systems) == 5 + len(retrieval.VARIANTS) + len(retrieval.ABLATIONS)
    assert systems[retrieval.PRODUCT]["ndcg_10"] == 1.0
    assert systems["rank_bm25, Lucene idf"]["query_count"] == 2
    assert result["data_sets"]["set"]["library_stale"] is False
    assert set(result) >= {"commit", "command", "hardware", "versions", "date"}
    assert retrieval.PRODUCT in capsys.readouterr().out


@pytest.mark.usefixtures("encoders")
def test_answers_measure_every_system_and_write_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = answer_set(tmp_path / "set")
    out = tmp_path / "out.json"
    common = ["--work", str(tmp_path / "work"), "--out", str(out), "--reader", "off"]
    answers.main([str(folder), *common, "--ablations"])
    result = json.loads(out.read_text(encoding="utf-8"))["data_sets"]["set"]
    assert len(result["systems"]) == len(BASELINES) + len(ablations()) + 2
    assert result["systems"][answers.PRODUCT]["hit_1"] == 1.0
    assert result["systems"]["best sentence by rank_bm25"]["hit_1"] == 1.0
    first = result["systems"]["first sentence of the best chunk"]
    assert first["hit_1"] == 0.0
    assert first["calibration_error_mass"] is None
    assert "1 unanswerable" in capsys.readouterr().out
    assert "other_subject" not in first["auroc_by_kind"]
    answers.main([str(folder), *common, "--answerable"])
    result = json.loads(out.read_text(encoding="utf-8"))["data_sets"]["set"]
    assert (result["questions"], result["questions_in_set"]) == (1, 2)


@pytest.mark.usefixtures("encoders")
def test_questions_of_one_set_are_asked_of_another_as_unanswerable(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answers, "load_named_reader", lambda name: Undecided())
    folder, other = answer_set(tmp_path / "squad_like"), tmp_path / "other"
    other.mkdir()
    write(other / "docs.jsonl", [{"_id": "a", "text": "Basalt is a volcanic rock."}])
    gold = {"text": "volcanic", "start": 12}
    asked = {"question": "Which rock is basalt?", "doc_id": "a", "answers": [gold]}
    write(other / "questions.jsonl", [asked | {"_id": str(n)} for n in range(5)])
    out = tmp_path / "out.json"
    common = ["--work", str(tmp_path / "work"), "--out", str(out)]
    answers.main([str(folder), str(other), *common, "--foreign", "3"])
    results = json.loads(out.read_text(encoding="utf-8"))["data_sets"]
    found = results["squad_like"]["systems"][answers.PRODUCT]
    assert found["auroc_by_kind"] == {
        "other_subject": {"auroc": 1.0, "questions": 3},
        "adversarial": {"auroc": 1.0, "questions": 1},
    }
    assert answers.WITHOUT_READER in results["squad_like"]["systems"]
    # What is asked for another set counts for nothing else.
    assert (found["question_count"], found["unanswerable_count"]) == (2, 1)
    assert sum(count for count, _, _ in found["reliability"]) == 2
    assert found["risk_curve"][-1][1:] == [1.0, 0.5]
    assert found["suggested"] == found["risk_curve"][0]
    baseline = results["other"]["systems"]["best sentence by cosine"]
    assert baseline["auroc_by_kind"]["other_subject"]["questions"] == 1
    assert "reliability" not in baseline
    assert "AUROC adversarial" in capsys.readouterr().out


def test_an_unanswerable_question_is_near_unless_it_says_or_its_set_does() -> None:
    one = Question("1", "?", None, (), (), False, (), None, (), None)
    assert unanswerable_kind("clapnq_dev", one) == "near"
    assert unanswerable_kind("squad2_dev_half", one) == "adversarial"
    told = replace(one, kind="other_subject")
    assert unanswerable_kind("wikinews", told) == "other_subject"


def test_the_lexical_baseline_ranks_as_the_product_does(tmp_path: Path) -> None:
    data = load_retrieval(retrieval_set(tmp_path / "set"))
    encoder = WordEncoder()
    made = open_library(data, encoder, tmp_path / "work", reuse=False)
    with Library(made.library.library).open_view() as view:
        outcomes = retrieval.measure(
            data, made.library, view, encoder, retrieval.VARIANTS
        )
    assert [found.ranking for found in outcomes["Quoth, words"]] == [
        found.ranking for found in outcomes["rank_bm25, Lucene idf"]
    ]


def test_a_kept_library_is_taken_again_until_the_documents_change(
    tmp_path: Path,
) -> None:
    data = load_answers(answer_set(tmp_path / "set"))
    work, encoder = tmp_path / "work", WordEncoder()
    library = open_library(data, encoder, work, reuse=False).library.library
    with Library(library).open_view() as view:
        before = view.fingerprint
    open_library(data, encoder, work, reuse=False)
    with Library(library).open_view() as view:
        assert view.fingerprint == before
    write(tmp_path / "set" / "docs.jsonl", documents()[:2])
    fewer = load_answers(tmp_path / "set")
    assert open_library(fewer, encoder, work, reuse=True).stale
    assert not open_library(fewer, encoder, work, reuse=False).stale
    with Library(library).open_view() as view:
        assert view.document_count == 2
    other = WordEncoder(dimension=64)
    assert not open_library(fewer, other, work, reuse=False).stale
    with Library(library).open_view() as view:
        assert view.encoder.dimension == 64


def test_a_library_reached_by_another_path_holds_nothing_twice(tmp_path: Path) -> None:
    data = load_answers(answer_set(tmp_path / "set"))
    work, encoder = tmp_path / "work", WordEncoder()
    open_library(data, encoder, work, reuse=False)
    (tmp_path / "link").symlink_to(work)
    linked = open_library(data, encoder, tmp_path / "link", reuse=True).library
    moved = work.rename(tmp_path / "moved")
    for library in (linked, open_library(data, encoder, moved, reuse=True).library):
        folder = moved / library.library.relative_to(library.library.parents[1])
        with Library(folder).open_view() as view:
            assert view.document_count == len(data.documents)


def test_no_library_is_made_where_a_data_set_is(tmp_path: Path) -> None:
    data = load_answers(answer_set(tmp_path / "set"))
    with pytest.raises(SystemExit, match="holds data sets"):
        open_library(data, WordEncoder(), tmp_path, reuse=False)
    assert load_answers(tmp_path / "set") == data


def test_a_library_that_another_program_writes_is_not_deleted(tmp_path: Path) -> None:
    data = load_answers(answer_set(tmp_path / "set"))
    work, encoder = tmp_path / "work", WordEncoder()
    library = open_library(data, encoder, work, reuse=False).library.library
    with writer_lock(library), pytest.raises(LibraryLocked):
        open_library(data, encoder, work, reuse=False)
    with Library(library).open_view() as view:
        assert view.document_count == len(data.documents)


def test_a_quote_shows_gold_of_its_own_document_alone(tmp_path: Path) -> None:
    (asked, *_) = load_answers(answer_set(tmp_path / "set")).questions
    ((start, end),) = asked.answers
    asked = replace(asked, elsewhere=(Place("kiel", start, end),))
    shown = RankedSentence("kiel", start, end, "x")
    outcome = AnswerOutcome(asked, (shown,), 0.9, answered=True, elapsed_ms=1.0)
    assert score_several([outcome])["recall"] == 0.5


def test_a_sample_of_questions_is_repeatable_and_in_order() -> None:
    questions = [
        Question(str(n), "?", None, (), (), n % 2 == 0, (), None, (), None)
        for n in range(20)
    ]
    chosen = choose_questions(questions, answerable=True, sample=4)
    assert chosen == choose_questions(questions, answerable=True, sample=4)
    numbers = [int(one.id) for one in chosen]
    assert numbers == sorted(numbers)
    assert all(one.answerable for one in chosen)
    everything = choose_questions(questions, answerable=False, sample=None)
    assert everything == questions


@pytest.mark.usefixtures("encoders")
def test_followups_measure_conversations_unrelated_turns_and_rewrites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk, single, rewrites = (tmp_path / name for name in ("talk", "single", "words"))
    follow_up = {
        "_id": "1",
        "question": "Why?",
        "history": [
            ["user", "Which microscopes did Zeiss make in Jena?"],
            ["agent", "The first."],
        ],
        "rewrite": "Why did Zeiss build microscopes in Jena?",
    }
    for folder in (talk, single, rewrites):
        folder.mkdir()
    for folder in (talk, single):
        write(folder / "docs.jsonl", documents())
    found = {"doc_id": "ulm", "answers": [], "answerable": True}
    write(talk / "questions.jsonl", [follow_up | found | {"doc_id": "jena"}])
    write(
        single / "questions.jsonl",
        [
            {"_id": "1", "question": "How high is the spire of Ulm?"} | found,
            {"_id": "2", "question": "Who made microscopes in Jena?"}
            | (found | {"doc_id": "jena"}),
        ],
    )
    write(rewrites / "questions.jsonl", [follow_up])
    out = tmp_path / "out.json"
    common = ["--work", str(tmp_path / "work"), "--out", str(out)]
    followups.main([str(talk), str(single), str(rewrites), *common])
    results = json.loads(out.read_text(encoding="utf-8"))["data_sets"]
    assert results["talk"]["read_with_context"] == 1
    systems = results["talk"]["groups"]["with a rewrite"]["systems"]
    assert systems["read"]["ndcg_10"] == systems["rewritten"]["ndcg_10"] == 1.0
    assert systems["raw"]["ndcg_10"] < 1.0
    assert results["single"]["read_with_context"] == 0
    alone = results["single"]["groups"]["all"]
    assert alone["systems"]["read"] == alone["systems"]["raw"]
    words = [group for group in results["words"]["groups"].values() if group["changed"]]
    assert [group["word_recall"] for group in words] == [1.0]
    assert 0 < words[0]["word_precision"] < 1
    assert "closed" in capsys.readouterr().out
