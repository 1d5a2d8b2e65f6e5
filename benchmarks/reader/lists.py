"""From training questions to lists: a question with sentences, one of which answers.

Each question gives one list: the answering sentence, others of its passage that look
like it, and sentences of neighbouring passages, or what a search found in the whole
library. In some lists nothing answers: the answering sentence is held back, or the
question is altered so that it no longer fits (another name or number, the opposite of a
word), as adversarial questions are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

from assistant.reader.pairs import Passage
from benchmarks.reader.examples import WORD, Example, plain
from benchmarks.reader.retrieved import Retrieved

LENGTH = 6
"""Sentences of a list, about: each costs a pass of the reader in training."""

HELD_BACK = 0.16
ALTERED = 0.10
"""Shares of the answerable questions whose list is made one without an answer."""

OPPOSITES = """
first last|largest smallest|biggest smallest|most least|highest lowest|before after
more less|more fewer|oldest youngest|longest shortest|best worst|increase decrease
increased decreased|north south|east west|northern southern|eastern western|born died
began ended|begin end|start end|started ended|won lost|win lose|winner loser
above below|inside outside|include exclude|higher lower|larger smaller|greater lesser
older younger|earliest latest|early late|positive negative|strong weak|open closed
public private|male female|men women|father mother|son daughter|brother sister
buy sell|bought sold|rise fall|rose fell|maximum minimum|allow forbid|allowed banned
accept reject|accepted rejected|support oppose|supported opposed|cause prevent
""".replace("\n", "|")
_OPPOSITE = {
    one: other
    for pair in OPPOSITES.split("|")
    if pair
    for a, b in [pair.split()]
    for one, other in ((a, b), (b, a))
}
_NUMBER = re.compile(r"\b\d+\b")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z]\w+(?: [A-Z]\w+)*")
_STOP = frozenset(
    {"a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with"}
    | {"is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have"}
    | {"had", "that", "this", "there", "it", "its", "as", "and", "or"}
)


@dataclass(frozen=True, slots=True)
class QuestionList:
    """A question with sentences to judge."""

    question: str
    passages: list[Passage]
    gold: int | None
    """Place of the answering sentence; None if none answers."""


@singledispatch
def make_list(
    example: Example | Retrieved, rng: random.Random, length: int = LENGTH
) -> QuestionList | None:
    """Make one list of a question, of `length` at most; None if it gives none."""
    raise TypeError(type(example).__name__)


@make_list.register
def _(one: Retrieved, rng: random.Random, length: int = LENGTH) -> QuestionList | None:
    gold = [place for place, answers in enumerate(one.gold) if answers]
    # A copy of the answering sentence answers too, though its set does not say so.
    answering = {one.passages[place].sentence for place in gold}
    others = [p for p in one.passages if p.sentence not in answering]
    if one.answerable != bool(gold) or not others:
        return None
    question = _worded(one.question, rng)
    if not gold or rng.random() < HELD_BACK:
        return QuestionList(question, others[:length], None)
    asked = [one.passages[rng.choice(gold)], *others[: length - 1]]
    return QuestionList(question, asked, 0)


@make_list.register
def _(
    example: Example, rng: random.Random, length: int = LENGTH
) -> QuestionList | None:
    negatives = _negatives(example, rng)
    nearby = _nearby(example, rng, length)
    own = length // 2
    question = example.question
    if not example.gold:
        asked = [_asked(example, n) for n in negatives[: length - 1]]
        return QuestionList(_worded(question, rng), asked, None) if asked else None
    chance = rng.random()
    if chance < HELD_BACK and len(nearby) + len(negatives) > LENGTH - 2:
        asked = [_asked(example, n) for n in negatives[:own]]
        asked += nearby[: length - 1 - len(asked)]
        return QuestionList(_worded(question, rng), asked, None)
    gold = rng.choice(example.gold)
    altered = _altered(example, rng) if chance > 1 - 2 * ALTERED else None
    if altered is not None:
        asked = [_asked(example, n) for n in (gold, *negatives[: own - 1])]
        asked += nearby[: own - 2]
        return QuestionList(altered, asked, None)
    asked = [_asked(example, n) for n in (gold, *negatives[:own])]
    asked += nearby[: length - len(asked)]
    return QuestionList(_worded(question, rng), asked, 0) if len(asked) > 1 else None


def _asked(example: Example, number: int) -> Passage:
    sentences = example.sentences
    return Passage(
        example.title,
        sentences[number - 1] if number else "",
        sentences[number],
        sentences[number + 1] if number + 1 < len(sentences) else "",
    )


def _negatives(example: Example, rng: random.Random) -> list[int]:
    """Order the other sentences of the passage, those most like the question first."""
    words = _words(example.question)
    numbers = [
        number
        for number, sentence in enumerate(example.sentences)
        if number not in example.gold and not _answers(example, sentence)
    ]

    def likeness(number: int) -> float:
        beside = any(abs(number - gold) == 1 for gold in example.gold)
        shared = len(words & _words(example.sentences[number]))
        return shared + beside + 1.5 * rng.random()

    return sorted(numbers, key=likeness, reverse=True)


def _nearby(example: Example, rng: random.Random, count: int) -> list[Passage]:
    """Order sentences of the neighbours, those most like the question first."""
    words = _words(example.question)
    pool = [
        (len(words & _words(sentence)) + 1.5 * rng.random(), place, number)
        for place, other in enumerate(example.near)
        for number, sentence in enumerate(other.sentences)
        if not _answers(example, sentence)
    ]
    pool.sort(reverse=True)
    return [_asked(example.near[place], number) for _, place, number in pool[:count]]


def _answers(example: Example, sentence: str) -> bool:
    text = plain(sentence)
    return any(answer in text for answer in example.answers)


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.lower())) - _STOP


def _worded(question: str, rng: random.Random) -> str:
    """Write a question as people type: now and then short, misspelt or unmarked."""
    chance = rng.random()
    if chance < 0.08:
        kept = [w for w in question.rstrip("?").split() if w.lower() not in _STOP]
        return " ".join(kept)
    if chance < 0.12:
        return _misspelt(question, rng)
    return question.rstrip(" ?") if chance < 0.3 else question


def _misspelt(question: str, rng: random.Random) -> str:
    words = question.split()
    long = [number for number, word in enumerate(words) if len(word) > 4]
    if long:
        number = rng.choice(long)
        word, place = words[number], rng.randrange(1, len(words[number]) - 2)
        words[number] = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return " ".join(words)


def _altered(example: Example, rng: random.Random) -> str | None:
    """Alter a question so that its answering sentence answers it no more."""
    choices = list(_alterations(example, rng))
    return rng.choice(choices) if choices else None


def _alterations(example: Example, rng: random.Random) -> Iterator[str]:
    question = example.question
    for match in WORD.finditer(question):
        other = _OPPOSITE.get(match.group())
        if other is not None:
            yield question[: match.start()] + other + question[match.end() :]
    for match in _NUMBER.finditer(question):
        number = match.group()
        last = str((int(number[-1]) + rng.randrange(1, 9)) % 10)
        yield question[: match.start()] + number[:-1] + last + question[match.end() :]
    own = set(_NAME.findall(question))
    others = [
        name
        for other in (example, *example.near)
        for name in _NAME.findall(" ".join(other.sentences))
        if name not in question and not any(name in one or one in name for one in own)
    ]
    for match in _NAME.finditer(question):
        if others:
            name = rng.choice(others)
            yield question[: match.start()] + name + question[match.end() :]
