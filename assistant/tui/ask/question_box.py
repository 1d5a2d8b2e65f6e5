"""The box that questions are typed in, with the questions asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

if TYPE_CHECKING:
    from textual.events import Key


class History:
    """Questions asked before, and the unfinished one that they are browsed from."""

    def __init__(self, limit: int = 500) -> None:
        """Keep the newest `limit` questions."""
        self._limit = limit
        self._asked: list[str] = []
        self._position = 0
        self._draft = ""

    def add(self, question: str) -> None:
        """Remember a question, and end browsing."""
        if not self._asked or self._asked[-1] != question:
            self._asked.append(question)
            del self._asked[: -self._limit]
        self._position = len(self._asked)

    def older(self, current: str) -> str | None:
        """Give the question before; None at the oldest."""
        if self._position == 0:
            return None
        if self._position == len(self._asked):
            self._draft = current
        self._position -= 1
        return self._asked[self._position]

    def newer(self) -> str | None:
        """Give the question after, at last the unfinished one; None beyond it."""
        if self._position >= len(self._asked):
            return None
        self._position += 1
        if self._position == len(self._asked):
            return self._draft
        return self._asked[self._position]


class QuestionBox(TextArea):
    """Enter asks; up and down at the edges of the text browse earlier questions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "ask", "Ask", tooltip="Ask the question", id="question.ask"),
        Binding(
            "shift+enter,alt+enter,ctrl+j",
            "new_line",
            "Begin another line",
            show=False,
            id="question.line",
        ),
        Binding("up", "cursor_up", "The question before", False, id="question.older"),
        Binding("down", "cursor_down", "The one after", False, id="question.newer"),
        Binding(
            "tab",
            "screen.focus_quotes",
            "Quotes",
            tooltip="To the quotes of the newest answer",
            id="question.quotes",
        ),
        Binding(
            "tab",
            "screen.focus_source",
            "To source",
            tooltip="Into the source, where it covers the quotes",
            id="question.source",
        ),
    ]

    class Asked(Message):
        """A question was put."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(
            id=id,
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder="Ask your documents…",
        )
        self.asked = History()

    def give_back(self, question: str) -> None:
        """Put a question into the box to be changed, unless one is being typed."""
        if not self.text.strip():
            self._replace(question)

    def action_ask(self) -> None:
        """Put the question, if there is one."""
        question = self.text.strip()
        if question:
            self.asked.add(question)
            self.clear()
            self.post_message(self.Asked(question))

    def action_new_line(self) -> None:
        """Begin another line of the question."""
        self.insert("\n")

    async def _on_key(self, event: Key) -> None:
        """Leave Enter to the bindings; TextArea would put a line end."""
        if event.key == "enter":
            event.prevent_default()

    def action_cursor_up(self, select: bool = False) -> None:
        """Move up; from the first row to the question before."""
        at_top = self.navigator.is_first_wrapped_line(self.cursor_location)
        older = None
        if at_top and not select:
            older = self.asked.older(self.text)
        if older is None:
            super().action_cursor_up(select)
        else:
            self._replace(older)

    def action_cursor_down(self, select: bool = False) -> None:
        """Move down; from the last row to the question after."""
        at_bottom = self.navigator.is_last_wrapped_line(self.cursor_location)
        newer = None
        if at_bottom and not select:
            newer = self.asked.newer()
        if newer is None:
            super().action_cursor_down(select)
        else:
            self._replace(newer)

    def _replace(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)
