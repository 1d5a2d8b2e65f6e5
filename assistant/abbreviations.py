"""Abbreviations: which one a question asks about, and whether a sentence spells it out.

"Ships broadcast by the Automatic Identification System (AIS)" says nothing *about* the
abbreviation that a reader of sentences would take for an answer to "What does AIS stand
for?". The letters themselves tell:

    Schwartz and Hearst, A Simple Algorithm for Identifying Abbreviation Definitions in
    Biomedical Text, Pacific Symposium on Biocomputing 2003

found 82 % of the definitions in its test texts, and 96 % of what it found were ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from index.terms import is_stop_word

_MOST_CHARACTERS: Final = 10
"""Of an abbreviation, as in the article."""

_SHORT: Final = rf"[\"“‘']?(?P<short>\w[\w&./-]{{1,{_MOST_CHARACTERS - 1}}})[\"”’']?"
_CALLED: Final = r"(?:acronyms?|abbreviations?|initials|letters)"
_LETTERS: Final = rf"(?:the\s+)?(?:{_CALLED}\s+)?{_SHORT}"
_FOR: Final = (
    r"(?:stand(?:s|ing)?\s+for|short(?:ened)?\s+(?:for|from)"
    rf"|an?\s+{_CALLED}\s+(?:of|for))\b"
)
# "What does AIS mean?" asks for it only of what looks like an abbreviation.
_ASKED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bwhat\s+(?:do|does|did|is|are|was|were)\s+{_LETTERS}\s+{_FOR}",
        rf"\b{_LETTERS}\s+(?:is\s+|are\s+)?{_FOR}\s+what\b",
        r"\bwhat(?:['’]s|\s+is|\s+are)\s+the\s+(?:full|long)\s+(?:form|name)\s+of\s+"
        rf"{_LETTERS}\W*$",
        rf"\bwhat\s+do(?:es)?\s+(?:the\s+)?{_CALLED}\s+{_SHORT}\s+mean\b",
        r"\bwhat\s+do(?:es)?\s+(?:the\s+)?(?-i:(?=\W?\w*[A-Z][\w.]*[A-Z]))"
        rf"{_SHORT}\s+mean\W*$",
    )
)


def asked_abbreviation(question: str) -> str | None:
    """Return the abbreviation that a question wants spelled out; None if none.

    Rules for English.

    Args:
        question: As typed.
    """
    for pattern in _ASKED:
        found = pattern.search(question)
        if found is not None and not is_stop_word(found["short"], "en"):
            return found["short"]
    return None


def spells_out(sentence: str, short: str) -> bool:
    """Whether a sentence gives the words that an abbreviation stands for.

    As `long form (SHORT)` or as `SHORT (long form)`, the letters in order in the words
    and the first one at the start of a word.

    Args:
        sentence: Verbatim.
        short: The abbreviation, in any case.
    """
    return any(_is_long_form(words, short) for words in _beside(sentence, short))


def _beside(sentence: str, short: str) -> Iterator[str]:
    """Yield what stands before the short form in parentheses, or in those after it."""
    form = rf"(?<!\w){re.escape(short)}s?"
    most = min(len(short) + 5, 2 * len(short))
    inside = re.compile(rf"\(\s*[\"“‘']?{form}(?=[\"”’'\s]*[),;])", re.IGNORECASE)
    for found in inside.finditer(sentence):
        yield " ".join(sentence[: found.start()].split()[-most:])
    after = re.compile(rf"{form}[\"”’']?\s*\(([^()]+)\)", re.IGNORECASE)
    for found in after.finditer(sentence):
        if len(found[1].split()) <= most:
            yield found[1]


def _is_long_form(text: str, short: str) -> bool:
    """Whether the letters of a short form are found in words, from their end on.

    The algorithm of the article: from right to left each letter or digit takes the last
    place where it stands, and the first one a place where a word begins.
    """
    place = len(text)
    characters = [one for one in short.casefold() if one.isalnum()]
    folded = text.casefold()
    for number in reversed(range(len(characters))):
        place -= 1
        while place >= 0 and (
            folded[place] != characters[number]
            or (number == 0 and place > 0 and folded[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return False
    found = folded[place:]
    return len(found) > len(short) and short.casefold() not in found.split()
