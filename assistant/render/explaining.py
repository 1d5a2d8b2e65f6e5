"""Why a sentence was quoted, in words that need no knowledge of how it was computed.

`quoth ask --explain` and the chat's panel "Why this answer" both say what is said here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from assistant.records import Grounds, Quote, Where, WordFound

Role = Literal["best", "further", "closest", "near"]
"""What a sentence is shown as: the first quote of an answer, one after it, perhaps an
answer, or none at all, only among the nearest there are."""

START: Final = "start"
LEAD: Final = "lead"
DOUBT: Final = "doubt"

NOT_KEPT: Final = "The evidence of this quote was not kept with the conversation."

DOUBLING: Final = "+1 doubles the odds that the sentence answers, -1 halves them."
"""What the numbers of `Piece.doublings` mean."""

_SAID: Final = {
    START: (
        "Before any evidence",
        "Where every sentence begins: most of them answer nothing.",
    ),
    "sentence_cosine": (
        "Meaning of the sentence",
        "How near its meaning is to that of the question.",
    ),
    "neighbour_cosine": (
        "Meaning beside it",
        "How near the sentence before or after it is to the question.",
    ),
    "passage_cosine": (
        "Meaning of the passage",
        "How near the passage around it is to the question.",
    ),
    "coverage": (
        "Words in the sentence",
        "Share of the question's words that it has; rare words count more.",
    ),
    "context_coverage": (
        "Words with its context",
        "Share that it has together with the sentence before, title and headings.",
    ),
    "passage_coverage": (
        "Words in the passage",
        "Share of the question's words that the whole passage has.",
    ),
    "sentence_bm25": (
        "Weight of its words",
        "How often it has the question's words, for its length (BM25).",
    ),
    "answer_kind": (
        "Kind of answer",
        "Whether it holds what is asked for: a person, a place, a time, a number.",
    ),
    "names_coverage": (
        "Names and numbers",
        "Share of the question's names and numbers that the passage has.",
    ),
    "reader": (
        "What the reader says",
        "Whether the model that reads it with its context finds an answer in it, or it"
        " spells out the abbreviation that is asked for.",
    ),
    LEAD: (
        "Lead over the others",
        "How far it is ahead of the next best sentence, or behind the best.",
    ),
    DOUBT: (
        "Doubt that remains",
        "Even where all speaks for a sentence, one in ten is not the answer.",
    ),
}

_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}

# Shares that people say, as (of, out of).
_SHARES: Final = (
    *((1, 20), (1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3)),
    *((3, 4), (4, 5), (9, 10), (19, 20)),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence in plain words."""

    name: str
    """Of the feature, or `START`, `LEAD` or `DOUBT`."""
    title: str
    """In three or four words."""
    meaning: str
    """In a sentence."""
    value: float | None
    """0 to 1; None for what is no feature."""
    doublings: float
    """What it adds to the binary logarithm of the odds that the sentence answers."""


def pieces(quote: Quote) -> tuple[Piece, ...]:
    """Give the evidence for a quote: what it began with, then the weightiest first.

    Empty if its grounds were not kept.
    """
    if quote.grounds is None:
        return ()
    values = {feature.name: feature.value for feature in quote.features}
    made = [
        Piece(name, *_said(name), values.get(name), adds / math.log(2))
        for name, adds in quote.grounds.odds
    ]
    made.sort(key=lambda piece: (piece.name != START, -abs(piece.doublings)))
    return tuple(made)


def percent(probability: float) -> str:
    """A percentage that is never rounded to certainty.

    Args:
        probability: 0 to 1.
    """
    return f"{min(max(round(probability * 100), 1), 99)} %"


def share_in_words(probability: float) -> str:
    """Say a probability as a share of sentences: `about 3 in 4`.

    Args:
        probability: 0 to 1.
    """
    of, out_of = min(_SHARES, key=lambda share: abs(share[0] / share[1] - probability))
    if probability < 0.04:
        return f"fewer than {of} in {out_of}"
    if probability > 0.96:
        return f"more than {of} in {out_of}"
    return f"about {of} in {out_of}"


def sureness(probability: float) -> str:
    """Say what a probability is worth.

    Args:
        probability: 0 to 1, calibrated.
    """
    share = share_in_words(probability)
    return f"Of sentences with such evidence, {share} answered the test questions."


def standing(probability: float, threshold: float, role: Role) -> str:
    """Say why a sentence was given as an answer, or was not.

    Args:
        probability: Of the sentence.
        threshold: Least probability of a best sentence that is given as an answer, as
            set now; a reply of before may have had another.
        role: What the sentence was shown as.
    """
    if role == "further":
        return "Shown after the best quote, as its evidence is not far behind."
    none = f"Quoth claims no answer below {percent(threshold)}."
    is_less = role in ("closest", "near") and probability < threshold
    return f"Too little: {none}" if is_less else none


def words_where(grounds: Grounds, where: Where) -> tuple[WordFound, ...]:
    """Give the words of the question that stand in a quote, around it, or nowhere.

    Args:
        grounds: Of the quote.
        where: As in `WordFound.where`.
    """
    return tuple(found for found in grounds.words if found.where == where)


def ranks_in_words(grounds: Grounds) -> str:
    """Say how the passage was found: `1st by its words, 3rd by its meaning`."""
    return (
        f"{ordinal(grounds.lexical_rank)} by its words,"
        f" {ordinal(grounds.semantic_rank)} by its meaning"
    )


def found_in_words(grounds: Grounds) -> Iterator[str]:
    """Say in sentences how the passage was found: ranks, vectors, feedback."""
    yield f"{ranks_in_words(grounds)}."
    passage = grounds.passage
    if passage is None:
        return
    words = f"BM25 of its words {passage.bm25_score:.2f}"
    if passage.cosine is None or passage.sentence_cosine is None:
        yield f"{words}; meaning was not looked at."
        return
    yield (
        f"{words}; cosine of the passage {passage.cosine:.2f},"
        f" of its best sentence {passage.sentence_cosine:.2f}."
    )
    if passage.rank_before_feedback is not None:
        yield f"{_moved(passage.rank_before_feedback, passage.rank)}."


def _moved(before: int, after: int) -> str:
    """Say what feedback did to the rank of a passage."""
    if before == after:
        return f"Feedback from the best passages left it {ordinal(after)}"
    did = "raised" if after < before else "lowered"
    return (
        f"Feedback from the best passages {did} it"
        f" from {ordinal(before)} to {ordinal(after)}"
    )


def ordinal(rank: int | None) -> str:
    """Say a rank: `1st`, or `not found`."""
    if rank is None:
        return "not found"
    if rank % 100 in (11, 12, 13):
        return f"{rank:,}th"
    return f"{rank:,}{_ORDINALS.get(rank % 10, 'th')}"


def _said(name: str) -> tuple[str, str]:
    """Title and meaning; a feature of another version is called by its name."""
    return _SAID.get(name, (name, ""))
