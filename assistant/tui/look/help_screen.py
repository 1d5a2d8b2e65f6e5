"""The help of a view: what it is for, how to read it, and the keys that act in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.look.areas import AREAS, PLACES
from assistant.tui.look.key_names import key_name
from assistant.tui.status import VIEWS
from assistant.tui.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from textual.dom import DOMNode

    from assistant.tui.terminal_app import TerminalApp


class Row(NamedTuple):
    """Keys, and what they do."""

    keys: str
    description: str


class _Found(NamedTuple):
    """A binding of ours."""

    area: str
    name: str
    """Of the action in its area."""
    place: str
    """The part of the view where it acts; empty for all of it."""
    binding: Binding


class HelpScreen(ModalScreen[None]):
    """Shows the help of the view below it."""

    CSS_PATH = "help.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "leave", "Close", id="help.close"),
        Binding("down,j", "scroll(1)", "Further down", False, id="help.down"),
        Binding("up,k", "scroll(-1)", "Further up", False, id="help.up"),
        Binding("pagedown,space", "page(1)", "A page down", False, id="help.pagedown"),
        Binding("pageup", "page(-1)", "A page up", False, id="help.pageup"),
    ]

    def __init__(self, view: View) -> None:
        """Show the help of a view.

        Args:
            view: As it is on the screen.
        """
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """Put what it is for above its keys."""
        with Vertical():
            title = f"{VIEWS[self._view.MODE][1]}: help"
            yield Static(title, id="help-title", markup=False)
            with VerticalScroll(id="help-text", can_focus=False):
                yield Static(self._view.ABOUT, classes="help-about", markup=False)
                for line in self._view.NOTES:
                    yield Static(line, classes="help-note")
                for heading, rows in groups(self._view, self._view.chat).items():
                    yield Static(heading, classes="help-heading", markup=False)
                    for row in rows:
                        with HorizontalGroup():
                            yield Static(row.keys, classes="help-keys", markup=False)
                            yield Static(row.description, markup=False)
            yield Static("Esc closes · ↑ ↓ scroll", id="help-close", markup=False)

    def action_leave(self) -> None:
        """Go back to the view."""
        self.dismiss(None)

    def action_scroll(self, step: int) -> None:
        """Scroll by a line."""
        self.query_one("#help-text").scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """Scroll by a page."""
        text = self.query_one("#help-text")
        text.scroll_relative(y=step * max(1, text.size.height - 1), animate=False)


def groups(view: View, app: TerminalApp) -> dict[str, list[Row]]:
    """Give the keys that act in a view, by what they belong to or where they act.

    Args:
        view: With the widgets it has.
        app: Around it; its keys replace those of the bindings.
    """
    ranks = {name: (AREAS[name].mode != view.MODE, n) for n, name in enumerate(AREAS)}
    found = sorted(
        _bindings((*view.walk_children(), view, app), app.keys),
        key=lambda one: (*ranks[one.area], one.place != ""),
    )
    by_heading: dict[str, dict[str, list[Binding]]] = {}
    for area, name, place, binding in found:
        by_action = by_heading.setdefault(place or AREAS[area].title, {})
        action = "numbers" if name.isdecimal() else binding.action
        by_action.setdefault(action, []).append(binding)
    return {
        heading: [_row(bindings) for bindings in by_action.values()]
        for heading, by_action in by_heading.items()
    }


def _bindings(nodes: Iterable[DOMNode], keymap: Mapping[str, str]) -> Iterator[_Found]:
    """Give the bindings of ours that nodes have, each id once."""
    seen: set[str] = set()
    for owner in dict.fromkeys(kind for node in nodes for kind in type(node).__mro__):
        place = PLACES.get(owner.__name__, "")
        for binding in vars(owner).get("BINDINGS", ()):
            if not isinstance(binding, Binding) or not binding.description:
                continue
            if binding.id and binding.id not in seen:
                seen.add(binding.id)
                area, _, name = binding.id.partition(".")
                keys = keymap.get(binding.id, binding.key)
                yield _Found(area, name, place, binding.with_key(keys))


def _row(bindings: Sequence[Binding]) -> Row:
    """Say what the bindings of one action do, or those of the numbers."""
    made = Binding.make_bindings(bindings)
    names = list(dict.fromkeys(key_name(one.key) for one in made))
    first = bindings[0]
    if any(one.action != first.action for one in bindings):
        return Row(f"{names[0]} … {names[-1]}", "The quote of that number")
    return Row(", ".join(names), first.tooltip or first.description)
