"""The Unicode bidirectional algorithm (UAX #9), for the rows of the screen.

A terminal puts characters into cells from left to right, and most leave it at that:
Hebrew and Arabic stand back to front there, unless the program puts them in order.

Explicit embeddings, overrides and isolates are left out: `sanitize` replaces them,
since they can make a line read otherwise than it is. What remains are the rules on
paragraphs (P), weak types (W), brackets and neutrals (N), levels (I) and order (L).
Characters of an even level run from left to right, those of level 1 from right to left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

_RTL = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)

# Bidirectional classes as one letter each, so that a rule is a pattern: A for AL; E and
# D for European and Arabic digits; P, T and C for what separates and terminates them; M
# for marks; W for blanks and S for tabs; B for what is as if it were not there (X9).
# All others are neutral: N.
_CLASSES = {
    "L": "L", "R": "R", "AL": "A", "EN": "E", "AN": "D", "ES": "P", "ET": "T",
    "CS": "C", "NSM": "M", "WS": "W", "S": "S", "B": "S", "BN": "B",
}  # fmt: skip
_MARKS = re.compile("(?<=(.))M+")
_AFTER_ARABIC = re.compile("A[^LR]+")
_AFTER_LATIN = re.compile("L[^LR]+")
_BETWEEN_NUMBERS = re.compile("(?<=E)[PC](?=E)|(?<=D)C(?=D)")
_BESIDE_NUMBERS = re.compile("(?<=E)T+|T+(?=E)")
_AMONG_LATIN = re.compile("(?<=L)N+(?=L)")
_AMONG_OTHERS = re.compile("(?<=[RED])N+(?=[RED])")
_SIGNS = str.maketrans("PTCWS", "NNNNN")
# By level of the paragraph, the level of what is resolved to each class (I1, I2).
_LEVELS = ({"L": 0, "R": 1, "E": 2, "D": 2}, {"L": 2, "R": 1, "E": 2, "D": 2})
# Directions as the rule on brackets sees them: numbers count as right to left.
_DIRECTIONS = {"L": "L", "R": "R", "E": "R", "D": "R"}

_BLANKS = re.compile("[WB]*(?:S|$)")
# Brackets open at once, beyond which no more pairs are looked for (BD16).
_OPEN_BRACKETS = 63

_SIDE = re.compile(r"LEFT|RIGHT|LESS|GREATER")
_OTHER_SIDE = {
    "LEFT": "RIGHT",
    "RIGHT": "LEFT",
    "LESS": "GREATER",
    "GREATER": "LESS",
}


def has_rtl(text: str) -> bool:
    """Whether any character runs from right to left."""
    return _RTL.search(text) is not None


def is_rtl_alone(text: str) -> bool:
    """Whether letters run from right to left, and none from left to right."""
    return has_rtl(text) and all(unicodedata.bidirectional(one) != "L" for one in text)


def find_base(text: str) -> int:
    """Give the level of a paragraph, that of its first letter: 0 or 1 (P2, P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return int(kind != "L")
    return 0


@lru_cache(maxsize=512)
def find_levels(text: str, base: int) -> tuple[int, ...]:
    """Give each character its level: 0, 1 or 2.

    Args:
        text: A paragraph or a part of one, made harmless by `sanitize`.
        base: Level of the paragraph, 0 or 1.
    """
    given = "".join(map(_ALL_CLASSES.__getitem__, text))
    places = [place for place, kind in enumerate(given) if kind != "B"]
    marks = given.replace("B", "")
    side = "R" if base else "L"
    kinds = _resolve_weak(side + marks)[1:]
    kinds = _resolve_brackets([text[place] for place in places], marks, kinds, side)
    kinds = _resolve_neutral(kinds, side)
    levels = [-1] * len(text)
    for place, kind in zip(places, kinds, strict=True):
        levels[place] = _LEVELS[base][kind]
    for place, level in enumerate(levels):
        if level < 0:
            levels[place] = levels[place - 1] if place else base
    for blanks in _BLANKS.finditer(given):  # L1
        levels[blanks.start() : blanks.end()] = [base] * len(blanks[0])
    return tuple(levels)


def visual_order(levels: Sequence[int]) -> list[int]:
    """Give the places of a row in the order in which they are drawn (L2)."""
    order: list[int] = []
    for leftwards, run in groupby(range(len(levels)), lambda place: levels[place] > 0):
        if not leftwards:
            order.extend(run)
            continue
        backwards = reversed(list(run))
        for nested, part in groupby(backwards, lambda place: levels[place] == 2):
            places = list(part)
            order.extend(reversed(places) if nested else places)
    return order


@lru_cache(maxsize=512)
def mirrored(character: str) -> str:
    """Give what a character looks like when it runs from right to left (L4)."""
    if not unicodedata.mirrored(character):
        return character
    name = unicodedata.name(character, "")
    other = _SIDE.sub(lambda side: _OTHER_SIDE[side[0]], name)
    try:
        return unicodedata.lookup(other)
    except KeyError:
        return character


class _Classes(dict[str, str]):
    """The class of a character."""

    def __missing__(self, character: str) -> str:
        kind = unicodedata.bidirectional(character) or "L"
        self[character] = found = _CLASSES.get(kind, "N")
        return found


_ALL_CLASSES = _Classes()


def _resolve_weak(kinds: str) -> str:
    """Resolve marks, numbers and what stands between numbers (W1 to W7).

    Args:
        kinds: The classes, after the direction of the paragraph.
    """
    kinds = _MARKS.sub(lambda run: run[1] * len(run[0]), kinds)
    kinds = _AFTER_ARABIC.sub(lambda run: run[0].replace("E", "D"), kinds)
    kinds = _BETWEEN_NUMBERS.sub(lambda sign: kinds[sign.start() - 1], kinds)
    kinds = _BESIDE_NUMBERS.sub(lambda run: "E" * len(run[0]), kinds)
    kinds = kinds.replace("A", "R").translate(_SIGNS)
    return _AFTER_LATIN.sub(lambda run: run[0].replace("E", "L"), kinds)


def _resolve_brackets(text: Sequence[str], marks: str, kinds: str, side: str) -> str:
    """Let both brackets of a pair run as what they hold, or as what is around (N0).

    Args:
        text: The characters.
        marks: Their classes as they were.
        kinds: As resolved so far.
        side: Direction of the paragraph.
    """
    found = list(kinds)
    for opening, closing in _bracket_pairs(text, kinds):
        inside = {_DIRECTIONS.get(kind) for kind in found[opening + 1 : closing]}
        other = "L" if side == "R" else "R"
        if side in inside:
            direction = side
        elif other in inside:
            before = (_DIRECTIONS.get(kind) for kind in reversed(found[:opening]))
            direction = next(filter(None, before), side)
        else:
            continue
        for bracket in (opening, closing):
            end = bracket + 1
            while end < len(found) and marks[end] == "M":
                end += 1
            found[bracket:end] = direction * (end - bracket)
    return "".join(found)


def _bracket_pairs(text: Sequence[str], kinds: str) -> list[tuple[int, int]]:
    """Find the pairs of brackets, in the order in which they open (BD16)."""
    pairs: list[tuple[int, int]] = []
    still_open: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if kinds[place] != "N" or not unicodedata.mirrored(character):
            continue
        category = unicodedata.category(character)
        if category == "Ps":
            if len(still_open) == _OPEN_BRACKETS:
                return []
            still_open.append((mirrored(character), place))
        elif category == "Pe":
            for number in range(len(still_open) - 1, -1, -1):
                if still_open[number][0] == character:
                    pairs.append((still_open[number][1], place))
                    del still_open[number:]
                    break
    return sorted(pairs)


def _resolve_neutral(kinds: str, side: str) -> str:
    """Let neutrals run as what is on both sides of them, or as the paragraph (N1)."""
    kinds = _AMONG_LATIN.sub(lambda run: "L" * len(run[0]), side + kinds + side)
    kinds = _AMONG_OTHERS.sub(lambda run: "R" * len(run[0]), kinds)
    return kinds[1:-1].replace("N", side)
