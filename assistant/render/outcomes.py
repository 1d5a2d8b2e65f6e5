"""What is said of a reply in the same words, wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.records import Abstention, LibraryRef


def outcome_title(reply: Abstention) -> str:
    """Say that the documents do not answer, or that what is closest may."""
    if not reply.closest:
        these = "this document" if reply.library.documents == 1 else "these documents"
        return f"Not in {these}."
    if len(reply.near_misses) == 1:
        return "Perhaps: the closest passage. It does not clearly answer."
    return "Perhaps: the closest passages. None clearly answers."


def confidence_said(reply: Abstention) -> str:
    """Say what the confidence of a reply is the probability of."""
    first = len(reply.near_misses) > 1
    which = ("the first answers" if first else "it answers") if reply.closest else ""
    return f"Confidence that {which or 'they answer'}"


def near_heading(reply: Abstention) -> str:
    """Introduce the nearest sentences; empty for none and where the title does it."""
    if reply.closest or not reply.near_misses:
        return ""
    return "Nearest sentences, none of them an answer:"


def unfinished(library: LibraryRef) -> str:
    """Say how many passages had no vectors to be found by; empty for none."""
    missing = library.chunks - library.encoded_chunks
    if missing <= 0:
        return ""
    return (
        f"{missing:,} of {library.chunks:,} passages were looked through by their words"
        " alone"
    )
