"""Titles: one short line, from the document or from the file's name."""

from __future__ import annotations

import os
import re
from pathlib import PurePath

MAX_TITLE_CHARACTERS = 200
_SEPARATORS = re.compile(r"[\s_-]+")


def tidy_title(text: str) -> str:
    """Put a title on one line, without control characters, and limit its length."""
    visible = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(visible.split())[:MAX_TITLE_CHARACTERS].rstrip()


def title_of_path(path: PurePath) -> str:
    """Make a title of a file name: ``syria-ceasefire.txt`` is "syria ceasefire".

    The suffix goes, hyphens and underscores become spaces; never empty.
    """
    words = _SEPARATORS.sub(" ", path.stem).strip()
    return tidy_title(words) or tidy_title(path.name) or "untitled"


def printable(name: str) -> str:
    r"""Write a file name so that it can be shown and stored.

    A byte that is not UTF-8 becomes `\xNN`; so does a control character.
    """
    decoded = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() or c == " " else c.encode("unicode_escape").decode()
        for c in decoded
    )
