"""Sentence boundaries: Quoth's splitter against plain sentencex.

    python -m benchmarks.sentences DATA_SET... [--out FILE]

A set of boundaries gives precision, recall and F1 of exact spans. A set of questions
whose answers are whole sentences gives the share of those spans that are one sentence
exactly: the boundaries that matter. Speeds are the best of three runs.
Prints a table and writes results/<commit>-sentences.json.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sentencex import get_sentence_boundaries

from assistant.evaluation.datasets import load_answers, load_boundaries
from assistant.evaluation.records import Span
from assistant.evaluation.report import number, table
from benchmarks.reporting import write_result
from index.reading.plain import plain_blocks
from index.records import Document
from index.sentences import split_sentences, split_text

Splitter = Callable[[str], list[Span]]
_RUNS = 3


@dataclass(frozen=True, slots=True)
class BoundaryScores:
    """How one splitter does on one data set."""

    f1: float | None
    """Of exact spans; None for a set that only knows some of the sentences."""
    precision: float | None
    recall: float
    """The share of the gold spans that are one sentence exactly."""
    sentences: int
    """How many the splitter finds."""
    characters_per_second: float


def plain_sentencex(text: str) -> list[Span]:
    """Split with sentencex alone: the baseline."""
    found = get_sentence_boundaries("en", text)
    return trimmed(text, ((each["start_index"], each["end_index"]) for each in found))


def running_text(text: str) -> list[Span]:
    """Split as running text, without a reader."""
    return [(found.start, found.end) for found in split_text(text)]


def plain_file(text: str) -> list[Span]:
    """Split as the content of a text file: its blocks first."""
    blocks = tuple(plain_blocks(text))
    document = Document("", "", "-", text, "text/plain", "", blocks)
    return [(found.start, found.end) for found in split_sentences(document)]


SYSTEMS: Mapping[str, Splitter] = {
    "sentencex": plain_sentencex,
    "Quoth, running text": running_text,
    "Quoth, as a text file": plain_file,
}


def trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    """Leave out the white space at the edges of spans, and empty ones."""
    found = []
    for start, end in spans:
        piece = text[start:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            found.append((start + lead, start + lead + len(piece.strip())))
    return found


def load_gold(folder: Path) -> tuple[list[tuple[str, set[Span]]], bool]:
    """Load the texts with their gold spans, and whether these are all sentences."""
    if not (folder / "questions.jsonl").exists():
        texts = load_boundaries(folder).documents
        return [(t.text, set(trimmed(t.text, t.sentences))) for t in texts], True
    data = load_answers(folder)
    gold: dict[str, set[Span]] = {}
    for question in data.questions:
        if question.document_id is not None:
            gold.setdefault(question.document_id, set()).update(question.answers)
    known = [(d.text, gold[d.id]) for d in data.documents if gold.get(d.id)]
    return [(text, set(trimmed(text, spans))) for text, spans in known], False


def score(
    cases: Sequence[tuple[str, set[Span]]], split: Splitter, *, complete: bool
) -> BoundaryScores:
    """Measure one splitter.

    Args:
        cases: Texts with their gold spans.
        split: The splitter.
        complete: Whether the gold spans are all sentences of their text.
    """
    seconds = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        found = [set(split(text)) for text, _ in cases]
        seconds.append(time.perf_counter() - started)
    right = sum(len(s & gold) for s, (_, gold) in zip(found, cases, strict=True))
    gold_count = sum(len(gold) for _, gold in cases)
    found_count = sum(map(len, found))
    return BoundaryScores(
        2 * right / (found_count + gold_count) if complete else None,
        right / found_count if complete else None,
        right / gold_count,
        found_count,
        sum(len(text) for text, _ in cases) / min(seconds),
    )


def main() -> None:
    """Measure every splitter on every data set."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data_sets", type=Path, nargs="+", metavar="DATA_SET")
    parser.add_argument(
        "--out",
        type=Path,
        help="result file instead of results/<commit>-sentences.json",
    )
    options = parser.parse_args()
    rows = [["data set", "splitter", "F1", "precision", "gold found", "M chars/s"]]
    results: dict[str, dict[str, object]] = {}
    for folder in options.data_sets:
        cases, complete = load_gold(folder)
        results[folder.name] = {}
        for name, split in SYSTEMS.items():
            scores = score(cases, split, complete=complete)
            results[folder.name][name] = asdict(scores)
            figures = [scores.f1, scores.precision, scores.recall]
            speed = f"{scores.characters_per_second / 1e6:.1f}"
            rows.append([folder.name, name, *map(number, figures), speed])
    print("\n".join(table(rows)))
    written = write_result("sentences", {"data_sets": results}, options.out)
    print(f"\nwritten to {written}")


if __name__ == "__main__":
    main()
