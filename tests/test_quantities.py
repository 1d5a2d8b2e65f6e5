"""How numbers, amounts and dates of a sentence are read."""

from __future__ import annotations

from math import inf

import pytest

from assistant.dates import find_days
from assistant.number_words import number_word, read_number_words
from assistant.quantities import find_amounts
from index.terms import term_texts


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("seven", 7),
        ("Fifteen", 15),
        ("thirty two", 32),
        ("ninety-nine", 99),
        ("a hundred", 100),
        ("one hundred and twenty", 120),
        ("a million and five", 1_000_005),
        ("two hundred thousand", 200_000),
        ("two million three hundred and five thousand and one", 2_305_001),
    ],
)
def test_numbers_in_words(words: str, value: int) -> None:
    assert read_number_words(words) == value
    (found,) = find_amounts(f"There are {words} owls.")
    assert (found.text, found.units) == (words, ("owl",))
    assert found.low <= value <= found.high


def test_the_number_of_a_word() -> None:
    terms = term_texts("three fifteen thirty gate hundred", "en")
    assert [number_word(term) for term in terms] == [3, 15, 30, 0, 0]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("22 owls", 22, 22),
        ("312 owls", 312, 312),
        ("300 owls", 250, 350),
        ("3.5 km", 3.45, 3.55),
        ("1.2 million owls", 1_150_000, 1_250_000),
        ("No more than 30 owls", -inf, 30),
        ("as many as 30 owls", -inf, 30),
        ("no fewer than 30 owls", 30, inf),
        ("30 or more owls", 30, inf),
        ("about 50 owls", 45, 55),
        ("between ten and 20 owls", 10, 20),
        ("10 or twelve owls", 10, 12),
        ("$10–$20", 10, 20),
        ("10 to 20 per cent", 10, 20),
        # What cannot be read for certain.
        ("30 and 40 owls", -inf, inf),
        ("about 10 to 20 owls", -inf, inf),
        ("another 30 owls", -inf, inf),
        ("three of the 30 owls", -inf, inf),
        ("nineteen ninety-five owls", -inf, inf),
    ],
)
def test_what_an_amount_may_stand_for(text: str, low: float, high: float) -> None:
    (found,) = find_amounts(text)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_figures_beyond_a_float_are_read() -> None:
    (found,) = find_amounts("9" * 400 + "0" * 400 + " owls")
    assert found.low == found.high == inf


def test_a_date_is_no_amount() -> None:
    found = find_amounts("On 5 May 1990 the zoo kept 30 owls in 12 Jan. tents.")
    assert [one.text for one in found] == ["30"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("on 5 May 1990", (1990, 5, 5)),
        ("on Sept. 7th, 1990", (1990, 9, 7)),
        ("in Dec 1990", (1990, 12, None)),
        ("in 1990", (1990, None, None)),
        ("After the war, in 1990", (1990, None, None)),
        ("before 1990", (None, None, None)),
        ("by early May 1990", (None, None, None)),
        ("since Monday, 5 May", (None, None, None)),
        ("circa 1990", (None, None, None)),
        ("as early as 1990", (None, None, None)),
        ("in 1200 BC", (None, None, None)),
    ],
)
def test_the_parts_of_a_date(text: str, parts: tuple[int | None, ...]) -> None:
    (found,) = find_days(text)
    assert (found.year, found.month, found.day) == parts


def test_a_verb_is_no_month() -> None:
    assert find_days("Some 30 may march.") == []
