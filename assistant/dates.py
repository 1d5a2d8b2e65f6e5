"""Dates in a sentence, in a form that can be compared.

Rules for English. A date that is only a bound ("before 1995"), rough ("around 1990") or
one end of a span is found and left unread: it differs from no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
_SHORT: Final = ("Sept", *(name[:3] for name in _MONTHS))

FULL_MONTH: Final = "|".join(_MONTHS)
"""The names of the months, as alternatives of a pattern."""
MONTH: Final = rf"(?:{FULL_MONTH}|(?:{'|'.join(_SHORT)})\b\.?)"
"""The same and their short forms, "Jan." and "Sept": these are words of other senses
where no number stands beside them."""

_NAMED: Final = rf"(?P<month>{MONTH})"
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_NAMED}(?!\w)"
        r"(?:\s*,?\s*(?P<year>[12]\d{3})\b)?",
        rf"\b{_NAMED}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
        r"(?:\s*,?\s*(?P<year>[12]\d{3})\b)?",
        rf"\b{_NAMED}\s*,?\s*(?P<year>[12]\d{{3}})\b",
        r"\b(?P<year>1\d{3}|20\d{2})\b(?!\s*(?:%|(?i:[a-z]*\s*(?:people|percent))))",
    )
)
# "By the end of 1990", "on 5 and 7 May", "as early as 1990".
_INEXACT_BEFORE: Final = re.compile(
    r"(?:\b(?:before|by|after|until|till|since|from|between|prior\s+to|up\s+to|through|"
    r"around|about|circa|ca|roughly|approximately|nearly|almost|than|as|and|or)\b\.?|"
    r"\bc\.|\d(?:st|nd|rd|th)?\s*(?:[-–—/]|\bto\b))\s*"
    r"(?:(?:the|of|year|early|mid|late|middle|end|beginning|start|spring|summer|autumn|"
    r"fall|winter|[a-z]+day,?)[\s-]+)*$",
    re.IGNORECASE,
)
_INEXACT_AFTER: Final = re.compile(
    r"\s?[-–—/]\s?\d|\s*(?:BCE?\b|B\.\s?C)|\s+(?:or\s+(?:earlier|later|before|after)|"
    r"at\s+the\s+(?:latest|earliest)|onwards?)\b"
)
# Enough of what stands before a date to find that in.
_BEFORE_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class Day:
    """A date, as far as it is given; without any part it could not be read."""

    text: str
    """Verbatim."""
    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None


def find_days(text: str) -> list[Day]:
    """Return the dates of a sentence in their order, each as fully as it is given."""
    days: list[Day] = []
    for pattern in _DATES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if not any(day.start < end and start < day.end for day in days):
                days.append(_day(text, found))
    return sorted(days, key=lambda day: day.start)


def days_differ(one: Day, other: Day) -> bool:
    """Say whether two dates cannot be the same: "June 1990" may be 5 June."""
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _day(text: str, found: re.Match[str]) -> Day:
    start, end = found.span()
    before = _INEXACT_BEFORE.search(text, max(0, start - _BEFORE_LENGTH), start)
    if before or _INEXACT_AFTER.match(text, end):
        return Day(found.group(), start, end, None, None, None)
    parts = found.groupdict()
    month, day, year = parts.get("month"), parts.get("day"), parts.get("year")
    return Day(
        found.group(),
        start,
        end,
        int(year) if year else None,
        _SHORT.index(month[:3]) if month else None,
        int(day) if day else None,
    )
