"""Questions of a data set with the sentences that Quoth would have read for them.

    python -m benchmarks.reader.retrieved DATA_SET... --out FILE

What a reader meets in use: the best sentences of a whole library, by features alone.
FILE has one question a line, in JSON, for `benchmarks.reader.train`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.claims import as_question
from assistant.evaluation.datasets import load_answers
from assistant.reader.pairs import Passage
from assistant.rescoring import READ_CANDIDATES, passage_of
from assistant.scoring import load_model
from benchmarks.evidence_cases import sample
from benchmarks.finding import find
from benchmarks.options import data_set_parser, load_default_encoder
from benchmarks.workspace import open_library
from index.library import Library

if TYPE_CHECKING:
    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import Question
    from index.encoder import Encoder
    from index.view import View


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A question with the sentences worth reading, best first by features alone."""

    question: str
    """As the reader is given it: its spelling corrected, a claim put as a question."""
    answerable: bool
    passages: tuple[Passage, ...]
    gold: tuple[bool, ...]
    """Of each passage, whether it answers."""
    scores: tuple[float, ...]
    """Of each passage, by the features alone, weighed as beside a reader."""
    source: str
    """Name of the set."""


def read_retrieved(path: Path) -> Iterator[Retrieved]:
    """Read the questions that `main` wrote."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        passages = tuple(Passage(**one) for one in found.pop("passages"))
        gold, scores = tuple(found.pop("gold")), tuple(found.pop("scores"))
        yield Retrieved(passages=passages, gold=gold, scores=scores, **found)


def retrieve(
    folder: Path, count: int, encoder: Encoder, work: Path, *, reuse: bool
) -> list[Retrieved]:
    """Ask a set's questions, `count` answerable ones and half as many others.

    A question that goes on from others is left out unless the set words it anew.
    """
    data = load_answers(folder)
    made = open_library(data, encoder, work, reuse=reuse)
    chosen = [q for q in sample(data, count) if q.rewrite or not q.history]
    library = made.library
    with Library(library.library).open_view() as view:
        return [_ask(view, library, one, encoder, data.name) for one in chosen]


def _ask(
    view: View, library: SetLibrary, question: Question, encoder: Encoder, source: str
) -> Retrieved:
    unread = load_model(with_vectors=True)
    beside = load_model(with_vectors=True, read=True)
    found = find(view, question.rewrite or question.text, encoder)
    candidates = found.candidates
    order = np.argsort([-unread.score(one.values) for one in candidates], kind="stable")
    read = [candidates[place] for place in order[:READ_CANDIDATES]]
    return Retrieved(
        as_question(found.result.text),
        question.answerable,
        tuple(passage_of(view, one) for one in read),
        tuple(found.answers(library, question, one) for one in read),
        tuple(beside.score(one.values) for one in read),
        source,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask the questions of every set, and keep what was found."""
    parser = data_set_parser("benchmarks.reader.retrieved", __doc__, out_required=True)
    parser.add_argument("--questions", type=int, default=1500)
    options = parser.parse_args(arguments)
    encoder = load_default_encoder()
    with options.out.open("w", encoding="utf-8") as file:
        for folder in options.data_sets:
            found = retrieve(
                folder, options.questions, encoder, options.work, reuse=options.reuse
            )
            file.writelines(json.dumps(asdict(one)) + "\n" for one in found)
            usable = sum(one.answerable and any(one.gold) for one in found)
            without = sum(not one.answerable for one in found)
            print(folder.name, usable, without, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
