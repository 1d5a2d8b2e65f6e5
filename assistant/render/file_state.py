"""What became of a cited file since it was indexed, and a citation to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from assistant.render.headings import headings_beyond
from assistant.render.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from assistant.records import Cited
    from assistant.source_state import SourceState

SYNC_REMEDY = "`quoth sync` brings the library up to date."


def file_note(name: str, states: Mapping[str, SourceState]) -> str:
    """Say what became of one file, in a line; nothing for one that is unchanged.

    Args:
        name: Of the file, as shown.
        states: Of each quote that is shown of it, by what the quote is called, such as
            `quote 1`; "" for the file as a whole.
    """
    told = [state for state in states.values() if state.condition != "unchanged"]
    if not told:
        return ""
    shown, first = one_line(name), told[0]
    if first.condition == "missing":
        return f"{shown} is not there any more. {SYNC_REMEDY}"
    if first.condition == "unreadable":
        return f"{shown} cannot be read: {one_line(first.reason)}"
    places = ", ".join(_places(states))
    what = f"; {places}" if places else ""
    reason = f" {one_line(first.reason)}" if first.reason else ""
    return f"{shown} has changed since it was indexed{what}.{reason} {SYNC_REMEDY}"


def _places(states: Mapping[str, SourceState]) -> Iterator[str]:
    """Say where each quote is in the file as it is now, as far as that is known."""
    for called, state in states.items():
        if state.condition == "moved":
            yield f"{called} is now at line {state.line}"
        elif state.condition == "changed" and called and not state.reason:
            yield f"{called} is no longer in it"


def quote_with_source(cited: Cited) -> str:
    """Give a quote and under it `name:line, p. 3, headings`, to paste elsewhere.

    The quote keeps its line breaks; nothing in it can act on a terminal that it is
    pasted into.

    Args:
        cited: The quote.
    """
    citation = cited.citation
    name = one_line(citation.document.name)
    parts = [f"{name}:{citation.line}"]
    if citation.page is not None:
        parts.append(f"p. {citation.page}")
    headings = headings_beyond(citation.headings, citation.document.name)
    if headings:
        parts.append(" › ".join(one_line(heading) for heading in headings))
    return f"“{sanitize(cited.text)}”\n— {', '.join(parts)}\n"
