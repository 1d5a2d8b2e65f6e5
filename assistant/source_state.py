"""Whether the file of a citation is still what was indexed, and where the quote is now.

Cheap first: a file of the size and time that the catalog has is not opened, one of the
same bytes is not read as a text. Only what has changed is read as it was for the index,
and the quote looked for in it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from index.errors import NoText, ReadingError, UnsupportedFormat

if TYPE_CHECKING:
    from assistant.records import Cited
    from index.catalog import FileState
    from index.records import Document

Condition = Literal["unchanged", "moved", "changed", "missing", "unreadable"]
"""`moved`: the file has changed and the quote is still in it. `changed`: it is not, or
no quote was looked for."""

MAX_SEARCHED_BYTES: Final = 20_000_000
"""In a larger file that has changed the quote is not looked for: to read it as text
takes up to 0.2 s a megabyte, and someone waits for the word."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What became of a file since it was indexed."""

    condition: Condition
    line: int | None = None
    """Where the quote begins in the file as it is now, from 1; None where that is not
    known, and for a file that is unchanged."""
    column: int | None = None
    """From 1, in characters."""
    page: int | None = None
    """From 1; None also where the format has no pages."""
    reason: str = ""
    """Why it is unreadable, or why it counts as changed; a sentence, or nothing."""


UNCHANGED: Final = SourceState("unchanged")


def check_citation(cited: Cited, known: FileState | None = None) -> SourceState:
    """Look at the file of a quote; never raises for what is found there.

    Args:
        cited: What is quoted, with a citation of any age.
        known: What the file looked like when it had the cited content; None if that is
            not known.
    """
    document = cited.citation.document
    state = check_file(document.path, document.sha256, known)
    if state.condition != "changed":
        return state
    path = Path(document.path)
    try:
        if path.stat().st_size > MAX_SEARCHED_BYTES:
            size = f"{MAX_SEARCHED_BYTES // 1_000_000} MB"
            return SourceState("changed", reason=f"It is larger than {size}.")
        from index.reading import read_file

        now = read_file(path)
    except (NoText, UnsupportedFormat) as error:
        return SourceState("changed", reason=error.message)
    except ReadingError as error:
        return SourceState("unreadable", reason=error.message)
    except (OSError, MemoryError, RecursionError) as error:
        return SourceState("unreadable", reason=_reason(error))
    return _find(cited, now)


def check_file(path: str, sha256: str, known: FileState | None = None) -> SourceState:
    """Look whether a file has the content it had; never raises for what is found.

    Args:
        path: Absolute.
        sha256: Of the content, 64 hexadecimal digits.
        known: What the file looked like when it had that content.
    """
    from index.sources import look_at

    try:
        os.stat(path)
        if known is not None and look_at(path) == known:
            return UNCHANGED
        from index.reading.files import read_bytes

        same = hashlib.sha256(read_bytes(Path(path))).hexdigest() == sha256
    except (FileNotFoundError, NotADirectoryError):
        return SourceState("missing")
    except ReadingError as error:
        gone = isinstance(error.__cause__, FileNotFoundError)
        return SourceState("missing" if gone else "unreadable", reason=error.message)
    except (OSError, ValueError, MemoryError) as error:
        return SourceState("unreadable", reason=_reason(error))
    return UNCHANGED if same else SourceState("changed")


def _find(cited: Cited, now: Document) -> SourceState:
    """Say where a quote is in a document that has changed."""
    from assistant.anchoring import Selector, find_again
    from index.positions import LineMap, page_of

    citation = cited.citation
    if now.sha256 == citation.document.sha256:
        # It was put back while it was looked at.
        return UNCHANGED
    selector = Selector(cited.text, citation.prefix, citation.suffix, citation.start)
    found = find_again(now.text, selector)
    if found is None:
        return SourceState("changed")
    line, column = LineMap(now.text).line_column(found[0])
    return SourceState("moved", line, column, page_of(now.page_starts, found[0]))


def _reason(error: BaseException) -> str:
    """Say what went wrong in the system's words."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{said}."
