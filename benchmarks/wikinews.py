"""Quoth's own questions over Wikinews, made a data set of one half or of all.

    python -m benchmarks.wikinews DATA FOLDER [--split tune|test] [--rewritten]

DATA is a folder whose `docs.jsonl` holds the articles; FOLDER is made, for
`quoth eval FOLDER` and `python -m benchmarks.answers FOLDER`. benchmarks/questions has
the questions and says how they were written.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.jsonl import Row, read_rows
from assistant.evaluation.records import SourceText, Turn

QUESTIONS = Path(__file__).parent / "questions" / "wikinews.jsonl"
SPLITS = ("tune", "test")
ANSWERABLE_KINDS = (
    "plain",
    "paraphrase",
    "short",
    "misspelt",
    "two_part",
    "several",
    "leaning",
    "follow_up",
)
UNANSWERABLE_KINDS = ("near_miss", "false_premise", "other_subject")


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A sentence that answers, whole or a part of the question."""

    document_id: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)

    def is_shown_by(self, document_id: str, start: int, end: int) -> bool:
        """Tell whether a quote shares a character with the sentence."""
        return document_id == self.document_id and start < self.end and self.start < end


@dataclass(frozen=True, slots=True)
class WikinewsQuestion:
    """A question with all that answers it, in whichever article."""

    id: str
    kind: str
    split: str
    text: str
    document_id: str | None
    """Of the first gold sentence; without any, the article it nearly asks about."""
    gold: tuple[GoldSentence, ...]
    """Empty when nothing in the collection answers."""
    needs: tuple[tuple[int, ...], ...]
    """Parts of the answer: for each, the numbers of the gold sentences that give it."""
    history: tuple[Turn, ...]
    rewrite: str | None
    """A follow-up made self-contained."""

    def parts_shown(self, quotes: Iterable[tuple[str, int, int]]) -> float | None:
        """Return the share of the answer's parts that the quotes give.

        Args:
            quotes: The document, start and end of each.

        Returns:
            None for a question that nothing answers.
        """
        if not self.gold:
            return None
        places = list(quotes)
        shown = [
            any(sentence.is_shown_by(*place) for place in places)
            for sentence in self.gold
        ]
        given = [any(shown[number] for number in part) for part in self.needs]
        return sum(given) / len(given)


def load_wikinews(
    path: Path = QUESTIONS, split: str | None = None
) -> tuple[WikinewsQuestion, ...]:
    """Load the questions, of one half or all.

    Raises:
        UsageError: The file cannot be read, or a line is malformed or repeats an id.
    """
    questions: dict[str, WikinewsQuestion] = {}
    for row in read_rows(path):
        question = _question(row)
        if question.id in questions:
            raise row.error(f"_id {question.id!r} stands on an earlier line too")
        questions[question.id] = question
    return tuple(
        one for one in questions.values() if split is None or one.split == split
    )


def misplaced(
    questions: Iterable[WikinewsQuestion], documents: Iterable[SourceText]
) -> list[str]:
    """Return the gold sentences that are not the text at their place, with their id."""
    texts = {document.id: document.text for document in documents}
    return [
        f"{question.id}: {sentence.text}"
        for question in questions
        for sentence in question.gold
        if not texts.get(sentence.document_id, "").startswith(
            sentence.text, sentence.start
        )
    ]


def write_data_set(
    data: Path, folder: Path, split: str | None = None, *, rewritten: bool = False
) -> int:
    """Make a folder of articles and questions that `quoth eval` reads.

    Args:
        data: The folder with the articles, `docs.jsonl`.
        folder: Where to write.
        split: `tune` or `test`; None for both.
        rewritten: Ask follow-ups in their self-contained form.

    Returns:
        The number of questions.

    Raises:
        UsageError: The questions cannot be read.
        OSError: The articles cannot be read or the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(data / "docs.jsonl", folder / "docs.jsonl")
    lines = []
    for row in read_rows(QUESTIONS):
        if split is not None and row.text("split") != split:
            continue
        fields = dict(row.fields)
        if rewritten:
            fields["question"] = row.optional_text("rewrite") or row.text("question")
        lines.append(json.dumps(fields, ensure_ascii=False) + "\n")
    (folder / "questions.jsonl").write_text("".join(lines), encoding="utf-8")
    return len(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the data set."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.wikinews",
        description="Make a data set of Quoth's own questions over Wikinews.",
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="has docs.jsonl")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="is made")
    parser.add_argument("--split", choices=SPLITS, help="one half of the questions")
    parser.add_argument(
        "--rewritten", action="store_true", help="follow-ups made self-contained"
    )
    options = parser.parse_args(arguments)
    count = write_data_set(
        options.data, options.folder, options.split, rewritten=options.rewritten
    )
    print(f"{count} questions in {options.folder}")


def _question(row: Row) -> WikinewsQuestion:
    kind, split = row.text("kind"), row.text("split")
    if kind not in ANSWERABLE_KINDS + UNANSWERABLE_KINDS:
        raise row.error(f"there is no kind {kind!r}")
    if split not in SPLITS:
        raise row.error(f"there is no split {split!r}")
    document_id = row.optional_text("doc_id")
    gold = tuple(
        _sentence(row, item, document_id)
        for item in [*row.items("answers"), *row.items("elsewhere")]
    )
    if row.flag("answerable", bool(gold)) != bool(gold):
        raise row.error("'answerable' does not agree with 'answers'")
    return WikinewsQuestion(
        id=row.text("_id"),
        kind=kind,
        split=split,
        text=row.text("question"),
        document_id=document_id,
        gold=gold,
        needs=_needs(row, len(gold)),
        history=tuple(_turn(row, item) for item in row.items("history")),
        rewrite=row.optional_text("rewrite"),
    )


def _sentence(row: Row, item: object, document_id: str | None) -> GoldSentence:
    if isinstance(item, dict):
        match item.get("doc_id", document_id), item.get("start"), item.get("text"):
            case str(named), int(start), str(text) if text and start >= 0:
                return GoldSentence(named, start, text)
    raise row.error("an answer needs a text, a start and a document")


def _needs(row: Row, gold_count: int) -> tuple[tuple[int, ...], ...]:
    """Read the parts; without `needs` there is one, which any sentence gives."""
    parts = tuple(tuple(row.numbers(part, "needs")) for part in row.items("needs"))
    if any(not part or max(part) >= gold_count for part in parts):
        raise row.error("'needs' names no sentence, or one that is not there")
    whole = tuple(range(gold_count))
    return parts or ((whole,) if whole else ())


def _turn(row: Row, item: object) -> Turn:
    match item:
        case [str(speaker), str(text)]:
            return Turn(speaker, text)
    raise row.error("a turn of the history is not [speaker, text]")


if __name__ == "__main__":
    main()
