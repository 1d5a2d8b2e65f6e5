"""Which sentences contradict each other, and which only seem to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dates import find_days
from assistant.disagreement import claims_disagree, find_rivals, read_claim
from assistant.quantities import find_amounts
from assistant.question import answer_kind

KILLED = "How many people were killed in the El Paso shooting?"
OPENED = "When did the Magnitogorsk bridge open?"
OWLS = "How many owls does the zoo keep?"


def disagree(question: str, one: str, other: str) -> bool:
    kind = answer_kind(question)
    claims = [read_claim(question, kind, text) for text in (one, other)]
    first, second = claims
    return bool(first and second and claims_disagree(first, second))


def agree(question: str, one: str, other: str) -> bool:
    """Whether neither order of the two makes a disagreement."""
    return not (disagree(question, one, other) or disagree(question, other, one))


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
        (
            OWLS,
            "The zoo keeps no more than thirty owls.",
            "The zoo keeps forty-two owls.",
        ),
        (
            OWLS,
            "The zoo keeps between 10 and 20 owls.",
            "The zoo keeps 25 owls.",
        ),
        (
            OWLS,
            "The zoo keeps one hundred and twenty owls.",
            "The zoo keeps 150 owls.",
        ),
        # A first word that both have, or one that only one of them has, is no name that
        # tells them apart.
        (OWLS, "Officials say that the zoo keeps 30 owls.", "The zoo keeps 50 owls."),
        (
            OWLS,
            "The zoo of Berlin keeps 30 owls.",
            "Berlin's zoo keeps 50 owls, as Anna Smith said.",
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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("no more than 30 people", "15 people"),
        ("not more than 30 people", "15 people"),
        ("as many as 30 people", "15 people"),
        ("up to 30 people", "15 people"),
        ("between 10 and 20 people", "15 people"),
        ("from 10 to 20 people", "15 people"),
        ("10–20 people", "15 people"),
        ("10-20 people", "15 people"),
        ("10 to 20 people", "15 people"),
        ("ten or twelve people", "ten people"),
        ("15 or more people", "20 people"),
        ("15 more people", "20 people"),
        ("another 15 people", "20 people"),
        ("one in three people", "20 people"),
        ("two dozen people", "22 people"),
        ("half a million people", "500,000 people"),
        ("several hundred and twenty people", "320 people"),
        ("thirty two people", "32 people"),
        ("thirty-two people", "32 people"),
        ("one hundred and twenty people", "120 people"),
        ("a hundred and five people", "105 people"),
        ("two thousand three hundred people", "2,300 people"),
    ],
)
def test_bounds_ranges_and_words_that_agree(first: str, second: str) -> None:
    one = f"{first[0].upper()}{first[1:]} were killed in the El Paso shooting."
    other = f"The shooting in El Paso killed {second}."
    assert agree(KILLED, one, other)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("before 1995", "in 1990"),
        ("by the end of 1995", "in 1990"),
        ("around 1990", "in 1991"),
        ("by 5 May", "on 3 May"),
        ("no later than 5 May", "on 3 May"),
        ("on 5 and 7 May", "on 5 May"),
        ("on 5-7 May 1990", "on 5 May 1990"),
        ("in 1990-91", "in 1991"),
        ("on 12 Jan 1990", "on 12 January 1990"),
    ],
)
def test_dates_that_agree(first: str, second: str) -> None:
    one = f"The Magnitogorsk bridge opened {first}."
    other = f"The Magnitogorsk bridge opened {second}."
    assert agree(OPENED, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Berlin's zoo keeps 30 owls.", "Munich's zoo keeps 50 owls."),
        ("Berlin keeps 30 owls in its zoo.", "Munich keeps 50 owls in its zoo."),
        ("Berlin's zoo keeps 30 owls.", "The zoo in Munich keeps 50 owls."),
        ("In Århus, the zoo keeps 30 owls.", "In Kiel, the zoo keeps 50 owls."),
        ("The zoo of Łódź keeps 30 owls.", "The zoo of Σύρος keeps 50 owls."),
    ],
)
def test_sentences_about_things_of_other_names(one: str, other: str) -> None:
    assert not disagree(OWLS, one, other)
    assert not disagree(OWLS, other, one)


@pytest.mark.parametrize(
    "denial",
    ["The zoo does not keep 50 owls.", "The zoo didn’t ever keep more than 50 owls."],
)
def test_a_denial_contradicts_nothing(denial: str) -> None:
    assert not disagree(OWLS, "The zoo keeps 30 owls.", denial)


def test_only_other_documents_contradict() -> None:
    texts = [f"The El Paso shooting killed {n} people." for n in (22, 25, 22, 31)]
    claims = [read_claim(KILLED, "number", text) for text in texts]
    assert find_rivals(claims, lambda a, b: False) == (0, 1, 3)
    assert find_rivals(claims, lambda a, b: True) == ()
    assert find_rivals([None, *claims], lambda a, b: False) == ()
    assert find_rivals([], lambda a, b: False) == ()


@given(st.text(max_size=60))
def test_values_are_slices(text: str) -> None:
    for amount in find_amounts(text):
        assert text[amount.start : amount.end] == amount.text
    for day in find_days(text):
        assert text[day.start : day.end] == day.text
