"""The best candidates read with the question: the feature `reader`.

Features tell which sentences are about the question. They choose what is worth reading;
the reader tells which of it answers. One kind of answer is told by its letters instead:
the words that an abbreviation stands for (`assistant.abbreviations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from assistant.abbreviations import asked_abbreviation, spells_out
from assistant.claims import as_question
from assistant.evidence import FEATURES, READER
from assistant.reader.pairs import Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.evidence import Candidate
    from assistant.reader.reader import Reader
    from assistant.scoring import EvidenceModel
    from index.view import View

READ_CANDIDATES: Final = 16
"""The most sentences that are read for a question. On the tuning sets the answering one
is among the first 16 for 93 to 100 % of the questions; each more costs a pass."""

READ_WITHIN: Final = 5.0
"""How far below the best, by features alone, a sentence is still read: one in 150 as
likely. Reading farther down gains nothing over the tuning sets together; ten are read
on the average."""

LARGEST_LOGIT: Final = 8.0
"""A logit of -8 or less becomes the feature's 0, one of 8 or more its 1."""

_READER: Final = FEATURES.index(READER)


def read_best(
    view: View,
    question: str,
    candidates: Sequence[Candidate],
    model: EvidenceModel,
    reader: Reader,
    context: Sequence[str] = (),
) -> list[Candidate]:
    """Fill in the feature `reader` of the best candidates.

    Args:
        view: Whose sentences they are.
        question: Its spelling corrected; a claim is put as a question.
        candidates: Of the question, in any order.
        model: That orders them unread.
        reader: To read with.
        context: What the question takes over from the conversation.

    Returns:
        The same candidates in the same order.
    """
    order = _worth_reading([model.score(candidate.values) for candidate in candidates])
    passages = [passage_of(view, candidates[place]) for place in order]
    asked = " ".join((as_question(question), *context))
    values = reader_values(reader.score(asked, passages)).tolist()
    said = dict(zip(order, values, strict=True))
    said |= dict.fromkeys(_spelling_out(view, question, candidates), 1.0)
    found = list(candidates)
    for place, value in said.items():
        old = found[place].values
        found[place] = replace(
            found[place], values=(*old[:_READER], value, *old[_READER + 1 :])
        )
    return found


def _spelling_out(
    view: View, question: str, candidates: Sequence[Candidate]
) -> list[int]:
    """Return the places of those that spell out an abbreviation that is asked for."""
    short = asked_abbreviation(question)
    if short is None:
        return []
    return [
        place
        for place, one in enumerate(candidates)
        if spells_out(view.document(one.document_id).text[one.start : one.end], short)
    ]


def _worth_reading(scores: Sequence[float]) -> list[int]:
    """Return the places of the scores whose sentences are read, best first."""
    order = np.argsort(-np.array(scores), kind="stable")[:READ_CANDIDATES].tolist()
    return [place for place in order if scores[place] >= scores[order[0]] - READ_WITHIN]


def reader_values(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Map logits to the feature's 0 to 1, in proportion."""
    bounded = np.clip(logits.astype(np.float64), -LARGEST_LOGIT, LARGEST_LOGIT)
    return np.round((bounded + LARGEST_LOGIT) / (2 * LARGEST_LOGIT), 6)


def passage_of(view: View, candidate: Candidate) -> Passage:
    """Return a candidate's sentence with its title and neighbours."""
    document = view.document(candidate.document_id)
    spans = view.sentences(candidate.document_id)

    def text_of(number: int) -> str:
        if not 0 <= number < len(spans):
            return ""
        start, end = spans[number]
        return document.text[start:end]

    return Passage(
        " ".join((document.title, *view.headings(candidate.chunk_id))),
        text_of(candidate.sentence - 1),
        text_of(candidate.sentence),
        text_of(candidate.sentence + 1),
    )
