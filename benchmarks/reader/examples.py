"""The training questions: read, chosen, and given neighbouring passages."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.datasets import load_training

if TYPE_CHECKING:
    from assistant.evaluation.records import TrainingCase

WORD = re.compile(r"\w+")

UNTITLED = {"squadshifts_amazon", "squadshifts_reddit", "subjqa", "friendsqa"}
"""Sets whose titles are codes, and whose questions ("How is the battery?") are answered
by many passages: no neighbours are taken for them."""

CAPS = {
    "bioasq": 3000,
    "fairytaleqa": 1500,
    "fairytaleqa_weak": 0,
    "friendsqa": 500,
    "qamr_sample": 500,
    "reqa_squadtrain": 5000,
    "squadshifts_amazon": 2000,
    "squadshifts_newwiki": 4500,
    "squadshifts_reddit": 2000,
    "subjqa": 1000,
}
"""The most questions of a set: of those far from what people ask of documents fewer."""

_SHORTEST_ANSWER = 4
"""Characters of an answer that tells a sentence which has it from one that has not."""


@dataclass(slots=True)
class Example:
    """One training question with its passage."""

    question: str
    title: str
    sentences: tuple[str, ...]
    gold: tuple[int, ...]
    """Empty when unanswerable."""
    answers: tuple[str, ...]
    """Plain texts of the answer: sentences with one are no negatives."""
    source: str
    near: list[Example] = field(default_factory=list)
    """Of other passages of the same set, nearest to the question first."""


def read_examples(folder: Path, rng: random.Random) -> list[Example]:
    """Read all sets of the training folder, each up to its cap, in mixed order."""
    found: list[Example] = []
    for path in sorted(folder.glob("*.jsonl")):
        cases = list(load_training(path))
        rng.shuffle(cases)
        cases = cases[: CAPS.get(path.stem, len(cases))]
        examples = [_of_case(case, path.stem) for case in cases]
        if path.stem not in UNTITLED and examples:
            _find_neighbours(examples)
        found += examples
    rng.shuffle(found)
    return found


def plain(text: str) -> str:
    """Reduce a text to its words in small letters."""
    return " ".join(WORD.findall(text.lower()))


def _of_case(case: TrainingCase, source: str) -> Example:
    title = "" if source in UNTITLED else case.title.replace("_", " ")
    answers = (plain(answer) for answer in case.answers)
    return Example(
        case.question,
        title,
        case.sentences,
        case.gold if case.answerable else (),
        tuple(text for text in answers if len(text) >= _SHORTEST_ANSWER),
        source,
    )


def _find_neighbours(examples: Sequence[Example]) -> None:
    """Give each example up to three others whose passages are like its question."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    first: dict[str, Example] = {}
    for example in examples:
        first.setdefault(" ".join(example.sentences), example)
    passages = list(first)
    place = {text: number for number, text in enumerate(passages)}
    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    vectors = vectorizer.fit_transform(passages)
    for start in range(0, len(examples), 500):
        part = examples[start : start + 500]
        likeness = vectorizer.transform([e.question for e in part]) @ vectors.T
        for row, example in zip(likeness.tocsr(), part, strict=True):
            own = place[" ".join(example.sentences)]
            best = [row.indices[i] for i in np.argsort(-row.data)[:4]]
            example.near = [first[passages[b]] for b in best if b != own][:3]
