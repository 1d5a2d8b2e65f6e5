"""What every reader does: rows of word pieces to logits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.reader.pairs import Context, Passage, Row, make_row, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoders.wordpieces import WordPieces


class Reader(Protocol):
    """Tells how likely sentences answer a question."""

    @property
    def name(self) -> str:
        """Of its weights, for people."""
        ...

    def score(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return the logit of each passage's sentence, (passages,)."""
        ...


class PairReader(ABC):
    """A reader of rows; how they are run is its subclasses' part."""

    def __init__(self, name: str, pieces: WordPieces) -> None:
        """Take the tokenizer of the default encoder."""
        self.name = name
        self._pieces = pieces
        self._marks = int(pieces.prefix[0]), int(pieces.suffix[0])

    def score(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Return the logit of each passage's sentence, (passages,).

        A sentence over the limit is read in windows, and counts as its best one.
        """
        if not passages:
            return np.empty(0, np.float32)
        rows, owners = self._rows(question, passages)
        scores = np.full(len(passages), -np.inf, np.float32)
        np.maximum.at(scores, owners, self.run(rows))
        return scores

    @abstractmethod
    def run(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """Return the logit of each row, (rows,)."""

    def _rows(
        self, question: str, passages: Sequence[Passage]
    ) -> tuple[list[Row], list[int]]:
        """Make the rows, and say which passage each belongs to."""
        texts = [question]
        for one in passages:
            texts += (one.title, one.before, one.sentence, one.after)
        ids = [pieces.ids.tolist() for pieces in self._pieces.split(texts)]
        rows, owners = [], []
        for number in range(len(passages)):
            title, before, sentence, after = ids[1 + 4 * number : 5 + 4 * number]
            context = Context(title, before, after)
            for window in windows(sentence):
                rows.append(make_row(ids[0], window, context, self._marks))
                owners.append(number)
        return rows, owners
