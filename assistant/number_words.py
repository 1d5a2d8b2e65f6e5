"""English words for numbers, and what they make together."""

from __future__ import annotations

import re
from typing import Final

from index.terms import term_texts

_UNITS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS: Final = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_WORDS: Final = _UNITS | _TEENS | _TENS
SCALES: Final = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
"""Words that multiply what stands before them."""
_BY_TERM: Final = {
    term: value for word, value in _WORDS.items() for term in term_texts(word, "en")
}

NUMBER_WORD: Final = "|".join((*_WORDS, *SCALES))
"""All words of a number, as alternatives of a pattern."""

_BELOW_100: Final = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[\s-]+(?:{'|'.join(_UNITS)})\b)?|"
    rf"(?:{'|'.join(_TEENS | _UNITS)})\b)"
)
_BELOW_1000: Final = (
    rf"(?:(?:an?\s+|{_BELOW_100}[\s-]+)hundred\b(?:\s+(?:and\s+)?{_BELOW_100})?|"
    rf"{_BELOW_100})"
)
_SCALED: Final = rf"[\s-]+(?:{'|'.join([*SCALES][1:])})\b"
WORDED: Final = (
    rf"\b(?:(?:an?|{_BELOW_1000}){_SCALED}(?:\s+(?:and\s+)?{_BELOW_1000}{_SCALED})*"
    rf"(?:\s+(?:and\s+)?{_BELOW_1000})?|{_BELOW_1000})\b"
)
"""A number in words, "one hundred and twenty" or "a million", as part of a pattern."""


def number_word(term: str) -> int:
    """Return the number that a term is the word for; 0 if it is none."""
    return _BY_TERM.get(term, 0)


def read_number_words(words: str) -> int:
    """Return the value of what `WORDED` matches: "thirty-two" is 32."""
    total = current = 0
    for word in re.findall(r"[a-z]+", words.casefold()):
        if word == "hundred":
            current *= SCALES[word]
        elif word in SCALES:
            total += current * SCALES[word]
            current = 0
        else:
            current += 1 if word in ("a", "an") else _WORDS.get(word, 0)
    return total + current
