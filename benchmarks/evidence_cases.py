"""Questions with the evidence of all their candidate sentences, for fitting.

Three kinds of questions that a library does not answer: `other`, of another set's
library; `near`, of the set itself; `adversarial`, written to look answerable.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from assistant.rescoring import read_best
from assistant.scoring import load_model
from benchmarks.finding import find
from index.library import Library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.evaluation.documents import SetLibrary
    from assistant.evaluation.records import AnswerSet, Question
    from assistant.evidence import Candidate
    from assistant.reader.reader import Reader
    from index.encoder import Encoder
    from index.records import SearchMode
    from index.view import View

Kind = Literal["answerable", "near", "adversarial", "other"]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates."""

    kind: Kind
    values: NDArray[np.float64]
    """(candidates, features); the reader's 0 where it did not read."""
    gold: NDArray[np.bool_]
    """(candidates,): whether each answers."""
    words: NDArray[np.int64]
    """(candidates,): the same number for candidates with the same terms."""


def sample(data: AnswerSet, count: int, seed: int = 0) -> list[Question]:
    """Take some of a set's questions, half as many unanswerable as answerable."""
    questions = list(data.questions)
    random.Random(seed).shuffle(questions)
    answered = [q for q in questions if q.answerable and q.answers][:count]
    return answered + [q for q in questions if not q.answerable][: count // 2]


@dataclass(frozen=True, slots=True)
class Collector:
    """Gathers the cases of one library."""

    library: SetLibrary
    encoder: Encoder
    reader: Reader
    mode: SearchMode

    def collect(
        self, own: Sequence[Question], strangers: Sequence[Question], unanswerable: Kind
    ) -> list[Case]:
        """Gather the candidates of a set's own questions and of another set's.

        Args:
            own: Of the set.
            strangers: Of another.
            unanswerable: What the set's own unanswerable questions are.
        """
        cases = []
        with Library(self.library.library).open_view() as view:
            for question in own:
                kind = "answerable" if question.answerable else unanswerable
                cases.append(self._case(view, question, kind))
            for question in strangers:
                cases.append(self._case(view, question, "other"))
        return [case for case in cases if case is not None]

    def _case(self, view: View, question: Question, kind: Kind) -> Case | None:
        text = question.rewrite or question.text
        found = find(view, text, self.encoder, self.mode)
        if not found.candidates:
            return None
        unread = load_model(with_vectors=self.mode != "lexical")
        asked = found.result.text
        read = read_best(view, asked, found.candidates, unread, self.reader)
        gold = [
            kind != "other" and found.answers(self.library, question, one)
            for one in read
        ]
        return Case(
            kind, np.array([one.values for one in read]), np.array(gold), _words(read)
        )


def _words(found: Sequence[Candidate]) -> NDArray[np.int64]:
    numbers: dict[frozenset[str], int] = {}
    return np.array([numbers.setdefault(c.terms, len(numbers)) for c in found])
