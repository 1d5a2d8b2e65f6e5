"""The lists that the reader is trained on."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant.reader.pairs import Passage
from benchmarks.reader.examples import Example
from benchmarks.reader.lists import LENGTH, make_list
from benchmarks.reader.retrieved import Retrieved, read_retrieved


def _passage(text: str) -> Passage:
    return Passage("Rivers", "", text, "")


FOUND = Retrieved(
    "how long is the Elbe",
    answerable=True,
    passages=tuple(
        _passage(text) for text in ("A flood.", "It has 1,094 km.", "A bank.", "Ships.")
    ),
    gold=(False, True, False, False),
    scores=(2.0, 1.5, 1.0, 0.5),
    source="rivers",
)
NEIGHBOUR = Example(
    "Where does the Oder rise?",
    "Oder",
    ("The Oder rises in Moravia.", "It passes Breslau."),
    (0,),
    ("in moravia",),
    "rivers",
)
EXAMPLE = Example(
    "How long is the Elbe?",
    "Elbe",
    ("The Elbe is a river.", "It is 1,094 km long.", "Dresden stands on it."),
    (1,),
    ("1 094 km",),
    "rivers",
    [NEIGHBOUR],
)


def _lists(
    example: Example | Retrieved, length: int = LENGTH
) -> list[tuple[list[str], int | None]]:
    made = [make_list(example, random.Random(seed), length) for seed in range(200)]
    return [([p.sentence for p in one.passages], one.gold) for one in made if one]


def test_a_list_of_what_was_found_has_the_answer_first_or_not_at_all() -> None:
    lists = _lists(FOUND)
    assert len(lists) == 200
    assert {gold for _, gold in lists} == {0, None}
    for sentences, gold in lists:
        assert (sentences[0] == "It has 1,094 km.") == (gold == 0)
        assert sentences[-3:] == ["A flood.", "A bank.", "Ships."]


def test_of_what_was_found_the_best_are_taken() -> None:
    assert {tuple(sentences) for sentences, gold in _lists(FOUND, 2) if gold == 0} == {
        ("It has 1,094 km.", "A flood.")
    }


def test_a_copy_of_the_answering_sentence_is_no_negative() -> None:
    copied = replace(
        FOUND,
        passages=(*FOUND.passages, Passage("Streams", "", "It has 1,094 km.", "")),
        gold=(*FOUND.gold, False),
    )
    for sentences, gold in _lists(copied):
        assert sentences.count("It has 1,094 km.") == (gold == 0)


@pytest.mark.parametrize(("answerable", "gold"), [(True, False), (False, True)])
def test_a_question_whose_answer_was_not_found_teaches_nothing(
    *, answerable: bool, gold: bool
) -> None:
    answers = (gold,) * len(FOUND.passages)
    odd = Retrieved("?", answerable, FOUND.passages, answers, FOUND.scores, "rivers")
    assert make_list(odd, random.Random(0)) is None


def test_an_unanswerable_question_has_a_list_in_which_nothing_answers() -> None:
    none = (False,) * len(FOUND.passages)
    asked = Retrieved("?", False, FOUND.passages, none, FOUND.scores, "rivers")
    made = make_list(asked, random.Random(0))
    assert made is not None
    assert (made.gold, made.passages) == (None, list(FOUND.passages))


def test_no_sentence_with_the_answer_is_a_negative_of_an_example() -> None:
    repeated = Example(
        EXAMPLE.question,
        EXAMPLE.title,
        (*EXAMPLE.sentences, "The river of 1,094 km ends in the sea."),
        EXAMPLE.gold,
        EXAMPLE.answers,
        EXAMPLE.source,
        EXAMPLE.near,
    )
    seen = [sentence for made, _ in _lists(repeated) for sentence in made]
    assert "The Elbe is a river." in seen
    assert "It passes Breslau." in seen
    assert "The river of 1,094 km ends in the sea." not in seen


def test_what_was_found_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "found.jsonl"
    path.write_text(json.dumps(asdict(FOUND)) + "\n", encoding="utf-8")
    assert list(read_retrieved(path)) == [FOUND]
