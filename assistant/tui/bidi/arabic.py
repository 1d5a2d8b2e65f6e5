"""Arabic letters in the forms in which they join their neighbours.

A terminal that is given letters in visual order cannot join them: it takes the one on
the left for the one before. Unicode has the joined forms as characters of their own,
and says in their decompositions of which letter and where in a word each is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_LETTER = re.compile("[\u0620-\u06ff]")
# The forms of single letters; the other presentation forms are ligatures.
_FORMS = (range(0xFB50, 0xFBB2), range(0xFBD3, 0xFC00), range(0xFE80, 0xFEF5))
_TATWEEL, _JOINER, _NON_JOINER = "\u0640", "\u200d", "\u200c"

# By whether a letter is joined to the one before, and to the one after.
_TAGS = {
    (False, False): "<isolated>",
    (False, True): "<initial>",
    (True, False): "<final>",
    (True, True): "<medial>",
}


@lru_cache(maxsize=256)
def join_letters(text: str) -> str:
    """Put every letter into the form that its neighbours ask for.

    The length stays the same: lam and alef stay two letters.

    Args:
        text: In the order in which it is read.
    """
    if _LETTER.search(text) is None:
        return text
    kinds = list(map(_KINDS.__getitem__, text))
    joined = list(text)
    before, reached = -1, False  # The letter before, and whether one reaches it.
    for place, kind in enumerate(kinds):
        if kind == "transparent":
            continue
        linked = before >= 0 and kinds[before] == "both" and kind in ("both", "before")
        _put_form(joined, before, _TAGS[reached, linked])
        before, reached = place, linked
    _put_form(joined, before, _TAGS[reached, False])
    return "".join(joined)


def _put_form(joined: list[str], place: int, tag: str) -> None:
    if place >= 0:
        joined[place] = _forms().get((joined[place], tag), joined[place])


class _Kinds(dict[str, str]):
    """What a character joins to: `both` neighbours, the one `before`, or `none`.

    Or it is `transparent`: letters join over it, as over vowel signs.
    """

    def __missing__(self, character: str) -> str:
        if character in (_TATWEEL, _JOINER) or (character, "<initial>") in _forms():
            kind = "both"
        elif (character, "<final>") in _forms():
            kind = "before"
        elif character == _NON_JOINER:
            kind = "none"
        elif unicodedata.category(character) in ("Mn", "Me", "Cf"):
            kind = "transparent"
        else:
            kind = "none"
        self[character] = kind
        return kind


_KINDS = _Kinds()


@cache
def _forms() -> dict[tuple[str, str], str]:
    """Give the forms by letter and place."""
    forms = {}
    for code in (code for codes in _FORMS for code in codes):
        tag, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if len(letters) == 1:
            forms[chr(int(letters[0], 16)), tag] = chr(code)
    return forms
