"""Quotes that cannot all be right, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.render.sanitize import one_line

if TYPE_CHECKING:
    from assistant.records import Disagreement


def disagreement_line(disagreement: Disagreement) -> str:
    """Say what each quote says: "The documents disagree: [1] says 22, [3] says 25."."""
    said = ", ".join(
        f"[{one.marker}] says {one_line(one.text)}" for one in disagreement.values
    )
    return f"The documents disagree: {said}."
