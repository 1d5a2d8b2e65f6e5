"""Renaming, deleting, exporting: what is asked before, and what follows."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets.input import Selection

from assistant.history_export import export_name
from assistant.render.plural import counted
from assistant.tui import wording
from assistant.tui.confirm import Confirm
from assistant.tui.history import wording as history_wording
from assistant.tui.history import work as history_work
from assistant.tui.history.prompt import Prompt
from assistant.tui.history.work import Export

if TYPE_CHECKING:
    from assistant.history import Conversation
    from assistant.tui.asker import Services
    from assistant.tui.history.view import HistoryView


class Changes:
    """Asks in a view, and has done there what is answered."""

    def __init__(self, view: HistoryView) -> None:
        """Ask nothing yet."""
        self._view = view
        self._exports: set[Export] = set()
        """Those that are being written."""
        self._naming: Conversation | None = None
        """The one for whose export the bar asked last, unless it asked for a title."""

    @property
    def _services(self) -> Services:
        return self._view.chat.services

    @property
    def _prompt(self) -> Prompt:
        return self._view.query_one(Prompt)

    def rename(self, one: Conversation) -> None:
        """Ask for another title."""
        self._naming = None
        question = _asking("Title", "Enter keeps it, Esc leaves the old one")
        self._prompt.ask(question, wording.flat(one.title), partial(self._rename, one))

    def delete(self, one: Conversation) -> None:
        """Ask whether to delete a conversation."""
        text = f"Its {counted(one.turn_count, 'question')} and their quotes are lost."
        if one.conversation_id == self._view.chat.conversation:
            text += " It is going on: what you ask next begins a new one."
        title = f"Delete {history_wording.named(one)}?"

        def answer(wanted: bool | None) -> None:
            if wanted:
                said = f"Deleted {history_wording.named(one)}"
                number = one.conversation_id
                work = partial(history_work.delete, self._services, number, said)
                self._view.work(work)

        self._view.app.push_screen(Confirm(title, text, "Delete"), answer)

    def export(self, one: Conversation) -> None:
        """Ask for the file to export a conversation to."""
        self._naming = one
        name = export_name(one, Path.cwd())
        question = _asking("Export to", "Markdown, or JSON if the name ends in .json")
        self._prompt.ask(
            question,
            name,
            partial(self._take_name, one),
            selection=Selection(0, len(Path(name).stem)),
        )

    def exported(self, message: history_work.Exported) -> None:
        """Say where the export is, or ask what to do instead.

        The bar is left alone when it asks for something else by now.
        """
        self._exports.discard(message.export)
        asked = self._prompt.is_open and self._naming == message.export.conversation
        if message.taken:
            self._confirm_replacing(message.export)
        elif message.error is None:
            if asked:
                self._prompt.close()
            self._view.say(f"Wrote {message.export.path}")
        elif asked:
            text = str(message.error)
            self._prompt.complain(wording.plain(text, "$text-error"))
        else:
            self._view.say_error(message.error)

    def _confirm_replacing(self, export: Export) -> None:
        title = f"Replace {export.path.name}?"
        text = f"There is a file of that name in {export.path.parent}."

        def answer(wanted: bool | None) -> None:
            if wanted:
                self._export(Export(export.conversation, export.path, replace=True))

        self._view.app.push_screen(Confirm(title, text, "Replace"), answer)

    def _rename(self, one: Conversation, title: str) -> None:
        if not title.strip():
            self._prompt.complain(Content.styled("The title is empty.", "$text-error"))
            return
        self._prompt.close()
        # What was shown of it is not kept for it: signs stood for some characters.
        if title != wording.flat(one.title):
            number = one.conversation_id
            work = partial(history_work.rename, self._services, number, title)
            self._view.work(work)

    def _take_name(self, one: Conversation, name: str) -> None:
        if not name.strip():
            complaint = Content.styled("The name of the file is empty.", "$text-error")
            self._prompt.complain(complaint)
            return
        path = Path(name.strip())
        # Where there is no such user, the sign is part of a name.
        with suppress(RuntimeError):
            path = path.expanduser()
        self._export(Export(one, Path.cwd() / path))

    def _export(self, export: Export) -> None:
        """Write an export, once if that is asked for twice."""
        if export in self._exports:
            return
        self._exports.add(export)
        work = partial(history_work.export, self._services, export)
        self._view.work(work)


def _asking(what: str, hint: str) -> Content:
    return Content.assemble((what, "bold"), "  ", (hint, wording.MUTED))
