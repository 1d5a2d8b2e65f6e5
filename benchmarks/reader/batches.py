"""Lists of sentences as rows of word pieces, in the groups of a training step."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from assistant.reader.pairs import Context, Passage, Row, make_row
from benchmarks.reader.examples import Example
from benchmarks.reader.lists import LENGTH, QuestionList, make_list
from benchmarks.reader.retrieved import Retrieved
from index.encoders.wordpieces import WordPieces

GROUP = 16
"""Lists of one step."""

FILED = 40
"""Groups whose lists are sorted by length together, so that rows are padded little."""


class Pieces:
    """Word pieces of texts, remembered."""

    def __init__(self, encoder_folder: Path) -> None:
        """Read the default encoder's tokenizer."""
        pieces = WordPieces.read(encoder_folder / "tokenizer.json")
        self.marks = int(pieces.prefix[0]), int(pieces.suffix[0])
        self.of = lru_cache(maxsize=300_000)(
            lambda text: pieces.split([text[:1200]])[0].ids.tolist()
        )

    def row(self, question: str, passage: Passage) -> Row:
        """Make the row of a question and a sentence in its context."""
        context = Context(
            self.of(passage.title), self.of(passage.before), self.of(passage.after)
        )
        return make_row(
            self.of(question), self.of(passage.sentence), context, self.marks
        )


@dataclass(frozen=True, slots=True)
class RowList:
    """A question's sentences as rows."""

    rows: list[Row]
    gold: int | None
    """Place of the answering sentence; None if none answers."""
    taught: NDArray[np.float32] | None = None
    """The logits that a teacher gives the rows, (rows,)."""


def groups(
    examples: Sequence[Example | Retrieved],
    pieces: Pieces,
    rng: random.Random,
    size: int = GROUP,
    length: int = LENGTH,
) -> Iterator[list[RowList]]:
    """Yield the lists of each step, `size` of at most `length` sentences."""
    for start in range(0, len(examples), size * FILED):
        part = examples[start : start + size * FILED]
        made = [make_list(example, rng, length) for example in part]
        filed = [_rows(one, pieces) for one in made if one is not None]
        filed.sort(key=lambda one: max(len(row.ids) for row in one.rows))
        whole = [filed[at : at + size] for at in range(0, len(filed), size)]
        rng.shuffle(whole)
        yield from whole


def rows_of(group: Sequence[RowList]) -> list[Row]:
    """Return the rows of a step one after another."""
    return [row for one in group for row in one.rows]


def split(scores: Tensor, group: Sequence[RowList]) -> list[Tensor]:
    """Part what `rows_of` gives by list."""
    return list(torch.split(scores, [len(one.rows) for one in group]))


def _rows(one: QuestionList, pieces: Pieces) -> RowList:
    rows = [pieces.row(one.question, passage) for passage in one.passages]
    return RowList(rows, one.gold)
