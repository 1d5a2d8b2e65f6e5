"""Searches in words: what the view Search says. No widget, no state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.search.box import MODES
from index.errors import MissingPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.finding import SearchOutcome
    from index.errors import QuothError

_HOW_TO = (
    ("↑ ↓", "go through the passages while you type"),
    ("Enter", "goes to the passage in its document, Esc comes back"),
    ("Alt+M", "changes what counts, Alt+I where to search"),
    ("Alt+A", "asks it as a question"),
)
_NAME_CELLS = 10


def guide() -> Content:
    """Explain the view in a few lines, while nothing is typed."""
    lines = [
        Content("Passages come while you type, the nearest first,"),
        Content("each with the reason why it was found."),
        Content(""),
        *(_defined(name, finds) for name, finds in MODES.values()),
        Content(""),
        *(_defined(key, does) for key, does in _HOW_TO),
    ]
    return Content("\n").join(lines)


def count(found: SearchOutcome) -> Content:
    """Say how much was found: `best 30 passages · 12 documents · 41 ms`.

    They are the best where there are as many as were asked for.
    """
    number = len(found.hits)
    passages = counted(number, "passage")
    if number == found.request.count:
        passages = f"best {passages}"
    documents = len({hit.citation.document for hit in found.hits})
    parts = [passages] if number else ["nothing found"]
    if number:
        parts.append(counted(documents, "document"))
    parts.append(f"{found.elapsed_ms:,.0f} ms")
    return Content(" · ".join(parts))


def note(found: SearchOutcome) -> Content:
    """Say how the query was read, where it was looked for, and what is missing."""
    return Content.styled(" · ", wording.MUTED).join(_notes(found))


def nothing(found: SearchOutcome) -> Content:
    """Say that nothing was found, and what to try."""
    title = Content.assemble(
        ("○ Nothing was found for ", "bold"),
        wording.plain(wording.shortened(found.request.text, 60), "bold $text-accent"),
    )
    hints = []
    if found.request.mode == "lexical":
        hints.append("None of its words is there: Alt+M searches by meaning too.")
    if found.within is not None:
        hints.append("Only some documents were searched: Alt+I changes which.")
    hints.append("Other words may do, or fewer.")
    return Content("\n").join(
        [title, *(Content.styled(h, wording.MUTED) for h in hints)]
    )


def failure(error: QuothError) -> Content:
    """Say why nothing could be searched; a filter without documents is no error."""
    if isinstance(error, MissingPath):
        return Content("\n").join(
            [
                Content.styled("○ No document has such a name.", "bold"),
                wording.plain(error.message),
                Content.styled(
                    "A part of a name will do, or a pattern: report, notes/*, *.pdf"
                    " · Alt+I goes to the box.",
                    wording.MUTED,
                ),
            ]
        )
    return wording.failure_content(error)


def busy(*, opened: bool) -> Content:
    """Say what a search waits for."""
    return Content("searching…" if opened else "waits for the library…")


def _notes(found: SearchOutcome) -> Iterator[Content]:
    for correction in found.corrections:
        yield Content.assemble(
            "read ",
            (wording.flat(correction.typed), f"strike {wording.MUTED}"),
            " as ",
            (wording.flat(correction.read_as), "bold"),
        )
    if found.within is not None and found.within != found.request.within:
        yield Content.assemble("in ", wording.plain(found.within, "bold"))
    missing = found.chunks - found.encoded_chunks
    if missing > 0 and found.request.mode != "lexical":
        which = f"{missing:,} of {found.chunks:,}" if found.encoded_chunks else "all"
        yield Content.styled(
            f"{which} passages are found by their words only so far: their meaning is"
            " still being read",
            "$text-warning",
        )


def _defined(term: str, meaning: str) -> Content:
    return Content.assemble(
        (f"{term:<{_NAME_CELLS}}", "$text-accent"), (meaning, wording.MUTED)
    )
