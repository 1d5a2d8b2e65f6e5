"""Amounts in a sentence, in a form that can be compared.

Rules for English. What they cannot read for certain may be anything: two amounts are
said to differ only where no reading of both agrees.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from assistant.dates import find_days
from assistant.number_words import NUMBER_WORD, SCALES, WORDED, read_number_words
from index.terms import term_texts

# What words beside a number make of it. "Not" turns the bound that it stands before;
# any other denial is a matter of the whole sentence.
_BEFORE: Final = {
    "least": r"(?:no|not|never)\s+(?:(?:fewer|less)\s+than|under|below)|more\s+than|"
    r"over|above|exceeding|in\s+excess\s+of|upwards\s+of|at\s+least|(?:a\s+)?minimum\s+of",
    "most": r"(?:no|not|never)\s+(?:(?:more|greater)\s+than|over|above)|"
    r"(?:fewer|less)\s+than|under|below|nearly|almost|up\s+to|at\s+most|"
    r"as\s+(?:many|much)\s+as|(?:a\s+)?maximum\s+of",
    "near": r"about|around|some|roughly|approximately|(?:an\s+)?estimated|circa|"
    r"close\s+to",
    "range": r"between|from",
    "unsure": r"another|further|additional|extra|other|half(?:\s+of)?",
}
_AFTER: Final = {
    "least": r"\+|\s+or\s+more\b",
    "most": r"\s+or\s+(?:fewer|less)\b",
    "near": r"\s+or\s+so\b",
    "unsure": r"\s+(?:more|further|other|others|dozen|and\s+a)\b|-odd\b",
}
_NUMBER: Final = (
    r"(?:(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[\s-]+(?:{'|'.join(SCALES)})\b)?|{WORDED})"
)
_MONEY: Final = r"(?:US\$|[$€£¥])"
_PERCENT: Final = r"\s?(?:%|per\s?cent\b)"


def _kinds(patterns: dict[str, str], place: str) -> str:
    return "|".join(f"(?P<{kind}_{place}>{one})" for kind, one in patterns.items())


_AMOUNT: Final = re.compile(
    rf"(?:\b(?:{_kinds(_BEFORE, 'before')})\s+){{0,3}}(?P<money>{_MONEY})?\s?"
    rf"(?<![\w.,/:–-])(?P<number>{_NUMBER})"
    rf"(?:(?:{_PERCENT})?(?P<join>\s*[–-]\s*|[\s-]+(?:to|or|and|in|of|out\s+of|by)[\s-]+(?:the\s+)?)"
    rf"{_MONEY}?(?P<second>{_NUMBER}))?"
    rf"(?![\w/:]|[.,]\d|[–-]\d|[\s-]+(?:{NUMBER_WORD})\b)(?P<percent>{_PERCENT})?"
    rf"(?:{_kinds(_AFTER, 'after')})?",
    re.IGNORECASE,
)
# "Several hundred and twenty", "nineteen ninety-five": the rest of another number.
_REST: Final = re.compile(rf"\b(?:{NUMBER_WORD})s?[\s-]+(?:and[\s-]+)?$", re.IGNORECASE)

_SPANS: Final = re.compile(r"[\s–-]*(?:to|or|and)?[\s–-]*", re.IGNORECASE)
_AND: Final = re.compile(r"[\s-]*and[\s-]*", re.IGNORECASE)

# Enough of what stands before a number to find that in.
_BEFORE_LENGTH: Final = 40

# Under a hundred a count is exact; past that its trailing zeros may be rounding.
_EXACT_BELOW: Final = 100
# "About 300" is 270 to 330.
_ABOUT: Final = 0.1
# Past this a power of ten is no float.
_MOST_ZEROS: Final = 300


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what it counts or measures."""

    text: str
    """Verbatim, with its bound and its sign: "more than $3 million"."""
    start: int
    end: int
    low: float
    high: float
    """The least and the greatest value that it may stand for; both are infinite for one
    that cannot be read."""
    units: tuple[str, ...]
    """Terms of the two words after it; `$`, `%` and the like where it has a sign."""


def find_amounts(text: str) -> list[Amount]:
    """Return the amounts of a sentence in their order; dates are none."""
    undated = text
    for day in find_days(text):
        gap = "\0" * (day.end - day.start)
        undated = undated[: day.start] + gap + undated[day.end :]
    return [_amount(undated, found) for found in _AMOUNT.finditer(undated)]


def amounts_differ(one: Amount, other: Amount) -> bool:
    """Say whether two amounts cannot be the same: "more than 300" may be 312."""
    return one.high < other.low or other.high < one.low


def _amount(text: str, found: re.Match[str]) -> Amount:
    whole = found.group()
    start = found.end() - len(whole.lstrip())
    low, high = _range(found)
    if _REST.search(text, max(0, start - _BEFORE_LENGTH), start):
        low, high = -math.inf, math.inf
    sign = "%" if found["percent"] else found["money"]
    after = re.match(r"(?:[\s-]+[^\W\d_][\w'’]*){1,2}", text[found.end() :])
    words = term_texts(after.group(), "en") if after else []
    units = (sign.strip()[-1],) if sign else tuple(words)
    return Amount(whole.strip(), start, start + len(whole.strip()), low, high, units)


def _range(found: re.Match[str]) -> tuple[float, float]:
    """Return the least and the greatest value that an amount may stand for."""
    kinds = {
        name.partition("_")[0]
        for name, matched in found.groupdict().items()
        if matched is not None and "_" in name
    }
    low, high = _rounded(found["number"])
    if found["join"]:
        least, greatest = _rounded(found["second"])
        joins = kinds == {"range"} or (not kinds and not _AND.fullmatch(found["join"]))
        if joins and _SPANS.fullmatch(found["join"]):
            return min(low, least), max(high, greatest)
    elif not kinds:
        return low, high
    elif kinds == {"least"}:
        return low, math.inf
    elif kinds == {"most"}:
        return -math.inf, high
    elif kinds == {"near"}:
        value = (low + high) / 2
        return min(low, value * (1 - _ABOUT)), max(high, value * (1 + _ABOUT))
    return -math.inf, math.inf


def _rounded(number: str) -> tuple[float, float]:
    """Return the bounds of what was rounded, if it was, to the number that is shown."""
    figures = re.match(r"[\d,.]+", number)
    if figures is None:
        whole, decimals, scale = str(read_number_words(number)), "", 1
    else:
        whole, _, decimals = figures.group().replace(",", "").partition(".")
        scale = SCALES.get(number[figures.end() :].strip("- \t\n").casefold(), 1)
    value = float(f"{whole}.{decimals or 0}") * scale
    zeros = len(whole) - len(whole.rstrip("0"))
    step = 0.0
    if decimals:
        step = scale * 10.0 ** -len(decimals)
    elif value >= _EXACT_BELOW and (zeros or scale > 1):
        step = scale * 10.0 ** min(zeros, _MOST_ZEROS)
    return value - step / 2, value + step / 2
