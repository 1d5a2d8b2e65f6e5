"""Which sentences contradict each other, and which only seem to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.disagreement import claims_disagree, find_rivals, read_claim
from assistant.quantities import find_amounts, find_days, number_word
from assistant.question import answer_kind

KILLED = "How many people were killed in the El Paso shooting?"
OPENED = "When did the Magnitogorsk bridge open?"


def disagree(question: str, one: str, other: str) -> bool:
    kind = answer_kind(question)
    claims = [read_claim(question, kind, text) for text in (one, other)]
    first, second = claims
    return bool(first and second and claims_disagree(first, second))


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            KILLED,
            "The shooting in El Paso killed 22 people.",
            "Police said 25 people were killed in the shooting in El Paso.",
        ),
        (
            KILLED,
            "The shooting in El Paso killed twenty people.",
            "The shooting in El Paso killed more than 300 people.",
        ),
        (
            OPENED,
            "The Magnitogorsk bridge opened on 5 June 1990.",
            "The bridge in Magnitogorsk opened on June 7, 1990.",
        ),
        (
            OPENED,
            "The Magnitogorsk bridge opened in 1990.",
            "The Magnitogorsk bridge opened in 1985.",
        ),
        (
            "How much did the gate cost?",
            "The gate cost $3 million.",
            "The gate cost more than $5 million to build.",
        ),
    ],
)
def test_sentences_that_cannot_both_be_right(
    question: str, one: str, other: str
) -> None:
    assert disagree(question, one, other)
    assert disagree(question, other, one)
    assert not disagree(question, one, one)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # One says no more than the other, or less exactly.
        (
            KILLED,
            "The shooting in El Paso killed 22 people.",
            "At least 20 people were killed in the shooting in El Paso.",
        ),
        (
            KILLED,
            "The El Paso shooting killed 312 people.",
            "The El Paso shooting killed more than 300 people.",
        ),
        (
            KILLED,
            "The El Paso shooting killed 312 people.",
            "The El Paso shooting killed about 300 people.",
        ),
        (
            KILLED,
            "The El Paso shooting killed 1,234,567 people.",
            "The El Paso shooting killed 1.2 million people.",
        ),
        (
            KILLED,
            "The El Paso shooting killed 22 people.",
            "The El Paso shooting killed twenty-two people.",
        ),
        (
            OPENED,
            "The Magnitogorsk bridge opened on 5 June 1990.",
            "The Magnitogorsk bridge opened in June 1990.",
        ),
        # Another unit, another thing, several values, another event.
        (
            "How tall is the tower?",
            "The tower is 120 metres tall.",
            "The tower is 390 feet tall.",
        ),
        (
            KILLED,
            "The El Paso shooting killed 22 people.",
            "The El Paso shooting killed 3 dogs and two people or five people.",
        ),
        (
            KILLED,
            "The El Paso shooting killed 22 people.",
            "The shooting in Dayton killed nine people.",
        ),
        (
            OPENED,
            "The first Magnitogorsk bridge opened in 1939.",
            "The second Magnitogorsk bridge opened in 1960.",
        ),
        # No number is asked for.
        (
            "Who was killed in El Paso?",
            "22 people were killed in El Paso.",
            "25 people were killed in El Paso.",
        ),
    ],
)
def test_sentences_that_may_both_be_right(question: str, one: str, other: str) -> None:
    assert not disagree(question, one, other)
    assert not disagree(question, other, one)


def test_only_other_documents_contradict() -> None:
    texts = [f"The El Paso shooting killed {n} people." for n in (22, 25, 22, 31)]
    claims = [read_claim(KILLED, "number", text) for text in texts]
    assert find_rivals(claims, lambda a, b: False) == (0, 1, 3)
    assert find_rivals(claims, lambda a, b: True) == ()
    assert find_rivals([None, *claims], lambda a, b: False) == ()
    assert find_rivals([], lambda a, b: False) == ()


def test_the_number_of_a_word() -> None:
    assert [number_word(word) for word in ("three", "gate")] == [3, 0]


@given(st.text(max_size=60))
def test_values_are_slices(text: str) -> None:
    for amount in find_amounts(text):
        assert text[amount.start : amount.end] == amount.text
    for day in find_days(text):
        assert text[day.start : day.end] == day.text
