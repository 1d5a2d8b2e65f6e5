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
from collections.abc import Iterator, Sequence
from functools import lru_cache

_RTL = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)

# By level of the paragraph, the level of what is resolved as each kind (I1, I2).
_LEVELS = (
    {"L": 0, "R": 1, "EN": 2, "AN": 2},
    {"L": 2, "R": 1, "EN": 2, "AN": 2},
)
# Directions as the rules on neutrals see them: numbers count as right to left.
_DIRECTIONS = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
_BLANK = frozenset({"WS", "S", "B", "BN"})

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


@lru_cache(maxsize=2_048)
def find_levels(text: str, base: int) -> tuple[int, ...]:
    """Give each character its level: 0, 1 or 2.

    Args:
        text: A paragraph or a part of one, made harmless by `sanitize`.
        base: Level of the paragraph, 0 or 1.
    """
    given = [unicodedata.bidirectional(character) or "L" for character in text]
    # Formatting characters without a direction are as if they were not there (X9).
    places = [place for place, kind in enumerate(given) if kind != "BN"]
    kinds = [given[place] for place in places]
    side = "R" if base else "L"
    _resolve_weak(kinds, side)
    _resolve_brackets([text[place] for place in places], given, places, kinds, side)
    _resolve_neutral(kinds, side)
    levels = [-1] * len(text)
    for place, kind in zip(places, kinds, strict=True):
        levels[place] = _LEVELS[base][kind]
    for place, level in enumerate(levels):
        if level < 0:
            levels[place] = levels[place - 1] if place else base
    _level_blanks(levels, given, base)
    return tuple(levels)


def visual_order(levels: Sequence[int]) -> list[int]:
    """Give the places of a row in the order in which they are drawn (L2)."""
    order = list(range(len(levels)))
    for level in (2, 1):
        place = 0
        while place < len(order):
            end = place
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[place:end] = reversed(order[place:end])
            place = end + 1
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


def _resolve_weak(kinds: list[str], side: str) -> None:
    """Resolve marks, numbers and what stands between numbers (W1 to W7)."""
    strong, before = side, side
    for place, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[place] = kind = before
        before = kind
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[place] = "AN"
    _resolve_separators(kinds)
    _resolve_terminators(kinds)
    strong = side
    for place, kind in enumerate(kinds):
        if kind == "AL":
            kinds[place] = "R"
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"


def _resolve_separators(kinds: list[str]) -> None:
    """Let one separator between two numbers of a kind be of that kind (W4)."""
    for place in range(1, len(kinds) - 1):
        around = kinds[place - 1]
        if around == kinds[place + 1] and (
            (kinds[place] == "CS" and around in ("EN", "AN"))
            or (kinds[place] == "ES" and around == "EN")
        ):
            kinds[place] = around


def _resolve_terminators(kinds: list[str]) -> None:
    """Let signs beside a number be part of it, and others be neutral (W5, W6)."""
    for start, end in _runs(kinds, {"ET"}):
        beside = (
            (kinds[start - 1 : start] or [""])[0],
            (kinds[end : end + 1] or [""])[0],
        )
        if "EN" in beside:
            kinds[start:end] = ["EN"] * (end - start)
    for place, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):
            kinds[place] = "ON"


def _resolve_brackets(
    text: Sequence[str],
    given: Sequence[str],
    places: Sequence[int],
    kinds: list[str],
    side: str,
) -> None:
    """Let both brackets of a pair run as what they hold, or as what is around (N0).

    Args:
        text: The characters that `kinds` tells of.
        given: Kinds as they were, of the whole text.
        places: Where in the whole text each character stands.
        kinds: As resolved so far; changed.
        side: Direction of the paragraph.
    """
    for opening, closing in _bracket_pairs(text, kinds):
        inside = {_DIRECTIONS.get(kind) for kind in kinds[opening + 1 : closing]}
        other = "L" if side == "R" else "R"
        if side in inside:
            direction = side
        elif other in inside:
            before = (_DIRECTIONS.get(kind) for kind in reversed(kinds[:opening]))
            direction = next(filter(None, before), side)
        else:
            continue
        for bracket in (opening, closing):
            kinds[bracket] = direction
            mark = bracket + 1
            while mark < len(kinds) and given[places[mark]] == "NSM":
                kinds[mark] = direction
                mark += 1


def _bracket_pairs(text: Sequence[str], kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Find the pairs of brackets, in the order in which they open (BD16)."""
    pairs: list[tuple[int, int]] = []
    still_open: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if kinds[place] != "ON" or not unicodedata.mirrored(character):
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


def _resolve_neutral(kinds: list[str], side: str) -> None:
    """Let neutrals run as what is on both sides of them, or as the paragraph (N1)."""
    for start, end in _runs(kinds, {"B", "S", "WS", "ON"}):
        before = _DIRECTIONS[kinds[start - 1]] if start else side
        after = _DIRECTIONS[kinds[end]] if end < len(kinds) else side
        direction = before if before == after else side
        kinds[start:end] = [direction] * (end - start)


def _level_blanks(levels: list[int], given: Sequence[str], base: int) -> None:
    """Give tabs, and blanks before them and at the end, the paragraph's level (L1)."""
    blank = True
    for place in range(len(levels) - 1, -1, -1):
        blank = given[place] in ("S", "B") or (blank and given[place] in _BLANK)
        if blank:
            levels[place] = base


def _runs(kinds: Sequence[str], of: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where runs of some kinds start and end; they may be changed meanwhile."""
    place = 0
    while place < len(kinds):
        end = place
        while end < len(kinds) and kinds[end] in of:
            end += 1
        if end > place:
            yield place, end
        place = end + 1
