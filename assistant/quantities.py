"""Amounts and dates in a sentence, in a form that can be compared.

Rules for English. What they cannot read for certain is left out: two values are said to
differ only where no reading of both agrees.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from index.terms import term_texts

_WORDS: Final = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0,
    "twelve": 12.0, "thirteen": 13.0, "fourteen": 14.0, "fifteen": 15.0,
    "sixteen": 16.0, "seventeen": 17.0, "eighteen": 18.0, "nineteen": 19.0,
    "twenty": 20.0,
}  # fmt: skip
_WORDS_BY_TERM: Final = {
    term: value for word, value in _WORDS.items() for term in term_texts(word, "en")
}
_SCALES: Final = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
_AMOUNT: Final = re.compile(
    r"(?P<bound>\b(?:more than|over|at least|no fewer than|no less than|above|up to|"
    r"at most|fewer than|less than|under|below|nearly|almost|about|around|some|roughly|"
    r"approximately|estimated|an estimated|circa)\s+)?"
    r"(?P<money>US\$|[$€£¥])?\s?"
    r"(?<![\w.,/:-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|"
    rf"\b(?:{'|'.join(_WORDS)})\b)"
    rf"(?![\w/:]|-(?:\d|{'|'.join(_WORDS)})|[.,]\d)(?:[\s-]+(?P<scale>{'|'.join(_SCALES)})\b)?"
    r"(?P<percent>\s?(?:%|per\s?cent\b))?",
    re.IGNORECASE,
)
_AT_LEAST: Final = re.compile(r"more|over|least|no fewer|no less|above", re.IGNORECASE)
_AT_MOST: Final = re.compile(r"up to|most|fewer|less|under|below|nearly|almost", re.I)

# Under a hundred a count is exact; past that its trailing zeros may be rounding.
_EXACT_BELOW: Final = 100
# "About 300" is 270 to 330.
_ABOUT: Final = 0.1

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
_MONTH: Final = "(?P<month>" + "|".join(_MONTHS) + ")"
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b"
        r"(?:\s*,?\s*(?P<year>[12]\d{3})\b)?",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*,?\s*(?P<year>[12]\d{{3}})\b)?",
        rf"\b{_MONTH}\s*,?\s*(?P<year>[12]\d{{3}})\b",
        r"\b(?P<year>1\d{3}|20\d{2})\b(?!\s*(?:%|[a-z]*\s*(?:people|percent)))",
    )
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what it counts or measures."""

    text: str
    """Verbatim, with its bound and its sign: "more than $3 million"."""
    start: int
    end: int
    low: float
    high: float
    """The least and the greatest value that it may stand for; may be infinite."""
    units: tuple[str, ...]
    """Terms of the two words after it; `$`, `%` and the like where it has a sign."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date, as far as it is given."""

    text: str
    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None


def find_amounts(text: str) -> list[Amount]:
    """Return the amounts of a sentence in their order; dates are none."""
    dates = [(day.start, day.end) for day in find_days(text)]
    return [
        _amount(text, found)
        for found in _AMOUNT.finditer(text)
        if not any(a < found.end() and found.start() < b for a, b in dates)
    ]


def find_days(text: str) -> list[Day]:
    """Return the dates of a sentence in their order, each as fully as it is given."""
    days: list[Day] = []
    for pattern in _DATES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if any(day.start < end and start < day.end for day in days):
                continue
            parts = found.groupdict()
            month, day, year = parts.get("month"), parts.get("day"), parts.get("year")
            days.append(
                Day(
                    found.group(),
                    start,
                    end,
                    int(year) if year else None,
                    _MONTHS.index(month.casefold()) + 1 if month else None,
                    int(day) if day else None,
                )
            )
    return sorted(days, key=lambda day: day.start)


def number_word(term: str) -> int:
    """Return the number that a term is the word for; 0 if it is none."""
    return int(_WORDS_BY_TERM.get(term, 0))


def amounts_differ(one: Amount, other: Amount) -> bool:
    """Say whether two amounts cannot be the same: "more than 300" may be 312."""
    return one.high < other.low or other.high < one.low


def days_differ(one: Day, other: Day) -> bool:
    """Say whether two dates cannot be the same: "June 1990" may be 5 June."""
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _amount(text: str, found: re.Match[str]) -> Amount:
    number = found["number"].replace(",", "").casefold()
    scale = _SCALES[found["scale"].casefold()] if found["scale"] else 1.0
    value = _WORDS.get(number) or float(number)
    low, high = _range(found["bound"] or "", value * scale, _grain(number, scale))
    sign = "%" if found["percent"] else found["money"]
    after = re.match(r"(?:[\s-]+[^\W\d_][\w'’]*){1,2}", text[found.end() :])
    words = term_texts(after.group(), "en") if after else []
    units = (sign.strip()[-1],) if sign else tuple(words)
    return Amount(found.group().strip(), *_trimmed(found), low, high, units)


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    whole = found.group()
    lead = len(whole) - len(whole.lstrip())
    return found.start() + lead, found.start() + len(whole.rstrip())


def _grain(number: str, scale: float) -> float:
    """Half of the last place that a number gives: it may be rounded to that."""
    if number in _WORDS or (scale == 1 and "." not in number and _is_small(number)):
        return 0.0 if scale == 1 else scale / 2
    whole, _, decimals = number.partition(".")
    if decimals:
        return float(scale * 10.0 ** -len(decimals) / 2)
    zeros = len(whole) - len(whole.rstrip("0"))
    return float(scale * 10.0**zeros / 2) if zeros or scale > 1 else 0.0


def _is_small(number: str) -> bool:
    return float(number) < _EXACT_BELOW


def _range(bound: str, value: float, grain: float) -> tuple[float, float]:
    low, high = value - grain, value + grain
    if not bound:
        return low, high
    if _AT_LEAST.search(bound):
        return low, math.inf
    if _AT_MOST.search(bound):
        return -math.inf, high
    return min(low, value * (1 - _ABOUT)), max(high, value * (1 + _ABOUT))
