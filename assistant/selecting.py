"""Which further sentences are shown beside the best one.

First what the best leaves out: the sentence that completes it, one that contradicts it,
one for each part of the question that it does not serve. Then whatever is nearly as
likely, beside the best sooner than elsewhere. Nothing is said twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.disagreement import find_rivals, read_claim
from assistant.number_words import number_word
from assistant.question import agreement, answer_kind, question_words
from assistant.shape import Need, Shape, question_shape

if TYPE_CHECKING:
    from assistant.answering import Judged
    from assistant.disagreement import Claim
    from assistant.evidence import Candidate

# How likely, against the best, a further sentence must be. Documents say a thing in one
# place: beside the best a sentence half as likely by its score is as often an answer as
# a likelier one elsewhere. See benchmarks/several.py.
_BESIDE_RATIO: Final = 1 / 4
_ELSEWHERE_RATIO: Final = 1 / 2
_BESIDE: Final = 3
"""Sentences before or after the best that stand beside it."""

# One that is shown for a reason of its own, as it serves a part of the question or
# contradicts the best. One in twenty and less is noise whatever it holds.
_REASONED_RATIO: Final = 1 / 20

# One that completes the best does not say itself what is asked about. Among 1,358
# questions of SelQA and SQuAD it was an answer in 6 of 32 cases above this, in 1 of 18
# below, with the reader.
_COMPLETING_RATIO: Final = 1 / 100

# Two sentences that share this much of the shorter one's terms say the same.
_SAME: Final = 0.8

# Of the words that only one part of a question has, what serves that part must hold.
_SERVED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Asking:
    """The question and its candidates' texts, for what features do not say."""

    question: str
    text_of: Callable[[Candidate], str]


@dataclass(frozen=True, slots=True)
class Selected:
    """What is shown of an answer."""

    shown: tuple[Judged, ...]
    """The best first."""
    contested: tuple[tuple[int, Claim], ...]
    """Places in `shown` and what those say that cannot all be true; else empty."""


def select(
    judged: Sequence[Judged], count: int, asking: Asking | None = None
) -> Selected:
    """Choose the quotes of an answer.

    Args:
        judged: Best first; at least one.
        count: The most quotes, from 1.
        asking: Without it, neither parts nor contradictions are looked for.
    """
    taken = [judged[0]]
    claims = _rival_claims(judged, asking) if asking else {}
    for one in _in_order(judged, asking, list(claims), taken):
        if len(taken) >= count:
            break
        taken.append(one)
    said = [(at, claims[one]) for at, one in enumerate(taken) if one in claims]
    return Selected(tuple(taken), tuple(said) if len(said) > 1 else ())


def _in_order(
    judged: Sequence[Judged],
    asking: Asking | None,
    rivals: Sequence[Judged],
    taken: Sequence[Judged],
) -> Iterator[Judged]:
    """Yield what is to be shown after the best; `taken` grows by it in between."""
    best = judged[0]
    completing = _completing(best, _reasonable(judged, _COMPLETING_RATIO))
    if completing is not None and not _is_repeated(completing, taken):
        yield completing
    # A contradiction may have all the words of what it contradicts but one.
    yield from (one for one in rivals if one not in taken)
    if asking is not None:
        shape = question_shape(asking.question)
        for need in shape.needs:
            if not any(_serves(one, need, shape, asking) for one in taken):
                yield from _first_serving(need, shape, judged, taken, asking)
    for one in judged:
        if _is_likely(one, best) and one not in taken and not _is_repeated(one, taken):
            yield one


def _first_serving(
    need: Need,
    shape: Shape,
    judged: Sequence[Judged],
    taken: Sequence[Judged],
    asking: Asking,
) -> Iterator[Judged]:
    """Yield the likeliest sentence that serves a part of the question, if one does."""
    for one in _reasonable(judged):
        if _serves(one, need, shape, asking) and not _is_repeated(one, taken):
            yield one
            return


def _serves(one: Judged, need: Need, shape: Shape, asking: Asking) -> bool:
    """Whether a sentence says something of one part of a question.

    It has the words of its side in a comparison; for a part that asks for a kind of
    answer it holds one, in a passage that has the words of that part.
    """
    held = one.candidate.terms
    if shape.form == "parts":
        held = one.candidate.passage_terms
        text = asking.text_of(one.candidate)
        if not agreement(need.kind, text, question_words(asking.question)):
            return False
        if need.kind == "other":
            held = one.candidate.terms
    return len(need.words & held) >= _SERVED * len(need.words)


def _rival_claims(judged: Sequence[Judged], asking: Asking) -> dict[Judged, Claim]:
    """Return the sentences that contradict each other, the best among them, if any."""
    kind = answer_kind(asking.question)
    if kind not in ("number", "time"):
        return {}
    near = _reasonable(judged)
    claims = [
        read_claim(asking.question, kind, asking.text_of(one.candidate)) for one in near
    ]
    documents = [one.candidate.document_id for one in near]
    rivals = find_rivals(claims, lambda a, b: documents[a] == documents[b])
    return {near[at]: claim for at in rivals if (claim := claims[at]) is not None}


def _reasonable(
    judged: Sequence[Judged], ratio: float = _REASONED_RATIO
) -> list[Judged]:
    floor = judged[0].score + math.log(ratio)
    return [one for one in judged if one.score >= floor]


def unlike(judged: Sequence[Judged], count: int) -> list[Judged]:
    """Take the first `count` that do not repeat one already taken."""
    taken: list[Judged] = []
    for one in judged:
        if len(taken) >= count:
            break
        if not _is_repeated(one, taken):
            taken.append(one)
    return taken


def _is_likely(one: Judged, best: Judged) -> bool:
    here, there = one.candidate, best.candidate
    beside = here.document_id == there.document_id and (
        abs(here.sentence - there.sentence) <= _BESIDE
    )
    ratio = _BESIDE_RATIO if beside else _ELSEWHERE_RATIO
    return one.score >= best.score + math.log(ratio)


def _completing(best: Judged, near: Sequence[Judged]) -> Judged | None:
    """Return the sentence after the best that has what is asked for, if that has not.

    News tells of "the envoy" in one sentence and names the envoy in the next.
    """
    if best.candidate.kind_agreement > 0:
        return None
    for one in near:
        candidate = one.candidate
        if (
            candidate.document_id == best.candidate.document_id
            and candidate.sentence == best.candidate.sentence + 1
            and candidate.kind_agreement == 1
        ):
            return one
    return None


def _is_repeated(one: Judged, taken: Sequence[Judged]) -> bool:
    terms = one.candidate.terms
    return any(_repeats(terms, other.candidate.terms) for other in taken)


def _repeats(terms: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a sentence says nothing beyond another; one without a word never does.

    A number that the other has not is something, whatever else they share.
    """
    if not terms or not others:
        return not terms
    if _numbers(terms) - _numbers(others):
        return False
    return len(terms & others) / min(len(terms), len(others)) >= _SAME


def _numbers(terms: frozenset[str]) -> frozenset[str]:
    """Return the numbers among terms, alike in figures and in words."""
    figures = (str(number_word(term)) for term in terms if number_word(term))
    return frozenset(term for term in terms if term[0].isdigit()).union(figures)
