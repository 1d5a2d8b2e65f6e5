"""What the views of the chat have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual.app import ComposeResult
from textual.errors import NoWidget
from textual.message import Message
from textual.screen import Screen

from assistant.tui.bidi.visual_order import column_in_text
from assistant.tui.key_line import KeyLine
from assistant.tui.source.selectable import SelectableText
from assistant.tui.status import StatusLine

if TYPE_CHECKING:
    from textual.geometry import Offset
    from textual.widget import Widget

    from assistant.tui.app import ChatApp
    from index.errors import QuothError


class Command(NamedTuple):
    """An action of a view, as the command palette lists it."""

    title: str
    description: str
    action: str
    """As in a binding: `walk(1)`, of the view unless it says `app.`."""


class View(Screen[None]):
    """A whole screen with the line of views at its top and its keys at the bottom."""

    class Composed(Message):
        """A view is there, with all that it is made of."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    MODE: ClassVar[str]
    """Its key in `assistant.tui.status.VIEWS`."""

    ABOUT: ClassVar[str]
    """What it is for, in two or three sentences; the help screen begins with it."""

    NOTES: ClassVar[tuple[str, ...]] = ()
    """How to read what it shows, in lines of markup of ours for the help screen."""

    COMMANDS_OF_VIEW: ClassVar[tuple[Command, ...]] = ()

    def compose(self) -> ComposeResult:
        """Lay the view out."""
        yield StatusLine(self.MODE, id="status")
        yield from self.compose_body()
        yield KeyLine()

    def compose_body(self) -> ComposeResult:
        """Lay out what is between the two lines: nothing, unless a view has it."""
        yield from ()

    def on_mount(self) -> None:
        """Say that it can be told things now."""
        self.post_message(self.Composed(self))

    def commands(self) -> Iterator[Command]:
        """Give the actions that can be taken now."""
        for command in self.COMMANDS_OF_VIEW:
            name = command.action.partition("(")[0].removeprefix("app.")
            if self.check_action(name, ()):
                yield command

    @property
    def chat(self) -> ChatApp:
        """The application: a view stands in the chat only."""
        return cast("ChatApp", self.app)

    def get_widget_and_offset_at(
        self, x: int, y: int
    ) -> tuple[Widget | None, Offset | None]:
        """Give what is seen at a place, also where text was put in visual order."""
        try:
            widget, region = self.get_widget_at(x, y)
        except NoWidget:
            return None, None
        left, top = region.offset + widget.gutter.top_left
        if isinstance(widget, SelectableText):
            return widget, widget.place_at(x - left, y - top)
        column = column_in_text(widget, x - left, y - top)
        return super().get_widget_and_offset_at(left + column, y)

    def library_opened(self) -> None:
        """Take notice that the library was opened, or opened anew; see `chat.overview`.

        Called for every view that is there, and for others when they come to be.
        """

    def library_failed(self, error: QuothError) -> None:
        """Take notice that the library cannot be opened."""

    def history_changed(self) -> None:
        """Take notice that a reply was kept, or that another conversation goes on."""

    def reason_to_stay(self) -> str:
        """Say what would be stopped if the chat ended now; "" for nothing."""
        return ""
