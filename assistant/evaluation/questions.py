"""One line of questions.jsonl, checked against the documents, as a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.evaluation.records import Place, Question, Turn

if TYPE_CHECKING:
    from assistant.evaluation.jsonl import Row
    from assistant.evaluation.records import SourceText


def read_question(row: Row, documents: Mapping[str, SourceText] | None) -> Question:
    """Read a question and compare its answers with the documents.

    Args:
        row: Of questions.jsonl.
        documents: By id; None for questions that come without, and without answers.

    Raises:
        UsageError: A field is malformed, names an unknown document, or an answer is not
            at its offset.
    """
    named = _named_documents(row, documents)
    document_id = row.optional_text("doc_id") or (named[0] if len(named) == 1 else None)
    given = [*row.items("answers"), *row.items("elsewhere")]
    gold = [_place(row, item, document_id, documents or {}) for item in given]
    answerable = row.flag("answerable", bool(gold))
    if gold and not answerable:
        raise row.error("the question is not answerable and has answers")
    # Those of `doc_id` come first, whatever order the line has them in.
    order = sorted(range(len(gold)), key=lambda n: gold[n].document_id != document_id)
    here = [place for place in gold if place.document_id == document_id]
    right = dict.fromkeys([*named, *(place.document_id for place in gold)])
    return Question(
        id=row.text("_id"),
        text=row.text("question"),
        document_id=document_id,
        document_ids=tuple(right) if answerable else (),
        answers=tuple((place.start, place.end) for place in here),
        answerable=answerable,
        history=tuple(_turn(row, item) for item in row.items("history")),
        rewrite=row.optional_text("rewrite"),
        rationale_sets=tuple(
            tuple(row.numbers(item, "rationale_sets"))
            for item in row.items("rationale_sets")
        ),
        gold_sentence=row.number_or_text("gold_sentence"),
        elsewhere=tuple(gold[number] for number in order[len(here) :]),
        needs=_needs(row, order),
        kind=row.optional_text("kind"),
        split=row.optional_text("split"),
    )


def _named_documents(
    row: Row, documents: Mapping[str, SourceText] | None
) -> tuple[str, ...]:
    """Read `doc_ids`, or `doc_id` where there are none."""
    document_id = row.optional_text("doc_id")
    named = tuple(row.texts("doc_ids"))
    if not named and document_id is not None:
        named = (document_id,)
    for name in named if documents is not None else ():
        if documents is not None and name not in documents:
            raise row.error(f"document {name!r} is not in docs.jsonl")
    return named


def _place(
    row: Row,
    item: object,
    document_id: str | None,
    documents: Mapping[str, SourceText],
) -> Place:
    """Read an answer; one that names no document of its own is in `doc_id`."""
    if not isinstance(item, dict):
        raise row.error("an answer is not an object with text and start")
    text, start = item.get("text"), item.get("start")
    if not isinstance(text, str) or not text or not isinstance(start, int):
        raise row.error("an answer needs a text and a start")
    named = item.get("doc_id") or document_id
    if not isinstance(named, str):
        raise row.error("there are answers and no doc_id that they point into")
    source = documents.get(named)
    if source is None:
        raise row.error(f"document {named!r} is not in docs.jsonl")
    end = start + len(text)
    if start < 0 or source.text[start:end] != text:
        raise row.error(f"answer {text[:60]!r} is not at {start} in {source.id!r}")
    return Place(named, start, end)


def _needs(row: Row, order: list[int]) -> tuple[tuple[int, ...], ...]:
    """Read the parts of the answer, by the numbers that the places have in `gold`."""
    parts = [row.numbers(part, "needs") for part in row.items("needs")]
    if any(not part or max(part) >= len(order) for part in parts):
        raise row.error("'needs' names no answer, or one that is not there")
    number = {old: new for new, old in enumerate(order)}
    return tuple(tuple(number[old] for old in part) for part in parts)


def _turn(row: Row, item: object) -> Turn:
    match item:
        case [str(speaker), str(text)]:
            return Turn(speaker, text)
    raise row.error("a turn of the history is not [speaker, text]")
