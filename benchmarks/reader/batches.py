"""Lists of sentences as rows of word pieces, in the groups of a training step."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

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


Filed = tuple[list[Row], int | None]


def groups(
    examples: Sequence[Example | Retrieved],
    pieces: Pieces,
    rng: random.Random,
    size: int = GROUP,
    length: int = LENGTH,
) -> Iterator[list[Filed]]:
    """Yield the lists of each step, `size` of at most `length` sentences."""
    for start in range(0, len(examples), size * FILED):
        part = examples[start : start + size * FILED]
        made = [make_list(example, rng, length) for example in part]
        filed = [_rows(one, pieces) for one in made if one is not None]
        filed.sort(key=lambda one: max(len(row.ids) for row in one[0]))
        whole = [filed[at : at + size] for at in range(0, len(filed), size)]
        rng.shuffle(whole)
        yield from whole


def _rows(one: QuestionList, pieces: Pieces) -> Filed:
    return [pieces.row(one.question, passage) for passage in one.passages], one.gold
