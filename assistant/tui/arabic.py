"""Arabic letters in the forms in which they join their neighbours.

A terminal that is given letters in visual order cannot join them: it takes the one on
the left for the one before. Unicode has the joined forms as characters of their own,
and says in their decompositions of which letter and where in a word each is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

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


def join_letters(text: str) -> str:
    """Put every letter into the form that its neighbours ask for.

    The length stays the same: lam and alef stay two letters.

    Args:
        text: In the order in which it is read.
    """
    if _LETTER.search(text) is None:
        return text
    places = [place for place, one in enumerate(text) if not _is_transparent(one)]
    letters = [text[place] for place in places]
    links = [
        _joins(left, "<initial>") and _joins(right, "<final>")
        for left, right in pairwise(letters)
    ]
    joined = list(text)
    for place, letter, before, after in zip(
        places, letters, [False, *links], [*links, False], strict=True
    ):
        joined[place] = _forms().get((letter, _TAGS[before, after]), letter)
    return "".join(joined)


def _joins(letter: str, form: str) -> bool:
    """Whether a letter reaches over to the next one, or to the one before it.

    Args:
        letter: Of any script.
        form: `<initial>` for the next one, `<final>` for the one before.
    """
    return letter in (_TATWEEL, _JOINER) or (letter, form) in _forms()


def _is_transparent(character: str) -> bool:
    """Whether letters join over it, as over vowel signs."""
    return unicodedata.category(character) in ("Mn", "Me", "Cf") and character not in (
        _JOINER,
        _NON_JOINER,
    )


@cache
def _forms() -> dict[tuple[str, str], str]:
    """Give the forms by letter and place."""
    forms = {}
    for code in (code for codes in _FORMS for code in codes):
        tag, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if len(letters) == 1:
            forms[chr(int(letters[0], 16)), tag] = chr(code)
    return forms
