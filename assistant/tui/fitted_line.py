"""Text that is made for the width it gets, instead of being cut or broken there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.geometry import Size

Fit = Callable[[int], Content]
"""Makes text for so many cells; what is still longer is wrapped."""


class FittedLine(Widget):
    """Shows a text that knows best what to leave out where there is little room."""

    def __init__(
        self,
        fit: Fit | None = None,
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """Show the text; none until there is one."""
        super().__init__(id=id, classes=classes)
        self._fit: Fit = fit or _nothing

    def show(self, fit: Fit) -> None:
        """Show another text."""
        self._fit = fit
        self.refresh(layout=True)

    def render(self) -> Content:
        """Make the text for the width that there is."""
        return self._fit(self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Count the rows of the text at a width."""
        return self._fit(width).get_height(self.styles.get_rules(), width)


def _nothing(width: int) -> Content:
    return Content("")
