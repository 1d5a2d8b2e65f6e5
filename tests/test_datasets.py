from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.datasets import (
    load_answers,
    load_boundaries,
    load_data_set,
    load_documents,
    load_questions,
    load_retrieval,
    load_training,
)
from assistant.evaluation.documents import make_document
from assistant.evaluation.records import (
    AnswerSet,
    BoundarySet,
    Place,
    RetrievalSet,
    SourceText,
    Turn,
)
from index.errors import MissingPath, NoText, UsageError
from index.sentences import split_sentences

TEXT = "Kiel is a port. It lies on the Baltic Sea."


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def retrieval_folder(folder: Path, *judgements: str) -> Path:
    write(
        folder / "corpus.jsonl",
        {"_id": "d1", "title": "Kiel", "text": TEXT},
        {"_id": "d2", "title": "A title alone", "text": ""},
    )
    write(folder / "queries.jsonl", {"_id": "q1", "text": "port"})
    write(folder / "qrels.tsv", "query-id\tcorpus-id\tscore", *judgements)
    return folder


def answer_folder(folder: Path, **question: object) -> Path:
    write(folder / "docs.jsonl", {"_id": "d1", "title": "Kiel", "text": TEXT})
    fields = {"_id": "q1", "question": "Where?", "doc_id": "d1", "answerable": True}
    write(folder / "questions.jsonl", fields | question)
    return folder


def test_a_retrieval_set_is_read_with_its_grades(tmp_path: Path) -> None:
    found = load_data_set(retrieval_folder(tmp_path, "q1\td1\t2", "q1\td2\t0"))
    assert isinstance(found, RetrievalSet)
    assert [document.id for document in found.documents] == ["d1", "d2"]
    assert found.queries[0].text == "port"
    assert found.gains == {"q1": {"d1": 2.0, "d2": 0.0}}


def test_an_answer_set_is_read_with_all_its_fields(tmp_path: Path) -> None:
    answer_folder(
        tmp_path,
        answers=[{"text": "Baltic Sea", "start": 31}],
        history=[["user", "What is Kiel?"], ["agent", "A port."]],
        rewrite="Where does Kiel lie?",
        rationale_sets=[[0, 1], [1]],
        gold_sentence=1,
    )
    found = load_data_set(tmp_path)
    assert isinstance(found, AnswerSet)
    (question,) = found.questions
    assert question.answers == ((31, 41),)
    assert TEXT[31:41] == "Baltic Sea"
    assert question.document_ids == ("d1",)
    assert question.history == (Turn("user", "What is Kiel?"), Turn("agent", "A port."))
    assert question.rewrite == "Where does Kiel lie?"
    assert question.rationale_sets == ((0, 1), (1,))
    assert question.gold_sentence == 1


def test_a_quote_is_right_when_it_shares_a_character_with_a_gold_span(
    tmp_path: Path,
) -> None:
    answer_folder(tmp_path, answers=[{"text": "Baltic Sea", "start": 31}])
    question = load_answers(tmp_path).questions[0]
    assert question.is_answered_by("d1", 16, 42)
    assert question.is_answered_by("d1", 40, 42)
    assert not question.is_answered_by("d1", 41, 42)
    assert not question.is_answered_by("d1", 0, 31)
    assert not question.is_answered_by("another document", 16, 42)


def test_places_of_other_documents_answer_too(tmp_path: Path) -> None:
    other = "Ships call there. It lies on the Baltic Sea."
    answer_folder(
        tmp_path,
        answers=[
            {"text": "Ships call there.", "start": 0, "doc_id": "d2"},
            {"text": "Kiel", "start": 0},
        ],
        elsewhere=[{"doc_id": "d2", "text": "Baltic Sea", "start": 33}],
        needs=[[1, 2], [0]],
        kind="several",
        split="tune",
    )
    write(
        tmp_path / "docs.jsonl",
        {"_id": "d1", "title": "Kiel", "text": TEXT},
        {"_id": "d2", "text": other},
    )
    question = load_answers(tmp_path).questions[0]
    assert question.answers == ((0, 4),)
    assert question.elsewhere == (Place("d2", 0, 17), Place("d2", 33, 43))
    # By the numbers of `gold`, in which the document's own come first.
    assert question.needs == question.parts == ((0, 2), (1,))
    assert question.document_ids == ("d1", "d2")
    assert (question.kind, question.split) == ("several", "tune")
    assert question.is_answered_by("d2", 40, 50)
    assert not question.is_answered_by("d2", 17, 33)


def test_a_document_that_is_named_alone_is_the_one_of_the_answers(
    tmp_path: Path,
) -> None:
    gold = {"text": "Kiel", "start": 0}
    answer_folder(tmp_path, doc_id=None, doc_ids=["d1"], answers=[gold])
    question = load_answers(tmp_path).questions[0]
    assert (question.document_id, question.answers) == ("d1", ((0, 4),))
    assert question.parts == ((0,),)


def test_an_unanswerable_question_has_no_gold(tmp_path: Path) -> None:
    answer_folder(tmp_path, answerable=False, answers=[])
    question = load_answers(tmp_path).questions[0]
    assert not question.answerable
    assert question.document_ids == ()
    assert not question.is_answered_by("d1", 0, 42)


def test_a_boundary_set_is_read_and_a_text_without_boundaries_is_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "docs.jsonl"
    write(path, {"_id": "d", "text": TEXT, "sentences": [[0, 15], [16, 42]]})
    found = load_data_set(tmp_path)
    assert isinstance(found, BoundarySet)
    assert found.documents[0].sentences == ((0, 15), (16, 42))
    write(path, {"_id": "d", "text": TEXT})
    assert load_documents(path)[0].sentences == ()
    with pytest.raises(UsageError, match=r"docs\.jsonl: document 'd' has no sentences"):
        load_boundaries(tmp_path)


def test_questions_without_documents_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "questions.jsonl",
        {"_id": "1", "question": "Why?", "rewrite": "Why did Kiel grow?"},
    )
    (question,) = load_questions(path)
    assert question.rewrite == "Why did Kiel grow?"
    assert question.document_id is None


def test_training_cases_are_read(tmp_path: Path) -> None:
    row = {"question": "Where?", "title": "", "sentences": ["A.", "B."], "gold": [1]}
    path = write(tmp_path / "set.jsonl", row, row | {"gold": [], "answerable": False})
    first, second = load_training(path)
    assert (first.gold, first.answerable) == ((1,), True)
    assert (second.gold, second.answerable) == ((), False)
    write(path, row | {"gold": [2]})
    with pytest.raises(UsageError, match=r"set\.jsonl:1: gold names a sentence"):
        load_training(path)


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"answers": [{"text": "Baltic", "start": 30}]}, "'Baltic' is not at 30"),
        ({"answers": [{"text": "Kiel", "start": -42}]}, "'Kiel' is not at -42"),
        ({"answers": [{"text": "Kiel"}]}, "an answer needs a text and a start"),
        ({"answers": ["Kiel"]}, "an answer is not an object"),
        ({"answers": "Kiel"}, "'answers' is not a list"),
        ({"doc_id": "d9"}, "document 'd9' is not in docs.jsonl"),
        ({"doc_ids": ["d1", 2]}, "'doc_ids' holds something that is not a string"),
        ({"needs": [[0]]}, "'needs' names no answer"),
        (
            {"elsewhere": [{"doc_id": "d9", "text": "x", "start": 0}]},
            "document 'd9' is not in docs.jsonl",
        ),
        ({"doc_id": None, "answers": [{"text": "Kiel", "start": 0}]}, "no doc_id"),
        ({"kind": 3}, "'kind' is missing or not a string"),
        ({"question": None}, "'question' is missing or not a string"),
        ({"answerable": "yes"}, "'answerable' is neither true nor false"),
        ({"history": [["user"]]}, "a turn of the history is not"),
        ({"rationale_sets": [3]}, "'rationale_sets' holds something"),
        ({"question": "\ud800"}, "'question' holds half of a surrogate pair"),
        (
            {"answerable": False, "answers": [{"text": "Kiel", "start": 0}]},
            "not answerable and has answers",
        ),
    ],
)
def test_a_malformed_question_is_named_by_file_and_line(
    tmp_path: Path, question: dict[str, object], fault: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load_answers(answer_folder(tmp_path, **question))
    assert f"{tmp_path / 'questions.jsonl'}:1: " in caught.value.message
    assert fault in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("judgement", "fault"),
    [
        ("q1\td1", "not three fields"),
        ("q1\td1\tmuch", "the gain 'much' is not a number"),
        ("q1\td1\tnan", "the gain 'nan' is not finite"),
        ("q9\td1\t1", "query 'q9' is not in queries.jsonl"),
        ("q1\td9\t1", "document 'd9' is not in corpus.jsonl"),
    ],
)
def test_a_malformed_judgement_is_named_by_file_and_line(
    tmp_path: Path, judgement: str, fault: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load_retrieval(retrieval_folder(tmp_path, "", judgement))
    assert f"{tmp_path / 'qrels.tsv'}:3: " in caught.value.message
    assert fault in caught.value.message


def test_a_pair_judged_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"qrels\.tsv:3: .* judged twice"):
        load_retrieval(retrieval_folder(tmp_path, "q1\td1\t1", "q1\td1\t2"))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"_id": "a"}', "'text' is missing"),
        ('{"_id": "a", "text": "x", "sentences": [[0, 2]]}', "no span of the text"),
        ('{"_id": "a", "text": "x", "sentences": [[true, 1]]}', "not a number from 0"),
    ],
)
def test_a_malformed_document_is_named_by_file_and_line(
    tmp_path: Path, line: str, fault: str
) -> None:
    path = write(tmp_path / "docs.jsonl", {"_id": "b", "text": "y"}, line)
    with pytest.raises(UsageError) as caught:
        load_documents(path)
    assert f"{path}:2: " in caught.value.message
    assert fault in caught.value.message


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "d", {"_id": "a", "text": ""}, {"_id": "a", "text": ""})
    with pytest.raises(UsageError, match=r":2: _id 'a' stands on an earlier line"):
        load_documents(path)


def test_other_bytes_than_utf8_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_bytes(b'{"_id": "a", "text": "x"}\n{"_id": "b", "text": "\xe9"}\n')
    with pytest.raises(UsageError, match=r":2: not UTF-8"):
        load_documents(path)


def test_a_folder_that_is_missing_or_holds_no_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingPath, match="no folder"):
        load_data_set(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="holds no data set"):
        load_data_set(tmp_path)
    write(tmp_path / "corpus.jsonl", {"_id": "a", "text": "x"})
    with pytest.raises(UsageError, match=r"queries\.jsonl cannot be read"):
        load_data_set(tmp_path)


def test_line_separators_within_a_text_end_no_line(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_text(
        '\ufeff{"_id": "a", "text": "x\u2028y\x85z"}\r\n\n', encoding="utf-8"
    )
    assert load_documents(path)[0].text == "x\u2028y\x85z"


def test_a_document_of_the_library_keeps_the_text_of_the_set() -> None:
    source = SourceText("d1", "A  title", "  One thing.\r\n\nAnother thing.\n", ())
    document = make_document(source, Path("/files/0.txt"), "files/0.txt")
    assert document.text == source.text
    assert document.title == "A title"
    assert [document.text[s.start : s.end] for s in split_sentences(document)] == [
        "One thing.",
        "Another thing.",
    ]


def test_a_title_alone_becomes_the_text_and_nothing_at_all_is_no_document() -> None:
    source = SourceText("1", "Preliminary report", " ", ())
    assert make_document(source, Path("/0.txt"), "0").text == "Preliminary report"
    with pytest.raises(NoText, match="Document 2 "):
        make_document(SourceText("2", "", "\n", ()), Path("/0.txt"), "0")


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_of_a_set_is_kept_character_by_character(text: str) -> None:
    source = SourceText("1", "Title", text + "x", ())
    document = make_document(source, Path("/0.txt"), "0")
    assert document.text == text + "x"
    assert all(0 <= b.start < b.end <= len(document.text) for b in document.blocks)
