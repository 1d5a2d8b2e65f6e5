"""Numbers of things in words."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Say a number of things: `1 document`, `2,000 documents`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
