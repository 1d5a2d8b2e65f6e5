"""What a conversation was about: its questions, each with its first quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.records import Abstention
from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.history import wording as history_wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.widget import Widget

    from assistant.history import Turn
    from index.errors import QuothError

# Each is two widgets, made anew whenever the reader moves in the list.
SHOWN_TURNS: Final = 20


class ConversationPreview(VerticalScroll):
    """Shows one conversation in short."""

    async def show(self, turns: Sequence[Turn], words: Sequence[str]) -> None:
        """Show turns, at the first that has a word that is searched for.

        Args:
            turns: All of the conversation, the oldest first.
            words: Searched for, folded.
        """
        first = next((n for n, t in enumerate(turns) if _has_any(t, words)), None)
        begin = max(0, min(first or 0, len(turns) - SHOWN_TURNS))
        widgets = list(_turns(turns[begin : begin + SHOWN_TURNS], words))
        above, below = begin, len(turns) - begin - SHOWN_TURNS
        if above > 0:
            widgets.insert(0, _left_out(above, "before these"))
        if below > 0:
            widgets.append(_left_out(below, "after these"))
        await self._replace(widgets)
        if first is not None:
            place = 2 * (first - begin) + (above > 0)
            # Where it stands is known once it is laid out.
            found, scroll = widgets[place], self.scroll_to_widget
            self.call_after_refresh(scroll, found, animate=False, top=True)

    async def show_failure(self, error: QuothError) -> None:
        """Show why the conversation cannot be read."""
        content = wording.failure_content(error)
        await self._replace([Static(content, classes="preview-failure")])

    async def _replace(self, widgets: Sequence[Widget]) -> None:
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(widgets)
        self.scroll_home(animate=False)


def _turns(turns: Sequence[Turn], words: Sequence[str]) -> Iterator[Widget]:
    for turn in turns:
        question = history_wording.turn_question(turn, words)
        yield Static(question, classes="preview-question")
        outcome = history_wording.turn_outcome(turn, words)
        closest = isinstance(turn.reply, Abstention) and turn.reply.closest
        kind = "closest" if closest else turn.kind
        yield Static(outcome, classes=f"preview-outcome -{kind}")


def _has_any(turn: Turn, words: Sequence[str]) -> bool:
    reply = turn.reply
    texts = (quote.text for quote in (*reply.quotes, *reply.near_misses))
    return any(history_wording.has_any(t, words) for t in (reply.question, *texts))


def _left_out(count: int, where: str) -> Static:
    text = f"… {counted(count, 'question')} {where}"
    return Static(Content.styled(text, wording.MUTED), classes="preview-left-out")
