"""Folders of questions with gold, read into frozen records.

Three forms, told apart by the files in the folder: retrieval (`corpus.jsonl`,
`queries.jsonl`, `qrels.tsv`), answers (`docs.jsonl`, `questions.jsonl`) and sentence
boundaries (`docs.jsonl` alone, each with `sentences`); a training file is a form of its
own. benchmarks/README.md describes the fields.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from assistant.evaluation.jsonl import Row, read_judgements, read_rows
from assistant.evaluation.questions import read_question
from assistant.evaluation.records import (
    AnswerSet,
    BoundarySet,
    DataSet,
    Query,
    Question,
    RetrievalSet,
    SourceText,
    TrainingCase,
)
from index.errors import MissingPath, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_Record = TypeVar("_Record", SourceText, Query, Question)


def load_data_set(folder: Path) -> DataSet:
    """Load the data set of a folder, whichever form it has.

    Raises:
        MissingPath: The folder does not exist.
        UsageError: No form fits, or a line is malformed; names the file and the line.
    """
    if not folder.is_dir():
        raise MissingPath(
            f"There is no folder {folder}.", "Give a folder that holds a data set."
        )
    if (folder / "corpus.jsonl").exists():
        return load_retrieval(folder)
    if (folder / "docs.jsonl").exists():
        if (folder / "questions.jsonl").exists():
            return load_answers(folder)
        return load_boundaries(folder)
    raise UsageError(
        f"{folder} holds no data set.",
        "It needs corpus.jsonl, queries.jsonl and qrels.tsv, or docs.jsonl and "
        "questions.jsonl.",
    )


def load_retrieval(folder: Path) -> RetrievalSet:
    """Load a retrieval set.

    Raises:
        UsageError: A file is missing or unreadable, or a line is malformed, repeats an
            id or names an unknown one.
    """
    documents = _load(folder / "corpus.jsonl", _source_text)
    queries = _load(folder / "queries.jsonl", _query)
    gains = _load_gains(folder / "qrels.tsv", set(documents), set(queries))
    return RetrievalSet(
        folder.name, tuple(documents.values()), tuple(queries.values()), gains
    )


def load_answers(folder: Path) -> AnswerSet:
    """Load an answer set; every answer's text is compared with its document.

    Raises:
        UsageError: A file is missing or unreadable, or a line is malformed, repeats an
            id, names an unknown document or has an answer that is not at its offset.
    """
    documents = _load(folder / "docs.jsonl", _source_text)
    questions = _load(
        folder / "questions.jsonl", lambda row: read_question(row, documents)
    )
    return AnswerSet(folder.name, tuple(documents.values()), tuple(questions.values()))


def load_questions(path: Path) -> tuple[Question, ...]:
    """Load questions that come without documents, such as follow-ups and rewrites.

    Raises:
        UsageError: The file is missing or unreadable, or a line is malformed.
    """
    return tuple(_load(path, lambda row: read_question(row, None)).values())


def load_boundaries(folder: Path) -> BoundarySet:
    """Load a set of sentence boundaries.

    Raises:
        UsageError: The file is missing or unreadable, a line is malformed, or a
            document has no boundaries.
    """
    documents = load_documents(folder / "docs.jsonl")
    for document in documents:
        if document.text.strip() and not document.sentences:
            raise UsageError(
                f"{folder / 'docs.jsonl'}: document {document.id!r} has no sentences.",
                "Without questions.jsonl each document needs its sentence boundaries.",
            )
    return BoundarySet(folder.name, documents)


def load_documents(path: Path) -> tuple[SourceText, ...]:
    """Load the documents alone.

    Raises:
        UsageError: The file is missing or unreadable, or a line is malformed.
    """
    return tuple(_load(path, _source_text).values())


def load_training(path: Path) -> tuple[TrainingCase, ...]:
    """Load a training file: one question with its passage a line.

    Raises:
        UsageError: The file is missing or unreadable, or a line is malformed.
    """
    return tuple(_training_case(row) for row in read_rows(path))


def _load(path: Path, make: Callable[[Row], _Record]) -> dict[str, _Record]:
    records: dict[str, _Record] = {}
    for row in read_rows(path):
        record = make(row)
        if record.id in records:
            raise row.error(f"_id {record.id!r} stands on an earlier line too")
        records[record.id] = record
    return records


def _source_text(row: Row) -> SourceText:
    text = row.text("text")
    spans = tuple(
        row.span(pair, "sentences", len(text)) for pair in row.items("sentences")
    )
    return SourceText(row.text("_id"), row.text("title", ""), text, spans)


def _query(row: Row) -> Query:
    return Query(row.text("_id"), row.text("text"))


def _training_case(row: Row) -> TrainingCase:
    sentences = tuple(row.texts("sentences"))
    gold = tuple(row.numbers(row.items("gold"), "gold"))
    if any(not 0 <= number < len(sentences) for number in gold):
        raise row.error("gold names a sentence that is not there")
    return TrainingCase(
        question=row.text("question"),
        title=row.text("title", ""),
        sentences=sentences,
        gold=gold,
        answerable=row.flag("answerable", bool(gold)),
        source=row.text("source", ""),
        answers=_given_answers(row),
    )


def _given_answers(row: Row) -> tuple[str, ...]:
    """Read `answers`, or `answer` where there is but one."""
    several = tuple(one for one in row.items("answers") if isinstance(one, str))
    one = row.text("answer", "")
    return several or ((one,) if one else ())


def _load_gains(
    path: Path, documents: set[str], queries: set[str]
) -> dict[str, dict[str, float]]:
    gains: dict[str, dict[str, float]] = {}
    for row in read_judgements(path):
        if row.query_id not in queries:
            raise row.error(f"query {row.query_id!r} is not in queries.jsonl")
        if row.document_id not in documents:
            raise row.error(f"document {row.document_id!r} is not in corpus.jsonl")
        gains.setdefault(row.query_id, {})[row.document_id] = row.gain
    return gains
