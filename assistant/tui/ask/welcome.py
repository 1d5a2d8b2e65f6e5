"""The first screen: what this is, what is loaded, and a question to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.tui import wording
from assistant.tui.fitted_line import FittedLine

if TYPE_CHECKING:
    from typing import ClassVar

    from assistant.tui.asker import Overview
    from index.errors import QuothError

_WHAT = "Quoth answers from your documents, in their own words, each with its place."


class Example(Static, can_focus=True):
    """A question that can be asked with one key or click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Ask this", id="example.ask")
    ]

    class Chosen(Message):
        """The reader wants this question asked."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Hold no question yet."""
        super().__init__("", id=id, markup=False)
        self.question = ""
        self.display = False

    def offer(self, question: str) -> None:
        """Show a question; an empty one shows nothing."""
        self.question = question
        self.display = bool(question)
        text = wording.plain(question, "bold $text-accent")
        self.update(
            Content.assemble(
                ("Try     ", wording.MUTED), text, ("  tab, enter", wording.MUTED)
            )
        )

    def action_choose(self) -> None:
        """Ask the question."""
        self.post_message(self.Chosen(self.question))

    def on_click(self) -> None:
        """Ask the question."""
        self.action_choose()


class OwnFolder(Static):
    """Says how documents of one's own come in; a click goes there."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Be of use while only Quoth's own documents answer."""
        text = Content.assemble(
            ("Yours   ", wording.MUTED),
            ("F7", "bold $text-primary"),
            " adds your own files and folders",
        )
        super().__init__(text, id=id, markup=False)
        self.display = False

    async def on_click(self) -> None:
        """Go to the library."""
        await self.run_action("app.show_view('library')")


class Welcome(VerticalGroup):
    """Three lines for a reader who has never seen this."""

    def compose(self) -> ComposeResult:
        """Show what is known before the library is open."""
        yield Static(_WHAT, id="welcome-what", markup=False)
        with HorizontalGroup(id="welcome-library"):
            yield Static("", id="welcome-label")
            yield FittedLine(
                lambda width: Content("Opening the library…"), id="welcome-loaded"
            )
        yield Example(id="welcome-example")
        yield OwnFolder(id="welcome-own")

    def show_overview(self, overview: Overview) -> None:
        """Say what is loaded."""
        plural = "" if overview.library.documents == 1 else "s"
        whose = f" · Quoth's own example{plural}" if overview.examples else ""
        label = Content.styled("Loaded  ", wording.MUTED)
        self.query_one("#welcome-label", Static).update(label)
        self.query_one("#welcome-loaded", FittedLine).show(
            lambda width: Content.assemble(
                wording.loaded_line(overview, width), (whose, wording.MUTED)
            )
        )
        self.query_one(OwnFolder).display = overview.examples
        self.query_one(Example).offer(overview.example)

    def show_failure(self, error: QuothError) -> None:
        """Say why there is no library."""
        content = wording.failure_content(error)
        self.query_one("#welcome-label", Static).update("")
        self.query_one("#welcome-loaded", FittedLine).show(lambda width: content)
