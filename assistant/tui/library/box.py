"""The box that takes the path of what is to be added, and completes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from assistant.tui import wording
from assistant.tui.library.paths import (
    Completions,
    common_start,
    complete,
    harmless,
    meant_path,
)
from assistant.tui.library.thread import NewestOnly

if TYPE_CHECKING:
    from textual.events import Blur, Mount, Unmount

_SHOWN = 8
"""Completions on the screen at a time; the list scrolls."""


class PathInput(Input):
    """One line with a path; Enter adds, Tab completes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "submit",
            "Add",
            tooltip="Take the chosen completion, or add the path",
            id="library.add",
        ),
        Binding(
            "tab",
            "complete",
            "Complete",
            tooltip="Complete the path",
            id="library.complete",
        ),
        Binding(
            "down",
            "move(1)",
            "Down",
            show=False,
            tooltip="To the next completion, or to the list",
            id="library.completion.down",
        ),
        Binding(
            "up",
            "move(-1)",
            "Up",
            show=False,
            tooltip="To the completion before",
            id="library.completion.up",
        ),
        Binding(
            "escape",
            "close",
            "Close",
            show=False,
            tooltip="Close the completions",
            id="library.completion.close",
        ),
    ]

    def validate_value(self, value: str) -> str:
        """Let nothing in that a terminal would act on."""
        return harmless(value)

    @property
    def box(self) -> PathBox:
        """What it stands in."""
        box = self.parent
        if not isinstance(box, PathBox):
            raise TypeError("The line for a path stands in a PathBox only.")
        return box

    async def action_submit(self) -> None:
        """Take the completion that is chosen, or have the path added."""
        if not self.box.take_chosen():
            self.box.submit()

    def action_complete(self) -> None:
        """Complete the path, or go on where there is nothing to complete."""
        self.box.complete()

    def action_move(self, step: int) -> None:
        """Choose another completion; without any, go to the list below."""
        self.box.move(step)

    def action_close(self) -> None:
        """Close the completions."""
        self.box.close_menu()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Escape to the view while no completions are open."""
        if action == "close":
            return self.box.is_open
        return super().check_action(action, parameters)


class PathBox(Vertical):
    """The line and the completions below it, which lie over what is there."""

    class Submitted(Message):
        """A path is to be added."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class LeftDown(Message):
        """The reader moved down, with no completion to go to."""

    class Found(Message):
        """How a path can go on."""

        def __init__(self, completions: Completions) -> None:
            super().__init__()
            self.completions = completions

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Begin empty."""
        super().__init__(id=id)
        self._completer = NewestOnly("quoth-completing")
        self._found = Completions("")
        self._awaited: str | None = None
        """What stood there when Tab was pressed before its completions were there."""
        self._sent: str | None = None
        """What was submitted, until it is changed: no completions open over it."""

    def compose(self) -> ComposeResult:
        """Put the completions under the line."""
        line = PathInput(
            placeholder="Type or paste its path, such as ~/Documents",
            id="library-path-input",
            select_on_focus=False,
        )
        line.border_title = "Add a file or folder"
        yield line
        menu = OptionList(id="library-path-menu", markup=False)
        menu.can_focus = False
        yield menu

    def on_mount(self, _: Mount) -> None:
        """Show no completions yet."""
        self.close_menu()

    def on_unmount(self, _: Unmount) -> None:
        """Let the thread end."""
        self._completer.close()

    @property
    def line(self) -> PathInput:
        """Where the path is typed."""
        return self.query_one(PathInput)

    @property
    def menu(self) -> OptionList:
        """The completions."""
        return self.query_one(OptionList)

    @property
    def is_open(self) -> bool:
        """Whether completions are on the screen."""
        return self.menu.display

    def focus(self, scroll_visible: bool = True) -> PathBox:
        """Let the reader type."""
        self.line.focus(scroll_visible)
        return self

    def clear(self) -> None:
        """Forget the path."""
        self.line.value = ""
        self.close_menu()

    def clear_path(self, path: str) -> None:
        """Forget a path that was added, unless another stands there by now."""
        if meant_path(self.line.value) == path:
            self.clear()

    def submit(self) -> None:
        """Have the path added; from here the arrow leads to the list."""
        self.close_menu()
        self._sent = self.line.value
        path = meant_path(self.line.value)
        if path:
            self.post_message(self.Submitted(path))

    def on_input_changed(self, message: Input.Changed) -> None:
        """Look for completions of what is typed now."""
        message.stop()
        if message.value != self._sent:
            self._sent = None
        self._show(Completions(""))
        if message.value and self.line.has_focus:
            self._completer.submit(partial(self._look, message.value))

    def on_path_box_found(self, message: Found) -> None:
        """Show completions, unless the text has changed since."""
        message.stop()
        if message.completions.typed != self.line.value or not self.line.has_focus:
            return
        if message.completions.typed == self._sent:
            self._found = message.completions
        else:
            self._show(message.completions)
        if message.completions.typed == self._awaited:
            self.complete()

    def on_option_list_option_selected(
        self, message: OptionList.OptionSelected
    ) -> None:
        """Take the completion that was clicked."""
        message.stop()
        self.menu.highlighted = message.option_index
        self.take_chosen()
        self.line.focus()

    def on_descendant_blur(self, _: Blur) -> None:
        """Close the completions when the reader goes elsewhere."""
        self.close_menu()

    def complete(self) -> None:
        """Take what is chosen, or the only one, or what all begin with."""
        typed = self.line.value
        if not typed:
            self.screen.focus_next()
        elif self._found.typed != typed:
            self._awaited = typed
        elif not self.take_chosen():
            self._complete_by(self._found)

    def _complete_by(self, completions: Completions) -> None:
        self._awaited = None
        found = completions.found
        if not found:
            self.screen.focus_next()
            return
        longer = found[0].text if len(found) == 1 else ""
        if not completions.more and not longer:
            longer = common_start(found, completions.typed)
        if longer and longer != completions.typed:
            self._put(longer)
        elif len(found) > 1:
            self._show(completions)
            self.menu.highlighted = 0
        else:
            self.screen.focus_next()

    def take_chosen(self) -> bool:
        """Put the chosen completion into the line; tell whether there is one."""
        chosen = self.menu.highlighted if self.is_open else None
        if chosen is None or chosen >= len(self._found.found):
            return False
        self._put(self._found.found[chosen].text)
        return True

    def move(self, step: int) -> None:
        """Choose the completion after or before."""
        wanted = self._sent is None and self._found.found
        if wanted and not self.is_open and step > 0:
            self._show(self._found)
        if not self.is_open:
            if step > 0:
                self.post_message(self.LeftDown())
            return
        chosen, count = self.menu.highlighted, len(self._found.found)
        if chosen is None:
            chosen = 0 if step > 0 else count - 1
        else:
            chosen = (chosen + step) % count
        self.menu.highlighted = chosen

    def close_menu(self) -> None:
        """Take the completions off the screen."""
        self._display(False)
        self.menu.highlighted = None
        self._awaited = None

    def _display(self, shown: bool) -> None:
        """Show the completions or not; Escape means something else then."""
        if self.menu.display != shown:
            self.menu.display = shown
            self.screen.refresh_bindings()

    def _put(self, text: str) -> None:
        self.line.value = text
        self.line.cursor_position = len(text)

    def _look(self, typed: str) -> None:
        """Find completions, in a thread: the disk may be slow."""
        self.post_message(self.Found(complete(typed)))

    def _show(self, completions: Completions) -> None:
        self._found = completions
        menu = self.menu
        menu.clear_options()
        menu.add_options(
            Option(_completion_content(one.name, is_folder=one.is_folder))
            for one in completions.found
        )
        if completions.more:
            more = Content.styled(f"and {completions.more:,} more", wording.MUTED)
            menu.add_option(Option(more, disabled=True))
        # The only completion of what is typed already says nothing.
        said = [one for one in completions.found if one.text != completions.typed]
        self._display(bool(said))
        menu.styles.height = min(
            _SHOWN, len(completions.found) + bool(completions.more)
        )
        menu.highlighted = None


def _completion_content(name: str, *, is_folder: bool) -> Content:
    """Show a name; of a folder with its slash."""
    if is_folder:
        return Content.assemble(wording.plain(name, "bold"), ("/", wording.MUTED))
    return wording.plain(name)
